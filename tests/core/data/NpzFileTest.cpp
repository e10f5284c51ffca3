// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/NpzFile.h"
#include "core/base/Random.h"
#include "tests/core/opening/MemoryLimit.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace formulens;

/// Files that numpy wrote (tests/data/npz/generate.py), sound, damaged and lying.
class NpzFileTest final : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatNumpyWrites_data();
    void readsWhatNumpyWrites();
    void readsEveryVersion();
    void refusesStrangersInWords_data();
    void refusesStrangersInWords();
    void refusesBrokenFilesInWords_data();
    void refusesBrokenFilesInWords();
    void survivesDamage_data();
    void survivesDamage();
};

namespace {

std::filesystem::path fileNamed(const char* name)
{
    return std::filesystem::path(FORMULENS_SOURCE_DIR "/tests/data/npz") / name;
}

Result<NpzFile> openFile(const std::filesystem::path& path)
{
    return NpzFile::open(MappedFile::open(path).value());
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

QString words(const Error& error)
{
    return QString::fromStdString(error.message);
}

} // namespace

void NpzFileTest::readsWhatNumpyWrites_data()
{
    QTest::addColumn<QString>("file");
    QTest::addRow("stored") << "types.npz";
    QTest::addRow("deflated") << "types_deflated.npz";
}

void NpzFileTest::readsWhatNumpyWrites()
{
    QFETCH(QString, file);
    const Result<NpzFile> arrays = openFile(fileNamed(qPrintable(file)));
    QVERIFY2(arrays, arrays ? "" : arrays.error().message.c_str());
    QCOMPARE(arrays->arrays().size(), std::size_t(26));
    for (const NpzFile::Array& array : arrays->arrays()) {
        const Result<std::vector<double>> values = arrays->values(array);
        QVERIFY2(values, array.name.c_str());
        QCOMPARE(values->size(), array.header.elements);
        for (std::size_t i = 0; i < values->size(); ++i) {
            const double count = static_cast<double>(i);
            const double expected = array.name == "signed" ? -count
                : array.name == "truth"                    ? std::fmod(count, 2)
                                                           : count;
            QVERIFY2((*values)[i] == expected, array.name.c_str());
        }
    }
    QCOMPARE(arrays->find("columns_first")->header.shape.text(), std::string("[2, 3, 4]"));
    QVERIFY(arrays->find("columns_first")->header.isFortranOrder);
    QVERIFY(arrays->find("f2_big")->header.isBigEndian);
    QVERIFY(!arrays->find("none_of_them"));
}

void NpzFileTest::readsEveryVersion()
{
    const Result<NpzFile> arrays = openFile(fileNamed("versions.npz"));
    QVERIFY(arrays);
    for (const char* name : {"version_1", "version_2", "version_3"})
        QCOMPARE(arrays->values(*arrays->find(name)).value(), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

void NpzFileTest::refusesStrangersInWords_data()
{
    QTest::addColumn<QString>("array");
    QTest::addColumn<QString>("reason");
    QTest::addRow("Python objects") << "objects"
                                    << "it holds Python objects, which only unpickling could load, and that would run "
                                       "what the file says: save it as "
                                       "numbers, array.astype(float)";
    QTest::addRow("text") << "text"
                          << "it holds text, expected numbers";
    QTest::addRow("complex numbers") << "complex"
                                     << "it holds complex numbers, expected real ones";
    QTest::addRow("records") << "records"
                             << "it holds records of several fields, expected numbers of one type";
    QTest::addRow("dates") << "dates"
                           << "it holds dates or times, expected numbers";
    QTest::addRow("extended precision")
        << "long"
        << "its elements are of type 'f16', expected float16, float32, float64, bool, or "
           "integers of 8 to 64 bits";
}

void NpzFileTest::refusesStrangersInWords()
{
    QFETCH(QString, array);
    QFETCH(QString, reason);
    const Result<NpzFile> arrays = openFile(fileNamed("strangers.npz"));
    QVERIFY(arrays);
    const NpzFile::Array* found = arrays->find(array.toStdString());
    QVERIFY(found && found->unreadable);
    QCOMPARE(words(*found->unreadable), QStringLiteral("strangers.npz: array '%1': %2").arg(array, reason));
    QVERIFY(!arrays->values(*found));
    QVERIFY(arrays->values(*arrays->find("x")));
}

void NpzFileTest::refusesBrokenFilesInWords_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("reason");
    QTest::addRow("cut") << "cut.npz"
                         << "cut.npz: the archive is damaged: Not a zip archive";
    QTest::addRow("no arrays") << "no_arrays.npz"
                               << "no_arrays.npz: this is a zip archive without arrays, expected members NAME.npy";
    QTest::addRow("the same name twice") << "twice.npz"
                                         << "twice.npz: there are two arrays 'x'";
    QTest::addRow("no array in a member")
        << "not_an_array.npz"
        << "not_an_array.npz: array 'x': it is no array that NumPy wrote: it does not begin with \\x93NUMPY";
    QTest::addRow("a size that is not there") << "claims_a_terabyte.npz"
                                              << "claims_a_terabyte.npz: array 'x': shape [99999999, 3000] of float32 "
                                                 "needs 1199999988000 bytes, found 24";
    QTest::addRow("a wrong checksum") << "damaged_content.npz"
                                      << "damaged_content.npz: array 'x': the archive is damaged: 'x.npy': CRC error";
}

void NpzFileTest::refusesBrokenFilesInWords()
{
    QFETCH(QString, file);
    QFETCH(QString, reason);
    const Result<NpzFile> arrays = openFile(fileNamed(qPrintable(file)));
    const Result<std::vector<double>> values
        = arrays ? arrays->values(*arrays->find("x")) : tl::unexpected(arrays.error());
    QVERIFY(!values);
    QCOMPARE(words(values.error()), reason);
}

void NpzFileTest::survivesDamage_data()
{
    QTest::addColumn<QString>("file");
    QTest::addRow("stored") << "types.npz";
    QTest::addRow("deflated") << "types_deflated.npz";
}

/// One bit turned, one byte replaced, or several, at 200 places, always the same.
void NpzFileTest::survivesDamage()
{
    QFETCH(QString, file);
    const std::string sound = contentOf(fileNamed(qPrintable(file)));
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("damaged.npz")).toStdString();
    const Random random(2);
    QElapsedTimer timer;
    timer.start();
    for (std::uint64_t sample = 0; sample < 200; ++sample) {
        std::string damaged = sound;
        for (std::uint64_t hit = 0; hit < (sample % 3 == 2 ? 5u : 1u); ++hit) {
            const std::size_t place = random.bits(sample, 2 * hit) % damaged.size();
            const auto value = static_cast<unsigned char>(random.bits(sample, 2 * hit + 1));
            damaged[place] = static_cast<char>(
                sample % 3 == 0 ? static_cast<unsigned char>(damaged[place]) ^ (1u << (value % 8)) : value);
        }
        if (sample % 10 == 9)
            damaged.resize(random.bits(sample, 100) % damaged.size());
        std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
        const MemoryLimit limit(std::size_t(64) << 20);
        const Result<NpzFile> arrays = openFile(path);
        if (!arrays) {
            QVERIFY(arrays.error().message.starts_with("damaged.npz: "));
            continue;
        }
        for (const NpzFile::Array& array : arrays->arrays())
            if (const auto values = arrays->values(array); values)
                QCOMPARE(values->size(), array.header.elements);
    }
    QVERIFY(timer.elapsed() < 20000);
}

QTEST_MAIN(NpzFileTest)
#include "NpzFileTest.moc"
