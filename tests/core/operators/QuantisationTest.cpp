// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/operators/Push.h"
#include "tests/core/PreparedText.h"
#include "tests/core/operators/Complaint.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QTest>

#include <cmath>

using namespace formulens;

/// Whole numbers on scales: values worked out by hand where rounding and saturation decide; operators that a runtime
/// puts in the place of several against those.
class QuantisationTest final : public QObject
{
    Q_OBJECT

private slots:
    void roundsAndSaturates_data();
    void roundsAndSaturates();
    void fusedOperatorsAreThoseTheyStandFor_data();
    void fusedOperatorsAreThoseTheyStandFor();
    void complaintsNameTheNode_data();
    void complaintsNameTheNode();
};

namespace {

using Numbers = QList<double>;

/// Value, enclosure and equation of the first output at a point agree; gives the value.
std::vector<double> checkedValues(const PreparedNetwork& network, const std::vector<double>& x)
{
    const TensorIndex output = network.network->outputs.front();
    const std::vector<double> values = reference::evaluate(network, output, x).value();
    const std::vector<Interval> enclosures
        = reference::enclose(network, output, std::vector<Interval>(x.begin(), x.end())).value();
    Units units(x.size());
    std::vector<Affine> inputs;
    for (std::size_t k = 0; k < x.size(); ++k)
        inputs.push_back(units.input(k));
    const std::vector<Affine> forms = push<Affine>(network, output, inputs).value();
    const UnitsEvaluation evaluation(units, x);
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (!enclosures[k].contains(values[k]))
            throw std::runtime_error("a value lies outside its enclosure");
        if (std::abs(evaluation.value(forms[k]) - values[k]) > 1e-9)
            throw std::runtime_error("an equation gives another value");
    }
    return values;
}

const std::string microsoft = "opset com.microsoft 1\n";

} // namespace

void QuantisationTest::roundsAndSaturates_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<Numbers>("x");
    QTest::addColumn<Numbers>("y");
    const auto row = [](const char* name, const std::string& text, const Numbers& x, const Numbers& y) {
        QTest::addRow("%s", name) << QString::fromStdString("opset 21\n" + text) << x << y;
    };
    row("halves go to the even number, and what leaves the range is cut off",
        "input x : float32[6]\ns = float32[]{2}\nz = uint8[]{0}\ny = QuantizeLinear(x, s, z)\noutput y",
        {1, 3, 5, -1, -7, 1000}, {0, 2, 2, 0, 0, 255});
    row("without a zero point the type is uint8",
        "input x : float32[2]\ns = float32[]{0.5}\ny = QuantizeLinear(x, s)\noutput y", {-1, 200}, {0, 255});
    row("the type without a zero point may be said",
        "input x : float32[2]\ns = float32[]{0.5}\ny = QuantizeLinear<output_dtype=5>(x, s)\noutput y", {-1, 1e9},
        {-2, 32767});
    row("a scale for each index of an axis",
        "input x : float32[2, 2]\ns = float32[2]{1, 0.5}\nz = int8[2]{10, -100}\n"
        "y = QuantizeLinear<axis=0>(x, s, z)\noutput y",
        {1.25, -200, 3, -50}, {11, -128, -94, -128});
    row("16 bits", "input x : float32[2]\ns = float32[]{1}\nz = uint16[]{7}\ny = QuantizeLinear(x, s, z)\noutput y",
        {2.5, 1e9}, {9, 65535});
    row("a scale for each block of an axis",
        "input x : int8[1, 4]\ns = float32[1, 2]{0.5, 2}\nz = int8[1, 2]{0, 1}\n"
        "y = DequantizeLinear<axis=1, block_size=2>(x, s, z)\noutput y",
        {2, 4, 6, 8}, {1, 2, 10, 14});
    row("blocks of an axis in front of others",
        "input x : float32[3, 2]\ns = float32[2, 2]{1, 2, 4, 8}\n"
        "y = QuantizeLinear<axis=0, block_size=2>(x, s)\noutput y",
        {8, 8, 8, 8, 8, 8}, {8, 4, 8, 4, 2, 1});
    row("numbers of 32 bits without a zero point",
        "input x : int32[2]\ns = float32[]{0.25}\ny = DequantizeLinear(x, s)\noutput y", {100000, -6}, {25000, -1.5});
    row("a scale that is computed",
        "input x : float32[2]\ninput s : float32[]\nz = uint8[]{1}\ny = QuantizeLinear(x, s, z)\noutput y", {5, 7, 2},
        {3, 5});
    row("a dynamic range", "input x : float32[3]\ny, s, z = DynamicQuantizeLinear(x)\noutput y", {-51, 0, 204},
        {0, 51, 255});
    row("a dynamic range without extent", "input x : float32[2]\ny, s, z = DynamicQuantizeLinear(x)\noutput y", {0, 0},
        {0, 0});
    row("the scale of a dynamic range", "input x : float32[2]\ny, s, z = DynamicQuantizeLinear(x)\noutput s", {51, 204},
        {0.8});
    row("products of whole numbers with zero points of rows and columns",
        "input a : uint8[2, 2]\nb = int8[2, 2]{1, 2, 3, 4}\nza = uint8[2]{1, 2}\nzb = int8[2]{0, 1}\n"
        "y = MatMulInteger(a, b, za, zb)\noutput y",
        {2, 3, 4, 5}, {1 * 1 + 2 * 3, 1 * 1 + 2 * 3, 2 * 1 + 3 * 3, 2 * 1 + 3 * 3});
    row("a convolution of whole numbers is padded with the zero point",
        "input x : uint8[1, 1, 3]\nw = uint8[1, 1, 3]{1, 2, 3}\nz = uint8[]{1}\n"
        "y = ConvInteger<pads=[1, 1]>(x, w, z)\noutput y",
        {2, 3, 4}, {2 * 1 + 3 * 2, 1 * 1 + 2 * 2 + 3 * 3, 1 * 2 + 2 * 3});
    row("a product is rounded once",
        "input a : uint8[1, 2]\nsa = float32[]{0.5}\nza = uint8[]{1}\nb = int8[2, 2]{1, 2, 3, 4}\n"
        "sb = float32[2]{1, 0.5}\nzb = int8[2]{0, 1}\nsy = float32[]{2}\nzy = uint8[]{10}\n"
        "y = QLinearMatMul(a, sa, za, b, sb, zb, sy, zy)\noutput y",
        {4, 6}, {10 + 4, 10 + 2}); // (3 + 15) * 0.25 = 4.5; (3 + 15) * 0.125 = 2.25
    row("a convolution with a scale for each feature and a bias",
        "input x : uint8[1, 1, 2]\nsx = float32[]{0.5}\nzx = uint8[]{2}\nw = int8[2, 1, 1]{2, 4}\n"
        "sw = float32[2]{1, 0.25}\nzw = int8[2]{0, 0}\nsy = float32[]{1}\nzy = int8[]{-5}\nb = int32[2]{3, -100}\n"
        "y = QLinearConv(x, sx, zx, w, sw, zw, sy, zy, b)\noutput y",
        {4, 0}, {-5 + 4, -5 + 0, -5 - 12, -5 - 14}); // 3.5, -0.5; -11.5, -13.5
}

void QuantisationTest::roundsAndSaturates()
{
    QFETCH(QString, text);
    QFETCH(Numbers, x);
    QFETCH(Numbers, y);
    const auto network = prepared(text.toStdString());
    const auto& cause = network->tensor(network->network->outputs.front()).unavailable;
    QVERIFY2(!cause, cause ? cause->message.c_str() : "");
    const std::vector<double> values = checkedValues(*network, std::vector<double>(x.begin(), x.end()));
    QCOMPARE(Numbers(values.begin(), values.end()), y);
}

void QuantisationTest::fusedOperatorsAreThoseTheyStandFor_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("plain");
    const auto row = [](const char* name, const std::string& begin, const std::string& fused,
                         const std::string& plain) {
        QTest::addRow("%s", name) << QString::fromStdString("opset 20\n" + microsoft + begin + fused + "\noutput y")
                                  << QString::fromStdString("opset 20\n" + microsoft + begin + plain + "\noutput y");
    };
    const std::string scales = "sa = float32[]{0.5}\nza = uint8[]{3}\nsb = float32[]{0.25}\nzb = uint8[]{5}\n"
                               "sy = float32[]{0.75}\nzy = uint8[]{100}\n";
    const std::string two = "input a : uint8[2, 3]\ninput b : uint8[2, 3]\n" + scales;
    const std::string real = "ar = DequantizeLinear(a, sa, za)\nbr = DequantizeLinear(b, sb, zb)\n";
    const std::string back = "y = QuantizeLinear(t, sy, zy)";
    row("QLinearAdd", two, "y = com.microsoft.QLinearAdd(a, sa, za, b, sb, zb, sy, zy)",
        real + "t = Add(ar, br)\n" + back);
    row("QLinearMul", two, "y = com.microsoft.QLinearMul(a, sa, za, b, sb, zb, sy, zy)",
        real + "t = Mul(ar, br)\n" + back);
    row("QLinearConcat", two, "y = com.microsoft.QLinearConcat<axis=1>(sy, zy, a, sa, za, b, sb, zb)",
        real + "t = Concat<axis=1>(ar, br)\n" + back);
    const std::string one = "input a : uint8[1, 2, 2, 2]\n" + scales;
    const std::string oneReal = "ar = DequantizeLinear(a, sa, za)\n";
    row("QLinearSigmoid", one, "y = com.microsoft.QLinearSigmoid(a, sa, za, sy, zy)",
        oneReal + "t = Sigmoid(ar)\n" + back);
    row("QLinearLeakyRelu", one, "y = com.microsoft.QLinearLeakyRelu<alpha=0.25>(a, sa, za, sy, zy)",
        oneReal + "t = LeakyRelu<alpha=0.25>(ar)\n" + back);
    row("QLinearAveragePool", one, "y = com.microsoft.QLinearAveragePool<kernel_shape=[1, 2]>(a, sa, za, sy, zy)",
        oneReal + "t = AveragePool<kernel_shape=[1, 2]>(ar)\n" + back);
    row("QLinearGlobalAveragePool", one,
        "y = com.microsoft.QLinearGlobalAveragePool<channels_last=0>(a, sa, za, sy, zy)",
        oneReal + "t = GlobalAveragePool(ar)\n" + back);
    row("QLinearSoftmax", one, "y = com.microsoft.QLinearSoftmax<axis=-1, opset=13>(a, sa, za, sy, zy)",
        oneReal + "t = Softmax(ar)\n" + back);
    const std::string gemm = "input a : uint8[2, 3]\nb = int8[2, 3]{1, -2, 3, 4, 5, -6}\nsa = float32[]{0.5}\n"
                             "za = uint8[]{3}\nsb = float32[2]{0.25, 2}\nzb = int8[2]{0, 1}\nsy = float32[]{0.75}\n"
                             "zy = uint8[]{100}\nc = int32[2]{7, -9}\n";
    const std::string gemmReal
        = "ar = DequantizeLinear(a, sa, za)\nbr = DequantizeLinear<axis=0>(b, sb, zb)\nsc = Mul(sb, sa)\n"
          "cr = Cast<to=1>(c)\ncs = Mul(cr, sc)\n";
    row("QGemm", gemm, "y = com.microsoft.QGemm<transB=1, alpha=2.0>(a, sa, za, b, sb, zb, c, sy, zy)",
        gemmReal + "t = Gemm<transB=1, alpha=2.0, beta=2.0>(ar, br, cs)\n" + back);
    row("QGemm without a scale of its result", gemm, "y = com.microsoft.QGemm<transB=1>(a, sa, za, b, sb, zb, c)",
        gemmReal + "y = Gemm<transB=1>(ar, br, cs)");
    const std::string product = "input a : uint8[2, 2]\nb = int8[2, 3]{1, -2, 3, 4, 5, -6}\nsa = float32[]{0.5}\n"
                                "za = uint8[]{3}\nsb = float32[3]{0.25, 2, 1}\nzb = int8[3]{0, 1, 2}\n"
                                "bias = float32[3]{1, 2, 3}\n";
    row("MatMulIntegerToFloat", product, "y = com.microsoft.MatMulIntegerToFloat(a, b, sa, sb, za, zb, bias)",
        "ar = DequantizeLinear(a, sa, za)\nbr = DequantizeLinear<axis=1>(b, sb, zb)\nt = MatMul(ar, br)\n"
        "y = Add(t, bias)");
    row("DynamicQuantizeMatMul", "input x : float32[2, 2]\n" + product.substr(product.find("b =")),
        "y = com.microsoft.DynamicQuantizeMatMul(x, b, sb, zb, bias)",
        "q, s, z = DynamicQuantizeLinear(x)\nar = DequantizeLinear(q, s, z)\n"
        "br = DequantizeLinear<axis=1>(b, sb, zb)\nt = MatMul(ar, br)\ny = Add(t, bias)");
    row("FusedMatMul", "input a : float32[2, 3]\ninput b : float32[2, 2]\n",
        "y = com.microsoft.FusedMatMul<alpha=0.5, transA=1>(a, b)",
        "at = Transpose(a)\nt = MatMul(at, b)\nhalf = float32[]{0.5}\ny = Mul(t, half)");
    row("FusedMatMul with the batch inside", "input a : float32[2, 3, 2]\ninput b : float32[3, 2, 2]\n",
        "y = com.microsoft.FusedMatMul<transBatchA=1>(a, b)", "at = Transpose<perm=[1, 0, 2]>(a)\ny = MatMul(at, b)");
    row("FusedGemm", "input a : float32[2, 2]\nb = float32[2, 2]{1, 2, 3, -4}\nc = float32[2]{0.5, 1}\n",
        "y = com.microsoft.FusedGemm<transB=1, activation=\"LeakyRelu\", activation_alpha=0.25>(a, b, c)",
        "t = Gemm<transB=1>(a, b, c)\ny = LeakyRelu<alpha=0.25>(t)");
    row("FusedConv",
        "input x : float32[1, 1, 3]\nw = float32[1, 1, 2]{1, -2}\nb = float32[1]{0.5}\nz = float32[1, 1, 2]{1, 2}\n",
        "y = com.microsoft.FusedConv<activation=\"Relu\">(x, w, b, z)",
        "t = Conv(x, w, b)\ns = Add(t, z)\ny = Relu(s)");
    row("FusedConv that clips", "input x : float32[1, 1, 3]\nw = float32[1, 1, 2]{1, -2}\n",
        "y = com.microsoft.FusedConv<activation=\"Clip\", activation_params=[0.0, 0.5]>(x, w)",
        "t = Conv(x, w)\nlow = float32[]{0}\nhigh = float32[]{0.5}\ny = Clip(t, low, high)");
    const std::string biased = "input x : float32[2, 2]\nb = float32[2]{0.5, -1}\n";
    row("BiasGelu", biased, "y = com.microsoft.BiasGelu(x, b)", "t = Add(x, b)\ny = Gelu(t)");
    row("FastGelu", biased, "y = com.microsoft.FastGelu(x, b)", "t = Add(x, b)\ny = Gelu<approximate=\"tanh\">(t)");
    row("QuickGelu", biased, "y = com.microsoft.QuickGelu<alpha=2.0>(x)",
        "two = float32[]{2}\nt = Mul(x, two)\ns = Sigmoid(t)\ny = Mul(x, s)");
    row("SkipLayerNormalization",
        "input x : float32[1, 2, 3]\ninput skip : float32[1, 2, 3]\ng = float32[3]{1, 2, 3}\nb = float32[3]{0, 1, 2}\n"
        "c = float32[3]{1, -1, 0}\n",
        "y = com.microsoft.SkipLayerNormalization<epsilon=0.001>(x, skip, g, b, c)",
        "t = Add(x, skip)\ns = Add(t, c)\ny = LayerNormalization<epsilon=0.001>(s, g, b)");
}

void QuantisationTest::fusedOperatorsAreThoseTheyStandFor()
{
    QFETCH(QString, text);
    QFETCH(QString, plain);
    const auto fused = prepared(text.toStdString());
    const auto spelt = prepared(plain.toStdString());
    const TensorIndex output = fused->network->outputs.front();
    const auto& cause = fused->tensor(output).unavailable;
    QVERIFY2(!cause, cause ? cause->message.c_str() : "");
    const auto& plainCause = spelt->tensor(spelt->network->outputs.front()).unavailable;
    QVERIFY2(!plainCause, plainCause ? plainCause->message.c_str() : "");
    const Random random(5);
    for (std::size_t sample = 0; sample < 5; ++sample) {
        std::vector<double> x;
        for (std::size_t k = 0; k < fused->inputCount(); ++k) {
            const double value = random.uniform(sample, k);
            const bool real = isFloatingPoint(fused->tensor(fused->inputElements[k].tensor).type);
            x.push_back(real ? 4 * value - 2 : std::floor(40 * value));
        }
        const std::vector<double> values = checkedValues(*fused, x);
        const std::vector<double> expected = checkedValues(*spelt, x);
        QCOMPARE(values.size(), expected.size());
        for (std::size_t k = 0; k < values.size(); ++k)
            QVERIFY2(std::abs(values[k] - expected[k]) < 1e-9,
                qPrintable(QStringLiteral("element %1 is %2, expected %3").arg(k).arg(values[k]).arg(expected[k])));
    }
}

void QuantisationTest::complaintsNameTheNode_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("scales that do not fit")
        << "input x : float32[2, 3]\ns = float32[2]{1, 2}\ny = QuantizeLinear<axis=1>(x, s) named q\noutput y"
        << "node 'q' (QuantizeLinear): scales of shape [2] do not fit an input of shape [2, 3] along axis 1, expected "
           "[3]";
    QTest::addRow("zero points that do not fit")
        << "input x : float32[2]\ns = float32[]{1}\nz = uint8[2]{1, 2}\ny = QuantizeLinear(x, s, z) named q\noutput y"
        << "node 'q' (QuantizeLinear): zero points of shape [2] do not fit scales of shape []";
    QTest::addRow("a type that is too wide")
        << "input x : float32[2]\ns = float32[]{1}\nz = int32[]{1}\ny = QuantizeLinear(x, s, z) named q\noutput y"
        << "node 'q' (QuantizeLinear): quantises to int32, expected integers of 8 or 16 bits";
    QTest::addRow("matrices that do not multiply")
        << "input a : uint8[2, 3]\ninput b : uint8[2, 3]\ny = MatMulInteger(a, b) named m\noutput y"
        << "node 'm' (MatMulInteger): node 'MatMul' (MatMul): matrices of shapes [2, 3] and [2, 3] do not multiply";
    QTest::addRow("an activation that is not known")
        << "opset com.microsoft 1\ninput x : float32[1, 1, 3]\nw = float32[1, 1, 1]{1}\n"
           "y = com.microsoft.FusedConv<activation=\"Swirl\">(x, w) named c\noutput y"
        << "node 'c' (FusedConv): attribute 'activation' is 'Swirl', which is no activation that this program knows";
}

void QuantisationTest::complaintsNameTheNode()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    compareComplaint(text, words);
}

QTEST_MAIN(QuantisationTest)
#include "QuantisationTest.moc"
