// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxImporter.h"
#include "tests/core/importers/OnnxMessage.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace formulens;

Q_DECLARE_METATYPE(OnnxMessage)

class OnnxImporterTest final : public QObject
{
    Q_OBJECT

private slots:
    void readsTheGraph();
    void readsEveryKindOfAttribute();
    void aZeroMayBeLeftOutOfAnAttribute();
    void initialisersAreNoInputs();
    void foldsTheTwoNamesOfTheStandardDomain();
    void writesFunctionsOut_data();
    void writesFunctionsOut();
    void writesBranchesOut();
    void makesSparseTensorsDense();
    void notesWhatItCanLiveWith_data();
    void notesWhatItCanLiveWith();
    void refusesInWords_data();
    void refusesInWords();
    void recognisesByContent();

private:
    Result<ImportedModel> read(const OnnxMessage& model);

    QTemporaryDir m_folder;
};

namespace {

/// y = Relu(x + b), with everything that a graph may say of itself.
OnnxMessage smallGraph()
{
    return OnnxMessage()
        .message(1, nodeMessage("Relu", {"sum"}, {"y"}))
        .message(1, nodeMessage("Add", {"x", "b"}, {"sum"}).text(3, "plus"))
        .text(2, "small")
        .message(5, tensorMessage("b", 1, {2}).packedFloats(4, {1, -1}))
        .message(11, valueMessage("x", 1, {"N", "2"}))
        .message(12, valueMessage("y", 1, {"-1", "2"}))
        .message(13, valueMessage("sum", 1, {"", "2"}));
}

OnnxMessage attribute(const std::string& name, std::int64_t type)
{
    return OnnxMessage().text(1, name).integer(20, type);
}

OnnxMessage graphOf(const OnnxMessage& node)
{
    return OnnxMessage().message(11, valueMessage("x", 1, {"2"})).message(1, node);
}

/// Two values, 5 and 6, of a tensor S.
OnnxMessage sparseMessage(const std::vector<std::int64_t>& indices, const std::vector<std::int64_t>& dims)
{
    OnnxMessage sparse;
    sparse.message(1, tensorMessage("S", 1, {2}).packedFloats(4, {5, 6}));
    if (!indices.empty())
        sparse.message(2, tensorMessage("", 7, {2}).packedIntegers(7, indices));
    return sparse.packedIntegers(3, dims);
}

OnnxMessage call(
    const std::string& function, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs)
{
    return nodeMessage(function, inputs, outputs).text(7, "my");
}

OnnxMessage named(const std::string& function, const OnnxMessage& body)
{
    return OnnxMessage().raw(body.bytes()).text(1, function).text(10, "my");
}

/// y = F(x), with F's inputs (field 4), outputs (5), nodes (7) and attributes as given.
OnnxMessage withFunction(const std::string& function, const OnnxMessage& body)
{
    const OnnxMessage graph
        = graphOf(call(function, {"x"}, {"y"}).text(3, "c")).message(12, valueMessage("y", 1, {"2"}));
    return modelMessage(graph).message(25, named(function, body));
}

/// F0 is a Relu, each later function calls the one before it twice.
OnnxMessage tower(int height)
{
    const std::string top = "F" + std::to_string(height - 1);
    OnnxMessage model = modelMessage(graphOf(call(top, {"x"}, {"y"}).text(3, "c")));
    for (int i = 0; i < height; ++i) {
        const std::string below = "F" + std::to_string(i - 1);
        OnnxMessage body = OnnxMessage().text(4, "a").text(5, "b");
        if (i == 0)
            body.message(7, nodeMessage("Relu", {"a"}, {"b"}));
        else
            body.message(7, call(below, {"a"}, {"m"}).text(3, "l")).message(7, call(below, {"m"}, {"b"}).text(3, "r"));
        model.message(25, named("F" + std::to_string(i), body));
    }
    return model;
}

} // namespace

Result<ImportedModel> OnnxImporterTest::read(const OnnxMessage& model)
{
    const std::string path = m_folder.filePath(QStringLiteral("test.onnx")).toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << model.bytes();
    return onnx::read(MappedFile::open(path).value());
}

void OnnxImporterTest::readsTheGraph()
{
    OnnxMessage model = modelMessage(smallGraph());
    model.text(3, "2.1").message(14, OnnxMessage().text(1, "author").text(2, "me"));
    const auto network = read(model).value().network;
    QCOMPARE(QString::fromStdString(toText(*network)),
        QStringLiteral("network small\nopset 17\ninput x : float32[N, 2]\nb = float32[2]{1, -1}\n"
                       "sum : float32[?, 2]\ny = Relu(sum)\nsum = Add(x, b) named plus\noutput y : float32[?, 2]\n"));
    QCOMPARE(network->producer, std::string("test 2.1"));
    QCOMPARE(network->format, std::string("ONNX, IR 8, operator set 17"));
    QCOMPARE(network->metadata.at("author"), std::string("me"));
}

void OnnxImporterTest::readsEveryKindOfAttribute()
{
    OnnxMessage node = nodeMessage("Op", {"x", "", "x"}, {"y", ""});
    node.message(5, attribute("f", 1).real(2, 2.5F));
    node.message(5, attribute("i", 2).integer(3, -7));
    node.message(5, attribute("s", 3).text(4, "text"));
    node.message(5, attribute("t", 4).message(5, tensorMessage("", 7, {1}).packedIntegers(7, {5})));
    node.message(5, attribute("g", 5).message(6, OnnxMessage().text(2, "body").message(1, nodeMessage("A", {}, {}))));
    node.message(5, attribute("fs", 6).packedFloats(7, {1, 0.5F}));
    node.message(5, attribute("is", 7).integer(8, 1).packedIntegers(8, {2, 3}));
    node.message(5, attribute("ss", 8).text(9, "a").text(9, "b"));
    node.message(5, OnnxMessage().text(1, "untyped").real(2, 0.25F));
    const auto network = read(modelMessage(graphOf(node))).value().network;
    QCOMPARE(QString::fromStdString(toText(*network)).section(QLatin1Char('\n'), 2, 2),
        QStringLiteral("y, - = Op<f=2.5, fs=[1.0, 0.5], g=graph(\"body\", 1), i=-7, is=[1, 2, 3], s=\"text\", "
                       "ss=[\"a\", \"b\"], t=int64[1]{5}, untyped=0.25>(x, -, x)"));
}

void OnnxImporterTest::aZeroMayBeLeftOutOfAnAttribute()
{
    OnnxMessage node = nodeMessage("Op", {"x"}, {"y"});
    node.message(5, attribute("f", 1)).message(5, attribute("i", 2)).message(5, attribute("is", 7));
    const auto network = read(modelMessage(graphOf(node))).value().network;
    QCOMPARE(QString::fromStdString(toText(*network)).section(QLatin1Char('\n'), 2, 2),
        QStringLiteral("y = Op<f=0.0, i=0, is=[]>(x)"));
}

void OnnxImporterTest::initialisersAreNoInputs()
{
    const OnnxMessage graph = smallGraph().message(11, valueMessage("b", 1, {"2"}));
    const auto network = read(modelMessage(graph)).value().network;
    QCOMPARE(network->inputs.size(), std::size_t(1));
    QCOMPARE(network->tensor(network->inputs[0]).name, std::string("x"));
}

void OnnxImporterTest::foldsTheTwoNamesOfTheStandardDomain()
{
    const OnnxMessage graph = graphOf(nodeMessage("Relu", {"x"}, {"y"}).text(7, "ai.onnx"));
    const auto network = read(modelMessage(graph)).value().network;
    QCOMPARE(network->nodes[0].domain, std::string());
    QCOMPARE(network->nodes[0].version, std::int64_t(17));
}

void OnnxImporterTest::writesFunctionsOut_data()
{
    QTest::addColumn<OnnxMessage>("model");
    QTest::addColumn<QString>("nodes");
    const auto body = [] { return OnnxMessage().text(4, "a").text(5, "b"); };
    QTest::addRow("names within begin with the caller's") << withFunction("F",
        body()
            .message(7, nodeMessage("Neg", {"a"}, {"t"}))
            .message(7, nodeMessage("Relu", {"t"}, {"b"}).text(3, "act")))
                                                          << "c/t = Neg(x) named c/Neg\ny = Relu(c/t) named c/act\n";
    const OnnxMessage referring = nodeMessage("LeakyRelu", {"a"}, {"b"})
                                      .message(5, OnnxMessage().text(1, "alpha").integer(20, 1).text(21, "slope"));
    QTest::addRow("an attribute of the function that the call leaves out")
        << withFunction("F", body().message(7, referring)) << "y = LeakyRelu(x) named c/LeakyRelu\n";
    QTest::addRow("an attribute with a standard")
        << withFunction("F", body().message(7, referring).message(11, attribute("slope", 1).real(2, 0.5F)))
        << "y = LeakyRelu<alpha=0.5>(x) named c/LeakyRelu\n";
    const OnnxMessage given = call("F", {"x"}, {"y"}).text(3, "c").message(5, attribute("slope", 1).real(2, 0.25F));
    QTest::addRow("an attribute that the call gives")
        << modelMessage(graphOf(given).message(12, valueMessage("y", 1, {"2"})))
               .message(25, named("F", body().message(7, referring)))
        << "y = LeakyRelu<alpha=0.25>(x) named c/LeakyRelu\n";
    QTest::addRow("an input that is handed through")
        << withFunction("F", OnnxMessage().text(4, "a").text(5, "a")) << "y = Identity(x) named c/Identity\n";
    QTest::addRow("an input that the call leaves out") << withFunction(
        "F", OnnxMessage().text(4, "a").text(4, "m").text(5, "b").message(7, nodeMessage("Clip", {"a", "m"}, {"b"})))
                                                       << "y = Clip(x, -) named c/Clip\n";
    QTest::addRow("functions within functions")
        << tower(2) << "c/m = Relu(x) named c/l/Relu\ny = Relu(c/m) named c/r/Relu\n";
}

void OnnxImporterTest::writesFunctionsOut()
{
    QFETCH(OnnxMessage, model);
    QFETCH(QString, nodes);
    const auto imported = read(model);
    QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
    const QString text = QString::fromStdString(toText(*imported->network));
    QVERIFY2(text.contains(nodes), qPrintable(text));
    QVERIFY(imported->warnings.empty());
}

/// Names of a branch mean its own tensors first, then those around it.
void OnnxImporterTest::writesBranchesOut()
{
    const OnnxMessage thenBranch = OnnxMessage()
                                       .message(5, tensorMessage("t", 1, {2}).packedFloats(4, {1, 2}))
                                       .message(1, nodeMessage("Add", {"x", "t"}, {"u"}))
                                       .message(12, OnnxMessage().text(1, "u"));
    const OnnxMessage elseBranch = OnnxMessage().message(12, OnnxMessage().text(1, "x"));
    const OnnxMessage node = nodeMessage("If", {"k"}, {"y"})
                                 .text(3, "i")
                                 .message(5, attribute("then_branch", 5).message(6, thenBranch))
                                 .message(5, attribute("else_branch", 5).message(6, elseBranch));
    const OnnxMessage graph = graphOf(node)
                                  .message(5, tensorMessage("k", 9, {}).packedIntegers(5, {1}))
                                  .message(12, valueMessage("y", 1, {"2"}));
    const auto network = read(modelMessage(graph)).value().network;
    const QString text = QString::fromStdString(toText(*network));
    QVERIFY2(text.contains(QStringLiteral("i/then_branch/u = Add(x, i/then_branch/t) named i/then_branch/Add\n"
                                          "y = If(k, i/then_branch/u, x) named i\n")),
        qPrintable(text));
}

void OnnxImporterTest::makesSparseTensorsDense()
{
    const OnnxMessage flat = sparseMessage({1, 3}, {2, 2});
    const OnnxMessage byAxis = OnnxMessage()
                                   .message(1, tensorMessage("P", 1, {2}).packedFloats(4, {5, 6}))
                                   .message(2, tensorMessage("", 7, {2, 2}).packedIntegers(7, {0, 1, 1, 1}))
                                   .packedIntegers(3, {2, 2});
    const auto network = read(modelMessage(smallGraph().message(15, flat).message(15, byAxis))).value().network;
    for (const char* name : {"S", "P"})
        QVERIFY(network->tensor(*network->find(name)).constant->numbers() == std::vector<double>({0, 5, 0, 6}));
}

void OnnxImporterTest::notesWhatItCanLiveWith_data()
{
    QTest::addColumn<OnnxMessage>("model");
    QTest::addColumn<QString>("warning");
    const float nan = std::numeric_limits<float>::quiet_NaN();
    QTest::addRow("NaN among the weights")
        << modelMessage(smallGraph().message(5, tensorMessage("W", 1, {2}).packedFloats(4, {1, nan})))
        << "initialiser 'W' holds NaN, which is no number: what depends on it has no value";
    QTest::addRow("an output that is no tensor")
        << modelMessage(smallGraph().message(
               12, OnnxMessage().text(1, "labels").message(2, OnnxMessage().message(4, OnnxMessage()))))
        << "'labels' is declared as sequence, not as a tensor: it cannot be computed";
    QTest::addRow("an operator set of the future")
        << modelMessage(smallGraph()).message(8, OnnxMessage().integer(2, 99))
        << "operator set 99 is newer than 25, the newest that this program knows: operators are read by the rules "
           "known "
           "to it";
}

void OnnxImporterTest::notesWhatItCanLiveWith()
{
    QFETCH(OnnxMessage, model);
    QFETCH(QString, warning);
    const auto imported = read(model);
    QVERIFY2(imported, imported ? "" : imported.error().message.c_str());
    QVERIFY(std::ranges::find(imported->warnings, warning.toStdString()) != imported->warnings.end());
}

void OnnxImporterTest::refusesInWords_data()
{
    QTest::addColumn<OnnxMessage>("model");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const OnnxMessage& model, const char* words) {
        QTest::addRow("%s", name) << model << QStringLiteral("test.onnx: ") + QString::fromLatin1(words);
    };
    const auto node = [] { return nodeMessage("Op", {"x"}, {"y"}).text(3, "n"); };
    row("no graph", OnnxMessage().integer(1, 8), "the model holds no graph");
    row("a graph that is no message", OnnxMessage().integer(7, 5),
        "the model: field 7 is stored as protobuf wire type 0, expected 2");
    row("no operator set", OnnxMessage().integer(1, 8).message(7, graphOf(node())),
        "node 'n' (Op): the file does not say which version of the ONNX operator set it uses");
    row("an output written twice", modelMessage(graphOf(node()).message(1, nodeMessage("Op", {"x"}, {"y"}))),
        "node #1 (Op): it writes tensor 'y', which is already the output of another node");
    row("an input written", modelMessage(graphOf(nodeMessage("Op", {"x"}, {"x"}))),
        "node #0 (Op): it writes tensor 'x', which is already an input");
    row("an initialiser given twice",
        modelMessage(smallGraph().message(5, tensorMessage("b", 1, {1}).packedFloats(4, {1}))),
        "initialiser 'b' is given twice");
    row("an input declared twice", modelMessage(smallGraph().message(11, valueMessage("x", 1, {"2"}))),
        "input 'x' is declared twice");
    row("a node without a type", modelMessage(graphOf(OnnxMessage().text(1, "x").text(2, "y").text(3, "n"))),
        "node 'n' (): it has no operator type");
    row("an attribute without a value", modelMessage(graphOf(node().message(5, OnnxMessage().text(1, "alpha")))),
        "node 'n' (Op): attribute 'alpha': has neither a type nor a value");
    row("an attribute of another kind than it says",
        modelMessage(graphOf(node().message(5, attribute("alpha", 1).integer(3, 2)))),
        "node 'n' (Op): attribute 'alpha': says that it is a float, but holds another kind");
    row("an attribute given twice",
        modelMessage(graphOf(node().message(5, attribute("a", 2)).message(5, attribute("a", 2)))),
        "node 'n' (Op): attribute 'a' is given twice");
    row("sparse constants", modelMessage(graphOf(node().message(5, attribute("values", 12).text(23, "")))),
        "node 'n' (Op): attribute 'values': is a list of sparse tensors, which is not supported; save them as dense "
        "ones");
    row("a tensor in an attribute that is cut short",
        modelMessage(graphOf(node().message(5, attribute("value", 4).message(5, tensorMessage("v", 1, {2}))))),
        "node 'n' (Op): attribute 'value': tensor 'v': shape [2] of float32 needs 2 elements, found 0");
    row("a sparse initialiser without indices", modelMessage(smallGraph().message(15, sparseMessage({}, {2}))),
        "sparse initialiser 'S': its values of shape [2] of float32 and indices of shape [] of undefined do not fit "
        "together");
    row("a sparse initialiser with an index outside",
        modelMessage(smallGraph().message(15, sparseMessage({0, 7}, {5}))),
        "sparse initialiser 'S': index 1 lies outside of shape [5]");
    row("a sparse initialiser of a thousand million elements",
        modelMessage(smallGraph().message(15, sparseMessage({0, 7}, {1000000000}))),
        "sparse initialiser 'S': made dense, shape [1000000000] and the sparse tensors before it have more than "
        "4194304 "
        "elements; save them as dense ones");
    row("a function that calls itself",
        withFunction("F", OnnxMessage().text(4, "a").text(5, "b").message(7, call("F", {"a"}, {"b"}))),
        "node 'c/F' (F): function 'F' calls itself, which has no end");
    row("functions that grow without end", tower(16),
        "node 'c/r/l/l/l/l/l/r/l/l/l/r/r/l' (F2): written out, the functions of the file have more than 50000 nodes or "
        "8 MB; export the model without functions, or a smaller part");
    row("a call with too many inputs",
        withFunction("F", OnnxMessage().text(5, "b").message(7, nodeMessage("Relu", {"a"}, {"b"}))),
        "node 'c' (F): it gives 1 inputs to function 'F', which has 0");
    row("an If without a branch", modelMessage(graphOf(nodeMessage("If", {"x"}, {"y"}).text(3, "n"))),
        "node 'n' (If): attribute 'then_branch' is missing, expected a graph");
    row("a shape of a thousand dimensions",
        modelMessage(smallGraph().message(11, valueMessage("z", 1, std::vector<std::string>(1000, "1")))),
        "tensor 'z' has 1000 dimensions, expected at most 64");
    row("a file function of a standard name", modelMessage(graphOf(node())).message(25, OnnxMessage().text(1, "Op")),
        "node 'n' (Op): the file defines a function of this standard operator's name");
}

void OnnxImporterTest::refusesInWords()
{
    QFETCH(OnnxMessage, model);
    QFETCH(QString, words);
    const auto imported = read(model);
    QVERIFY(!imported);
    QCOMPARE(QString::fromStdString(imported.error().message), words);
}

void OnnxImporterTest::recognisesByContent()
{
    const std::string model = modelMessage(smallGraph()).bytes();
    QVERIFY(onnx::recognises(model));
    QVERIFY(onnx::recognises(std::string_view(model).substr(0, model.size() / 2)));
    QVERIFY(onnx::recognises(OnnxMessage().message(7, smallGraph()).integer(1, 3).bytes()));
    QVERIFY(!onnx::recognises(""));
    QVERIFY(!onnx::recognises("\x89PNG\r\n\x1a\n"));
    QVERIFY(!onnx::recognises("{\"version\": 1}"));
    QVERIFY(!onnx::recognises(tensorMessage("W", 1, {2}).packedFloats(4, {1, 2}).bytes()));
}

QTEST_MAIN(OnnxImporterTest)
#include "OnnxImporterTest.moc"
