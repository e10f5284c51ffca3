// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/LineBreaker.h"

#include <QTest>

using namespace formulens;

/// Formulas drawn as text: a letter is a piece 1 wide, digits multiply its width; "+" before a piece allows a break
/// there, at the depth that brackets give; a space in the expected text is a break.
namespace {

std::vector<BreakablePiece> pieces(const QString& drawing)
{
    std::vector<BreakablePiece> result;
    int depth = 0;
    double width = 0;
    bool allowed = false;
    for (const QChar c : drawing) {
        if (c == u'(')
            ++depth;
        else if (c == u')')
            --depth;
        else if (c == u'+')
            allowed = true;
        else if (c.isDigit())
            width = 10 * width + c.digitValue();
        else {
            result.push_back({.before = 0,
                .width = width > 0 ? width : 1,
                .penalty = allowed ? 22.0 * depth : BreakablePiece::never,
                .depth = depth});
            width = 0;
            allowed = false;
        }
    }
    return result;
}

QString broken(const QString& drawing, double width, double indent = 0)
{
    const auto all = pieces(drawing);
    const auto lines = breakLines({.pieces = all, .width = width, .indent = indent, .indentPerDepth = 1});
    QString letters;
    for (const QChar c : drawing)
        if (c.isLetter())
            letters += c;
    QString result;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t end = i + 1 < lines.size() ? lines[i + 1].first : all.size();
        result += (i > 0 ? QStringLiteral(" ") : QString())
            + letters.mid(qsizetype(lines[i].first), qsizetype(end - lines[i].first));
    }
    return result;
}

} // namespace

class LineBreakerTest final : public QObject
{
    Q_OBJECT

private slots:
    void breaks_data();
    void breaks();
    void noPieceIsNoLine();
    void manyPiecesAreFast();
};

void LineBreakerTest::breaks_data()
{
    QTest::addColumn<QString>("drawing");
    QTest::addColumn<double>("width");
    QTest::addColumn<double>("indent");
    QTest::addColumn<QString>("lines");

    QTest::addRow("what fits stays whole") << "a+b+c" << 3.0 << 0.0 << "abc";
    QTest::addRow("lines are filled") << "a+b+c+d" << 2.0 << 0.0 << "ab cd";
    QTest::addRow("a break only where one is allowed") << "ab+cd" << 3.0 << 0.0 << "ab cd";
    QTest::addRow("what may not be broken sticks out") << "abcdef" << 3.0 << 0.0 << "abcdef";
    QTest::addRow("and what follows it begins a line") << "abcdef+g" << 3.0 << 0.0 << "abcdef g";
    QTest::addRow("the indent counts") << "a+b+c+d" << 2.0 << 1.0 << "ab c d";
    QTest::addRow("an indent gives way to what would not fit") << "a+3b" << 3.0 << 2.0 << "a b";
    QTest::addRow("a shallow break beats a full line") << "4a+(4b+4c)+4d" << 13.0 << 0.0 << "abc d";
    QTest::addRow("inside brackets if it must be") << "2a(b+3c+3d+3e)" << 6.0 << 0.0 << "abc d e";
}

void LineBreakerTest::breaks()
{
    QFETCH(QString, drawing);
    QFETCH(double, width);
    QFETCH(double, indent);
    QTEST(broken(drawing, width, indent), "lines");
}

void LineBreakerTest::noPieceIsNoLine()
{
    QVERIFY(breakLines({.pieces = {}, .width = 10}).size() <= 1);
}

void LineBreakerTest::manyPiecesAreFast()
{
    std::vector<BreakablePiece> many(200000, {.before = 0, .width = 3, .penalty = 0});
    const auto lines = breakLines({.pieces = many, .width = 31});
    QCOMPARE(lines.size(), std::size_t(20000));
}

QTEST_MAIN(LineBreakerTest)
#include "LineBreakerTest.moc"
