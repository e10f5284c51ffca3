// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/Writer.h"
#include "ui/dialogs/ArchitectureDialog.h"
#include "ui/formula/EquationView.h"
#include "ui/graph/GraphPanel.h"
#include "ui/graph/GraphView.h"
#include "ui/logic/KarnaughView.h"
#include "ui/panels/FormulaAnchors.h"
#include "ui/panels/LogicPanel.h"
#include "ui/panels/ResidualPlot.h"
#include "ui/plots/CurvePlot.h"
#include "ui/plots/SensitivityPanel.h"
#include "ui/plots/SensitivityPlot.h"
#include "ui/window/Exporter.h"
#include "ui/window/MainWindow.h"
#include "ui/window/MessageBar.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUndoStack>
#include <QUrl>

#include <memory>

using namespace formulens;

namespace {

constexpr int patience = 20'000; ///< milliseconds; generous, for machines that do much else

QString example(const char* file)
{
    return QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/") + QString::fromLatin1(file);
}

} // namespace

/// Journeys through the real window, by mouse and keys.
class WindowJourneysTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        QApplication::setOrganizationName(QStringLiteral("formulens-test"));
        QApplication::setApplicationName(QStringLiteral("journeys"));
    }

    void init()
    {
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1366, 740);
        m_window->show();
    }

    void cleanup() { m_window.reset(); }

    void theFirstStartShowsXorAndAHint()
    {
        m_window->openFirstExample();
        waitForFormula();
        QCOMPARE(messageBar()->text().count(QLatin1Char('\n')), 2);
        QVERIFY(messageBar()->isVisible());
        QVERIFY(equation()->plainText().contains(QStringLiteral("x₁")));
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("XOR")));
    }

    void aClickOnANeuronShowsItsEquation()
    {
        openXor();
        const QString before = equation()->plainText();
        QElapsedTimer clock;
        clock.start();
        clickNeuron(hidden(0));
        QCOMPARE(document().selected(), std::vector{hidden(0)});
        waitForFormula();
        qInfo("equation of a neuron on the screen after %lld ms", clock.elapsed());
        QVERIFY(equation()->plainText() != before);
        QVERIFY(formula()->results.front().element == hidden(0));
    }

    void aRecurrentNetworkIsLookedAtStepByStep()
    {
        openXor();
        auto* timeStep = m_window->findChild<QAction*>(QStringLiteral("timeStep"));
        QVERIFY(!timeStep->isEnabled());
        m_window->open(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/recurrent/lstm.onnx"));
        QTRY_COMPARE_WITH_TIMEOUT(document().question().inputs.size(), std::size_t(10), patience);
        QVERIFY(timeStep->isEnabled() && !timeStep->isChecked());
        timeStep->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(document().question().inputs.size(), std::size_t(8), patience);
        waitForFormula();
        QVERIFY(timeStep->isChecked());
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("one time step")));
        timeStep->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(document().question().inputs.size(), std::size_t(10), patience);
        QVERIFY(!timeStep->isChecked());
        // Both ways through the sequence: the attempt says why, and nothing changes.
        m_window->open(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/recurrent/gru_both_ways.onnx"));
        QTRY_VERIFY_WITH_TIMEOUT(document().model()->path.contains(QStringLiteral("gru_both_ways")), patience);
        timeStep->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(messageBar()->isVisible(), patience);
        QVERIFY(messageBar()->text().contains(QStringLiteral("its direction is bidirectional")));
        QVERIFY(!timeStep->isChecked());
    }

    void undoGoesBackToTheOutput()
    {
        openXor();
        const QString before = equation()->plainText();
        clickNeuron(hidden(1));
        waitForFormula();
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        waitForFormula();
        QCOMPARE(equation()->plainText(), before);
        QCOMPARE(document().selected(), std::vector{document().question().outputs.front().element});
    }

    void aBrokenFileIsSaidAndChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("an empty file") << QByteArray();
        QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n0000000000000000", 24);
        QTest::newRow("a Git LFS pointer")
            << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 10\n");
        QTest::newRow("half a model") << head(example("xor.onnx"));
    }
    void aBrokenFileIsSaidAndChangesNothing()
    {
        QFETCH(QByteArray, content);
        openXor();
        clickNeuron(hidden(0));
        waitForFormula();
        const Session before = document().session();
        const auto model = document().model();
        const QString shown = equation()->plainText();

        const QString path = m_folder.filePath(QStringLiteral("broken.onnx"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        m_window->open(path);
        QTRY_VERIFY_WITH_TIMEOUT(messageBar()->isVisible(), patience);
        QVERIFY2(messageBar()->text().contains(QStringLiteral("broken.onnx")), qPrintable(messageBar()->text()));
        QVERIFY(document().session() == before);
        QCOMPARE(document().model(), model);
        QCOMPARE(equation()->plainText(), shown);
    }

    void aDroppedFileOpens()
    {
        QVERIFY(drop({QUrl::fromLocalFile(example("xor.onnx"))}));
        QTRY_VERIFY_WITH_TIMEOUT(document().model() != nullptr, patience);
        waitForFormula();
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("XOR")));
    }

    void weightsOpenOnceTheirArchitectureIsChosen()
    {
        const QString weights = m_folder.filePath(QStringLiteral("weights.pt"));
        QFile::remove(weights);
        QVERIFY(QFile::copy(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/weights/tanh.pt"), weights));
        forgetArchitectures();
        QVERIFY(drop({QUrl::fromLocalFile(weights)}));
        auto* dialog = waitForArchitecture();
        QVERIFY(document().model() == nullptr);
        dialog->findChild<QComboBox*>(QStringLiteral("hiddenActivation"))->setCurrentText(QStringLiteral("tanh"));
        QTest::keyClick(dialog, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(document().model() != nullptr, patience);
        waitForFormula();
        const QString shown = equation()->plainText();

        // The second time it is known, and may be changed.
        cleanup();
        init();
        m_window->open(weights);
        QTRY_VERIFY_WITH_TIMEOUT(document().model() != nullptr, patience);
        waitForFormula();
        QCOMPARE(equation()->plainText(), shown);
        m_window->findChild<QAction*>(QStringLiteral("architecture"))->trigger();
        dialog = waitForArchitecture();
        QCOMPARE(dialog->architecture(), QStringLiteral("Linear,tanh,Linear,tanh,Linear"));
        dialog->reject();
        QVERIFY(document().model() != nullptr);
        forgetArchitectures();
    }

    void aDroppedFileThatIsNoModelIsSaidAndChangesNothing()
    {
        openXor();
        clickNeuron(hidden(0));
        waitForFormula();
        const Session before = document().session();
        const QString title = m_window->windowTitle();
        QVERIFY(drop({QUrl::fromLocalFile(QStringLiteral(FORMULENS_SOURCE_DIR "/README.md"))}));
        QTRY_VERIFY_WITH_TIMEOUT(messageBar()->isVisible(), patience);
        QVERIFY2(messageBar()->text().contains(QStringLiteral("README.md")), qPrintable(messageBar()->text()));
        QCOMPARE(messageBar()->text().count(QLatin1Char('\n')), 0);
        QVERIFY(document().session() == before);
        QCOMPARE(m_window->windowTitle(), title);
    }

    void whatIsNoSingleFileIsNotTaken()
    {
        QVERIFY(!drop({}));
        QVERIFY(!drop({QUrl(QStringLiteral("https://example.org/network.onnx"))}));
        QVERIFY(!drop({QUrl::fromLocalFile(example("xor.onnx")), QUrl::fromLocalFile(example("iris.onnx"))}));
        QVERIFY(document().model() == nullptr);
    }

    void theResidualsShowTheWorstPointAndLeadToIt()
    {
        open("pendulum.onnx");
        document().setForm(Form::Law);
        m_window->findChild<QDockWidget*>(QStringLiteral("verificationDock"))->raise();
        auto* plot = m_window->findChild<ResidualPlot*>();
        QTRY_VERIFY_WITH_TIMEOUT(plot->isVisible() && formula() && !m_window->currentFormula().isChecking()
                && plot->residuals().count() > 500,
            patience);
        const Residuals residuals = plot->residuals();
        QCOMPARE(std::abs(residuals.difference[residuals.worst]), formula()->badge.largestDifference);
        QCOMPARE(residuals.point(residuals.worst), formula()->badge.worstPoint);
        auto* table = m_window->findChild<QTableWidget*>(QStringLiteral("worstPoint"));
        QCOMPARE(table->rowCount(), static_cast<int>(document().question().inputs.size()));

        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->position(0));
        QVERIFY(plot->chosen() && plot->chosen() != residuals.worst);
        m_window->findChild<QPushButton*>(QStringLiteral("moveReferenceThere"))->click();
        QCOMPARE(document().referencePoint(), residuals.point(*plot->chosen()));
    }

    void aPairByCellByGraphAndByTableIsTheSame()
    {
        openXor();
        // Away from the pair that is wanted, (y, x2), first.
        const ElementReference output = document().question().outputs.front().element;
        const auto astray = [this] { document().selectPair(hidden(0), 0); };

        astray();
        auto* plot = m_window->findChild<SensitivityPlot*>();
        auto* dock = m_window->findChild<QDockWidget*>(QStringLiteral("sensitivityDock"));
        dock->raise();
        QTRY_VERIFY_WITH_TIMEOUT(plot->isVisible() && plot->data().map.outputs == 2, patience);
        QTest::qWait(200);
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->position(0, 1));
        const Session byCell = document().session();

        astray();
        clickNeuron(output);
        clickInputRow(1);
        const Session byGraph = document().session();

        astray();
        auto* outputs = m_window->findChild<QTableView*>(QStringLiteral("outputsTable"));
        click(outputs, 0);
        clickInputRow(1);
        const Session byTable = document().session();

        QCOMPARE(byCell.question.selected, std::vector{output});
        QCOMPARE(byCell.axes.front(), 1u);
        QVERIFY(byCell == byGraph);
        QVERIFY(byGraph == byTable);
    }

    void aClickOnALayerShowsItsEquation()
    {
        open("digits.onnx");
        auto* view = m_window->findChild<GraphView*>();
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(view->diagram()->level == Diagram::Level::Layers, patience);
        const auto& nodes = view->diagram()->nodes;
        const auto box = [&](const char* title) {
            return static_cast<std::size_t>(std::ranges::find_if(nodes, [&](const Diagram::Node& node) {
                return node.title.startsWith(QLatin1String(title));
            }) - nodes.begin());
        };
        for (const auto& [title, count] : {std::pair("Conv", 1u), std::pair("Softmax", 10u)}) {
            QVERIFY2(box(title) < nodes.size(), title);
            QTest::mouseClick(view, Qt::LeftButton, {}, view->position(box(title)));
            QCOMPARE(document().selected().front().tensor, nodes[box(title)].tensor.value());
            QCOMPARE(document().selected().size(), count);
            waitForFormula();
        }
        const auto before = document().selected();
        QTest::mouseClick(view, Qt::LeftButton, {}, view->position(box("image")));
        QCOMPARE(document().selected(), before);
    }

    void axesAreChosenInTableAndGraph()
    {
        using Axes = std::vector<std::size_t>;
        open("iris.onnx");
        const auto& outputs = document().question().outputs;
        document().select({outputs[0].element, outputs[1].element});
        const auto selected = document().selected();
        clickInputRow(0);
        clickInputRow(3, Qt::ControlModifier);
        QCOMPARE(document().axes(), (Axes{0, 3}));
        QCOMPARE(document().selected(), selected);
        const auto* table = m_window->findChild<QTableView*>(QStringLiteral("inputsTable"));
        QCOMPARE(table->selectionModel()->selectedRows().size(), 2);
        const auto isBold
            = [&](int row) { return table->model()->index(row, 0).data(Qt::FontRole).value<QFont>().bold(); };
        QVERIFY(isBold(0) && !isBold(1) && !isBold(2) && isBold(3));
        clickInput(1);
        QCOMPARE(document().axes(), (Axes{1, 3}));
        clickInput(2, Qt::ControlModifier);
        QCOMPARE(document().axes(), (Axes{1, 2}));
        clickInput(2);
        QCOMPARE(document().axes(), (Axes{2, 1}));
        QCOMPARE(table->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(document().selected(), selected);
    }

    void aClickOnASymbolPutsItsFormulaInPlaceAndBack()
    {
        openXor();
        document().setForm(Form::Neurons);
        waitForFormula();
        const QString unfolded = equation()->plainText();
        clickSymbol([](const notation::Anchor& anchor) {
            const auto* use = std::get_if<notation::DefinitionAnchor>(&anchor);
            return use && !use->defining;
        });
        QTRY_VERIFY_WITH_TIMEOUT(equation()->plainText() != unfolded, patience);
        QCOMPARE(document().session().substituted.size(), 1u);
        clickSymbol([](const notation::Anchor& anchor) {
            const auto* use = std::get_if<notation::DefinitionAnchor>(&anchor);
            return use && use->folded;
        });
        QTRY_COMPARE_WITH_TIMEOUT(equation()->plainText(), unfolded, patience);
        QVERIFY(document().session().substituted.empty());
    }

    void whatIsShownIsWhatDerivePrints_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file :
            {"xor.onnx", "iris.onnx", "abs_sin.onnx", "pendulum.onnx", "cruise.onnx", "surrogate.onnx"})
            QTest::newRow(file) << QString::fromLatin1(file);
    }
    void whatIsShownIsWhatDerivePrints()
    {
        QFETCH(QString, file);
        open(qPrintable(file));
        const auto& network = *document().model()->network;
        const std::vector<ElementReference> outputs{document().question().outputs.back().element};
        const std::vector<ElementReference> neurons{{network.steps[network.steps.size() / 2].output, 0}};
        for (const auto& selected : {outputs, neurons}) {
            document().select(selected);
            for (const char* form : {"layers", "neurons", "closed", "law"}) {
                document().setForm(*formNamed(form));
                waitForFormula();
                const QJsonObject shown
                    = withoutBadge(QByteArray::fromStdString(write(*formula(), Language::Json).value()));
                const QJsonObject printed = withoutBadge(derivePrints(file, selected.front(), form));
                QVERIFY(!shown[QStringLiteral("nodes")].toArray().isEmpty()
                    || !shown[QStringLiteral("layers")].toArray().isEmpty());
                QCOMPARE(shown, printed);
            }
        }
    }

    void aNetworkOfYesAndNoIsLogic()
    {
        openXor();
        m_window->findChild<QDockWidget*>(QStringLiteral("logicDock"))->raise();
        auto* panel = m_window->findChild<LogicPanel*>();
        const auto table = [&] {
            const auto& answer = panel->answer();
            return answer ? QString::fromStdString(answer->results.front().table.table.text()) : QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(table(), QStringLiteral("0110"), patience);
        QCOMPARE(panel->form(), logic::LogicFormKind::Name);
        QVERIFY(!panel->formula()->plainText().isNull());
        auto* rows = m_window->findChild<QTableView*>(QStringLiteral("truthTable"));
        QCOMPARE(rows->model()->index(1, 2).data().toString(), QStringLiteral("1"));

        // A row that needs no value makes it OR, and comes back by undo.
        emit panel->karnaugh()->rowClicked(3);
        QTRY_COMPARE_WITH_TIMEOUT(rows->model()->index(3, 2).data().toString(), QStringLiteral("–"), patience);
        QCOMPARE(panel->answer()->results.front().shortest()->name.kind, logic::FunctionKind::Or);
        document().undoStack()->undo();
        QTRY_COMPARE_WITH_TIMEOUT(rows->model()->index(3, 2).data().toString(), QStringLiteral("0"), patience);

        // A hidden neuron is a function of its own.
        clickNeuron(hidden(1));
        QTRY_COMPARE_WITH_TIMEOUT(table(), QStringLiteral("0001"), patience);

        // A threshold beyond all values.
        document().setThreshold(hidden(1), 2);
        QTRY_COMPARE_WITH_TIMEOUT(table(), QStringLiteral("0000"), patience);
    }

    void hoveringANeuronLightsItsSymbols()
    {
        openXor();
        document().setForm(Form::Neurons);
        waitForFormula();
        document().setHighlight({{hidden(0)}, {}});
        QVERIFY(equation()->highlighted(EquationView::Mark::Hovered).size() >= 2);
        document().clearHighlight();
        QVERIFY(equation()->highlighted(EquationView::Mark::Hovered).empty());
    }

    void theFormulaCanBeCopied()
    {
        openXor();
        m_window->findChild<QAction*>(QStringLiteral("copyLatex"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(QApplication::clipboard()->text().contains(QStringLiteral("x_{1}")), patience);
        m_window->findChild<QAction*>(QStringLiteral("copyC"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(
            QApplication::clipboard()->text().contains(QStringLiteral("void network(const double")), patience);
    }

    void whatCannotBeComputedShowsNothingOfTheNetworkBefore()
    {
        openXor();
        auto* graph = m_window->findChild<GraphView*>();
        auto* curve = m_window->findChild<CurvePlot*>();
        QTRY_VERIFY_WITH_TIMEOUT(graph->diagram()->nodes.size() > 0 && !curve->data().series.empty(), patience);

        const QString unknown = m_folder.filePath(QStringLiteral("unknown.json"));
        QFile file(unknown);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"format": "formulens-model", "version": 1,
            "inputs": [{"name": "x", "type": "float32", "shape": [1, 2]}], "outputs": [{"name": "y"}, {"name": "z"}],
            "graph": {"operator_sets": {"": 13}, "tensors": [],
                "nodes": [{"operator": "Mystery", "inputs": ["x"], "outputs": ["y"]},
                          {"operator": "Relu", "inputs": ["y"], "outputs": ["z"]}]}})");
        file.close();
        m_window->open(unknown);
        QTRY_VERIFY_WITH_TIMEOUT(document().model()->path == unknown, patience);
        QTRY_COMPARE_WITH_TIMEOUT(graph->diagram()->level, Diagram::Level::Layers, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!graph->diagram()->nodes.empty(), patience);
        QVERIFY2(messageBar()->text().startsWith(QStringLiteral("outputs 'y', 'z' cannot be computed: ")),
            qPrintable(messageBar()->text()));
        QVERIFY(!messageBar()->text().contains(QLatin1Char('\n')));
        QVERIFY(curve->data().series.empty());
        QVERIFY(!curve->isVisible());
        QVERIFY(m_window->findChild<QLabel*>(QStringLiteral("noDependence"))->isVisible());
        QVERIFY(m_window->findChild<SensitivityPlot*>()->data().outputs.empty());
        QTRY_COMPARE_WITH_TIMEOUT(m_window->currentFormula().state(), CurrentFormula::State::Refused, patience);
        QVERIFY(m_window->currentFormula().refusal().startsWith(QStringLiteral("no output can be computed: ")));
        // Inputs may be chosen all the same.
        document().chooseAxis(1);
        QVERIFY(curve->data().series.empty());

        openXor();
        QTRY_VERIFY_WITH_TIMEOUT(curve->isVisible() && !curve->data().series.empty(), patience);
    }

    void aCopyStandsBesideTheModelAndNamesItsFormat()
    {
        const QString model = m_folder.filePath(QStringLiteral("model.onnx"));
        QVERIFY(QFile::copy(example("xor.onnx"), model));
        m_window->open(model);
        QTRY_VERIFY_WITH_TIMEOUT(document().model() != nullptr, patience);
        const auto saveAs = [this](const QString& name) {
            QTimer::singleShot(0, this, [name] {
                auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
                QVERIFY(dialog);
                QCOMPARE(QFileInfo(dialog->selectedFiles().constFirst()).fileName(), QStringLiteral("model copy.onnx"));
                dialog->selectNameFilter(QStringLiteral("Formulens JSON (*.json)"));
                emit dialog->filterSelected(dialog->selectedNameFilter());
                dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(name);
                static_cast<QDialog*>(dialog)->accept();
            });
            m_window->findChild<QAction*>(QStringLiteral("saveCopy"))->trigger();
        };
        saveAs(QStringLiteral("copy.h5"));
        QTRY_VERIFY_WITH_TIMEOUT(messageBar()->text().contains(QStringLiteral("ends neither in")), patience);
        QVERIFY(messageBar()->isVisible());
        saveAs(QStringLiteral("twin"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath(QStringLiteral("twin.json"))), patience);
        QVERIFY(!messageBar()->isVisible());
    }

    void everyViewIsExported()
    {
        openXor();
        Exporter exporter(document(), m_window->currentFormula());
        QStringList failures;
        connect(&exporter, &Exporter::failed, this, [&](const QString& words) { failures.append(words); });
        const auto write = [&](const ExportView& view, const ExportChoice& choice, const QString& name) {
            const QString path = m_folder.filePath(name);
            exporter.write(view, choice, path);
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path) && QFile(path).size() > 100, patience);
        };
        const ExportView formulaView{QStringLiteral("Formula"), equation(), true};
        const ExportView graph{QStringLiteral("Network"), m_window->findChild<GraphView*>(), false};
        ExportChoice choice;
        write(formulaView, choice, QStringLiteral("formula.png"));
        write(graph, choice, QStringLiteral("network.png"));
        choice.format = PictureFormat::Svg;
        write(graph, choice, QStringLiteral("network.svg"));
        choice.format = PictureFormat::Pdf;
        write(formulaView, choice, QStringLiteral("formula.pdf"));
        for (const Language language :
            {Language::Latex, Language::MathMl, Language::C, Language::Python, Language::Json}) {
            choice.format = language;
            write(formulaView, choice, QStringLiteral("formula.%1").arg(static_cast<int>(language)));
        }
        QCOMPARE(failures, QStringList());
    }

    void whatIsShownFitsASmallScreen()
    {
        m_window->resize(1366, 740);
        openXor();
        QVERIFY(m_window->minimumSizeHint().width() <= 1366);
        QVERIFY(m_window->minimumSizeHint().height() <= 740);
    }

private:
    static void forgetArchitectures()
    {
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/models"))
            .removeRecursively();
    }

    ArchitectureDialog* waitForArchitecture()
    {
        const auto found = [this] {
            auto* dialog = m_window->findChild<ArchitectureDialog*>();
            return dialog && dialog->isVisible() ? dialog : nullptr;
        };
        if (!QTest::qWaitFor([&] { return found() != nullptr; }, patience))
            qFatal("no dialog asks for the architecture");
        return found();
    }

    Document& document() { return m_window->document(); }
    const std::shared_ptr<const Formula>& formula() { return m_window->currentFormula().formula(); }
    EquationView* equation() { return m_window->findChild<EquationView*>(); }
    MessageBar* messageBar() { return m_window->findChild<MessageBar*>(); }

    QByteArray derivePrints(const QString& file, ElementReference element, const char* form)
    {
        const std::string name = document().model()->network->elementName(element.tensor, element.element);
        QProcess process;
        process.start(QStringLiteral(FORMULENS_CLI),
            {QStringLiteral("derive"), example(qPrintable(file)), QStringLiteral("--neuron"),
                QString::fromStdString(name), QStringLiteral("--form"), QString::fromLatin1(form),
                QStringLiteral("--export"), QStringLiteral("json")});
        process.waitForFinished(patience);
        return process.readAllStandardOutput();
    }

    /// The window goes on checking at more points, and knows the model by its title.
    static QJsonObject withoutBadge(const QByteArray& json)
    {
        QJsonObject formula = QJsonDocument::fromJson(json).object();
        for (const char* key : {"badge", "model"})
            formula.remove(QLatin1String(key));
        return formula;
    }

    static QByteArray head(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.read(file.size() / 2) : QByteArray();
    }

    /// Whether the window takes it.
    bool drop(const QList<QUrl>& urls)
    {
        QMimeData mime;
        mime.setUrls(urls);
        const QPoint place = m_window->rect().center();
        QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QApplication::sendEvent(m_window.get(), &enter);
        if (!enter.isAccepted())
            return false;
        QDropEvent event(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
        return event.isAccepted();
    }

    void waitForFormula() { QTRY_VERIFY_WITH_TIMEOUT(m_window->currentFormula().notated() != nullptr, patience); }

    void openXor() { open("xor.onnx"); }

    void open(const char* file)
    {
        m_window->open(example(file));
        QTRY_VERIFY_WITH_TIMEOUT(document().model() != nullptr, patience);
        waitForFormula();
    }

    ElementReference hidden(std::size_t neuron) { return {*document().model()->network->network->find("h"), neuron}; }

    void clickNeuron(ElementReference element)
    {
        auto* view = m_window->findChild<GraphView*>();
        const auto known = [&] { return view->diagram() && view->diagram()->nodeOfElement.contains(element); };
        QTRY_VERIFY_WITH_TIMEOUT(known(), patience);
        QTest::mouseClick(view, Qt::LeftButton, {}, view->position(view->diagram()->nodeOfElement.at(element)));
    }

    void clickInput(std::size_t input, Qt::KeyboardModifiers modifiers = {})
    {
        auto* view = m_window->findChild<GraphView*>();
        QTest::mouseClick(view, Qt::LeftButton, modifiers, view->position(view->diagram()->nodeOfInput.at(input)));
    }

    void click(QTableView* table, int row, Qt::KeyboardModifiers modifiers = {})
    {
        const QRect cell = table->visualRect(table->model()->index(row, 0));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, modifiers, cell.center());
    }

    void clickInputRow(int row, Qt::KeyboardModifiers modifiers = {})
    {
        click(m_window->findChild<QTableView*>(QStringLiteral("inputsTable")), row, modifiers);
    }

    template <class Predicate>
    void clickSymbol(Predicate wanted)
    {
        const auto& anchors = m_window->currentFormula().notated()->anchors;
        for (std::size_t i = 0; i < anchors.size(); ++i) {
            const auto anchor = static_cast<notation::AnchorId>(i);
            const QRectF place = equation()->anchorRectangle(anchor);
            if (!wanted(anchors[i]) || place.isEmpty())
                continue;
            QTest::mouseClick(equation()->viewport(), Qt::LeftButton, {},
                (place.topLeft() + QPointF(3, place.height() / 2)).toPoint());
            return;
        }
        QFAIL("no such symbol in the formula");
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(WindowJourneysTest)
#include "WindowJourneysTest.moc"
