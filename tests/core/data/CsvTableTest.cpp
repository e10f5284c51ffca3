// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/CsvTable.h"

#include <QTest>

#include <cmath>

using namespace formulens;

class CsvTableTest final : public QObject
{
    Q_OBJECT

private slots:
    void readsNumbers_data();
    void readsNumbers();
    void readsWhatIsNotFinite();
    void saysWhereItIsWrong_data();
    void saysWhereItIsWrong();
};

void CsvTableTest::readsNumbers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("header");
    QTest::addColumn<std::vector<double>>("values");
    const std::vector<double> four{1, 2.5, -3e-4, 0};
    QTest::addRow("numbers alone") << "1,2.5\n-3e-4,0\n"
                                   << "" << four;
    QTest::addRow("without the last line end") << "1,2.5\n-3e-4,0"
                                               << "" << four;
    QTest::addRow("of Windows, with empty lines") << "1,2.5\r\n\r\n-3e-4,0\r\n\r\n"
                                                  << "" << four;
    QTest::addRow("with spaces and a plus") << " +1 ,\t2.5\n-3e-4 , 0\n"
                                            << "" << four;
    QTest::addRow("a header") << "a,b\n1,2.5\n-3e-4,0\n"
                              << "a|b" << four;
    QTest::addRow("quoted names") << "\"a,b\", \"say \"\"x\"\"\"\n1,2.5\n-3e-4,0\n"
                                  << "a,b|say \"x\"" << four;
    QTest::addRow("a backslash before a quote") << "\"a\\\"b\",c\n1,2.5\n-3e-4,0\n"
                                                << "a\"b|c" << four;
    QTest::addRow("quoted numbers are names") << "\"1\",\"2\"\n1,2.5\n-3e-4,0\n"
                                              << "1|2" << four;
    QTest::addRow("a byte order mark") << "\xEF\xBB\xBF"
                                          "1,2.5\n-3e-4,0\n"
                                       << "" << four;
    QTest::addRow("a header and no rows") << "a,b\n"
                                          << "a|b" << std::vector<double>();
}

void CsvTableTest::readsNumbers()
{
    QFETCH(QString, text);
    QFETCH(QString, header);
    QFETCH(std::vector<double>, values);
    const auto table = parseCsv(text.toStdString(), "points.csv");
    QVERIFY2(table, table ? "" : table.error().message.c_str());
    QStringList names;
    for (const std::string& name : table->header)
        names.append(QString::fromStdString(name));
    QCOMPARE(names.join(QLatin1Char('|')), header);
    QCOMPARE(table->columns, std::size_t(2));
    QCOMPARE(table->values, values);
}

void CsvTableTest::readsWhatIsNotFinite()
{
    const auto table = parseCsv("nan,inf,-inf", "points.csv").value();
    QVERIFY(std::isnan(table.values[0]));
    QVERIFY(std::isinf(table.values[1]));
    QCOMPARE(table.rows(), std::size_t(1));
}

void CsvTableTest::saysWhereItIsWrong_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("a word among the numbers") << "a,b\n1,2\n3,x y\n"
                                              << "points.csv: line 3: column 2: 'x y' is not a number";
    QTest::addRow("an empty cell") << "1,2\n3,\n"
                                   << "points.csv: line 2: column 2: '' is not a number";
    QTest::addRow("a comma for the decimal point") << "1;2\n1,5;2,5\n"
                                                   << "points.csv: line 2: 3 columns, expected 1";
    QTest::addRow("a row that is too long") << "1,2\n\n3,4,5\n"
                                            << "points.csv: line 3: 3 columns, expected 2";
    QTest::addRow("an open quote") << "\"a,b\n1,2"
                                   << "points.csv: line 1: a closing quote is missing";
    QTest::addRow("nothing") << "\n\n"
                             << "points.csv: it holds no numbers";
}

void CsvTableTest::saysWhereItIsWrong()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto table = parseCsv(text.toStdString(), "points.csv");
    QVERIFY(!table);
    QCOMPARE(QString::fromStdString(table.error().message), words);
}

QTEST_MAIN(CsvTableTest)
#include "CsvTableTest.moc"
