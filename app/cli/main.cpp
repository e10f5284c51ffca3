// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Verbs.h"

#include <exception>
#include <iostream>

namespace {

constexpr int usageError = 2;

int fail(const std::string& message)
{
    std::cerr << "formulens-cli: " << message << '\n';
    return usageError;
}

int exitCodeOf(const formulens::Result<formulens::cli::Outcome>& outcome)
{
    if (outcome)
        return static_cast<int>(*outcome);
    const int code = fail(outcome.error().message);
    return outcome.error().code == formulens::ErrorCode::Internal
        ? static_cast<int>(formulens::cli::Outcome::CheckFailed)
        : code;
}

} // namespace

int main(int argc, char** argv)
{
    using namespace formulens::cli;
    CLI::App app("Formulens: which formula does a trained network compute, and which outputs depend on which inputs?");
    app.name("formulens-cli");
    app.set_version_flag("--version", "formulens " FORMULENS_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 1 a check does not hold, 2 usage, file or limit.\n"
        "Names: matched exactly against the file; quote \"...\" what has other than letters, digits and _ . / :\n"
        "@k is the k-th input element, from 1; name[i] and name[i,j] count from 0, without the batch axis.");
    Action action;
    addInfo(app, action);
    addEvaluate(app, action);
    addDerive(app, action);
    addCurve(app, action);
    addMap(app, action);
    addSensitivity(app, action);
    addVerify(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error);
        return fail(std::string(error.what()) + " (see --help)");
    }
    try {
        return exitCodeOf(action());
    } catch (const std::exception& error) {
        return fail(error.what());
    }
}
