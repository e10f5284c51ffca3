// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/NetworkText.h"
#include "core/operators/PreparedNetwork.h"

#include <QTest>

using namespace formulens;

/// Order, shapes, constants and limits of a network as a whole.
class PrepareTest final : public QObject
{
    Q_OBJECT

private slots:
    void networksThatCannotBePreparedSayWhy_data();
    void networksThatCannotBePreparedSayWhy();
    void openExtentsAreWhatTheWeightsExpect_data();
    void openExtentsAreWhatTheWeightsExpect();
    void whatExpectsAnExtentIsNamed();
    void moreElementsThanFormulasHaveAreNotListed_data();
    void moreElementsThanFormulasHaveAreNotListed();
    void nodesComeInTheOrderOfTheirUse();
    void aSymbolicDimensionIsOne();
    void constantsAreFolded();
    void weightsThatAKernelHoldsAreNoOperands();
    void elementsAreNamedWithoutTheBatch();
    void aLongChainNeedsNoStack();
    void stoppingIsAnAnswer();
};

namespace {

std::shared_ptr<const Network> network(const std::string& text)
{
    const auto result = parseNetwork(text);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *result;
}

} // namespace

void PrepareTest::networksThatCannotBePreparedSayWhy_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("two nodes in a circle")
        << "input x : float32[1]\np = Add(x, q) named a\nq = Relu(p) named b\noutput q"
        << "nodes 'b' and 'a' depend on each other";
    QTest::addRow("a node that reads itself") << "input x : float32[1]\np = Add(x, p) named a\noutput p"
                                              << "node 'a' depends on itself";
    QTest::addRow("a tensor from nowhere")
        << "input x : float32[1]\ny = Add(x, ghost) named a\noutput y"
        << "node 'a' (Add): reads tensor 'ghost', which is neither an input nor a constant nor the output of a node";
    QTest::addRow("an output from nowhere")
        << "input x : float32[1]\ny = Relu(x) named a\noutput ghost"
        << "the network's output 'ghost' is neither an input nor a constant nor the output of a node";
    QTest::addRow("an input of a size beyond belief")
        << "input x : float32[100000, 100000]\ny = Relu(x)\noutput y"
        << "input 'x': with its shape [100000, 100000] the tensors hold more than the limit of 268435456 elements";
    QTest::addRow("constants that grow from nothing")
        << "input x : float32[1]\nn = int64[2]{2048, 2048}\nc = ConstantOfShape(n)\n"
           "d = Add(c, c) named first\ne = Add(d, d) named second\ny = Add(x, e)\noutput y"
        << "node 'second' (Add): with its shape [2048, 2048] the tensors hold more than the limit of 4194312 elements";
    QTest::addRow("a product that grows beyond the limit")
        << "input x : float32[20000, 1]\ninput z : float32[1, 20000]\ny = MatMul(x, z) named m\noutput y"
        << "node 'm' (MatMul): with its shape [20000, 20000] the tensors hold more than the limit of 268435456 "
           "elements";
}

void PrepareTest::networksThatCannotBePreparedSayWhy()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto result = prepare(network(text.toStdString()));
    QVERIFY(!result.has_value());
    QCOMPARE(QString::fromStdString(result.error().message), words);
}

void PrepareTest::openExtentsAreWhatTheWeightsExpect_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shape");
    QTest::addRow("a product") << "input x : float32[N]\nw = float32[2, 1]{1, 2}\ny = MatMul(x, w)\noutput y"
                               << "[2]";
    QTest::addRow("a product of samples")
        << "input x : float32[N, M]\nw = float32[2, 1]{1, 2}\ny = MatMul(x, w)\noutput y"
        << "[1, 2]";
    QTest::addRow("a turned Gemm") << "input x : float32[N, M]\nw = float32[1, 3]{1, 2, 3}\n"
                                      "y = Gemm<transB=1>(x, w)\noutput y"
                                   << "[1, 3]";
    QTest::addRow("a convolution in groups")
        << "input x : float32[N, C, 2]\nw = float32[2, 1, 1]{1, 2}\ny = Conv<group=2>(x, w)\noutput y"
        << "[1, 2, 2]";
    QTest::addRow("an offset of the features")
        << "input x : float32[N, M]\nb = float32[3]{1, 2, 3}\ny = Sub(x, b)\noutput y"
        << "[1, 3]";
    QTest::addRow("an offset of several samples, which one may have as well")
        << "input x : float32[N, 1]\nb = float32[3, 1]{1, 2, 3}\ny = Sub(x, b)\noutput y"
        << "[1, 1]";
    QTest::addRow("weights that contradict each other")
        << "input x : float32[N]\nv = float32[2, 1]{1, 2}\nw = float32[3, 1]{1, 2, 3}\ny = MatMul(x, v)\n"
           "z = MatMul(x, w)\noutput y"
        << "[1]";
    QTest::addRow("what the file says") << "input x : float32[4]\nw = float32[2, 1]{1, 2}\ny = MatMul(x, w)\noutput y"
                                        << "[4]";
}

void PrepareTest::openExtentsAreWhatTheWeightsExpect()
{
    QFETCH(QString, text);
    QFETCH(QString, shape);
    const auto result = prepare(network(text.toStdString()));
    QVERIFY(result.has_value());
    QCOMPARE(QString::fromStdString((*result)->tensor((*result)->network->inputs.front()).shape.text()), shape);
}

void PrepareTest::whatExpectsAnExtentIsNamed()
{
    const auto result
        = prepare(network("input x : float32[N]\nw = float32[2, 1]{1, 2}\ny = MatMul(x, w) named m\noutput y"));
    QVERIFY(result.has_value());
    QCOMPARE((*result)->notes,
        std::vector<std::string>({"dimension 'N' of input 'x' taken as 2, which node 'm' (MatMul) expects"}));
}

void PrepareTest::moreElementsThanFormulasHaveAreNotListed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<std::size_t>("inputs");
    QTest::addColumn<QString>("words");
    QTest::addRow("inputs") << "input x : float32[2, 262145]\ny = ReduceSum(x)\noutput y" << std::size_t(0)
                            << "with 'x' it has 524,290 inputs, more than the 524,288 of which formulas are made here: "
                               "export it for smaller ones, or for one sample at a time";
    QTest::addRow("outputs") << "input x : float32[1, 1]\ns = int64[2]{1, 600000}\ny = Expand(x, s)\noutput y"
                             << std::size_t(1)
                             << "with 'y' it has 600,000 outputs, more than the 524,288 of which formulas are made "
                                "here: export it for smaller ones, or for one sample at a time";
    QTest::addRow("as many as there are")
        << "input x : float32[2, 262144]\ny = Relu(x)\noutput y" << std::size_t(524288) << "";
}

/// The graph is there all the same.
void PrepareTest::moreElementsThanFormulasHaveAreNotListed()
{
    QFETCH(QString, text);
    QFETCH(std::size_t, inputs);
    QFETCH(QString, words);
    const auto result = prepare(network(text.toStdString()));
    QVERIFY(result.has_value());
    QCOMPARE((*result)->inputElements.size(), inputs);
    const auto& cause = (*result)->tensor((*result)->network->outputs.front()).unavailable;
    QCOMPARE(cause ? QString::fromStdString(cause->message) : QString(), words);
}

void PrepareTest::nodesComeInTheOrderOfTheirUse()
{
    const auto result = prepare(network("input x : float32[1]\nc = Exp(b)\nb = Tanh(a)\na = Relu(x)\noutput c"));
    QVERIFY(result.has_value());
    std::vector<std::string> names;
    for (const Step& step : (*result)->steps)
        names.push_back((*result)->network->node(step.node).operatorName);
    QCOMPARE(names, std::vector<std::string>({"Relu", "Tanh", "Exp"}));
}

void PrepareTest::aSymbolicDimensionIsOne()
{
    const auto result = prepare(network("input x : float32[N, 2]\ny = Relu(x)\noutput y"));
    QVERIFY(result.has_value());
    QCOMPARE((*result)->inputCount(), std::size_t(2));
    QCOMPARE((*result)->notes, std::vector<std::string>({"dimension 'N' of input 'x' taken as 1"}));
}

void PrepareTest::constantsAreFolded()
{
    const auto result = prepare(network("input x : float32[2]\na = float32[2]{1, 2}\nb = float32[2]{0.1, 0.2}\n"
                                        "c = Add(a, b)\ny = Add(x, c)\noutput y"));
    QVERIFY(result.has_value());
    QCOMPARE((*result)->steps.size(), std::size_t(1));
    const auto& constant = (*result)->tensor(*(*result)->network->find("c")).constant;
    QVERIFY(constant.has_value());
    QCOMPARE(constant->number(0), 1.0 + double(0.1f));
}

void PrepareTest::weightsThatAKernelHoldsAreNoOperands()
{
    const auto result
        = prepare(network("input x : float32[1, 2]\nW = float32[2, 1]{1, 2}\ny = MatMul(x, W)\noutput y"));
    QVERIFY(result.has_value());
    const Step& step = (*result)->steps.front();
    QCOMPARE(step.inputs, std::vector<TensorIndex>({*(*result)->network->find("x")}));
    QCOMPARE(step.kernel->cost(), std::uint64_t(2));
    QCOMPARE(step.kernel->character(), Kernel::Character::Linear);
}

void PrepareTest::elementsAreNamedWithoutTheBatch()
{
    const auto result = prepare(network("input one : float32[1]\ninput row : float32[1, 3]\ninput image : float32[1, "
                                        "2, 3, 4]\ninput flat : float32[3]\n"
                                        "y = Identity(one)\noutput y"));
    QVERIFY(result.has_value());
    const auto name = [&](const char* tensor, std::size_t element) {
        return (*result)->elementName(*(*result)->network->find(tensor), element);
    };
    QCOMPARE(name("one", 0), std::string("one"));
    QCOMPARE(name("row", 2), std::string("row[2]"));
    QCOMPARE(name("image", 23), std::string("image[1,2,3]"));
    QCOMPARE(name("flat", 1), std::string("flat[1]"));
}

void PrepareTest::aLongChainNeedsNoStack()
{
    auto chain = std::make_shared<Network>();
    const auto tensor = [&](const std::string& name) {
        TensorInfo info;
        info.name = name;
        info.type = ElementType::Float32;
        chain->tensors.push_back(std::move(info));
        return TensorIndex(chain->tensors.size() - 1);
    };
    TensorIndex last = tensor("x");
    chain->tensors[0].declaredShape = std::vector<Dimension>{{1, ""}};
    chain->inputs = {last};
    for (int i = 0; i < 20000; ++i) {
        Node node;
        node.operatorName = "Tanh";
        node.version = 13;
        node.inputs = {last};
        last = tensor("h" + std::to_string(i));
        node.outputs = {last};
        chain->nodes.push_back(std::move(node));
    }
    std::reverse(chain->nodes.begin(), chain->nodes.end());
    const auto result = prepare(chain);
    QVERIFY(result.has_value());
    QCOMPARE((*result)->steps.size(), std::size_t(20000));
}

void PrepareTest::stoppingIsAnAnswer()
{
    std::stop_source stop;
    stop.request_stop();
    const auto result = prepare(network("input x : float32[1]\ny = Relu(x)\noutput y"), Progress(stop.get_token()));
    QVERIFY(!result.has_value());
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

QTEST_MAIN(PrepareTest)
#include "PrepareTest.moc"
