// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/Document.h"
#include "ui/graph/Diagram.h"
#include "ui/jobs/JobRunner.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QButtonGroup;
class QLabel;
class QLineEdit;
class QToolButton;

namespace formulens {

class GraphView;

/// The network in the middle of the window: level switch, search, and the graph as a view of the document.
class GraphPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit GraphPanel(Document* document, QWidget* parent = nullptr);

    GraphView* view() const { return m_view; }
    JobRunner* runner() { return &m_diagramJob; }
    void setLevel(Diagram::Level level);
    void focusSearch(); ///< Ctrl-F

private:
    void createBar();
    void connectView();
    void openModel();
    void rebuild();
    void show(std::shared_ptr<const Diagram> diagram);
    void showSelection();
    void showHighlight();
    void showValues();
    void clickNode(std::size_t node, bool add);
    void selectLayer(TensorIndex tensor);
    void hoverNode(std::optional<std::size_t> node);
    void toggleExpanded(std::size_t node);
    void search(const QString& text);
    void showMatch();
    void leaveSearch();
    bool eventFilter(QObject* watched, QEvent* event) override;
    std::optional<std::size_t> nodeOf(ElementReference element) const;

    Document* m_document;
    GraphView* m_view;
    QButtonGroup* m_levels = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_message = nullptr;
    Diagram::Level m_level = Diagram::Level::Layers;
    std::vector<std::size_t> m_expanded;
    std::vector<std::size_t> m_matches; ///< of the search, in the diagram's order
    std::size_t m_match = 0; ///< the one that Enter selects
    bool m_opening = true; ///< the next diagram is another model's or another level's
    JobRunner m_diagramJob;
    JobRunner m_valuesJob;
};

} // namespace formulens
