// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/Verbs.h"
#include "core/base/Numerals.h"
#include "core/data/PointsFile.h"
#include "core/evaluation/Program.h"
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"
#include "core/opening/Formats.h"
#include "core/question/Words.h"

#include <algorithm>

namespace formulens::cli {

namespace {

struct EvaluateArguments
{
    ModelArguments model;
    std::string points;
    std::string tensor;
    std::string out;
};

/// Rows of values with the names of their columns.
struct Table
{
    std::vector<std::string> header;
    std::vector<double> values;
};

/// A JSON object that is no model is a formula of ours, or was meant to be one.
bool isFormula(const std::string& path)
{
    if (!path.ends_with(".json"))
        return false;
    const Result<std::string> text = readFile(path);
    const std::size_t first = text ? text->find_first_not_of(" \t\r\n") : std::string::npos;
    return first != std::string::npos && (*text)[first] == '{' && formatOf(*text) == nullptr;
}

Result<std::vector<ElementReference>> wantedElements(const Asked& asked, const std::string& tensor)
{
    if (!tensor.empty())
        return ElementNames(*asked.model.prepared, asked.question).elements(tensor);
    const auto outputs = outputsNamed(asked, {});
    return elementsOf(asked.question, *outputs);
}

Result<Points> pointsAsked(const EvaluateArguments& arguments, const Asked& asked)
{
    if (arguments.points.empty())
        return Points{1, asked.question.referencePoint()};
    return readPoints(arguments.points, *asked.model.prepared, asked.question);
}

Result<Table> evaluateModel(const EvaluateArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const auto elements = wantedElements(*asked, arguments.tensor);
    if (!elements)
        return tl::unexpected(elements.error());
    const Result<Points> points = pointsAsked(arguments, *asked);
    if (!points)
        return tl::unexpected(points.error());
    const auto program = compile(asked->model.prepared, *elements);
    if (!program)
        return tl::unexpected(program.error());
    std::vector<std::string> header;
    for (const ElementReference& element : *elements)
        header.push_back(asked->model.prepared->elementName(element.tensor, element.element));
    Table table{std::move(header), std::vector<double>(points->count * elements->size())};
    if (auto done = (*program)->evaluate(points->values, table.values); !done)
        return tl::unexpected(done.error());
    return table;
}

/// Which of a formula's free inputs has this symbol or this name in the file.
std::optional<std::size_t> variableNamed(const Formula& formula, std::string_view name)
{
    const auto match = std::ranges::find_if(formula.variables,
        [&](const Variable& variable) { return variable.sourceName == name || variable.symbol == name; });
    if (match == formula.variables.end())
        return std::nullopt;
    return static_cast<std::size_t>(match - formula.variables.begin());
}

/// "x=0.1,y=2", the rest at the formula's reference point.
Result<std::vector<double>> formulaPoint(const Formula& formula, std::string rest)
{
    std::vector<double> point;
    for (const Variable& variable : formula.variables)
        point.push_back(variable.reference);
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string pair = rest.substr(0, comma);
        rest.erase(0, std::min(comma + 1, rest.size()));
        const std::size_t equals = std::min(pair.rfind('='), pair.size());
        const auto variable = variableNamed(formula, std::string_view(pair).substr(0, equals));
        const auto value = equals < pair.size() ? toDouble(std::string_view(pair).substr(equals + 1)) : std::nullopt;
        if (!variable || !value)
            return failure(
                ErrorCode::BadQuestion, "--at: '" + pair + "': expected NAME=NUMBER with one of the formula's inputs");
        point[*variable] = *value;
    }
    return point;
}

/// Rows of the formula's free inputs: by the header's names, or in their order where there is no header.
Result<std::vector<double>> formulaPoints(const Formula& formula, const std::string& path)
{
    const Result<CsvTable> table = readCsv(path);
    if (!table)
        return tl::unexpected(table.error());
    const std::size_t count = formula.variables.size();
    std::vector<std::size_t> columns(count, table->columns);
    for (std::size_t i = 0; i < table->columns; ++i) {
        const auto variable = table->header.empty() ? std::optional(i) : variableNamed(formula, table->header[i]);
        if (variable && *variable < count)
            columns[*variable] = i;
    }
    if (table->columns != count || std::ranges::find(columns, table->columns) != columns.end())
        return failure(ErrorCode::BadFile,
            path + ": expected a column for each of the formula's " + std::to_string(count) + " free inputs, found "
                + std::to_string(table->columns) + (table->header.empty() ? "" : " of other names"));
    std::vector<double> points;
    for (std::size_t row = 0; row < table->rows(); ++row)
        for (const std::size_t column : columns)
            points.push_back(table->row(row)[column]);
    return points;
}

Result<Table> evaluateFormulaFile(const EvaluateArguments& arguments)
{
    const Result<std::string> text = readFile(arguments.model.model);
    if (!text)
        return tl::unexpected(text.error());
    const Result<Formula> formula = readFormula(*text);
    if (!formula)
        return failure(formula.error().code, arguments.model.model + ": " + formula.error().message);
    const Result<std::vector<double>> points = arguments.points.empty() ? formulaPoint(*formula, arguments.model.at)
                                                                        : formulaPoints(*formula, arguments.points);
    if (!points)
        return tl::unexpected(points.error());

    // A program takes all input elements; those that are held are not read.
    const std::size_t count = formula->variables.size();
    std::size_t inputCount = 0;
    for (const Variable& variable : formula->variables)
        inputCount = std::max(inputCount, variable.inputElement + 1);
    std::vector<double> rows(count == 0 ? 0 : points->size() / count * inputCount);
    for (std::size_t i = 0; i < points->size(); ++i)
        rows[i / count * inputCount + formula->variables[i % count].inputElement] = (*points)[i];
    Result<std::vector<double>> values = evaluateFormula(*formula, rows, inputCount);
    if (!values)
        return tl::unexpected(values.error());
    Table table{{}, std::move(*values)};
    for (const ResultEquation& result : formula->results)
        table.header.push_back(result.sourceName);
    return table;
}

Result<Outcome> run(const EvaluateArguments& arguments)
{
    const Result<Table> table
        = isFormula(arguments.model.model) ? evaluateFormulaFile(arguments) : evaluateModel(arguments);
    if (!table)
        return tl::unexpected(table.error());
    if (auto done = writeOutput(arguments.out, csv(table->header, table->values)); !done)
        return tl::unexpected(done.error());
    return Outcome::Done;
}

} // namespace

void addEvaluate(CommandLine& line)
{
    auto arguments = std::make_shared<EvaluateArguments>();
    Options verb = line.verb("evaluate", "Values of a network or of a formula at given points, as CSV",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb, "The trained network, or a formula that derive --export json wrote");
    verb.text("--points", arguments->points,
        "CSV: a column for each input element, a row for each point; a header row with their names is optional");
    verb.exclude("--at", "--points");
    verb.text("--tensor", arguments->tensor, "Elements of any tensor of the network instead of its outputs");
    verb.text("-o,--out", arguments->out, "Write to this file");
}

} // namespace formulens::cli
