// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/PictureWriter.h"
#include "ui/plots/CurvePlot.h"
#include "ui/plots/MapPlot.h"
#include "ui/plots/SensitivityPlot.h"

#include <QSignalSpy>
#include <QTest>
#include <QXmlStreamReader>

using namespace formulens;

namespace {

CurvePlotData parabola()
{
    CurvePlotData data;
    data.inputLabel = QStringLiteral("x [m]");
    data.outputLabel = QStringLiteral("y");
    data.series.emplace_back();
    data.series[0].name = QStringLiteral("y");
    for (int i = 0; i <= 20; ++i) {
        data.x.push_back(-1 + 0.1 * i);
        data.series[0].network.push_back(data.x.back() * data.x.back());
    }
    return data;
}

MapPlotData saddle()
{
    MapPlotData data;
    data.map.x = {-1, 0, 1};
    data.map.y = {-1, 0, 1};
    data.map.values = {1, 0, -1, 0, 0, 0, -1, 0, 1};
    return data;
}

SensitivityPlotData twoByThree()
{
    SensitivityPlotData data;
    data.map.outputs = 2;
    data.map.inputs = 3;
    data.map.values = {0, 0};
    data.map.derivative = {1, -2, 0, 0.5, 0, 3};
    data.map.scaled = {0.5, -1, 0, 0.25, 0.4, 1};
    data.map.steps = {false, false, false, false, true, false};
    data.outputs = QStringList{QStringLiteral("y1"), QStringLiteral("y2")};
    data.inputs = QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    return data;
}

/// QCustomPlot lays itself out while painting.
void shown(QWidget& plot)
{
    plot.resize(500, 360);
    plot.show();
    static_cast<void>(plot.grab());
}

} // namespace

class PlotsTest final : public QObject
{
    Q_OBJECT

private slots:
    void theReferencePointIsDragged();
    void axesHoldStillAndOnlyGrow();
    void aClickOnACellPicksThePair();
    void aStepIsNamedInWords();
    void theMapsMarkerIsDragged();
    void everyPlotIsAPicture_data();
    void everyPlotIsAPicture();
    void aPictureThatIsTooLargeIsRefused();
};

void PlotsTest::theReferencePointIsDragged()
{
    CurvePlot plot;
    plot.setData(parabola());
    shown(plot);
    QSignalSpy drags(&plot, &CurvePlot::referenceDragged);
    const int y = plot.axisRect()->rect().center().y();
    const auto pixel = [&](double x) { return QPoint(qRound(plot.xAxis->coordToPixel(x)), y); };
    QTest::mousePress(&plot, Qt::LeftButton, {}, pixel(0));
    QTest::mouseMove(&plot, pixel(0.5));
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, pixel(0.5));
    QCOMPARE(drags.size(), 2);
    QCOMPARE(drags[0][1].toBool(), true);
    QVERIFY(std::fabs(drags[1][0].toDouble() - 0.5) < 0.01);
    QCOMPARE(drags[1][1].toBool(), false);
}

void PlotsTest::axesHoldStillAndOnlyGrow()
{
    CurvePlot plot;
    plot.setData(parabola());
    const QCPRange before = plot.yAxis->range();
    CurvePlotData flatter = parabola();
    for (double& value : flatter.series[0].network)
        value *= 0.5;
    plot.setData(flatter, true);
    QCOMPARE(plot.yAxis->range().upper, before.upper);
    CurvePlotData steeper = parabola();
    for (double& value : steeper.series[0].network)
        value *= 3;
    plot.setData(steeper, true);
    QVERIFY(plot.yAxis->range().upper >= 3);
    QCOMPARE(plot.yAxis->range().lower, std::min(before.lower, plot.yAxis->range().lower));
}

void PlotsTest::aClickOnACellPicksThePair()
{
    SensitivityPlot plot;
    plot.setData(twoByThree());
    shown(plot);
    QSignalSpy clicks(&plot, &SensitivityPlot::cellClicked);
    QTest::mouseClick(&plot, Qt::LeftButton, {}, plot.position(1, 2));
    QCOMPARE(clicks.size(), 1);
    QCOMPARE(clicks[0][0].value<std::size_t>(), std::size_t{1});
    QCOMPARE(clicks[0][1].value<std::size_t>(), std::size_t{2});
    QTest::keyClick(&plot, Qt::Key_Left);
    QTest::keyClick(&plot, Qt::Key_Up);
    QTest::keyClick(&plot, Qt::Key_Return);
    QCOMPARE(clicks.size(), 2);
    QCOMPARE(clicks[1][0].value<std::size_t>(), std::size_t{0});
    QCOMPARE(clicks[1][1].value<std::size_t>(), std::size_t{1});
}

void PlotsTest::aStepIsNamedInWords()
{
    SensitivityPlot plot;
    plot.setData(twoByThree());
    QVERIFY(plot.describe(1, 1).contains(QStringLiteral("step")));
    QVERIFY(!plot.describe(0, 0).contains(QStringLiteral("step")));
}

void PlotsTest::theMapsMarkerIsDragged()
{
    MapPlot plot;
    plot.setData(saddle());
    shown(plot);
    QSignalSpy drags(&plot, &MapPlot::referenceDragged);
    const auto pixel = [&](double x, double y) {
        return QPoint(qRound(plot.xAxis->coordToPixel(x)), qRound(plot.yAxis->coordToPixel(y)));
    };
    QTest::mousePress(&plot, Qt::LeftButton, {}, pixel(0, 0));
    QTest::mouseMove(&plot, pixel(0.5, -0.5));
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, pixel(0.5, -0.5));
    QCOMPARE(drags.size(), 2);
    QVERIFY(std::fabs(drags[1][0].toDouble() - 0.5) < 0.02);
    QVERIFY(std::fabs(drags[1][1].toDouble() + 0.5) < 0.02);
}

void PlotsTest::everyPlotIsAPicture_data()
{
    QTest::addColumn<int>("format");
    QTest::addRow("PNG") << static_cast<int>(PictureFormat::Png);
    QTest::addRow("SVG") << static_cast<int>(PictureFormat::Svg);
    QTest::addRow("PDF") << static_cast<int>(PictureFormat::Pdf);
}

void PlotsTest::everyPlotIsAPicture()
{
    QFETCH(int, format);
    CurvePlot curve;
    curve.setData(parabola());
    MapPlot map;
    map.setData(saddle());
    SensitivityPlot heat;
    heat.setData(twoByThree());
    for (const PictureSource* source : std::initializer_list<const PictureSource*>{&curve, &map, &heat}) {
        const Result<QByteArray> bytes = pictureOf(*source, static_cast<PictureFormat>(format), 96);
        QVERIFY(bytes.has_value());
        if (format == static_cast<int>(PictureFormat::Png)) {
            const QImage image = QImage::fromData(*bytes);
            QCOMPARE(image.size(), QSize(480, 320));
            QCOMPARE(image.pixelColor(1, 1), QColor(Qt::white));
        } else if (format == static_cast<int>(PictureFormat::Svg)) {
            QXmlStreamReader reader(*bytes);
            while (!reader.atEnd())
                reader.readNext();
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        } else {
            QVERIFY(bytes->startsWith("%PDF"));
        }
    }
}

void PlotsTest::aPictureThatIsTooLargeIsRefused()
{
    CurvePlot plot;
    plot.setData(parabola());
    plot.setPictureSize({4000, 4000});
    const Result<QByteArray> bytes = pictureOf(plot, PictureFormat::Png, 2400);
    QVERIFY(!bytes);
    QCOMPARE(bytes.error().code, ErrorCode::Limit);
}

QTEST_MAIN(PlotsTest)
#include "PlotsTest.moc"
