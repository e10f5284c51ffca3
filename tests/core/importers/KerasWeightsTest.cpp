// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ImportError.h"
#include "core/importers/containers/JsonDocument.h"
#include "core/importers/keras/ModelWriter.h"
#include "core/importers/keras/Weights.h"

#include <QTest>

using namespace formulens;
using keras::Json;

/// Where the versions of Keras put the weights of a layer.
class KerasWeightsTest final : public QObject
{
    Q_OBJECT

private slots:
    void legacyFilesHaveTrainableWeightsFirst();
    void legacyNamesMayBeCutInPieces();
    void legacyLayersOfOtherNamesGoByOrder();
    void treesCountLayersByClass();
    void treesOfDependenciesCountTwice();
    void treesOfWindowsHaveBackslashesInNames();
    void namesNestedWithoutEndStayWhatTheyAre();
    void treesHavePlacesWithinLayers();
    void namesMayHavePrefixes();
};

namespace {

Json layer(const char* className, const char* name, const char* more = "{}")
{
    Json config = readJson(more, "the test");
    config["name"] = name;
    return {{"class_name", className}, {"config", config}};
}

keras::Model modelOf(std::vector<Json> layers)
{
    layers.insert(layers.begin(), layer("InputLayer", "x", R"({"batch_input_shape": [null, 2]})"));
    return keras::readModel({{"class_name", "Sequential"}, {"config", {{"name", "model"}, {"layers", layers}}}});
}

Json nested(const char* name, const std::vector<Json>& layers)
{
    return {{"class_name", "Sequential"}, {"config", {{"name", name}, {"layers", layers}}}};
}

/// A weight that is recognised by its one number.
Hdf5DataSet weight(double number)
{
    return {Tensor::ofDoubles(Shape{1}, {number}), {}, {}};
}

Tensor texts(std::vector<std::string> values)
{
    const Shape shape{static_cast<std::int64_t>(values.size())};
    return Tensor::ofStrings(shape, std::move(values));
}

void put(Hdf5Group& root, const std::string& path, double number)
{
    Hdf5Group* group = &root;
    std::size_t start = 0;
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', start)) {
        group = &group->groups[path.substr(start, end - start)];
        start = end + 1;
    }
    group->dataSets[path.substr(start)] = weight(number);
}

/// A group of a legacy file whose weights are 1, 2, 3 ...
Hdf5Group legacyLayer(const std::vector<std::string>& names, double first = 1)
{
    Hdf5Group group;
    for (const std::string& name : names)
        put(group, name, first++);
    group.attributes["weight_names"] = texts(names);
    return group;
}

/// "dense: 1 2; norm: 3 4 5 6", in the order of the layers' specifications.
QString textOf(const std::vector<keras::Layer>& layers, const keras::WeightTable& table)
{
    QStringList parts;
    for (const keras::Layer& layer : layers) {
        if (layer.nested)
            parts << textOf(layer.nested->layers, table);
        const auto found = table.find(&layer);
        if (found == table.end())
            continue;
        QString part = QString::fromStdString(layer.name) + QLatin1Char(':');
        for (const Tensor& tensor : found->second)
            part += QStringLiteral(" %1").arg(tensor.number(0));
        parts << part;
    }
    return parts.join(QStringLiteral("; "));
}

constexpr const char* dense = R"({"units": 1})";
constexpr const char* frozen = R"({"units": 1, "trainable": false})";

} // namespace

void KerasWeightsTest::legacyFilesHaveTrainableWeightsFirst()
{
    const keras::Model model = modelOf({nested("inner",
        {layer("Dense", "first", frozen), layer("BatchNormalization", "norm"), layer("Dense", "second", dense)})});
    Hdf5Group root;
    root.attributes["layer_names"] = texts({"inner"});
    root.groups["inner"] = legacyLayer({"norm/gamma:0", "norm/beta:0", "second/kernel:0", "second/bias:0",
        "first/kernel:0", "first/bias:0", "norm/moving_mean:0", "norm/moving_variance:0"});
    QCOMPARE(textOf(model.layers, keras::legacyWeights(model, root, keras::weightsOf)),
        QStringLiteral("first: 5 6; norm: 1 2 7 8; second: 3 4"));
}

void KerasWeightsTest::legacyNamesMayBeCutInPieces()
{
    const keras::Model model = modelOf({layer("Dense", "a", dense), layer("Dense", "b", dense)});
    Hdf5Group root;
    root.attributes["layer_names0"] = texts({"a"});
    root.attributes["layer_names1"] = texts({"b"});
    root.groups["a"] = legacyLayer({"a/kernel:0", "a/bias:0"});
    root.groups["b"] = legacyLayer({"b/kernel:0", "b/bias:0"}, 3);
    QVERIFY(keras::isLegacyGroup(root));
    QCOMPARE(
        textOf(model.layers, keras::legacyWeights(model, root, keras::weightsOf)), QStringLiteral("a: 1 2; b: 3 4"));
}

void KerasWeightsTest::legacyLayersOfOtherNamesGoByOrder()
{
    const keras::Model model = modelOf(
        {layer("Dense", "a", dense), layer("Dropout", "off", R"({"rate": 0.5})"), layer("Dense", "b", dense)});
    Hdf5Group root;
    root.attributes["layer_names"] = texts({"dense_7", "dropout", "dense_8"});
    root.groups["dense_7"] = legacyLayer({"dense_7/kernel:0", "dense_7/bias:0"});
    root.groups["dropout"] = legacyLayer({});
    root.groups["dense_8"] = legacyLayer({"dense_8/kernel:0", "dense_8/bias:0"}, 3);
    QCOMPARE(
        textOf(model.layers, keras::legacyWeights(model, root, keras::weightsOf)), QStringLiteral("a: 1 2; b: 3 4"));
}

void KerasWeightsTest::treesCountLayersByClass()
{
    const keras::Model model = modelOf({layer("Dense", "a", dense), layer("PReLU", "p"), layer("Dense", "b", dense),
        nested("inner", {layer("Dense", "c", dense)}), layer("BatchNormalization", "norm")});
    Hdf5Group root;
    for (const auto& [path, number] : std::map<std::string, double>{{"layers/dense/vars/0", 1},
             {"layers/dense/vars/1", 2}, {"layers/p_re_lu/vars/0", 3}, {"layers/dense_1/vars/0", 4},
             {"layers/dense_1/vars/1", 5}, {"layers/sequential/layers/dense/vars/0", 6},
             {"layers/sequential/layers/dense/vars/1", 7}, {"layers/batch_normalization/vars/0", 8},
             {"layers/batch_normalization/vars/1", 9}, {"layers/batch_normalization/vars/2", 10},
             {"layers/batch_normalization/vars/3", 11}, {"optimizer/vars/0", 12}})
        put(root, path, number);
    QCOMPARE(textOf(model.layers, keras::treeWeights(model, root, keras::weightsOf)),
        QStringLiteral("a: 1 2; p: 3; b: 4 5; c: 6 7; norm: 8 9 10 11"));
}

void KerasWeightsTest::treesOfDependenciesCountTwice()
{
    const keras::Model model = modelOf({layer("Dense", "a", dense), layer("Dense", "b", dense)});
    for (const std::string second : {"dense_2", "dense_1"}) {
        Hdf5Group root;
        const std::string container = "_layer_checkpoint_dependencies/";
        put(root, container + "dense/vars/0", 1);
        put(root, container + "dense/vars/1", 2);
        put(root, container + second + "/vars/0", 3);
        put(root, container + second + "/vars/1", 4);
        QCOMPARE(
            textOf(model.layers, keras::treeWeights(model, root, keras::weightsOf)), QStringLiteral("a: 1 2; b: 3 4"));
    }
}

void KerasWeightsTest::treesOfWindowsHaveBackslashesInNames()
{
    const keras::Model model
        = modelOf({layer("LSTM", "lstm", R"({"units": 1})"), nested("inner", {layer("Dense", "c", dense)})});
    Hdf5Group root;
    for (const auto& [path, number] :
        std::map<std::string, double>{{"layers\\lstm\\cell/vars/0", 1}, {"layers\\lstm\\cell/vars/1", 2},
            {"layers\\lstm\\cell/vars/2", 3}, {"layers\\sequential\\layers\\dense/vars/0", 4},
            {"layers\\sequential\\layers\\dense/vars/1", 5}, {"optimizer\\vars/0", 12}})
        put(root, path, number);
    root.groups["layers\\lstm"].groups["vars"];
    QVERIFY(!keras::isTree(root));
    const Hdf5Group unfolded = keras::unfolded(std::move(root));
    QVERIFY(keras::isTree(unfolded));
    QCOMPARE(textOf(model.layers, keras::treeWeights(model, unfolded, keras::weightsOf)),
        QStringLiteral("lstm: 1 2 3; c: 4 5"));
}

void KerasWeightsTest::namesNestedWithoutEndStayWhatTheyAre()
{
    Hdf5Group root;
    const std::string name = "a" + QByteArray("\\a").repeated(30000).toStdString();
    put(root, name + "/vars/0", 1);
    QCOMPARE(keras::unfolded(std::move(root)).groups.begin()->first, name);
}

void KerasWeightsTest::treesHavePlacesWithinLayers()
{
    const keras::Model model = modelOf({layer("LSTM", "lstm", R"({"units": 1})"),
        layer(
            "Bidirectional", "both", R"({"layer": {"class_name": "GRU", "config": {"units": 1, "use_bias": false}}})"),
        layer("TimeDistributed", "each", R"({"layer": {"class_name": "Dense", "config": {"units": 1}}})")});
    Hdf5Group root;
    for (const auto& [path, number] :
        std::map<std::string, double>{{"layers/lstm/cell/vars/0", 1}, {"layers/lstm/cell/vars/1", 2},
            {"layers/lstm/cell/vars/2", 3}, {"layers/bidirectional/forward_layer/cell/vars/0", 4},
            {"layers/bidirectional/forward_layer/cell/vars/1", 5},
            {"layers/bidirectional/backward_layer/cell/vars/0", 6},
            {"layers/bidirectional/backward_layer/cell/vars/1", 7}, {"layers/time_distributed/layer/vars/0", 8},
            {"layers/time_distributed/layer/vars/1", 9}})
        put(root, path, number);
    QCOMPARE(textOf(model.layers, keras::treeWeights(model, root, keras::weightsOf)),
        QStringLiteral("lstm: 1 2 3; both: 4 5 6 7; each: 8 9"));
}

void KerasWeightsTest::namesMayHavePrefixes()
{
    const keras::Model model = modelOf({layer("Dense", "dense", dense), layer("Dense", "dense_1", dense)});
    const std::map<std::string, Tensor> weights{{"model/dense/kernel", weight(1).tensor},
        {"model/dense/bias", weight(2).tensor}, {"dense_1/kernel", weight(3).tensor},
        {"dense_1/bias", weight(4).tensor}};
    QCOMPARE(textOf(model.layers, keras::namedWeights(model, weights, keras::weightsOf)),
        QStringLiteral("dense: 1 2; dense_1: 3 4"));
}

QTEST_APPLESS_MAIN(KerasWeightsTest)
#include "KerasWeightsTest.moc"
