// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/MathLayout.h"
#include "tests/ui/formula/FormulaSamples.h"

#include <QTest>

#include <map>

using namespace formulens;
using namespace formulens::samples;
using notation::Delimiter;

Q_DECLARE_METATYPE(formulens::notation::Tree)

namespace {

QRectF inkOf(const DisplayList& list)
{
    QRectF ink;
    MathFont& font = MathFont::ofThisThread();
    for (const auto& glyph : list.glyphs)
        ink |= list.ink(glyph, font);
    for (const auto& rule : list.rules)
        ink |= QRectF(rule.x, rule.y, rule.width, rule.height);
    return ink;
}

GlyphId glyphOf(char32_t character)
{
    return MathFont::ofThisThread().glyph(character);
}

std::vector<DisplayList::Glyph> glyphsOf(const DisplayList& list, char32_t character)
{
    std::vector<DisplayList::Glyph> found;
    std::ranges::copy_if(list.glyphs, std::back_inserter(found),
        [id = glyphOf(character)](const DisplayList::Glyph& glyph) { return glyph.id == id; });
    return found;
}

/// The baselines of the glyphs at text size, ascending.
std::vector<float> baselines(const DisplayList& list)
{
    std::map<float, int> lines;
    for (const auto& glyph : list.glyphs)
        if (glyph.level == 0)
            ++lines[glyph.y];
    std::vector<float> result;
    for (const auto& [y, count] : lines)
        result.push_back(y);
    return result;
}

Tree cases()
{
    using enum notation::OperatorSign;
    notation::Cases branches;
    branches.branches.push_back({anchored(1, affine(2, 1)), row({x(1), sign(LessOrEqual), number(-2)})});
    branches.branches.push_back(
        {anchored(2, affine(3, 2)), row({x(1), sign(Less), number(0), words(" and "), x(2), sign(Less), number(1)})});
    branches.branches.push_back({anchored(3, number(0)), nullptr});
    return tree(std::move(branches));
}

Tree equationSet(int rows)
{
    notation::Aligned aligned;
    for (int i = 0; i < rows; ++i)
        aligned.rows.push_back({anchored(static_cast<notation::AnchorId>(2 * i), sub(letter("h"), number(i + 1))),
            row({equals(), name("tanh"),
                fenced(anchored(static_cast<notation::AnchorId>(2 * i + 1), affine(3 + 9 * (i % 2), i)))})});
    return tree(std::move(aligned));
}

Tree matrix(int size)
{
    notation::Matrix result;
    for (int i = 0; i < size; ++i) {
        result.rows.emplace_back();
        for (int j = 0; j < size; ++j)
            result.rows.back().push_back(
                anchored(static_cast<notation::AnchorId>(size * i + j), number(weight(size * i + j))));
    }
    return tree(std::move(result));
}

Tree deepSum()
{
    Tree inside = affine(6, 1);
    for (notation::AnchorId depth = 0; depth < 6; ++depth)
        inside = row({name("tanh"), fenced(anchored(depth, row({inside, plus(), affine(3, int(depth) + 2)})))});
    return row({letter("y"), equals(), inside});
}

} // namespace

class MathLayoutTest final : public QObject
{
    Q_OBJECT

private slots:
    void bounds_data();
    void bounds();
    void lines_data();
    void lines();
    void centresAreHit_data() { bounds_data(); }
    void centresAreHit();
    void longSumsBreakBeforeOperatorsAndAlign();
    void coefficientAndSymbolStayTogether();
    void aBrokenGroupHasAFragmentInEachLine();
    void signsAndOperatorsAreSpacedAsInTex();
    void numbersStandOnTheirPoints();
    void scriptsAreSmallerAndShifted();
    void delimitersSurroundTheirBody();
    void fractionsAreCentredOnTheAxis();
    void wordsOfForeignScriptsAreDrawn();
    void nullPiecesAreEmpty();
    void itemsAreSmall();
};

void MathLayoutTest::bounds_data()
{
    QTest::addColumn<Tree>("formula");
    QTest::addColumn<double>("width");
    for (const double width : {0.0, 60.0, 34.0, 18.0}) {
        QTest::addRow("%s, %g em", "a sum of 40 terms", width) << sum(40) << width;
        QTest::addRow("%s, %g em", "a network inside a bracket", width) << nested(8) << width;
        QTest::addRow("%s, %g em", "cases behind a prefix", width) << row({letter("f"), equals(), cases()}) << width;
        QTest::addRow("%s, %g em", "equations", width) << equationSet(6) << width;
        QTest::addRow("%s, %g em", "a matrix", width) << row({letter("W"), equals(), matrix(4)}) << width;
        QTest::addRow("%s, %g em", "brackets in brackets", width) << deepSum() << width;
        QTest::addRow("%s, %g em", "a long fraction and a long root", width) << row(
            {anchored(1, fraction(anchored(2, affine(12, 1)), affine(14, 2))), plus(),
                anchored(3, root(affine(14, 3)))}) << width;
        QTest::addRow("%s, %g em", "a power of a long bracket", width)
            << row({letter("y"), equals(), anchored(5, power(anchored(4, fenced(affine(12, 3))), number(2)))}) << width;
        QTest::addRow("%s, %g em", "a placeholder", width)
            << row({affine(8, 1), plus(), tree(notation::Placeholder{9, "\u22EF + 4,795 more terms"})}) << width;
    }
}

void MathLayoutTest::bounds()
{
    QFETCH(Tree, formula);
    QFETCH(double, width);
    const DisplayList list = layOut(formula, {.widthInEm = width});
    QVERIFY(!list.groups.empty());
    for (std::uint32_t i = 0; i < list.groups.size(); ++i) {
        const QRectF own = list.bounds(i);
        QVERIFY(!own.isEmpty());
        if (list.groups[i].parent != DisplayList::noGroup) {
            QVERIFY(list.groups[i].parent < i);
            QVERIFY(list.bounds(list.groups[i].parent).contains(own));
        }
    }
    QVERIFY(std::ranges::is_sorted(list.fragments, {}, &DisplayList::Fragment::group));
    // Italics may hang over by a few hundredths of an em, a root's vinculum too.
    QVERIFY(list.box.adjusted(-150, -150, 150, 150).contains(inkOf(list)));
}

void MathLayoutTest::lines_data()
{
    QTest::addColumn<Tree>("formula");
    QTest::addColumn<double>("longestChunk");
    QTest::addRow("a sum of 40 terms") << sum(40) << 10.0;
    QTest::addRow("a network inside a bracket") << nested(8) << 18.0;
    QTest::addRow("brackets in brackets") << deepSum() << 24.0;
    QTest::addRow("equations") << equationSet(6) << 18.0;
    QTest::addRow("a long root") << row({letter("y"), equals(), root(affine(14, 3))}) << 16.0;
}

/// No line is wider than asked, from the width of the longest part that may not be broken.
void MathLayoutTest::lines()
{
    QFETCH(Tree, formula);
    QFETCH(double, longestChunk);
    double before = 1e9;
    for (double width = longestChunk; width < 90; width += 1.5) {
        const DisplayList list = layOut(formula, {.widthInEm = width});
        QVERIFY2(list.box.width() <= width * MathFont::unitsPerEm + 1e-6, qPrintable(QString::number(width)));
        const double height = list.box.height();
        QVERIFY2(height < before * 1.3, "wider pages do not make it much taller");
        before = std::min(before, height);
    }
    QVERIFY(layOut(formula).box.width() > 18 * MathFont::unitsPerEm);
}

void MathLayoutTest::centresAreHit()
{
    QFETCH(Tree, formula);
    QFETCH(double, width);
    const DisplayList list = layOut(formula, {.widthInEm = width});
    for (const DisplayList::Fragment& fragment : list.fragments) {
        const auto hit = list.groupAt(fragment.rectangle().center());
        QVERIFY(hit);
        QVERIFY(list.isWithin(*hit, fragment.group));
    }
    QVERIFY(!list.groupAt(QPointF(-5000, -50000)));
}

void MathLayoutTest::longSumsBreakBeforeOperatorsAndAlign()
{
    const DisplayList list = layOut(sum(40), {.widthInEm = 40});
    const auto lines = baselines(list);
    QVERIFY(lines.size() > 4);
    const float indent = [&] {
        float left = 1e9f;
        for (const auto& glyph : list.glyphs)
            if (glyph.level == 0 && glyph.y == lines[1])
                left = std::min(left, glyph.x);
        return left;
    }();
    const auto relation = glyphsOf(list, U'=').front();
    QVERIFY(indent > relation.x);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto first = std::ranges::min(list.glyphs, {},
            [&](const DisplayList::Glyph& glyph) { return glyph.y == lines[i] && glyph.level == 0 ? glyph.x : 1e9f; });
        QVERIFY(first.id == glyphOf(U'+') || first.id == glyphOf(U'\u2212'));
        QCOMPARE(first.x, indent);
    }
}

void MathLayoutTest::coefficientAndSymbolStayTogether()
{
    for (double width = 8; width < 40; width += 1) {
        const DisplayList list = layOut(sum(30), {.widthInEm = width});
        std::map<std::uint32_t, int> fragments;
        for (const DisplayList::Fragment& fragment : list.fragments)
            QCOMPARE(++fragments[fragment.group], 1);
    }
}

void MathLayoutTest::aBrokenGroupHasAFragmentInEachLine()
{
    const DisplayList list = layOut(
        row({letter("y"), equals(), letter("a"), plus(), anchored(1, fenced(affine(20, 1)))}), {.widthInEm = 30});
    QCOMPARE(list.groups.size(), std::size_t(1));
    QCOMPARE(list.fragments.size(), baselines(list).size());
    QVERIFY(list.fragments.size() > 2);
    for (std::size_t i = 1; i < list.fragments.size(); ++i)
        QVERIFY(list.fragments[i].top >= list.fragments[i - 1].top);
}

void MathLayoutTest::signsAndOperatorsAreSpacedAsInTex()
{
    // a - b: medium spaces of 4/18 em; -b: none.
    const double a = layOut(letter("a")).box.width();
    const double b = layOut(letter("b")).box.width();
    const double minusWidth = layOut(minus()).box.width();
    QVERIFY(std::abs(layOut(row({letter("a"), minus(), letter("b")})).box.width() - (a + b + minusWidth + 8000.0 / 18))
        < 0.01);
    QVERIFY(std::abs(layOut(row({minus(), letter("b")})).box.width() - (b + minusWidth)) < 0.01);
    // = -b: thick spaces around the relation, none behind the sign.
    const double equalsWidth = layOut(equals()).box.width();
    QVERIFY(std::abs(layOut(row({letter("a"), equals(), minus(), letter("b")})).box.width()
                - (a + equalsWidth + minusWidth + b + 10000.0 / 18))
        < 0.01);
    // A fence behind a function's name follows at once; a thin space written there is not doubled.
    const double call = layOut(row({name("tanh"), fenced(letter("a"))})).box.width();
    QVERIFY(std::abs(call - layOut(name("tanh")).box.width() - layOut(fenced(letter("a"))).box.width()) < 0.01);
    const double withThin = layOut(row({number(2), thin(), name("tanh")})).box.width();
    QCOMPARE(withThin, layOut(row({number(2), name("tanh")})).box.width());
    // Broken and unbroken rows are spaced alike.
    const Tree formula = row({letter("y"), equals(), number(2), fenced(row({minus(), letter("a")})), plus(), x(1)});
    QCOMPARE(layOut(formula, {.widthInEm = 100}).box.width(), layOut(formula).box.width());
}

void MathLayoutTest::numbersStandOnTheirPoints()
{
    const DisplayList list = layOut(
        tree(notation::Matrix{{{number(-1.5)}, {number(12.25)}, {number(3)}, {number(0.125)}}, Delimiter::Bracket}));
    const auto points = glyphsOf(list, U'.');
    QCOMPARE(points.size(), std::size_t(3));
    QCOMPARE(points[0].x, points[1].x);
    QCOMPARE(points[1].x, points[2].x);
    QCOMPARE(glyphsOf(list, U'\u2212').size(), std::size_t(1));
}

void MathLayoutTest::scriptsAreSmallerAndShifted()
{
    const DisplayList list = layOut(both(letter("x"), number(1), number(2)));
    QCOMPARE(list.glyphs.size(), std::size_t(3));
    QCOMPARE(int(list.glyphs[1].level), 1);
    QVERIFY(list.glyphs[1].y > 0);
    QVERIFY(list.glyphs[2].y < 0);
    const DisplayList tower = layOut(power(letter("a"), power(letter("b"), power(letter("c"), letter("d")))));
    QCOMPARE(int(tower.glyphs[3].level), 2);
    // A power of ten: the exponent with its minus is small and high.
    const DisplayList tiny = layOut(number(1.2e-7));
    QCOMPARE(glyphsOf(tiny, U'\u2212').size(), std::size_t(1));
    QCOMPARE(int(glyphsOf(tiny, U'\u2212').front().level), 1);
    QVERIFY(glyphsOf(tiny, U'\u2212').front().y < 0);
}

void MathLayoutTest::delimitersSurroundTheirBody()
{
    for (const Delimiter delimiter : {Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::Bar,
             Delimiter::DoubleBar, Delimiter::Floor, Delimiter::Ceiling}) {
        const Tree body = fraction(fraction(letter("a"), letter("b")), fraction(letter("c"), letter("d")));
        const QRectF inside = inkOf(layOut(body));
        const QRectF outside = inkOf(layOut(fenced(body, delimiter)));
        QVERIFY(outside.height() >= 0.9 * inside.height());
        QVERIFY(outside.height() < 1.5 * inside.height());
        QVERIFY(outside.width() > inside.width());
        // As one fence and opened for breaking it is the same picture.
        const QRectF opened = inkOf(layOut(fenced(body, delimiter), {.widthInEm = 100}));
        QCOMPARE(opened, outside);
    }
    const QRectF tall = inkOf(layOut(fenced(matrix(12))));
    QVERIFY2(std::abs(tall.center().y() + 250) < 40, qPrintable(QString::number(tall.center().y())));
}

void MathLayoutTest::fractionsAreCentredOnTheAxis()
{
    const DisplayList list = layOut(fraction(number(1), letter("x")));
    QCOMPARE(list.rules.size(), std::size_t(1));
    const auto& bar = list.rules.front();
    QVERIFY(std::abs(bar.y + bar.height / 2 + 250) < 0.01f);
    QVERIFY(bar.width >= float(layOut(letter("x")).box.width()));
}

void MathLayoutTest::wordsOfForeignScriptsAreDrawn()
{
    const DisplayList list
        = layOut(row({letter("\u0442\u0435\u043C\u043F"), plus(), words("a \u0442\u0435\u043C\u043F")}));
    QCOMPARE(list.drawings.size(), std::size_t(1));
    QVERIFY(list.drawings.front().metrics.advance > 500);
}

void MathLayoutTest::nullPiecesAreEmpty()
{
    QVERIFY(layOut(nullptr).glyphs.empty());
    QVERIFY(layOut(nullptr, {.widthInEm = 20}).glyphs.empty());
    QVERIFY(layOut(row({nullptr, fraction(nullptr, nullptr), fenced(nullptr), power(nullptr, nullptr)})).glyphs.size()
        == 2);
    QVERIFY(layOut(tree(notation::Matrix{})).glyphs.size() < 3);
    QVERIFY(layOut(tree(notation::Aligned{}), {.widthInEm = 20}).glyphs.empty());
    QVERIFY(layOut(tree(notation::Cases{}), {.widthInEm = 20}).glyphs.size() < 3);
    layOut(row({fenced(row({})), power(fenced(nullptr), number(2))}), {.widthInEm = 1});
}

void MathLayoutTest::itemsAreSmall()
{
    QVERIFY(sizeof(DisplayList::Glyph) <= 16);
    QVERIFY(sizeof(DisplayList::Rule) <= 20);
    QVERIFY(sizeof(DisplayList::Fragment) <= 20);
    QVERIFY(sizeof(DisplayList::Group) <= 12);
}

QTEST_MAIN(MathLayoutTest)
#include "MathLayoutTest.moc"
