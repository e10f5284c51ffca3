// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formula/Logic.h"
#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;
class QTimer;

namespace formulens {

class EquationView;
class GateView;
class KarnaughView;
class TruthTableModel;

/// The network of yes and no as logic: its truth table, Karnaugh map and gates, and the forms to write it in. A view of
/// what is selected: outputs, or hidden neurons.
class LogicPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit LogicPanel(Document& document, QWidget* parent = nullptr);

    KarnaughView* karnaugh() const { return m_karnaugh; }
    GateView* gates() const { return m_gates; }
    EquationView* formula() const { return m_formula; }
    QList<JobRunner*> jobs() { return {&m_job, &m_data}; }
    /// Null while there is none.
    const std::shared_ptr<const LogicAnswer>& answer() const { return m_answer; }
    /// The form that is chosen for the result that is chosen.
    logic::LogicFormKind form() const;

    /// Takes inputs that have two values in a data file (.csv, .npz) as such, and leaves rows open that never occur.
    void takeRowsFrom(const QString& path);

signals:
    void exportRequested();
    void failed(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QLayout* createHead();
    QWidget* createViews();
    QLayout* createForms();
    QLayout* createButtons();

    void becomeStale();
    void refresh();
    void enumerate();
    void offerToEnumerate(const LogicForecast& forecast);
    void showAnswer(std::shared_ptr<const LogicAnswer> answer);
    void showWords(const QString& words, const QString& button = QString());
    void showResult();
    void showThreshold();
    void showForms();
    void showForm();
    void showBadge();
    void applyThreshold();
    void chooseData();
    const LogicResult* result() const;

    Document& m_document;
    TruthTableModel* m_model;
    QComboBox* m_results;
    QLineEdit* m_threshold;
    QTabBar* m_tabs;
    QStackedWidget* m_views;
    QTableView* m_table;
    KarnaughView* m_karnaugh;
    GateView* m_gates;
    QComboBox* m_forms;
    EquationView* m_formula;
    QLabel* m_badge;
    QWidget* m_content;
    QWidget* m_instead; ///< of content: words, perhaps a button
    QLabel* m_words;
    QPushButton* m_enumerate;
    QPushButton* m_allRows;
    std::shared_ptr<const LogicAnswer> m_answer;
    std::optional<logic::LogicFormKind> m_chosen; ///< by the user; else the shortest
    bool m_stale = true;
    QTimer* m_patience;
    JobRunner m_job;
    JobRunner m_data;
};

} // namespace formulens
