// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/NetworkText.h"

#include <QTest>

#include <limits>

using namespace formulens;

class NetworkTextTest final : public QObject
{
    Q_OBJECT

private slots:
    void whatIsDrawnIsWritten();
    void drawnNetworkHasItsParts();
    void attributesKeepTheirKind();
    void longConstantsAreCutShort();
    void saysWhereTheTextIsWrong_data();
    void saysWhereTheTextIsWrong();
    void labelsNodes();
};

namespace {

constexpr const char* everything = R"(network "two layers"
opset 13
opset ai.onnx.ml 2
input x : float32[N, 2]
input image : uint8[?, 3, batch_size]
input untyped
W = float32[2, 2]{1, -2, 0.5, inf}
d = float64[]{1e-09}
"strange name" = int64[0]{}
labels = string[2]{"a \"b\"", ""}
h : float32[N, 2]
h = Gemm<alpha=2.0, transB=1>(x, W, -) named dense_1
a, - = Split<axis=-1, split=[1, 1]>(h)
y = ai.onnx.ml.Normalizer<norm="L2", value=float16[1]{0.5}>(a, "strange name")
then = If<then_branch=graph("body", 3), weights=[0.5, 2.0], words=["a", "b"]>(y)
output y : float32[N, 1]
output then
)";

std::shared_ptr<const Network> drawn(const char* text)
{
    const Result<std::shared_ptr<const Network>> network = parseNetwork(text);
    if (!network)
        qFatal("%s", network.error().message.c_str());
    return *network;
}

} // namespace

void NetworkTextTest::whatIsDrawnIsWritten()
{
    QCOMPARE(QString::fromStdString(toText(*drawn(everything))), QString::fromLatin1(everything));
}

void NetworkTextTest::drawnNetworkHasItsParts()
{
    const auto network = drawn(everything);
    QCOMPARE(network->inputs.size(), std::size_t(3));
    QCOMPARE(network->nodes.size(), std::size_t(4));
    const Node& gemm = network->nodes[0];
    QCOMPARE(gemm.version, std::int64_t(13));
    QVERIFY(gemm.inputs[1] == network->find("W"));
    QVERIFY(!gemm.inputs[2].has_value());
    QCOMPARE(network->nodes[2].domain, std::string("ai.onnx.ml"));
    QCOMPARE(network->nodes[2].version, std::int64_t(2));
    const TensorInfo& image = network->tensor(*network->find("image"));
    QVERIFY(image.declaredShape == (std::vector<Dimension>{{{}, ""}, {3, ""}, {{}, "batch_size"}}));
    QVERIFY(!network->find("nowhere"));
    QCOMPARE(network->tensor(*network->find("W")).constant->numbers(),
        (std::vector<double>{1, -2, 0.5, std::numeric_limits<double>::infinity()}));
}

void NetworkTextTest::attributesKeepTheirKind()
{
    const auto network
        = drawn("y = Op<i=2, f=2.0, e=1e5, s=\"2\", inf=inf, is=[1, 9223372036854775807], fs=[1, 2.5], none=[]>()");
    const auto& attributes = network->nodes[0].attributes;
    QCOMPARE(std::get<std::int64_t>(attributes.at("i")), std::int64_t(2));
    QCOMPARE(std::get<double>(attributes.at("f")), 2.0);
    QCOMPARE(std::get<double>(attributes.at("e")), 1e5);
    QCOMPARE(std::get<std::string>(attributes.at("s")), std::string("2"));
    QCOMPARE(std::get<double>(attributes.at("inf")), std::numeric_limits<double>::infinity());
    QCOMPARE(std::get<std::vector<std::int64_t>>(attributes.at("is")),
        (std::vector<std::int64_t>{1, std::numeric_limits<std::int64_t>::max()}));
    QCOMPARE(std::get<std::vector<double>>(attributes.at("fs")), (std::vector<double>{1, 2.5}));
    QVERIFY(std::get<std::vector<std::int64_t>>(attributes.at("none")).empty());
}

void NetworkTextTest::longConstantsAreCutShort()
{
    Network network;
    TensorInfo& tensor = network.tensors.emplace_back();
    tensor.name = "W";
    tensor.constant = Tensor::ofDoubles({100}, std::vector<double>(100, 1.0));
    const QString text = QString::fromStdString(toText(network));
    QVERIFY(text.endsWith(QStringLiteral("1, 1, ...}\n")));
    QCOMPARE(text.count(QLatin1Char('1')), 64 + 1); // and that of [100]
}

void NetworkTextTest::saysWhereTheTextIsWrong_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    QTest::addRow("too few elements") << "input x\nW = float32[2]{1}"
                                      << "line 2: 1 elements are given, the shape has 2";
    QTest::addRow("no such type") << "W = float31[1]{1}"
                                  << "line 1: 'float31' is not an element type";
    QTest::addRow("a parenthesis is missing") << "y = Relu(x"
                                              << "line 1: expected ')' at the end";
    QTest::addRow("something is left over") << "y = Relu(x) Tanh"
                                            << "line 1: expected the end of the line at 'Tanh'";
    QTest::addRow("a quote is missing") << "y = Op<s=\"abc>(x)"
                                        << "line 1: the closing quote is missing at '\"abc>(x)'";
    QTest::addRow("not a number") << "W = float32[1]{one}"
                                  << "line 1: 'one' is not a number";
}

void NetworkTextTest::saysWhereTheTextIsWrong()
{
    QFETCH(QString, text);
    QFETCH(QString, message);
    const auto network = parseNetwork(text.toStdString());
    QVERIFY(!network);
    QCOMPARE(QString::fromStdString(network.error().message), message);
}

void NetworkTextTest::labelsNodes()
{
    const auto network = drawn("y = Relu(x)\nz = Tanh(y) named last");
    QCOMPARE(network->nodes[0].label(NodeIndex(0)), std::string("node #0 (Relu)"));
    QCOMPARE(network->nodes[1].label(NodeIndex(1)), std::string("node 'last' (Tanh)"));
}

QTEST_MAIN(NetworkTextTest)
#include "NetworkTextTest.moc"
