// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/Snappy.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/SavedModelFile.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace formulens;
using namespace formulens::saved;

/// Models of TensorFlow's own saving: by hand, with values by hand.
class SavedModelTest final : public QObject
{
    Q_OBJECT

private slots:
    void opens_data();
    void opens();
    void isRefused_data();
    void isRefused();
    void damagedCheckpoints_data();
    void damagedCheckpoints();
    void loopsAreUnrolled();
    void loopsBehindLayers();
    void loopsWithoutEnd_data();
    void loopsWithoutEnd();
    void signatureIsChosen();
    void namesAreTheSignatures();
    void checksums();
    void unpacksSnappy();
};

namespace {

using Change = void (*)(SavedModelFile&);

Result<OpenedModel> opened(const SavedModelFile& file)
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    file.write(path / "model");
    return openModel(path / "model");
}

SavedModelFile changed(SavedModelFile file, Change change)
{
    change(file);
    return file;
}

/// A node of the graph, replaced by another of its name.
void replace(std::vector<Message>& nodes, std::size_t number, const Message& node)
{
    nodes.at(number) = node;
}

} // namespace

Q_DECLARE_METATYPE(formulens::saved::SavedModelFile)
Q_DECLARE_METATYPE(OnnxMessage)

void SavedModelTest::opens_data()
{
    QTest::addColumn<SavedModelFile>("file");
    const auto row = [](const char* name, const SavedModelFile& file) { QTest::addRow("%s", name) << file; };
    row("TensorFlow 1", firstVersion());
    row("TensorFlow 2", secondVersion());
    row("an operator is fed, and what it reads is not asked", changed(firstVersion(), [](SavedModelFile& file) {
        replace(file.nodes, 0, node("x", "Identity", {"parsed"}));
        file.nodes.push_back(node("parsed", "ParseExample", {"examples"}));
        file.nodes.push_back(node("examples", "Placeholder", {}, {{"dtype", type(text)}}));
    }));
    row("a default that is not asked for", changed(firstVersion(), [](SavedModelFile& file) {
        replace(file.nodes, 4, node("b/read", "PlaceholderWithDefault", {"b"}));
    }));
    row("functions called by their names, their outputs by name", changed(secondVersion(), [](SavedModelFile& file) {
        file.functions[0].nodes[0]
            = node("StatefulPartitionedCall", "__inference_model_3", {"x", "unknown", "unknown_0"});
        file.functions[0].nodes[1] = node("Identity", "Identity", {"StatefulPartitionedCall:identity:0"});
    }));
}

void SavedModelTest::opens()
{
    QFETCH(SavedModelFile, file);
    const auto model = opened(file);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QVERIFY(model->warnings.empty());
    // x W + b of x = (0.5, -0.25): 0.5 - 0.75 + 0.25 and 1 - 1 - 0.5
    const auto values
        = reference::evaluate(*model->prepared, model->network->outputs.front(), std::vector<double>{0.5, -0.25});
    QVERIFY(values);
    QCOMPARE(values->size(), std::size_t(2));
    QCOMPARE((*values)[0], std::tanh(0.0));
    QCOMPARE((*values)[1], std::tanh(-0.5));
}

void SavedModelTest::isRefused_data()
{
    QTest::addColumn<SavedModelFile>("file");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const SavedModelFile& file, const char* words) {
        QTest::addRow("%s", name) << file << QStringLiteral("saved_model.pb: ") + QString::fromLatin1(words);
    };
    row("a function that calls itself",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[1].nodes[4] = node("dense/Tanh", "PartitionedCall", {"inputs", "kernel", "bias"},
                    {{"f", function("__inference_model_3")}});
                file.functions[1].results[0].second = "dense/Tanh:output:0";
            }),
        "function '__inference_model_3' calls itself, which has no formula");
    row("functions that call each other",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[1].nodes[4]
                    = node("dense/Tanh", "__inference_signature_wrapper_1", {"inputs", "kernel", "bias"});
                file.functions[1].results[0].second = "dense/Tanh:identity:0";
            }),
        "function '__inference_signature_wrapper_1' calls itself, which has no formula");
    row("a function that is not there",
        changed(secondVersion(), [](SavedModelFile& file) { file.functions.erase(file.functions.begin() + 1); }),
        "function '__inference_model_3' is called, which the file does not have");
    row("a call without its function",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                replace(
                    file.nodes, 4, node("StatefulPartitionedCall", "StatefulPartitionedCall", {"serving_default_x"}));
            }),
        "node 'StatefulPartitionedCall' (StatefulPartitionedCall) does not say which function it calls");
    row("a call with too few inputs",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                replace(file.nodes, 4,
                    node("StatefulPartitionedCall", "StatefulPartitionedCall", {"serving_default_x", "^dense/kernel"},
                        {{"f", function("__inference_signature_wrapper_1")}}));
            }),
        "node 'StatefulPartitionedCall' (StatefulPartitionedCall) has fewer inputs than the 3 that it is asked for");
    row("a result that a function does not give",
        changed(secondVersion(),
            [](SavedModelFile& file) { file.signatures[1].outputs["score"] = "StatefulPartitionedCall:1"; }),
        "function '__inference_signature_wrapper_1' is read for result 1, it gives back 1");
    row("calls in a circle",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[1] = {"__inference_model_3", {"inputs", "kernel", "bias"}, {{"identity", "inputs"}}, {}};
                file.functions[0].nodes[0] = node("StatefulPartitionedCall", "__inference_model_3",
                    {"StatefulPartitionedCall:identity:0", "unknown", "unknown_0"});
                file.functions[0].nodes[1] = node("Identity", "Identity", {"StatefulPartitionedCall:identity:0"});
            }),
        "node 'StatefulPartitionedCall' (__inference_model_3) waits for its own result: the graph has a loop, which "
        "has no formula");
    row("a loop of nodes",
        changed(firstVersion(),
            [](SavedModelFile& file) {
                replace(file.nodes, 5, node("product", "Add", {"y", "w/read"}));
            }),
        "node 'y' waits for its own result: the graph has a loop, which has no formula");
    row("a name that is nowhere",
        changed(secondVersion(),
            [](SavedModelFile& file) { file.functions[1].nodes[4] = node("dense/Tanh", "Tanh", {"dense/Sum:z:0"}); }),
        "'dense/Sum' is read in function '__inference_model_3', which is no node and no argument there");
    row("an output that its operator does not have",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[1].nodes[4] = node("dense/Tanh", "FusedBatchNormV3", {"inputs"});
                file.functions[1].results[0].second = "dense/Tanh:mean:0";
            }),
        "an output 'mean' of FusedBatchNormV3 is read, which it does not have");
    row("a variable that is not loaded",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[2].effects.clear();
                file.functions[2].nodes[7] = node("NoOp", "NoOp", {"^AssignVariableOp_1"});
            }),
        "variable 'dense/kernel' (VarHandleOp) is not among those that the model loads, so it has no value");
    row("no saver", changed(firstVersion(), [](SavedModelFile& file) { file.restore.clear(); }),
        "variable 'b' (VariableV2) is not among those that the model loads, so it has no value");
    row("a variable that changes",
        changed(secondVersion(),
            [](SavedModelFile& file) {
                file.functions[1].nodes.push_back(node("count", "AssignAddVariableOp", {"bias", "inputs"}));
                file.functions[1].effects.push_back("count");
            }),
        "node 'count' (AssignAddVariableOp) changes variable 'dense/bias' whenever the result is computed, so no "
        "formula holds twice");
    row("a slice of a variable",
        changed(firstVersion(),
            [](SavedModelFile& file) {
                replace(file.nodes, 10, constant("save/RestoreV2/shape_and_slices", texts({"4 0,2", ""})));
            }),
        "variable 'b': it is a slice of 'b' (a partitioned variable), which is not read: save the model with whole "
        "variables");
    row("a variable of another shape",
        changed(firstVersion(),
            [](SavedModelFile& file) {
                file.variables["w"].extents = {4, 1};
            }),
        "variable 'w': the checkpoint has shape [4, 1], the graph declares [2, 2]");
    row("an input that is none of the signature",
        changed(firstVersion(),
            [](SavedModelFile& file) {
                file.nodes.push_back(node("phase", "Placeholder"));
                replace(file.nodes, 7, node("y", "Mul", {"sum", "phase"}));
            }),
        "node 'phase' (Placeholder) is needed for the result and is no input of the signature");
    row("no signature", changed(firstVersion(), [](SavedModelFile& file) { file.signatures.clear(); }),
        "the model offers no signature, so it does not say what goes in and what comes out: save it with "
        "tf.saved_model.save(model, folder, signatures=...), or from Keras with model.export(folder)");
    row("two signatures, none the usual one",
        changed(firstVersion(),
            [](SavedModelFile& file) {
                file.signatures.push_back(file.signatures[0]);
                file.signatures[0].name = "classify";
                file.signatures[1].name = "regress";
            }),
        "the model offers the signatures 'classify', 'regress' and no 'serving_default', so it is not said which one "
        "is meant: save it with one of them as 'serving_default'");
    row("a signature that gives a counter alone",
        changed(firstVersion(), [](SavedModelFile& file) { file.signatures[0].inputs.clear(); }),
        "the model offers no signature, so it does not say what goes in and what comes out: save it with "
        "tf.saved_model.save(model, folder, signatures=...), or from Keras with model.export(folder)");
    row("a node of an impossible name",
        changed(firstVersion(), [](SavedModelFile& file) { replace(file.nodes, 7, node("y:1", "Tanh", {"sum"})); }),
        "a node is called 'y:1', which cannot be referred to");
}

void SavedModelTest::isRefused()
{
    QFETCH(SavedModelFile, file);
    QFETCH(QString, words);
    const auto model = opened(file);
    QVERIFY(!model);
    QCOMPARE(QString::fromStdString(model.error().message), words);
}

namespace {

constexpr const char* indexName = "variables/variables.index";
constexpr const char* dataName = "variables/variables.data-00000-of-00001";

} // namespace

void SavedModelTest::damagedCheckpoints_data()
{
    QTest::addColumn<SavedModelFile>("file");
    QTest::addColumn<QString>("part"); // of the folder, that is damaged after it was written
    QTest::addColumn<int>("cut"); // bytes that are left of it; -1: it is deleted; -2: its first byte is another
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* part, int cut, const char* words, Change change = nullptr) {
        SavedModelFile file = firstVersion();
        if (change)
            change(file);
        QTest::addRow("%s", name) << file << QString::fromLatin1(part) << cut
                                  << QStringLiteral("saved_model.pb: ") + QString::fromLatin1(words);
    };
    row("no list of variables", indexName, -1,
        "its list of variables, variables/variables.index beside it, does not exist: copy the whole folder that "
        "TensorFlow "
        "saved");
    row("no data file", dataName, -1,
        "variable 'b': its values lie in variables/variables.data-00000-of-00001, which does not exist");
    row("a list cut short", indexName, 100,
        "variables/variables.index: it does not end as a list of variables does: the file is cut short "
        "or of another kind");
    row("a list with another byte", indexName, -2,
        "variables/variables.index: block at byte 0 does not have its checksum: the file is damaged");
    row("data cut short", dataName, 4,
        "variable 'b': its values lie in bytes 0 to 8 of variables.data-00000-of-00001, which has 4: the file is cut "
        "short or damaged");
    row("data with another byte", dataName, -2,
        "variable 'b': its values in variables.data-00000-of-00001 do not have their checksum: the file is damaged");
    row("big-endian", indexName, 10000,
        "variables/variables.index: its header: its numbers are big-endian, which is not read: save the "
        "model on a little-endian machine",
        [](SavedModelFile& file) { file.header.integer(2, 1); });
    row("more data files than there may be", indexName, 10000,
        "variables/variables.index: its header: it claims 1000000 data files, expected 1 to 99999",
        [](SavedModelFile& file) { file.header = Message().integer(1, 1000000); });
    row("a data file beyond the last", dataName, 10000, "variable 'b': its values lie in data file 1 of 1",
        [](SavedModelFile& file) {
            file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], 0).integer(3, 1);
        });
    row("an offset beyond the data", dataName, 10000,
        "variable 'b': its values lie in bytes 1000 to 1008 of variables.data-00000-of-00001, which has 24: the file "
        "is cut short or damaged",
        [](SavedModelFile& file) { file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], 1000); });
    row("an offset before the data", dataName, 10000,
        "variable 'b': its values lie in bytes -8 to 0 of variables.data-00000-of-00001, which has 24: the file is cut "
        "short or damaged",
        [](SavedModelFile& file) { file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], -8); });
    row("a size that the shape does not have", dataName, 10000,
        "variable 'b': shape [2] of float32 needs 8 bytes, found 4", [](SavedModelFile& file) {
            file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], 0).integer(5, 4);
        });
    row("a shape of terabytes", dataName, 10000,
        "variable 'b': its shape: the shape [2, 1099511627776] has more than 1099511627776 elements",
        [](SavedModelFile& file) {
            file.entries["b"] = SavedModelFile::entryOf({{2, std::int64_t(1) << 40}, {0.25F, -0.5F}}, 0);
        });
    row("texts instead of numbers", dataName, 10000,
        "variable 'b': its elements are of type number 7, which is not computed", [](SavedModelFile& file) {
            file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], 0).integer(1, text);
        });
    row("slices", dataName, 10000,
        "variable 'b': its values are stored in slices (a partitioned variable), which are not read: save it in one "
        "piece",
        [](SavedModelFile& file) {
            file.entries["b"] = SavedModelFile::entryOf(file.variables["b"], 0).message(7, Message());
        });
    row("values that are not there", dataName, 10000, "variable 'b': the checkpoint has no values for 'b'",
        [](SavedModelFile& file) { file.variables.erase("b"); });
    row("the graph cut short", "saved_model.pb", 200,
        "field 2 claims 782 bytes, found 195: the file is cut short or damaged");
}

void SavedModelTest::damagedCheckpoints()
{
    QFETCH(SavedModelFile, file);
    QFETCH(QString, part);
    QFETCH(int, cut);
    QFETCH(QString, words);
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    file.write(path);
    const std::filesystem::path damaged = path / part.toStdString();
    if (cut == -1) {
        std::filesystem::remove(damaged);
    } else if (cut == -2) {
        std::fstream stream(damaged, std::ios::binary | std::ios::in | std::ios::out);
        stream.put('\x7f');
    } else if (std::filesystem::file_size(damaged) > static_cast<std::uintmax_t>(cut)) {
        std::filesystem::resize_file(damaged, static_cast<std::uintmax_t>(cut));
    }
    const auto model = openModel(path);
    QVERIFY(!model);
    QCOMPARE(QString::fromStdString(model.error().message), words);
}

namespace {

/// h' = tanh(x_t W + h) for each step t of x, [batch, time, 2], as Keras writes recurrent layers: the steps of x are
/// read from a list, those of h put into one.
SavedModelFile recurrent()
{
    SavedModelFile file;
    const auto call = [](const std::string& operatorName, const std::vector<std::string>& inputs) {
        return node("while", operatorName, inputs, {{"cond", function("cond")}, {"body", function("body")}});
    };
    file.nodes = {node("x", "Placeholder", {}, {{"dtype", type(float32)}}), node("w", "VarHandleOp"),
        constant("perm", integers({3}, {1, 0, 2})), node("steps", "Transpose", {"x", "perm"}),
        node("shape", "Shape", {"steps"}), constant("begin", integers({1}, {0})), constant("end", integers({1}, {1})),
        constant("stride", integers({1}, {1})),
        node("count", "StridedSlice", {"shape", "begin", "end", "stride"},
            {{"shrink_axis_mask", Message().integer(3, 1)}}),
        constant("any", integers({2}, {-1, -1})), node("list", "TensorListFromTensor", {"steps", "any"}),
        node("reserved", "TensorListReserve", {"any", "count"}), constant("time", integers({}, {0})),
        constant("zero", floats({1, 1}, {0})), call("While", {"time", "reserved", "zero", "count", "list", "w"}),
        node("y", "TensorListStack", {"while:1", "any"}), constant("prefix", texts({"model"})),
        constant("names", texts({"w"})), constant("slices", texts({""})),
        node("restore", "RestoreV2", {"prefix", "names", "slices"}),
        node("assign", "AssignVariableOp", {"w", "restore"})};
    const std::vector<std::string> variables{"t", "out", "h", "count", "steps", "w"};
    file.functions = {{"cond", variables, {{"goes_on", "less:z:0"}}, {node("less", "Less", {"t", "count"})}},
        {"body", variables,
            {{"r0", "next:z:0"}, {"r1", "put:output_handle:0"}, {"r2", "tanh:y:0"}, {"r3", "count"}, {"r4", "steps"},
                {"r5", "w"}},
            {constant("one", integers({}, {1})), constant("any", integers({2}, {-1, 2})),
                node("next", "AddV2", {"t", "one:output:0"}),
                node("step", "TensorListGetItem", {"steps", "t", "any:output:0"}),
                node("read", "ReadVariableOp", {"w"}), node("product", "MatMul", {"step:item:0", "read:value:0"}),
                node("sum", "AddV2", {"product:product:0", "h"}), node("tanh", "Tanh", {"sum:z:0"}),
                node("put", "TensorListSetItem", {"out", "t", "tanh:y:0"})}}};
    file.restore = "assign";
    file.variables = {{"w", {{2, 1}, {0.5F, -1}}}};
    file.signatures = {{"serving_default", {{"x", {"x:0", {-1, 3, 2}}}}, {{"h", "y:0"}}}};
    return file;
}

} // namespace

void SavedModelTest::loopsAreUnrolled()
{
    const auto model = opened(recurrent());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QVERIFY(model->warnings.empty());
    const std::vector<double> x{1, 0.25, -2, 0.5, 4, 1};
    const auto values = reference::evaluate(*model->prepared, model->network->outputs.front(), x);
    QVERIFY(values);
    QCOMPARE(values->size(), std::size_t(3));
    double h = 0;
    for (std::size_t t = 0; t < 3; ++t) {
        h = std::tanh(0.5 * x[2 * t] - x[2 * t + 1] + h);
        QCOMPARE((*values)[t], h);
    }
}

/// The steps are what layers before the loop leave of the input, and only the last result is kept.
void SavedModelTest::loopsBehindLayers()
{
    SavedModelFile file = recurrent();
    const auto replaceNode = [&](const std::string& name, const Message& by) {
        for (Message& each : file.nodes)
            if (each.bytes().substr(2).starts_with(name + "\x12"))
                each = by;
    };
    // [1, 4, 2] -> a window of 2 with strides of 2 over the steps -> [1, 2, 2], twice -> [1, 4, 2], times (1, 2)
    replaceNode("steps", node("steps", "Transpose", {"scaled", "perm"}));
    file.nodes.push_back(constant("behind", integers({}, {-3})));
    file.nodes.push_back(node("plane", "ExpandDims", {"x", "behind"}));
    file.nodes.push_back(node("pooled", "MaxPool", {"plane"},
        {{"padding", Message().text(2, "VALID")},
            {"ksize", Message().message(1, Message().packedIntegers(3, {1, 1, 2, 1}))},
            {"strides", Message().message(1, Message().packedIntegers(3, {1, 1, 2, 1}))}}));
    file.nodes.push_back(node(
        "row", "Squeeze", {"pooled"}, {{"squeeze_dims", Message().message(1, Message().packedIntegers(3, {-3}))}}));
    file.nodes.push_back(constant("times", integers({3}, {1, 2, 1})));
    file.nodes.push_back(node("repeated", "Tile", {"row", "times"}));
    file.nodes.push_back(constant("scale", floats({2}, {1, 2})));
    file.nodes.push_back(node("scaled", "Mul", {"scale", "repeated"}));
    file.signatures[0].inputs["x"].second = {-1, 4, 2};
    file.signatures[0].outputs["h"] = "while:2";
    const auto model = opened(file);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const auto values = reference::evaluate(
        *model->prepared, model->network->outputs.front(), std::vector<double>{1, 0.25, 0.5, -2, 4, 1, 3, 1.5});
    QVERIFY(values);
    const double first = 0.5 * 1 - 2 * 0.25; // the greatest of each pair: (1, 0.25) and (4, 1.5)
    const double second = 0.5 * 4 - 2 * 1.5;
    double h = 0;
    for (const double step : {first, second, first, second})
        h = std::tanh(step + h);
    QCOMPARE(*values, std::vector<double>{h});
}

void SavedModelTest::loopsWithoutEnd_data()
{
    QTest::addColumn<Message>("condition");
    QTest::addRow("a condition on what is computed") << node("less", "Less", {"h", "t"});
    QTest::addRow("a condition that always holds") << constant("less", integers({}, {1}));
    QTest::addRow("a condition of more steps than are unrolled") << node("less", "GreaterEqual", {"count", "one"});
    QTest::addRow("a condition that the loop itself decides") << node("less", "Less", {"t", "r"});
}

/// They stay in the graph, with what to do about them.
void SavedModelTest::loopsWithoutEnd()
{
    QFETCH(Message, condition);
    SavedModelFile file = recurrent();
    file.functions[0].nodes = {condition, constant("one", integers({}, {1})), node("r", "Shape", {"out"})};
    const auto model = opened(file);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QCOMPARE(model->warnings.front(),
        std::string("node 'while' (While) is a loop, as TensorFlow writes recurrent layers, and is not computed: how "
                    "often it runs does not follow from the shapes of the inputs, or is more than 1000 times; save the "
                    "model from Keras as .keras or .h5, in which recurrent layers are read"));
}

void SavedModelTest::signatureIsChosen()
{
    SavedModelFile file = firstVersion();
    file.signatures.push_back(file.signatures[0]);
    file.signatures[0].name = "classify";
    file.signatures[0].method = "tensorflow/serving/classify";
    file.signatures[1].name = "score";
    const auto model = opened(file);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QCOMPARE(model->warnings,
        std::vector<std::string>{
            "the model offers the signatures 'classify', 'score'; shown is 'score', the only one that predicts"});
}

/// Also where an output is an input, or two outputs are one result.
void SavedModelTest::namesAreTheSignatures()
{
    SavedModelFile file = secondVersion();
    file.signatures[1].outputs["again"] = "StatefulPartitionedCall:0";
    file.signatures[1].outputs["features"] = "serving_default_x:0";
    file.signatures[1].outputs["weights:0"] = "dense/kernel/Read";
    file.nodes.push_back(node("dense/kernel/Read", "ReadVariableOp", {"dense/kernel"}));
    const auto model = opened(file);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    std::vector<std::string> names;
    for (const TensorIndex input : model->network->inputs)
        names.push_back(model->network->tensor(input).name);
    for (const TensorIndex output : model->network->outputs)
        names.push_back(model->network->tensor(output).name);
    QCOMPARE(names, (std::vector<std::string>{"features", "again", "features_output", "score", "weights:0"}));
    QCOMPARE(model->network->format, std::string("TensorFlow SavedModel"));
}

/// RFC 3720, appendix B.4.
void SavedModelTest::checksums()
{
    std::vector<std::byte> bytes(32);
    QCOMPARE(crc32c(bytes), 0x8a9136aaU);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i);
    QCOMPARE(crc32c(bytes), 0x46dd794eU);
    QCOMPARE(crc32c(std::span(bytes).first(0)), 0U);
}

/// By the published description of the format: 11 bytes, "abcd" as they are, a copy of 6 from 4 back that repeats
/// itself, "e" as it is.
void SavedModelTest::unpacksSnappy()
{
    const auto unpacked = [](const char* hex, std::uint64_t most = 100) {
        const QByteArray bytes = QByteArray::fromHex(hex);
        return unpackedSnappy({bytes.constData(), static_cast<std::size_t>(bytes.size())}, most);
    };
    QCOMPARE(unpacked("0b 0c 61626364 16 0400 00 65"), std::string("abcdabcdabe"));
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("0b 0c 61626364 16 0500 00 65")); // before the text
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("0b 0c 61626364 16 0000 00 65"));
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("0b 0c 61626364")); // too little
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("03 0c 61626364")); // too much
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("0b 0c 61626364 16 0400 00 65", 10));
    QVERIFY_THROWS_EXCEPTION(ImportError, unpacked("ffffffff7f fc")); // a length cut short
}

QTEST_APPLESS_MAIN(SavedModelTest)
#include "SavedModelTest.moc"
