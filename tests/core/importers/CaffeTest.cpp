// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/ProtobufText.h"

#include "core/importers/ImportError.h"
#include "tests/core/importers/FileCases.h"

#include <QTemporaryDir>

#include <fstream>

using namespace formulens;

/// Networks of Caffe against an evaluation number by number (tests/data/caffe/generate.py), the two files finding each
/// other, and what is refused in which words.
class CaffeTest final : public QObject
{
    Q_OBJECT

private slots:
    void computes_data();
    void computes();
    void readsText();
    void refusesText_data();
    void refusesText();
    void findsTheOtherFile_data();
    void findsTheOtherFile();
    void readsNothingOutsideItsFolder();
    void layersInPlaceKeepTheBlobsName();
    void sharesWeights();
    void layersOfThePhaseOfTesting();
    void rowsOfABatch_data();
    void rowsOfABatch();
    void weightsAlone();
    void layersThatAreNotKnown();
    void warns_data();
    void warns();
    void weightsOfAnotherType();
    void refuses_data();
    void refuses();
    void refusesWeights_data();
    void refusesWeights();
};

namespace {

std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value > 127; value >>= 7)
        bytes += static_cast<char>((value & 127) | 128);
    return bytes + static_cast<char>(value);
}

std::string field(std::uint32_t number, const std::string& content)
{
    return varint(number << 3 | 2) + varint(content.size()) + content;
}

std::string blob(const std::vector<std::uint64_t>& extents, const std::vector<float>& values)
{
    std::string shape;
    for (const std::uint64_t extent : extents)
        shape += varint(extent);
    return field(7, field(1, shape))
        + field(5, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
}

std::string layer(const std::string& name, const std::string& type, const std::vector<std::string>& blobs,
    const std::string& more = {})
{
    std::string content = field(1, name) + field(2, type) + more;
    for (const std::string& one : blobs)
        content += field(7, one);
    return field(100, content);
}

/// Files of a test, in a folder of their own.
class Folder
{
public:
    std::filesystem::path write(const std::string& name, const std::string& content) const
    {
        const std::filesystem::path path = m_folder.filePath(QString::fromStdString(name)).toStdString();
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

private:
    QTemporaryDir m_folder;
};

QString wordsOf(const Result<OpenedModel>& model)
{
    return model ? QStringLiteral("opened") : QString::fromStdString(model.error().message);
}

const std::string inputOfTwo = R"(input: "x" input_shape { dim: 1 dim: 2 } )";
/// y = [3 x0 + 5 x1 + 7], its weights in the text
const std::string textWithWeights = inputOfTwo + R"(
layer { name: "ip" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 1 }
        blobs { shape { dim: 1 dim: 2 } data: [3, 5] } blobs { shape { dim: 1 } data: 7 } })";
const std::string textWithoutWeights = inputOfTwo + R"(
layer { name: "ip" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 1 } })";

std::string weightsOf(float first)
{
    return layer("ip", "InnerProduct", {blob({1, 2}, {first, 5}), blob({1}, {7})});
}

std::vector<double> valuesAt(const OpenedModel& model, const std::vector<double>& point)
{
    std::vector<double> values;
    for (const TensorIndex output : model.network->outputs) {
        const auto found = reference::evaluate(*model.prepared, output, point);
        if (!found)
            qFatal("%s", found.error().message.c_str());
        values.insert(values.end(), found->begin(), found->end());
    }
    return values;
}

QJsonObject nets()
{
    return json(QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/caffe/nets.json")).object();
}

} // namespace

void CaffeTest::computes_data()
{
    QTest::addColumn<QJsonObject>("net");
    const QJsonObject all = nets();
    for (auto net = all.begin(); net != all.end(); ++net)
        QTest::addRow("%s", qPrintable(net.key())) << net.value().toObject();
}

void CaffeTest::computes()
{
    QFETCH(QJsonObject, net);
    const Folder folder;
    const auto path = folder.write("net.prototxt", net[QStringLiteral("prototxt")].toString().toStdString());
    folder.write(
        "net.caffemodel", QByteArray::fromBase64(net[QStringLiteral("caffemodel")].toString().toUtf8()).toStdString());
    const auto model = openModel(path);
    QVERIFY2(model, qPrintable(wordsOf(model)));
    const QJsonObject expected = net[QStringLiteral("out")].toObject();
    QCOMPARE(model->network->outputs.size(), static_cast<std::size_t>(expected.size()));
    for (const TensorIndex output : model->network->outputs) {
        const auto values = reference::evaluate(*model->prepared, output, numbersOf(net[QStringLiteral("in")]));
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        const std::vector<double> wanted
            = numbersOf(expected[QString::fromStdString(model->network->tensor(output).name)]);
        QCOMPARE(values->size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) // parameters of layers are single numbers
            QVERIFY2(std::fabs((*values)[i] - wanted[i]) <= 1e-6 * std::max(1.0, std::fabs(wanted[i])),
                qPrintable(QStringLiteral("%1 instead of %2").arg((*values)[i]).arg(wanted[i])));
    }
}

void CaffeTest::readsText()
{
    MemoryBudget budget(100000);
    const auto entries = readProtobufText("# first\na: 1, b: 'x\\n\\x41\\101' \"y\"; c { d: [MAX, -2.5e-3] } # last\n"
                                          "c: < d: true >\ne: [ { f: 1 }, { f: 2 } ] g: []",
        budget);
    QCOMPARE(entries.size(), std::size_t(6));
    QCOMPARE(entries[0].text, std::string("1"));
    QCOMPARE(entries[0].line, std::size_t(2));
    QCOMPARE(entries[1].text, std::string("x\nAAy"));
    QVERIFY(entries[1].kind == ProtobufEntry::Kind::Text);
    QCOMPARE(entries[2].fields.size(), std::size_t(2));
    QCOMPARE(entries[2].fields[1].text, std::string("-2.5e-3"));
    QCOMPARE(entries[3].fields[0].text, std::string("true"));
    QCOMPARE(entries[5].fields[0].text, std::string("2"));
    MemoryBudget small(100);
    QVERIFY_THROWS_EXCEPTION(ImportError, readProtobufText("a: [1, 2, 3, 4]", small));
}

void CaffeTest::refusesText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const QString& text, const char* words) {
        QTest::newRow(name) << text << QString::fromLatin1(words);
    };
    row("a value is missing, so that the next name is taken for it", QStringLiteral("a:\nb: 1"),
        "line 2: expected the name of a field, found ': 1'");
    row("a colon is missing", QStringLiteral("a 1"), "line 1: expected ':' or '{' behind 'a', found '1'");
    row("a name is missing", QStringLiteral("\n: 1"), "line 2: expected the name of a field, found ': 1'");
    row("a message that does not end", QStringLiteral("a {\n b: 1\n"),
        "line 3: the text ends within 'a', which begins in line 1: it is cut short");
    row("a string that does not end", QStringLiteral("a: \"x\n"), "line 1: a string has no end");
    row("an escape that is not known", QStringLiteral("a: '\\q'"),
        "line 1: a string has the escape '\\q', which is not known");
    row("a list that does not end", QStringLiteral("a: [1, 2 b: 1"),
        "line 1: expected ',' or ']' in the list of 'a', found 'b: 1'");
    row("deep", QStringLiteral("a{").repeated(100), "line 1: messages are nested more than 32 deep");
}

void CaffeTest::refusesText()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    MemoryBudget budget(100000);
    try {
        readProtobufText(text.toStdString(), budget);
        QFAIL("it was read");
    } catch (const ImportError& error) {
        QCOMPARE(QString::fromStdString(error.message), words);
    }
}

void CaffeTest::findsTheOtherFile_data()
{
    QTest::addColumn<QStringList>("layers"); // texts that fit
    QTest::addColumn<QStringList>("weights"); // the first weight of file k is k
    QTest::addColumn<QString>("opened");
    QTest::addColumn<QString>("expected"); // the weight, or words
    const auto row = [](const char* name, const QStringList& layers, const QStringList& weights, const char* opened,
                         const QString& expected) {
        QTest::newRow(name) << layers << weights << QString::fromLatin1(opened) << expected;
    };
    const auto one = QStringLiteral("1");
    const auto names = [](const char* list) { return QString::fromLatin1(list).split(QLatin1Char(' ')); };
    row("of the same name", names("a.prototxt b.prototxt"), names("b.caffemodel a.caffemodel"), "a.prototxt", one);
    row("of the same name, the weights opened", names("a.prototxt b.prototxt"), names("b.caffemodel a.caffemodel"),
        "a.caffemodel", one);
    row("nearly of the same name", names("net_deploy.prototxt"), names("other.caffemodel net.caffemodel"),
        "net_deploy.prototxt", one);
    row("nearly of the same name, the weights opened", names("net_deploy.prototxt x.prototxt"), names("net.caffemodel"),
        "net.caffemodel", QStringLiteral("0"));
    row("the net and its use", names("age_deploy.prototxt gender_deploy.prototxt"),
        names("gender_net.caffemodel age_net.caffemodel"), "age_deploy.prototxt", one);
    row("a snapshot", names("net.prototxt"), names("other.caffemodel net_iter_100.caffemodel"), "net.prototxt", one);
    row("the only one", names("deploy.prototxt"), names("net.caffemodel"), "deploy.prototxt", QStringLiteral("0"));
    row("deploy", names("deploy.prototxt train_val.prototxt a.prototxt"), names("net.caffemodel"), "net.caffemodel",
        QStringLiteral("0"));
    row("an ending more", names("deploy.prototxt.txt"), names("net.caffemodel"), "net.caffemodel", QStringLiteral("0"));
    row("none", names("a.prototxt"), {}, "a.prototxt",
        QStringLiteral("a.prototxt: layer 'ip' (InnerProduct): it needs weights, but no .caffemodel lies beside it"));
    row("several", names("a.prototxt"), names("b.caffemodel c.caffemodel"), "a.prototxt",
        QStringLiteral("a.prototxt: layer 'ip' (InnerProduct): it needs weights, but 2 .caffemodel files lie beside it "
                       "(b.caffemodel, c.caffemodel), and none is named as it is: open the .caffemodel itself, or give "
                       "it the name of the .prototxt"));
    row("weights without layers", {}, names("b.caffemodel"), "b.caffemodel",
        QStringLiteral("b.caffemodel: it says of its layers only names and weights, not what they read: it needs its "
                       ".prototxt, but no .prototxt with its layers lies beside it"));
}

void CaffeTest::findsTheOtherFile()
{
    QFETCH(QStringList, layers);
    QFETCH(QStringList, weights);
    QFETCH(QString, opened);
    QFETCH(QString, expected);
    const Folder folder;
    std::filesystem::path path;
    for (const QString& name : layers)
        if (const auto file = folder.write(name.toStdString(), textWithoutWeights); name == opened)
            path = file;
    for (int i = 0; i < weights.size(); ++i)
        if (const auto file = folder.write(weights[i].toStdString(), weightsOf(static_cast<float>(i)));
            weights[i] == opened)
            path = file;
    const auto model = openModel(path);
    if (model && path.extension() == ".caffemodel")
        QVERIFY(model->network->format.starts_with("Caffe, layers of "));
    QCOMPARE(model ? QString::number(valuesAt(*model, {1, 0}).front() - 7) : wordsOf(model), expected);
}

void CaffeTest::readsNothingOutsideItsFolder()
{
    const Folder outside;
    const auto weights = outside.write("net.caffemodel", weightsOf(1));
    const Folder folder;
    const auto path = folder.write("net.prototxt", textWithoutWeights);
    std::filesystem::create_symlink(weights, path.parent_path() / "net.caffemodel");
    QCOMPARE(wordsOf(openModel(path)),
        QStringLiteral(
            "net.prototxt: layer 'ip' (InnerProduct): it needs weights, but net.caffemodel beside it is a link "
            "that leads out of the model's folder; expected a file in it, so it was not read"));
}

void CaffeTest::layersInPlaceKeepTheBlobsName()
{
    const Folder folder;
    const auto model = openModel(
        folder.write("net.prototxt", textWithWeights + R"(layer { name: "bent" type: "ReLU" bottom: "y" top: "y" }
            layer { name: "half" type: "Power" bottom: "y" top: "y" power_param { scale: 0.5 } })"));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(model->network->outputs.size(), std::size_t(1));
    QCOMPARE(model->network->tensor(model->network->outputs.front()).name, std::string("y"));
    QVERIFY(model->network->find("ip") && model->network->find("bent"));
    QCOMPARE(valuesAt(*model, {1, 0}), (std::vector<double>{5}));
    QCOMPARE(valuesAt(*model, {-4, 0}), (std::vector<double>{0}));
}

/// The weights of the last layer of a name in the file are those of all.
void CaffeTest::sharesWeights()
{
    const Folder folder;
    folder.write("net.caffemodel",
        layer("a", "InnerProduct", {blob({2, 2}, {1, 0, 0, 1})})
            + layer("b", "InnerProduct", {blob({2, 2}, {0, 1, 2, 0})}));
    const auto model = openModel(folder.write("net.prototxt", inputOfTwo + R"(
        layer { name: "a" type: "InnerProduct" bottom: "x" top: "a" param { name: "w" }
                inner_product_param { num_output: 2 bias_term: false } }
        layer { name: "b" type: "InnerProduct" bottom: "a" top: "b" param { name: "w" }
                inner_product_param { num_output: 2 bias_term: false } })"));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(valuesAt(*model, {1, 10}), (std::vector<double>{2, 20}));
}

void CaffeTest::layersOfThePhaseOfTesting()
{
    const Folder folder;
    const auto model
        = openModel(folder.write("net.prototxt", "\xef\xbb\xbf" + inputOfTwo + R"(state { stage: "deploy" level: 2 }
        layer { name: "a" type: "Power" bottom: "x" top: "a" power_param { scale: 100 } include { phase: TRAIN } }
        layer { name: "b" type: "Power" bottom: "x" top: "a" power_param { scale: 2 } include { phase: TEST } }
        layer { name: "c" type: "Power" bottom: "a" top: "a" power_param { scale: 3 } exclude { phase: TRAIN } }
        layer { name: "d" type: "Power" bottom: "a" top: "a" power_param { scale: 50 } exclude { phase: TEST } }
        layer { name: "e" type: "Power" bottom: "a" top: "a" power_param { scale: 5 } include { stage: "deploy" } }
        layer { name: "f" type: "Power" bottom: "a" top: "a" power_param { scale: 50 } include { not_stage: "deploy" } }
        layer { name: "g" type: "Power" bottom: "a" top: "a" power_param { scale: 7 } include { min_level: 2 } }
        layer { name: "h" type: "Power" bottom: "a" top: "a" power_param { scale: 50 } include { max_level: 1 } })"));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(valuesAt(*model, {1, 0}), (std::vector<double>{210, 0}));
}

void CaffeTest::rowsOfABatch_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<int>("elements"); // of the input
    QTest::newRow("each is computed alone") << R"(type: "Softmax")" << 2;
    QTest::newRow("copied by a reshape") << R"(type: "Reshape" reshape_param { shape { dim: 0 dim: 1 dim: 2 } })" << 2;
    QTest::newRow("counted by a reshape") << R"(type: "Reshape" reshape_param { shape { dim: -1 dim: 2 } })" << 2;
    QTest::newRow("said by a reshape") << R"(type: "Reshape" reshape_param { shape { dim: 3 dim: 2 } })" << 6;
    QTest::newRow("summed") << R"(type: "Reduction")" << 6;
    QTest::newRow("one softmax of all") << R"(type: "Softmax" softmax_param { axis: 0 })" << 6;
}

void CaffeTest::rowsOfABatch()
{
    QFETCH(QString, layer);
    QFETCH(int, elements);
    const Folder folder;
    const auto model = openModel(folder.write("net.prototxt",
        R"(input: "x" input_shape { dim: 3 dim: 2 } layer { name: "y" bottom: "x" top: "y" )" + layer.toStdString()
            + "}"));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(model->prepared->inputElements.size(), static_cast<std::size_t>(elements));
    QCOMPARE(model->warnings,
        elements == 6 ? std::vector<std::string>()
                      : std::vector<std::string>{"the net is set for 3 rows at once, each of which it computes alone: "
                                                 "the formula is that of one row"});
}

/// As Caffe saves them: with the layers of training, of which those that were for the phase of testing are missing.
void CaffeTest::weightsAlone()
{
    const std::string shape = field(1, std::string("\x01\x02"));
    const std::string input = layer("data", "Input", {}, field(4, "x") + field(143, field(1, shape)));
    const std::string product = layer("ip", "InnerProduct", {blob({1, 2}, {3, 5}), blob({1}, {7})},
        field(3, "x") + field(4, "y") + field(117, varint(1 << 3) + varint(1)) + varint(10 << 3) + varint(0));
    const std::string loss = layer("loss", "SoftmaxWithLoss", {}, field(3, "y") + field(3, "label") + field(4, "l"));
    const Folder folder;
    const auto model = openModel(folder.write("a.caffemodel", field(1, "net") + input + product + loss));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(valuesAt(*model, {1, 1}), (std::vector<double>{15}));
    QCOMPARE(model->warnings,
        (std::vector<std::string>{
            "the layers are those that the weights were saved with: no .prototxt with its layers lies beside it",
            "layer 'loss' (SoftmaxWithLoss), which reads 'y', belongs to training and is left out: "
            "no softmax is put in its place"}));

    const auto open = openModel(folder.write("c.caffemodel", field(3, "x") + product));
    QCOMPARE(wordsOf(open),
        QStringLiteral(
            "c.caffemodel: input 'x' has no shape, which the .prototxt of the net says (no .prototxt with its "
            "layers lies beside it)"));

    const auto trained = openModel(folder.write(
        "b.caffemodel", field(1, "net") + layer("mnist", "Data", {}, field(4, "x") + field(4, "label")) + product));
    QCOMPARE(wordsOf(trained),
        QStringLiteral("b.caffemodel: layer 'ip' (InnerProduct): it reads 'x', which layer 'mnist' (Data) gives in "
                       "training: the net is one for training. Open it with the .prototxt for use (deploy.prototxt), "
                       "which declares the shape of 'x' (no .prototxt with its layers lies beside it)"));
}

void CaffeTest::layersThatAreNotKnown()
{
    const Folder folder;
    const auto model = openModel(folder.write("net.prototxt",
        textWithWeights + R"(layer { name: "own" type: "Wobble" bottom: "y" top: "z" wobble_param { by: 3 } }
            layer { name: "sum" type: "Eltwise" bottom: "z" bottom: "y" top: "sum" }
            layer { name: "bent" type: "ReLU" bottom: "y" top: "bent" })"));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(model->network->outputs.size(), std::size_t(2));
    QCOMPARE(model->warnings.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(model->warnings.front()),
        QStringLiteral(
            "output 'sum' cannot be computed: node 'z' (Wobble): operator caffe/Wobble is a layer that Caffe "
            "itself does not have, and nothing is known of what it computes: cut the net before it"));
}

void CaffeTest::warns_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::newRow("pictures that are transformed in training")
        << R"(layer { name: "d" type: "MemoryData" top: "label" transform_param { scale: 0.25 mean_value: 104 mean_value: 117 } })"
        << "in training, layer 'd' (MemoryData) changes its pictures before the net sees them (minus the mean 104 117, "
           "times 0.25): the inputs of the formula are the numbers behind that";
    QTest::newRow("a field that is not known")
        << "\nlayer { name: \"a\" type: \"ReLU\" bottom: \"y\" top: \"y\" botom: \"z\" }"
        << "layer 'a' (ReLU) says 'botom' (line 4), which Caffe does not know and "
           "which is not used";
    QTest::newRow("a field of the net that is not known")
        << "engine: 'MKLDNN'"
        << "the net says 'engine' (line 3), which Caffe does not know and "
           "which is not used";
    QTest::newRow("hits that are counted")
        << R"(layer { name: "a" type: "Accuracy" bottom: "y" bottom: "label" top: "a" })"
        << "layer 'a' (Accuracy), which reads 'y', belongs to training and is left out";
}

void CaffeTest::warns()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const Folder folder;
    const auto model = openModel(folder.write("net.prototxt", textWithWeights + text.toStdString()));
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(model->warnings, std::vector<std::string>{words.toStdString()});
}

void CaffeTest::weightsOfAnotherType()
{
    const Folder folder;
    const auto path = folder.write("net.prototxt", textWithoutWeights);
    folder.write("net.caffemodel", layer("ip", "Scale", {blob({1, 2}, {1, 2}), blob({1}, {7})}));
    const auto model = openModel(path);
    QVERIFY2(model, qPrintable(wordsOf(model)));
    QCOMPARE(model->warnings,
        std::vector<std::string>{
            "layer 'ip' (InnerProduct) is of type Scale in the file of weights: the two files may not be "
            "of the same net"});
}

void CaffeTest::refuses_data()
{
    QTest::addColumn<QString>("text"); // behind an input 'x' of shape [1, 2, 5, 5]
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* text, const char* words) {
        QTest::newRow(name) << QString::fromLatin1(text)
                            << QStringLiteral("net.prototxt: ") + QString::fromLatin1(words);
    };
    row("a blob that no layer gives", R"(layer { name: "a" type: "ReLU" bottom: "z" top: "a" })",
        "layer 'a' (ReLU): it reads 'z', which no layer before it gives");
    row("a blob of training",
        R"(layer { name: "d" type: "Data" top: "z" include { phase: TRAIN } } layer { name: "a" type: "ReLU" bottom: "z" top: "a" })",
        "layer 'a' (ReLU): it reads 'z', which layer 'd' (Data) gives in training: the net is one for training. Open "
        "it "
        "with the .prototxt for use (deploy.prototxt), which declares the shape of 'z'");
    row("a circle",
        R"(layer { name: "a" type: "ReLU" bottom: "b" top: "a" } layer { name: "b" type: "ReLU" bottom: "a" top: "b" })",
        "layer 'a' (ReLU): it reads 'b', which no layer before it gives");
    row("a blob that is given twice",
        R"(layer { name: "a" type: "ReLU" bottom: "x" top: "a" } layer { name: "b" type: "TanH" bottom: "x" top: "a" })",
        "layer 'b' (TanH): it gives 'a', which another layer before it gives, too");
    row("an input without a shape", R"(input: "z" layer { name: "a" type: "ReLU" bottom: "x" top: "a" })",
        "has 4 numbers 'input_dim' for 2 inputs, expected four for each");
    row("an input layer without a shape", R"(layer { name: "d" type: "Input" top: "z" })",
        "layer 'd' (Input): input 'z' has no shape: write one behind it, as input_shape { dim: 1 dim: 3 dim: 224 dim: "
        "224 } "
        "with its own numbers");
    row("rules of both kinds",
        R"(layer { name: "a" type: "ReLU" bottom: "x" top: "a" include { phase: TEST } exclude { phase: TRAIN } })",
        "line 1: layer 'a' (ReLU): has rules both to include and to exclude it, expected one kind");
    row("a phase that is not known", R"(layer { name: "a" type: "ReLU" include { phase: "x" } })",
        "line 1: 'phase' is 'x', expected TRAIN or TEST (line 1)");
    row("a number that is none",
        "\nlayer { name: \"a\" type: \"Pooling\" bottom: \"x\" top: \"a\" pooling_param { kernel_size: 2 stride: two } "
        "}",
        "layer 'a' (Pooling): 'stride' is 'two', expected a whole number (line 2)");
    row("a parameter that is not known",
        R"(layer { name: "a" type: "Pooling" bottom: "x" top: "a" pooling_param { kernel_size: 2 ceil_mode: false } })",
        "layer 'a' (Pooling): its pooling_param says 'ceil_mode', which Caffe itself does not know: what it changes "
        "cannot be told");
    row("pooling by chance",
        R"(layer { name: "a" type: "Pooling" bottom: "x" top: "a" pooling_param { pool: STOCHASTIC } })",
        "layer 'a' (Pooling): it takes a number of each window by chance (STOCHASTIC), which has no formula");
    row("a window beyond the picture",
        R"(layer { name: "a" type: "Pooling" bottom: "x" top: "a" pooling_param { kernel_size: 1 stride: 3 } })",
        "layer 'a' (Pooling): its last window lies outside of what it reads, of shape [1, 2, 5, 5], where Caffe gives "
        "no "
        "number of meaning");
    row("a window that is too large",
        R"(layer { name: "a" type: "Pooling" bottom: "x" top: "a" pooling_param { kernel_size: 9 stride: 2 } })",
        "layer 'a' (Pooling): its window of 9 does not fit into what it reads, of shape [1, 2, 5, 5]");
    row("statistics of the batch",
        R"(layer { name: "a" type: "BatchNorm" bottom: "x" top: "a" batch_norm_param { use_global_stats: false } })",
        "layer 'a' (BatchNorm): it takes mean and variance of what it just reads (use_global_stats: false, or phase "
        "TRAIN), "
        "as in training: open the net with use_global_stats: true");
    row("dropout that is set to training", R"(layer { name: "a" type: "Dropout" bottom: "x" top: "a" phase: TRAIN })",
        "layer 'a' (Dropout): it is set to phase TRAIN, in which it drops numbers at random: take the line away");
    row("shapes that do not fit together",
        R"(layer { name: "f" type: "Flatten" bottom: "x" top: "f" } layer { name: "a" type: "Eltwise" bottom: "x" bottom: "f" top: "a" })",
        "layer 'a' (Eltwise): it reads blobs of shapes [1, 2, 5, 5] and [1, 50], expected the same");
    row("slices that do not ascend",
        R"(layer { name: "a" type: "Slice" bottom: "x" top: "a" top: "b" top: "c" slice_param { axis: 2 slice_point: [3, 3] } })",
        "layer 'a' (Slice): its 'slice_point' do not ascend within the 5 places of the axis");
    row("a reshape that does not fit",
        R"(layer { name: "a" type: "Reshape" bottom: "x" top: "a" reshape_param { shape { dim: 0 dim: 7 } } })",
        "layer 'a' (Reshape): what it reads, of shape [1, 2, 5, 5], does not fit its shape [1, 7]");
    row("weights that are not there",
        R"(layer { name: "a" type: "Convolution" bottom: "x" top: "a" convolution_param { num_output: 2 kernel_size: 3 } })",
        "layer 'a' (Convolution): it needs weights, but no .caffemodel lies beside it");
    row("weights of another shape",
        R"(layer { name: "a" type: "PReLU" bottom: "x" top: "a" blobs { shape { dim: 3 } data: [1, 2, 3] } })",
        "layer 'a' (PReLU): its blob 0 has shape [3], expected [2] as the layer says");
    row("the first form of layers", R"(layers { layer { name: "a" type: "relu" } bottom: "x" top: "a" })",
        "line 1: its layers are in Caffe's first form (V0LayerParameter): write it anew with Caffe's own "
        "upgrade_net_proto_text and upgrade_net_proto_binary");
    row("an old layer of a new type", R"(layers { name: "a" type: BATCH_NORM bottom: "x" top: "a" })",
        "line 1: layer 'a': its type is 'BATCH_NORM', which layers of this form ('layers') do not have");
    row("no result", R"(layer { name: "a" type: "Silence" bottom: "x" })", "none of its layers gives a result");
    row("several greatest", R"(layer { name: "a" type: "ArgMax" bottom: "x" top: "a" argmax_param { top_k: 5 } })",
        "layer 'a' (ArgMax): it gives the 5 greatest (top_k); only the greatest one is computed here");
    row("a text that is cut short", "layer { name: \"a\"\n",
        "line 2: the text ends within 'layer', which begins in line 1: it is cut short");
}

void CaffeTest::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const Folder folder;
    const std::string input = R"(input: "x" input_dim: 1 input_dim: 2 input_dim: 5 input_dim: 5 )";
    QCOMPARE(wordsOf(openModel(folder.write("net.prototxt", input + text.toStdString()))), words);
}

void CaffeTest::refusesWeights_data()
{
    QTest::addColumn<QByteArray>("weights"); // of 'ip', beside `textWithoutWeights`
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const std::string& weights, const char* words) {
        QTest::newRow(name) << QByteArray::fromStdString(weights) << QString::fromLatin1(words);
    };
    const std::string bias = blob({1}, {7});
    row("of another shape", layer("ip", "InnerProduct", {blob({2, 2}, {1, 2, 3, 4}), bias}),
        "net.prototxt: layer 'ip' (InnerProduct): its blob 0 has shape [2, 2], expected [1, 2] as the layer says");
    row("turned", layer("ip", "InnerProduct", {blob({2, 1}, {1, 2}), bias}), "opened");
    row("without a bias", layer("ip", "InnerProduct", {blob({1, 2}, {1, 2})}),
        "net.prototxt: layer 'ip' (InnerProduct): it has 1 blobs of weights, expected 2");
    row("of another layer", layer("other", "InnerProduct", {blob({1, 2}, {1, 2}), bias}),
        "net.prototxt: layer 'ip' (InnerProduct): it needs weights, but net.caffemodel has none of this name");
    row("a shape that the numbers do not fill", layer("ip", "InnerProduct", {blob({1000000, 1000000}, {1, 2}), bias}),
        "net.prototxt: net.caffemodel: layer #1: layer 'ip' (InnerProduct): blob 0: claims shape [1000000, 1000000], "
        "but "
        "holds 2 numbers, expected 1000000000000");
    row("a shape that cannot be", layer("ip", "InnerProduct", {blob({1ULL << 62, 1ULL << 62}, {1, 2}), bias}),
        "net.prototxt: net.caffemodel: layer #1: layer 'ip' (InnerProduct): blob 0: claims a shape that cannot be: the "
        "shape [4611686018427387904, 4611686018427387904] has more than 1099511627776 elements");
    std::string layers;
    for (int i = 0; i < 100000; ++i)
        layers += field(100, "");
    row("more layers than are taken", layer("ip", "InnerProduct", {blob({1, 2}, {1, 2}), bias}) + layers,
        "net.prototxt: net.caffemodel: the net: its layers take more memory than is taken for a file of this size");
    row("numbers that are cut", layer("ip", "InnerProduct", {field(7, field(1, "\x01")) + field(5, "abcde"), bias}),
        "net.prototxt: net.caffemodel: layer #1: layer 'ip' (InnerProduct): blob 0: ends within a number: it is cut "
        "short "
        "or damaged");
    row("a file that is cut",
        layer("a", "ReLU", {}) + layer("ip", "InnerProduct", {blob({1, 2}, {1, 2}), bias}).substr(0, 40),
        "net.prototxt: net.caffemodel: the net: field 100 claims 49 bytes, found 37: the file is cut short or damaged");
    row("a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
        "net.prototxt: net.caffemodel beside it is no .caffemodel that can be read: it is cut short or damaged, or a "
        "Git "
        "LFS pointer or a web page in place of the file");
}

void CaffeTest::refusesWeights()
{
    QFETCH(QByteArray, weights);
    QFETCH(QString, words);
    const Folder folder;
    folder.write("net.caffemodel", weights.toStdString());
    QCOMPARE(wordsOf(openModel(folder.write("net.prototxt", textWithoutWeights))), words);
}

QTEST_GUILESS_MAIN(CaffeTest)
#include "CaffeTest.moc"
