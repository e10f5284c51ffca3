// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/importers/JsonModelImporter.h"
#include "core/operators/PreparedNetwork.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace formulens;

/// The layers of our own format against their formulas, and files beside the model.
class JsonModelTest final : public QObject
{
    Q_OBJECT

private slots:
    void layersComputeTheirFormula_data();
    void layersComputeTheirFormula();
    void weightsLieBesideTheModel();
    void complaintsNameThePlace_data();
    void complaintsNameThePlace();
    void deepNestingIsRefused();

private:
    Result<std::vector<double>> evaluated(const std::string& json, const std::vector<double>& x);

    QTemporaryDir m_folder;
};

namespace {

std::string model(const std::string& inputShape, const std::string& layers)
{
    return R"({"format": "formulens-model", "version": 1, "input": {"shape": )" + inputShape + R"(}, "layers": [)"
        + layers + "]}";
}

} // namespace

Result<std::vector<double>> JsonModelTest::evaluated(const std::string& json, const std::vector<double>& x)
{
    const auto imported = jsonModel::readText(json, m_folder.filePath(QStringLiteral("model.json")).toStdString());
    if (!imported)
        return tl::unexpected(imported.error());
    const auto prepared = prepare(imported->network);
    if (!prepared)
        return tl::unexpected(prepared.error());
    return reference::evaluate(**prepared, imported->network->outputs.front(), x);
}

void JsonModelTest::layersComputeTheirFormula_data()
{
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("layers");
    QTest::addColumn<QList<double>>("x");
    QTest::addColumn<QList<double>>("y");
    const auto row
        = [](const char* name, const char* shape, const char* layers, const QList<double>& x, const QList<double>& y) {
              QTest::newRow(name) << QString::fromLatin1(shape) << QString::fromLatin1(layers) << x << y;
          };
    row("nothing at all", "[2]", "", {1, -2}, {1, -2});
    row("dense, rows are inputs", "[2]", R"({"type": "dense", "weights": [[1, 2, 3], [4, 5, 6]], "bias": [1, 0, -1]})",
        {1, -1}, {-2, -3, -4});
    row("dense, rows are outputs", "[2]",
        R"({"type": "dense", "weights": [[1, 4], [2, 5], [3, 6]], "rows": "outputs", "activation": "relu"})", {1, 1},
        {5, 7, 9});
    row("activation with a parameter", "[2]", R"({"type": "activation", "function": "leaky_relu", "alpha": 0.25})",
        {-4, 4}, {-1, 4});
    row("activation of a layer with a parameter", "[1]",
        R"({"type": "dense", "weights": [[2]], "activation": {"function": "leaky_relu", "alpha": 0.5}})", {-1}, {-1});
    row("standardise, then rescale", "[2]",
        R"({"type": "standardise", "mean": [1, 2], "deviation": [2, 4]}, {"type": "rescale", "scale": 10, "offset": 1})",
        {3, 0}, {11, -4});
    row("clip by element", "[2]", R"({"type": "clip", "least": [0, -1], "greatest": 3})", {-5, 9}, {0, 3});
    row("batch normalisation", "[2]",
        R"({"type": "batch_normalisation", "scale": [2, 1], "offset": [1, 0], "mean": [1, 0], "variance": [4, 1], "epsilon": 0})",
        {3, 5}, {3, 5});
    row("convolution, pooling, flatten", "[1, 2, 3]",
        R"({"type": "conv", "weights": [[[[1, 1]]], [[[1, -1]]]], "bias": [0, 1]}, {"type": "max_pool", "size": [2, 2]}, {"type": "flatten"})",
        {1, 2, 3, 4, 5, 6}, {11, 0});
    row("convolution that keeps the size", "[1, 1, 3]",
        R"({"type": "conv", "weights": [[[[1, 1, 1]]]], "padding": "same"})", {1, 2, 3}, {3, 6, 5});
    row("reshape and the mean of channels", "[4]",
        R"({"type": "reshape", "shape": [2, 2, 1]}, {"type": "global_average_pool"})", {1, 2, 3, 5}, {1.5, 4});
}

void JsonModelTest::layersComputeTheirFormula()
{
    QFETCH(QString, shape);
    QFETCH(QString, layers);
    QFETCH(QList<double>, x);
    QFETCH(QList<double>, y);
    const auto found = evaluated(model(shape.toStdString(), layers.toStdString()), {x.begin(), x.end()});
    QVERIFY2(found, found ? "" : found.error().message.c_str());
    QCOMPARE(*found, std::vector<double>(y.begin(), y.end()));
}

void JsonModelTest::weightsLieBesideTheModel()
{
    std::ofstream(m_folder.filePath(QStringLiteral("W.csv")).toStdString()) << "# by input\n1,2,3\n4,5,6\n";
    std::ofstream(m_folder.filePath(QStringLiteral("column.csv")).toStdString()) << "a\n1\n2\n3\n";
    const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }                        \n";
    std::string npy("\x93NUMPY\x01\x00", 8);
    npy += static_cast<char>(header.size());
    npy += '\0';
    npy += header;
    for (const float value : {0.5f, 0.25f, -1.0f})
        npy.append(reinterpret_cast<const char*>(&value), sizeof value);
    std::ofstream(m_folder.filePath(QStringLiteral("b.npy")).toStdString(), std::ios::binary) << npy;
    const auto found = evaluated(model("[2]",
                                     R"({"type": "dense", "weights": {"file": "W.csv"}, "bias": {"file": "b.npy"}},
                                        {"type": "dense", "weights": {"file": "column.csv"}, "bias": [0]})"),
        {1, 1});
    QVERIFY2(found, found ? "" : found.error().message.c_str());
    QCOMPARE(*found, (std::vector<double>{5.5 + 2 * 7.25 + 3 * 8}));
}

void JsonModelTest::complaintsNameThePlace_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    const auto layers = [](const char* text) { return QString::fromStdString(model("[2]", text)); };
    QTest::newRow("a list of unlike lists")
        << layers(R"({"type": "dense", "weights": [[1, 2], [3]]})")
        << "layers[0].weights: a list of 1 stands beside one of 2, expected as many "
           "in each";
    QTest::newRow("a matrix that does not fit")
        << layers(R"({"type": "dense", "weights": [[1], [2], [3]]})")
        << "layers[0].weights: the matrix takes 3 inputs, but what stands before "
           "it has 2";
    QTest::newRow("a misspelt key") << layers(R"({"type": "dense", "weights": [[1], [2]], "activaton": "relu"})")
                                    << "layers[0]: \"activaton\" is not known here, expected only type, name, weights, "
                                       "rows, bias, activation";
    QTest::newRow("an unknown activation") << layers(R"({"type": "activation", "function": "magic"})")
                                           << "layers[0].function: 'magic' is no activation that is known";
    QTest::newRow("a file outside")
        << layers(R"({"type": "dense", "weights": {"file": "../W.npy"}})")
        << "layers[0].weights.file: '../W.npy' climbs out of the model's folder; expected a "
           "file in it, so it was not read";
    QTest::newRow("a file that is not there") << layers(R"({"type": "dense", "weights": {"file": "no.npy"}})")
                                              << "layers[0].weights.file: 'no.npy' does not exist";
    QTest::newRow("a shape that is not true")
        << layers(R"({"type": "dense", "weights": {"shape": [1000000, 1000000], "values": [1, 2]}})")
        << "layers[0].weights.shape: shape [1000000, 1000000] does not fit the 2 values, which stand in shape [2]";
    QTest::newRow("an integer too large for its type")
        << layers(R"({"type": "dense", "weights": {"type": "int8", "values": [[1], [300]]}})")
        << "layers[0].weights.values: 300 does not fit int8";
    QTest::newRow("neither kind") << R"({"format": "formulens-model", "version": 1})"
                                  << "has neither \"layers\" nor \"graph\"";
    QTest::newRow("a node's operator set") << R"({"format": "formulens-model", "version": 1, "inputs": [{"name": "x"}],
        "outputs": [{"name": "y"}], "graph": {"operator_sets": {},
        "nodes": [{"operator": "Exp", "inputs": ["x"], "outputs": ["y"]}]}})"
                                           << "graph.nodes[0]: \"operator_sets\" does not say which version of the "
                                              "operators of '' is meant";
    QTest::newRow("an output of two nodes") << R"({"format": "formulens-model", "version": 1, "inputs": [{"name": "x"}],
        "outputs": [{"name": "y"}], "graph": {"operator_sets": {"": 17},
        "nodes": [{"operator": "Exp", "inputs": ["x"], "outputs": ["y"]},
        {"operator": "Abs", "inputs": ["x"], "outputs": ["y"]}]}})"
                                            << "graph.nodes[1]: tensor 'y' is given twice";
}

void JsonModelTest::complaintsNameThePlace()
{
    QFETCH(QString, json);
    QFETCH(QString, words);
    const auto found = evaluated(json.toStdString(), {});
    QVERIFY(!found);
    QCOMPARE(QString::fromStdString(found.error().message), QStringLiteral("model.json: ") + words);
}

void JsonModelTest::deepNestingIsRefused()
{
    const std::string deep(100'000, '[');
    const auto found = evaluated(R"({"format": "formulens-model", "version": )" + deep, {});
    QVERIFY(!found);
    QCOMPARE(found.error().message, std::string("model.json: is nested more than 40 levels deep"));
}

QTEST_GUILESS_MAIN(JsonModelTest)
#include "JsonModelTest.moc"
