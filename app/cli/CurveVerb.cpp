// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/PictureArguments.h"
#include "app/cli/Verbs.h"
#include "core/analysis/Analysis.h"
#include "core/question/Words.h"
#include "ui/pictures/SymbolText.h"
#include "ui/plots/CurvePlot.h"

namespace formulens::cli {

namespace {

struct CurveArguments
{
    ModelArguments model;
    PictureArguments pictures;
    std::string outputs;
    std::string input;
    std::size_t count = 1000;
};

/// The curve in physical numbers, where scaling was typed or given by the side file.
void applyScaling(
    Curve& curve, const Asked& asked, const CurveRequest& request, const std::vector<std::size_t>& outputs)
{
    const Scaling across = asked.question.inputs[request.inputElement].scaling;
    for (double& x : curve.x)
        x = across.physical(x);
    for (std::size_t i = 0; i < outputs.size(); ++i)
        for (double& y : curve.values[i])
            y = asked.question.outputs[outputs[i]].scaling.physical(y);
}

std::string table(const Curve& curve, const Asked& asked, std::size_t input, const std::vector<std::size_t>& outputs)
{
    std::vector<std::string> header{asked.question.inputs[input].name};
    for (const std::size_t output : outputs)
        header.push_back(asked.question.outputs[output].name);
    std::vector<double> values;
    for (std::size_t row = 0; row < curve.x.size(); ++row) {
        values.push_back(curve.x[row]);
        for (const std::vector<double>& column : curve.values)
            values.push_back(column[row]);
    }
    return csv(header, values);
}

CurvePlotData plotData(
    const Curve& curve, const Asked& asked, std::size_t input, const std::vector<std::size_t>& outputs)
{
    const InputQuantity& across = asked.question.inputs[input];
    const SymbolNames symbols(asked.question, *asked.model.prepared);
    CurvePlotData data;
    data.inputName = symbols.input(input);
    data.inputLabel
        = axisLabel(data.inputName, QString::fromStdString(across.name), QString::fromStdString(across.unit));
    data.x = curve.x;
    data.reference = across.scaling.physical(across.reference);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const OutputQuantity& output = asked.question.outputs[outputs[i]];
        data.series.push_back({symbols.element(output.element), curve.values[i], {}});
        if (outputs.size() == 1)
            data.outputLabel = axisLabel(
                data.series[0].name, QString::fromStdString(output.name), QString::fromStdString(output.unit));
    }
    return data;
}

Result<Outcome> run(const CurveArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const auto outputs = outputsNamed(*asked, arguments.outputs);
    if (!outputs)
        return tl::unexpected(outputs.error());
    const auto input = ElementNames(*asked->model.prepared, asked->question).input(arguments.input);
    if (!input)
        return tl::unexpected(input.error());
    const auto program = compile(asked->model.prepared, elementsOf(asked->question, *outputs));
    if (!program)
        return tl::unexpected(program.error());
    sayDomain(asked->question);

    const CurveRequest request{*program, asked->question.referencePoint(), *input,
        asked->question.inputs[*input].domain.range, arguments.count, {}};
    Result<Curve> result = curve(request);
    if (!result)
        return tl::unexpected(result.error());
    applyScaling(*result, *asked, request, *outputs);
    const auto written = arguments.pictures.write(table(*result, *asked, *input, *outputs), [&] {
        auto plot = std::make_unique<CurvePlot>();
        plot->setPictureSize({arguments.pictures.width, arguments.pictures.height});
        plot->setData(plotData(*result, *asked, *input, *outputs));
        return plot;
    });
    if (!written)
        return tl::unexpected(written.error());
    return Outcome::Done;
}

} // namespace

void addCurve(CommandLine& line)
{
    auto arguments = std::make_shared<CurveArguments>();
    Options verb = line.verb("curve", "Outputs against one input, the others at the reference point",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    verb.text("--output", arguments->outputs, "Outputs, \"y\" or \"y[0],y[2]\"; all by default");
    verb.text("--input", arguments->input, "The input that runs over its domain", Presence::Required);
    verb.whole("--count", arguments->count, "Points along the curve", 2, 1'000'000);
    arguments->pictures.addTo(verb);
}

} // namespace formulens::cli
