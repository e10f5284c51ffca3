// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/ArrayDataSet.h"
#include "core/network/NetworkText.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <zip.h>

using namespace formulens;

class ArrayDataSetTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void findsArraysByName_data();
    void findsArraysByName();
    void neverGuesses_data();
    void neverGuesses();
    void tellsFilesApartByContent();

private:
    Result<DataSet> dataSetFrom(const QString& arrays);

    std::shared_ptr<const PreparedNetwork> m_network;
    Question m_question;
    QTemporaryDir m_folder;
};

namespace {

/// "name 2 3" as float64 of that shape, holding 0, 1, 2 ...
std::string arrayOf(const QStringList& words)
{
    std::size_t count = 1;
    std::string shape;
    for (const QString& extent : words.mid(1)) {
        count *= extent.toULong();
        shape += extent.toStdString() + ", ";
    }
    std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + shape + "), }\n";
    std::string content = std::string("\x93NUMPY\x01") + '\0' + static_cast<char>(header.size()) + '\0' + header;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = static_cast<double>(i);
        content.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return content;
}

void writeArrays(const std::string& path, const QStringList& arrays)
{
    std::vector<std::string> contents; // must live until the archive is closed
    contents.reserve(static_cast<std::size_t>(arrays.size()));
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const QString& array : arrays) {
        const QStringList words = array.split(QLatin1Char(' '));
        contents.push_back(arrayOf(words));
        zip_source_t* source = zip_source_buffer(archive, contents.back().data(), contents.back().size(), 0);
        zip_file_add(archive, (words.front() + QStringLiteral(".npy")).toUtf8().constData(), source, ZIP_FL_ENC_UTF_8);
    }
    zip_close(archive);
}

} // namespace

/// Two inputs, x of 2 and t of 1 element, and one output y of 2 elements.
void ArrayDataSetTest::initTestCase()
{
    m_network
        = prepare(parseNetwork("input x : float32[N, 2]\ninput t : float32[N]\ny = Relu(x)\noutput y").value()).value();
    m_question.inputs.resize(3);
    m_question.inputs[0].name = "length";
    m_question.inputs[1].name = "width";
    m_question.inputs[2].name = "temperature";
    const TensorIndex y = *m_network->network->find("y");
    m_question.outputs = {{{y, 0}, "y[0]", {}, {}, {}, {}, {}, {}}, {{y, 1}, "area", {}, {}, {}, {}, {}, {}}};
}

Result<DataSet> ArrayDataSetTest::dataSetFrom(const QString& arrays)
{
    const std::string path = m_folder.filePath(QStringLiteral("data.npz")).toStdString();
    writeArrays(path, arrays.split(QStringLiteral(", ")));
    return readDataSet(path, *m_network, m_question);
}

void ArrayDataSetTest::findsArraysByName_data()
{
    QTest::addColumn<QString>("arrays");
    QTest::addColumn<std::vector<double>>("points");
    QTest::addColumn<std::vector<double>>("targets");
    using Numbers = std::vector<double>;
    const Numbers byTensor{0, 1, 0, 2, 3, 1};
    QTest::addRow("tensors of the model") << "t 2, x 2 2, y 2 2" << byTensor << Numbers{0, 1, 2, 3};
    QTest::addRow("with extents of one") << "t 2 1 1, x 2 1 2, y 2 2 1" << byTensor << Numbers{0, 1, 2, 3};
    QTest::addRow("with others beside them") << "t 2, remark 7, x 2 2, y 2 2" << byTensor << Numbers{0, 1, 2, 3};
    QTest::addRow("single elements") << "length 2, width 2, temperature 2, area 2" << Numbers{0, 0, 0, 1, 1, 1}
                                     << Numbers{0, 1};
    QTest::addRow("all inputs, all outputs")
        << "inputs 2 3, outputs 2 2" << Numbers{0, 1, 2, 3, 4, 5} << Numbers{0, 1, 2, 3};
}

void ArrayDataSetTest::findsArraysByName()
{
    QFETCH(QString, arrays);
    QFETCH(std::vector<double>, points);
    QFETCH(std::vector<double>, targets);
    const Result<DataSet> data = dataSetFrom(arrays);
    QVERIFY2(data, data ? "" : data.error().message.c_str());
    QCOMPARE(data->points.count, std::size_t(2));
    QCOMPARE(data->points.values, points);
    QCOMPARE(data->targets, targets);
    QCOMPARE(data->targets.size(), 2 * data->outputs.size());
}

void ArrayDataSetTest::neverGuesses_data()
{
    QTest::addColumn<QString>("arrays");
    QTest::addColumn<QString>("words");
    const auto lacking = [](const char* words, const char* there) {
        return QString::fromLatin1(words)
            + QStringLiteral("; expected arrays named like the model's inputs and outputs, or x and y, or inputs and "
                             "outputs; there is ")
            + QString::fromLatin1(there);
    };
    QTest::addRow("an input is missing") << "x 2 2, y 2 2"
                                         << lacking("data.npz: no array gives the input 'temperature'", "'x', 'y'");
    QTest::addRow("no output") << "x 2 2, t 2" << lacking("data.npz: no array gives an output", "'x', 't'");
    QTest::addRow("a shape that does not fit") << "x 2 3, t 2, y 2 2"
                                               << "data.npz: array 'x' has shape [2, 3], expected N rows of 2 numbers";
    QTest::addRow("no rows at all") << "x 0 2, t 0, y 0 2"
                                    << "data.npz: array 'x' has 0 rows, expected at least 1";
    QTest::addRow("more rows of one") << "x 2 2, t 3, y 2 2"
                                      << "data.npz: array 't' has 3 rows, expected 2";
}

void ArrayDataSetTest::neverGuesses()
{
    QFETCH(QString, arrays);
    QFETCH(QString, words);
    const Result<DataSet> data = dataSetFrom(arrays);
    QVERIFY(!data);
    QCOMPARE(QString::fromStdString(data.error().message), words);
}

void ArrayDataSetTest::tellsFilesApartByContent()
{
    const std::filesystem::path path = m_folder.filePath(QStringLiteral("data.npz")).toStdString();
    std::ofstream(path, std::ios::trunc) << "1,2,3,7,9\n";
    QCOMPARE(readDataSet(path, *m_network, m_question).value().targets, (std::vector<double>{7, 9}));
    std::ofstream(path, std::ios::trunc) << arrayOf({QStringLiteral("x"), QStringLiteral("2")});
    const Result<DataSet> single = readDataSet(path, *m_network, m_question);
    QVERIFY(!single);
    QVERIFY(single.error().message.starts_with("data.npz: this is a single array (.npy)"));
}

QTEST_MAIN(ArrayDataSetTest)
#include "ArrayDataSetTest.moc"
