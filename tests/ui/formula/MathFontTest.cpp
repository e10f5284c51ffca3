// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/formula/MathFont.h"

#include <QRawFont>
#include <QTest>

using namespace formulens;

class MathFontTest final : public QObject
{
    Q_OBJECT

private slots:
    void theFontIsInTheProgram();
    void qtSeesTheSameGlyphs();
    void delimitersGrow();
    void wordsAreShaped();
};

void MathFontTest::theFontIsInTheProgram()
{
    QVERIFY(MathFont::bytes().size() > 500000);
    const MathConstants& constants = MathFont::ofThisThread().constants();
    QCOMPARE(constants.axisHeight, 250.0);
    QCOMPARE(constants.scriptScale, 0.7);
    QCOMPARE(constants.fractionRuleThickness, 40.0);
}

/// The layout measures with HarfBuzz and the screen paints with Qt: their glyph ids and widths must be the same.
void MathFontTest::qtSeesTheSameGlyphs()
{
    MathFont& font = MathFont::ofThisThread();
    const QRawFont qtFont(MathFont::bytes(), MathFont::unitsPerEm, QFont::PreferNoHinting);
    QVERIFY(qtFont.isValid());
    for (const char32_t character : std::u32string(U"x0+=(−σ∑√×\u210E\U0001D465\U0001D70E")) {
        const GlyphId id = font.glyph(character);
        QVERIFY2(id != 0, qPrintable(QString::number(character, 16)));
        QCOMPARE(qtFont.glyphIndexesForString(QString::fromUcs4(&character, 1)).value(0), quint32(id));
        QCOMPARE(qtFont.advancesForGlyphIndexes({id}).value(0).x(), double(font.metrics(id).advance));
        const QRectF ours = font.outline(id).boundingRect();
        const QRectF theirs = qtFont.pathForGlyph(id).boundingRect();
        QVERIFY(std::abs(ours.top() - theirs.top()) < 2 && std::abs(ours.right() - theirs.right()) < 2);
    }
}

void MathFontTest::delimitersGrow()
{
    MathFont& font = MathFont::ofThisThread();
    const GlyphConstruction& parenthesis = font.construction(font.glyph(U'('), GrowthDirection::Vertical);
    QVERIFY(parenthesis.variants.size() > 3);
    QVERIFY(std::ranges::is_sorted(parenthesis.variants, {}, &GlyphConstruction::Variant::size));
    QVERIFY(std::ranges::any_of(parenthesis.parts, &GlyphConstruction::Part::extender));
}

void MathFontTest::wordsAreShaped()
{
    MathFont& font = MathFont::ofThisThread();
    const ShapedWord& word = font.shaped(U"tanh");
    QCOMPARE(word.glyphs.size(), std::size_t(4));
    QVERIFY(std::ranges::is_sorted(word.glyphs, {}, &ShapedWord::Glyph::x));
    QCOMPARE(word.glyphs.front().id, font.glyph(U't'));
    QVERIFY(word.advance > word.glyphs.back().x);
}

QTEST_MAIN(MathFontTest)
#include "MathFontTest.moc"
