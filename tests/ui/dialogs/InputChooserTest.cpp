// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/InputChooser.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace formulens;

class InputChooserTest final : public QObject
{
    Q_OBJECT

private slots:
    void aPartOfTheNameFindsTheInput()
    {
        InputChooser chooser(QStringLiteral("Collect by"), pixels());
        chooser.show();
        QCOMPARE(chooser.chosen(), std::optional<std::size_t>(0));
        QTest::keyClicks(part(chooser), QStringLiteral("70"));
        QCOMPARE(chooser.chosen(), std::optional<std::size_t>(70));
        QTest::keyClick(part(chooser), Qt::Key_Down);
        QCOMPARE(chooser.chosen(), std::optional<std::size_t>(170));
        QTest::keyClick(part(chooser), Qt::Key_Return);
        QCOMPARE(chooser.result(), static_cast<int>(QDialog::Accepted));
    }

    void whatIsNotThereCannotBeChosen()
    {
        InputChooser chooser(QStringLiteral("Collect by"), pixels());
        QTest::keyClicks(part(chooser), QStringLiteral("warm"));
        QCOMPARE(chooser.chosen(), std::nullopt);
        QVERIFY(!chooser.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->isEnabled());
    }

private:
    static QList<InputEntry> pixels()
    {
        QList<InputEntry> entries;
        for (std::size_t i = 0; i < 784; ++i)
            entries.append({QStringLiteral("x[%1]").arg(i), i});
        return entries;
    }

    static QLineEdit* part(const InputChooser& chooser)
    {
        return chooser.findChild<QLineEdit*>(QStringLiteral("partOfName"));
    }
};

QTEST_MAIN(InputChooserTest)
#include "InputChooserTest.moc"
