// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The words of the command line, in the few shapes that the verbs use. Only Options.cpp knows the library that reads
/// them: its header takes seconds to compile.
namespace formulens::cli {

/// The exit codes that all verbs share: 0 done, 1 a check does not hold, 2 usage, file or limit.
enum class Outcome
{
    Done = 0,
    CheckFailed = 1
};

enum class Presence
{
    Optional,
    Required
};

/// The options of one verb. A target must outlive the parsing; what it holds before is the default.
/// `words` is "--digits", "-o,--out", or "MODEL" for a positional one.
class Options
{
public:
    explicit Options(CLI::App& verb) : m_verb(verb) { }

    void text(
        const std::string& words, std::string& target, const std::string& help, Presence presence = Presence::Optional);
    /// A text whose default is shown in the help.
    void textOr(const std::string& words, std::string& target, const std::string& help);
    void oneOf(const std::string& words, std::string& target, const std::string& help,
        const std::vector<std::string>& choices);
    void flag(const std::string& words, bool& target, const std::string& help);
    void whole(const std::string& words, std::size_t& target, const std::string& help, std::size_t least = 0,
        std::size_t most = std::numeric_limits<std::size_t>::max());
    void number(const std::string& words, double& target, const std::string& help, double least = 0,
        double most = std::numeric_limits<double>::max());
    /// Words below the list of options.
    void footer(const std::string& words);
    /// Of two options at most one may be said.
    void exclude(const std::string& words, const std::string& other);

private:
    CLI::App& m_verb;
};

/// All verbs, and the one that the command line names.
class CommandLine
{
public:
    CommandLine(const std::string& name, const std::string& description, const std::string& footer);
    ~CommandLine();

    /// `run` is called once all words are read. What it captures lives as long as the command line.
    Options verb(const std::string& name, const std::string& help, std::function<Result<Outcome>()> run);

    /// Reads the words and runs their verb; returns the exit code. Errors are one sentence on standard error.
    int run(int argc, char** argv);

private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace formulens::cli
