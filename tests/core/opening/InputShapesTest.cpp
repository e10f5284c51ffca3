// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/InputShapes.h"

#include "core/network/NetworkText.h"

#include <QTest>

using namespace formulens;

/// Extents for inputs that a file leaves open, as the command line says them.
class InputShapesTest final : public QObject
{
    Q_OBJECT

private slots:
    void wordsAreNamesAndExtents();
    void otherWordsAreRefused_data();
    void otherWordsAreRefused();
    void shapesFillWhatIsOpen();
    void shapesThatDoNotFitAreRefused_data();
    void shapesThatDoNotFitAreRefused();
};

namespace {

std::shared_ptr<const Network> network()
{
    return parseNetwork("input x : float32[N, 3]\ninput z : float32[2]\ny = Add(x, z)\noutput y").value();
}

} // namespace

void InputShapesTest::wordsAreNamesAndExtents()
{
    const auto shapes = parseInputShapes("input.1=1x3x32x32, \"odd, name\" = 14");
    QVERIFY(shapes.has_value());
    QCOMPARE(*shapes, (InputShapes{{"input.1", {1, 3, 32, 32}}, {"odd, name", {14}}}));
    QVERIFY(parseInputShapes("")->empty());
}

void InputShapesTest::otherWordsAreRefused_data()
{
    QTest::addColumn<QString>("words");
    for (const char* const words :
        {"x", "x=", "x=0", "x=1x", "xx=ax1", "x=1x-2", "x[0]=1", "x=1,2", "x=99999999999999999999"})
        QTest::addRow("%s", words) << words;
}

void InputShapesTest::otherWordsAreRefused()
{
    QFETCH(QString, words);
    const auto shapes = parseInputShapes(words.toStdString());
    QVERIFY(!shapes);
    QVERIFY(QString::fromStdString(shapes.error().message)
                .endsWith(QStringLiteral("expected an input's name and its extents, as x=1x3x32x32")));
}

void InputShapesTest::shapesFillWhatIsOpen()
{
    const auto filled = withShapes(network(), {{"x", {5, 3}}});
    QVERIFY(filled.has_value());
    const TensorInfo& x = (*filled)->tensor((*filled)->inputs.front());
    QCOMPARE((*x.declaredShape)[0].extent, std::optional<std::int64_t>(5));
}

void InputShapesTest::shapesThatDoNotFitAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QVector<qint64>>("extents");
    QTest::addColumn<QString>("words");
    QTest::addRow("another extent than the file's")
        << "x" << QVector<qint64>{5, 4} << "shape [5, 4] does not fit what the file declares of input 'x'";
    QTest::addRow("another rank") << "x" << QVector<qint64>{3}
                                  << "shape [3] does not fit what the file declares of input 'x'";
    QTest::addRow("no input") << "y" << QVector<qint64>{3} << "a shape is given for 'y', which is no input";
}

void InputShapesTest::shapesThatDoNotFitAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QVector<qint64>, extents);
    QFETCH(QString, words);
    const auto filled = withShapes(network(), {{name.toStdString(), {extents.begin(), extents.end()}}});
    QVERIFY(!filled);
    QCOMPARE(QString::fromStdString(filled.error().message), words);
}

QTEST_APPLESS_MAIN(InputShapesTest)
#include "InputShapesTest.moc"
