// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/PointsFile.h"
#include "core/network/NetworkText.h"

#include <QTest>

using namespace formulens;

class PointsFileTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void bringsColumnsIntoOrder_data();
    void bringsColumnsIntoOrder();
    void neverGuessesColumns_data();
    void neverGuessesColumns();
    void takesTargetsByName();
    void takesPhysicalNumbers();
    void judgesTheFit();

private:
    std::shared_ptr<const PreparedNetwork> m_network;
    Question m_question;
};

void PointsFileTest::initTestCase()
{
    m_network = prepare(
        parseNetwork("input x : float32[N, 2]\ninput \"Temp (C)\" : float32[N]\ny = Relu(x)\noutput y").value())
                    .value();
    m_question.inputs.resize(3);
    m_question.inputs[0].name = "length";
    m_question.inputs[1].name = "width";
    m_question.inputs[2].name = "Temp (C)";
    const TensorIndex y = *m_network->network->find("y");
    m_question.outputs = {{{y, 0}, "y[0]", {}, {}, {}, {}, {}, {}}, {{y, 1}, "area", {}, {}, {}, {}, {}, {}}};
}

void PointsFileTest::bringsColumnsIntoOrder_data()
{
    QTest::addColumn<QString>("text");
    QTest::addRow("without a header") << "1,2,3\n4,5,6";
    QTest::addRow("given names, in another order") << "width,length,Temp (C)\n2,1,3\n5,4,6";
    QTest::addRow("names of the file, in another order") << "Temp (C),x[1],x[0]\n3,2,1\n6,5,4";
    QTest::addRow("quoted names") << "\"Temp (C)\",\"x[1]\",\"length\"\n3,2,1\n6,5,4";
    QTest::addRow("counted names") << "x2,@1,@3\n2,1,3\n5,4,6";
}

void PointsFileTest::bringsColumnsIntoOrder()
{
    QFETCH(QString, text);
    const auto table = parseCsv(text.toStdString(), "points.csv").value();
    const auto points = pointsOf(table, *m_network, m_question, "points.csv");
    QVERIFY2(points, points ? "" : points.error().message.c_str());
    QCOMPARE(points->count, std::size_t(2));
    QCOMPARE(points->values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
}

void PointsFileTest::neverGuessesColumns_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("names that mean nothing here") << "a,b,c\n1,2,3"
                                                  << "points.csv: there is no column for the input 'length'";
    QTest::addRow("the same input twice") << "length,x[0],width\n1,2,3"
                                          << "points.csv: there is more than one column for the input 'length'";
    QTest::addRow("too few columns") << "1,2"
                                     << "points.csv: 2 columns, expected one for each of the 3 input elements";
}

void PointsFileTest::neverGuessesColumns()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto points
        = pointsOf(parseCsv(text.toStdString(), "points.csv").value(), *m_network, m_question, "points.csv");
    QVERIFY(!points);
    QCOMPARE(QString::fromStdString(points.error().message), words);
}

void PointsFileTest::takesTargetsByName()
{
    const auto named = parseCsv("area,remark,x[0],x[1],Temp (C)\n9,0,1,2,3\n8,0,4,5,6", "data.csv").value();
    const auto data = dataSetOf(named, *m_network, m_question, "data.csv").value();
    QCOMPARE(data.points.values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    QCOMPARE(data.outputs, std::vector<std::size_t>{1});
    QCOMPARE(data.targets, (std::vector<double>{9, 8}));

    const auto plain = dataSetOf(parseCsv("1,2,3,7,9", "data.csv").value(), *m_network, m_question, "data.csv").value();
    QCOMPARE(plain.outputs, (std::vector<std::size_t>{0, 1}));
    QCOMPARE(plain.targets, (std::vector<double>{7, 9}));
    QCOMPARE(dataSetOf(parseCsv("1,2", "data.csv").value(), *m_network, m_question, "data.csv").error().message,
        std::string("data.csv: 2 columns without names, expected 3 inputs and 2 outputs"));
}

/// physical = 20 + 10 * number in the file
void PointsFileTest::takesPhysicalNumbers()
{
    Question question = m_question;
    question.inputs[1].scaling = {20, 10};
    const auto data = dataSetOf(parseCsv("1,30,3,7,9", "data.csv").value(), *m_network, question, "data.csv").value();
    QCOMPARE(data.points.values, (std::vector<double>{1, 1, 3}));
    const auto named = parseCsv("area,x[1],x[0],Temp (C)\n9,30,1,3", "data.csv").value();
    QCOMPARE(dataSetOf(named, *m_network, question, "data.csv").value().points.values, (std::vector<double>{1, 1, 3}));
}

void PointsFileTest::judgesTheFit()
{
    QCOMPARE(coefficientOfDetermination({1, 2, 3}, {1, 2, 3}), 1.0);
    QCOMPARE(coefficientOfDetermination({2, 2, 2}, {1, 2, 3}), 0.0);
    QVERIFY(coefficientOfDetermination({3, 2, 1}, {1, 2, 3}) < 0);
}

QTEST_MAIN(PointsFileTest)
#include "PointsFileTest.moc"
