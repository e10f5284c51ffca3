// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/OnnxTensors.h"
#include "core/importers/ImportError.h"
#include "tests/core/importers/OnnxMessage.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace formulens;

Q_DECLARE_METATYPE(OnnxMessage)

class OnnxTensorsTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void readsEveryWayOfStoring_data();
    void readsEveryWayOfStoring();
    void readsStrings();
    void rawNumbersStayWhereTheyLie();
    void readsExternalData();
    void believesNoSize_data();
    void believesNoSize();

private:
    std::string refusal(const OnnxMessage& message) const;

    QTemporaryDir m_folder;
    std::shared_ptr<const MappedFile> m_model;
};

namespace {

template <class Value>
std::string bytesOf(const std::vector<Value>& values)
{
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
}

OnnxMessage entry(const std::string& key, const std::string& value)
{
    return OnnxMessage().text(1, key).text(2, value);
}

OnnxMessage externalTensor(
    const std::string& location, const std::vector<std::pair<std::string, std::string>>& more = {})
{
    OnnxMessage tensor = tensorMessage("W", 1, {2}).integer(14, 1).message(13, entry("location", location));
    for (const auto& [key, value] : more)
        tensor.message(13, entry(key, value));
    return tensor;
}

} // namespace

void OnnxTensorsTest::initTestCase()
{
    const std::string path = m_folder.filePath(QStringLiteral("model.onnx")).toStdString();
    std::ofstream(path) << "model";
    m_model = MappedFile::open(path).value();
    std::ofstream(m_folder.filePath(QStringLiteral("weights.bin")).toStdString(), std::ios::binary)
        << bytesOf<float>({9, 1.5F, -2});
}

void OnnxTensorsTest::readsEveryWayOfStoring_data()
{
    QTest::addColumn<OnnxMessage>("message");
    QTest::addColumn<QString>("type");
    QTest::addColumn<std::vector<double>>("values");
    const auto row = [](const char* name, const OnnxMessage& message, const char* type, std::vector<double> values) {
        QTest::addRow("%s", name) << message << QString::fromLatin1(type) << values;
    };
    const auto tensor = [](std::int64_t type, std::int64_t count) { return tensorMessage("W", type, {count}); };

    row("raw float32", tensor(1, 2).text(9, bytesOf<float>({1.5F, -2})), "float32", {1.5, -2});
    row("packed float_data", tensor(1, 2).packedFloats(4, {1.5F, -2}), "float32", {1.5, -2});
    row("float_data that is not packed", tensor(1, 2).real(4, 1.5F).real(4, -2), "float32", {1.5, -2});
    row("float_data in two packs", tensor(1, 3).packedFloats(4, {1}).packedFloats(4, {2, 3}), "float32", {1, 2, 3});
    row("raw float64", tensor(11, 2).text(9, bytesOf<double>({0.1, 1e300})), "float64", {0.1, 1e300});
    row("double_data", tensor(11, 1).packedDoubles(10, {0.1}), "float64", {0.1});
    row("int64_data", tensor(7, 2).packedIntegers(7, {-1, std::int64_t(1) << 40}), "int64", {-1, 0x1p40});
    row("int64_data that is not packed", tensor(7, 2).integer(7, -1).integer(7, 7), "int64", {-1, 7});
    row("raw int64", tensor(7, 1).text(9, bytesOf<std::int64_t>({-5})), "int64", {-5});
    row("int32_data", tensor(6, 2).packedIntegers(5, {-1, 7}), "int32", {-1, 7});
    row("int8 in int32_data", tensor(3, 2).packedIntegers(5, {-128, 127}), "int8", {-128, 127});
    row("uint8 in int32_data", tensor(2, 2).packedIntegers(5, {0, 255}), "uint8", {0, 255});
    row("raw uint8", tensor(2, 2).text(9, std::string("\x00\xff", 2)), "uint8", {0, 255});
    row("bool in int32_data", tensor(9, 2).packedIntegers(5, {1, 0}), "bool", {1, 0});
    row("raw bool", tensor(9, 2).text(9, std::string("\x01\x00", 2)), "bool", {1, 0});
    row("float16 as bits in int32_data", tensor(10, 2).packedIntegers(5, {0x3C00, 0xC000}), "float16", {1, -2});
    row("raw float16", tensor(10, 2).text(9, bytesOf<std::uint16_t>({0x3C00, 0xC000})), "float16", {1, -2});
    row("bfloat16 as bits in int32_data", tensor(16, 1).packedIntegers(5, {0x4049}), "bfloat16", {3.140625});
    row("uint64_data", tensor(13, 1).packedIntegers(11, {-1}), "uint64", {0x1p64});
    row("uint32 in uint64_data", tensor(12, 1).packedIntegers(11, {0xFFFFFFFF}), "uint32", {4294967295.0});
    row("an empty tensor", tensor(1, 0), "float32", {});
    row("a scalar", tensorMessage("W", 1, {}).packedFloats(4, {3}), "float32", {3});
    row("a dimension that is not packed", OnnxMessage().integer(1, 1).integer(1, 1).integer(2, 1).real(4, 5), "float32",
        {5});
}

void OnnxTensorsTest::readsEveryWayOfStoring()
{
    QFETCH(OnnxMessage, message);
    QFETCH(QString, type);
    QFETCH(std::vector<double>, values);
    onnx::TensorReader reader(m_model);
    const Tensor tensor = reader.read(message.bytes(), "initialiser").tensor;
    QCOMPARE(QString::fromUtf8(name(tensor.type()).data()), type);
    QCOMPARE(tensor.numbers(), values);
}

void OnnxTensorsTest::readsStrings()
{
    onnx::TensorReader reader(m_model);
    const auto message = tensorMessage("labels", 8, {2}).text(6, "setosa").text(6, "b\xff");
    const auto [name, tensor] = reader.read(message.bytes(), "initialiser");
    QCOMPARE(name, std::string("labels"));
    QCOMPARE(tensor.string(0), std::string("setosa"));
    QCOMPARE(tensor.string(1), std::string("b\\xFF"));
}

void OnnxTensorsTest::rawNumbersStayWhereTheyLie()
{
    onnx::TensorReader reader(m_model);
    for (const OnnxMessage& message :
        {tensorMessage("W", 1, {1}).text(9, bytesOf<float>({1})), tensorMessage("W", 1, {1}).packedFloats(4, {1})}) {
        const std::string& bytes = message.bytes();
        const Tensor tensor = reader.read(bytes, "initialiser").tensor;
        const auto* data = reinterpret_cast<const char*>(tensor.bytes().data());
        QVERIFY(data >= bytes.data() && data < bytes.data() + bytes.size());
    }
}

void OnnxTensorsTest::readsExternalData()
{
    onnx::TensorReader reader(m_model);
    const auto message = externalTensor("weights.bin", {{"offset", "4"}, {"length", "8"}});
    QCOMPARE(reader.read(message.bytes(), "initialiser").tensor.numbers(), (std::vector<double>{1.5, -2}));
    const auto fromStart = externalTensor("./weights.bin");
    QCOMPARE(reader.read(fromStart.bytes(), "initialiser").tensor.numbers(), (std::vector<double>{9, 1.5}));
}

void OnnxTensorsTest::believesNoSize_data()
{
    QTest::addColumn<OnnxMessage>("message");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const OnnxMessage& message, const char* words) {
        QTest::addRow("%s", name) << message << QString::fromLatin1(words);
    };
    row("too few raw bytes", tensorMessage("W", 1, {2, 3}).text(9, std::string(20, '\0')),
        "initialiser 'W': shape [2, 3] of float32 needs 24 bytes, found 20");
    row("too many of them", tensorMessage("W", 2, {3}).text(9, std::string(20, '\0')),
        "initialiser 'W': shape [3] of uint8 needs 3 bytes, found 20");
    row("two gigabytes that are not there", tensorMessage("W", 1, {536870912}),
        "initialiser 'W': shape [536870912] of float32 needs 536870912 elements, found 0");
    row("dimensions whose product overflows", tensorMessage("W", 1, {std::int64_t(1) << 62, 8}).text(9, "abcd"),
        "initialiser 'W': the shape [4611686018427387904, 8] has more than 1099511627776 elements");
    row("a negative dimension", tensorMessage("W", 1, {-2}).text(9, "abcd"),
        "initialiser 'W': the shape [-2] has a negative extent");
    row("elements in another field than the type's", tensorMessage("W", 1, {1}).packedDoubles(10, {1}),
        "initialiser 'W': shape [1] of float32 needs 1 elements, found 0");
    row("float_data of a broken length", tensorMessage("W", 1, {1}).text(4, "abc"),
        "initialiser 'W': 3 bytes are no whole number of float32 elements");
    row("complex numbers", tensorMessage("W", 14, {1}).text(9, std::string(8, '\0')),
        "initialiser 'W': its elements are of complex64, which is not supported");
    row("a type that nobody knows", tensorMessage("W", 99, {1}).text(9, "a"),
        "initialiser 'W': its elements are of type number 99, which is not supported");
    row("a name that is a number", OnnxMessage().integer(8, 5),
        "initialiser: field 8 is stored as protobuf wire type 0, expected 2");
    row("a field that goes on beyond the end",
        OnnxMessage().raw("\x4a\x7f"
                          "abc"),
        "initialiser: field 9 claims 127 bytes, found 3: the file is cut short or damaged");
    row("an absolute external path", externalTensor("/etc/passwd"),
        "initialiser 'W': external data: the location '/etc/passwd' is absolute; expected a file in the model's "
        "folder, "
        "so it was not read");
    row("a path that climbs out", externalTensor("data/../../weights.bin"),
        "initialiser 'W': external data: the location 'data/../../weights.bin' climbs out of the model's folder; "
        "expected a file in it, so it was not read");
    row("a missing external file", externalTensor("gone.bin"),
        "initialiser 'W': external data file 'gone.bin' does not exist");
    row("an external file that is too short", externalTensor("weights.bin", {{"offset", "8"}}),
        "initialiser 'W': external data file 'weights.bin' holds 12 bytes, expected 8 from byte 8");
    row("an offset beyond every file", externalTensor("weights.bin", {{"offset", "18446744073709551615"}}),
        "initialiser 'W': external data file 'weights.bin' holds 12 bytes, expected 8 from byte 18446744073709551615");
    row("an external length that is not the shape's", externalTensor("weights.bin", {{"length", "12"}}),
        "initialiser 'W': shape [2] of float32 needs 8 bytes, its external data has 12");
    row("an offset that is no number", externalTensor("weights.bin", {{"offset", "-4"}}),
        "initialiser 'W': external data: offset '-4' is not a number of bytes");
    row("no location", tensorMessage("W", 1, {2}).integer(14, 1),
        "initialiser 'W': external data: the location is missing");
    row("segments", tensorMessage("W", 1, {1}).message(3, OnnxMessage().integer(1, 0)),
        "initialiser 'W': is stored in segments, which nothing writes and this program does not read");
}

std::string OnnxTensorsTest::refusal(const OnnxMessage& message) const
{
    try {
        onnx::TensorReader(m_model).read(message.bytes(), "initialiser");
        return "read";
    } catch (const ImportError& error) {
        return error.message;
    }
}

void OnnxTensorsTest::believesNoSize()
{
    QFETCH(OnnxMessage, message);
    QFETCH(QString, words);
    QCOMPARE(QString::fromStdString(refusal(message)), words);
}

QTEST_MAIN(OnnxTensorsTest)
#include "OnnxTensorsTest.moc"
