// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/OpeningQuestion.h"
#include "core/opening/OpenModel.h"
#include "core/question/Words.h"
#include "tests/core/PreparedText.h"

#include <QTest>

using namespace formulens;

class OpeningQuestionTest final : public QObject
{
    Q_OBJECT

private slots:
    void findsTheDomain_data();
    void findsTheDomain();
    void integersAreWholeNumbers();
    void theSideFileComesFirst();
    void theSideFileDescribesWholeTensors();
    void sideFileEntriesThatNameNothingAreWarnings();
    void opensTheBundledExamples_data();
    void opensTheBundledExamples();
};

namespace {

OpeningQuestion opened(const QString& drawing, const char* sideFile = nullptr)
{
    const auto network = prepared(drawing.toStdString());
    if (!sideFile)
        return openingQuestion(*network);
    const SideFile file = parseSideFile(sideFile, "m").value();
    return openingQuestion(*network, &file);
}

QString domains(const OpeningQuestion& opening)
{
    QStringList list;
    for (const InputQuantity& input : opening.question.inputs)
        list.append(QString::fromStdString(
            input.name + "=" + domainText(input.domain) + " " + std::string(name(input.source)).substr(0, 8)));
    return list.join(QStringLiteral("; "));
}

} // namespace

void OpeningQuestionTest::findsTheDomain_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, const char* body, const char* found) {
        QTest::addRow("%s", name) << QString::fromUtf8(body) << QString::fromUtf8(found);
    };
    row("nothing is known", "y = Relu(x)", "x[0]=-1..1 assumed; x[1]=-1..1 assumed");
    row("a clip at the entrance", "lo = float32[]{-2}\nhi = float32[]{3}\ny = Clip(x, lo, hi)",
        "x[0]=-2..3 clip; x[1]=-2..3 clip");
    row("a clip that is open above", "lo = float32[]{0}\ny = Clip(x, lo)", "x[0]=-1..1 assumed; x[1]=-1..1 assumed");
    row("a clip before operator set 11", "opset 9\ny = Clip<min=-2.0, max=3.0>(x)", "x[0]=-2..3 clip; x[1]=-2..3 clip");
    row("a clip further in is none", "lo = float32[]{-2}\nhi = float32[]{3}\nh = Tanh(x)\ny = Clip(h, lo, hi)",
        "x[0]=-1..1 assumed; x[1]=-1..1 assumed");
    row("a standardiser", "m = float32[2]{10, 20}\ns = float32[2]{1, 2}\nz = Sub(x, m)\ny = Div(z, s)",
        "x[0]=7..13 standard; x[1]=14..26 standard");
    row("a standardiser that multiplies",
        "m = float32[2]{10, 20}\ns = float32[2]{1, 0.5}\nz = Sub(x, m)\ny = Mul(z, s)",
        "x[0]=7..13 standard; x[1]=14..26 standard");
    row("one that adds the mean's opposite", "m = float32[2]{-10, 0}\ns = float32[1]{2}\nz = Add(m, x)\ny = Div(z, s)",
        "x[0]=4..16 standard; x[1]=-6..6 standard");
    row("a min-max scaler",
        "lo = float32[2]{10, 20}\nhi = float32[2]{11, 24}\nw = Sub(hi, lo)\nz = Sub(x, lo)\ny = Div(z, w)",
        "x[0]=10..11 min-max ; x[1]=20..24 min-max ");
    row("a min-max scaler by its name",
        "data_min = float32[2]{10, 20}\ns = float32[2]{1, 4}\nz = Sub(x, data_min)\n"
        "y = Div(z, s)",
        "x[0]=10..11 min-max ; x[1]=20..24 min-max ");
    row("onto -1 to 1", "m = float32[1]{127.5}\nz = Sub(x, m)\ny = Div(z, m)",
        "x[0]=0..255 min-max ; x[1]=0..255 min-max ");
    row("pixels", "s = float32[]{255}\ny = Div(x, s)", "x[0]=0..255 min-max ; x[1]=0..255 min-max ");
    row("a mean of zero and a scale of one say nothing",
        "m = float32[2]{0, 0}\ns = float32[2]{1, 1}\nz = Sub(x, m)\ny = Div(z, s)",
        "x[0]=-1..1 assumed; x[1]=-1..1 assumed");
    row("a mean alone says nothing", "m = float32[2]{5, 6}\ny = Sub(x, m)", "x[0]=-1..1 assumed; x[1]=-1..1 assumed");
    row("a scale of zero says nothing for its input",
        "m = float32[2]{10, 20}\ns = float32[2]{0, 2}\nz = Sub(x, m)\ny = Div(z, s)",
        "x[0]=-1..1 assumed; x[1]=14..26 standard");
    row("after a change of shape",
        "shape = int64[2]{2, 1}\nm = float32[2, 1]{10, 20}\ns = float32[2, 1]{1, 2}\nf = Reshape(x, shape)\n"
        "z = Sub(f, m)\ny = Div(z, s)",
        "x[0]=7..13 standard; x[1]=14..26 standard");
    row("after a change of order",
        "i = int64[2]{1, 0}\nm = float32[2]{20, 10}\ns = float32[2]{2, 1}\nf = Gather<axis=1>(x, i)\n"
        "z = Sub(f, m)\ny = Div(z, s)",
        "x[0]=7..13 standard; x[1]=14..26 standard");
    row("two inputs joined",
        "input t : float32[N, 1]\nm = float32[3]{10, 20, 30}\ns = float32[3]{1, 2, 3}\n"
        "f = Concat<axis=1>(x, t)\nz = Sub(f, m)\ny = Div(z, s)",
        "x[0]=7..13 standard; x[1]=14..26 standard; t=21..39 standard");
}

void OpeningQuestionTest::findsTheDomain()
{
    QFETCH(QString, body);
    QFETCH(QString, found);
    const OpeningQuestion opening
        = opened(QStringLiteral("input x : float32[N, 2]\n") + body + QStringLiteral("\noutput y"));
    QCOMPARE(domains(opening), found);
}

void OpeningQuestionTest::integersAreWholeNumbers()
{
    const auto opening = opened(QStringLiteral("input a : bool[1]\ninput b : uint8[1]\ninput c : int64[1]\n"
                                               "input d : float32[1]\ny = Relu(d)\noutput y"));
    QCOMPARE(domains(opening), QStringLiteral("a={0,1} ranges o; b=0..255 ranges o; c=-1..1 assumed; d=-1..1 assumed"));
    QVERIFY(opening.question.inputs[1].domain.kind == Domain::Kind::Whole);
    QVERIFY(opening.question.inputs[2].domain.kind == Domain::Kind::Whole);
    QVERIFY(opening.question.inputs[3].domain.kind == Domain::Kind::Interval);
    QCOMPARE(opening.question.referencePoint(), (std::vector<double>{0, 127, 0, 0}));
}

void OpeningQuestionTest::theSideFileComesFirst()
{
    const auto opening = opened(QStringLiteral("input x : float32[N, 2]\nlo = float32[]{-2}\nhi = float32[]{3}\n"
                                               "y = Clip(x, lo, hi)\noutput y"),
        R"({"version": 1, "inputs": [
            {"element": "x", "unit": "K", "scale": 2},
            {"element": "x[1]", "name": "speed", "symbol": "v", "kind": "set", "domain": [0, 1], "classes": ["a", "b"]},
            {"element": "@1", "reference": 2.5}],
            "outputs": [{"element": "@2", "name": "u", "domain": [0, 5]}]})");
    QCOMPARE(opening.warnings, std::vector<std::string>{});
    QCOMPARE(domains(opening), QStringLiteral("x[0]=-2..3 clip; speed={0,1} side fil"));
    QCOMPARE(opening.question.inputs[0].reference, 2.5);
    QCOMPARE(opening.question.inputs[0].unit, std::string("K"));
    QCOMPARE(opening.question.inputs[1].symbol, std::string("v"));
    QCOMPARE(opening.question.inputs[1].reference, 0.0);
    QCOMPARE(opening.question.inputs[1].scaling.scale, 2.0);
    QCOMPARE(opening.question.outputs[1].name, std::string("u"));
    QCOMPARE(opening.question.outputs[1].range->upper, 5.0);
    QVERIFY(!opening.question.outputs[0].range);
}

void OpeningQuestionTest::theSideFileDescribesWholeTensors()
{
    const auto opening = opened(QStringLiteral("input x : float32[1, 2, 2]\ny = Relu(x)\noutput y"),
        R"({"version": 1, "inputs": [{"element": "x", "name": "pixel", "symbol": "p", "kind": "whole",
            "domain": [0, 16], "reference": [1, 2, 3, 4]}],
            "outputs": [{"name": "y", "classes": ["a", "b", "c", "d"]}]})");
    QCOMPARE(opening.warnings, std::vector<std::string>{});
    QCOMPARE(opening.question.inputs[2].name, std::string("pixel[1,0]"));
    QCOMPARE(opening.question.inputs[2].symbol, std::string("p3"));
    QCOMPARE(opening.question.referencePoint(), (std::vector<double>{1, 2, 3, 4}));
    QCOMPARE(opening.question.outputs[3].name, std::string("y[d]"));
}

void OpeningQuestionTest::sideFileEntriesThatNameNothingAreWarnings()
{
    const auto opening = opened(QStringLiteral("input x : float32[2]\ny = Relu(x)\noutput y"),
        R"({"version": 1, "inputs": [{"name": "z"}, {"name": "x", "reference": [1, 2, 3]}],
            "outputs": [{"name": "y", "classes": ["a"]}]})");
    QCOMPARE(opening.warnings,
        (std::vector<std::string>{"side file: input 'z': there is no input of this name; the names are x[0], x[1]",
            "side file: input 'x' has 2 elements, but 3 reference values",
            "side file: output 'y' has 2 elements, but 1 classes"}));
}

void OpeningQuestionTest::opensTheBundledExamples_data()
{
    QTest::addColumn<QString>("path");
    const std::filesystem::path folder = FORMULENS_SOURCE_DIR "/resources/examples";
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".onnx")
            QTest::addRow("%s", entry.path().stem().c_str()) << QString::fromStdString(entry.path().string());
}

void OpeningQuestionTest::opensTheBundledExamples()
{
    QFETCH(QString, path);
    const auto model = openModel(path.toStdString());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QVERIFY2(model->warnings.empty(), model->warnings.empty() ? "" : model->warnings.front().c_str());
    QVERIFY(model->sideFile);
    QCOMPARE(model->fingerprint.size(), std::size_t(32));
    const OpeningQuestion opening = openingQuestion(*model->prepared, &*model->sideFile);
    QVERIFY2(opening.warnings.empty(), opening.warnings.empty() ? "" : opening.warnings.front().c_str());
    QVERIFY(!opening.question.outputs.empty());
    for (const InputQuantity& input : opening.question.inputs)
        QVERIFY(input.source == DomainSource::SideFile);
}

QTEST_MAIN(OpeningQuestionTest)
#include "OpeningQuestionTest.moc"
