// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Arguments.h"
#include "app/cli/Output.h"
#include "app/cli/Verbs.h"
#include "core/exporters/ModelWriter.h"

namespace formulens::cli {

namespace {

struct ConvertArguments
{
    ModelArguments model;
    std::string file;
};

Result<Outcome> run(const ConvertArguments& arguments)
{
    const Result<Asked> asked = arguments.model.open();
    if (!asked)
        return tl::unexpected(asked.error());
    const Result<ModelBytes> model = writeModel(*asked->model.prepared, arguments.file);
    if (!model)
        return tl::unexpected(model.error());
    for (const std::string& note : model->notes)
        say(note);
    if (auto done = writeOutput(arguments.file, model->bytes); !done)
        return tl::unexpected(done.error());
    return Outcome::Done;
}

} // namespace

void addConvert(CommandLine& line)
{
    auto arguments = std::make_shared<ConvertArguments>();
    Options verb
        = line.verb("convert", "Writes the network as ONNX or as Formulens' own JSON, whatever it was read from",
            [arguments] { return run(*arguments); });
    verb.text("MODEL", arguments->model.model, "The trained network", Presence::Required);
    verb.text("-o,--out", arguments->file, "FILE.onnx or FILE.json", Presence::Required);
}

} // namespace formulens::cli
