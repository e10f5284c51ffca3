// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/affine/Affine.h"
#include "core/operators/PreparedNetwork.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace formulens {

using UnitIndex = Index<struct UnitTag>;

/// An element of a tensor of the network: dense_1[17].
struct ElementReference
{
    TensorIndex tensor;
    std::size_t element = 0;

    friend auto operator<=>(const ElementReference&, const ElementReference&) = default;
};

/// constant + sum of coefficient[i] * term ids[i]; a view into flat storage.
struct FormView
{
    double constant = 0;
    std::span<const TermId> ids;
    std::span<const double> coefficients;

    std::size_t size() const { return ids.size(); }
};

/// The network (or a slice of it) as a system of equations between inputs, units and outputs; flat, immutable.
///   u_k = f_k(operands; parameters), operands affine in inputs and earlier units;   y_j = affine in both.
class Equations
{
public:
    struct UnitRecord
    {
        FunctionId function;
        std::uint32_t firstOperand = 0;
        std::uint32_t operandCount = 0;
        std::uint32_t firstParameter = 0;
        std::uint32_t parameterCount = 0;
    };

    std::size_t inputCount() const { return m_inputCount; }
    std::size_t unitCount() const { return m_units.size(); }
    std::size_t outputCount() const { return m_outputs.size(); }
    std::size_t termCount() const { return m_ids.size(); } ///< coefficients, units and outputs together

    const UnitRecord& unit(UnitIndex unit) const { return m_units[unit.position()]; }
    const Function& function(UnitIndex unit) const;
    std::span<const double> parameters(UnitIndex unit) const;
    FormView operand(UnitIndex unit, std::size_t number) const;
    FormView output(std::size_t number) const;
    ElementReference outputElement(std::size_t number) const { return m_outputs[number].element; }

    bool isInput(TermId id) const { return id < m_inputCount; }
    UnitIndex unitOf(TermId id) const { return UnitIndex(id - m_inputCount); }
    TermId termOf(UnitIndex unit) const { return static_cast<TermId>(unit.position() + m_inputCount); }

    /// Elements of the file's tensors whose value is this unit's, first the one it was made for; the others are equal
    /// to it and were merged ("same as h1[3]"). A helper that a decomposed operator needed has none.
    std::span<const ElementReference> namesOf(UnitIndex unit) const;
    /// What the operator that made the unit calls it ("i_2_5": gate i of step 2), or nothing.
    const std::string& labelOf(UnitIndex unit) const { return m_labels[unit.position()]; }
    /// The unit whose value is this element, if it is one.
    std::optional<UnitIndex> unitAt(ElementReference element) const;

    /// Inputs that at least one output depends on (structurally), ascending.
    std::vector<TermId> inputsRead() const;

    /// What was put in place of operators that spell a known function out, in words: "x sigmoid(x) is SiLU".
    const std::vector<std::string>& recognised() const { return m_recognised; }

private:
    friend class EquationsBuilder;

    struct Output
    {
        ElementReference element;
        std::uint32_t form = 0;
    };

    FormView form(std::uint32_t number) const;

    std::size_t m_inputCount = 0;
    std::vector<UnitRecord> m_units;
    std::vector<double> m_parameters;
    std::vector<std::uint32_t> m_operandForms; ///< form of each operand, by UnitRecord::firstOperand
    std::vector<std::uint64_t> m_formOffsets; ///< form k holds terms [offsets[k], offsets[k+1])
    std::vector<double> m_formConstants;
    std::vector<TermId> m_ids;
    std::vector<double> m_coefficients;
    std::vector<Output> m_outputs;
    std::vector<std::uint32_t> m_nameOffsets; ///< names of unit k are [offsets[k], offsets[k+1])
    std::vector<ElementReference> m_names;
    std::vector<std::string> m_labels; ///< by unit
    std::vector<std::string> m_recognised;
    std::vector<std::pair<ElementReference, UnitIndex>> m_unitAt; ///< sorted
};

struct EquationsRequest
{
    std::vector<ElementReference> outputs; ///< empty: all elements of all graph outputs
    std::uint64_t termLimit = 20'000'000; ///< forecast above this is refused with its number
    bool recogniseFunctions = true; ///< x * sigmoid(x) is SiLU, the Erf chain GELU, softmax of two a sigmoid
};

/// Multiply-adds of the slice from shapes alone: an upper estimate of termCount.
std::uint64_t forecastTerms(const PreparedNetwork& network, std::span<const ElementReference> outputs);

/// Derives the slice that the outputs need.
Result<std::shared_ptr<const Equations>> deriveEquations(
    const PreparedNetwork& network, const EquationsRequest& request, const Progress& progress = {});

/// Where a coefficient comes from, in words: "W1[3,2]", "W1[3,2] / scale[2]", "sum of 9 products, the largest three
/// ...".
struct CoefficientOrigin
{
    double value = 0; ///< the coefficient, full precision
    std::string words;
};

/// operand `number` of `unit` (or of output k), coefficient of `term`; nothing for `term`: the constant.
Result<CoefficientOrigin> explainCoefficient(const PreparedNetwork& network, const Equations& equations, UnitIndex unit,
    std::size_t operandNumber, std::optional<TermId> term);
Result<CoefficientOrigin> explainOutputCoefficient(
    const PreparedNetwork& network, const Equations& equations, std::size_t outputNumber, std::optional<TermId> term);

} // namespace formulens
