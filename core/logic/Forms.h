// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/logic/Gates.h"
#include "core/logic/Naming.h"

#include <optional>

namespace formulens::logic {

enum class LogicFormKind
{
    Name,
    SumOfProducts,
    ProductOfSums,
    XorForm,
    Nand,
    Nor,
    AndNot,
};

/// A way to write the function, compared with it in every row that matters.
struct LogicForm
{
    LogicFormKind kind = LogicFormKind::Name;
    /// What the forms are sorted by: the signs of the written form. Of gates, the wires into them and the one out of
    /// the last; of a name, its inputs, their negations, and the numbers in it.
    std::size_t length = 0;
    bool minimal = true; ///< as in Synthesis; a name is the simplest there is
    FunctionName name; ///< of Name
    Cover cover; ///< of SumOfProducts: the products; of ProductOfSums: the products of the complement
    std::vector<std::uint32_t> monomials; ///< of XorForm
    Netlist netlist; ///< of all but Name
};

struct LogicForms
{
    std::vector<LogicForm> forms; ///< the shortest first; of equal ones, in the order of the kinds

    struct Missing
    {
        LogicFormKind kind = LogicFormKind::Nand;
        Error error;
    };
    std::vector<Missing> missing; ///< forms that would be too large
};

/// Of more inputs, covers and gates would be too many for any reader, and take minutes.
constexpr int mostInputsOfForms = 20;

/// All forms of the function; that of its name where it has one. Of more than `mostInputsOfForms` inputs there may be
/// none. Errors: Cancelled.
Result<LogicForms> logicForms(const LogicFunction& function, const Progress& progress = {});

} // namespace formulens::logic
