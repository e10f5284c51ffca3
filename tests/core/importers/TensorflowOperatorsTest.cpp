// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/SavedModelFile.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace formulens;
using namespace formulens::saved;

/// TensorFlow's operators in frozen graphs, against what its documentation says that they compute.
class TensorflowOperatorsTest final : public QObject
{
    Q_OBJECT

private slots:
    void ofElements_data();
    void ofElements();
    void computes_data();
    void computes();
    void isRefused_data();
    void isRefused();
};

namespace {

using Numbers = std::vector<double>;
using Nodes = std::vector<Message>;

Result<OpenedModel> opened(const std::vector<std::int64_t>& extents, const Nodes& nodes)
{
    Message graph;
    graph.message(1,
        node("x", "Placeholder", {},
            {{"dtype", type(float32)}, {"shape", Message().message(7, saved::shape(extents))}}));
    for (const Message& each : nodes)
        graph.message(1, each);
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "graph.pb";
    SavedModelFile::put(path, graph.bytes());
    return openModel(path);
}

void compare(const OpenedModel& model, const Numbers& x, const Numbers& expected)
{
    const auto values = reference::evaluate(*model.prepared, model.network->outputs.front(), x);
    QVERIFY2(values, values ? "" : values.error().message.c_str());
    QCOMPARE(values->size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY2(std::fabs((*values)[i] - expected[i]) <= 1e-6 * std::max(1.0, std::fabs(expected[i])),
            qPrintable(QStringLiteral("element %1: %2 instead of %3").arg(i).arg((*values)[i]).arg(expected[i])));
}

Message word(const std::string& value)
{
    return Message().text(2, value);
}

Message number(std::int64_t value)
{
    return Message().integer(3, value);
}

Message truth(bool value)
{
    return Message().integer(5, value ? 1 : 0);
}

Message numbers(const std::vector<std::int64_t>& values)
{
    return Message().message(1, Message().packedIntegers(3, values));
}

/// A truth as a number.
Message asNumber(const std::string& of)
{
    return node("y", "Cast", {of}, {{"DstT", type(float32)}});
}

} // namespace

using RealFunction = double (*)(double);
Q_DECLARE_METATYPE(RealFunction)
Q_DECLARE_METATYPE(std::vector<double>)
Q_DECLARE_METATYPE(std::vector<std::int64_t>)
Q_DECLARE_METATYPE(std::vector<OnnxMessage>)

void TensorflowOperatorsTest::ofElements_data()
{
    QTest::addColumn<RealFunction>("function");
    QTest::addColumn<Numbers>("x");
    const Numbers all{-1.5, -0.5, 0.25, 3};
    const auto row = [&](const char* name, RealFunction function, Numbers x = {-1.5, -0.5, 0.25, 3}) {
        QTest::addRow("%s", name) << function << x;
    };
    const Numbers small{-0.75, -0.25, 0.5, 0.875};
    const Numbers positive{0.25, 1, 2.5, 7};
    row("Abs", std::fabs);
    row("Acos", std::acos, small);
    row("Acosh", std::acosh, {1, 1.5, 2, 5});
    row("Asin", std::asin, small);
    row("Asinh", std::asinh);
    row("Atan", std::atan);
    row("Atanh", std::atanh, small);
    row("Ceil", std::ceil);
    row("Cos", std::cos);
    row("Cosh", std::cosh);
    row("Elu", [](double x) { return x > 0 ? x : std::expm1(x); });
    row("Erf", std::erf);
    row("Exp", std::exp);
    row("Expm1", std::expm1);
    row("Floor", std::floor);
    row("Inv", [](double x) { return 1 / x; });
    row("LeakyRelu", [](double x) { return x > 0 ? x : 0.2 * x; });
    row("Log", std::log, positive);
    row("Log1p", std::log1p, positive);
    row("Neg", [](double x) { return -x; });
    row("Reciprocal", [](double x) { return 1 / x; });
    row("Relu", [](double x) { return std::max(x, 0.0); });
    row("Relu6", [](double x) { return std::clamp(x, 0.0, 6.0); }, {-1, 2, 6, 7});
    row("Rint", [](double x) { return std::nearbyint(x); }, {-1.5, -0.5, 0.5, 2.5});
    row("Round", [](double x) { return std::nearbyint(x); }, {-1.5, -0.5, 0.5, 2.5});
    row(
        "Rsqrt", [](double x) { return 1 / std::sqrt(x); }, positive);
    row("Sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); });
    row("Sign", [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; }, {-2, 0, 0.5, 3});
    row("Sin", std::sin);
    row("Sinh", std::sinh);
    row("Softplus", [](double x) { return std::log1p(std::exp(x)); });
    row("Softsign", [](double x) { return x / (1 + std::fabs(x)); });
    row("Sqrt", std::sqrt, positive);
    row("Square", [](double x) { return x * x; });
    row("Tan", std::tan);
    row("Tanh", std::tanh);
    row("OnesLike", [](double) { return 1.0; });
    row("ZerosLike", [](double) { return 0.0; });
}

void TensorflowOperatorsTest::ofElements()
{
    QFETCH(RealFunction, function);
    QFETCH(Numbers, x);
    const auto model = opened({-1, 4}, {node("y", QTest::currentDataTag(), {"x"}, {{"T", type(float32)}})});
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    Numbers expected;
    for (const double element : x)
        expected.push_back(function(element));
    compare(*model, x, expected);
}

void TensorflowOperatorsTest::computes_data()
{
    QTest::addColumn<std::vector<std::int64_t>>("extents");
    QTest::addColumn<Nodes>("nodes");
    QTest::addColumn<Numbers>("x");
    QTest::addColumn<Numbers>("y");
    const auto row
        = [](const char* name, const std::vector<std::int64_t>& extents, const Nodes& nodes, const Numbers& x,
              const Numbers& y) { QTest::addRow("%s", name) << extents << nodes << x << y; };
    const auto with = [&](const char* operatorName, const Numbers& x, const std::vector<float>& c, const Numbers& y,
                          bool isTruth = false) {
        const std::vector<std::int64_t> extents{static_cast<std::int64_t>(c.size())};
        Nodes nodes{constant("c", floats(extents, c)),
            node(isTruth ? "t" : "y", operatorName, {"x", "c"}, {{"T", type(float32)}})};
        if (isTruth)
            nodes.push_back(asNumber("t"));
        row(operatorName, extents, nodes, x, y);
    };
    with("Add", {1, -2}, {0.5, 3}, {1.5, 1});
    with("AddV2", {1, -2}, {0.5, 3}, {1.5, 1});
    with("Sub", {1, -2}, {0.5, 3}, {0.5, -5});
    with("Mul", {1, -2}, {0.5, 3}, {0.5, -6});
    with("Div", {1, -2}, {0.5, 4}, {2, -0.5});
    with("RealDiv", {1, -2}, {0.5, 4}, {2, -0.5});
    with("DivNoNan", {1, -2}, {0, 4}, {0, -0.5});
    with("FloorDiv", {7, -7}, {2, 2}, {3, -4});
    with("FloorMod", {7, -7, 7}, {2, 2, -2}, {1, 1, -1});
    with("Maximum", {1, -2}, {0.5, 3}, {1, 3});
    with("Minimum", {1, -2}, {0.5, 3}, {0.5, -2});
    with("Pow", {2, 9}, {3, 0.5}, {8, 3});
    with("SquaredDifference", {1, -2}, {0.5, 3}, {0.25, 25});
    with("Equal", {1, 2}, {1, 3}, {1, 0}, true);
    with("NotEqual", {1, 2}, {1, 3}, {0, 1}, true);
    with("Greater", {1, 2, 3}, {2, 2, 2}, {0, 0, 1}, true);
    with("GreaterEqual", {1, 2, 3}, {2, 2, 2}, {0, 1, 1}, true);
    with("Less", {1, 2, 3}, {2, 2, 2}, {1, 0, 0}, true);
    with("LessEqual", {1, 2, 3}, {2, 2, 2}, {1, 1, 0}, true);
    row("clipping by values", {3},
        {constant("a", floats({}, {-1})), constant("b", floats({}, {2})), node("y", "ClipByValue", {"x", "a", "b"})},
        {-3, 0.5, 4}, {-1, 0.5, 2});
    row("a choice of elements", {3},
        {constant("c", floats({}, {1})), node("t", "Greater", {"x", "c"}), node("n", "LogicalNot", {"t"}),
            node("o", "LogicalOr", {"t", "n"}), node("a", "LogicalAnd", {"t", "o"}),
            node("y", "SelectV2", {"a", "x", "c"})},
        {0, 1, 3}, {1, 1, 3});
    row("what is no number", {2}, {node("t", "IsNan", {"x"}), asNumber("t")}, {0, 1}, {0, 0});

    // 16 steps of 0.2 from -1 to 2: zero is moved from 5 of them to 5, so the limits stay
    row("fake quantisation", {5},
        {constant("a", floats({}, {-1})), constant("b", floats({}, {2})),
            node("y", "FakeQuantWithMinMaxVars", {"x", "a", "b"}, {{"num_bits", number(4)}})},
        {-3, -0.45, 0.05, 0.15, 5}, {-1, -0.4, 0, 0.2, 2});
    // 3 steps from -0.5 to 1: zero at the first, for a narrow range of 2 bits at 2 of 1 to 3
    row("fake quantisation of a narrow range", {4},
        {constant("a", floats({}, {-0.9F})), constant("b", floats({}, {1.1F})),
            node("y", "FakeQuantWithMinMaxVars", {"x", "a", "b"},
                {{"num_bits", number(2)}, {"narrow_range", truth(true)}})},
        {-3, -0.4, 0.6, 5}, {-1, 0, 1, 1});
    row("fake quantisation of channels", {2},
        {constant("a", floats({2}, {-1, 0})), constant("b", floats({2}, {2, 1.5})),
            node("y", "FakeQuantWithMinMaxVarsPerChannel", {"x", "a", "b"}, {{"num_bits", number(4)}})},
        {0.15, 0.17}, {0.2, 0.2});

    const Numbers six{1, 2, 3, 4, 5, 6};
    const auto slice = [](const std::vector<std::int32_t>& begins, const std::vector<std::int32_t>& ends,
                           const std::vector<std::int32_t>& strides, const Attributes& masks) {
        const auto count = static_cast<std::int64_t>(begins.size());
        return Nodes{constant("b", integers({count}, begins)), constant("e", integers({count}, ends)),
            constant("s", integers({count}, strides)), node("y", "StridedSlice", {"x", "b", "e", "s"}, masks)};
    };
    row("x[0:2, 1]", {2, 3}, slice({0, 1}, {2, 2}, {1, 1}, {{"shrink_axis_mask", number(2)}}), six, {2, 5});
    row("x[-1, ::-1]", {2, 3},
        slice({-1, 0}, {0, 0}, {1, -1},
            {{"shrink_axis_mask", number(1)}, {"begin_mask", number(2)}, {"end_mask", number(2)}}),
        six, {6, 5, 4});
    row("x[..., -1]", {1, 2, 3},
        slice({0, -1}, {0, 0}, {1, 1}, {{"ellipsis_mask", number(1)}, {"shrink_axis_mask", number(2)}}), six, {3, 6});
    row("x[1:, ..., new, 0:2]", {2, 1, 3},
        slice({1, 0, 0, 0}, {0, 0, 0, 2}, {1, 1, 1, 1},
            {{"end_mask", number(1)}, {"ellipsis_mask", number(2)}, {"new_axis_mask", number(4)}}),
        six, {4, 5});
    row("x[new], times what has as many axes", {2, 3},
        [&] {
            Nodes nodes = slice({0}, {0}, {1}, {{"new_axis_mask", number(1)}});
            nodes.back() = node("part", "StridedSlice", {"x", "b", "e", "s"}, {{"new_axis_mask", number(1)}});
            nodes.push_back(constant("c", floats({2, 1, 1}, {1, 10})));
            nodes.push_back(node("y", "Mul", {"part", "c"}));
            return nodes;
        }(),
        six, {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60});
    row("a slice to the end", {2, 3},
        {constant("b", integers({2}, {0, 1})), constant("s", integers({2}, {1, -1})),
            node("y", "Slice", {"x", "b", "s"})},
        six, {2, 3});
    row("the second of three parts", {2, 3},
        {constant("a", integers({}, {1})), node("s", "Split", {"a", "x"}, {{"num_split", number(3)}}),
            node("y", "Neg", {"s:1"})},
        six, {-2, -5});
    row("the last of parts of sizes", {2, 3},
        {constant("n", integers({2}, {2, 1})), constant("a", integers({}, {1})), node("s", "SplitV", {"x", "n", "a"}),
            node("y", "Neg", {"s:1"})},
        six, {-3, -6});
    row("columns apart and together again", {2, 3},
        {node("u", "Unpack", {"x"}, {{"num", number(3)}, {"axis", number(1)}}),
            node("y", "Pack", {"u:2", "u", "u:1"}, {{"axis", number(0)}})},
        six, {3, 6, 1, 4, 2, 5});
    row("reversed", {2, 3}, {constant("a", integers({1}, {1})), node("y", "ReverseV2", {"x", "a"})}, six,
        {3, 2, 1, 6, 5, 4});
    row("gathered along an axis", {2, 3},
        {constant("i", integers({2}, {2, 0})), constant("a", integers({}, {1})),
            node("y", "GatherV2", {"x", "i", "a"})},
        six, {3, 1, 6, 4});
    row("rows by their numbers", {2},
        {constant("t", floats({3, 2}, {1, 2, 3, 4, 5, 6})), node("i", "Cast", {"x"}, {{"DstT", type(int32)}}),
            node("y", "ResourceGather", {"t", "i"})},
        {2, 0}, {5, 6, 1, 2});
    row("a one for each index", {4},
        {node("i", "Cast", {"x"}, {{"DstT", type(int32)}}), constant("n", integers({}, {2})),
            constant("on", floats({}, {5})), constant("off", floats({}, {-1})),
            node("y", "OneHot", {"i", "n", "on", "off"}, {{"axis", number(-1)}, {"T", type(float32)}})},
        {1, 0, -1, 2}, {-1, 5, 5, -1, -1, -1, -1, -1});
    row("elements at places", {2, 3},
        {constant("i", integers({2, 2}, {1, 0, 0, 2})), node("y", "GatherNd", {"x", "i"})}, six, {4, 3});
    row("repeated", {1, 2}, {constant("n", integers({2}, {2, 2})), node("y", "Tile", {"x", "n"})}, {1, 2},
        {1, 2, 1, 2, 1, 2, 1, 2});
    row("broadcast", {2}, {constant("n", integers({2}, {2, 2})), node("y", "BroadcastTo", {"x", "n"})}, {1, 2},
        {1, 2, 1, 2});
    row("the shape of two together", {1, 2},
        {constant("a", integers({2}, {3, 1})), node("s", "Shape", {"x"}),
            node("b", "BroadcastArgs", {"a", "s"}, {{"T", type(int32)}}), node("y", "BroadcastTo", {"x", "b"})},
        {1, 2}, {1, 2, 1, 2, 1, 2});
    row("filled, in a shape that is put together", {2, 3},
        {node("s", "Shape", {"x"}), constant("b", integers({1}, {0})), constant("e", integers({1}, {1})),
            constant("o", integers({1}, {1})),
            node("n", "StridedSlice", {"s", "b", "e", "o"}, {{"shrink_axis_mask", number(1)}}),
            constant("two", integers({}, {2})), node("p", "Pack", {"n", "two"}), constant("v", floats({}, {7})),
            node("f", "Fill", {"p", "v"}), constant("a", integers({}, {1})), node("y", "ConcatV2", {"x", "f", "a"})},
        six, {1, 2, 3, 7, 7, 4, 5, 6, 7, 7});
    row("an order of axes that is put together", {2, 3},
        {constant("one", integers({}, {1})), constant("zero", integers({1}, {0})),
            node("sum", "AddV2", {"zero", "one"}), node("order", "ConcatV2", {"sum", "zero", "none"}),
            constant("none", integers({}, {0})), node("y", "Transpose", {"x", "order"})},
        six, {1, 4, 2, 5, 3, 6});
    row("numbers in a row, and how many axes", {2, 3},
        {node("r", "Rank", {"x"}), constant("zero", integers({}, {0})), constant("one", integers({}, {1})),
            node("n", "Range", {"zero", "r", "one"}), node("f", "Cast", {"n"}, {{"DstT", type(float32)}}),
            node("s", "Size", {"x"}), node("sf", "Cast", {"s"}, {{"DstT", type(float32)}}),
            constant("axes", integers({2}, {0, 1})), node("m", "Max", {"x", "axes"}), node("q", "Mul", {"f", "sf"}),
            node("y", "AddV2", {"q", "m"})},
        six, {6, 12});
    row("mirrored at the edge element", {1, 3},
        {constant("p", integers({2, 2}, {0, 0, 2, 1})),
            node("y", "MirrorPad", {"x", "p"}, {{"mode", word("REFLECT")}})},
        {1, 2, 3}, {3, 2, 1, 2, 3, 2});

    row("products of batches", {2, 1, 2},
        {constant("c", floats({2, 1, 2}, {1, 2, 3, 4})),
            node("y", "BatchMatMulV2", {"x", "c"}, {{"adj_x", truth(true)}})},
        {1, 2, 3, 4}, {1, 2, 2, 4, 9, 12, 12, 16});
    row("products of batches, the right one turned", {2, 1, 2},
        {constant("c", floats({2, 1, 2}, {1, 2, 3, 4})),
            node("y", "BatchMatMulV2", {"x", "c"}, {{"adj_y", truth(true)}})},
        {1, 2, 3, 4}, {5, 25});
    row("an Einstein sum", {2, 2},
        {constant("c", floats({2}, {1, 10})), node("y", "Einsum", {"x", "c"}, {{"equation", word("ij,j->i")}})},
        {1, 2, 3, 4}, {21, 43});
    row("a product of elements, its axis kept", {2, 2},
        {constant("a", integers({1}, {1})), node("y", "Prod", {"x", "a"}, {{"keep_dims", truth(true)}})}, {1, 2, 3, 4},
        {2, 12});
    row("a length", {2}, {constant("a", integers({1}, {0})), node("y", "EuclideanNorm", {"x", "a"})}, {3, 4}, {5});
    row("the greatest two, and where they are", {4},
        {constant("k", integers({}, {2})), node("t", "TopKV2", {"x", "k"}),
            node("f", "Cast", {"t:1"}, {{"DstT", type(float32)}}), constant("a", integers({}, {0})),
            node("y", "ConcatV2", {"t", "f", "a"})},
        {1, 5, 3, 4}, {5, 4, 1, 3});
    row("where the least is", {2, 2},
        {constant("a", integers({}, {1})), node("m", "ArgMin", {"x", "a"}), asNumber("m")}, {1, 0, 2, 3}, {1, 0});
    row("sums so far, from behind, without the element", {3},
        {constant("a", integers({}, {0})),
            node("y", "Cumsum", {"x", "a"}, {{"exclusive", truth(true)}, {"reverse", truth(true)}})},
        {1, 2, 3}, {5, 3, 0});

    const Numbers plane{1, 2, 3, 4}; // of 2 by 2, one channel
    const std::vector<std::int64_t> ofPlane{1, 2, 2, 1};
    row("a convolution and its offset", ofPlane,
        {constant("k", floats({2, 2, 1, 1}, {1, 10, 100, 1000})), constant("b", floats({1}, {0.5})),
            node("c", "Conv2D", {"x", "k"}, {{"padding", word("SAME")}, {"strides", numbers({1, 1, 1, 1})}}),
            node("y", "BiasAdd", {"c", "b"})},
        plane, {4321.5, 402.5, 43.5, 4.5});
    row("a convolution by each channel, and its offset", {1, 1, 1, 2},
        {constant("k", floats({1, 1, 2, 2}, {1, 2, 3, 4})), constant("b", floats({4}, {0, 0, 0, 1})),
            node("c", "DepthwiseConv2dNative", {"x", "k"},
                {{"padding", word("VALID")}, {"strides", numbers({1, 1, 1, 1})}}),
            node("y", "BiasAdd", {"c", "b"})},
        {1, 10}, {1, 2, 30, 41});
    row("a convolution, transposed", ofPlane,
        {constant("n", integers({4}, {1, 4, 4, 1})), constant("k", floats({2, 2, 1, 1}, {1, 2, 3, 4})),
            node("y", "Conv2DBackpropInput", {"n", "k", "x"},
                {{"padding", word("VALID")}, {"strides", numbers({1, 2, 2, 1})}})},
        plane, {1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16});
    row("a convolution, transposed, of the same size times the stride", {1, 1, 2, 1},
        {constant("n", integers({4}, {1, 1, 4, 1})), constant("k", floats({1, 3, 1, 1}, {1, 10, 100})),
            node("y", "Conv2DBackpropInput", {"n", "k", "x"},
                {{"padding", word("SAME")}, {"strides", numbers({1, 1, 2, 1})}})},
        {1, 2}, {1, 10, 102, 20});
    const std::vector<std::int64_t> ofSpace{1, 2, 1, 2, 1};
    const Attributes ofSpaceWindow{
        {"padding", word("VALID")}, {"strides", numbers({1, 1, 1, 1, 1})}, {"ksize", numbers({1, 2, 1, 1, 1})}};
    row("a convolution in space", ofSpace,
        {constant("k", floats({2, 1, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8})),
            node("y", "Conv3D", {"x", "k"}, ofSpaceWindow)},
        plane, {1 + 6 + 15 + 28, 2 + 8 + 18 + 32});
    row("the greatest in space", ofSpace, {node("y", "MaxPool3D", {"x"}, ofSpaceWindow)}, plane, {3, 4});
    row("the mean in space", ofSpace, {node("y", "AvgPool3D", {"x"}, ofSpaceWindow)}, plane, {2, 3});
    row("nearest neighbours", ofPlane,
        {constant("n", integers({2}, {2, 3})),
            node("y", "ResizeNearestNeighbor", {"x", "n"}, {{"half_pixel_centers", truth(true)}})},
        plane, {1, 2, 2, 3, 4, 4});
    row("nearest neighbours of old", ofPlane,
        {constant("n", integers({2}, {2, 3})), node("y", "ResizeNearestNeighbor", {"x", "n"})}, plane,
        {1, 1, 2, 3, 3, 4});
    row("between neighbours", {1, 1, 2, 1},
        {constant("n", integers({2}, {1, 4})),
            node("y", "ResizeBilinear", {"x", "n"}, {{"half_pixel_centers", truth(true)}})},
        {1, 3}, {1, 1.5, 2.5, 3});
    row("between neighbours, corners on corners", {1, 1, 2, 1},
        {constant("n", integers({2}, {1, 3})),
            node("y", "ResizeBilinear", {"x", "n"}, {{"align_corners", truth(true)}})},
        {1, 3}, {1, 2, 3});
}

void TensorflowOperatorsTest::computes()
{
    QFETCH(std::vector<std::int64_t>, extents);
    QFETCH(Nodes, nodes);
    QFETCH(Numbers, x);
    QFETCH(Numbers, y);
    const auto model = opened(extents, nodes);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    compare(*model, x, y);
}

void TensorflowOperatorsTest::isRefused_data()
{
    QTest::addColumn<Nodes>("nodes");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const Nodes& nodes, const char* words) {
        QTest::addRow("%s", name) << nodes << QString::fromLatin1(words);
    };
    const Message two = constant("two", integers({}, {2}));
    row("two ellipses",
        {constant("b", integers({2}, {0, 0})),
            node("y", "StridedSlice", {"x", "b", "b", "b"}, {{"ellipsis_mask", number(3)}})},
        "graph.pb: node 'y' (StridedSlice): it has two ellipses");
    row("a slice with other counts",
        {constant("b", integers({2}, {0, 0})), constant("e", integers({1}, {0})),
            node("y", "StridedSlice", {"x", "b", "e", "b"})},
        "graph.pb: node 'y' (StridedSlice): its begins, ends and strides are of different count");
    row("no parts", {two, node("y", "Split", {"two", "x"})},
        "graph.pb: node 'y' (Split): it makes 0 parts, expected 1 to 1000");
    row("indices for each batch",
        {constant("i", integers({1}, {0})), two, node("y", "GatherV2", {"x", "i", "two"}, {{"batch_dims", number(1)}})},
        "graph.pb: node 'y' (GatherV2): its batch_dims is 1, expected 0");
    row("an edge that is mirrored too",
        {constant("p", integers({2, 2}, {0, 0, 1, 1})),
            node("y", "MirrorPad", {"x", "p"}, {{"mode", word("SYMMETRIC")}})},
        "graph.pb: node 'y' (MirrorPad): its mode is 'SYMMETRIC', expected REFLECT");
    row("limits on one side of zero",
        {constant("a", floats({}, {1})), constant("b", floats({}, {2})),
            node("y", "FakeQuantWithMinMaxVars", {"x", "a", "b"})},
        "graph.pb: node 'y' (FakeQuantWithMinMaxVars): its limits are not on both sides of zero");
    row("whole numbers divided", {node("y", "FloorDiv", {"x", "x"}, {{"T", type(int32)}})},
        "graph.pb: node 'y' (FloorDiv): of whole numbers it is not computed");
    row("a constant of half a gigabyte",
        {constant("c", Message().message(8, Message().integer(1, float32).message(2, saved::shape({1 << 27}))))},
        "graph.pb: node 'c' (Const): 0 numbers for 134217728 elements");
    row("an order of too many axes",
        {constant("c", Message().message(8, Message().integer(1, int32).message(2, saved::shape({1 << 20})))),
            node("y", "Transpose", {"x", "c"})},
        "graph.pb: node 'y' (Transpose): input 1 decides shapes and has 1048576 numbers, expected at most 1000");
    Nodes kernels{constant(
        "k", Message().message(8, Message().integer(1, float32).message(2, saved::shape({1024, 1024, 1, 1}))))};
    for (int i = 0; i < 40; ++i)
        kernels.push_back(node("y" + std::to_string(i), "Conv2D", {"x", "k"},
            {{"padding", word("SAME")}, {"strides", numbers({1, 1, 1, 1})}}));
    row("one kernel turned for many nodes", kernels,
        "graph.pb: its nodes take more memory than a file of this size may");
    Nodes many;
    for (int i = 0; i < 20; ++i)
        many.push_back(constant("c" + std::to_string(i),
            Message().message(8, Message().integer(1, float32).message(2, saved::shape({1 << 20})))));
    row("constants of half a gigabyte", many,
        "graph.pb: node 'c7' (Const): its nodes take more memory than a file of this size may");
}

void TensorflowOperatorsTest::isRefused()
{
    QFETCH(Nodes, nodes);
    QFETCH(QString, words);
    const auto model = opened({2, 3}, nodes);
    QVERIFY(!model);
    QCOMPARE(QString::fromStdString(model.error().message), words);
}

QTEST_APPLESS_MAIN(TensorflowOperatorsTest)
#include "TensorflowOperatorsTest.moc"
