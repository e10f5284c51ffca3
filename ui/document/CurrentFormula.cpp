// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/CurrentFormula.h"

#include "core/worker/WorkerEngine.h"

#include <algorithm>

namespace formulens {

namespace {

/// Points of the check in the background: many where the network is quick, so that it ends within seconds.
std::size_t furtherPoints(const PreparedNetwork& network, const Session& session)
{
    const double cost = std::max(1.0, static_cast<double>(forecastTerms(network, session.question.selected)));
    return static_cast<std::size_t>(std::clamp(2e8 / cost, 512.0, 20'000.0));
}

bool anyHeld(const Question& question)
{
    return std::ranges::any_of(question.inputs, [](const InputQuantity& input) { return input.role == Role::Held; });
}

/// What is asked apart from where curves are drawn, how digits are shown and what is written in place.
bool asksTheSame(const Session& a, const Session& b)
{
    return a.question == b.question && a.form == b.form && a.derivativeBy == b.derivativeBy && a.head == b.head
        && a.scaling == b.scaling && a.manipulations == b.manipulations;
}

/// Substitution is a way of writing the same equations: on the screen each piece can be folded back, so the formula
/// keeps all its definitions.
DeriveRequest requestFor(const Document& document)
{
    DeriveRequest request = deriveRequest(document.model()->network, document.session());
    request.substituted.clear();
    request.algebra = worker::algebraEngine();
    return request;
}

std::vector<Expression> resultsOf(const Formula* formula)
{
    std::vector<Expression> values;
    for (std::size_t i = 0; formula && i < formula->results.size(); ++i)
        values.push_back(formula->results[i].value);
    return values;
}

struct Notation
{
    std::shared_ptr<const notation::NotatedFormula> notated;
    DisplayBound bound;
};

} // namespace

CurrentFormula::CurrentFormula(Document& document, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_derive(tr("Derive"))
    , m_notate(tr("Typeset"))
    , m_check(tr("Check"))
    , m_forecast(tr("Size of forms"))
{
    connect(&document, &Document::modelOpened, this, &CurrentFormula::modelOpened);
    connect(&document, &Document::selectionChanged, this, &CurrentFormula::questionMayHaveChanged);
    connect(&document, &Document::questionChanged, this, &CurrentFormula::questionMayHaveChanged);
    connect(&document, &Document::formChanged, this, &CurrentFormula::questionMayHaveChanged);
    connect(&document, &Document::referenceChanged, this, &CurrentFormula::referenceMoved);
    connect(&document, &Document::displayChanged, this, &CurrentFormula::notate);
    connect(&m_derive, &JobRunner::failed, this, &CurrentFormula::refuse);
    connect(&m_derive, &JobRunner::stopped, this, [this] { refuse(tr("Stopped before the formula was complete.")); });
    connect(&m_check, &JobRunner::runningChanged, this, &CurrentFormula::badgeChanged);
    // A check that fails is a formula that is not the network's: it must not stay on the screen.
    connect(&m_check, &JobRunner::failed, this, &CurrentFormula::refuse);
}

void CurrentFormula::modelOpened()
{
    m_forecasts.clear();
    derive();
    forecast();
}

void CurrentFormula::questionMayHaveChanged()
{
    if (asksTheSame(m_asked, m_document.session())) {
        if (m_asked.substituted != m_document.session().substituted)
            notate();
        return;
    }
    const bool sizesChange
        = m_asked.question.selected != m_document.selected() || m_asked.form == m_document.session().form;
    derive();
    if (sizesChange)
        forecast();
}

void CurrentFormula::referenceMoved()
{
    const bool matters = anyHeld(m_document.question()) || m_document.session().form == Form::Law;
    if (matters || m_state != State::Shown) {
        derive();
        return;
    }
    // The formula is the same; only what it says of its variables' reference values moves on.
    m_asked.question = m_document.question();
    auto moved = std::make_shared<Formula>(*m_formula);
    for (auto& variable : moved->variables) {
        const auto& input = m_document.question().inputs[variable.inputElement];
        variable.reference = input.scaling.physical(input.reference);
    }
    m_formula = std::move(moved);
}

void CurrentFormula::derive()
{
    m_check.cancel();
    m_notate.cancel();
    const bool asksForAlgebra = m_document.session().manipulations.size() > m_asked.manipulations.size();
    m_beforeAlgebra = asksForAlgebra ? resultsOf(m_formula.get()) : std::vector<Expression>();
    m_asked = m_document.session();
    m_formula.reset();
    m_notated.reset();
    m_displayBound.reset();
    m_opened.clear();
    setState(State::Deriving);
    m_derive.start(
        [request = requestFor(m_document)](const Progress& progress) -> Result<std::shared_ptr<const Formula>> {
            auto formula = formulens::derive(request, progress);
            if (!formula)
                return tl::unexpected(formula.error());
            return std::make_shared<const Formula>(std::move(*formula));
        },
        [this](std::shared_ptr<const Formula> formula) { show(std::move(formula)); });
}

void CurrentFormula::show(std::shared_ptr<const Formula> formula)
{
    m_formula = std::move(formula);
    m_algebraChangedNothing = !m_beforeAlgebra.empty() && m_beforeAlgebra == resultsOf(m_formula.get());
    setState(State::Shown);
    notate();
    checkFurther();
}

void CurrentFormula::refuse(const QString& reason)
{
    m_formula.reset();
    m_notated.reset();
    m_refusal = reason;
    setState(State::Refused);
}

void CurrentFormula::setState(State state)
{
    m_state = state;
    emit stateChanged();
}

notation::NotationOptions CurrentFormula::notationOptions() const
{
    notation::NotationOptions options;
    options.digits = m_document.session().digits;
    options.writeFunctionsOut = m_document.session().writeFunctionsOut;
    options.opened = m_opened;
    const auto& substituted = m_document.session().substituted;
    for (std::size_t i = 0; m_formula && i < m_formula->definitions.size(); ++i) {
        const auto& element = m_formula->definitions[i].element;
        if (element && substituted.contains(*element))
            options.inPlace.insert(i);
    }
    return options;
}

void CurrentFormula::openEquation(std::size_t equation)
{
    if (m_opened.insert(equation).second)
        notate();
}

void CurrentFormula::notate()
{
    if (!m_formula)
        return;
    m_asked.substituted = m_document.session().substituted;
    m_notate.start(
        [formula = m_formula, options = notationOptions()](const Progress&) -> Result<Notation> {
            return Notation{std::make_shared<const notation::NotatedFormula>(notation::notate(*formula, options)),
                formulens::displayBound(*formula, options.digits)};
        },
        [this](Notation result) {
            m_notated = std::move(result.notated);
            m_displayBound = result.bound;
            emit notatedChanged();
        });
}

void CurrentFormula::checkFurther()
{
    const auto network = m_document.model()->network;
    m_check.start(
        [network, formula = m_formula, points = furtherPoints(*network, m_asked)](
            const Progress& progress) { return checkFormula(*network, *formula, points, furtherSeed, progress); },
        [this](Badge badge) {
            auto checked = std::make_shared<Formula>(*m_formula);
            badge.points += checked->badge.points;
            badge.notFinite += checked->badge.notFinite;
            if (checked->badge.largestDifference > badge.largestDifference) {
                badge.largestDifference = checked->badge.largestDifference;
                badge.worstPoint = checked->badge.worstPoint;
                badge.tolerance = checked->badge.tolerance;
            }
            badge.outputRange = std::max(badge.outputRange, checked->badge.outputRange);
            checked->badge = std::move(badge);
            m_formula = std::move(checked);
            emit badgeChanged();
        });
}

void CurrentFormula::forecast()
{
    m_forecasts.clear();
    emit forecastsChanged();
    m_forecast.start([request = requestFor(m_document)](const Progress&) { return forecastForms(request); },
        [this](std::vector<FormForecast> forecasts) {
            m_forecasts = std::move(forecasts);
            emit forecastsChanged();
        });
}

const FormForecast* CurrentFormula::forecast(Form form) const
{
    const auto found = std::ranges::find(m_forecasts, form, &FormForecast::form);
    return found == m_forecasts.end() ? nullptr : &*found;
}

} // namespace formulens
