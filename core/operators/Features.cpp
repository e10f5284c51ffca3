// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/Moving.h"

#include <algorithm>
#include <cmath>
#include <numeric>

/// What ai.onnx.ml does to features before a model and to the scores after it. Features lie along the last axis.
namespace formulens {

namespace {

namespace catalogue = functions;

std::size_t featureCount(const NodeContext& node)
{
    node.expectRank(0, 1);
    const Shape& shape = node.shape(0);
    return static_cast<std::size_t>(shape[shape.rank() - 1]);
}

/// A list of one value for each feature, or one for all of them.
std::vector<double> perFeature(const NodeContext& node, std::string_view name, double standard)
{
    std::vector<double> values = node.numbers(name, std::vector<double>{standard});
    const std::size_t features = featureCount(node);
    if (values.size() != 1 && values.size() != features)
        node.fail("attribute '" + std::string(name) + "' has " + std::to_string(values.size())
            + " values, expected 1 or, as the input has shape " + node.shape(0).text() + ", "
            + std::to_string(features));
    values.resize(features, values.front());
    return values;
}

/// Numbers of any type become floats, as all of these operators have it.
Preparation floats(const NodeContext& node, std::shared_ptr<const Kernel> kernel)
{
    return {.type = ElementType::Float32, .shape = node.shape(0), .kernel = std::move(kernel), .operands = {0}};
}

/// y = scale (x - offset)
struct Scaler
{
    std::vector<double> offsets;
    std::vector<double> scales;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const { return Kernel::Character::Linear; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t feature = g % offsets.size();
        *out = scales[feature] * (in(0, g) - T(offsets[feature]));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {floats(node,
            kernelOf(Scaler{
                perFeature(node, "offset", 0.0), perFeature(node, "scale", 1.0), node.shape(0).elementCount()}))};
    }
};

/// Each row divided by its largest element, the sum of its absolute values, or its length. A row whose divisor is 0
/// stays as it is.
struct Normalizer
{
    enum class Norm
    {
        Max,
        L1,
        L2,
    };

    std::size_t rows = 0;
    std::size_t length = 0;
    Norm norm = Norm::Max;
    bool isPositive = false; ///< every element lies above 0

    std::size_t groups() const { return rows; }
    std::size_t groupSize() const { return length; }
    std::uint64_t cost() const { return 3 * std::uint64_t(rows) * length; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        std::vector<T> row;
        for (std::size_t i = 0; i < length; ++i)
            row.push_back(in(0, g * length + i));
        T divisor = divisorOf(row);
        if (!isPositive) // instead of 0 it is 1
            divisor = divisor + apply2<catalogue::Equal, T>(divisor, T(0.0));
        divisor = named(divisor);
        for (std::size_t i = 0; i < length; ++i)
            out[i] = row[i] / divisor;
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        Normalizer kernel;
        kernel.length = featureCount(node);
        kernel.rows = kernel.length > 0 ? node.shape(0).elementCount() / kernel.length : 0;
        kernel.norm = normOf(node);
        kernel.isPositive = node.input(0).positive;
        Preparation output = floats(node, kernelOf(kernel));
        output.positive = kernel.isPositive;
        return {output};
    }

private:
    static Norm normOf(const NodeContext& node)
    {
        const std::string name = node.text("norm", "MAX");
        if (name != "MAX" && name != "L1" && name != "L2")
            node.fail("attribute 'norm' is '" + name + "', expected MAX, L1 or L2");
        return name == "MAX" ? Norm::Max : name == "L1" ? Norm::L1 : Norm::L2;
    }

    template <class T>
    T divisorOf(const std::vector<T>& row) const
    {
        if (norm == Norm::Max)
            return row.size() == 1 ? row[0] : apply<catalogue::Max, T>(std::span<const T>(row));
        if (norm == Norm::L2)
            return apply<catalogue::Sqrt, T>(apply<catalogue::SumOfSquares, T>(std::span<const T>(row)));
        Sum<T> sum;
        for (const T& x : row)
            sum.add(1, isPositive ? x : apply<catalogue::Abs, T>(x));
        return sum.result();
    }
};

/// y = 1 where x > threshold, else 0
struct Binarizer : ElementByElement
{
    double threshold = 0;

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        *out = apply2<catalogue::Less, T>(T(threshold), in(0, g));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        return {floats(node, kernelOf(Binarizer{{node.shape(0).elementCount()}, node.number("threshold", 0.0)}))};
    }
};

inline double knownOr(double x, double imputed)
{
    return std::isnan(x) ? imputed : x;
}

inline Lanes knownOr(Lanes x, double imputed)
{
    for (std::size_t lane = 0; lane < Lanes::count; ++lane)
        x[lane] = knownOr(x[lane], imputed);
    return x;
}

template <class T>
Dual<T> knownOr(const Dual<T>& x, double imputed)
{
    return {knownOr(x.value, imputed), x.slope};
}

/// Over the other number types a missing value does not occur: an equation has numbers for its inputs.
template <class T>
T knownOr(const T& x, double)
{
    return x;
}

/// y = x, or the imputed value where x is the replaced one. That is mostly NaN: where x is a number, nothing happens.
struct Imputer
{
    std::vector<double> imputed;
    double replaced = 0;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return count; }
    Kernel::Character character() const
    {
        return std::isnan(replaced) ? Kernel::Character::Linear : Kernel::Character::Elementwise;
    }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const double value = imputed[g % imputed.size()];
        if (std::isnan(replaced)) {
            *out = knownOr(in(0, g), value);
            return;
        }
        const std::array<T, 3> choice{apply2<catalogue::Equal, T>(in(0, g), T(replaced)), T(value), in(0, g)};
        *out = apply<catalogue::Select, T>(std::span<const T>(choice));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        Imputer kernel;
        kernel.count = node.shape(0).elementCount();
        if (isInteger(node.type(0))) {
            for (const std::int64_t value : node.integers("imputed_value_int64s"))
                kernel.imputed.push_back(static_cast<double>(value));
            kernel.replaced = static_cast<double>(node.integer("replaced_value_int64", 0));
        } else {
            kernel.imputed = node.numbers("imputed_value_floats");
            kernel.replaced = node.number("replaced_value_float", 0.0);
        }
        const std::size_t features = featureCount(node);
        if (kernel.imputed.size() != 1 && kernel.imputed.size() != features)
            node.fail("it imputes " + std::to_string(kernel.imputed.size()) + " values, expected 1 or "
                + std::to_string(features));
        Preparation output{.type = node.type(0), .shape = node.shape(0), .kernel = kernelOf(kernel), .operands = {0}};
        if (std::isnan(kernel.replaced))
            output.note = "missing values (NaN) are replaced before the formula; for numbers it does nothing";
        return {output};
    }
};

/// The first columns of each input beside each other; an input with fewer than named is filled up with zeros.
struct FeatureVectorizer
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(1, std::numeric_limits<std::size_t>::max());
        const std::vector<std::int64_t> widths = widthsOf(node);
        const std::int64_t samples = samplesOf(node, 0);
        const Shape shape{samples, std::accumulate(widths.begin(), widths.end(), std::int64_t(0))};
        Moving kernel = moving(node, shape, [](const Position&) { return std::int64_t(-1); });
        kernel.firsts.clear();
        std::vector<std::size_t> operands(widths.size());
        std::iota(operands.begin(), operands.end(), std::size_t(0));
        std::uint32_t first = 0;
        std::int64_t column = 0;
        for (const std::size_t operand : operands) {
            kernel.firsts.push_back(first);
            if (samplesOf(node, operand) != samples)
                node.fail("inputs of shapes " + node.shape(0).text() + " and " + node.shape(operand).text()
                    + " have different numbers of rows");
            place(kernel, shape, column, widths[operand], columnsOf(node, operand), first);
            first += static_cast<std::uint32_t>(node.shape(operand).elementCount());
            column += widths[operand];
        }
        Preparation output = movedFrom(node, shape, std::move(kernel), std::move(operands));
        output.type = ElementType::Float32;
        return {output};
    }

private:
    static std::vector<std::int64_t> widthsOf(const NodeContext& node)
    {
        std::vector<std::int64_t> columns;
        for (std::size_t i = 0; i < node.inputCount(); ++i)
            columns.push_back(columnsOf(node, i));
        std::vector<std::int64_t> widths = node.integers("inputdimensions", columns);
        const auto isSane = [](std::int64_t width) { return width >= 0 && width < (std::int64_t(1) << 28); };
        if (widths.size() != columns.size() || !std::ranges::all_of(widths, isSane))
            node.fail("attribute 'inputdimensions' " + Shape(widths).text() + " does not fit "
                + std::to_string(columns.size()) + " inputs");
        return widths;
    }

    static std::int64_t samplesOf(const NodeContext& node, std::size_t operand)
    {
        const Shape& shape = node.shape(operand);
        return shape.rank() > 1 ? shape[0] : 1;
    }

    static std::int64_t columnsOf(const NodeContext& node, std::size_t operand)
    {
        const std::int64_t samples = samplesOf(node, operand);
        return samples > 0 ? static_cast<std::int64_t>(node.shape(operand).elementCount()) / samples : 0;
    }

    static void place(Moving& kernel, const Shape& shape, std::int64_t column, std::int64_t width, std::int64_t columns,
        std::uint32_t first)
    {
        for (std::int64_t sample = 0; sample < shape[0]; ++sample)
            for (std::int64_t i = 0; i < std::min(width, columns); ++i)
                kernel.sources[static_cast<std::size_t>(sample * shape[1] + column + i)]
                    = first + static_cast<std::uint32_t>(sample * columns + i);
    }
};

/// A sequence of maps from classes to scores is shown as the tensor of scores that it is made from.
struct ZipMap
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        std::vector<std::string> classes = node.texts("classlabels_strings", {});
        for (const std::int64_t label : node.integers("classlabels_int64s", std::vector<std::int64_t>()))
            classes.push_back(std::to_string(label));
        if (classes.size() != featureCount(node))
            node.fail(
                "it names " + std::to_string(classes.size()) + " classes for scores of shape " + node.shape(0).text());
        Preparation output = copied(node, node.shape(0));
        output.positive = node.input(0).positive;
        output.note = "its map from classes to scores is shown as a list: " + listed(classes);
        return {output};
    }

private:
    static std::string listed(const std::vector<std::string>& classes)
    {
        constexpr std::size_t most = 12;
        std::string words;
        for (std::size_t i = 0; i < std::min(classes.size(), most); ++i)
            words += (i > 0 ? ", [" : "[") + std::to_string(i) + "] is class " + classes[i];
        return words + (classes.size() > most ? " and so on" : "");
    }
};

constexpr OperatorRow featureRows[] = {
    {"ai.onnx.ml", "Binarizer", 1, Binarizer::prepare},
    {"ai.onnx.ml", "FeatureVectorizer", 1, FeatureVectorizer::prepare},
    {"ai.onnx.ml", "Imputer", 1, Imputer::prepare},
    {"ai.onnx.ml", "Normalizer", 1, Normalizer::prepare},
    {"ai.onnx.ml", "Scaler", 1, Scaler::prepare},
    {"ai.onnx.ml", "ZipMap", 1, ZipMap::prepare},
};

} // namespace

std::span<const OperatorRow> featureOperators()
{
    return featureRows;
}

} // namespace formulens
