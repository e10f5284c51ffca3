// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/PictureArguments.h"
#include "app/cli/Verbs.h"
#include "core/analysis/Analysis.h"
#include "core/base/Numerals.h"
#include "ui/pictures/SymbolText.h"
#include "ui/plots/SensitivityPlot.h"

#include <cmath>

namespace formulens::cli {

namespace {

struct SensitivityArguments
{
    ModelArguments model;
    PictureArguments pictures;
    std::string outputs;
    std::string method = "scaled";
};

/// Rows are outputs, columns inputs; the first column names the output.
std::string table(const SensitivityPlotData& data)
{
    std::string text = "output";
    for (const QString& input : data.inputs)
        text += "," + input.toStdString();
    text += '\n';
    const std::vector<double>& values = data.raw ? data.map.derivative : data.map.scaled;
    for (std::size_t output = 0; output < data.map.outputs; ++output) {
        text += data.outputs[static_cast<qsizetype>(output)].toStdString();
        for (std::size_t input = 0; input < data.map.inputs; ++input)
            text += "," + roundTrip17(values[output * data.map.inputs + input]);
        text += '\n';
    }
    return text;
}

/// The derivative of physical numbers, where scaling was typed or given by the side file.
void applyScaling(SensitivityMap& map, const Question& question, const std::vector<std::size_t>& outputs)
{
    for (std::size_t i = 0; i < map.derivative.size(); ++i) {
        const double ratio
            = question.outputs[outputs[i / map.inputs]].scaling.scale / question.inputs[i % map.inputs].scaling.scale;
        map.derivative[i] *= ratio;
        map.scaled[i] = std::copysign(1.0, ratio) * map.scaled[i]; // widths and ranges scale along
    }
}

Result<Outcome> run(const SensitivityArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const auto outputs = outputsNamed(*asked, arguments.outputs);
    if (!outputs)
        return tl::unexpected(outputs.error());
    const Question& question = asked->question;
    const auto program = compile(asked->model.prepared, elementsOf(question, *outputs));
    if (!program)
        return tl::unexpected(program.error());
    sayDomain(question);

    Result<SensitivityMap> map = sensitivity({*program, question.referencePoint(), question.ranges()});
    if (!map)
        return tl::unexpected(map.error());
    applyScaling(*map, question, *outputs);
    const SymbolNames symbols(question, *asked->model.prepared);
    SensitivityPlotData data{std::move(*map), {}, {}, arguments.method == "derivative"};
    for (const std::size_t output : *outputs) {
        data.outputs << QString::fromStdString(question.outputs[output].name);
        data.outputSymbols << symbols.element(question.outputs[output].element);
    }
    for (std::size_t input = 0; input < question.inputs.size(); ++input) {
        data.inputs << QString::fromStdString(question.inputs[input].name);
        data.inputSymbols << symbols.input(input);
    }
    const auto written = arguments.pictures.write(table(data), [&] {
        auto plot = std::make_unique<SensitivityPlot>();
        plot->setPictureSize({arguments.pictures.width, arguments.pictures.height});
        plot->setData(data);
        return plot;
    });
    if (!written)
        return tl::unexpected(written.error());
    return Outcome::Done;
}

} // namespace

void addSensitivity(CommandLine& line)
{
    auto arguments = std::make_shared<SensitivityArguments>();
    Options verb = line.verb("sensitivity", "How the outputs move with each input at the reference point",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    verb.text("--output", arguments->outputs, "Outputs, \"y\" or \"y[0],y[2]\"; all by default");
    verb.oneOf("--method", arguments->method,
        "scaled: dy/dx times the width of the input's domain over the range of the output; derivative: dy/dx",
        {"scaled", "derivative"});
    arguments->pictures.addTo(verb);
}

} // namespace formulens::cli
