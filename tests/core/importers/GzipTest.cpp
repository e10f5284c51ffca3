// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Gzip.h"
#include "core/opening/OpenModel.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <zlib.h>

using namespace formulens;

class GzipTest final : public QObject
{
    Q_OBJECT

private slots:
    void unpacksWhatWasPacked();
    void aPackedModelOpens();
    void refusesInWords_data();
    void refusesInWords();

private:
    Result<std::shared_ptr<const MappedFile>> unpacked(const std::string& packed);

    QTemporaryDir m_folder;
};

namespace {

std::string packed(const std::string& content)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    std::string result(deflateBound(&stream, content.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

} // namespace

Result<std::shared_ptr<const MappedFile>> GzipTest::unpacked(const std::string& packed)
{
    const std::string path = m_folder.filePath(QStringLiteral("a.onnx.gz")).toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << packed;
    return gzip::unpacked(**MappedFile::open(path));
}

void GzipTest::unpacksWhatWasPacked()
{
    const std::string large(1'000'000, 'x');
    for (const std::string& content : {std::string(), std::string("hello"), large}) {
        QVERIFY(gzip::recognises(packed(content)));
        const auto file = unpacked(packed(content));
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QVERIFY((*file)->text() == content);
        QCOMPARE((*file)->path().filename().string(), std::string("a.onnx.gz"));
    }
    QVERIFY((*unpacked(packed("one") + packed("two")))->text() == "onetwo");
    QVERIFY((*unpacked(packed("one") + std::string(512, '\0')))->text() == "one");
}

void GzipTest::aPackedModelOpens()
{
    const std::string plain = FORMULENS_SOURCE_DIR "/tests/data/formats/small_tanh.onnx";
    const std::string path = m_folder.filePath(QStringLiteral("small_tanh.onnx.gz")).toStdString();
    std::ofstream(path, std::ios::binary) << packed(std::string((*MappedFile::open(plain))->text()));
    const auto model = openModel(path);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QCOMPARE(model->name, std::string("small_tanh"));
    QCOMPARE(
        QString::fromStdString(toText(*model->network)), QString::fromStdString(toText(*openModel(plain)->network)));
}

void GzipTest::refusesInWords_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    const std::string whole = packed("hello, hello, hello");
    const auto row = [](const char* name, const std::string& content, const char* words) {
        QTest::addRow("%s", name) << QByteArray::fromStdString(content) << QString::fromLatin1(words);
    };
    row("cut short", whole.substr(0, whole.size() - 9), "it is packed with gzip and damaged: it is cut short");
    row("a header alone", whole.substr(0, 10), "it is packed with gzip and damaged: it is cut short");
    std::string changed = whole;
    changed[changed.size() - 6] = static_cast<char>(changed[changed.size() - 6] ^ 1);
    row("another checksum", changed, "it is packed with gzip and damaged: incorrect data check");
    row("more than its size allows", packed(std::string(70'000'000, '\0')),
        "unpacked, it has more than 64 MB, the most that is taken from a file of its size; unpack it first, with "
        "gunzip");
}

void GzipTest::refusesInWords()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    const auto file = unpacked(content.toStdString());
    QVERIFY(!file);
    QCOMPARE(QString::fromStdString(file.error().message), words);
}

QTEST_MAIN(GzipTest)
#include "GzipTest.moc"
