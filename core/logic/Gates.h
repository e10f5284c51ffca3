// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/logic/Cover.h"

#include <string_view>

namespace formulens::logic {

enum class GateKind : std::uint8_t
{
    Input, ///< `input` of the function
    Constant, ///< `value`
    Not,
    And,
    Or,
    Xor,
    Nand,
    Nor,
};

std::string_view nameOf(GateKind kind); ///< "NAND"

struct Gate
{
    GateKind kind = GateKind::Constant;
    std::vector<std::uint32_t>
        operands; ///< gates that stand before it; Not has one, a NAND that inverts the same twice
    int input = 0; ///< of an Input
    bool value = false; ///< of a Constant
};

/// Gates and what goes into them, each after its operands.
struct Netlist
{
    int inputs = 0; ///< of the function; not all of them need a gate
    std::vector<Gate> gates;
    std::vector<std::uint32_t> outputs; ///< the gates whose values are asked for

    std::size_t gateCount() const; ///< inputs and constants are none
    std::size_t wireCount() const; ///< operands of all gates: the wires of a drawing; an inverting NAND has one
    int depth() const; ///< gates on the longest way from an input to an output
};

/// The function of each output; 64 rows at a time. Errors: Cancelled.
Result<std::vector<TruthTable>> evaluate(const Netlist& netlist, const Progress& progress = {});

/// Of what gates a netlist is built.
enum class GateBasis
{
    SumOfProducts, ///< Not at inputs, And and Or of any number of operands
    ProductOfSums,
    Nand, ///< of two operands ("AND-NOT")
    Nor, ///< of two operands
    AndNot, ///< And of two operands, Not
    XorForm, ///< And and Xor of any number of operands: the Reed-Muller form
};

struct Synthesis
{
    Netlist netlist; ///< with one output
    /// Sum of products and product of sums: nothing has fewer products (sums), nothing of as many fewer literals. Nand,
    /// Nor and AndNot: nothing has fewer gates. XorForm: there is no other of positive inputs.
    bool minimal = false;
};

/// Gates for the function, compared with it in every row that matters. To three inputs the fewest that there are
/// (SmallCircuits.h); above, the best of several factored forms with shared gates, minimal = false. A constant or an
/// input takes no gate. Errors: Cancelled; Limit, where the table would take more than `mostGates` gates.
Result<Synthesis> synthesise(const LogicFunction& function, GateBasis basis, const Progress& progress = {});

/// The shortest covers of where the function is 1 and of where it is 0: all bases start from them.
struct CoverPair
{
    MinimumCover ones;
    MinimumCover zeros;
};

Result<CoverPair> minimumCovers(const LogicFunction& function, const Progress& progress = {});

/// The same, where the covers are known.
Result<Synthesis> synthesise(
    const LogicFunction& function, GateBasis basis, const CoverPair& covers, const Progress& progress = {});

constexpr std::size_t mostGates = 20'000;

/// The netlists of forms that are already known: of a cover as a sum of products; of the complement's cover as a
/// product of sums; of monomials as their XOR.
Netlist sumOfProducts(const Cover& cover, int inputs);
Netlist productOfSums(const Cover& complement, int inputs);
Netlist xorForm(const std::vector<std::uint32_t>& monomials, int inputs);

} // namespace formulens::logic
