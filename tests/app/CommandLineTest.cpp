// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

namespace {

struct Run
{
    int exitCode = -1;
    QString output;
    QString errors;
};

Run run(const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("DISPLAY"));
    environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(FORMULENS_CLI), arguments);
    if (!process.waitForFinished(120000))
        return {-2, {}, QStringLiteral("did not finish")};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
        QString::fromUtf8(process.readAllStandardError())};
}

QString example(const QString& name)
{
    return QStringLiteral(FORMULENS_SOURCE_DIR "/resources/examples/") + name + QStringLiteral(".onnx");
}

/// Numbers of a CSV text below its header.
QList<double> numbers(const QString& csv)
{
    QList<double> values;
    const QStringList lines = csv.trimmed().split(QLatin1Char('\n')).mid(1);
    for (const QString& line : lines)
        for (const QString& cell : line.split(QLatin1Char(',')))
            values << cell.toDouble();
    return values;
}

} // namespace

class CommandLineTest final : public QObject
{
    Q_OBJECT

private slots:
    void helpAndVersionAreComplete_data();
    void helpAndVersionAreComplete();
    void infoTellsWhatIsInTheFile();
    void aRecurrentLayerIsDifferenceEquations();
    void theArchitectureOfWeightsIsSaid();
    void modelsAsJsonAreEvaluated();
    void whatATerminalActsUponIsWrittenOut();
    void openExtentsAreSaid();
    void xorIsXor();
    void theSixteenFunctionsComeInTheirOrder();
    void everyExampleDerivesInEveryForm_data();
    void everyExampleDerivesInEveryForm();
    void aFormulaIsReadBackAndVerified();
    void aFormulaThatWasTamperedWithDoesNotHold();
    void logicIsWritten();
    void logicTakesThresholdsAndOpenRows_data();
    void logicTakesThresholdsAndOpenRows();
    void theNameOfTheFileSaysTheLanguage_data();
    void theNameOfTheFileSaysTheLanguage();
    void exportedCodeComputesTheSame_data();
    void exportedCodeComputesTheSame();
    void curvesMapsAndSensitivitiesAreWritten();
    void dataOfOnesOwnIsCompared();
    void arraysOfNumpyAreCompared();
    void testDataBesideTheModelIsFound();
    void algebraIsDoneByTheWorker();
    void algebraWithoutAWorkerIsRefused();
    void mistakesGetOneSentenceAndExitCodeTwo_data();
    void mistakesGetOneSentenceAndExitCodeTwo();
};

void CommandLineTest::helpAndVersionAreComplete_data()
{
    QTest::addColumn<QString>("verb");
    for (const char* verb : {"info", "evaluate", "derive", "curve", "map", "sensitivity", "logic", "verify"})
        QTest::addRow("%s", verb) << QString::fromLatin1(verb);
}

void CommandLineTest::helpAndVersionAreComplete()
{
    QFETCH(QString, verb);
    const Run help = run({verb, QStringLiteral("--help")});
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.output.contains(QStringLiteral("MODEL")));
    QCOMPARE(run({QStringLiteral("--version")}).output.trimmed(), QStringLiteral("formulens " FORMULENS_VERSION));
}

void CommandLineTest::infoTellsWhatIsInTheFile()
{
    const Run text = run({QStringLiteral("info"), example(QStringLiteral("xor"))});
    QCOMPARE(text.exitCode, 0);
    QVERIFY2(text.output.contains(QStringLiteral("Dense 2 → 2, sigmoid")), qPrintable(text.output));
    const Run json = run({QStringLiteral("info"), example(QStringLiteral("iris")), QStringLiteral("--json")});
    const QJsonObject object = QJsonDocument::fromJson(json.output.toUtf8()).object();
    QCOMPARE(object[QStringLiteral("input_elements")].toArray().size(), 4);
    QVERIFY(object[QStringLiteral("cannot_compute")].toArray().isEmpty());
}

void CommandLineTest::aRecurrentLayerIsDifferenceEquations()
{
    const QString model = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/recurrent/lstm.onnx");
    const Run step = run({QStringLiteral("derive"), model, QStringLiteral("--time-step")});
    QVERIFY2(step.exitCode == 0, qPrintable(step.errors));
    for (const char* line : {"cn₁ = c₁ f₁ + g₁ i₁\n", "hn₁ = o₁ tanh(cn₁)\n"})
        QVERIFY2(step.output.contains(QString::fromUtf8(line)), qPrintable(step.output));
    const Run unrolled = run({QStringLiteral("derive"), model, QStringLiteral("--form"), QStringLiteral("neurons")});
    QVERIFY2(unrolled.output.contains(QStringLiteral("c₄,₁ = ")), qPrintable(unrolled.output));
    const Run dense = run({QStringLiteral("info"), example(QStringLiteral("xor")), QStringLiteral("--time-step")});
    QCOMPARE(dense.exitCode, 2);
    QVERIFY2(dense.errors.contains(QStringLiteral("the network has no recurrent layer")), qPrintable(dense.errors));
}

void CommandLineTest::theArchitectureOfWeightsIsSaid()
{
    const QTemporaryDir folder;
    const QString data = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/");
    const QString weights = folder.filePath(QStringLiteral("weights.pt"));
    QVERIFY(QFile::copy(data + QStringLiteral("formats/small_tanh.pt"), weights));
    const QStringList derive{QStringLiteral("derive"), weights, QStringLiteral("--full")};
    const Run asked = run(derive);
    QCOMPARE(asked.exitCode, 2);
    QVERIFY2(asked.errors.contains(QStringLiteral("--architecture \"Linear,relu,Linear\"")), qPrintable(asked.errors));

    const QStringList tanh{QStringLiteral("--architecture"), QStringLiteral("Linear,tanh,Linear")};
    const Run said = run(derive + tanh);
    QVERIFY2(said.exitCode == 0, qPrintable(said.errors));
    QVERIFY(said.output.contains(QStringLiteral("tanh(")));

    const QString points = folder.filePath(QStringLiteral("points.csv"));
    QFile table(points);
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write("-2,0.5\n-1,2\n0.25,-3\n1.5,1\n");
    table.close();
    const Run values = run(QStringList{QStringLiteral("evaluate"), weights, QStringLiteral("--points"), points} + tanh);
    QVERIFY2(values.exitCode == 0, qPrintable(values.errors));
    const QStringList inputs{
        QStringLiteral("-2,0.5"), QStringLiteral("-1,2"), QStringLiteral("0.25,-3"), QStringLiteral("1.5,1")};
    const QStringList outputs = values.output.trimmed().split(QLatin1Char('\n')).mid(1);
    QCOMPARE(outputs.size(), inputs.size());
    const QString pairs = folder.filePath(QStringLiteral("pairs.csv"));
    QFile both(pairs);
    QVERIFY(both.open(QIODevice::WriteOnly));
    for (int i = 0; i < inputs.size(); ++i)
        both.write((inputs[i] + QLatin1Char(',') + outputs[i] + QLatin1Char('\n')).toUtf8());
    both.close();
    const Run found = run(derive + QStringList{QStringLiteral("--architecture-from"), pairs});
    QVERIFY2(found.exitCode == 0, qPrintable(found.errors));
    QVERIFY2(found.errors.contains(QStringLiteral("architecture: Linear,tanh,Linear, agrees with 4 rows")),
        qPrintable(found.errors));
    QCOMPARE(found.output, said.output);

    QFile sideFile(folder.filePath(QStringLiteral("weights.formulens.json")));
    QVERIFY(sideFile.open(QIODevice::WriteOnly));
    sideFile.write(R"({"version": 1, "architecture": "Linear,tanh,Linear"})");
    sideFile.close();
    QCOMPARE(run(derive).output, said.output);
}

void CommandLineTest::modelsAsJsonAreEvaluated()
{
    const QString data = QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/formats/");
    for (const char* const file : {"small_layers.json", "small_graph.json", "small_tanh_tfjs/model.json"}) {
        const Run values = run({QStringLiteral("evaluate"), data + QLatin1String(file)});
        QVERIFY2(values.exitCode == 0, qPrintable(values.errors));
        QVERIFY(!numbers(values.output).isEmpty());
    }
}

void CommandLineTest::whatATerminalActsUponIsWrittenOut()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("stranger.bin")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("\xe9t\xe9 \xc2\x9b");
    file.close();
    const Run opened = run({QStringLiteral("info"), file.fileName()});
    QVERIFY2(opened.errors.contains(QStringLiteral("it begins with '<U+FFFD>t<U+FFFD> <U+009B>'")),
        qPrintable(opened.errors));
}

void CommandLineTest::openExtentsAreSaid()
{
    const QStringList info{
        QStringLiteral("info"), QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/formats/small_tanh.onnx")};
    const auto withShape = [&](const char* shape) {
        return run(info + QStringList{QStringLiteral("--input-shape"), QLatin1String(shape)});
    };
    QVERIFY(run(info).output.contains(QStringLiteral("float32, 1 x 2")));
    const Run said = withShape("x=5x2");
    QVERIFY2(said.output.contains(QStringLiteral("float32, 5 x 2")), qPrintable(said.output + said.errors));
    const Run wrong = withShape("x=5x3");
    QCOMPARE(wrong.exitCode, 2);
    QVERIFY2(wrong.errors.contains(QStringLiteral("shape [5, 3] does not fit what the file declares of input 'x'")),
        qPrintable(wrong.errors));
}

void CommandLineTest::xorIsXor()
{
    const QList<QPair<QString, bool>> rows{{QStringLiteral("@1=0,@2=0"), false}, {QStringLiteral("@1=0,@2=1"), true},
        {QStringLiteral("@1=1,@2=0"), true}, {QStringLiteral("@1=1,@2=1"), false}};
    for (const auto& [point, expected] : rows) {
        const Run values
            = run({QStringLiteral("evaluate"), example(QStringLiteral("xor")), QStringLiteral("--at"), point});
        QCOMPARE(values.exitCode, 0);
        QCOMPARE(numbers(values.output).value(0) > 0.5, expected);
    }
}

void CommandLineTest::theSixteenFunctionsComeInTheirOrder()
{
    const QStringList rows{QStringLiteral("0101010101010101"), QStringLiteral("0011001100110011"),
        QStringLiteral("0000111100001111"), QStringLiteral("0000000011111111")};
    for (int row = 0; row < 4; ++row) {
        const QString point = QStringLiteral("@1=%1,@2=%2").arg(row / 2).arg(row % 2);
        const Run values
            = run({QStringLiteral("evaluate"), example(QStringLiteral("logic16")), QStringLiteral("--at"), point});
        QString bits;
        for (const double value : numbers(values.output))
            bits += value > 0.5 ? QLatin1Char('1') : QLatin1Char('0');
        QCOMPARE(bits, rows[row]);
    }
}

void CommandLineTest::everyExampleDerivesInEveryForm_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("form");
    for (const char* name : {"xor", "logic16", "iris", "abs_sin", "pendulum", "cruise", "surrogate", "digits"})
        for (const char* form : {"layers", "neurons", "closed", "law"})
            QTest::addRow("%s as %s", name, form) << QString::fromLatin1(name) << QString::fromLatin1(form);
}

void CommandLineTest::everyExampleDerivesInEveryForm()
{
    QFETCH(QString, name);
    QFETCH(QString, form);
    const Run derived = run({QStringLiteral("derive"), example(name), QStringLiteral("--form"), form,
        QStringLiteral("--output"), QStringLiteral("@1"), QStringLiteral("--export"), QStringLiteral("latex")});
    QVERIFY2(derived.exitCode == 0, qPrintable(derived.errors));
    QVERIFY(derived.output.size() > 20);
    QVERIFY2(derived.errors.contains(QStringLiteral("points")), qPrintable(derived.errors));
}

void CommandLineTest::aFormulaIsReadBackAndVerified()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("formula.json"));
    for (const char* form : {"layers", "neurons", "closed"}) {
        const Run derived = run({QStringLiteral("derive"), example(QStringLiteral("pendulum")),
            QStringLiteral("--form"), QString::fromLatin1(form), QStringLiteral("--export"), QStringLiteral("json"),
            QStringLiteral("-o"), file});
        QVERIFY2(derived.exitCode == 0, qPrintable(derived.errors));
        const Run verified = run({QStringLiteral("verify"), example(QStringLiteral("pendulum")), file});
        QVERIFY2(verified.exitCode == 0, qPrintable(verified.output + verified.errors));
        QVERIFY(verified.output.startsWith(QStringLiteral("holds")));
    }
    const Run network = run({QStringLiteral("evaluate"), example(QStringLiteral("pendulum")), QStringLiteral("--at"),
        QStringLiteral("@1=0.1,@2=-0.2")});
    const Run formula = run({QStringLiteral("evaluate"), file});
    QCOMPARE(formula.exitCode, 0);
    QCOMPARE(numbers(network.output).size(), numbers(formula.output).size());
}

void CommandLineTest::aFormulaThatWasTamperedWithDoesNotHold()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("formula.json"));
    run({QStringLiteral("derive"), example(QStringLiteral("xor")), QStringLiteral("--form"), QStringLiteral("neurons"),
        QStringLiteral("--export"), QStringLiteral("json"), QStringLiteral("-o"), path});
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QString text = QString::fromUtf8(file.readAll());
    // The last digit of one coefficient with many digits.
    static const QRegularExpression coefficient(QStringLiteral("(\\d\\.\\d{2})(\\d)(\\d{6,})"));
    const QRegularExpressionMatch match = coefficient.match(text);
    QVERIFY(match.hasMatch());
    const int changed = (match.captured(2).toInt() + 1) % 10;
    text.replace(match.capturedStart(2), 1, QString::number(changed));
    file.resize(0);
    file.seek(0);
    file.write(text.toUtf8());
    file.close();
    const Run verified = run({QStringLiteral("verify"), example(QStringLiteral("xor")), path});
    QCOMPARE(verified.exitCode, 1);
    QVERIFY(verified.output.contains(QStringLiteral("does not hold")));
}

void CommandLineTest::logicIsWritten()
{
    const Run sixteen = run({QStringLiteral("logic"), example(QStringLiteral("logic16"))});
    QVERIFY2(sixteen.exitCode == 0, qPrintable(sixteen.errors));
    QVERIFY(sixteen.output.contains(QStringLiteral("row 00: 0101010101010101\nrow 01: 0011001100110011\n"
                                                   "row 10: 0000111100001111\nrow 11: 0000000011111111\n")));
    QVERIFY(sixteen.output.contains(QStringLiteral("z6 XOR, z7 NAND, z8 AND")));
    QTemporaryDir folder;
    for (const auto& [file, start] :
        {std::pair("map.png", "\x89PNG"), std::pair("map.svg", "<?xml"), std::pair("xor.v", "//"),
            std::pair("xor.dot", "//"), std::pair("xor.pla", "#"), std::pair("xor.st", "(*")}) {
        QFile written(folder.filePath(QString::fromLatin1(file)));
        const Run xorGates = run({QStringLiteral("logic"), example(QStringLiteral("xor")), QStringLiteral("--form"),
            QStringLiteral("nand"), QStringLiteral("-o"), written.fileName()});
        QVERIFY2(xorGates.exitCode == 0, qPrintable(xorGates.errors));
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY2(written.readAll().startsWith(start), file);
    }
    const Run gates = run({QStringLiteral("logic"), example(QStringLiteral("xor")), QStringLiteral("--picture"),
        QStringLiteral("gates"), QStringLiteral("--export"), QStringLiteral("svg")});
    QVERIFY2(gates.exitCode == 0 && gates.output.contains(QStringLiteral("<svg")), qPrintable(gates.errors));
}

void CommandLineTest::logicTakesThresholdsAndOpenRows_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("expected");
    const QString threshold = QStringLiteral("--threshold");
    const QString open = QStringLiteral("--dont-care");
    QTest::newRow("its own threshold") << QStringList() << "row 11: 0";
    QTest::newRow("a lower one") << QStringList{threshold, QStringLiteral("0.001")} << "row 11: 1";
    QTest::newRow("one by name") << QStringList{threshold, QStringLiteral("y=0.001")} << "row 00: 1";
    QTest::newRow("one by its place, with a bracket")
        << QStringList{threshold, QStringLiteral("y[0,0]=0.001")} << "row 00: 1";
    QTest::newRow("an open row") << QStringList{open, QStringLiteral("11")} << "row 11: -";
    QTest::newRow("an open row makes it OR") << QStringList{open, QStringLiteral("11")} << "columns: y OR";
    QTest::newRow("open rows by a dash") << QStringList{open, QStringLiteral("1-")} << "row 10: -";
    QTest::newRow("code under a name of its own") << QStringList{QStringLiteral("--name"), QStringLiteral("lamp"),
        QStringLiteral("--export"), QStringLiteral("c")}
                                                  << "void lamp(";
    QTest::newRow("one input held") << QStringList{QStringLiteral("--held"), QStringLiteral("x2=1")} << "row 1: 0";
}

void CommandLineTest::logicTakesThresholdsAndOpenRows()
{
    QFETCH(QStringList, words);
    QFETCH(QString, expected);
    const Run table = run(QStringList{QStringLiteral("logic"), example(QStringLiteral("xor"))} + words);
    QVERIFY2(table.exitCode == 0, qPrintable(table.errors));
    QVERIFY2(table.output.contains(expected), qPrintable(table.output));
}

void CommandLineTest::theNameOfTheFileSaysTheLanguage_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("start");
    const auto row = [](const char* file, const char* start) {
        QTest::newRow(file) << QString::fromLatin1(file) << QByteArray(start);
    };
    row("formula.txt", "y = ");
    row("formula", "y = ");
    row("formula.json", "{");
    row("formula.c", "/*");
    row("formula.py", "#");
    row("formula.mathml", "<math");
    row("formula.png", "\x89PNG");
    row("formula.svg", "<svg");
    row("formula.pdf", "%PDF-");
}

void CommandLineTest::theNameOfTheFileSaysTheLanguage()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, start);
    QTemporaryDir folder;
    QFile written(folder.filePath(file));
    const Run derived = run({QStringLiteral("derive"), example(QStringLiteral("xor")), QStringLiteral("--form"),
        QStringLiteral("closed"), QStringLiteral("-o"), written.fileName()});
    QVERIFY2(derived.exitCode == 0, qPrintable(derived.errors));
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray content = written.readAll();
    QVERIFY2(content.startsWith(start), content.left(20).constData());
}

void CommandLineTest::exportedCodeComputesTheSame_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("form");
    for (const char* name : {"xor", "iris", "abs_sin", "pendulum", "cruise", "surrogate"})
        for (const char* form : {"neurons", "closed", "layers"})
            QTest::addRow("%s as %s", name, form) << QString::fromLatin1(name) << QString::fromLatin1(form);
}

void CommandLineTest::exportedCodeComputesTheSame()
{
    QFETCH(QString, name);
    QFETCH(QString, form);
    QTemporaryDir folder;
    const QString source = folder.filePath(QStringLiteral("network.c"));
    const QString program = folder.filePath(QStringLiteral("network"));
    const Run derived = run({QStringLiteral("derive"), example(name), QStringLiteral("--form"), form,
        QStringLiteral("--export"), QStringLiteral("c"), QStringLiteral("-o"), source});
    QVERIFY2(derived.exitCode == 0, qPrintable(derived.errors));
    const Run reference = run({QStringLiteral("evaluate"), example(name)});
    const QJsonObject info = QJsonDocument::fromJson(
        run({QStringLiteral("info"), example(name), QStringLiteral("--json")}).output.toUtf8())
                                 .object();
    QString point;
    for (const QJsonValue& input : info[QStringLiteral("input_elements")].toArray())
        point += QString::number(input.toObject()[QStringLiteral("reference")].toDouble(), 'g', 17) + QLatin1Char(',');
    const QList<double> expected = numbers(reference.output);

    QFile file(source);
    QVERIFY(file.open(QIODevice::Append));
    file.write(
        QStringLiteral("\n#include <stdio.h>\nint main(void)\n{\n    const double x[] = {%1};\n    double y[%2];\n"
                       "    network(x, y);\n    for (int i = 0; i < %2; ++i)\n        printf(\"%.17g\\n\", y[i]);\n"
                       "    return 0;\n}\n")
            .arg(point)
            .arg(expected.size())
            .toUtf8());
    file.close();
    QProcess compiler;
    compiler.start(QStringLiteral("cc"),
        {QStringLiteral("-std=c99"), QStringLiteral("-Wall"), QStringLiteral("-Wextra"), QStringLiteral("-pedantic"),
            QStringLiteral("-Werror"), source, QStringLiteral("-o"), program, QStringLiteral("-lm")});
    QVERIFY(compiler.waitForFinished(60000));
    QVERIFY2(compiler.exitCode() == 0, compiler.readAllStandardError().constData());
    QProcess compiled;
    compiled.start(program, QStringList());
    QVERIFY(compiled.waitForFinished());
    const QStringList lines = QString::fromUtf8(compiled.readAllStandardOutput()).trimmed().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), expected.size());
    for (qsizetype i = 0; i < lines.size(); ++i)
        QVERIFY(std::fabs(lines[i].toDouble() - expected[i]) <= 1e-12 * std::max(1.0, std::fabs(expected[i])));
}

void CommandLineTest::curvesMapsAndSensitivitiesAreWritten()
{
    QTemporaryDir folder;
    const QString model = example(QStringLiteral("surrogate"));
    const QString png = folder.filePath(QStringLiteral("picture.png"));
    const QString svg = folder.filePath(QStringLiteral("picture.svg"));
    const QList<QStringList> verbs{{QStringLiteral("curve"), model, QStringLiteral("--input"), QStringLiteral("@1")},
        {QStringLiteral("map"), model, QStringLiteral("--output"), QStringLiteral("@1"), QStringLiteral("--input"),
            QStringLiteral("@1"), QStringLiteral("--input2"), QStringLiteral("@2")},
        {QStringLiteral("sensitivity"), model}};
    for (const QStringList& verb : verbs) {
        const Run table = run(verb);
        QVERIFY2(table.exitCode == 0, qPrintable(table.errors));
        QVERIFY(table.output.count(QLatin1Char('\n')) >= 2);
        const Run pictures = run(verb + QStringList{QStringLiteral("--png"), png, QStringLiteral("--svg"), svg});
        QVERIFY2(pictures.exitCode == 0, qPrintable(pictures.errors));
        QVERIFY(QImage(png).width() >= 1400);
        QVERIFY(QFile(svg).size() > 1000);
    }
}

void CommandLineTest::dataOfOnesOwnIsCompared()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("data.csv"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
    file.close();
    const QStringList verify{
        QStringLiteral("verify"), example(QStringLiteral("xor")), QStringLiteral("--against"), path};
    const Run strict = run(verify);
    QCOMPARE(strict.exitCode, 1);
    QVERIFY(strict.output.contains(QStringLiteral("differs")));
    const Run generous = run(verify + QStringList{QStringLiteral("--tolerance"), QStringLiteral("0.3")});
    QVERIFY2(generous.exitCode == 0, qPrintable(generous.output + generous.errors));
}

void CommandLineTest::arraysOfNumpyAreCompared()
{
    const auto verify = [](const char* file, const char* tolerance) {
        return run({QStringLiteral("verify"), example(QStringLiteral("xor")), QStringLiteral("--against"),
            QStringLiteral(FORMULENS_SOURCE_DIR "/tests/data/npz/") + QString::fromLatin1(file),
            QStringLiteral("--tolerance"), QString::fromLatin1(tolerance)});
    };
    for (const char* file : {"xor.npz", "xor_columns.npz"}) {
        const Run generous = verify(file, "0.3");
        QVERIFY2(generous.exitCode == 0, qPrintable(generous.output + generous.errors));
        QVERIFY(generous.output.startsWith(QStringLiteral("compared with 4 rows")));
        QCOMPARE(verify(file, "1e-5").exitCode, 1);
    }
    const Run strangers = verify("strangers.npz", "1");
    QCOMPARE(strangers.exitCode, 2);
    QVERIFY(strangers.errors.contains(QStringLiteral("expected N rows of 2 numbers")));
}

void CommandLineTest::testDataBesideTheModelIsFound()
{
    const Run none = run({QStringLiteral("verify"), example(QStringLiteral("xor"))});
    QCOMPARE(none.exitCode, 2);
    QVERIFY2(none.errors.contains(QStringLiteral("no independent data")), qPrintable(none.errors));
    const QString official = QStringLiteral("/usr/share/libonnx-testdata/data/node/test_softmax_example/model.onnx");
    if (!QFile::exists(official))
        QSKIP("libonnx-testdata is not installed: no model with data beside it");
    const Run found = run({QStringLiteral("verify"), official});
    QVERIFY2(found.exitCode == 0, qPrintable(found.errors));
    QVERIFY2(found.output.startsWith(QStringLiteral("agrees with 1 sample of test_data_set_0 (independent data)")),
        qPrintable(found.output));
    const Run info = run({QStringLiteral("info"), official});
    QVERIFY(info.output.contains(QStringLiteral("independent data: test_data_set_0")));
}

/// And gives one text in every run.
void CommandLineTest::algebraIsDoneByTheWorker()
{
    const QStringList factored{QStringLiteral("derive"), example(QStringLiteral("xor")), QStringLiteral("--form"),
        QStringLiteral("closed"), QStringLiteral("--derivative"), QStringLiteral("@1"), QStringLiteral("--factor")};
    const Run first = run(factored);
    QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
    QVERIFY2(first.errors.contains(QStringLiteral("Checked at 256 points")), qPrintable(first.errors));
    for (int i = 1; i < 20; ++i)
        QCOMPARE(run(factored).output, first.output);
}

void CommandLineTest::algebraWithoutAWorkerIsRefused()
{
    qputenv("FORMULENS_WORKER", "/nowhere/formulens-worker");
    const Run result = run({QStringLiteral("derive"), example(QStringLiteral("xor")), QStringLiteral("--form"),
        QStringLiteral("closed"), QStringLiteral("--expand")});
    qunsetenv("FORMULENS_WORKER");
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(
        result.errors.contains(QStringLiteral("formulens-worker is missing, expected as /nowhere/formulens-worker")),
        qPrintable(result.errors));
    QVERIFY(result.output.isEmpty());
}

void CommandLineTest::mistakesGetOneSentenceAndExitCodeTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString xor2 = example(QStringLiteral("xor"));
    QTest::addRow("no verb") << QStringList();
    QTest::addRow("a verb that is none") << QStringList{QStringLiteral("dance")};
    QTest::addRow("no file of that name") << QStringList{QStringLiteral("info"), QStringLiteral("/nowhere.onnx")};
    QTest::addRow("a file that is no model")
        << QStringList{QStringLiteral("info"), QStringLiteral(FORMULENS_SOURCE_DIR "/LICENSE")};
    QTest::addRow("an input that is not there")
        << QStringList{QStringLiteral("curve"), xor2, QStringLiteral("--input"), QStringLiteral("nosuch")};
    QTest::addRow("an output out of range")
        << QStringList{QStringLiteral("derive"), xor2, QStringLiteral("--output"), QStringLiteral("@7")};
    QTest::addRow("a domain that cannot be read")
        << QStringList{QStringLiteral("derive"), xor2, QStringLiteral("--domain"), QStringLiteral("@1=5")};
    QTest::addRow("a value that is no number")
        << QStringList{QStringLiteral("evaluate"), xor2, QStringLiteral("--at"), QStringLiteral("@1=two")};
    QTest::addRow("a form that is none") << QStringList{
        QStringLiteral("derive"), xor2, QStringLiteral("--form"), QStringLiteral("poem")};
    QTest::addRow("logic of numbers") << QStringList{QStringLiteral("logic"), example(QStringLiteral("iris"))};
    QTest::addRow("a row of too many digits")
        << QStringList{QStringLiteral("logic"), xor2, QStringLiteral("--dont-care"), QStringLiteral("111")};
    QTest::addRow("a row that is none") << QStringList{
        QStringLiteral("logic"), xor2, QStringLiteral("--threshold"), QStringLiteral("y=high")};
    QTest::addRow("a folder that is not there")
        << QStringList{QStringLiteral("derive"), xor2, QStringLiteral("-o"), QStringLiteral("/nowhere/formula.tex")};
}

void CommandLineTest::mistakesGetOneSentenceAndExitCodeTwo()
{
    QFETCH(QStringList, arguments);
    const Run result = run(arguments);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains(QStringLiteral("formulens-cli: ")), qPrintable(result.errors));
}

QTEST_MAIN(CommandLineTest)
#include "CommandLineTest.moc"
