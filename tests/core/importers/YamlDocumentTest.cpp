// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/YamlDocument.h"
#include "core/importers/ImportError.h"
#include "tests/core/opening/MemoryLimit.h"

#include <QTest>

using namespace formulens;

/// YAML as plain values: tags make nothing, aliases stay one value, and a small text takes little memory.
class YamlDocumentTest final : public QObject
{
    Q_OBJECT

private slots:
    void tagsMakeNothing();
    void anAliasIsTheValueItself();
    void isRefused_data();
    void isRefused();
};

void YamlDocumentTest::tagsMakeNothing()
{
    const auto root = readYaml("a: !!python/object/apply:os.system\n- ls\nb:\n- !!binary |\n  AQID\n- 2\nc: !!str 3\n");
    QCOMPARE(root->at("a").list().front()->text(), std::string("ls"));
    QCOMPARE(root->at("b").list().size(), std::size_t(2));
    QCOMPARE(root->at("b").items[1]->number(), 2.0);
    QCOMPARE(root->at("c").number(), 3.0);
}

void YamlDocumentTest::anAliasIsTheValueItself()
{
    const auto root = readYaml("a: &x [1, 2]\nb: *x\n");
    QCOMPARE(&root->at("a"), &root->at("b"));
}

void YamlDocumentTest::isRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const QByteArray& text, const char* words) {
        QTest::newRow(name) << text << QString::fromLatin1(words);
    };
    row("no document", "", "holds no YAML document");
    row("a list that does not end", "a: [1, 2", "line 1: is no YAML text: end of sequence flow not found");
    row("an alias without a value", "a: *x\n", "line 1: is no YAML text: the referenced anchor is not defined");
    row("lists within lists", QByteArray(1000, '['), "line 1: values are nested more than 64 deep");
    row("a million brackets", QByteArray(1'000'000, '['),
        "has 1000000 brackets and commas, for which the parser of YAML takes more than four times the file's size and "
        "64 MB: write its lists line by line, with dashes");
}

void YamlDocumentTest::isRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    const MemoryLimit limit(std::size_t(128) << 20);
    try {
        readYaml(text.toStdString());
        QFAIL("it was read");
    } catch (const ImportError& error) {
        QCOMPARE(QString::fromStdString(error.message), words);
    }
}

QTEST_MAIN(YamlDocumentTest)
#include "YamlDocumentTest.moc"
