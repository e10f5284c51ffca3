// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/operators/OperatorTable.h"
#include "tests/core/PreparedText.h"
#include "tests/core/operators/Complaint.h"
#include "tests/core/operators/NumberTypes.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace formulens;

/// Values of our own where the official cases end: operator sets 18 and newer, and the oldest ones; then what
/// operators say about nodes that make no sense.
class OperatorsTest final : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreThoseOfTheDefinition_data();
    void valuesAreThoseOfTheDefinition();
    void complaintsNameTheNode_data();
    void complaintsNameTheNode();
    void rowsAreSortedAndDistinct();
    void theNewestRowNotAfterTheVersionCounts();
    void theMainJobsOperatorsAreAllThere();
};

namespace {

using Numbers = QList<double>;

} // namespace

void OperatorsTest::valuesAreThoseOfTheDefinition_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<Numbers>("x");
    QTest::addColumn<Numbers>("y");

    QTest::addRow("Gemm with alpha, beta and both transposed")
        << "input x : float32[2, 1]\nW = float32[3, 2]{1, 2, 3, 4, 5, 6}\nC = float32[3]{1, 1, 1}\n"
           "y = Gemm<alpha=0.5, beta=2.0, transA=1, transB=1>(x, W, C)\noutput y"
        << Numbers{1, 10} << Numbers{0.5 * 21 + 2, 0.5 * 43 + 2, 0.5 * 65 + 2};
    QTest::addRow("Gemm with beta 0 forgets C")
        << "input x : float32[1, 1]\nW = float32[1, 1]{3}\nC = float32[1]{7}\ny = Gemm<beta=0.0>(x, W, C)\noutput y"
        << Numbers{2} << Numbers{6};
    QTest::addRow("MatMul of a constant by data")
        << "input x : float32[2]\nW = float32[2, 2]{1, 2, 3, 4}\ny = MatMul(W, x)\noutput y" << Numbers{1, 10}
        << Numbers{21, 43};
    QTest::addRow("MatMul of data by data")
        << "input x : float32[2, 2]\ny = MatMul(x, x)\noutput y" << Numbers{1, 2, 3, 4} << Numbers{7, 10, 15, 22};
    QTest::addRow("Add of operator set 6 along an axis")
        << "opset 6\ninput x : float32[2, 3]\nb = float32[2]{10, 20}\ny = Add<broadcast=1, axis=0>(x, b)\noutput y"
        << Numbers{1, 2, 3, 4, 5, 6} << Numbers{11, 12, 13, 24, 25, 26};
    QTest::addRow("Softmax before 13 takes trailing axes together")
        << "opset 11\ninput x : float32[1, 2, 2]\ny = Softmax(x)\noutput y" << Numbers{0, 0, 0, 0}
        << Numbers{0.25, 0.25, 0.25, 0.25};
    QTest::addRow("Softmax since 13 takes the last axis")
        << "opset 13\ninput x : float32[1, 2, 2]\ny = Softmax(x)\noutput y" << Numbers{0, 0, 0, 0}
        << Numbers{0.5, 0.5, 0.5, 0.5};
    QTest::addRow("Clip of operator set 6 by attributes")
        << "opset 6\ninput x : float32[3]\ny = Clip<min=-1.0, max=2.0>(x)\noutput y" << Numbers{-5, 1, 5}
        << Numbers{-1, 1, 2};
    QTest::addRow("Clip with an upper bound alone")
        << "opset 13\ninput x : float32[2]\nhigh = float32[]{2}\ny = Clip(x, -, high)\noutput y" << Numbers{-5, 5}
        << Numbers{-5, 2};
    QTest::addRow("Clip with a lower bound above the upper one gives the upper one")
        << "opset 13\ninput x : float32[1]\nlow = float32[]{3}\nhigh = float32[]{2}\ny = Clip(x, low, high)\noutput y"
        << Numbers{0} << Numbers{2};
    QTest::addRow("Split of operator set 18 into uneven parts")
        << "opset 18\ninput x : float32[5]\na, b = Split<num_outputs=2>(x)\noutput b" << Numbers{1, 2, 3, 4, 5}
        << Numbers{4, 5};
    QTest::addRow("ReduceMean of operator set 18 with axes as an input")
        << "opset 18\ninput x : float32[2, 2]\naxes = int64[1]{1}\ny = ReduceMean<keepdims=0>(x, axes)\noutput y"
        << Numbers{1, 2, 3, 4} << Numbers{1.5, 3.5};
    QTest::addRow("ReduceMax of operator set 18 without axes takes all")
        << "opset 18\ninput x : float32[2, 2]\ny = ReduceMax(x)\noutput y" << Numbers{1, 7, 3, 4} << Numbers{7};
    QTest::addRow("ReduceSum that need not reduce")
        << "opset 18\ninput x : float32[2]\ny = ReduceSum<noop_with_empty_axes=1>(x)\noutput y" << Numbers{1, 2}
        << Numbers{1, 2};
    QTest::addRow("Pad of operator set 18 along named axes")
        << "opset 18\ninput x : float32[1, 2]\npads = int64[2]{1, 0}\naxes = int64[1]{-1}\n"
           "y = Pad(x, pads, -, axes)\noutput y"
        << Numbers{1, 2} << Numbers{0, 1, 2};
    QTest::addRow("Pad that wraps")
        << "opset 19\ninput x : float32[3]\npads = int64[2]{1, 1}\ny = Pad<mode=\"wrap\">(x, pads)\noutput y"
        << Numbers{1, 2, 3} << Numbers{3, 1, 2, 3, 1};
    QTest::addRow("Gelu, exact") << "opset 20\ninput x : float32[1]\ny = Gelu(x)\noutput y" << Numbers{1}
                                 << Numbers{0.5 * (1 + std::erf(1 / std::sqrt(2.0)))};
    QTest::addRow("Gelu, by tanh") << "opset 20\ninput x : float32[1]\ny = Gelu<approximate=\"tanh\">(x)\noutput y"
                                   << Numbers{1}
                                   << Numbers{0.5 * (1 + std::tanh(std::sqrt(2 / M_PI) * (1 + 0.044715)))};
    QTest::addRow("Slice of operator set 9 with an end beyond the axis")
        << "opset 9\ninput x : float32[4]\ny = Slice<axes=[0], starts=[-2], ends=[1000]>(x)\noutput y"
        << Numbers{1, 2, 3, 4} << Numbers{3, 4};
    QTest::addRow("Slice backwards to the very beginning")
        << "input x : float32[4]\ns = int64[1]{-1}\ne = int64[1]{-9223372036854775807}\na = int64[1]{0}\n"
           "t = int64[1]{-2}\ny = Slice(x, s, e, a, t)\noutput y"
        << Numbers{1, 2, 3, 4} << Numbers{4, 2};
    QTest::addRow("Division of integers truncates toward zero")
        << "input x : int32[4]\nd = int32[1]{2}\ny = Div(x, d)\noutput y" << Numbers{7, -7, 6, -1}
        << Numbers{3, -3, 3, 0};
    QTest::addRow("Addition of bytes wraps")
        << "input x : uint8[2]\nd = uint8[1]{200}\ny = Add(x, d)\noutput y" << Numbers{55, 56} << Numbers{255, 0};
    QTest::addRow("Subtraction of signed bytes wraps")
        << "input x : int8[2]\nd = int8[1]{100}\ny = Sub(x, d)\noutput y" << Numbers{-28, -29} << Numbers{-128, 127};
    QTest::addRow("Cast to integers truncates toward zero")
        << "input x : float32[3]\ny = Cast<to=7>(x)\noutput y" << Numbers{2.9, -2.9, 0.5} << Numbers{2, -2, 0};
    QTest::addRow("Cast to truth is whether it is not zero")
        << "input x : float32[3]\ny = Cast<to=9>(x)\noutput y" << Numbers{0.25, 0, -3} << Numbers{1, 0, 1};
    QTest::addRow("Cast to bytes wraps") << "input x : int32[2]\ny = Cast<to=2>(x)\noutput y" << Numbers{257, -1}
                                         << Numbers{1, 255};
    QTest::addRow("Gather by an index that is computed")
        << "input x : float32[3]\ntable = float32[3]{10, 20, 30}\nk = ArgMax<axis=0, keepdims=0>(x)\n"
           "y = Gather(table, k)\noutput y"
        << Numbers{1, 5, 2} << Numbers{20};
    QTest::addRow("Gather by a computed index from the end")
        << "input k : int64[2]\ntable = float32[2, 2]{1, 2, 3, 4}\ny = Gather(table, k)\noutput y" << Numbers{-1, 0}
        << Numbers{3, 4, 1, 2};
    QTest::addRow("ArgMax, the last of equals")
        << "input x : float32[3]\ny = ArgMax<axis=0, select_last_index=1>(x)\noutput y" << Numbers{5, 1, 5}
        << Numbers{2};
    QTest::addRow("AveragePool that counts padding") << "input x : float32[1, 1, 2]\ny = AveragePool<kernel_shape=[2], "
                                                        "pads=[1, 0], count_include_pad=1>(x)\noutput y"
                                                     << Numbers{4, 6} << Numbers{2, 5};
    QTest::addRow("AveragePool that does not count padding")
        << "input x : float32[1, 1, 2]\ny = AveragePool<kernel_shape=[2], pads=[1, 0]>(x)\noutput y" << Numbers{4, 6}
        << Numbers{4, 5};
    QTest::addRow("MaxPool whose last window hangs over the end")
        << "input x : float32[1, 1, 3]\ny = MaxPool<kernel_shape=[2], strides=[2], ceil_mode=1>(x)\noutput y"
        << Numbers{1, 2, 9} << Numbers{2, 9};
    QTest::addRow("Conv in two groups with dilation")
        << "input x : float32[1, 2, 3]\nW = float32[2, 1, 2]{1, 10, 2, 20}\n"
           "y = Conv<group=2, dilations=[2]>(x, W)\noutput y"
        << Numbers{1, 2, 3, 4, 5, 6} << Numbers{31, 128};
    QTest::addRow("Conv with weights that are computed")
        << "input W : float32[1, 1, 2]\nx = float32[1, 1, 3]{1, 2, 3}\ny = Conv(x, W)\noutput y" << Numbers{1, 10}
        << Numbers{21, 32};
    QTest::addRow("Conv, padded alike before first")
        << "input x : float32[1, 1, 2]\nW = float32[1, 1, 2]{1, 10}\ny = Conv<auto_pad=\"SAME_LOWER\">(x, W)\noutput y"
        << Numbers{1, 2} << Numbers{10, 21};
    QTest::addRow("BatchNormalization by stored statistics")
        << "input x : float32[1, 2]\ns = float32[2]{2, 3}\nb = float32[2]{1, 0}\nm = float32[2]{5, 0}\n"
           "v = float32[2]{4, 9}\ny = BatchNormalization<epsilon=0.0>(x, s, b, m, v)\noutput y"
        << Numbers{7, 6} << Numbers{3, 6};
    QTest::addRow("GroupNormalization with one group")
        << "opset 21\ninput x : float32[1, 2, 1]\ns = float32[2]{1, 2}\nb = float32[2]{0, 1}\n"
           "y = GroupNormalization<num_groups=1, epsilon=0.0>(x, s, b)\noutput y"
        << Numbers{1, 3} << Numbers{-1, 3};
    QTest::addRow("RMSNormalization keeps the mean")
        << "opset 23\ninput x : float32[1, 2]\ns = float32[2]{1, 2}\ny = RMSNormalization<epsilon=0.0>(x, s)\noutput y"
        << Numbers{3, 3} << Numbers{1, 2};
    QTest::addRow("Dropout in training mode that drops nothing")
        << "opset 13\ninput x : float32[2]\nr = float32[]{0}\nt = bool[]{1}\ny = Dropout(x, r, t)\noutput y"
        << Numbers{1, 2} << Numbers{1, 2};
    QTest::addRow("Dropout in training mode is read as for inference")
        << "opset 13\ninput x : float32[2]\nr = float32[]{0.5}\nt = bool[]{1}\ny = Dropout(x, r, t)\noutput y"
        << Numbers{1, 2} << Numbers{1, 2};
    QTest::addRow("Where with a condition of floats")
        << "input c : float32[2]\na = float32[2]{1, 2}\nb = float32[2]{3, 4}\ny = Where(c, a, b)\noutput y"
        << Numbers{0.5, 0} << Numbers{1, 4};
    QTest::addRow("PRelu of operator set 6 with a slope for each channel")
        << "opset 6\ninput x : float32[1, 2, 2]\ns = float32[2]{0.5, 2}\ny = PRelu(x, s)\noutput y"
        << Numbers{-2, 2, -2, 2} << Numbers{-1, 2, -4, 2};
    QTest::addRow("Pow with exponents of their own names")
        << "input x : float32[5]\np = float32[5]{0, 1, 2, 0.5, -1}\ny = Pow(x, p)\noutput y" << Numbers{7, 7, 7, 9, 4}
        << Numbers{1, 7, 49, 3, 0.25};
    QTest::addRow("Pow of a constant") << "input x : float32[1]\nb = float32[1]{2}\ny = Pow(b, x)\noutput y"
                                       << Numbers{10} << Numbers{1024};
    QTest::addRow("Mod with the divisor's sign")
        << "input x : int32[2]\nd = int32[1]{3}\ny = Mod(x, d)\noutput y" << Numbers{-1, 4} << Numbers{2, 1};
    QTest::addRow("GatherElements by indices that are computed")
        << "input k : int64[1, 2]\ntable = float32[2, 2]{1, 2, 3, 4}\ny = GatherElements(table, k)\noutput y"
        << Numbers{1, 0} << Numbers{3, 2};
    QTest::addRow("If with a constant condition")
        << "input x : float32[1]\nc = bool[]{0}\na = Relu(x)\nb = Neg(x)\ny = If(c, a, b)\noutput y" << Numbers{3}
        << Numbers{-3};
    QTest::addRow("If whose other branch cannot be computed")
        << "input x : float32[1]\nc = bool[]{0}\na = com.example.Gate(x)\nb = Neg(x)\ny = If(c, a, b)\noutput y"
        << Numbers{3} << Numbers{-3};
    QTest::addRow("If with a condition that is computed")
        << "input x : float32[1]\nz = float32[1]{0}\nc = Less(x, z)\na = Neg(x)\ny = If(c, a, x)\noutput y"
        << Numbers{-3} << Numbers{3};
    QTest::addRow("Einsum with an ellipsis and a constant")
        << "input x : float32[2, 1, 2]\nW = float32[2, 3]{1, 2, 3, 4, 5, 6}\n"
           "y = Einsum<equation=\"...i, ij -> ...j\">(x, W)\noutput y"
        << Numbers{1, 10, 0, 1} << Numbers{41, 52, 63, 4, 5, 6};
    QTest::addRow("Einsum of three factors without an arrow")
        << "input a : float32[2]\ninput b : float32[2]\ninput c : float32[1]\n"
           "y = Einsum<equation=\"i,i,k\">(a, b, c)\noutput y"
        << Numbers{1, 2, 3, 4, 10} << Numbers{110};
    QTest::addRow("ConvTranspose in two groups with a bias")
        << "input x : float32[1, 2, 2]\nW = float32[2, 1, 2]{1, 10, 2, 20}\nb = float32[2]{0, 0.5}\n"
           "y = ConvTranspose<group=2, strides=[2]>(x, W, b)\noutput y"
        << Numbers{1, 2, 3, 4} << Numbers{1, 10, 2, 20, 6.5, 60.5, 8.5, 80.5};
    QTest::addRow("TopK gives the places of the smallest")
        << "input x : float32[4]\nK = int64[1]{2}\nv, y = TopK<largest=0>(x, K)\noutput y" << Numbers{5, 1, 7, 3}
        << Numbers{1, 3};
    QTest::addRow("TopK of equals takes the first")
        << "input x : int64[3]\nK = int64[1]{2}\nv, y = TopK(x, K)\noutput y" << Numbers{4, 9, 9} << Numbers{1, 2};
    QTest::addRow("Upsample of operator set 9")
        << "opset 9\ninput x : float32[1, 1, 1, 2]\ns = float32[4]{1, 1, 2, 2}\ny = Upsample(x, s)\noutput y"
        << Numbers{1, 2} << Numbers{1, 1, 2, 2, 1, 1, 2, 2};
    QTest::addRow("Resize by lines, aligned at the corners")
        << "input x : float32[1, 1, 2]\nz = int64[3]{1, 1, 3}\n"
           "y = Resize<mode=\"linear\", coordinate_transformation_mode=\"align_corners\">(x, -, -, z)\noutput y"
        << Numbers{1, 5} << Numbers{1, 3, 5};
    QTest::addRow("ScatterElements that takes the largest")
        << "opset 18\ninput x : float32[3]\ninput u : float32[2]\nk = int64[2]{1, -2}\n"
           "y = ScatterElements<reduction=\"max\">(x, k, u)\noutput y"
        << Numbers{1, 2, 3, 7, 5} << Numbers{1, 7, 3};
    QTest::addRow("LpNormalization along the first axis")
        << "input x : float32[2, 1]\ny = LpNormalization<axis=0>(x)\noutput y" << Numbers{3, -4} << Numbers{0.6, -0.8};
    QTest::addRow("LpNormalization of zeros")
        << "input x : float32[2]\na = Relu(x)\ny = LpNormalization<p=1>(a)\noutput y" << Numbers{-3, -4}
        << Numbers{0, 0};
    QTest::addRow("LpPool by squares") << "input x : float32[1, 1, 3]\ny = LpPool<kernel_shape=[2]>(x)\noutput y"
                                       << Numbers{3, -4, 3} << Numbers{5, 5};
    QTest::addRow("GlobalLpPool by cubes") << "input x : float32[1, 1, 3]\ny = GlobalLpPool<p=3>(x)\noutput y"
                                           << Numbers{1, 2, -2} << Numbers{std::cbrt(17.0)};
    QTest::addRow("Swish with a factor of its own")
        << "opset 24\ninput x : float32[1]\ny = Swish<alpha=2.0>(x)\noutput y" << Numbers{1}
        << Numbers{1 / (1 + std::exp(-2.0))};
    QTest::addRow("A chain of shapes is folded exactly")
        << "input x : float32[1, 2, 3]\nzero = int64[1]{0}\nminus = int64[1]{-1}\ns = Shape(x)\n"
           "batch = Gather(s, zero)\nt = Concat<axis=0>(batch, minus)\ny = Reshape(x, t)\n"
           "W = float32[6, 1]{1, 1, 1, 1, 1, 1}\nz = MatMul(y, W)\noutput z"
        << Numbers{1, 2, 3, 4, 5, 6} << Numbers{21};
}

void OperatorsTest::valuesAreThoseOfTheDefinition()
{
    QFETCH(QString, text);
    QFETCH(Numbers, x);
    QFETCH(Numbers, y);
    const auto network = prepared(text.toStdString());
    const TensorIndex output = network->network->outputs.front();
    const auto values = reference::evaluate(*network, output, std::vector<double>(x.begin(), x.end()));
    QVERIFY2(values, values ? "" : values.error().message.c_str());
    QCOMPARE(static_cast<qsizetype>(values->size()), y.size());
    for (qsizetype i = 0; i < y.size(); ++i)
        QVERIFY2(std::abs((*values)[static_cast<std::size_t>(i)] - y[i]) < 1e-12,
            qPrintable(QStringLiteral("element %1 is %2").arg(i).arg((*values)[static_cast<std::size_t>(i)])));
    QCOMPARE(values->size(), network->tensor(output).shape.elementCount());
    QCOMPARE(NumberTypes(*network, output, {x.begin(), x.end()}).disagreement(), QString());
}

void OperatorsTest::complaintsNameTheNode_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("pads of the wrong count") << "input x : float32[1, 1, 2, 2]\nW = float32[1, 1, 1, 1]{1}\n"
                                                "y = Conv<pads=[1, 1, 1]>(x, W) named Conv_12\noutput y"
                                             << "node 'Conv_12' (Conv): attribute 'pads' has 3 values, expected 4";
    QTest::addRow("an attribute of another kind")
        << "input x : float32[2]\ny = LeakyRelu<alpha=\"big\">(x) named act\noutput y"
        << "node 'act' (LeakyRelu): attribute 'alpha' is not a number";
    QTest::addRow("matrices that do not multiply")
        << "input x : float32[1, 4]\nW = float32[3, 1]{1, 2, 3}\ny = MatMul(x, W) named m\noutput y"
        << "node 'm' (MatMul): matrices of shapes [1, 4] and [3, 1] do not multiply";
    QTest::addRow("an unknown operator, seen from behind another")
        << "input x : float32[2]\na = com.example.Gate(x) named X\ny = Relu(a)\noutput y"
        << "node 'X' (Gate): operator com.example/Gate is not known: export the model in ONNX's own operators, of a "
           "newer version where there is one";
    QTest::addRow("an operator that came later")
        << "opset 6\ninput x : float32[2]\ny = Erf(x) named e\noutput y"
        << "node 'e' (Erf): operator Erf of operator set 6 is not known: export the model in ONNX's own operators, of "
           "a newer version where there is one";
    QTest::addRow("the mask of a Dropout that is random")
        << "opset 13\ninput x : float32[2]\nr = float32[]{0.5}\nt = bool[]{1}\ny, m = Dropout(x, r, t) named d\noutput "
           "m"
        << "node 'd' (Dropout): it is in training mode, where its mask is random";
    QTest::addRow("a count in a tensor without elements")
        << "input x : float32[4]\nk = int64[0]{}\ny, i = TopK(x, k) named t\noutput y"
        << "node 't' (TopK): input 'K' has shape [0], expected one number";
    QTest::addRow("a count that is a text")
        << "input x : float32[4]\nk = string[1]{\"one\"}\ny, i = TopK(x, k) named t\noutput y"
        << "node 't' (TopK): input 'K' holds texts, expected numbers";
    QTest::addRow("a shape that is computed")
        << "input x : float32[4]\ninput s : int64[2]\ny = Reshape(x, s) named r\noutput y"
        << "node 'r' (Reshape): input 'shape' must be constant, but it depends on the network's inputs: export the "
           "model with fixed shapes, or let onnxsim simplify it";
    QTest::addRow("a shape that does not hold the elements")
        << "input x : float32[4]\ns = int64[2]{3, -1}\ny = Reshape(x, s) named r\noutput y"
        << "node 'r' (Reshape): an input of shape [4] cannot take shape [3, -1]";
    QTest::addRow("a BatchNormalization of the wrong size")
        << "input x : float32[1, 3]\ns = float32[2]{2, 3}\ny = BatchNormalization(x, s, s, s, s) named bn\noutput y"
        << "node 'bn' (BatchNormalization): input 1 has shape [2], expected 3 values";
    QTest::addRow("repeats without end")
        << "input x : float32[4]\ns = int64[1]{4611686018427387904}\ny = Tile(x, s) named t\noutput y"
        << "node 't' (Tile): 'repeats' [4611686018427387904] make the output too large";
    QTest::addRow("a constant without end")
        << "s = int64[2]{1000000, 1000000}\ny = ConstantOfShape(s) named c\noutput y"
        << "node 'c' (ConstantOfShape): a constant of shape [1000000, 1000000] is too large";
    QTest::addRow("branches of different shapes")
        << "input c : bool[]\ninput x : float32[2]\na = float32[3]{1, 2, 3}\ny = If(c, x, a) named i\noutput y"
        << "node 'i' (If): its condition depends on the network's inputs, and its branches give shapes [2] and [3], "
           "which have no one formula: export the model with the condition fixed";
    QTest::addRow("a branch that is taken and cannot be computed")
        << "input x : float32[1]\nc = bool[]{1}\na = com.example.Gate(x) named g\nb = Neg(x)\ny = If(c, a, b)\noutput y"
        << "node 'g' (Gate): operator com.example/Gate is not known: export the model in ONNX's own operators, of a "
           "newer version where there is one";
    QTest::addRow("a loop") << "input x : float32[2]\ny = Loop(-, -, x) named l\noutput y"
                            << "node 'l' (Loop): operator Loop repeats a part of the network, which is not written out "
                               "here: export the model with the steps unrolled (torch.onnx.export does so for a Python "
                               "loop of fixed length, Keras with unroll=True), or with the operators RNN, LSTM or GRU";
    QTest::addRow("a missing input") << "input x : float32[4]\ny = Add(x) named a\noutput y"
                                     << "node 'a' (Add): has 1 input, expected 2";
}

void OperatorsTest::complaintsNameTheNode()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    compareComplaint(text, words);
}

void OperatorsTest::rowsAreSortedAndDistinct()
{
    const auto key = [](const OperatorRow& row) { return std::tuple(row.domain, row.name, row.since); };
    const std::span<const OperatorRow> rows = operatorTable();
    for (std::size_t i = 1; i < rows.size(); ++i)
        QVERIFY2(key(rows[i - 1]) < key(rows[i]), std::string(rows[i].name).c_str());
}

void OperatorsTest::theNewestRowNotAfterTheVersionCounts()
{
    QCOMPARE(findOperator("", "Softmax", 12)->since, 1);
    QCOMPARE(findOperator("", "Softmax", 13)->since, 13);
    QCOMPARE(findOperator("ai.onnx", "Softmax", 99)->since, 13);
    QVERIFY(!findOperator("", "Erf", 8));
    QVERIFY(knowsOperator("", "Erf"));
    QVERIFY(!findOperator("com.example", "Softmax", 13));
}

void OperatorsTest::theMainJobsOperatorsAreAllThere()
{
    for (const char* name : {"Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Neg", "Abs", "Exp", "Log", "Sqrt", "Pow",
             "Reciprocal", "Sin", "Cos", "Tanh", "Sigmoid", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Softplus",
             "Softsign", "HardSigmoid", "Gelu", "Erf", "Clip", "Min", "Max", "Sum", "Mean", "Sign", "Where", "Softmax",
             "BatchNormalization", "Dropout", "Identity", "Cast", "Constant", "Shape", "Reshape", "Flatten", "Squeeze",
             "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Gather", "Expand", "Pad", "ReduceSum", "ReduceMean",
             "ReduceMax", "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "ArgMax"})
        QVERIFY2(findOperator("", name, 23), name);
}

QTEST_MAIN(OperatorsTest)
#include "OperatorsTest.moc"
