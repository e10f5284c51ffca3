// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/Verbs.h"
#include "core/analysis/Agreement.h"
#include "core/analysis/IndependentData.h"
#include "core/base/Numerals.h"
#include "core/data/ArrayDataSet.h"
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"

namespace formulens::cli {

namespace {

struct VerifyArguments
{
    ModelArguments model;
    std::string formula;
    std::string data;
    std::size_t points = 10000;
    std::uint64_t seed = 1;
    double tolerance = 1e-5;
};

std::string digits(double value)
{
    return legible(value, 3);
}

Result<Outcome> verifyFormula(const VerifyArguments& arguments, const Asked& asked)
{
    const Result<std::string> text = readFile(arguments.formula);
    if (!text)
        return tl::unexpected(text.error());
    const Result<Formula> formula = readFormula(*text);
    if (!formula)
        return failure(formula.error().code, arguments.formula + ": " + formula.error().message);
    const Result<Badge> badge = checkFormula(*asked.model.prepared, *formula, arguments.points, arguments.seed);
    if (badge) {
        if (auto done = writeOutput({}, "holds: " + badge->text() + "\n"); !done)
            return tl::unexpected(done.error());
        return Outcome::Done;
    }
    if (badge.error().code != ErrorCode::Internal)
        return tl::unexpected(badge.error());
    if (auto done = writeOutput({}, "does not hold: " + badge.error().message + "\n"); !done)
        return tl::unexpected(done.error());
    return Outcome::CheckFailed;
}

Result<Outcome> verifyAgainst(const VerifyArguments& arguments, const Asked& asked)
{
    const Result<DataSet> data = readDataSet(arguments.data, *asked.model.prepared, asked.question);
    if (!data)
        return tl::unexpected(data.error());
    const auto agreements = agreementWith(*data, asked.model.prepared, asked.question);
    if (!agreements)
        return tl::unexpected(agreements.error());

    bool holds = true;
    std::string report = "compared with " + std::to_string(data->points.count) + " rows of " + arguments.data + "\n";
    for (const Agreement& agreement : *agreements) {
        const bool agrees = agreement.share() <= arguments.tolerance;
        holds = holds && agrees;
        report += asked.question.outputs[agreement.output].name + ": " + (agrees ? "agrees" : "differs")
            + ", largest difference " + digits(agreement.largestDifference) + " (" + digits(100 * agreement.share())
            + " % of the data's range), R2 " + digits(agreement.determination) + "\n";
        if (agreement.determination < 0)
            report += "  R2 is below 0: scaling or column order may be missing\n";
    }
    if (auto done = writeOutput({}, report); !done)
        return tl::unexpected(done.error());
    return holds ? Outcome::Done : Outcome::CheckFailed;
}

/// With what lies beside an ONNX model.
Result<Outcome> verifyTestData(const Asked& asked)
{
    const Result<IndependentData> data = compareWithTestData(asked.model.prepared, asked.model.path);
    if (!data)
        return tl::unexpected(data.error());
    if (data->sets.empty())
        return failure(ErrorCode::BadQuestion,
            data->sentence()
                + "; there is no folder test_data_set_0 beside the model, so name FORMULA.json or --against "
                  "DATA.csv|.npz");
    if (!data->isCompared())
        return failure(ErrorCode::Unsupported, data->sentence());
    if (auto done = writeOutput({}, data->sentence() + "\n"); !done)
        return tl::unexpected(done.error());
    return data->agrees() ? Outcome::Done : Outcome::CheckFailed;
}

Result<Outcome> run(const VerifyArguments& arguments)
{
    if (!arguments.formula.empty() && !arguments.data.empty())
        return failure(ErrorCode::BadQuestion, "verify takes either FORMULA.json or --against DATA.csv|.npz, not both");
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    if (!arguments.formula.empty())
        return verifyFormula(arguments, *asked);
    return arguments.data.empty() ? verifyTestData(*asked) : verifyAgainst(arguments, *asked);
}

} // namespace

void addVerify(CommandLine& line)
{
    auto arguments = std::make_shared<VerifyArguments>();
    Options verb = line.verb("verify",
        "Does a formula hold? Does the network agree with data of your own, or with the ONNX test data beside it?",
        [arguments] { return run(*arguments); });
    verb.footer(
        "With neither FORMULA nor --against: compares with the folders test_data_set_0, test_data_set_1 ... beside "
        "an ONNX model (input_0.pb ..., output_0.pb ...), to 1e-5 of each output's scale; 1e-2 where the output "
        "is of 16 bits, exactly where it is of integers.");
    arguments->model.addTo(verb);
    verb.text("FORMULA", arguments->formula, "What derive --export json wrote");
    verb.text("--against", arguments->data,
        "DATA.csv: columns named as inputs and outputs, or all inputs and then all outputs. DATA.npz (numpy.savez): "
        "arrays of N rows named as inputs and outputs, or x and y, or inputs and outputs. In physical numbers where "
        "the side file gives a scaling");
    verb.whole("--points", arguments->points, "At which a formula is compared", 1, 100'000'000);
    verb.whole("--seed", arguments->seed, "Of these points");
    verb.number("--tolerance", arguments->tolerance, "With --against: as a share of the data's range");
}

} // namespace formulens::cli
