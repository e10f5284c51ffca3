// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/IndependentData.h"
#include "core/opening/OpenModel.h"
#include "tests/core/importers/OnnxMessage.h"
#include "tests/core/operators/OfficialCase.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <limits>

using namespace formulens;

/// The network of most tests is y = relu(x), x of N x 2.
class IndependentDataTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void saysThatThereIsNone();
    void comparesTheRowsOfABatch();
    void computesOtherShapesAnew();
    void findsTensorsByNameElseByNumber();
    void countsAllDataSets();
    void namesTheWorstDifference_data();
    void namesTheWorstDifference();
    void infinitiesAndNaNsAgreeWithThemselves();
    void saysWhyItCannotCompare_data();
    void saysWhyItCannotCompare();
    void agreesWithTheOfficialCases();

private:
    void write(const QString& path, const OnnxMessage& message) const;
    QString sentence() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

constexpr std::int64_t float32 = 1;

OnnxMessage floats(const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<float>& values)
{
    return tensorMessage(name, float32, dims).packedFloats(4, values);
}

OnnxMessage reluOf(const std::vector<std::string>& dims)
{
    return modelMessage(OnnxMessage()
                            .message(1, nodeMessage("Relu", {"x"}, {"y"}))
                            .text(2, "relu")
                            .message(11, valueMessage("x", float32, dims))
                            .message(12, valueMessage("y", float32, dims)));
}

} // namespace

void IndependentDataTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write(QStringLiteral("model.onnx"), reluOf({"N", "2"}));
}

void IndependentDataTest::write(const QString& path, const OnnxMessage& message) const
{
    const std::filesystem::path file = m_folder->filePath(path).toStdString();
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << message.bytes();
}

QString IndependentDataTest::sentence() const
{
    const auto model = openModel(m_folder->filePath(QStringLiteral("model.onnx")).toStdString());
    return QString::fromStdString(compareWithTestData(model.value().prepared, model->path).value().sentence());
}

void IndependentDataTest::saysThatThereIsNone()
{
    write(QStringLiteral("test_data_set_x/input_0.pb"), floats("x", {1, 2}, {1, 2}));
    QCOMPARE(sentence(), QStringLiteral("no independent data: agreement is with our own reading of the file"));
}

void IndependentDataTest::comparesTheRowsOfABatch()
{
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("x", {3, 2}, {1, -2, 3, -4, 5, 6}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {3, 2}, {1, 0, 3, 0, 5, 6}));
    QCOMPARE(sentence(),
        QStringLiteral("agrees with 3 samples of test_data_set_0 (independent data), largest difference 0 (1e-5 of the "
                       "output's scale 6 is allowed)"));
}

void IndependentDataTest::computesOtherShapesAnew()
{
    write(QStringLiteral("model.onnx"), reluOf({"2", "M"}));
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("x", {2, 3}, {1, -2, 3, -4, 5, 6}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {2, 3}, {1, 0, 3, 0, 5, 6}));
    QVERIFY(sentence().startsWith(QStringLiteral("agrees with 1 sample of test_data_set_0")));
}

void IndependentDataTest::findsTensorsByNameElseByNumber()
{
    const auto value = [](const char* name) { return valueMessage(name, float32, {"1"}); };
    const OnnxMessage graph = OnnxMessage()
                                  .message(1, nodeMessage("Sub", {"a", "b"}, {"y"}))
                                  .message(11, value("a"))
                                  .message(11, value("b"))
                                  .message(12, value("y"));
    write(QStringLiteral("model.onnx"), modelMessage(graph));
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("b", {1}, {1}));
    write(QStringLiteral("test_data_set_0/input_1.pb"), floats("a", {1}, {5}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {1}, {4}));
    write(QStringLiteral("test_data_set_1/input_0.pb"), floats("", {1}, {5}));
    write(QStringLiteral("test_data_set_1/input_1.pb"), floats("", {1}, {1}));
    write(QStringLiteral("test_data_set_1/output_0.pb"), floats("", {1}, {4}));
    QVERIFY2(sentence().startsWith(QStringLiteral("agrees with 2 samples of 2 data sets")), qPrintable(sentence()));
}

void IndependentDataTest::countsAllDataSets()
{
    for (const char* number : {"0", "2", "10"}) {
        const QString folder = QStringLiteral("test_data_set_") + QString::fromLatin1(number);
        write(folder + QStringLiteral("/input_0.pb"), floats("x", {1, 2}, {1, -2}));
        write(folder + QStringLiteral("/output_0.pb"), floats("y", {1, 2}, {1, 0}));
    }
    QCOMPARE(sentence(),
        QStringLiteral("agrees with 3 samples of 3 data sets, test_data_set_0 to test_data_set_10 (independent data), "
                       "largest difference 0 (1e-5 of the output's scale 1 is allowed)"));
}

void IndependentDataTest::namesTheWorstDifference_data()
{
    QTest::addColumn<float>("value");
    QTest::addColumn<QString>("words");
    QTest::addRow("within the tolerance") << 5.00004F << "agrees with 3 samples";
    QTest::addRow("beyond the tolerance") << 5.001F
                                          << "does not agree with test_data_set_0 (independent data): y[0] differs by "
                                             "0.001 in sample 3 of 3 (1e-5 of the "
                                             "output's scale 6 is allowed)";
    QTest::addRow("not a number")
        << std::numeric_limits<float>::quiet_NaN()
        << "does not agree with test_data_set_0 (independent data): y[0] differs by inf in sample 3 of 3";
}

void IndependentDataTest::namesTheWorstDifference()
{
    QFETCH(float, value);
    QFETCH(QString, words);
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("x", {3, 2}, {1, -2, 3, -4, 5, 6}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {3, 2}, {1, 0, 3, 0, value, 6}));
    QVERIFY2(sentence().startsWith(words), qPrintable(sentence()));
}

void IndependentDataTest::infinitiesAndNaNsAgreeWithThemselves()
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("x", {1, 2}, {infinity, -infinity}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {1, 2}, {infinity, 0}));
    QVERIFY2(sentence().startsWith(QStringLiteral("agrees")), qPrintable(sentence()));
}

void IndependentDataTest::saysWhyItCannotCompare_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    const auto bytes = [](const OnnxMessage& message) { return QByteArray::fromStdString(message.bytes()); };
    QTest::addRow("a tensor that claims too much")
        << "output_0.pb" << bytes(tensorMessage("y", float32, {1000, 1000}).packedFloats(4, {1}))
        << "output_0.pb 'y': shape [1000, 1000] of float32 needs 1000000 elements, found 1";
    QTest::addRow("another shape") << "output_0.pb" << bytes(floats("y", {5}, {1, 2, 3, 4, 5}))
                                   << "the output 'y' has shape [5] there, computed is [1, 2]";
    QTest::addRow("an input that is not there")
        << "input_1.pb" << bytes(floats("z", {1}, {1})) << "input_1.pb: the model has 1 input";
    QTest::addRow("the same input twice") << "input_1.pb" << bytes(floats("x", {1, 2}, {1, 1}))
                                          << "input_1.pb: there is more than one tensor for the input 'x'";
    QTest::addRow("noise") << "input_0.pb" << QByteArray("\x0a\xff\xff\xff\x0f")
                           << "input_0.pb: field 1 claims 33554431 bytes, found 0: the file is cut short or damaged";
    QTest::addRow("text") << "input_0.pb" << bytes(tensorMessage("x", 8, {1, 2}).text(6, "a").text(6, "b"))
                          << "an input holds text, expected numbers";
}

void IndependentDataTest::saysWhyItCannotCompare()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    write(QStringLiteral("test_data_set_0/input_0.pb"), floats("x", {1, 2}, {1, -2}));
    write(QStringLiteral("test_data_set_0/output_0.pb"), floats("y", {1, 2}, {1, 0}));
    write(QStringLiteral("test_data_set_0/") + file, OnnxMessage().raw(content.toStdString()));
    QCOMPARE(sentence(), QStringLiteral("no independent data that can be compared: test_data_set_0: ") + words);
}

/// Hundreds of models whose data came from others; what cannot be computed says why.
void IndependentDataTest::agreesWithTheOfficialCases()
{
    const std::vector<std::filesystem::path> folders = officialCaseFolders();
    if (folders.empty())
        QSKIP("libonnx-testdata is not installed: no independent data to compare with");
    std::size_t compared = 0;
    for (const std::filesystem::path& folder : folders) {
        // A float scale of the runtime decides a tie there: one step of difference (see OfficialCasesTest).
        if (folder.filename().string().starts_with("test_dynamicquantizelinear"))
            continue;
        const auto model = openModel(folder / "model.onnx");
        if (!model)
            continue;
        const IndependentData data = compareWithTestData(model->prepared, model->path).value();
        QVERIFY2(data.sets.size() == 1, folder.c_str());
        QVERIFY2(!data.isCompared() || data.agrees(), (folder.filename().string() + " " + data.sentence()).c_str());
        compared += data.isCompared() ? 1 : 0;
    }
    QVERIFY2(compared > 600, qPrintable(QStringLiteral("only %1").arg(compared)));
}

QTEST_MAIN(IndependentDataTest)
#include "IndependentDataTest.moc"
