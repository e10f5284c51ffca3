// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/SideFile.h"

#include <QTest>

using namespace formulens;

class SideFileTest final : public QObject
{
    Q_OBJECT

private slots:
    void liesBesideTheModel();
    void readsEveryKey();
    void writesWhatItReads();
    void readsTheBundledOnes();
    void namesUnknownKeys();
    void saysWhereItIsWrong_data();
    void saysWhereItIsWrong();
    void refusesOtherVersionsAndOtherText_data();
    void refusesOtherVersionsAndOtherText();
};

namespace {

constexpr const char* everything = R"({
    "version": 1, "title": "t", "story": "s", "input_shapes": {"x": [1, 3]},
    "inputs": [
        {"element": "x[0]", "name": "speed", "symbol": "v_in", "description": "d", "unit": "m/s",
         "domain": [-1, 2.5], "reference": 0.5, "offset": 273.15, "scale": 2},
        {"name": "n", "kind": "whole", "domain": [0, 16], "reference": [1, 2]},
        {"name": "b", "kind": "set", "domain": [1, 0], "classes": ["no", "yes"]}],
    "outputs": [{"name": "y", "domain": [0, 1]}]
})";

} // namespace

void SideFileTest::liesBesideTheModel()
{
    QCOMPARE(sideFilePathOf("dir/model.v2.onnx"), std::filesystem::path("dir/model.v2.formulens.json"));
}

void SideFileTest::readsEveryKey()
{
    const SideFile file = parseSideFile(everything, "m.formulens.json").value();
    QCOMPARE(file.title, std::string("t"));
    QCOMPARE(file.story, std::string("s"));
    QCOMPARE(file.inputShapes.at("x"), (std::vector<std::int64_t>{1, 3}));
    QVERIFY(file.warnings.empty());
    const SideQuantity& speed = file.inputs[0];
    QCOMPARE(speed.element, std::string("x[0]"));
    QCOMPARE(speed.symbol, std::string("v_in"));
    QVERIFY(speed.domain == (Domain{Domain::Kind::Interval, {-1, 2.5}, {}}));
    QVERIFY(speed.scaling == (Scaling{273.15, 2}));
    QVERIFY(file.inputs[1].domain == (Domain{Domain::Kind::Whole, {0, 16}, {}}));
    QCOMPARE(file.inputs[1].reference, (std::vector<double>{1, 2}));
    QVERIFY(file.inputs[2].domain == (Domain{Domain::Kind::Set, {0, 1}, {0, 1}}));
    QVERIFY(!file.outputs[0].scaling);
}

void SideFileTest::writesWhatItReads()
{
    const SideFile file = parseSideFile(everything, "m.formulens.json").value();
    QVERIFY(parseSideFile(toJson(file), "m.formulens.json").value() == file);
}

void SideFileTest::readsTheBundledOnes()
{
    const std::filesystem::path folder = FORMULENS_SOURCE_DIR "/resources/examples";
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().string().ends_with(".formulens.json")) {
            const auto file = readSideFile(entry.path());
            QVERIFY2(file, file ? "" : file.error().message.c_str());
            QVERIFY2(file->warnings.empty(), entry.path().c_str());
        }
}

void SideFileTest::namesUnknownKeys()
{
    const auto file = parseSideFile(R"({"version": 1, "titel": "", "inputs": [{"name": "x", "min": 0}]})", "m").value();
    QCOMPARE(file.warnings,
        (std::vector<std::string>{"titel is not known and is not used", "inputs[0].min is not known and is not used"}));
}

void SideFileTest::saysWhereItIsWrong_data()
{
    QTest::addColumn<QString>("inputs");
    QTest::addColumn<QString>("words");
    QTest::addRow("no name") << "{}"
                             << "inputs[0]: expected \"element\" or \"name\"";
    QTest::addRow("not an object") << "3"
                                   << "inputs[0]: expected an object {...}";
    QTest::addRow("a number for a name") << "{\"name\": 3}"
                                         << "inputs[0].name: expected a text in quotes";
    QTest::addRow("a domain that is turned round") << "{\"name\": \"x\", \"domain\": [1, 0]}"
                                                   << "inputs[0].domain: expected [lowest, highest]";
    QTest::addRow("a word in a domain") << "{\"name\": \"x\", \"domain\": [\"a\", 1]}"
                                        << "inputs[0].domain[0]: expected a number";
    QTest::addRow("a domain too large for a number") << "{\"name\": \"x\", \"domain\": [0, 1e999]}"
                                                     << "number overflow parsing '1e999'";
    QTest::addRow("a set without values") << "{\"name\": \"x\", \"kind\": \"set\"}"
                                          << "inputs[0]: a set needs its values in \"domain\"";
    QTest::addRow("an unknown kind")
        << "{\"name\": \"x\", \"kind\": \"even\"}"
        << "inputs[0].kind: 'even' is unknown, expected \"interval\", \"whole\" or \"set\"";
    QTest::addRow("no whole number") << "{\"name\": \"x\", \"kind\": \"whole\", \"domain\": [0.2, 0.8]}"
                                     << "inputs[0].domain: there is no whole number in it";
    QTest::addRow("a scale of zero") << "{\"name\": \"x\", \"scale\": 0}"
                                     << "inputs[0].scale: expected a number other than 0";
    QTest::addRow("no symbol") << "{\"name\": \"x\", \"symbol\": \"2x\"}"
                               << "inputs[0].symbol: '2x' is no symbol, expected a letter or a word with an optional "
                                  "index: x1, theta, T_in";
}

void SideFileTest::saysWhereItIsWrong()
{
    QFETCH(QString, inputs);
    QFETCH(QString, words);
    const std::string json = "{\"version\": 1, \"inputs\": [" + inputs.toStdString() + "]}";
    const auto file = parseSideFile(json, "m.formulens.json");
    QVERIFY(!file);
    QCOMPARE(QString::fromStdString(file.error().message), QStringLiteral("m.formulens.json: ") + words);
}

void SideFileTest::refusesOtherVersionsAndOtherText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addRow("a newer version") << "{\"version\": 2}"
                                     << "version: 2 is not known to this program, which reads version 1";
    QTest::addRow("no version") << "{}"
                                << "version: expected the number 1";
    QTest::addRow("an extent of no elements") << R"({"version": 1, "input_shapes": {"x": [1, 0]}})"
                                              << "input_shapes.x[1]: expected a whole number from 1 on";
    QTest::addRow("a list") << "[]"
                            << "the file: expected an object {...}";
    QTest::addRow("a missing brace")
        << "{\"version\": 1,\n"
        << "parse error at line 2, column 1: syntax error while parsing object key - unexpected end "
           "of input; expected string literal";
    QTest::addRow("a deep pit") << QString(100'000, QLatin1Char('[')) << "it is nested more than 32 deep";
}

void SideFileTest::refusesOtherVersionsAndOtherText()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto file = parseSideFile(text.toStdString(), "m");
    QVERIFY(!file);
    QCOMPARE(QString::fromStdString(file.error().message), QStringLiteral("m: ") + words);
}

QTEST_MAIN(SideFileTest)
#include "SideFileTest.moc"
