// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/MappedFile.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace formulens;

class MappedFileTest final : public QObject
{
    Q_OBJECT

private slots:
    void holdsTheBytes();
    void aSmallFileMayBeWrittenAnewWhileItIsOpen();
    void aLargeFileIsMapped();
    void refusesWhatIsNoFile();

private:
    std::filesystem::path path(const char* name) const
    {
        return (m_folder.path() + QLatin1Char('/')).toStdString() + name;
    }

    QTemporaryDir m_folder;
};

namespace {

void write(const std::filesystem::path& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::string refusal(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    return file ? "opened" : file.error().message;
}

} // namespace

void MappedFileTest::holdsTheBytes()
{
    write(path("model"), std::string("a\0b", 3));
    const auto file = MappedFile::open(path("model")).value();
    QCOMPARE(file->text(), std::string_view("a\0b", 3));
    QCOMPARE(file->bytes().size(), std::size_t(3));
    write(path("empty"), "");
    QVERIFY(MappedFile::open(path("empty")).value()->text().empty());
}

void MappedFileTest::aSmallFileMayBeWrittenAnewWhileItIsOpen()
{
    write(path("model"), std::string(100'000, 'a'));
    const auto file = MappedFile::open(path("model")).value();
    write(path("model"), "b");
    QCOMPARE(file->text().substr(99'000), std::string_view(std::string(1'000, 'a')));
}

void MappedFileTest::aLargeFileIsMapped()
{
    constexpr std::size_t size = std::size_t(8) << 30; // a hole: no disk, and no memory if it is not read
    write(path("large"), "start");
    std::filesystem::resize_file(path("large"), size);
    const auto file = MappedFile::open(path("large")).value();
    QCOMPARE(file->text().size(), size);
    QCOMPARE(file->text().substr(0, 5), std::string_view("start"));
    QCOMPARE(file->text().back(), '\0');
}

void MappedFileTest::refusesWhatIsNoFile()
{
    QCOMPARE(refusal(path("nowhere")), std::string("does not exist"));
    QCOMPARE(refusal(path("nowhere/model")), std::string("does not exist"));
    QCOMPARE(refusal(m_folder.path().toStdString()), std::string("is a folder, not a file"));
    QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(refusal(path("pipe")), std::string("is not a regular file"));
}

QTEST_MAIN(MappedFileTest)
#include "MappedFileTest.moc"
