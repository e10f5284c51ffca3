// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exporters/Identifiers.h"
#include "core/logic/Gates.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace formulens {

/// How a language writes gates. Brackets are always written, so that no precedence is relied on.
struct GateSyntax
{
    std::string_view negation; ///< "!", "NOT "
    std::string_view conjunction; ///< "&&"
    std::string_view disjunction;
    std::string_view difference;
    std::string_view falseWord;
    std::string_view trueWord;
    bool bracketsNegations = false; ///< as operands: Python's `not` binds more loosely than its `^`
};

/// A gate with a name of its own.
struct GateStatement
{
    std::string name;
    std::string value;
};

/// What the gates of a form compute, as statements that each use names of earlier ones, and the result.
struct GateCode
{
    std::vector<GateStatement> statements;
    std::string result;
    std::set<int> inputs; ///< that are read
};

/// `inputs` are the names of the function's inputs. Operands of one sign are never more than a parser takes.
GateCode gateCode(const logic::Netlist& netlist, const GateSyntax& syntax, const std::vector<std::string>& inputs,
    Identifiers& identifiers);

/// A long statement broken before its signs.
std::string brokenBeforeSigns(const std::string& statement, const GateSyntax& syntax, std::string_view indent);

} // namespace formulens
