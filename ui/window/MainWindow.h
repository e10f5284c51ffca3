// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dialogs/ExportDialog.h"
#include "ui/document/CurrentFormula.h"
#include "ui/document/ModelLoader.h"
#include "ui/window/Examples.h"
#include "ui/window/Exporter.h"

#include <QMainWindow>

class QLabel;

namespace formulens {

class Actions;
class DependencePanel;
class EquationPanel;
class GraphPanel;
class InputsPanel;
class LogicPanel;
class MessageBar;
class OutputsPanel;
class SensitivityPanel;
class TaskBar;
class ToolTipWrapper;
class VerificationPanel;

/// Docks and menus around the views of one document; nothing is computed here.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens in the background; a failure shows its sentence and changes nothing.
    void open(const QString& path);
    /// The first example, with a hint, as on a first start.
    void openFirstExample();

    Document& document() { return m_document; }
    CurrentFormula& currentFormula() { return m_formula; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createCentre();
    void createDocks();
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void placeDocks();
    void createMenus();
    void createTasks();
    void connectActions();
    void connectDocument();
    void restoreLayout();

    void chooseFile();
    void chooseFolder();
    void chooseExample();
    void chooseArchitecture(const ArchitectureQuestion& question);
    QString besideModel(const QString& ending) const;
    void chooseExport();
    void chooseCopy();
    void chooseLogicExport();
    QList<ExportView> exportViews() const;
    void lookAtTime();
    void showTimeView();
    void showModel(const LoadedModel& loaded);
    void showNotes(const std::vector<std::string>& notes);
    void keepWhatWasTyped();
    void addRecent(const QString& path);
    void fillRecent();
    void setAppearance(int appearance);
    void about();

    Document m_document;
    CurrentFormula m_formula;
    ModelLoader m_loader;
    Examples m_examples;
    Exporter m_exporter;
    Question m_opened; ///< as the model opened, to tell what was typed since
    bool m_firstStart = false;

    ToolTipWrapper* m_toolTips;
    Actions* m_actions;
    QMenu* m_recent = nullptr;
    MessageBar* m_message = nullptr;
    QLabel* m_notes = nullptr;
    TaskBar* m_tasks = nullptr;
    GraphPanel* m_graph = nullptr;
    InputsPanel* m_inputs = nullptr;
    OutputsPanel* m_outputs = nullptr;
    EquationPanel* m_equation = nullptr;
    DependencePanel* m_dependence = nullptr;
    SensitivityPanel* m_sensitivity = nullptr;
    VerificationPanel* m_verification = nullptr;
    LogicPanel* m_logic = nullptr;
    QList<QDockWidget*> m_docks;
};

} // namespace formulens
