// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/expression/Expression.h"
#include "core/numbers/Interval.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace formulens {

enum class Form
{
    Layers,
    Neurons,
    Closed,
    Law
};

/// "layers", "neurons", "closed", "law": the words of the command line.
std::string_view name(Form form);
std::optional<Form> formNamed(std::string_view name);

/// A free input of the formula.
struct Variable
{
    std::string symbol; ///< in expressions: "x1", "theta"; unique within the formula
    std::string sourceName; ///< the file's (or side file's) name of the element: "Temp (C)"
    std::string unit; ///< of measure, opaque text: "K"; may be empty
    std::size_t inputElement = 0; ///< position among the network's input elements
    Interval domain;
    double reference = 0;
};

/// A held input: its value has been put in.
struct HeldInput
{
    std::string sourceName;
    std::size_t inputElement = 0;
    double value = 0;
};

/// symbol = value, before the results: a neuron, a named sum, a scaled input, a shared part.
struct Definition
{
    std::string symbol; ///< "h1_3", "z2"; the notation writes h_{1,3}
    Expression value;
    std::optional<ElementReference> element; ///< of the network whose value this is
    std::string remark; ///< "same as h1[5]"; may be empty
};

struct ResultEquation
{
    std::string symbol; ///< "y", "y2", or "dy_dx1"
    std::string sourceName; ///< the output's name in the file
    std::string unit;
    ElementReference element;
    std::optional<std::size_t> derivativeBy; ///< input element, where this is a partial derivative
    Expression value;
};

/// One line of the layers form: symbol = function(matrix * argument + offset), matrices of the file's own numbers.
struct LayerEquation
{
    std::string symbol; ///< "h1"
    std::vector<std::string> arguments; ///< "x" or earlier layers
    std::string words; ///< operator as text where it is no matrix: "conv 3x3, 8 channels"
    std::optional<FunctionId> function;
    std::vector<double> parameters;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> matrix; ///< row-major rows x columns; empty: identity or no matrix
    std::vector<double> offset; ///< rows, or empty
    std::string matrixSymbol; ///< "W1"
    std::string offsetSymbol; ///< "b1"
    std::optional<TensorIndex> tensor; ///< whose value this is
};

/// sum <= 0 in the law's region: an affine expression in the variables.
struct RegionInequality
{
    Expression expression; ///< holds where expression <= 0 (strict: < 0)
    bool strict = false;
    std::string origin; ///< "neuron h1[3] is on"
};

/// How well a formula is known to match the network; see DESIGN: exact, proven, measured.
struct Badge
{
    enum class Kind
    {
        Exact,
        ExactInRegion,
        Measured
    };

    Kind kind = Kind::Exact;
    double largestDifference = 0; ///< found by the check, against the network's own evaluation
    double outputRange = 0; ///< of the network over the checked points: errors are also shown as a share
    double tolerance = 0; ///< of the check at the worst point
    std::size_t points = 0;
    std::size_t notFinite = 0;
    std::vector<double> worstPoint; ///< all input elements
    bool domainAssumed = false;
    std::vector<std::string> remarks; ///< "neurons on a kink at the point", ...

    /// "exact", or "measured: largest error found 3.1e-3 (0.4 % of the output's range)"
    std::string shortText() const;
    /// The full sentence that DESIGN gives for the kind.
    std::string text() const;
};

/// Definitions and results in one form: the answer that is shown, exported, checked and read back.
struct Formula
{
    static constexpr int version = 1;

    Form form = Form::Closed;
    std::string modelName;
    std::vector<Variable> variables; ///< the free inputs in the file's order
    std::vector<HeldInput> held;
    std::vector<Definition> definitions; ///< each uses variables and earlier definitions only
    std::vector<ResultEquation> results;
    std::vector<LayerEquation> layers; ///< of the layers form; results then name elements of the last layer
    std::vector<RegionInequality> region;
    Badge badge;
    std::string provenance; ///< program version, options, seed
};

/// What display digits do to the formula: |as printed - formula| over the checked points.
struct DisplayBound
{
    int digits = 4;
    double largestDifference = 0;
};

} // namespace formulens
