// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/notation/Notation.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a reader is told a function means, read from the catalogue's text: "1/(1 + exp(-z))", "{p0} z for z < 0, else
/// z". Operands are z, or z1, z2 ...; parameters {p0}, {p1} ...
namespace formulens::notation {

struct MeaningTerm
{
    enum class Kind
    {
        Number,
        Constant, ///< e, pi
        Operand,
        Parameter,
        Sum, ///< parts with their signs
        Product,
        Quotient,
        Power,
        Call
    };

    Kind kind = Kind::Number;
    double number = 0;
    std::size_t index = 0; ///< of an operand or parameter, from 0
    std::string name; ///< of a constant or a called function
    std::vector<MeaningTerm> parts;
    std::vector<bool> negative; ///< of a sum, one a part
};

struct MeaningCondition
{
    MeaningTerm left;
    OperatorSign relation = OperatorSign::Less;
    MeaningTerm right;
};

/// The first branch all of whose conditions hold; none: otherwise.
struct MeaningBranch
{
    MeaningTerm value;
    std::vector<MeaningCondition> conditions;
};

struct Meaning
{
    std::vector<MeaningBranch> branches;
};

/// Nothing where the text is no formula but words for the reader.
std::optional<Meaning> parseMeaning(std::string_view text);

} // namespace formulens::notation
