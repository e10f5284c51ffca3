// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/KernelOf.h"
#include "core/operators/OperandList.h"
#include "core/operators/OperatorTable.h"

#include <algorithm>
#include <cctype>
#include <map>

/// Sums of products by Einstein's convention: "bij, bjk -> bik".
namespace formulens {

namespace {

/// A factor: which of its elements belongs to the values of the labels.
struct Factor
{
    Weights weights = {}; ///< empty: an operand
    std::size_t operand = 0;
    std::vector<std::size_t> outputStrides = {}; ///< by output label
    std::vector<std::size_t> summedStrides = {}; ///< by summed label
};

std::size_t offsetOf(
    const std::vector<std::size_t>& strides, const std::vector<std::size_t>& extents, std::size_t position)
{
    std::size_t offset = 0;
    for (std::size_t i = extents.size(); i-- > 0; position /= extents[i])
        offset += position % extents[i] * strides[i];
    return offset;
}

std::size_t productOf(const std::vector<std::size_t>& extents)
{
    std::size_t product = 1;
    for (const std::size_t extent : extents)
        product *= extent;
    return product;
}

/// y = sum over the summed labels of the product of all factors.
struct ProductSum
{
    std::vector<Factor> factors;
    std::vector<std::size_t> outputExtents;
    std::vector<std::size_t> summedExtents;

    std::size_t groups() const { return productOf(outputExtents); }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(groups()) * productOf(summedExtents) * factors.size(); }
    Kernel::Character character() const
    {
        const auto flows = std::ranges::count_if(factors, [](const Factor& factor) { return factor.weights.empty(); });
        return flows > 1 ? Kernel::Character::Joint : Kernel::Character::Linear;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<std::size_t> firsts;
        for (const Factor& factor : factors)
            firsts.push_back(offsetOf(factor.outputStrides, outputExtents, g));
        Sum<T> sum;
        const std::size_t count = productOf(summedExtents);
        for (std::size_t k = 0; k < count; ++k)
            addProduct(sum, in, firsts, k);
        *out = sum.result();
    }

private:
    template <class T, class In>
    void addProduct(Sum<T>& sum, In in, const std::vector<std::size_t>& firsts, std::size_t k) const
    {
        double weight = 1;
        std::vector<const T*> flowing;
        std::vector<std::pair<std::size_t, std::size_t>> elements;
        for (std::size_t f = 0; f < factors.size(); ++f) {
            const std::size_t element = firsts[f] + offsetOf(factors[f].summedStrides, summedExtents, k);
            if (factors[f].weights.empty())
                elements.emplace_back(factors[f].operand, element);
            else
                weight *= factors[f].weights[element];
        }
        if (weight == 0)
            return;
        for (const auto& [operand, element] : elements)
            flowing.push_back(&in(operand, element));
        if (flowing.size() == 1)
            return sum.add(weight, *flowing[0]);
        T first = *flowing[0];
        for (std::size_t i = 1; i + 1 < flowing.size(); ++i)
            first = first * *flowing[i];
        sum.addProduct(weight, first, *flowing.back());
    }
};

/// Letters stand for themselves, the axes of an ellipsis for numbers below them, counted from the back.
using Label = int;

class Equation
{
public:
    explicit Equation(const NodeContext& node) : m_node(node)
    {
        for (const char letter : node.text("equation", ""))
            if (letter != ' ')
                m_text += letter;
        const std::size_t arrow = m_text.find("->");
        std::string left = m_text.substr(0, arrow);
        for (std::size_t end = left.find(','); end != std::string::npos; end = left.find(',')) {
            m_terms.push_back(left.substr(0, end));
            left.erase(0, end + 1);
        }
        m_terms.push_back(left);
        if (m_terms.size() != node.inputCount())
            fail("has " + std::to_string(m_terms.size()) + " terms for " + std::to_string(node.inputCount())
                + " inputs");
        for (std::size_t i = 0; i < m_terms.size(); ++i)
            m_inputs.push_back(labelsOf(m_terms[i], node.shape(i).rank()));
        measure();
        m_output = arrow == std::string::npos ? impliedOutput() : labelsOf(m_text.substr(arrow + 2), m_ellipsis, true);
        for (const Label label : m_output)
            if (!m_extents.contains(label) || std::ranges::count(m_output, label) > 1)
                fail("has an output label that its inputs lack, or one that stands twice");
    }

    const std::vector<Label>& output() const { return m_output; }
    const std::vector<Label>& input(std::size_t number) const { return m_inputs[number]; }
    std::size_t extent(Label label) const { return m_extents.at(label); }

    std::vector<Label> summed() const
    {
        std::vector<Label> labels;
        for (const auto& [label, extent] : m_extents)
            if (std::ranges::find(m_output, label) == m_output.end())
                labels.push_back(label);
        return labels;
    }

    /// The step of an input for each label; a label that stands twice steps along a diagonal.
    std::vector<std::size_t> strides(std::size_t number, const std::vector<Label>& labels) const
    {
        const Shape& shape = m_node.shape(number);
        const std::vector<std::int64_t> own = shape.strides();
        std::vector<std::size_t> result;
        for (const Label label : labels) {
            std::size_t stride = 0;
            for (std::size_t axis = 0; axis < m_inputs[number].size(); ++axis)
                if (m_inputs[number][axis] == label && shape[axis] > 1)
                    stride += static_cast<std::size_t>(own[axis]);
            result.push_back(stride);
        }
        return result;
    }

private:
    [[noreturn]] void fail(const std::string& words) const
    {
        m_node.fail("attribute 'equation' is '" + m_text + "', which " + words);
    }

    /// The ellipsis of an input takes the axes that its letters leave; that of the output takes `axes` of them.
    std::vector<Label> labelsOf(const std::string& term, std::size_t axes, bool isOutput = false)
    {
        std::vector<Label> labels;
        const std::size_t dots = term.find("...");
        const std::size_t letters = term.size() - (dots == std::string::npos ? 0 : 3);
        if (!isOutput && (dots == std::string::npos ? letters != axes : letters > axes))
            fail("does not fit an input of " + std::to_string(axes) + " dimensions");
        const std::size_t hidden = isOutput ? axes : axes - letters;
        if (dots != std::string::npos && !isOutput)
            m_ellipsis = std::max(m_ellipsis, hidden);
        for (std::size_t i = 0; i < term.size(); ++i) {
            if (i == dots) {
                for (std::size_t axis = hidden; axis > 0; --axis)
                    labels.push_back(-static_cast<Label>(axis));
                i += 2;
            } else if (std::isalpha(static_cast<unsigned char>(term[i]))) {
                labels.push_back(term[i]);
            } else {
                fail("holds '" + std::string(1, term[i]) + "', expected letters, commas, ... and ->");
            }
        }
        return labels;
    }

    void measure()
    {
        for (std::size_t i = 0; i < m_inputs.size(); ++i)
            for (std::size_t axis = 0; axis < m_inputs[i].size(); ++axis) {
                const auto extent = static_cast<std::size_t>(m_node.shape(i)[axis]);
                std::size_t& known = m_extents.try_emplace(m_inputs[i][axis], extent).first->second;
                if (known != extent && known != 1 && extent != 1)
                    fail("gives one label the extents " + std::to_string(known) + " and " + std::to_string(extent));
                known = known == 1 ? extent : known;
            }
    }

    /// Without an arrow: the ellipsis, then the letters that stand once, in alphabetical order.
    std::vector<Label> impliedOutput() const
    {
        std::vector<Label> labels;
        for (std::size_t axis = m_ellipsis; axis > 0; --axis)
            labels.push_back(-static_cast<Label>(axis));
        for (const auto& [label, extent] : m_extents) {
            std::ptrdiff_t count = 0;
            for (const std::vector<Label>& input : m_inputs)
                count += std::ranges::count(input, label);
            if (label > 0 && count == 1)
                labels.push_back(label);
        }
        return labels;
    }

    const NodeContext& m_node;
    std::string m_text;
    std::vector<std::string> m_terms;
    std::vector<std::vector<Label>> m_inputs;
    std::vector<Label> m_output;
    std::map<Label, std::size_t> m_extents;
    std::size_t m_ellipsis = 0; ///< axes of the longest
};

struct Einsum
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const Equation equation(node);
        const std::vector<Label> summed = equation.summed();
        ProductSum kernel;
        std::vector<std::int64_t> extents;
        for (const Label label : equation.output()) {
            kernel.outputExtents.push_back(equation.extent(label));
            extents.push_back(static_cast<std::int64_t>(equation.extent(label)));
        }
        for (const Label label : summed)
            kernel.summedExtents.push_back(equation.extent(label));
        requireSize(node, Shape(extents), kernel.summedExtents);
        bool allConstant = true;
        for (std::size_t i = 0; i < node.inputCount(); ++i)
            allConstant = allConstant && node.constant(i).has_value();
        OperandList operands(node);
        for (std::size_t i = 0; i < node.inputCount(); ++i) {
            Factor factor{
                .outputStrides = equation.strides(i, equation.output()), .summedStrides = equation.strides(i, summed)};
            factor.operand = operands.take(i, factor.weights, !allConstant).value_or(0);
            kernel.factors.push_back(std::move(factor));
        }
        return {{.type = node.type(0),
            .shape = Shape(std::move(extents)),
            .kernel = kernelOf(std::move(kernel)),
            .operands = operands.numbers()}};
    }

private:
    static void requireSize(const NodeContext& node, const Shape& shape, const std::vector<std::size_t>& summed)
    {
        std::vector<std::int64_t> all = shape.extents();
        for (const std::size_t extent : summed)
            all.push_back(static_cast<std::int64_t>(extent));
        if (!checkedElementCount(Shape(std::move(all))))
            node.fail("its sums for an output of shape " + shape.text() + " are too many");
    }
};

constexpr OperatorRow einsumRows[] = {
    {"", "Einsum", 12, Einsum::prepare},
};

} // namespace

std::span<const OperatorRow> einsumOperators()
{
    return einsumRows;
}

} // namespace formulens
