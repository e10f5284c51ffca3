// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/Strangers.h"
#include "core/opening/Fingerprint.h"

#include <QTest>

#include <set>

using namespace formulens;

class StrangersTest final : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatAFileIs_data();
    void saysWhatAFileIs();
    void fingerprintsTellFilesApart();
};

void StrangersTest::saysWhatAFileIs_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const QByteArray& content, const char* words) {
        QTest::addRow("%s", name) << content << QString::fromLatin1(words);
    };
    row("nothing", "", "the file is empty");
    row("Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
        "this is a Git LFS pointer, not the model");
    row("gzip", QByteArray::fromHex("1f8b0800"), "this is compressed with gzip");
    row("PNG", QByteArray::fromHex("89504e470d0a1a0a0000"), "this is a PNG picture, not a model");
    row("TensorFlow Lite", QByteArray::fromHex("1c00000054464c33"), "this is a TensorFlow Lite model");
    row("an archive", QByteArray("PK\x03\x04") + QByteArray(26, '\0') + "readme.txt", "this is a ZIP archive");
    row("a page of a web server", "<!DOCTYPE html>\n<html>", "this is an XML or HTML document");
    row("XML", "<?xml version=\"1.0\"?>\n<note>", "this is an XML or HTML document");
    row("JSON", " {\"a\": 1}", "this is JSON text, not a model");
    row("text", "hello world\nsecond line", "this is text, not a model; it begins with 'hello world'");
    row("noise", QByteArray::fromHex("00deadbeef"),
        "this is no model that is known here; it begins with the bytes 00 de ad be ef");
}

void StrangersTest::saysWhatAFileIs()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    const QString said = QString::fromStdString(strangerWords(content.toStdString()));
    QVERIFY2(said.startsWith(words), qPrintable(said));
}

void StrangersTest::fingerprintsTellFilesApart()
{
    std::set<std::string> seen;
    const std::string large(std::size_t(6) << 20, 'x');
    for (const std::string& content : {std::string(), std::string(1, '\0'), std::string(2, '\0'), std::string("abc"),
             std::string("abd"), large, large + 'x', 'y' + large.substr(1), large.substr(1) + 'y'})
        QVERIFY(seen.insert(fingerprint(content)).second);
    QCOMPARE(fingerprint("abc"), fingerprint("abc"));
    QCOMPARE(fingerprint("").size(), std::size_t(32));
}

QTEST_MAIN(StrangersTest)
#include "StrangersTest.moc"
