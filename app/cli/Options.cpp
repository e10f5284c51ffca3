// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Options.h"

#include "core/exporters/Utf8.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace formulens::cli {

namespace {

constexpr int usageError = 2;

} // namespace

void Options::text(const std::string& words, std::string& target, const std::string& help, Presence presence)
{
    m_verb.add_option(words, target, help)->required(presence == Presence::Required);
}

void Options::textOr(const std::string& words, std::string& target, const std::string& help)
{
    m_verb.add_option(words, target, help)->capture_default_str();
}

void Options::oneOf(
    const std::string& words, std::string& target, const std::string& help, const std::vector<std::string>& choices)
{
    CLI::Option* option = m_verb.add_option(words, target, help)->check(CLI::IsMember(choices));
    if (!target.empty())
        option->capture_default_str();
}

void Options::flag(const std::string& words, bool& target, const std::string& help)
{
    m_verb.add_flag(words, target, help);
}

void Options::whole(
    const std::string& words, std::size_t& target, const std::string& help, std::size_t least, std::size_t most)
{
    CLI::Option* option = m_verb.add_option(words, target, help)->capture_default_str();
    if (most < std::numeric_limits<std::size_t>::max())
        option->check(CLI::Range(least, most));
}

void Options::number(const std::string& words, double& target, const std::string& help, double least, double most)
{
    CLI::Option* option = m_verb.add_option(words, target, help)->capture_default_str();
    if (most < std::numeric_limits<double>::max())
        option->check(CLI::Range(least, most));
}

void Options::footer(const std::string& words)
{
    m_verb.footer(words);
}

void Options::exclude(const std::string& words, const std::string& other)
{
    m_verb.get_option(words)->excludes(m_verb.get_option(other));
}

struct CommandLine::Implementation
{
    CLI::App app;
    std::function<Result<Outcome>()> named;

    int fail(const std::string& message) const
    {
        std::cerr << app.get_name() << ": " << harmless(message) << '\n';
        return usageError;
    }

    int exitCodeOf(const Result<Outcome>& outcome) const
    {
        if (outcome)
            return static_cast<int>(*outcome);
        const int code = fail(outcome.error().message);
        return outcome.error().code == ErrorCode::Internal ? static_cast<int>(Outcome::CheckFailed) : code;
    }
};

CommandLine::CommandLine(const std::string& name, const std::string& description, const std::string& footer)
    : m_implementation(std::make_unique<Implementation>())
{
    CLI::App& app = m_implementation->app;
    app.description(description);
    app.name(name);
    app.set_version_flag("--version", "formulens " FORMULENS_VERSION);
    app.require_subcommand(1);
    app.footer(footer);
}

CommandLine::~CommandLine() = default;

Options CommandLine::verb(const std::string& name, const std::string& help, std::function<Result<Outcome>()> run)
{
    CLI::App* verb = m_implementation->app.add_subcommand(name, help);
    verb->callback([this, run = std::move(run)] { m_implementation->named = run; });
    return Options(*verb);
}

int CommandLine::run(int argc, char** argv)
{
    try {
        m_implementation->app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return m_implementation->app.exit(error);
        return m_implementation->fail(std::string(error.what()) + " (see --help)");
    }
    try {
        return m_implementation->exitCodeOf(m_implementation->named());
    } catch (const std::exception& error) {
        return m_implementation->fail(error.what());
    }
}

} // namespace formulens::cli
