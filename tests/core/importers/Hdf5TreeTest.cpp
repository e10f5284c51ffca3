// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Hdf5Tree.h"
#include "core/base/ChildProcess.h"
#include "core/base/Random.h"
#include "core/importers/containers/Hdf5Message.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace formulens;

/// HDF5 files through the real worker, and through scripts that play broken ones.
class Hdf5TreeTest final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup() { qunsetenv("FORMULENS_WORKER"); }
    void readsNumbersOfEveryType_data();
    void readsNumbersOfEveryType();
    void readsWhatElseThereIs();
    void readsAttributes();
    void damagedMessagesDoNoHarm();
    void aMissingWorkerIsNamed();
    void brokenWorkersAreAnErrorInWords_data();
    void brokenWorkersAreAnErrorInWords();
    void isStopped();

private:
    QTemporaryDir m_folder;
};

namespace {

std::string contentOf(const char* file)
{
    std::ifstream stream(std::string(FORMULENS_SOURCE_DIR "/tests/data/") + file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

const Hdf5Group& kinds()
{
    static const Hdf5Group root = readHdf5(contentOf("hdf5/kinds.h5")).value();
    return root;
}

std::vector<double> numbersAt(const char* path)
{
    const Hdf5DataSet* dataSet = kinds().dataSet(path);
    return dataSet == nullptr ? std::vector<double>() : dataSet->tensor.numbers();
}

} // namespace

void Hdf5TreeTest::readsNumbersOfEveryType_data()
{
    QTest::addColumn<QByteArray>("type");
    for (const char* type :
        {"float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})
        QTest::addRow("%s", type) << QByteArray(type);
}

void Hdf5TreeTest::readsNumbersOfEveryType()
{
    QFETCH(QByteArray, type);
    const Hdf5DataSet* dataSet = kinds().dataSet(type.toStdString());
    QVERIFY(dataSet && dataSet->complaint.empty());
    QCOMPARE(QByteArray(name(dataSet->tensor.type()).data()), type);
    QCOMPARE(dataSet->tensor.shape(), (Shape{2, 3}));
    QCOMPARE(dataSet->tensor.numbers(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
    const Hdf5DataSet* swapped = kinds().dataSet("swapped/" + type.toStdString());
    QVERIFY(swapped);
    if (type == "float16")
        QCOMPARE(swapped->complaint, std::string("its 16-bit numbers are of no known kind"));
    else
        QCOMPARE(swapped->tensor.numbers(), (std::vector<double>{1, 2, 3}));
}

void Hdf5TreeTest::readsWhatElseThereIs()
{
    QCOMPARE(numbersAt("truth"), (std::vector<double>{1, 0}));
    QVERIFY(kinds().dataSet("truth")->tensor.type() == ElementType::Bool);
    QCOMPARE(numbersAt("scalar"), std::vector<double>{2.5});
    QCOMPARE(kinds().dataSet("scalar")->tensor.shape(), Shape());
    QCOMPARE(numbersAt("twice"), std::vector<double>{2.5});
    QCOMPARE(kinds().dataSet("nothing")->tensor.shape(), (Shape{0, 3}));
    QCOMPARE(kinds().dataSet("empty")->tensor.size(), std::size_t(0));
    QCOMPARE(numbersAt("unwritten"), (std::vector<double>{7, 7, 7, 7}));
    const std::vector<double> packed = numbersAt("packed");
    QCOMPARE(packed.size(), std::size_t(64));
    for (std::size_t i = 0; i < packed.size(); ++i)
        QCOMPARE(packed[i], static_cast<double>(i));
    QCOMPARE(kinds().dataSet("records")->complaint, std::string("it holds records"));
    QCOMPARE(kinds().dataSet("complex")->complaint, std::string("it holds records"));
    QCOMPARE(kinds().dataSet("soft")->complaint, std::string("it is a link to another place, which is not followed"));
    QVERIFY(kinds().dataSet("outer/none") == nullptr);
    QVERIFY(kinds().dataSet("none/none") == nullptr);
}

void Hdf5TreeTest::readsAttributes()
{
    const Hdf5Group* group = kinds().group("outer/inner");
    QVERIFY(group);
    QCOMPARE(group->attribute("text")->string(0), std::string("größer"));
    QCOMPARE(group->attribute("fixed")->string(1), std::string("longer"));
    QCOMPARE(group->attribute("texts")->shape(), (Shape{3}));
    QCOMPARE(group->attribute("texts")->string(1), std::string("two"));
    QCOMPARE(group->attribute("texts")->string(2), std::string());
    QCOMPARE(group->attribute("number")->integer(0), std::int64_t(3));
    QCOMPARE(group->attribute("none")->size(), std::size_t(0));
    QVERIFY(group->attribute("reference") == nullptr);
    QCOMPARE(kinds().dataSet("float32")->attributes.at("unit").string(0), std::string("metre"));
}

/// What a worker that was taken over might write: read or refused, within the bytes that are there.
void Hdf5TreeTest::damagedMessagesDoNoHarm()
{
    ChildRequest request;
    const std::string file = contentOf("hdf5/kinds.h5");
    request.program = FORMULENS_WORKER;
    request.arguments = {hdf5Task, "512", "3"};
    request.input = file;
    const std::string message = runChild(request).value().output;
    QVERIFY(readHdf5Message(message));
    for (std::size_t size = 0; size < message.size(); ++size)
        QVERIFY(!readHdf5Message(message.substr(0, size)));
    QVERIFY(!readHdf5Message(message + "e"));
    const Random random(1);
    std::size_t refused = 0;
    for (std::uint64_t sample = 0; sample < 2000; ++sample) {
        std::string damaged = message;
        damaged[random.bits(sample, 0) % damaged.size()] = static_cast<char>(random.bits(sample, 1));
        refused += readHdf5Message(std::move(damaged)) ? 0 : 1;
    }
    QVERIFY(refused > 100);
}

void Hdf5TreeTest::aMissingWorkerIsNamed()
{
    qputenv("FORMULENS_WORKER", "/nowhere/formulens-worker");
    QCOMPARE(readHdf5("\x89HDF").error().message,
        std::string(
            "formulens-worker is missing, expected as /nowhere/formulens-worker: HDF5 files are read there, so that "
            "a damaged one does no harm"));
}

void Hdf5TreeTest::brokenWorkersAreAnErrorInWords_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("words");
    QTest::newRow("dies")
        << QByteArray("kill -SEGV $$")
        << "the HDF5 file is damaged: formulens-worker, which reads it, ended without a result (signal 11)";
    QTest::newRow("says nothing") << QByteArray("exit 0")
                                  << "what formulens-worker tells of the file cannot be read; it is not used";
    QTest::newRow("does nothing")
        << QByteArray("sleep 60")
        << "reading the HDF5 file was stopped after 3 s, the limit for a file of its size: it is "
           "probably damaged";
    QTest::newRow("writes without end") << QByteArray("yes")
                                        << "what the HDF5 file holds is far larger than the file: it was stopped";
    QTest::newRow("refuses") << QByteArray("echo 'refused 0 it is no file'; exit 1") << "it is no file";
}

void Hdf5TreeTest::brokenWorkersAreAnErrorInWords()
{
    QFETCH(QByteArray, script);
    QFETCH(QString, words);
    const QString path = m_folder.filePath(QStringLiteral("worker"));
    std::ofstream(path.toStdString(), std::ios::trunc) << "#!/bin/sh\n" << script.toStdString() << "\n";
    std::filesystem::permissions(path.toStdString(), std::filesystem::perms::owner_all);
    qputenv("FORMULENS_WORKER", path.toUtf8());
    const auto root = readHdf5("\x89HDF");
    QVERIFY(!root);
    QCOMPARE(QString::fromStdString(root.error().message), words);
}

void Hdf5TreeTest::isStopped()
{
    std::stop_source source;
    source.request_stop();
    const auto root = readHdf5(contentOf("hdf5/kinds.h5"), Progress(source.get_token()));
    QVERIFY(!root && root.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(Hdf5TreeTest)
#include "Hdf5TreeTest.moc"
