// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/equations/Equations.h"
#include "core/expression/Expression.h"
#include "core/numbers/Interval.h"
#include "core/question/Question.h"

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

/// A free input of the formula. Domain and reference are in the numbers that the symbol stands for: with a typed
/// scaling, physical values.
struct Variable
{
    std::string symbol; ///< in expressions: "x1", "theta"; unique within the formula
    std::string sourceName; ///< the file's (or side file's) name of the element: "Temp (C)"
    std::string description; ///< a few words for the legend; may be empty
    std::string unit; ///< of measure, opaque text: "K"; may be empty
    std::size_t inputElement = 0; ///< position among the network's input elements
    Interval domain;
    double reference = 0;
    Scaling scaling; ///< symbol = offset + scale * number in the file
};

/// A held input: its value has been put in.
struct HeldInput
{
    std::string sourceName;
    std::string unit;
    std::size_t inputElement = 0;
    double value = 0; ///< as a variable would have it: offset + scale * number in the file
    Scaling scaling;
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
    std::string sourceName; ///< the output's name in the file, or the user's
    std::string description; ///< a few words for the legend; may be empty
    std::string unit;
    ElementReference element;
    std::optional<ElementReference> subtracted; ///< the result is the difference of two elements (of two logits)
    Scaling scaling; ///< result = offset + scale * number in the file
    std::optional<std::size_t> derivativeBy; ///< input element, where this is a partial derivative
    Expression value;
};

/// Affine forms over a numbered list of values: form i is constant[i] + sum of coefficient * value[column].
struct SparseForms
{
    std::vector<double> constant; ///< one a form
    std::vector<std::uint32_t> first; ///< form i holds entries first[i] .. first[i + 1]
    std::vector<std::uint32_t> column;
    std::vector<double> coefficient;

    std::size_t count() const { return constant.size(); }
    friend bool operator==(const SparseForms&, const SparseForms&) = default;
};

/// How a layer with one entry a row, row i over column i, is written, element by element.
enum class ElementwiseScaling
{
    None,
    Centred, ///< (x - m)/s
    Shifted, ///< s (x - m)
    Scaled ///< s x + m
};

/// One line of the layers form: a vector of `rows` numbers, symbol = function(matrix * argument + offset).
/// Element i (from 1) of layer h1 is the symbol h1_<i> in definitions and results. The arguments' elements, one after
/// the other, are the columns. What stands between the brackets of the function is, for row i,
///   matrix row i * columns + offset[i]            where there is a matrix;
///   column i + offset[i]                          where there is none and no sparse forms;
///   operandsPerRow forms, from i * operandsPerRow on  where there are sparse forms (convolution, pooling, scaling).
/// softmax and log_softmax act on the vector as a whole; other functions of several operands on the forms of their row.
struct LayerEquation
{
    std::string symbol; ///< "h1"
    std::vector<std::string> arguments; ///< "x" (all input elements, in the file's numbers) or earlier layers
    std::string words; ///< operator as text where it is no matrix: "conv 3x3, 8 channels"
    std::optional<FunctionId> function;
    std::vector<double> parameters;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> matrix; ///< row-major rows x columns, the file's own numbers; empty: see above
    std::vector<double> offset; ///< rows, or empty
    SparseForms sparse;
    std::size_t operandsPerRow = 1;
    ElementwiseScaling scaling = ElementwiseScaling::None; ///< other than None only over such sparse forms
    std::string matrixSymbol; ///< "W1"; "s1" of a scaling
    std::string offsetSymbol; ///< "b1"; "m1" of a scaling
    std::optional<TensorIndex> tensor; ///< whose value this is
};

/// sum <= 0 in the law's region: an affine expression in the variables.
struct RegionInequality
{
    Expression expression; ///< holds where expression <= 0 (strict: < 0)
    bool strict = false;
    std::string symbol; ///< of the neuron, as the other forms have it: "h1_4"; may be empty
    std::string side; ///< "is on"
    std::string name; ///< of the neuron in the file: "h1[3]"
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
    std::size_t notFinite = 0; ///< points at which the network or the formula is not finite: not compared
    std::vector<double> worstPoint; ///< all input elements, in the file's numbers
    double combinedRounding = 0; ///< R: what rounding of combined coefficients may come to on this domain
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
    std::vector<LayerEquation> layers; ///< of the layers form, evaluated first; definitions and results use elements
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
