// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/DependencePanel.h"

#include "core/analysis/Breakpoints.h"
#include "core/formula/Derive.h"
#include "ui/pictures/SymbolText.h"
#include "ui/plots/CurvePlot.h"
#include "ui/plots/MapPlot.h"
#include "ui/plots/PhysicalLabel.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t curvePoints = 1000;
constexpr std::size_t mapPoints = 121;
/// More curves than this at once cannot be told apart.
constexpr std::size_t mostCurves = 10;

/// More bends than this are no longer told apart; they are not marked.
constexpr std::size_t mostBends = 60;
/// Larger networks would take longer than a slider's drag allows.
constexpr std::size_t mostBendingUnits = 600;

/// What a job needs to compute a curve, by value.
struct CurveWork
{
    std::shared_ptr<const Model> model;
    Question question;
    std::vector<ElementReference> elements;
    std::size_t input = 0;
    std::shared_ptr<const Formula> formula;
};

Scaling scalingOf(const Question& question, ElementReference element)
{
    const auto output = std::ranges::find(question.outputs, element, &OutputQuantity::element);
    return output == question.outputs.end() ? Scaling() : output->scaling;
}

/// Values of the formula's results along the curve, where it answers the same elements; else nothing.
std::vector<std::vector<double>> formulaValues(const CurveWork& work, const Curve& curve)
{
    if (!work.formula || work.formula->results.size() != work.elements.size())
        return {};
    for (std::size_t i = 0; i < work.elements.size(); ++i) {
        const ResultEquation& result = work.formula->results[i];
        if (result.element != work.elements[i] || result.derivativeBy || result.subtracted)
            return {};
    }
    const std::size_t inputs = work.question.inputs.size();
    std::vector<double> points;
    for (const double x : curve.x)
        for (std::size_t input = 0; input < inputs; ++input) {
            const InputQuantity& quantity = work.question.inputs[input];
            points.push_back(quantity.scaling.physical(input == work.input ? x : quantity.reference));
        }
    const Result<std::vector<double>> values = evaluateFormula(*work.formula, points, inputs);
    if (!values)
        return {};
    std::vector<std::vector<double>> columns(work.elements.size());
    for (std::size_t i = 0; i < values->size(); ++i)
        columns[i % columns.size()].push_back((*values)[i]);
    return columns;
}

/// Where each curve bends; nothing where the network is not piecewise linear or bends too often to be told.
std::vector<std::vector<double>> bendsOf(const CurveWork& work, const Progress& progress)
{
    const std::vector<std::vector<double>> none(work.elements.size());
    const auto equations = work.model->computations->equations(work.elements, progress);
    if (!equations || (*equations)->unitCount() > mostBendingUnits)
        return none;
    const Result<Breakpoints> found = breakpoints(
        {*equations, work.question.referencePoint(), work.input, work.question.inputs[work.input].domain.range},
        progress);
    return found ? found->x : none;
}

/// A negative scale turns the order of the values round.
void turnRound(CurvePlotData& data)
{
    std::ranges::reverse(data.x);
    for (CurvePlotData::Series& series : data.series)
        for (std::vector<double>* values : {&series.network, &series.formula, &series.breakpoints})
            std::ranges::reverse(*values);
}

void turnColumnsRound(HeatMap& map)
{
    std::ranges::reverse(map.x);
    const auto columns = static_cast<std::ptrdiff_t>(map.x.size());
    for (auto row = map.values.begin(); row != map.values.end(); row += columns)
        std::reverse(row, row + columns);
}

void turnRowsRound(HeatMap& map)
{
    // All values the other way round, then each row back again.
    std::ranges::reverse(map.y);
    std::ranges::reverse(map.values);
    const auto columns = static_cast<std::ptrdiff_t>(map.x.size());
    for (auto row = map.values.begin(); row != map.values.end(); row += columns)
        std::reverse(row, row + columns);
}

std::vector<double> joined(const std::vector<std::vector<double>>& lists)
{
    std::vector<double> all;
    for (const std::vector<double>& list : lists)
        all.insert(all.end(), list.begin(), list.end());
    return all;
}

Result<CurvePlotData> computed(const CurveWork& work, const Progress& progress)
{
    const auto program = work.model->computations->program(work.elements);
    if (!program)
        return tl::unexpected(program.error());
    const std::vector<std::vector<double>> bends = bendsOf(work, progress);
    const Result<Curve> result
        = curve({*program, work.question.referencePoint(), work.input, work.question.inputs[work.input].domain.range,
                    curvePoints, {}, joined(bends)},
            progress);
    if (!result)
        return tl::unexpected(result.error());
    const std::vector<std::vector<double>> formula = formulaValues(work, *result);
    CurvePlotData data;
    const Scaling across = work.question.inputs[work.input].scaling;
    for (const double x : result->x)
        data.x.push_back(across.physical(x));
    data.reference = across.physical(work.question.inputs[work.input].reference);
    for (std::size_t i = 0; i < work.elements.size(); ++i) {
        CurvePlotData::Series& series = data.series.emplace_back();
        for (const double y : result->values[i])
            series.network.push_back(scalingOf(work.question, work.elements[i]).physical(y));
        if (!formula.empty())
            series.formula = formula[i];
        if (bends[i].size() <= mostBends)
            for (const double x : bends[i])
                series.breakpoints.push_back(across.physical(x));
    }
    if (across.scale < 0)
        turnRound(data);
    return data;
}

} // namespace

DependencePanel::DependencePanel(Document* document, QWidget* parent)
    : QWidget(parent), m_document(document), m_job(tr("Computing the dependence"))
{
    createPlots();
    createBar();
    connect(document, &Document::modelOpened, this, [this] { refresh(false); });
    connect(document, &Document::selectionChanged, this, [this] { refresh(false); });
    connect(document, &Document::questionChanged, this, [this] { refresh(false); });
    connect(document, &Document::referenceChanged, this, [this] { refresh(true); });
    connect(&m_job, &JobRunner::failed, this, &DependencePanel::showNothing);
}

void DependencePanel::createPlots()
{
    m_curve = new CurvePlot;
    m_map = new MapPlot;
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_curve);
    m_stack->addWidget(m_map);
    connect(m_curve, &CurvePlot::referenceDragged, this, [this](double x, bool first) {
        moveReference({{m_document->axes()[0], x}}, first);
    });
    connect(m_map, &MapPlot::referenceDragged, this, [this](double x, double y, bool first) {
        moveReference({{m_document->axes()[0], x}, {m_document->axes()[1], y}}, first);
    });
}

void DependencePanel::createBar()
{
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(6, 4, 6, 4);
    m_kinds = new QButtonGroup(this);
    const auto addKind = [&](Kind kind, const QString& text, const QString& tip) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setChecked(kind == m_kind);
        m_kinds->addButton(button, static_cast<int>(kind));
        bar->addWidget(button);
    };
    addKind(Kind::Curve, tr("Curve"), tr("Output against one input, the others at the reference point"));
    addKind(Kind::Map, tr("Map"), tr("Output over two inputs, the others at the reference point"));
    connect(m_kinds, &QButtonGroup::idClicked, this, [this](int id) { setKind(static_cast<Kind>(id)); });
    bar->addStretch();

    m_difference = new QCheckBox(tr("Difference"));
    m_difference->setToolTip(tr("Network minus formula, on an axis of its own"));
    connect(m_difference, &QCheckBox::toggled, m_curve, &CurvePlot::setDifferenceShown);
    bar->addWidget(m_difference);
    m_contours = new QCheckBox(tr("Contours"));
    m_contours->setToolTip(tr("Lines of equal output"));
    m_contours->setChecked(true);
    connect(m_contours, &QCheckBox::toggled, m_map, &MapPlot::setContoursShown);
    bar->addWidget(m_contours);
    m_colors = new QComboBox;
    m_colors->addItems({tr("Automatic"), tr("Viridis"), tr("Cividis"), tr("Diverging")});
    m_colors->setAccessibleName(tr("Colour map"));
    m_colors->setToolTip(
        tr("Colours of the map. The diverging one is centred on zero: automatically for values of both signs"));
    connect(m_colors, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_map->setColorMap(index == 0 ? std::nullopt : std::optional(static_cast<ColorMap>(index - 1)));
    });
    bar->addWidget(m_colors);

    m_message = new QLabel;
    m_message->setWordWrap(true);
    m_message->setMargin(8);
    m_message->setAlignment(Qt::AlignTop);
    m_message->setObjectName(QStringLiteral("noDependence"));
    m_message->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    setKind(Kind::Curve);
}

const PictureSource& DependencePanel::picture() const
{
    return m_kind == Kind::Curve ? static_cast<const PictureSource&>(*m_curve) : *m_map;
}

void DependencePanel::setKind(Kind kind)
{
    m_kind = kind;
    m_kinds->button(static_cast<int>(kind))->setChecked(true);
    m_stack->setCurrentIndex(static_cast<int>(kind));
    m_difference->setVisible(kind == Kind::Curve);
    m_contours->setVisible(kind == Kind::Map);
    m_colors->setVisible(kind == Kind::Map);
    refresh(false);
}

void DependencePanel::setFormula(std::shared_ptr<const Formula> formula)
{
    m_formula = std::move(formula);
    refresh(true);
}

void DependencePanel::setMapPossible(bool possible)
{
    m_kinds->button(static_cast<int>(Kind::Map))->setEnabled(possible);
    if (!possible && m_kind == Kind::Map)
        setKind(Kind::Curve);
}

void DependencePanel::refresh(bool hold)
{
    if (!m_document->model())
        return showNothing({});
    if (m_document->selected().empty())
        return showNothing(tr("No output of this network can be computed."));
    if (m_document->axes().empty())
        return showNothing(tr("This network has no input along which a curve could be drawn."));
    m_message->setText({});
    setMapPossible(m_document->axes().size() == 2);
    if (m_kind == Kind::Curve)
        refreshCurve(hold);
    else
        refreshMap(hold);
}

/// What was drawn before answers another question, or belongs to another network.
void DependencePanel::showNothing(const QString& words)
{
    m_job.cancel();
    m_curve->setData({});
    m_map->setData({});
    m_stack->hide();
    m_message->setText(words);
    m_message->show();
}

void DependencePanel::showPlot()
{
    m_message->hide();
    m_stack->show();
}

void DependencePanel::refreshCurve(bool hold)
{
    CurveWork work{
        m_document->model(), m_document->question(), m_document->selected(), m_document->axes()[0], m_formula};
    work.elements.resize(std::min(work.elements.size(), mostCurves));
    const SymbolNames symbols(work.question, *work.model->network);
    QStringList names;
    for (const ElementReference& element : work.elements)
        names << symbols.element(element);
    CurvePlotData labels;
    labels.inputName = symbols.input(work.input);
    labels.inputLabel = axisLabel(labels.inputName, m_document->inputName(work.input),
        QString::fromStdString(work.question.inputs[work.input].unit));
    if (work.elements.size() == 1)
        labels.outputLabel = axisLabel(
            names[0], m_document->displayName(work.elements[0]), outputUnit(work.question, work.elements[0]));
    m_job.start([work](const Progress& progress) { return computed(work, progress); },
        [this, names, labels, hold](CurvePlotData shown) {
            for (std::size_t i = 0; i < shown.series.size(); ++i)
                shown.series[i].name = names[static_cast<qsizetype>(i)];
            shown.inputName = labels.inputName;
            shown.inputLabel = labels.inputLabel;
            shown.outputLabel = labels.outputLabel;
            m_curve->setData(std::move(shown), hold);
            showPlot();
        });
}

void DependencePanel::refreshMap(bool hold)
{
    const Question question = m_document->question();
    const ElementReference element = m_document->selected().front();
    const std::size_t x = m_document->axes()[0];
    const std::size_t y = m_document->axes()[1];
    MapPlotData labels;
    const SymbolNames symbols(question, *m_document->model()->network);
    labels.symbols = {symbols.input(x), symbols.input(y), symbols.element(element)};
    labels.horizontalLabel
        = axisLabel(labels.symbols[0], m_document->inputName(x), QString::fromStdString(question.inputs[x].unit));
    labels.verticalLabel
        = axisLabel(labels.symbols[1], m_document->inputName(y), QString::fromStdString(question.inputs[y].unit));
    labels.valueLabel = axisLabel(labels.symbols[2], m_document->displayName(element), outputUnit(question, element));
    labels.reference = question.inputs[x].scaling.physical(question.inputs[x].reference);
    labels.reference2 = question.inputs[y].scaling.physical(question.inputs[y].reference);
    m_job.start(
        [model = m_document->model(), question, element, x, y](const Progress& progress) -> Result<HeatMap> {
            const auto program = model->computations->program({element});
            if (!program)
                return tl::unexpected(program.error());
            Result<HeatMap> map = heatMap({*program, question.referencePoint(), x, y, question.inputs[x].domain.range,
                                              question.inputs[y].domain.range, mapPoints, mapPoints, 0},
                progress);
            if (!map)
                return map;
            const auto rescale = [](std::vector<double>& values, Scaling scaling) {
                std::ranges::transform(values, values.begin(), [&](double value) { return scaling.physical(value); });
            };
            rescale(map->x, question.inputs[x].scaling);
            rescale(map->y, question.inputs[y].scaling);
            rescale(map->values, scalingOf(question, element));
            if (question.inputs[x].scaling.scale < 0)
                turnColumnsRound(*map);
            if (question.inputs[y].scaling.scale < 0)
                turnRowsRound(*map);
            return map;
        },
        [this, labels, hold](HeatMap map) {
            MapPlotData shown = labels;
            shown.map = std::move(map);
            m_map->setData(std::move(shown), hold);
            showPlot();
        });
}

/// The plots show physical numbers; the reference point is kept in the file's own.
void DependencePanel::moveReference(const std::vector<std::pair<std::size_t, double>>& values, bool first)
{
    std::vector<std::pair<std::size_t, double>> own = values;
    for (auto& [input, value] : own)
        value = m_document->question().inputs[input].scaling.inFile(value);
    m_document->setReferences(own, first ? Document::Edit::Single : Document::Edit::Continuing);
}

} // namespace formulens
