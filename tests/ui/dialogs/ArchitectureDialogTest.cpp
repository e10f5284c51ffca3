// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ArchitectureDialog.h"
#include "core/opening/WeightsFile.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace formulens;

class ArchitectureDialogTest final : public QObject
{
    Q_OBJECT

private slots:
    void aSlotStandsBehindEachLayer_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("rows");
        const auto row = [](const char* name, const char* architecture, const char* rows) {
            QTest::newRow(name) << architecture << rows;
        };
        row("none said", "Linear,Linear", "Linear [none] Linear [none last]");
        row("both said", "Linear,tanh,Linear,sigmoid", "Linear [tanh] Linear [sigmoid last]");
        row("behind a normalisation", "Linear,BatchNorm,Linear", "Linear BatchNorm [none] Linear [none last]");
        row("slopes that are learnt", "Linear,PReLU,Linear", "Linear PReLU Linear [none last]");
        row("images", "Input(1,8,8),Conv2d,MaxPool2d(2),Flatten,Linear",
            "Input(1,8,8) Conv2d [none] MaxPool2d(2) Flatten Linear [none last]");
    }

    void aSlotStandsBehindEachLayer()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, rows);
        QStringList found;
        for (const ArchitectureRow& row : architectureRows(parseArchitecture(architecture.toStdString()).value())) {
            const QString text = row.step ? QString::fromStdString(row.step->text()) : QStringLiteral("none");
            const QString last = row.isLast ? QStringLiteral(" last") : QString();
            found.append(row.isSlot ? QLatin1Char('[') + text + last + QLatin1Char(']') : text);
        }
        QCOMPARE(found.join(QLatin1Char(' ')), rows);
    }

    void theTableShowsLayersAndTheirWeights()
    {
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        QCOMPARE(dialog.architecture(), QStringLiteral("Linear,relu,Linear,relu,Linear"));
        const auto* table = dialog.findChild<QTableWidget*>();
        QCOMPARE(table->rowCount(), 6);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("0"));
        QCOMPARE(table->item(0, 2)->text(), QStringLiteral("4x3"));
        QCOMPARE(slot(dialog, 1)->currentText(), QStringLiteral("relu"));
        QCOMPARE(slot(dialog, 5)->currentText(), QStringLiteral("none"));
        QVERIFY(openButton(dialog)->isEnabled());
    }

    void oneChoiceSetsAllHiddenLayers()
    {
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        auto* hidden = dialog.findChild<QComboBox*>(QStringLiteral("hiddenActivation"));
        hidden->setCurrentText(QStringLiteral("tanh"));
        QCOMPARE(dialog.architecture(), QStringLiteral("Linear,tanh,Linear,tanh,Linear"));
        slot(dialog, 5)->setCurrentText(QStringLiteral("sigmoid"));
        QCOMPARE(dialog.architecture(), QStringLiteral("Linear,tanh,Linear,tanh,Linear,sigmoid"));
        slot(dialog, 1)->setCurrentText(QStringLiteral("none"));
        QCOMPARE(dialog.architecture(), QStringLiteral("Linear,Linear,tanh,Linear,sigmoid"));
        QCOMPARE(hidden->currentIndex(), -1);
        slot(dialog, 1)->setCurrentText(QStringLiteral("elu"));
        QCOMPARE(dialog.architecture(), QStringLiteral("Linear,elu,Linear,tanh,Linear,sigmoid"));
    }

    void theTextIsJudgedWhileOneTypes()
    {
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        dialog.show();
        auto* text = dialog.findChild<QLineEdit*>(QStringLiteral("architecture"));
        const auto* status = dialog.findChild<QLabel*>(QStringLiteral("status"));
        text->selectAll();
        QTest::keyClicks(text, QStringLiteral("Linear,tan,Linear"));
        QVERIFY(!openButton(dialog)->isEnabled());
        QVERIFY(status->text().startsWith(QStringLiteral("Step 2 of the architecture, 'tan', is not known")));
        text->selectAll();
        QTest::keyClicks(text, QStringLiteral("Linear,tanh,Linear"));
        QVERIFY(!openButton(dialog)->isEnabled());
        QVERIFY(status->text().startsWith(QStringLiteral("The architecture leaves layers of the file out")));
        QTest::keyClicks(text, QStringLiteral(",mish,Linear"));
        QVERIFY(openButton(dialog)->isEnabled());
        QCOMPARE(dialog.findChild<QTableWidget*>()->rowCount(), 6);
        QCOMPARE(slot(dialog, 3)->currentText(), QStringLiteral("mish"));
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
    }

    void tabsGoThroughTheRowsDownToTheText()
    {
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        dialog.show();
        auto* hidden = dialog.findChild<QComboBox*>(QStringLiteral("hiddenActivation"));
        auto* text = dialog.findChild<QLineEdit*>(QStringLiteral("architecture"));
        hidden->setFocus();
        QTRY_COMPARE(dialog.focusWidget(), hidden);
        for (QWidget* next : std::initializer_list<QWidget*>{slot(dialog, 1), slot(dialog, 3), slot(dialog, 5), text}) {
            QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
            QCOMPARE(dialog.focusWidget(), next);
        }
    }

    void rowsThatGoAwayLeaveTheFocusToWhoTypes()
    {
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        dialog.show();
        slot(dialog, 5)->setFocus();
        auto* text = dialog.findChild<QLineEdit*>(QStringLiteral("architecture"));
        text->setFocus();
        text->selectAll();
        QTRY_COMPARE(dialog.focusWidget(), text);
        QTest::keyClicks(dialog.focusWidget(), QStringLiteral("Linear"));
        QCOMPARE(dialog.focusWidget(), text);
        QCOMPARE(dialog.findChild<QTableWidget*>()->rowCount(), 2);
    }

    void whatTheProposalAssumesIsSaid()
    {
        ArchitectureDialog dialog(path("sequential_images.pt"), proposal("sequential_images.pt"));
        QStringList words;
        for (const auto* label : dialog.findChildren<QLabel*>())
            words.append(label->text());
        QVERIFY(words.join(QLatin1Char(' ')).contains(QStringLiteral("The size of the input is not in the file")));
        QVERIFY(words.join(QLatin1Char(' ')).contains(QStringLiteral("the names of its classes")));
    }

    void rowsOfDataFindTheActivations()
    {
        QTemporaryDir folder;
        const QString rows = folder.filePath(QStringLiteral("rows.csv"));
        // What PyTorch computes of this file with tanh (tests/data/weights/expected.json has more digits).
        QFile expected(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/weights/expected.json"));
        QVERIFY(expected.open(QIODevice::ReadOnly));
        const QJsonObject first = QJsonDocument::fromJson(expected.readAll()).array().at(0).toObject();
        std::ofstream stream(rows.toStdString());
        for (const QJsonValue& entry : first[QStringLiteral("cases")].toArray()) {
            QStringList numbers;
            for (const char* part : {"in", "out"})
                for (const QJsonValue& number : entry[QLatin1String(part)].toArray())
                    numbers.append(QString::number(number.toDouble(), 'g', 8));
            stream << numbers.join(QLatin1Char(',')).toStdString() << '\n';
        }
        stream.close();
        ArchitectureDialog dialog(path("tanh.pt"), proposal("tanh.pt"));
        dialog.findFrom(rows);
        QTRY_COMPARE_WITH_TIMEOUT(dialog.architecture(), QStringLiteral("Linear,tanh,Linear,tanh,Linear"), 20000);
        QVERIFY(dialog.findChild<QLabel*>(QStringLiteral("status"))
                    ->text()
                    .startsWith(QStringLiteral("Agrees with 3 rows of rows.csv")));
    }

private:
    static QString path(const char* file)
    {
        return QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/weights/") + QLatin1String(file);
    }

    static ArchitectureProposal proposal(const char* file)
    {
        return proposeArchitecture(readWeights(path(file).toStdString())->tensors).value();
    }

    static QComboBox* slot(const ArchitectureDialog& dialog, int row)
    {
        return qobject_cast<QComboBox*>(dialog.findChild<QTableWidget*>()->cellWidget(row, 0));
    }

    static QPushButton* openButton(const ArchitectureDialog& dialog)
    {
        return dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Open);
    }
};

QTEST_MAIN(ArchitectureDialogTest)
#include "ArchitectureDialogTest.moc"
