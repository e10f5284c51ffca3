// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Logic.h"

#include "core/base/Numerals.h"
#include "core/formula/Subject.h"
#include "core/operators/MovedElements.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace formulens {

namespace {

constexpr double anyNumber = 1e300;

/// The two values of an input, in the file's numbers.
std::optional<std::pair<double, double>> twoValues(const Domain& domain)
{
    if (domain.kind == Domain::Kind::Set && domain.values.size() == 2)
        return std::pair(domain.values[0], domain.values[1]);
    const double low = std::ceil(domain.range.lower);
    const double high = std::floor(domain.range.upper);
    if (domain.kind == Domain::Kind::Whole && high == low + 1)
        return std::pair(low, high);
    return std::nullopt;
}

Result<std::vector<BinaryInput>> binaryInputs(const Subject& subject)
{
    std::vector<BinaryInput> inputs;
    for (const Variable& variable : subject.variables) {
        const auto values = twoValues(subject.inputs[variable.inputElement].domain);
        if (!values)
            return failure(ErrorCode::BadQuestion,
                "input '" + variable.sourceName
                    + "' does not take two values: give it a set of two, such as {0,1}, or hold it");
        inputs.push_back({variable.inputElement, values->first, values->second});
    }
    if (inputs.empty())
        return failure(ErrorCode::BadQuestion, "no input varies: there is nothing to tabulate");
    if (inputs.size() > static_cast<std::size_t>(logic::mostInputs))
        return failure(ErrorCode::Limit,
            "a truth table of " + std::to_string(inputs.size()) + " inputs has 2^" + std::to_string(inputs.size())
                + " rows: the limit is " + std::to_string(logic::mostInputs) + " inputs; hold some of them");
    return inputs;
}

/// The step that computes the element, and which of its elements it is, behind whatever only moves elements.
std::optional<std::pair<const Step*, std::size_t>> computedBy(const PreparedNetwork& network, ElementReference element)
{
    for (;;) {
        const auto step = std::ranges::find(network.steps, element.tensor, &Step::output);
        if (step == network.steps.end())
            return std::nullopt;
        if (step->kernel->character() != Kernel::Character::Movement)
            return std::pair(&*step, element.element);
        const auto source = movedElements(network, *step)[element.element];
        if (!source)
            return std::nullopt;
        element = {step->inputs[source->operand], source->element};
    }
}

/// The middle of what the function that ends the network can give, whatever goes in: 0.5 of a sigmoid, nothing of a
/// sum.
std::optional<double> middleOfRange(const PreparedNetwork& network, ElementReference element)
{
    const auto computed = computedBy(network, element);
    if (!computed)
        return std::nullopt;
    std::vector<std::vector<Interval>> anything;
    for (const TensorIndex input : computed->first->inputs) {
        const PreparedTensor& tensor = network.tensor(input);
        anything.emplace_back(tensor.shape.elementCount(), Interval(-anyNumber, anyNumber));
        for (std::size_t i = 0; tensor.constant && i < tensor.constant->size(); ++i)
            anything.back()[i] = Interval(tensor.constant->number(i));
    }
    const std::vector<std::span<const Interval>> operands(anything.begin(), anything.end());
    std::vector<Interval> values(network.tensor(computed->first->output).shape.elementCount());
    computed->first->kernel->run(Operands<Interval>(operands), values);
    const Interval range = values[computed->second];
    const bool isBounded = range.lower > -std::sqrt(anyNumber) && range.upper < std::sqrt(anyNumber);
    return isBounded && range.width() > 0 ? std::optional(std::midpoint(range.lower, range.upper)) : std::nullopt;
}

std::optional<double> thresholdOf(const LogicRequest& request, const Subject& subject, const Target& target)
{
    if (const auto given = request.thresholds.find(target.element); given != request.thresholds.end())
        return target.scaling.inFile(given->second);
    for (const OutputQuantity& output : request.question.outputs)
        if (output.element == target.element && output.range)
            return std::midpoint(output.range->lower, output.range->upper);
    return middleOfRange(*subject.network, target.element);
}

/// A request put into the words of tables.
struct Prepared
{
    Subject subject;
    LogicTableRequest tables;
};

Result<Prepared> prepared(const LogicRequest& request)
{
    DeriveRequest asked;
    asked.network = request.network;
    asked.question = request.question;
    auto subject = subjectOf(asked);
    if (!subject)
        return tl::unexpected(subject.error());
    auto inputs = binaryInputs(*subject);
    if (!inputs)
        return tl::unexpected(inputs.error());
    std::vector<ElementReference> elements;
    std::vector<std::optional<double>> thresholds;
    for (const Target& target : subject->targets) {
        elements.push_back(target.element);
        thresholds.push_back(thresholdOf(request, *subject, target));
    }
    auto program = compile(request.network, elements);
    if (!program)
        return tl::unexpected(program.error());
    LogicTableRequest tables{*program, subject->reference(), std::move(*inputs), std::move(thresholds)};
    return Prepared{std::move(*subject), std::move(tables)};
}

/// The row that a point of the network's inputs lies in; none where an input has another value than its two.
std::optional<std::size_t> rowOf(const std::vector<BinaryInput>& inputs, std::span<const double> point)
{
    std::size_t row = 0;
    for (const BinaryInput& input : inputs) {
        const double value = point[input.inputElement];
        if (value != input.low && value != input.high)
            return std::nullopt;
        row = 2 * row + (value == input.high ? 1 : 0);
    }
    return row;
}

Result<logic::TruthTable> rowsThatMatter(const LogicRequest& request, const Prepared& prepared)
{
    const std::vector<BinaryInput>& inputs = prepared.tables.inputs;
    logic::TruthTable care(static_cast<int>(inputs.size()), true);
    for (const std::uint32_t row : request.dontCares) {
        if (row >= care.rows())
            return failure(ErrorCode::BadQuestion,
                "row " + std::to_string(row) + " is none: the last of " + std::to_string(inputs.size()) + " inputs is "
                    + std::to_string(care.rows() - 1));
        care.set(row, false);
    }
    if (care.isFalse())
        return failure(ErrorCode::BadQuestion, "no row matters: there is nothing to write");
    return care;
}

/// The table of the physical values: where the scale is negative, above the threshold is below it.
LogicTable physical(LogicTable table, const Scaling& scaling)
{
    table.threshold = scaling.physical(table.threshold);
    table.lowest = scaling.physical(table.lowest);
    table.highest = scaling.physical(table.highest);
    table.margin *= std::fabs(scaling.scale);
    if (scaling.scale < 0) {
        table.table = ~table.table;
        std::swap(table.lowest, table.highest);
    }
    return table;
}

Result<LogicResult> resultOf(
    const Target& target, LogicTable table, const logic::TruthTable& care, const Progress& progress)
{
    LogicResult result{target.symbol, target.sourceName, target.element, physical(std::move(table), target.scaling),
        logic::LogicFunction(), {}};
    result.function = {result.table.table & care, care};
    auto forms = logic::logicForms(result.function, progress);
    if (!forms)
        return tl::unexpected(forms.error());
    result.forms = std::move(*forms);
    return result;
}

} // namespace

const logic::LogicForm* LogicResult::form(logic::LogicFormKind kind) const
{
    const auto found = std::ranges::find(forms.forms, kind, &logic::LogicForm::kind);
    return found == forms.forms.end() ? nullptr : &*found;
}

const logic::LogicForm* LogicResult::formWithGates(std::optional<logic::LogicFormKind> kind) const
{
    if (kind && *kind != logic::LogicFormKind::Name)
        return form(*kind);
    const auto found = std::ranges::find_if(
        forms.forms, [](const logic::LogicForm& form) { return form.kind != logic::LogicFormKind::Name; });
    return found == forms.forms.end() ? nullptr : &*found;
}

std::string badgeText(const LogicResult& result)
{
    const LogicTable& table = result.table;
    const std::size_t rows = result.function.care.ones();
    const std::string all = rows == table.table.rows()
        ? "all " + std::to_string(rows) + " rows"
        : "all " + std::to_string(rows) + " rows that matter of " + std::to_string(table.table.rows());
    std::string text = "exact (" + all + "); threshold " + legible(table.threshold, 4) + ", smallest margin "
        + legible(table.margin, 3) + " in row " + logic::rowText(table.closestRow, table.table.inputs());
    if (table.isWithinRounding())
        text += "; that is within float32 rounding: a runtime may find the other value there";
    return text;
}

Result<LogicForecast> forecastLogic(const LogicRequest& request)
{
    const auto ready = prepared(request);
    if (!ready)
        return tl::unexpected(ready.error());
    return forecastLogicTables(ready->tables);
}

Result<LogicAnswer> deriveLogic(const LogicRequest& request, const Progress& progress)
{
    const auto ready = prepared(request);
    if (!ready)
        return tl::unexpected(ready.error());
    const auto care = rowsThatMatter(request, *ready);
    if (!care)
        return tl::unexpected(care.error());
    auto tables = logicTables(ready->tables, progress.part(0, 0.5));
    if (!tables)
        return tl::unexpected(tables.error());
    LogicAnswer answer{{}, {}, ready->subject.held, {}};
    for (std::size_t i = 0; i < ready->subject.variables.size(); ++i) {
        const Variable& variable = ready->subject.variables[i];
        const BinaryInput& input = ready->tables.inputs[i];
        answer.inputs.push_back({variable.symbol, variable.sourceName, variable.inputElement,
            variable.scaling.physical(input.low), variable.scaling.physical(input.high)});
    }
    const double count = static_cast<double>(tables->size());
    for (std::size_t i = 0; i < tables->size(); ++i) {
        const double done = 0.5 + 0.5 * static_cast<double>(i) / count;
        auto result = resultOf(
            ready->subject.targets[i], std::move((*tables)[i]), *care, progress.part(done, done + 0.5 / count));
        if (!result)
            return tl::unexpected(result.error());
        answer.results.push_back(std::move(*result));
    }
    return answer;
}

Result<std::vector<std::uint32_t>> rowsThatDoNotOccur(const LogicRequest& request, std::span<const double> points)
{
    const auto ready = prepared(request);
    if (!ready)
        return tl::unexpected(ready.error());
    const std::vector<BinaryInput>& inputs = ready->tables.inputs;
    const std::size_t width = ready->subject.inputs.size();
    logic::TruthTable missing(static_cast<int>(inputs.size()), true);
    for (std::size_t at = 0; at + width <= points.size(); at += width)
        if (const auto row = rowOf(inputs, points.subspan(at, width)))
            missing.set(*row, false);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < missing.rows(); ++row)
        if (missing.at(row))
            rows.push_back(row);
    return rows;
}

void recogniseBinaryInputs(Question& question, std::span<const double> points)
{
    const std::size_t width = question.inputs.size();
    for (std::size_t i = 0; i < width; ++i) {
        std::set<double> values;
        for (std::size_t at = i; at < points.size() && values.size() <= 2; at += width)
            values.insert(points[at]);
        if (values.size() != 2)
            continue;
        question.inputs[i].domain
            = {Domain::Kind::Set, {*values.begin(), *values.rbegin()}, {values.begin(), values.end()}};
        question.inputs[i].source = DomainSource::Data;
    }
}

bool isLogic(const Question& question)
{
    const auto varies = [](const InputQuantity& input) { return input.role == Role::Free; };
    return std::ranges::any_of(question.inputs, varies)
        && std::ranges::all_of(question.inputs,
            [&](const InputQuantity& input) { return !varies(input) || twoValues(input.domain).has_value(); });
}

} // namespace formulens
