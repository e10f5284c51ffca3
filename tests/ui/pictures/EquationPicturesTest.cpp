// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/EquationPictures.h"
#include "tests/ui/formula/FormulaSamples.h"
#include "ui/formula/MathLayout.h"

#include <QPainter>
#include <QSvgRenderer>
#include <QTest>
#include <QThread>
#include <QXmlStreamReader>

#include <map>
#include <memory>
#include <set>

using namespace formulens;
using namespace formulens::samples;

namespace {

struct SvgCounts
{
    std::map<QString, int> elements;
    std::set<unsigned> anchors;
    bool wellFormed = false;
};

SvgCounts counted(const QByteArray& svg)
{
    SvgCounts counts;
    QXmlStreamReader reader(svg);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        ++counts.elements[reader.name().toString()];
        if (reader.attributes().hasAttribute(QLatin1String("data-anchor")))
            counts.anchors.insert(reader.attributes().value(QLatin1String("data-anchor")).toUInt());
    }
    counts.wellFormed = !reader.hasError();
    return counts;
}

/// The share of dots that are darker than the middle.
double inkShare(const QImage& image)
{
    int dark = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            dark += qAlpha(image.pixel(x, y)) > 128 && qGray(image.pixel(x, y)) < 128;
    return double(dark) / (double(image.width()) * image.height());
}

Tree sample()
{
    return row({letter("y"), equals(), anchored(4, fraction(number(1), row({number(2), plus(), anchored(5, x(1))}))),
        plus(), anchored(6, root(letter("z")))});
}

} // namespace

class EquationPicturesTest final : public QObject
{
    Q_OBJECT

private slots:
    void svgHoldsEveryGlyphAndAnchor();
    void svgLooksLikeTheImage();
    void svgNeedsNoGuiThread();
    void imageIsTightAndSharp();
    void transparentPaperIsTransparent();
    void pdfIsOnePageOfTheFormulasSize();
    void brokenLinesMakeTallerPictures();
    void tooLargeIsRefusedInWords();
    void noFormulaIsRefusedInWords();
};

void EquationPicturesTest::svgHoldsEveryGlyphAndAnchor()
{
    for (const Tree& formula : {sample(), sum(30), nested(6)}) {
        const DisplayList list = layOut(formula, {.widthInEm = 30});
        const auto svg = equationSvg(formula, {.widthInEm = 30, .paper = Paper::Transparent});
        QVERIFY(svg);
        const SvgCounts counts = counted(*svg);
        QVERIFY(counts.wellFormed);
        QCOMPARE(counts.elements.at(QStringLiteral("use")), int(list.glyphs.size()));
        const auto rules = counts.elements.find(QStringLiteral("rect"));
        QCOMPARE(rules == counts.elements.end() ? 0 : rules->second, int(list.rules.size()));
        for (const auto& group : list.groups)
            QVERIFY(counts.anchors.contains(group.anchor));
    }
}

void EquationPicturesTest::svgLooksLikeTheImage()
{
    const EquationPicture picture{.fontPoints = 20, .dotsPerInch = 144};
    const auto image = equationImage(sample(), picture);
    const auto svg = equationSvg(sample(), picture);
    QVERIFY(image && svg);
    QSvgRenderer renderer(*svg);
    QVERIFY(renderer.isValid());
    QImage drawn(image->size(), QImage::Format_ARGB32_Premultiplied);
    drawn.fill(Qt::white);
    QPainter painter(&drawn);
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, QRectF(QPointF(), renderer.viewBoxF().size() * 0.04));
    painter.end();
    int different = 0;
    for (int y = 0; y < drawn.height(); ++y)
        for (int x = 0; x < drawn.width(); ++x)
            different += std::abs(qGray(drawn.pixel(x, y)) - qGray(image->pixel(x, y))) > 128;
    QVERIFY2(different < 20, qPrintable(QString::number(different)));
    QVERIFY(inkShare(drawn) > 0.02);
}

void EquationPicturesTest::svgNeedsNoGuiThread()
{
    QByteArray elsewhere;
    const std::unique_ptr<QThread> thread(QThread::create([&] { elsewhere = *equationSvg(nested(3)); }));
    thread->start();
    QVERIFY(thread->wait(10000));
    QCOMPARE(elsewhere, *equationSvg(nested(3)));
}

void EquationPicturesTest::imageIsTightAndSharp()
{
    const auto image = equationImage(sample(), {.fontPoints = 12, .dotsPerInch = 300, .marginEm = 0});
    QVERIFY(image);
    QCOMPARE(image->dotsPerMeterX(), 11811);
    const QRectF box = layOut(sample()).box;
    QVERIFY(std::abs(image->width() - box.width() * 0.05) < 4);
    QVERIFY(std::abs(image->height() - box.height() * 0.05) < 4);
    QVERIFY(inkShare(*image) > 0.03);
    QVERIFY(equationPng(sample())->startsWith("\x89PNG"));
}

void EquationPicturesTest::transparentPaperIsTransparent()
{
    const auto clear = equationImage(sample(), {.paper = Paper::Transparent});
    const auto white = equationImage(sample(), {.paper = Paper::White});
    QCOMPARE(qAlpha(clear->pixel(0, 0)), 0);
    QCOMPARE(white->pixelColor(0, 0), QColor(Qt::white));
    QVERIFY(inkShare(*clear) > 0.01);
}

void EquationPicturesTest::pdfIsOnePageOfTheFormulasSize()
{
    const auto pdf = equationPdf(sample(), {.fontPoints = 10, .marginEm = 0});
    QVERIFY(pdf);
    QVERIFY(pdf->startsWith("%PDF-"));
    QCOMPARE(pdf->count("/Type /Page\n"), 1);
    const auto at = pdf->indexOf("/MediaBox [0 0 ");
    QVERIFY(at > 0);
    const QByteArrayList sizes = pdf->mid(at + 15, 40).split(' ');
    QVERIFY(std::abs(sizes[0].toDouble() - layOut(sample()).box.width() / 100) < 1);
}

void EquationPicturesTest::brokenLinesMakeTallerPictures()
{
    const auto flat = equationImage(sum(20));
    const auto broken = equationImage(sum(20), {.widthInEm = 30});
    QVERIFY(broken->width() < flat->width());
    QVERIFY(broken->height() > 2 * flat->height());
}

void EquationPicturesTest::tooLargeIsRefusedInWords()
{
    const auto image = equationImage(sum(1000));
    QVERIFY(!image);
    QVERIFY(image.error().code == ErrorCode::Limit);
    QVERIFY(image.error().message.find("30000") != std::string::npos);
    QVERIFY(image.error().message.find("SVG") != std::string::npos);
    QVERIFY(equationSvg(sum(1000)));
}

void EquationPicturesTest::noFormulaIsRefusedInWords()
{
    QVERIFY(equationSvg(nullptr).error().code == ErrorCode::BadQuestion);
    QVERIFY(equationPdf(row({})).error().code == ErrorCode::BadQuestion);
    QVERIFY(equationImage(nullptr).error().code == ErrorCode::BadQuestion);
}

QTEST_MAIN(EquationPicturesTest)
#include "EquationPicturesTest.moc"
