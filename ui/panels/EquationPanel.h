// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/Writer.h"
#include "ui/document/CurrentFormula.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace formulens {

class EquationView;

/// The formula of what is selected, alive: symbols light up with the network and are substituted by a click; the badge
/// below says how well it is known to match.
class EquationPanel final : public QWidget
{
    Q_OBJECT

public:
    EquationPanel(Document& document, CurrentFormula& current, QWidget* parent = nullptr);

    EquationView* view() const { return m_view; }
    QString badgeText() const;

    /// Puts the formula into the clipboard: code at full digits, LaTeX and MathML as shown.
    void copy(Language language);
    void copyImage();

    QList<JobRunner*> jobs() { return {&m_copy, &m_equations}; }

signals:
    void contextMenuRequested(QPoint globalPosition);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* createNote();
    QWidget* createBadgeLine();
    void connectView();

    void showState();
    void showNotation();
    QString displayText() const; ///< how the digits on the screen stand to the formula
    void showBadge();
    void showHighlight();
    void showNote(const QString& text);
    void offerForms();
    void prefetchEquations();

    void hover(std::optional<notation::AnchorId> anchor);
    void click(notation::AnchorId anchor, Qt::KeyboardModifiers modifiers);
    void clickDefinition(const notation::DefinitionAnchor& definition, bool select);
    QString toolTip(notation::AnchorId anchor) const;
    const notation::Anchor* meaning(notation::AnchorId anchor) const;
    void explainBadge();

    Document& m_document;
    CurrentFormula& m_current;
    QStackedWidget* m_pages;
    EquationView* m_view;
    QLabel* m_note = nullptr;
    QWidget* m_offers = nullptr;
    QToolButton* m_badge = nullptr;
    QLabel* m_display = nullptr;
    QTimer* m_patience;
    JobRunner m_copy;
    JobRunner m_equations;
    std::shared_ptr<const Equations> m_explaining; ///< of the selection; null until they are derived
};

} // namespace formulens
