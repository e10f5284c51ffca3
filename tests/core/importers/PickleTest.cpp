// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Pickle.h"
#include "core/base/Numerals.h"

#include <QTest>

using namespace formulens;

/// Pickles as Python writes them, in each protocol, and pickles that nobody should run.
class PickleTest final : public QObject
{
    Q_OBJECT

private slots:
    void isReadAsData_data();
    void isReadAsData();
    void isRefusedInWords_data();
    void isRefusedInWords();
    void cyclesAreNoTrouble();
    void manyValuesOfFewBytesAreRefused();
    void severalStandBehindEachOther();
};

namespace {

/// A literal with the zeros inside it.
template <std::size_t size>
QByteArray bytes(const char (&literal)[size])
{
    return QByteArray(literal, size - 1);
}

using pickle::Pickle;
using pickle::ValueIndex;
using Kind = pickle::Value::Kind;

std::string textOf(const Pickle& pickle, ValueIndex index, int depth = 0);

std::string listText(const Pickle& pickle, const std::vector<ValueIndex>& items, int depth)
{
    std::string text;
    for (const ValueIndex item : items)
        text += (text.empty() ? "" : ", ") + textOf(pickle, item, depth);
    return text;
}

std::string textOf(const Pickle& pickle, ValueIndex index, int depth)
{
    if (++depth > 20)
        return "...";
    const pickle::Value& value = pickle[index];
    const auto inner = [&](const std::optional<ValueIndex>& part) { return part ? textOf(pickle, *part, depth) : ""; };
    const std::string items = listText(pickle, value.items, depth);
    const std::string state = value.state ? " with " + inner(value.state) : "";
    switch (value.kind) {
    case Kind::None:
        return "None";
    case Kind::Bool:
        return value.integer != 0 ? "True" : "False";
    case Kind::Integer:
        return std::to_string(value.integer);
    case Kind::LargeInteger:
        return "large";
    case Kind::Real:
        return shortest(value.real());
    case Kind::Text:
        return "'" + std::string(value.text) + "'";
    case Kind::Bytes:
        return "b'" + std::string(value.text) + "'";
    case Kind::Tuple:
        return "(" + items + ")";
    case Kind::List:
        return "[" + items + "]";
    case Kind::Set:
    case Kind::Dict:
        return "{" + items + "}";
    case Kind::Global:
        return "<" + std::string(value.text) + ">";
    case Kind::Call:
        return "call " + inner(value.callee) + inner(value.argument) + (items.empty() ? "" : " holding " + items)
            + state;
    case Kind::Object:
        return "new " + inner(value.callee) + inner(value.argument) + state;
    case Kind::Persistent:
        return "outside " + inner(value.argument);
    }
    return {};
}

Result<Pickle> readWhole(const QByteArray& bytes)
{
    std::size_t position = 0;
    return pickle::read(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), position);
}

} // namespace

void PickleTest::isReadAsData_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("protocol 0: numbers, texts and escapes")
        << QByteArray("(lp0\nI1\naF2.5\naVa\\u20acb\np1\naNaI01\naI-7\naL12L\naS'q\\'\\n\\x41'\na.")
        << QStringLiteral("[1, 2.5, 'a\u20acb', None, True, -7, 12, 'q'\nA']");
    QTest::newRow("protocol 0: a dict") << QByteArray("(dp0\nVk\np1\n(I1\nI2\ntp2\ns.") << "{'k', (1, 2)}";
    QTest::newRow("protocol 1: an instance of a class of Python 2")
        << QByteArray("(K\x01imod\nClass\n}b.") << "call <mod.Class>(1) with {}";
    QTest::newRow("integers of all sizes") << bytes("\x80\x02](K\xffM\xff\xffJ\xff\xff\xff\xff\x8a\x01\x80"
                                                    "\x8a\x02\x00\x80\x8a\x00"
                                                    "e.")
                                           << "[255, 65535, -1, -128, -32768, 0]";
    QTest::newRow("a real number") << bytes("\x80\x02G\x3f\xf8\0\0\0\0\0\0.") << "1.5";
    QTest::newRow("tuples of up to three")
        << QByteArray("\x80\x02)K\x01\x85K\x01K\x02\x86K\x01K\x02K\x03\x87\x87.") << "((1), (1, 2), (1, 2, 3))";
    QTest::newRow("what is shared is one value") << QByteArray("\x80\x02]q\x01(]q\x02(K\x05"
                                                               "eh\x02"
                                                               "e.")
                                                 << "[[5], [5]]";
    QTest::newRow("protocol 4: frames, memos and global names from the stack") << bytes(
        "\x80\x04\x95\x1b\0\0\0\0\0\0\0\x8c\x0b"
        "collections\x94\x8c\x0bOrderedDict\x94\x93)R.") << "call <collections.OrderedDict>()";
    QTest::newRow("protocol 5: a byte array") << bytes("\x80\x05\x96\x02\0\0\0\0\0\0\0ab.") << "b'ab'";
    QTest::newRow("a set") << QByteArray("\x80\x04\x8f(K\x01K\x02\x90.") << "{1, 2}";
    QTest::newRow("a call is a record") << QByteArray("cos\nsystem\n(S'rm -rf /'\ntR.")
                                        << "call <os.system>('rm -rf /')";
    QTest::newRow("a new object with its state") << bytes("\x80\x02"
                                                          "cmod\nClass\n)\x81}X\x01\0\0\0kK\x01sb.")
                                                 << "new <mod.Class>() with {'k', 1}";
    QTest::newRow("a name of something outside") << bytes("\x80\x02X\x01\0\0\0aQ.") << "outside 'a'";
}

void PickleTest::isReadAsData()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    const auto pickle = readWhole(bytes);
    QVERIFY2(pickle, pickle ? "" : pickle.error().message.c_str());
    QCOMPARE(QString::fromStdString(textOf(*pickle, pickle->rootIndex())), text);
}

void PickleTest::isRefusedInWords_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    QTest::newRow("an unknown opcode") << QByteArray("\x80\x02\xfe")
                                       << "opcode 0xfe at byte 2 of the pickle is unknown: it is damaged, or no pickle";
    QTest::newRow("nothing at all") << QByteArray()
                                    << "the pickle claims 1 bytes at byte 0, found 0: it is cut short or damaged";
    QTest::newRow("a text longer than the file") << QByteArray(
        "\x80\x02X\xff\xff\xff\x7f"
        "ab") << "the pickle claims 2147483647 bytes at byte 7, found 2: it is cut short or damaged";
    QTest::newRow("no value left") << QByteArray("\x80\x02.")
                                   << "the pickle takes a value that is not there, at byte 3: it is damaged, or no "
                                      "pickle";
    QTest::newRow("values below a mark") << QByteArray("\x80\x02K\x01(a.")
                                         << "the pickle takes a value that is not there, at byte 6: it is damaged, or "
                                            "no pickle";
    QTest::newRow("no mark") << QByteArray("\x80\x02t.")
                             << "the pickle takes values down to a mark that is not there, at byte 3: it is damaged, "
                                "or no pickle";
    QTest::newRow("an unknown memo") << QByteArray("\x80\x02h\x07.")
                                     << "memo 7, asked for before byte 4 of the pickle, is not there";
    QTest::newRow("a newer protocol") << QByteArray("\x80\x09.") << "the pickle has protocol 9, expected at most 5";
    QTest::newRow("items in a number") << QByteArray("\x80\x02K\x01K\x02"
                                                     "a.")
                                       << "values are put into something that cannot hold any, before byte 7 of the "
                                          "pickle";
    QTest::newRow("a key without a value")
        << QByteArray("\x80\x02}(K\x01u.") << "a key before byte 7 of the pickle has no value";
    QTest::newRow("data outside") << QByteArray(
        "\x80\x05\x97.") << "the pickle keeps data outside of itself (protocol 5 buffers), which are not there";
    QTest::newRow("a line without an end")
        << QByteArray("I12") << "a line of the pickle that begins at byte 1 has no end: it is cut short or damaged";
    QTest::newRow("no number") << QByteArray("Iab\n.") << "'ab' before byte 4 of the pickle is no whole number";
}

void PickleTest::isRefusedInWords()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    const auto pickle = readWhole(bytes);
    QVERIFY(!pickle);
    QCOMPARE(QString::fromStdString(pickle.error().message), words);
}

void PickleTest::cyclesAreNoTrouble()
{
    const auto pickle = readWhole("\x80\x02]q\x01h\x01"
                                  "a.");
    QVERIFY(pickle);
    QCOMPARE(pickle->root().items.front(), pickle->rootIndex());
}

/// A byte or two a value: refused before they take more memory than a file of that size may.
void PickleTest::manyValuesOfFewBytesAreRefused()
{
    QByteArray bytes("\x80\x02(");
    for (int i = 0; i < 2'000'000; ++i)
        bytes.append("]");
    bytes.append("l.");
    const auto pickle = readWhole(bytes);
    QVERIFY(!pickle);
    QCOMPARE(pickle.error().code, ErrorCode::Limit);
    QCOMPARE(pickle.error().message, std::string("the pickle makes far more values than its size allows for"));
}

void PickleTest::severalStandBehindEachOther()
{
    const std::string_view bytes = "\x80\x02K\x01.\x80\x02K\x02.";
    std::size_t position = 0;
    QCOMPARE(pickle::read(bytes, position)->root().integer, 1);
    QCOMPARE(pickle::read(bytes, position)->root().integer, 2);
    QCOMPARE(position, bytes.size());
}

QTEST_GUILESS_MAIN(PickleTest)
#include "PickleTest.moc"
