// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/PictureArguments.h"
#include "app/cli/Verbs.h"
#include "core/base/Numerals.h"
#include "core/data/ArrayDataSet.h"
#include "core/exporters/LogicWriters.h"
#include "core/formula/Logic.h"
#include "core/question/WordList.h"
#include "core/question/Words.h"
#include "ui/logic/GateView.h"
#include "ui/logic/KarnaughView.h"
#include "ui/logic/LogicPictures.h"
#include "ui/pictures/PictureWriter.h"

#include <filesystem>
#include <map>

namespace formulens::cli {

namespace {

using logic::LogicFormKind;

struct LogicArguments
{
    ModelArguments model;
    SelectionArguments selection;
    std::string thresholds;
    std::string dontCares;
    std::string data;
    std::string form;
    std::string language;
    std::string picture = "map";
    std::string functionName = "network";
    bool allRows = false;
    double dotsPerInch = 300;
    std::string out;
};

constexpr double patientSeconds = 2;

const std::map<std::string, LogicFormKind>& forms()
{
    static const std::map<std::string, LogicFormKind> table{{"name", LogicFormKind::Name},
        {"sum-of-products", LogicFormKind::SumOfProducts}, {"product-of-sums", LogicFormKind::ProductOfSums},
        {"xor", LogicFormKind::XorForm}, {"nand", LogicFormKind::Nand}, {"nor", LogicFormKind::Nor},
        {"and-not", LogicFormKind::AndNot}};
    return table;
}

/// What --export says, else the name of the file, else text.
std::string languageOf(const LogicArguments& arguments)
{
    static const std::map<std::string, std::string> ofEnding{{".tex", "latex"}, {".c", "c"}, {".py", "python"},
        {".st", "st"}, {".v", "verilog"}, {".dot", "dot"}, {".gv", "dot"}, {".pla", "pla"}, {".csv", "csv"},
        {".png", "png"}, {".svg", "svg"}, {".pdf", "pdf"}};
    if (!arguments.language.empty())
        return arguments.language;
    const auto found = ofEnding.find(std::filesystem::path(arguments.out).extension().string());
    return found == ofEnding.end() ? "text" : found->second;
}

/// "0.5" for all, or "y=0.5,z=0"
Result<void> addThresholds(const LogicArguments& arguments, const Asked& asked, LogicRequest& request)
{
    const ElementNames names(*asked.model.prepared, asked.question);
    for (const std::string_view word : splitWords(arguments.thresholds)) {
        const Assignment assignment = splitAssignment(word);
        const auto value = toDouble(assignment.value.value_or(word));
        if (!value)
            return failure(ErrorCode::BadQuestion,
                "--threshold: '" + std::string(word) + "' is no threshold: expected a number, or NAME=NUMBER");
        std::vector<ElementReference> elements = request.question.selected;
        if (assignment.value) {
            auto named = names.elements(assignment.name);
            if (!named)
                return tl::unexpected(named.error());
            elements = std::move(*named);
        }
        for (const ElementReference element : elements)
            request.thresholds[element] = *value;
    }
    return {};
}

/// "011,1--": a dash stands for both digits.
Result<void> addDontCares(const std::string& words, LogicRequest& request)
{
    const std::size_t inputs = request.question.freeInputs().size();
    for (const std::string_view part : splitWords(words)) {
        if (part.size() != inputs || part.find_first_not_of("01-") != std::string_view::npos)
            return failure(ErrorCode::BadQuestion,
                "--dont-care: '" + std::string(part) + "' is no row: expected " + std::to_string(inputs)
                    + " digits 0, 1 or -");
        std::vector<std::uint32_t> rows{0};
        for (const char digit : part) {
            const std::vector<std::uint32_t> before = std::exchange(rows, {});
            for (const std::uint32_t row : before) {
                if (digit != '1')
                    rows.push_back(2 * row);
                if (digit != '0')
                    rows.push_back(2 * row + 1);
            }
        }
        request.dontCares.insert(request.dontCares.end(), rows.begin(), rows.end());
    }
    return {};
}

Result<void> addData(const std::string& path, LogicRequest& request)
{
    if (path.empty())
        return {};
    const auto data = readDataSet(path, *request.network, request.question);
    if (!data)
        return tl::unexpected(data.error());
    recogniseBinaryInputs(request.question, data->points.values);
    const auto rows = rowsThatDoNotOccur(request, data->points.values);
    if (!rows)
        return tl::unexpected(rows.error());
    request.dontCares.insert(request.dontCares.end(), rows->begin(), rows->end());
    return {};
}

Result<LogicRequest> requestOf(const LogicArguments& arguments, Asked& asked)
{
    if (auto done = arguments.selection.applyTo(asked); !done)
        return tl::unexpected(done.error());
    LogicRequest request{asked.model.prepared, asked.question, {}, {}};
    if (auto done = addThresholds(arguments, asked, request); !done)
        return tl::unexpected(done.error());
    if (auto done = addData(arguments.data, request); !done)
        return tl::unexpected(done.error());
    if (auto done = addDontCares(arguments.dontCares, request); !done)
        return tl::unexpected(done.error());
    return request;
}

std::optional<LogicFormKind> formOf(const LogicArguments& arguments)
{
    const auto found = forms().find(arguments.form);
    return found == forms().end() ? std::nullopt : std::optional(found->second);
}

Result<std::string> picture(const LogicArguments& arguments, const LogicAnswer& answer, const std::string& format)
{
    if (answer.results.size() != 1)
        return failure(ErrorCode::BadQuestion, "a picture is of one result: name it by --output or --neuron");
    const LogicResult& result = answer.results.front();
    const bool isMap = arguments.picture == "map";
    if (isMap && !hasKarnaugh(answer))
        return failure(ErrorCode::BadQuestion,
            "a Karnaugh map has 2 to 6 inputs, here " + std::to_string(answer.inputs.size())
                + " vary: try --picture gates");
    const logic::LogicForm* form = result.formWithGates(formOf(arguments));
    if (!form)
        return failure(ErrorCode::Limit, "the form would take too many gates to be drawn");
    needOffscreenApplication();
    const PictureFormat kind = format == "svg" ? PictureFormat::Svg
        : format == "pdf"                      ? PictureFormat::Pdf
                                               : PictureFormat::Png;
    Result<QByteArray> bytes;
    if (isMap) {
        KarnaughView view;
        view.setData(karnaughData(answer, result, form->kind));
        bytes = pictureOf(view, kind, arguments.dotsPerInch);
    } else {
        GateView view;
        view.setData(gateData(answer, result, *form));
        bytes = pictureOf(view, kind, arguments.dotsPerInch);
    }
    if (!bytes)
        return tl::unexpected(bytes.error());
    return bytes->toStdString();
}

void sayForecast(const LogicForecast& forecast)
{
    if (forecast.seconds > patientSeconds)
        say("the truth table has " + legible(forecast.rows, 8) + " rows: about " + legible(forecast.seconds, 2)
            + " s and " + legible(forecast.bytes / 1024, 3) + " KB");
}

Result<Outcome> run(const LogicArguments& arguments)
{
    Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const Result<LogicRequest> request = requestOf(arguments, *asked);
    if (!request)
        return tl::unexpected(request.error());
    const auto forecast = forecastLogic(*request);
    if (!forecast)
        return tl::unexpected(forecast.error());
    sayForecast(*forecast);
    Result<LogicAnswer> answer = deriveLogic(*request);
    if (!answer)
        return tl::unexpected(answer.error());
    answer->modelName = asked->model.name;
    for (const LogicResult& result : answer->results)
        if (result.table.isWithinRounding())
            say(result.symbol + ": " + badgeText(result));
    const std::string word = languageOf(arguments);
    const std::optional<LogicLanguage> language = logicLanguageNamed(word);
    const Result<std::string> text = language
        ? writeLogic(*answer, *language, formOf(arguments), {arguments.allRows, arguments.functionName})
        : picture(arguments, *answer, word);
    if (!text)
        return tl::unexpected(text.error());
    if (auto done = writeOutput(arguments.out, *text); !done)
        return tl::unexpected(done.error());
    return Outcome::Done;
}

std::vector<std::string> formWords()
{
    std::vector<std::string> words;
    for (const auto& [word, kind] : forms())
        words.push_back(word);
    return words;
}

} // namespace

void addLogic(CommandLine& line)
{
    auto arguments = std::make_shared<LogicArguments>();
    Options verb = line.verb("logic", "A network of yes and no as truth table, forms and gates, all rows compared",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    arguments->selection.addTo(verb);
    verb.text("--threshold", arguments->thresholds,
        "Above it an output is 1: \"0.5\" for all, or \"y=0.5,z=0\"; by default the middle of the output's range");
    verb.text(
        "--dont-care", arguments->dontCares, "Rows that need no value, \"011,1--\": a dash stands for both digits");
    verb.text("--data", arguments->data,
        "A .csv or .npz file: inputs that take two values in it are such, rows that never occur need no value");
    verb.oneOf("--form", arguments->form, "By default the shortest of each result", formWords());
    verb.oneOf("--export", arguments->language,
        "The language, or the kind of picture; by default what the name of the file says, else text",
        {"text", "latex", "c", "python", "st", "verilog", "dot", "pla", "csv", "png", "svg", "pdf"});
    verb.flag("--all-rows", arguments->allRows, "Text writes the rows of more than 10 inputs too");
    verb.textOr("--name", arguments->functionName, "Of the function in C, Python, Structured Text and Verilog");
    verb.oneOf("--picture", arguments->picture, "What png, svg and pdf show", {"map", "gates"});
    verb.number("--dpi", arguments->dotsPerInch, "Dots an inch of PNG", 10, 2400);
    verb.text("-o,--out", arguments->out, "Write to this file");
}

} // namespace formulens::cli
