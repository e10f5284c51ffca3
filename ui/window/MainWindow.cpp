// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "core/opening/Formats.h"
#include "ui/dialogs/ArchitectureDialog.h"
#include "ui/dialogs/ExamplesDialog.h"
#include "ui/dialogs/SaveFile.h"
#include "ui/document/Remembered.h"
#include "ui/formula/EquationView.h"
#include "ui/graph/GraphPanel.h"
#include "ui/graph/GraphView.h"
#include "ui/logic/GateView.h"
#include "ui/logic/KarnaughView.h"
#include "ui/panels/EquationPanel.h"
#include "ui/panels/InputsPanel.h"
#include "ui/panels/LogicPanel.h"
#include "ui/panels/OutputsPanel.h"
#include "ui/panels/ResidualPlot.h"
#include "ui/panels/VerificationPanel.h"
#include "ui/pictures/Palette.h"
#include "ui/pictures/ToolTips.h"
#include "ui/plots/CurvePlot.h"
#include "ui/plots/DependencePanel.h"
#include "ui/plots/MapPlot.h"
#include "ui/plots/SensitivityPanel.h"
#include "ui/plots/SensitivityPlot.h"
#include "ui/window/Actions.h"
#include "ui/window/MessageBar.h"
#include "ui/window/TaskBar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

namespace formulens {

namespace {

constexpr int mostRecent = 8;
constexpr qsizetype mostWarnings = 4; ///< at once
constexpr int layoutVersion = 2; ///< a layout of other docks than these is not restored

const QString recentKey = QStringLiteral("recent");
const QString appearanceKey = QStringLiteral("appearance");
const QString geometryKey = QStringLiteral("geometry");
const QString layoutKey = QStringLiteral("layout");
const QString folderKey = QStringLiteral("folder");

/// "*.onnx *.h5": of all formats, for the dialog that opens files.
QString modelEndings()
{
    QStringList endings;
    for (const Format& format : formats())
        endings << QString::fromUtf8(format.endings.data(), static_cast<qsizetype>(format.endings.size()));
    return endings.join(QLatin1Char(' '));
}

/// The views below keep their room: of many warnings the first are told, and how many more there are.
QString warningsText(const QStringList& warnings)
{
    QStringList lines = warnings.mid(0, mostWarnings);
    if (warnings.size() > mostWarnings)
        lines << MainWindow::tr("… and %1 more warnings").arg(warnings.size() - mostWarnings);
    return lines.join(QLatin1Char('\n'));
}

QString firstStartHint()
{
    return MainWindow::tr("Click a neuron in the network to read its formula.\n"
                          "In the form Neurons, click a symbol to put its formula in place.\n"
                          "Ctrl+O opens your own network; Ctrl+Z takes back anything.");
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_formula(m_document)
    , m_exporter(m_document, m_formula)
    , m_toolTips(new ToolTipWrapper(this))
    , m_actions(new Actions(*m_document.undoStack(), this))
{
    qApp->installEventFilter(m_toolTips);
    setWindowTitle(tr("Formulens"));
    setAcceptDrops(true);
    createCentre();
    createDocks();
    createMenus();
    createTasks();
    connectActions();
    connectDocument();
    restoreLayout();
}

MainWindow::~MainWindow()
{
    // The views go first, while the document that they look at still lives.
    qDeleteAll(findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
}

void MainWindow::createCentre()
{
    auto* centre = new QWidget(this);
    m_message = new MessageBar(centre);
    m_graph = new GraphPanel(&m_document, centre);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_graph, 1);
    setCentralWidget(centre);
}

void MainWindow::createDocks()
{
    m_inputs = new InputsPanel(m_document, this);
    m_outputs = new OutputsPanel(m_document, this);
    m_equation = new EquationPanel(m_document, m_formula, this);
    m_dependence = new DependencePanel(&m_document, this);
    m_sensitivity = new SensitivityPanel(&m_document, this);
    m_verification = new VerificationPanel(m_document, m_formula, this);
    m_logic = new LogicPanel(m_document, this);

    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    addDock(QStringLiteral("inputsDock"), tr("Inputs"), m_inputs, Qt::LeftDockWidgetArea);
    addDock(QStringLiteral("outputsDock"), tr("Outputs"), m_outputs, Qt::LeftDockWidgetArea);
    addDock(QStringLiteral("equationDock"), tr("Equation"), m_equation, Qt::BottomDockWidgetArea);
    addDock(QStringLiteral("dependenceDock"), tr("Dependence"), m_dependence, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("sensitivityDock"), tr("Sensitivity"), m_sensitivity, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("verificationDock"), tr("Verification"), m_verification, Qt::RightDockWidgetArea);
    addDock(QStringLiteral("logicDock"), tr("Logic"), m_logic, Qt::RightDockWidgetArea);
    placeDocks();
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.append(dock);
    return dock;
}

void MainWindow::placeDocks()
{
    for (auto* dock : m_docks) {
        dock->setFloating(false);
        dock->show();
    }
    // In the order in which they were added.
    auto* inputs = m_docks[0];
    auto* outputs = m_docks[1];
    auto* equation = m_docks[2];
    auto* dependence = m_docks[3];
    addDockWidget(Qt::LeftDockWidgetArea, inputs);
    splitDockWidget(inputs, outputs, Qt::Vertical);
    addDockWidget(Qt::BottomDockWidgetArea, equation);
    addDockWidget(Qt::RightDockWidgetArea, dependence);
    tabifyDockWidget(dependence, m_docks[4]);
    tabifyDockWidget(m_docks[4], m_docks[5]);
    tabifyDockWidget(m_docks[5], m_docks[6]);
    dependence->raise();
    resizeDocks({inputs, dependence}, {400, 330}, Qt::Horizontal);
    resizeDocks({equation}, {225}, Qt::Vertical);
    resizeDocks({inputs, outputs}, {270, 180}, Qt::Vertical);
}

void MainWindow::createMenus()
{
    auto* file = menuBar()->addMenu(tr("&File"));
    file->addAction(m_actions->open);
    file->addAction(m_actions->openFolder);
    m_recent = file->addMenu(tr("Open &recent"));
    file->addSeparator();
    file->addAction(m_actions->architecture);
    file->addAction(m_actions->saveCopy);
    file->addAction(m_actions->exportView);
    file->addSeparator();
    file->addAction(m_actions->quit);

    auto* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({m_actions->undo, m_actions->redo});
    edit->addSeparator();
    edit->addActions(m_actions->copying());
    edit->addSeparator();
    edit->addAction(m_actions->find);

    auto* view = menuBar()->addMenu(tr("&View"));
    view->addActions({m_actions->layersLevel, m_actions->neuronsLevel, m_actions->timeStep});
    view->addSeparator();
    for (auto* dock : m_docks)
        view->addAction(dock->toggleViewAction());
    view->addAction(m_actions->resetLayout);
    view->addSeparator();
    view->addMenu(tr("&Colours"))->addActions(m_actions->appearance->actions());

    auto* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({m_actions->examples, m_actions->about});
}

void MainWindow::createTasks()
{
    // Menus write over the bar's own message and wipe it off; a label stays.
    m_notes = new QLabel(this);
    m_notes->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_notes->setObjectName(QStringLiteral("notes"));
    m_notes->setAccessibleName(tr("Notes on the file"));
    statusBar()->addWidget(m_notes, 1);
    m_tasks = new TaskBar(this);
    statusBar()->addPermanentWidget(m_tasks);
    QList<JobRunner*> jobs{&m_loader.job(), &m_exporter.job(), m_graph->runner(), &m_outputs->job(),
        m_sensitivity->runner(), m_dependence->runner()};
    jobs += m_formula.jobs() + m_equation->jobs() + m_verification->jobs() + m_logic->jobs();
    for (auto* job : jobs)
        m_tasks->watch(*job);
}

void MainWindow::connectActions()
{
    connect(m_actions->open, &QAction::triggered, this, &MainWindow::chooseFile);
    connect(m_actions->architecture, &QAction::triggered, this, [this] { m_loader.ask(m_document.model()->path); });
    connect(m_actions->openFolder, &QAction::triggered, this, &MainWindow::chooseFolder);
    connect(m_actions->saveCopy, &QAction::triggered, this, &MainWindow::chooseCopy);
    connect(m_actions->exportView, &QAction::triggered, this, &MainWindow::chooseExport);
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->copyLatex, &QAction::triggered, this, [this] { m_equation->copy(Language::Latex); });
    connect(m_actions->copyMathMl, &QAction::triggered, this, [this] { m_equation->copy(Language::MathMl); });
    connect(m_actions->copyC, &QAction::triggered, this, [this] { m_equation->copy(Language::C); });
    connect(m_actions->copyPython, &QAction::triggered, this, [this] { m_equation->copy(Language::Python); });
    connect(m_actions->copyImage, &QAction::triggered, this, [this] { m_equation->copyImage(); });
    connect(m_actions->find, &QAction::triggered, m_graph, &GraphPanel::focusSearch);
    connect(m_actions->layersLevel, &QAction::triggered, this, [this] { m_graph->setLevel(Diagram::Level::Layers); });
    connect(m_actions->neuronsLevel, &QAction::triggered, this, [this] { m_graph->setLevel(Diagram::Level::Neurons); });
    connect(m_actions->timeStep, &QAction::triggered, this, &MainWindow::lookAtTime);
    connect(m_actions->resetLayout, &QAction::triggered, this, &MainWindow::placeDocks);
    connect(m_actions->appearance, &QActionGroup::triggered, this,
        [this](QAction* action) { setAppearance(action->data().toInt()); });
    connect(m_actions->examples, &QAction::triggered, this, &MainWindow::chooseExample);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::about);
    connect(m_recent, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    connect(m_equation, &EquationPanel::contextMenuRequested, this, [this](QPoint position) {
        QMenu menu(this);
        menu.addActions(m_actions->copying());
        menu.addSeparator();
        menu.addAction(m_actions->exportView);
        menu.exec(position);
    });
}

void MainWindow::connectDocument()
{
    connect(&m_loader, &ModelLoader::loaded, this, &MainWindow::showModel);
    connect(&m_loader, &ModelLoader::architectureWanted, this, &MainWindow::chooseArchitecture);
    connect(&m_loader, &ModelLoader::failed, this, [this](const QString& sentence) {
        statusBar()->clearMessage();
        showTimeView();
        m_message->show(MessageBar::Kind::Error, sentence);
    });
    connect(&m_loader.job(), &JobRunner::stopped, statusBar(), &QStatusBar::clearMessage);
    connect(&m_formula, &CurrentFormula::stateChanged, m_dependence,
        [this] { m_dependence->setFormula(m_formula.formula()); });
    connect(m_logic, &LogicPanel::exportRequested, this, &MainWindow::chooseLogicExport);
    connect(m_logic, &LogicPanel::failed, this,
        [this](const QString& sentence) { m_message->show(MessageBar::Kind::Error, sentence); });
    connect(&m_exporter, &Exporter::failed, this,
        [this](const QString& sentence) { m_message->show(MessageBar::Kind::Error, sentence); });
    connect(&m_exporter, &Exporter::noted, this,
        [this](const QString& sentence) { m_message->show(MessageBar::Kind::Warning, sentence); });
    connect(&m_exporter, &Exporter::written, this, [this](const QString& path) {
        m_message->settle();
        statusBar()->showMessage(tr("Written: %1").arg(path), 8000);
    });
    for (auto* action : m_actions->copying() + QList{m_actions->exportView, m_actions->saveCopy, m_actions->find})
        action->setEnabled(false);
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    resize(1280, 720);
    restoreGeometry(settings.value(geometryKey).toByteArray());
    restoreState(settings.value(layoutKey).toByteArray(), layoutVersion);
    const int appearance = settings.value(appearanceKey, 0).toInt();
    for (auto* action : m_actions->appearance->actions())
        action->setChecked(action->data().toInt() == appearance);
    applyAppearance(static_cast<Appearance>(appearance));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings settings;
    settings.setValue(geometryKey, saveGeometry());
    settings.setValue(layoutKey, saveState(layoutVersion));
    keepWhatWasTyped();
    QMainWindow::closeEvent(event);
}

// Opening

void MainWindow::open(const QString& path)
{
    statusBar()->showMessage(tr("Opening %1 …").arg(QFileInfo(path).fileName()));
    m_loader.load(path);
}

/// Between a recurrent network unrolled and one step of it.
void MainWindow::lookAtTime()
{
    const QString path = m_document.model()->path;
    statusBar()->showMessage(tr("Opening %1 …").arg(QFileInfo(path).fileName()));
    m_loader.load(path, {m_actions->timeStep->isChecked() ? TimeView::OneStep : TimeView::Unrolled});
}

/// The action says what the model shown is; it changes nothing by itself.
void MainWindow::showTimeView()
{
    const auto& model = m_document.model();
    m_actions->architecture->setEnabled(model && model->holdsWeightsOnly);
    m_actions->timeStep->setEnabled(model && model->isRecurrent);
    m_actions->timeStep->setChecked(model && model->timeView == TimeView::OneStep);
}

void MainWindow::openFirstExample()
{
    if (m_examples.list().isEmpty())
        return;
    m_firstStart = true;
    open(m_examples.path(m_examples.list().constFirst().file));
}

void MainWindow::showModel(const LoadedModel& loaded)
{
    keepWhatWasTyped();
    m_opened = loaded.session.question;
    m_document.open(loaded.model, loaded.session);
    showTimeView();
    setWindowTitle(tr("%1 — Formulens").arg(loaded.model->title));
    for (auto* action : m_actions->copying() + QList{m_actions->exportView, m_actions->saveCopy, m_actions->find})
        action->setEnabled(true);
    if (!m_examples.contains(loaded.model->path))
        addRecent(loaded.model->path);

    if (!loaded.model->warnings.isEmpty())
        m_message->show(MessageBar::Kind::Warning, warningsText(loaded.model->warnings));
    else if (m_firstStart)
        m_message->show(MessageBar::Kind::Hint, firstStartHint());
    else
        m_message->hide();
    m_firstStart = false;

    showNotes(loaded.model->network->notes);
}

/// What was taken for granted in reading the file; the status bar has room for one, its tool tip for all.
void MainWindow::showNotes(const std::vector<std::string>& notes)
{
    QStringList lines;
    for (const auto& note : notes)
        lines.append(QString::fromStdString(note));
    QString shown = lines.value(0);
    if (lines.size() == 2)
        shown += tr("; and one more note on the file");
    else if (lines.size() > 2)
        shown += tr("; and %1 more notes on the file").arg(lines.size() - 1);
    statusBar()->clearMessage();
    m_notes->setText(shown);
    m_notes->setToolTip(lines.join(QLatin1Char('\n')));
}

void MainWindow::keepWhatWasTyped()
{
    if (m_document.model())
        remember(m_document.model()->fingerprint, m_opened, m_document.question());
}

void MainWindow::chooseFile()
{
    QSettings settings;
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a trained network"),
        settings.value(folderKey).toString(), tr("Networks (%1);;All files (*)").arg(modelEndings()));
    if (path.isEmpty())
        return;
    settings.setValue(folderKey, QFileInfo(path).absolutePath());
    open(path);
}

/// The file opens once its architecture is chosen, which is remembered for the next time.
void MainWindow::chooseArchitecture(const ArchitectureQuestion& question)
{
    statusBar()->clearMessage();
    auto* dialog = new ArchitectureDialog(question.path, question.proposal, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, question] {
        const std::string architecture = dialog->architecture().toStdString();
        rememberArchitecture(question.fingerprint, architecture);
        m_loader.load(question.path, {TimeView::Unrolled, architecture});
    });
    dialog->open();
}

void MainWindow::chooseFolder()
{
    QSettings settings;
    const QString path = QFileDialog::getExistingDirectory(this,
        tr("Open a folder of weight matrices, or one that TensorFlow saved"), settings.value(folderKey).toString());
    if (path.isEmpty())
        return;
    settings.setValue(folderKey, QFileInfo(path).absolutePath());
    open(path);
}

void MainWindow::chooseExample()
{
    QList<StoryEntry> entries;
    for (const auto& example : m_examples.list())
        entries.append({.title = example.title, .story = example.story});
    ExamplesDialog dialog(entries, this);
    if (dialog.exec() == QDialog::Accepted && dialog.chosen() >= 0)
        open(m_examples.path(m_examples.list()[dialog.chosen()].file));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.constFirst().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    open(event->mimeData()->urls().constFirst().toLocalFile());
    event->acceptProposedAction();
}

void MainWindow::addRecent(const QString& path)
{
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    const QString absolute = QFileInfo(path).absoluteFilePath();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    settings.setValue(recentKey, recent.mid(0, mostRecent));
}

void MainWindow::fillRecent()
{
    m_recent->clear();
    const auto recent = QSettings().value(recentKey).toStringList();
    for (const QString& path : recent) {
        auto* action = m_recent->addAction(QFileInfo(path).fileName(), this, [this, path] { open(path); });
        action->setStatusTip(path);
    }
    if (recent.isEmpty())
        m_recent->addAction(tr("none yet"))->setEnabled(false);
}

// Exporting, colours, help

QList<ExportView> MainWindow::exportViews() const
{
    return {
        {.title = tr("Formula"), .source = m_equation->view(), .isFormula = true},
        {.title = tr("Network"), .source = m_graph->view()},
        {.title = tr("Curve"), .source = m_dependence->curvePlot()},
        {.title = tr("Map"), .source = m_dependence->mapPlot()},
        {.title = tr("Sensitivity"), .source = m_sensitivity->plot()},
        {.title = tr("Residuals"), .source = m_verification->plot()},
        {.title = tr("Karnaugh map"), .source = m_logic->karnaugh()},
        {.title = tr("Gates"), .source = m_logic->gates()},
        {.title = tr("Logic formula"), .source = m_logic->formula()},
    };
}

/// A path for what is written of the model: beside it, but not among the examples, where nobody looks for files.
QString MainWindow::besideModel(const QString& ending) const
{
    const QFileInfo model(m_document.model()->path);
    const QString folder = m_examples.contains(model.filePath())
        ? QSettings().value(folderKey, QDir::homePath()).toString()
        : model.absolutePath();
    return QDir(folder).filePath(model.completeBaseName() + ending);
}

void MainWindow::chooseExport()
{
    const auto views = exportViews();
    ExportDialog dialog(views, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const ExportChoice choice = dialog.choice();
    const QString proposal = besideModel(QLatin1Char('.') + choice.suffix);
    if (const auto chosen = chooseSaveFile(tr("Export"), proposal, {QStringLiteral("*.%1").arg(choice.suffix)}, this))
        m_exporter.write(views[choice.view], choice, chosen->path);
}

void MainWindow::chooseCopy()
{
    const QStringList filters{tr("ONNX (*.onnx)"), tr("Formulens JSON (*.json)")};
    const QString proposal = besideModel(tr(" copy") + QStringLiteral(".onnx"));
    if (const auto chosen = chooseSaveFile(tr("Save a copy of the network"), proposal, filters, this))
        m_exporter.writeModel(chosen->path);
}

void MainWindow::chooseLogicExport()
{
    static const std::pair<const char*, LogicLanguage> languages[]
        = {{QT_TR_NOOP("Text (*.txt)"), LogicLanguage::Text}, {QT_TR_NOOP("LaTeX (*.tex)"), LogicLanguage::Latex},
            {QT_TR_NOOP("C (*.c)"), LogicLanguage::C}, {QT_TR_NOOP("Python (*.py)"), LogicLanguage::Python},
            {QT_TR_NOOP("Structured Text (*.st)"), LogicLanguage::StructuredText},
            {QT_TR_NOOP("Verilog (*.v)"), LogicLanguage::Verilog}, {QT_TR_NOOP("Graphviz (*.dot)"), LogicLanguage::Dot},
            {QT_TR_NOOP("PLA (*.pla)"), LogicLanguage::Pla}, {QT_TR_NOOP("CSV (*.csv)"), LogicLanguage::Csv}};
    QStringList filters;
    for (const auto& [words, language] : languages)
        filters << tr(words);
    const auto chosen = chooseSaveFile(tr("Export logic"), besideModel(QStringLiteral(".txt")), filters, this);
    if (!chosen || !m_logic->answer())
        return;
    const LogicLanguage language = languages[static_cast<std::size_t>(chosen->filter)].second;
    m_exporter.writeLogic(m_logic->answer(), m_logic->form(), language, chosen->path);
}

void MainWindow::setAppearance(int appearance)
{
    QSettings().setValue(appearanceKey, appearance);
    applyAppearance(static_cast<Appearance>(appearance));
}

void MainWindow::about()
{
    QMessageBox::about(this, tr("About Formulens"),
        tr("<h3>Formulens %1</h3><p>Opens a trained neural network and answers: which formula does it compute, and "
           "which "
           "outputs depend on which inputs, how strongly?</p><p>Free software under the GNU General Public License, "
           "version 3 or later.</p>")
            .arg(QStringLiteral(FORMULENS_VERSION)));
}

} // namespace formulens
