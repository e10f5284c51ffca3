// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pictures/PictureWriter.h"
#include "ui/plots/CurvePlot.h"
#include "ui/plots/MapPlot.h"
#include "ui/plots/SensitivityPlot.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
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
    // Margins take the width of the labels that the first layout has chosen.
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(plot.grab());
        QCoreApplication::processEvents();
    }
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
    void numbersStandOnlyWhereTheyHaveRoom();
    void manyInputsAreAnImageForEachOutput();
    void theMapsMarkerIsDragged();
    void contourLabelsNeverOverlap();
    void whatTheUserZoomedToStaysWhileASliderMoves();
    void aSteepCurveHasNoStairs();
    void aCurveFillsThePictureWithAndWithoutALegend();
    void screenReadersFindCurvesMapsAndCells();
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
    const double pixelWidth = plot.xAxis->pixelToCoord(1) - plot.xAxis->pixelToCoord(0);
    QVERIFY2(std::fabs(drags[1][0].toDouble() - 0.5) < 2 * pixelWidth, qPrintable(drags[1][0].toString()));
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

void PlotsTest::numbersStandOnlyWhereTheyHaveRoom()
{
    SensitivityPlot plot;
    plot.setData(twoByThree());
    shown(plot);
    QVERIFY(plot.hasNumbers());
    plot.resize(150, 130);
    static_cast<void>(plot.grab());
    QVERIFY(!plot.hasNumbers());
}

void PlotsTest::manyInputsAreAnImageForEachOutput()
{
    SensitivityPlotData data;
    data.map.outputs = 10;
    data.map.inputs = 784;
    data.map.values.resize(10);
    data.map.steps.resize(7840);
    for (std::size_t i = 0; i < 7840; ++i)
        data.map.derivative.push_back(std::sin(0.01 * static_cast<double>(i)));
    data.map.scaled = data.map.derivative;
    for (int i = 0; i < 784; ++i)
        data.inputs << QStringLiteral("x%1").arg(i);
    for (int i = 0; i < 10; ++i)
        data.outputs << QStringLiteral("y%1").arg(i);
    data.imageColumns = 28;
    SensitivityPlot plot;
    plot.setData(data);
    shown(plot);
    QVERIFY(!plot.hasNumbers());
    QSignalSpy clicks(&plot, &SensitivityPlot::cellClicked);
    for (const auto& [output, input] : {std::pair<std::size_t, std::size_t>(0, 0), {9, 783}, {4, 400}}) {
        QTest::mouseClick(&plot, Qt::LeftButton, {}, plot.position(output, input));
        QCOMPARE(clicks.back()[0].value<std::size_t>(), output);
        QCOMPARE(clicks.back()[1].value<std::size_t>(), input);
    }
    const QPoint right = plot.position(0, 27) - plot.position(0, 0);
    const QPoint down = plot.position(0, 27 * 28) - plot.position(0, 0);
    QVERIFY(right.x() > 60);
    QVERIFY(std::abs(right.x() - down.y()) <= 1);
}

void PlotsTest::contourLabelsNeverOverlap()
{
    MapPlotData data;
    for (int i = 0; i <= 60; ++i) {
        data.map.x.push_back(i);
        data.map.y.push_back(i);
    }
    for (const double y : data.map.y)
        for (const double x : data.map.x)
            data.map.values.push_back(std::tanh(0.4 * (x - 30)) + 0.001 * y); // all lines close together
    MapPlot plot;
    plot.setData(data);
    shown(plot);
    const std::vector<QRectF> places = plot.contourLabelPlaces();
    QVERIFY(places.size() >= 3);
    for (std::size_t i = 0; i < places.size(); ++i) {
        QVERIFY(QRectF(plot.axisRect()->rect()).contains(places[i]));
        for (std::size_t k = 0; k < i; ++k)
            QVERIFY(!places[i].intersects(places[k]));
    }
}

void PlotsTest::whatTheUserZoomedToStaysWhileASliderMoves()
{
    CurvePlot plot;
    plot.setData(parabola());
    shown(plot);
    const QPoint middle = plot.axisRect()->rect().center();
    QWheelEvent wheel(QPointF(middle), plot.mapToGlobal(QPointF(middle)), {}, QPoint(0, 240), Qt::NoButton, {},
        Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&plot, &wheel);
    const QCPRange zoomed = plot.xAxis->range();
    QVERIFY(zoomed.size() < 1.9);
    plot.setData(parabola(), true);
    QCOMPARE(plot.xAxis->range().lower, zoomed.lower);
    QTest::mouseDClick(&plot, Qt::LeftButton, {}, middle);
    QCOMPARE(plot.xAxis->range().lower, -1.0);
    QCOMPARE(plot.xAxis->range().upper, 1.0);
}

void PlotsTest::aCurveFillsThePictureWithAndWithoutALegend()
{
    CurvePlotData data;
    data.x = {0, 1};
    data.series.emplace_back();
    data.series[0].network = {0, 1};
    CurvePlot plot;
    plot.setData(data);
    shown(plot);
    QVERIFY(plot.axisRect()->width() > plot.width() / 2);
    data.series[0].formula = {0, 1};
    plot.setData(data);
    shown(plot);
    QVERIFY(plot.legend->visible());
    QVERIFY(plot.axisRect()->width() > plot.width() / 2);
    data.series[0].formula.clear();
    plot.setData(data);
    shown(plot);
    QVERIFY(!plot.legend->visible());
    QVERIFY(plot.axisRect()->width() > plot.width() / 2);
}

/// A logistic step over a tenth of the picture: each column of pixels must meet ink of the curve in one run, and runs
/// of neighbouring columns must touch.
void PlotsTest::aSteepCurveHasNoStairs()
{
    CurvePlotData data;
    data.series.emplace_back();
    for (int i = 0; i <= 999; ++i) {
        data.x.push_back(i / 999.0);
        data.series[0].network.push_back(1 / (1 + std::exp(-200 * (data.x.back() - 0.5))));
    }
    CurvePlot plot;
    plot.setData(data);
    shown(plot);
    const QImage image = plot.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QRect area = plot.axisRect()->rect();
    const QColor blue(0x0072b2);
    int before = -1;
    for (int x = area.left() + 3; x < area.right() - 3; ++x) {
        int top = -1;
        int bottom = -1;
        for (int y = area.top(); y < area.bottom(); ++y) {
            const QColor ink = image.pixelColor(x, y);
            if (std::abs(ink.red() - blue.red()) + std::abs(ink.green() - blue.green()) > 150)
                continue;
            top = top < 0 ? y : top;
            bottom = y;
        }
        if (top < 0)
            continue;
        QVERIFY2(before < 0 || bottom >= before - 3, "neighbouring columns do not touch");
        before = top;
    }
    QVERIFY(before >= 0);
}

void PlotsTest::screenReadersFindCurvesMapsAndCells()
{
    SensitivityPlot heat;
    heat.setData(twoByThree());
    heat.setSelected({1}, {2});
    shown(heat);
    QAccessibleInterface* cells = QAccessible::queryAccessibleInterface(&heat);
    QVERIFY(cells);
    QCOMPARE(cells->childCount(), 6);
    QVERIFY(cells->child(5)->text(QAccessible::Name).contains(QStringLiteral("y2 against c")));
    QVERIFY(cells->child(5)->state().selected);
    QVERIFY(!cells->child(4)->state().selected);
    QSignalSpy clicks(&heat, &SensitivityPlot::cellClicked);
    cells->child(1)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(clicks.size(), 1);
    QCOMPARE(clicks[0][1].value<std::size_t>(), std::size_t{1});
    const QRect place = cells->child(0)->rect();
    QCOMPARE(cells->indexOfChild(cells->childAt(place.center().x(), place.center().y())), 0);

    CurvePlot curve;
    curve.setData(parabola());
    QAccessibleInterface* curves = QAccessible::queryAccessibleInterface(&curve);
    QCOMPARE(curves->childCount(), 1);
    QVERIFY(curves->child(0)->text(QAccessible::Name).contains(QStringLiteral("between 0 and 1")));

    MapPlot map;
    map.setData(saddle());
    QAccessibleInterface* corners = QAccessible::queryAccessibleInterface(&map);
    QCOMPARE(corners->childCount(), 3);
    QVERIFY(corners->child(2)->text(QAccessible::Name).startsWith(QStringLiteral("largest: 1")));
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
