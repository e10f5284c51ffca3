// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/Analysis.h"
#include "core/formula/Formula.h"
#include "ui/document/Document.h"
#include "ui/jobs/JobRunner.h"
#include "ui/pictures/PictureSource.h"

#include <QWidget>

#include <memory>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QStackedWidget;

namespace formulens {

class CurvePlot;
class MapPlot;

/// Output against the axis inputs: a curve over the first, or a map over both. The rest stands at the reference point.
class DependencePanel final : public QWidget
{
    Q_OBJECT

public:
    enum class Kind
    {
        Curve,
        Map
    };

    explicit DependencePanel(Document* document, QWidget* parent = nullptr);

    /// The formula that is shown elsewhere, drawn dashed beside the network's curve; null: none.
    void setFormula(std::shared_ptr<const Formula> formula);
    void setKind(Kind kind);

    CurvePlot* curvePlot() const { return m_curve; }
    MapPlot* mapPlot() const { return m_map; }
    /// What is shown now, as a picture.
    const PictureSource& picture() const;
    JobRunner* runner() { return &m_job; }

private:
    void createBar();
    void createPlots();
    void refresh(bool hold);
    void showNothing(const QString& words);
    void showPlot();
    void refreshCurve(bool hold);
    void refreshMap(bool hold);
    void moveReference(const std::vector<std::pair<std::size_t, double>>& values, bool first);
    void setMapPossible(bool possible);

    Document* m_document;
    std::shared_ptr<const Formula> m_formula;
    CurvePlot* m_curve = nullptr;
    MapPlot* m_map = nullptr;
    QStackedWidget* m_stack = nullptr;
    QButtonGroup* m_kinds = nullptr;
    QCheckBox* m_difference = nullptr;
    QCheckBox* m_contours = nullptr;
    QComboBox* m_colors = nullptr;
    QLabel* m_message = nullptr;
    Kind m_kind = Kind::Curve;
    JobRunner m_job;
};

} // namespace formulens
