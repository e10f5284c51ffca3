// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/PictureArguments.h"
#include "app/cli/Verbs.h"
#include "core/base/Numerals.h"
#include "core/exporters/Writer.h"
#include "core/formula/Derive.h"
#include "core/question/Words.h"
#include "core/session/Session.h"
#include "core/worker/WorkerEngine.h"
#include "ui/pictures/EquationPictures.h"

#include <filesystem>
#include <map>
#include <optional>

namespace formulens::cli {

namespace {

struct DeriveArguments
{
    ModelArguments model;
    SelectionArguments selection;
    std::string form;
    std::string derivative;
    std::string head = "output";
    std::string scaling = "automatic";
    bool expand = false;
    bool factor = false;
    bool commonDenominator = false;
    std::string collect;
    std::size_t digits = 4;
    bool full = false;
    bool writeFunctionsOut = false;
    std::uint64_t seed = 1;
    std::string language; ///< where empty, as the name of the file ends
    double dotsPerInch = 300;
    double fontPoints = 12;
    std::string functionName = "network";
    std::string out;
};

/// "output", "logit", "logit:3", "difference:3,1"
Result<HeadChoice> headNamed(const std::string& words)
{
    if (words == "output")
        return HeadChoice{};
    HeadChoice head;
    head.kind = HeadChoice::Kind::Logit;
    if (words == "logit")
        return head;
    head.kind = HeadChoice::Kind::Output;
    const std::size_t colon = words.find(':');
    const std::string kind = words.substr(0, colon);
    const std::string classes = colon == std::string::npos ? std::string() : words.substr(colon + 1);
    const std::size_t comma = classes.find(',');
    const auto number = [](const std::string& text) -> std::optional<std::size_t> {
        const std::optional<double> value = toDouble(text);
        if (!value || *value < 0 || *value != static_cast<double>(static_cast<std::size_t>(*value)))
            return std::nullopt;
        return static_cast<std::size_t>(*value);
    };
    if (kind == "logit" && comma == std::string::npos)
        head.kind = HeadChoice::Kind::Logit;
    else if (kind == "difference" && comma != std::string::npos)
        head.kind = HeadChoice::Kind::LogitDifference;
    head.chosen = number(classes.substr(0, comma));
    const std::optional<std::size_t> other = comma == std::string::npos ? 0 : number(classes.substr(comma + 1));
    if (head.kind == HeadChoice::Kind::Output || !head.chosen || !other)
        return failure(ErrorCode::BadQuestion,
            "--head: '" + words
                + "': expected output, logit, logit:CLASS or difference:CLASS,CLASS with classes from 0");
    head.other = *other;
    return head;
}

Result<void> addManipulations(const DeriveArguments& arguments, const ElementNames& names, DeriveRequest& request)
{
    if (arguments.expand)
        request.manipulations.push_back({Manipulation::Kind::Expand, 0});
    if (!arguments.collect.empty()) {
        const auto input = names.input(arguments.collect);
        if (!input)
            return tl::unexpected(input.error());
        request.manipulations.push_back({Manipulation::Kind::Collect, *input});
    }
    if (arguments.factor)
        request.manipulations.push_back({Manipulation::Kind::Factor, 0});
    if (arguments.commonDenominator)
        request.manipulations.push_back({Manipulation::Kind::CommonDenominator, 0});
    return {};
}

ScalingDisplay scalingNamed(const std::string& word)
{
    if (word == "folded")
        return ScalingDisplay::Folded;
    return word == "definitions" ? ScalingDisplay::Definitions : ScalingDisplay::Automatic;
}

Result<DeriveRequest> requestOf(const DeriveArguments& arguments, const Asked& asked)
{
    DeriveRequest request;
    request.network = asked.model.prepared;
    request.question = asked.question;
    request.scaling = scalingNamed(arguments.scaling);
    request.seed = arguments.seed;
    request.algebra = worker::algebraEngine();
    const ElementNames names(*asked.model.prepared, asked.question);
    if (!arguments.derivative.empty()) {
        const auto input = names.input(arguments.derivative);
        if (!input)
            return tl::unexpected(input.error());
        request.derivativeBy = *input;
    }
    const Result<HeadChoice> head = headNamed(arguments.head);
    if (!head)
        return tl::unexpected(head.error());
    request.head = *head;
    if (auto done = addManipulations(arguments, names, request); !done)
        return tl::unexpected(done.error());
    if (!arguments.form.empty()) {
        request.form = *formNamed(arguments.form);
        return request;
    }
    const Result<Form> form = openingForm(request);
    if (!form)
        return tl::unexpected(form.error());
    request.form = *form;
    return request;
}

std::string languageOf(const DeriveArguments& arguments)
{
    static const std::map<std::string, std::string> ofEnding{{".tex", "latex"}, {".mathml", "mathml"},
        {".mml", "mathml"}, {".json", "json"}, {".c", "c"}, {".py", "python"}, {".png", "png"}, {".svg", "svg"},
        {".pdf", "pdf"}};
    if (!arguments.language.empty())
        return arguments.language;
    const auto found = ofEnding.find(std::filesystem::path(arguments.out).extension().string());
    return found == ofEnding.end() ? "text" : found->second;
}

Result<QByteArray> picture(const DeriveArguments& arguments, const std::string& kind, const notation::Tree& tree)
{
    needOffscreenApplication();
    EquationPicture picture;
    picture.dotsPerInch = arguments.dotsPerInch;
    picture.fontPoints = arguments.fontPoints;
    if (kind == "svg")
        return equationSvg(tree, picture);
    return kind == "pdf" ? equationPdf(tree, picture) : equationPng(tree, picture);
}

Result<std::string> exported(const DeriveArguments& arguments, const Formula& formula)
{
    WriteOptions options;
    options.functionName = arguments.functionName;
    options.notation.digits = arguments.full ? 0 : static_cast<int>(arguments.digits);
    options.notation.writeFunctionsOut = arguments.writeFunctionsOut;
    options.notation.gatherSmallTerms = false;
    options.notation.shownTerms = 0;
    const std::string word = languageOf(arguments);
    if (const std::optional<Language> language = languageNamed(word))
        return write(formula, *language, options);
    const Result<QByteArray> bytes = picture(arguments, word, notation::notate(formula, options.notation).tree);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return bytes->toStdString();
}

Result<Outcome> run(const DeriveArguments& arguments)
{
    Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    if (auto done = arguments.selection.applyTo(*asked); !done)
        return tl::unexpected(done.error());
    const Result<DeriveRequest> request = requestOf(arguments, *asked);
    if (!request)
        return tl::unexpected(request.error());
    sayDomain(asked->question);
    Result<Formula> formula = derive(*request);
    if (!formula)
        return tl::unexpected(formula.error());
    formula->modelName = asked->model.name;
    say(formula->badge.text());
    const Result<std::string> text = exported(arguments, *formula);
    if (!text)
        return tl::unexpected(text.error());
    if (auto done = writeOutput(arguments.out, *text); !done)
        return tl::unexpected(done.error());
    return Outcome::Done;
}

void addQuestion(Options& verb, DeriveArguments& arguments)
{
    arguments.selection.addTo(verb);
    verb.oneOf("--form", arguments.form, "By default the one that is readable", {"layers", "neurons", "closed", "law"});
    verb.text("--derivative", arguments.derivative, "The partial derivative by this input");
    verb.textOr("--head", arguments.head,
        "Of a network that ends in softmax, sigmoid or argmax: output, logit, logit:CLASS or difference:CLASS,CLASS");
    verb.oneOf(
        "--scaling", arguments.scaling, "Scaling at the entrance and exit", {"automatic", "folded", "definitions"});
    verb.flag("--expand", arguments.expand, "Multiply the closed form out");
    verb.text("--collect", arguments.collect, "Collect the closed form by powers of this input");
    verb.flag("--factor", arguments.factor, "Factor the closed form");
    verb.flag("--common-denominator", arguments.commonDenominator, "Bring the closed form to one fraction");
    verb.whole("--seed", arguments.seed, "Of the points at which the formula is checked");
}

void addExport(Options& verb, DeriveArguments& arguments)
{
    verb.whole("--digits", arguments.digits, "Significant digits of text, LaTeX, MathML and pictures", 1, 17);
    verb.flag("--full", arguments.full, "All digits");
    verb.exclude("--full", "--digits");
    verb.flag("--write-functions-out", arguments.writeFunctionsOut,
        "Fractions, roots and powers in place of named functions");
    verb.oneOf("--export", arguments.language,
        "The language, or the kind of picture; by default what the name of the file says, else text",
        {"text", "latex", "latex-document", "mathml", "json", "c", "python", "png", "svg", "pdf"});
    verb.number("--dpi", arguments.dotsPerInch, "Dots an inch of PNG", 10, 2400);
    verb.number("--font-size", arguments.fontPoints, "Points, of pictures", 4, 200);
    verb.textOr("--name", arguments.functionName, "Of the function in C and Python");
    verb.text("-o,--out", arguments.out, "Write to this file");
}

} // namespace

void addDerive(CommandLine& line)
{
    auto arguments = std::make_shared<DeriveArguments>();
    Options verb = line.verb("derive", "The formula that the network computes, checked against the network",
        [arguments] { return run(*arguments); });
    arguments->model.addTo(verb);
    addQuestion(verb, *arguments);
    addExport(verb, *arguments);
}

} // namespace formulens::cli
