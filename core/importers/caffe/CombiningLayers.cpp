// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Writing.h"

#include <algorithm>
#include <numeric>

/// Layers without weights that compute a number out of several.
namespace formulens::caffe {

namespace {

constexpr std::size_t any = std::size_t(-1);
using Extents = std::vector<std::int64_t>;

/// c1 x1 + c2 x2 + ...
TensorIndex weightedSum(Writing& writing, const std::vector<double>& factors)
{
    GraphBuilder& graph = writing.graph;
    std::vector<GraphBuilder::Operand> terms;
    for (std::size_t i = 0; i < writing.bottoms.size(); ++i) {
        TensorIndex term = writing.tensor(i);
        const std::string number = std::to_string(i);
        if (!factors.empty() && factors[i] != 1)
            term = graph.node("Mul", {term, graph.scalar(writing.part("factor_" + number), factors[i])},
                writing.part("term_" + number));
        terms.push_back(term);
    }
    return graph.node(terms.size() == 2 ? "Add" : "Sum", terms, writing.name());
}

TensorIndex product(Writing& writing)
{
    TensorIndex result = writing.tensor();
    for (std::size_t i = 1; i < writing.bottoms.size(); ++i)
        result = writing.graph.node("Mul", {result, writing.tensor(i)},
            i + 1 == writing.bottoms.size() ? writing.name() : writing.part("product_" + std::to_string(i)));
    return result;
}

Values eltwise(Writing& writing)
{
    writing.expectBottoms(2, any);
    writing.expectTops(1);
    writing.parameters.ignore({"stable_prod_grad"});
    for (std::size_t i = 1; i < writing.bottoms.size(); ++i)
        if (!(writing.shape(i) == writing.shape()))
            writing.fail("it reads blobs of shapes " + writing.shape().text() + " and " + writing.shape(i).text()
                + ", expected the same");
    const std::string operation = writing.parameters.choice("operation", {{"SUM", 1}, {"PROD", 0}, {"MAX", 2}});
    const std::vector<double> factors = writing.parameters.reals("coeff");
    if (!factors.empty() && factors.size() != writing.bottoms.size())
        writing.fail("it says " + std::to_string(factors.size()) + " numbers 'coeff' for "
            + std::to_string(writing.bottoms.size()) + " blobs (bottom), expected one for each");
    if (operation == "SUM")
        return writing.alike(weightedSum(writing, factors));
    if (!factors.empty())
        writing.fail("it says 'coeff', which are for sums alone");
    if (operation == "PROD")
        return writing.alike(product(writing));
    std::vector<GraphBuilder::Operand> operands;
    for (const Value& bottom : writing.bottoms)
        operands.push_back(bottom.tensor);
    return writing.alike(writing.graph.node("Max", operands, writing.name()));
}

Values softmax(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    writing.parameters.ignore({"engine"});
    const auto axis = static_cast<std::int64_t>(writing.axisNamed("axis", 1));
    return writing.alike(writing.graph.node("Softmax", {writing.tensor()}, writing.name(), {{"axis", axis}}));
}

TensorIndex largest(Writing& writing, TensorIndex x, std::int64_t axis, const std::string& output)
{
    return writing.graph.node("ReduceMax", {x, writing.graph.integers(writing.part("axes"), {axis})}, output);
}

/// The place of the greatest; the last one of equal ones.
TensorIndex placeOfLargest(Writing& writing, TensorIndex x, std::int64_t axis, const std::string& output)
{
    const TensorIndex place = writing.graph.node("ArgMax", {x}, writing.part("place"),
        {{"axis", axis}, {"keepdims", std::int64_t(1)}, {"select_last_index", std::int64_t(1)}});
    constexpr std::int64_t float32 = 1;
    constexpr std::int64_t float64 = 11;
    return writing.graph.node(
        "Cast", {place}, output, {{"to", writing.numbers == ElementType::Float64 ? float64 : float32}});
}

Values argMax(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const bool saysValue = writing.parameters.flag("out_max_val", false);
    if (const std::int64_t places = writing.parameters.integer("top_k", 1); places != 1)
        writing.unsupported(
            "it gives the " + std::to_string(places) + " greatest (top_k); only the greatest one is computed here");
    const Shape& x = writing.shape();
    if (writing.parameters.has("axis")) {
        const std::size_t axis = writing.axisNamed("axis", 0);
        Extents extents = x.extents();
        extents[axis] = 1;
        const auto place = static_cast<std::int64_t>(axis);
        return writing.one(saysValue ? largest(writing, writing.tensor(), place, writing.name())
                                     : placeOfLargest(writing, writing.tensor(), place, writing.name()),
            Shape(std::move(extents)));
    }
    if (x.rank() < 1)
        writing.fail("what it reads has no axes");
    const Shape flat{x[0], countOf(x, 1)};
    Extents extents(std::max<std::size_t>(3, x.rank()), 1);
    extents[0] = x[0];
    extents[1] = saysValue ? 2 : 1;
    const Shape result(std::move(extents));
    const TensorIndex rows = writing.reshaped(writing.tensor(), flat, writing.part("flat"));
    TensorIndex found = placeOfLargest(writing, rows, 1, writing.part("number"));
    if (saysValue)
        found = writing.graph.node("Concat", {found, largest(writing, rows, 1, writing.part("largest"))},
            writing.part("both"), {{"axis", std::int64_t(1)}});
    return writing.one(writing.reshaped(found, result, writing.name()), result);
}

/// Over all axes from `axis` on.
Values reduction(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const std::size_t axis = writing.axisNamed("axis", 0);
    const std::string operation
        = writing.parameters.choice("operation", {{"SUM", 1}, {"ASUM", 2}, {"SUMSQ", 3}, {"MEAN", 4}});
    const double factor = writing.parameters.real("coeff", 1);
    const char* operatorName = operation == "SUM" ? "ReduceSum"
        : operation == "ASUM"                     ? "ReduceL1"
        : operation == "SUMSQ"                    ? "ReduceSumSquare"
                                                  : "ReduceMean";
    Extents axes(writing.shape().rank() - axis);
    std::iota(axes.begin(), axes.end(), static_cast<std::int64_t>(axis));
    GraphBuilder& graph = writing.graph;
    TensorIndex y = graph.node(operatorName, {writing.tensor(), graph.integers(writing.part("axes"), axes)},
        factor == 1 ? writing.name() : writing.part("reduced"), {{"keepdims", std::int64_t(0)}});
    if (factor != 1)
        y = graph.node("Mul", {y, graph.scalar(writing.part("factor"), factor)}, writing.name());
    return writing.one(y, sliceOf(writing.shape(), 0, axis));
}

/// (x - mean) / (deviation + eps), over the plane of each channel or over all channels too.
Values meanVariance(Writing& writing)
{
    writing.expectBottoms(1, 1);
    writing.expectTops(1);
    const bool normalisesVariance = writing.parameters.flag("normalize_variance", true);
    const bool acrossChannels = writing.parameters.flag("across_channels", false);
    const double epsilon = writing.parameters.real("eps", 1e-9);
    if (writing.shape().rank() > 4 || writing.shape().rank() < 1)
        writing.fail("what it reads has shape " + writing.shape().text() + ", expected up to 4 axes");
    GraphBuilder& graph = writing.graph;
    Extents extents = writing.shape().extents();
    extents.resize(4, 1);
    const Shape whole(std::move(extents));
    const TensorIndex x = whole == writing.shape() ? writing.tensor()
                                                   : writing.reshaped(writing.tensor(), whole, writing.part("whole"));
    const TensorIndex axes = graph.integers(writing.part("axes"), acrossChannels ? Extents{1, 2, 3} : Extents{2, 3});
    const TensorIndex mean = graph.node("ReduceMean", {x, axes}, writing.part("mean"));
    const std::string centredName = normalisesVariance ? writing.part("centred") : writing.name();
    const TensorIndex centred = graph.node("Sub", {x, mean}, centredName);
    if (!normalisesVariance)
        return writing.one(centred, whole);
    const TensorIndex squares = graph.node("Mul", {centred, centred}, writing.part("squares"));
    const TensorIndex variance = graph.node("ReduceMean", {squares, axes}, writing.part("variance"));
    const TensorIndex deviation = graph.node("Sqrt", {variance}, writing.part("deviation"));
    const TensorIndex lifted
        = graph.node("Add", {deviation, graph.scalar(writing.part("eps"), epsilon)}, writing.part("lifted"));
    return writing.one(graph.node("Div", {centred, lifted}, writing.name()), whole);
}

constexpr LayerRow rows[] = {
    {"ArgMax", "argmax_param", argMax},
    {"Eltwise", "eltwise_param", eltwise},
    {"MVN", "mvn_param", meanVariance},
    {"Reduction", "reduction_param", reduction},
    {"Softmax", "softmax_param", softmax},
};

} // namespace

std::span<const LayerRow> combiningLayers()
{
    return rows;
}

} // namespace formulens::caffe
