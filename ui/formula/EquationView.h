// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"
#include "ui/formula/DisplayList.h"
#include "ui/formula/EquationColours.h"
#include "ui/pictures/PictureSource.h"

#include <QAbstractScrollArea>
#include <QPoint>
#include <QSize>
#include <QString>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QMimeData;

namespace formulens {

class GlyphPainter;

/// A formula, typeset and alive: lines are broken to the view's width, what is under the pointer says so, a click names
/// its anchor. Ctrl and the wheel zoom; Tab and the arrow keys go from anchor to anchor, Enter clicks; dragging takes
/// the formula out as an image. Shows one tree; knows nothing of what the anchors mean.
class EquationView final : public QAbstractScrollArea, public PictureSource
{
    Q_OBJECT

public:
    /// The two ways in which the window lights anchors up.
    enum class Mark
    {
        Hovered,
        Selected
    };

    explicit EquationView(QWidget* parent = nullptr);
    ~EquationView() override;

    /// The place in the text is kept where possible: a substitution must not make the reader search. `plainText` is
    /// what screen readers say. Marks on anchors that the new tree has as well stay.
    void setTree(notation::Tree tree, const QString& plainText = QString());
    const notation::Tree& tree() const { return m_tree; }
    const QString& plainText() const { return m_plainText; }
    void scrollToStart();

    /// Without this the colours are those of currentPalette().
    void setColours(const EquationColours& colours);

    void setHighlighted(std::vector<notation::AnchorId> anchors, Mark mark);
    const std::vector<notation::AnchorId>& highlighted(Mark mark) const;

    /// Asked when the pointer rests on an anchor.
    void setToolTips(std::function<QString(notation::AnchorId)> toolTips);

    /// The size of the text; kept within 6 to 96 points.
    double fontPoints() const { return m_fontPoints; }
    void setFontPoints(double points);
    void zoomIn();
    void zoomOut();
    void resetZoom();

    /// Positions in the viewport.
    std::optional<notation::AnchorId> anchorAt(QPointF position) const;
    /// Of the anchor's first appearance, where it begins; empty if the tree has no such anchor.
    QRectF anchorRectangle(notation::AnchorId anchor) const;
    void showAnchor(notation::AnchorId anchor); ///< scrolls as little as needed

    /// The formula as it is broken here, as image/png, an image and SVG, for dragging and the clipboard. The caller
    /// owns it; null when there is no formula.
    QMimeData* pictureData() const;

    QSizeF pictureSize() const override;
    void paintPicture(QPainter& painter) const override;

    QSize sizeHint() const override;

signals:
    void hovered(std::optional<formulens::notation::AnchorId> anchor); ///< by pointer or keyboard
    void clicked(formulens::notation::AnchorId anchor, Qt::KeyboardModifiers modifiers);
    void contextMenuRequested(QPoint globalPosition, std::optional<formulens::notation::AnchorId> anchor);
    void fontPointsChanged(double points);

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void zoomBy(int notches);
    double unit() const; ///< pixels in one unit of the display list
    double margin() const;
    QPointF origin() const; ///< of the display list, in the viewport
    void layOutAgain();
    void layOutKeepingPlace();
    void fit();
    void updateScrollBars();
    void updateLooks();
    EquationColours colours() const;
    std::optional<std::uint32_t> groupAt(QPointF position) const;
    std::optional<notation::AnchorId> anchorOf(std::optional<std::uint32_t> group) const;
    std::optional<DisplayList::Fragment> firstFragment(std::uint32_t group) const;
    QRectF inViewport(const DisplayList::Fragment& fragment) const;
    void setPointed(std::optional<std::uint32_t> group);
    void setFocused(std::optional<std::uint32_t> group);
    void announce();
    bool step(int key);
    void ensureVisible(const QRectF& rectangle);
    void startDrag();
    void paintFills(QPainter& painter, const EquationColours& colours, const QRectF& exposed) const;

    notation::Tree m_tree;
    QString m_plainText;
    DisplayList m_list;
    double m_layoutWidth = -1; ///< of m_list, in ems
    QSize m_room; ///< of the viewport without scroll bars, for which m_list was made
    double m_fontPoints;
    std::unique_ptr<GlyphPainter> m_painter;
    std::optional<EquationColours> m_colours;
    std::array<std::vector<notation::AnchorId>, 2> m_marked; ///< by Mark
    std::vector<std::uint8_t> m_fillOfGroup; ///< bits of Mark, of the group itself
    std::vector<std::uint8_t> m_inkOfGroup; ///< position among the painter's colours
    std::function<QString(notation::AnchorId)> m_toolTips;
    std::optional<std::uint32_t> m_pointed; ///< group under the pointer
    std::optional<std::uint32_t> m_focused; ///< group that the keyboard is on
    std::optional<notation::AnchorId> m_announced; ///< last value of hovered()
    std::optional<QPoint> m_pressed;
    int m_wheelRest = 0;
};

} // namespace formulens
