// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/JsonFormula.h"
#include "core/exporters/Writer.h"
#include "tests/core/exporters/SampleFormulas.h"

#include <QTest>

using namespace formulens;
using namespace formulens::samples;

Q_DECLARE_METATYPE(formulens::Formula)

namespace {

/// A small sound file with one part replaced.
QByteArray fileWith(const char* what, const QByteArray& with)
{
    QByteArray file = R"({"format":"formulens-formula","version":1,"form":"closed","model":"m","provenance":"",
"nodes":[{"symbol":"x1"},0.5,{"call":"tanh","operands":[0],"parameters":[]},{"sum":[[2,2]],"constant":1}],
"variables":[{"symbol":"x1","name":"x","input":0,"domain":[-1,1],"reference":0}],
"held":[],"definitions":[],
"results":[{"symbol":"y","element":{"tensor":3,"element":0},"value":3}],"layers":[],"region":[],
"badge":{"kind":0,"largestDifference":0,"outputRange":1,"tolerance":0,"points":256,"notFinite":0,"worstPoint":[],
"combinedRounding":0,"domainAssumed":false,"remarks":[]}})";
    const qsizetype at = file.indexOf(what);
    Q_ASSERT(at >= 0);
    return file.replace(at, static_cast<qsizetype>(qstrlen(what)), with);
}

} // namespace

class JsonFormulaTest final : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenReadsBack_data();
    void whatIsWrittenReadsBack();
    void everyFieldReadsBack();
    void sharedPartsStayShared();
    void aSoundFileIsRead();
    void aBrokenFileIsRefusedInWords_data();
    void aBrokenFileIsRefusedInWords();
};

void JsonFormulaTest::whatIsWrittenReadsBack_data()
{
    QTest::addColumn<Formula>("formula");
    QTest::addRow("two sigmoids") << twoSigmoids();
    QTest::addRow("nested sigmoids") << nestedSigmoids();
    QTest::addRow("every function") << everyFunction();
    QTest::addRow("powers, quotients, extreme numbers and sharing") << arithmetic();
    QTest::addRow("a law with its region") << law();
    QTest::addRow("a derivative") << derivativeOfTanh();
    QTest::addRow("dense layers") << denseLayers();
    QTest::addRow("layers") << layers();
}

void JsonFormulaTest::whatIsWrittenReadsBack()
{
    QFETCH(Formula, formula);
    const std::string json = *write(formula, Language::Json);
    const Result<Formula> read = readFormula(json);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(*write(*read, Language::Json), json);
    QCOMPARE(read->definitions.size(), formula.definitions.size());
    for (std::size_t i = 0; i < formula.definitions.size(); ++i)
        QVERIFY(read->definitions[i].value == formula.definitions[i].value);
    for (std::size_t i = 0; i < formula.results.size(); ++i)
        QVERIFY(read->results[i].value == formula.results[i].value);
    for (std::size_t i = 0; i < formula.layers.size(); ++i) {
        QCOMPARE(read->layers[i].matrix, formula.layers[i].matrix);
        QVERIFY(read->layers[i].sparse == formula.layers[i].sparse);
        QVERIFY(read->layers[i].scaling == formula.layers[i].scaling);
        QCOMPARE(read->layers[i].matrixSymbol, formula.layers[i].matrixSymbol);
    }
}

void JsonFormulaTest::everyFieldReadsBack()
{
    Formula formula = law();
    formula.provenance = "Formulens 0.1.0, seed 7";
    formula.variables[0].unit = "rad";
    formula.variables[0].description = "angle of the pole";
    formula.variables[0].scaling = {1.5, -2};
    formula.variables[0].reference = 0.25;
    formula.variables[1].domain = {-std::numeric_limits<double>::infinity(), 3};
    formula.held = {{"n", "K", 4, 7.5, {0, 3}}};
    formula.results[0].element = {TensorIndex(7), 3};
    formula.results[0].subtracted = ElementReference{TensorIndex(7), 2};
    formula.results[0].derivativeBy = 1;
    formula.results[0].scaling = {0.5, 4};
    formula.badge.kind = Badge::Kind::ExactInRegion;
    formula.badge.largestDifference = 3e-16;
    formula.badge.worstPoint = {0.1, std::nan("")};
    formula.badge.remarks = {"a remark"};
    formula.badge.domainAssumed = true;
    formula.badge.points = 256;
    const Result<Formula> read = readFormula(*write(formula, Language::Json));
    QVERIFY(read.has_value());
    QCOMPARE(read->form, Form::Law);
    QCOMPARE(read->provenance, formula.provenance);
    QCOMPARE(read->variables[0].unit, std::string("rad"));
    QCOMPARE(read->variables[0].description, formula.variables[0].description);
    QVERIFY(read->variables[0].scaling == formula.variables[0].scaling);
    QCOMPARE(read->variables[0].reference, 0.25);
    QVERIFY(std::isinf(read->variables[1].domain.lower));
    QCOMPARE(read->held[0].value, 7.5);
    QVERIFY(read->results[0].element == formula.results[0].element);
    QVERIFY(read->results[0].subtracted == formula.results[0].subtracted);
    QVERIFY(read->results[0].derivativeBy == formula.results[0].derivativeBy);
    QVERIFY(read->results[0].scaling == formula.results[0].scaling);
    QVERIFY(read->region[1].strict && !read->region[0].strict);
    QCOMPARE(read->region[0].symbol, formula.region[0].symbol);
    QCOMPARE(read->region[0].side, formula.region[0].side);
    QCOMPARE(read->region[0].name, formula.region[0].name);
    QCOMPARE(read->badge.kind, Badge::Kind::ExactInRegion);
    QCOMPARE(read->badge.largestDifference, 3e-16);
    QVERIFY(std::isnan(read->badge.worstPoint[1]));
    QVERIFY(read->badge.domainAssumed);
    QCOMPARE(read->badge.points, std::size_t(256));
}

void JsonFormulaTest::sharedPartsStayShared()
{
    const std::string json = *write(arithmetic(), Language::Json);
    QVERIFY(json.size() < 20000);
    QVERIFY(readFormula(json).has_value());
}

void JsonFormulaTest::aSoundFileIsRead()
{
    const Result<Formula> read = readFormula(fileWith("\"m\"", "\"m\"").toStdString());
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QVERIFY(read->results[0].value == Expression::sum(1, {{2, call("tanh", {symbol("x1")})}}));
}

void JsonFormulaTest::aBrokenFileIsRefusedInWords_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char* name, const QByteArray& file, const char* words) {
        QTest::addRow("%s", name) << file << QByteArray(words);
    };
    row("nothing", "", "it is not JSON");
    row("half a file", fileWith("\"results\"", ""), "it is not JSON");
    row("another JSON", "{\"nodes\": []}", "it has no \"format\"");
    row("a list", "[1, 2]", "the file is array, expected an object");
    row("a newer version", fileWith("\"version\":1", "\"version\":2"), "newer Formulens");
    row("a version that is text", fileWith("\"version\":1", "\"version\":\"1\""), "expected a whole number");
    row("an unknown form", fileWith("\"closed\"", "\"open\""), "the form \"open\" is not known");
    row("a node that refers to itself", fileWith("\"operands\":[0]", "\"operands\":[2]"),
        "node 2 refers to node 2, expected an earlier one");
    row("a node that refers forward", fileWith("\"operands\":[0]", "\"operands\":[3]"), "expected an earlier one");
    row("a negative reference", fileWith("\"operands\":[0]", "\"operands\":[-1]"), "expected a whole number");
    row("a huge reference", fileWith("\"operands\":[0]", "\"operands\":[99999999999]"), "expected a whole number");
    row("a fractional reference", fileWith("\"operands\":[0]", "\"operands\":[0.5]"), "expected a whole number");
    row("an unknown function", fileWith("\"tanh\"", "\"evil\""), "the function \"evil\" is not known");
    row("too many operands", fileWith("\"operands\":[0]", "\"operands\":[0,1]"), "2 operands, expected 1");
    row("too many parameters", fileWith("\"parameters\":[]", "\"parameters\":[1]"), "1 parameters, expected 0");
    row("a value beyond the list", fileWith("\"value\":3", "\"value\":4"), "refers to node 4");
    row("a symbol that is nowhere", fileWith("{\"symbol\":\"x1\"},", "{\"symbol\":\"x9\"},"), "\"x9\"");
    row("a reversed domain", fileWith("[-1,1]", "[1,-1]"), "two ascending numbers");
    row("two inputs of one symbol",
        fileWith("\"variables\":[", "\"variables\":[{\"symbol\":\"x1\",\"input\":1,\"domain\":[0,1],\"reference\":0},"),
        "two variables");
    row("deep nesting", QByteArray(1000000, '['), "nested more than");
    row("a layer that claims a huge matrix",
        fileWith("\"layers\":[]",
            "\"layers\":[{\"symbol\":\"h\",\"arguments\":[\"x\"],\"rows\":4000000000,\"columns\":4000000000,"
            "\"operandsPerRow\":1,\"matrix\":[1]}]"),
        "the matrix has 1 numbers");
    row("sparse forms out of range",
        fileWith("\"layers\":[]",
            "\"layers\":[{\"symbol\":\"h\",\"arguments\":[\"x\"],\"rows\":1,\"columns\":1,\"operandsPerRow\":1,"
            "\"sparse\":{\"constant\":[0],\"first\":[0,1],\"column\":[7],\"coefficient\":[1]}}]"),
        "contradict");
    QByteArray chain = "{\"symbol\":\"x1\"}";
    for (int i = 0; i < 5000; ++i)
        chain += ",{\"call\":\"tanh\",\"operands\":[" + QByteArray::number(i) + "],\"parameters\":[]}";
    row("a chain that is too deep", fileWith("{\"symbol\":\"x1\"}", chain), "operands deep");
    QByteArray factors = "0";
    for (int i = 0; i < 2000; ++i)
        factors += ",0";
    row("too many factors", fileWith("{\"sum\":[[2,2]],\"constant\":1}", "{\"product\":[" + factors + "]}"), "factors");
}

void JsonFormulaTest::aBrokenFileIsRefusedInWords()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, words);
    const Result<Formula> read = readFormula(file.toStdString());
    QVERIFY(!read.has_value());
    QVERIFY2(read.error().message.find(words.toStdString()) != std::string::npos, read.error().message.c_str());
    QVERIFY(read.error().message.size() < 400);
}

QTEST_MAIN(JsonFormulaTest)
#include "JsonFormulaTest.moc"
