// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/PictureArguments.h"
#include "app/cli/Verbs.h"
#include "core/analysis/Analysis.h"
#include "core/question/Words.h"
#include "ui/pictures/SymbolText.h"
#include "ui/plots/MapPlot.h"

namespace formulens::cli {

namespace {

struct MapArguments
{
    ModelArguments model;
    PictureArguments pictures;
    std::string output;
    std::string input;
    std::string input2;
    std::size_t count = 201;
};

void applyScaling(HeatMap& map, const Question& question, const MapRequest& request, std::size_t output)
{
    for (double& x : map.x)
        x = question.inputs[request.inputElement].scaling.physical(x);
    for (double& y : map.y)
        y = question.inputs[request.inputElement2].scaling.physical(y);
    for (double& value : map.values)
        value = question.outputs[output].scaling.physical(value);
}

std::string table(const HeatMap& map, const Question& question, const MapRequest& request, std::size_t output)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < map.values.size(); ++i) {
        values.push_back(map.x[i % map.x.size()]);
        values.push_back(map.y[i / map.x.size()]);
        values.push_back(map.values[i]);
    }
    return csv({question.inputs[request.inputElement].name, question.inputs[request.inputElement2].name,
                   question.outputs[output].name},
        values);
}

MapPlotData plotData(HeatMap map, const Asked& asked, const MapRequest& request, std::size_t output)
{
    const Question& question = asked.question;
    const SymbolNames names(question, *asked.model.prepared);
    const InputQuantity& x = question.inputs[request.inputElement];
    const InputQuantity& y = question.inputs[request.inputElement2];
    const OutputQuantity& z = question.outputs[output];
    const QStringList symbols{
        names.input(request.inputElement), names.input(request.inputElement2), names.element(z.element)};
    const auto labelled = [&](qsizetype i, const auto& quantity) {
        return axisLabel(symbols[i], QString::fromStdString(quantity.name), QString::fromStdString(quantity.unit));
    };
    return {std::move(map), labelled(0, x), labelled(1, y), labelled(2, z), symbols, x.scaling.physical(x.reference),
        y.scaling.physical(y.reference)};
}

Result<Outcome> run(const MapArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const auto outputs = outputsNamed(*asked, arguments.output);
    if (!outputs)
        return tl::unexpected(outputs.error());
    if (outputs->size() != 1)
        return failure(ErrorCode::BadQuestion, "a map shows one output: name one element with --output, such as y[0]");
    const ElementNames names(*asked->model.prepared, asked->question);
    const auto input = names.input(arguments.input);
    const auto input2 = names.input(arguments.input2);
    if (!input || !input2)
        return tl::unexpected(input ? input2.error() : input.error());
    if (*input == *input2)
        return failure(ErrorCode::BadQuestion, "a map needs two different inputs");
    const auto program = compile(asked->model.prepared, elementsOf(asked->question, *outputs));
    if (!program)
        return tl::unexpected(program.error());
    sayDomain(asked->question);

    const Question& question = asked->question;
    const MapRequest request{*program, question.referencePoint(), *input, *input2, question.inputs[*input].domain.range,
        question.inputs[*input2].domain.range, arguments.count, arguments.count, 0};
    Result<HeatMap> map = heatMap(request);
    if (!map)
        return tl::unexpected(map.error());
    applyScaling(*map, question, request, outputs->front());
    const auto written = arguments.pictures.write(table(*map, question, request, outputs->front()), [&] {
        auto plot = std::make_unique<MapPlot>();
        plot->setPictureSize({arguments.pictures.width, arguments.pictures.height});
        plot->setData(plotData(std::move(*map), *asked, request, outputs->front()));
        return plot;
    });
    if (!written)
        return tl::unexpected(written.error());
    return Outcome::Done;
}

} // namespace

void addMap(CommandLine& line)
{
    auto arguments = std::make_shared<MapArguments>();
    Options verb = line.verb("map", "One output over two inputs, the others at the reference point",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    verb.text("--output", arguments->output, "One output element, \"y\" or \"y[2]\"");
    verb.text("--input", arguments->input, "The horizontal input", Presence::Required);
    verb.text("--input2", arguments->input2, "The vertical input", Presence::Required);
    verb.whole("--count", arguments->count, "Points along each axis", 2, 5000);
    arguments->pictures.addTo(verb);
}

} // namespace formulens::cli
