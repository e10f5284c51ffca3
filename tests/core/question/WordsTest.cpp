// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/question/Words.h"
#include "core/question/WordList.h"
#include "tests/core/PreparedText.h"

#include <QTest>

using namespace formulens;

class WordsTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void splitsAtCommasOutsideOfBrackets();
    void findsInputs_data();
    void findsInputs();
    void xkIsANameFirst();
    void findsOutputsAndNeurons();
    void setsTheReferencePoint_data();
    void setsTheReferencePoint();
    void setsDomains_data();
    void setsDomains();
    void aReferenceOutsideOfItsDomainMovesToTheCentre();
    void wholeNumbersStayWhole();
    void setsRoles_data();
    void setsRoles();
    void anErrorChangesNothing();
    void roundsTheCentre_data();
    void roundsTheCentre();

private:
    std::shared_ptr<const PreparedNetwork> m_network;
    Question m_question;
};

namespace {

constexpr const char* drawing = R"text(
input x : float32[N, 3]
input image : float32[1, 2, 2]
input "Temp (C)" : float32[N, 1]
input "a[0]" : float32[N, 1]
h = Relu(x)
c = float32[1]{1}
y = Tanh(h)
z = Mystery(h)
output y
)text";

Question questionOf(const PreparedNetwork& network)
{
    Question question;
    for (const InputElement& element : network.inputElements)
        question.inputs.emplace_back().name = network.elementName(element.tensor, element.element);
    for (const TensorIndex tensor : network.network->outputs)
        for (std::size_t i = 0; i < network.tensor(tensor).shape.elementCount(); ++i)
            question.outputs.push_back({{tensor, i}, network.elementName(tensor, i), {}, {}, {}, {}, {}, {}});
    return question;
}

template <class Value>
QString listed(const Result<std::vector<Value>>& values)
{
    if (!values)
        return QString::fromStdString(values.error().message);
    QStringList list;
    for (const Value value : *values)
        list.append(QString::number(value));
    return list.join(QLatin1Char(' '));
}

} // namespace

void WordsTest::initTestCase()
{
    m_network = prepared(drawing);
    m_question = questionOf(*m_network);
    m_question.inputs[1].name = "speed";
    m_question.inputs[2].name = "Größe";
    m_question.inputs[3].name = "pixel[0,0]";
    m_question.inputs[4].name = "pixel[0,1]";
}

void WordsTest::splitsAtCommasOutsideOfBrackets()
{
    using Parts = std::vector<std::string_view>;
    QCOMPARE(splitWords(" a[0,1]=2, b={0,1} ,\"c,d\"=3"), (Parts{"a[0,1]=2", "b={0,1}", "\"c,d\"=3"}));
    QCOMPARE(splitWords(""), Parts{});
    QCOMPARE(splitWords("a,"), (Parts{"a", ""}));
    const Assignment assignment = splitAssignment("\"a=b\" = 1");
    QCOMPARE(assignment.name, std::string_view("\"a=b\""));
    QCOMPARE(*assignment.value, std::string_view("1"));
}

void WordsTest::findsInputs_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("found");
    QTest::addRow("an element") << "x[2]"
                                << "2";
    QTest::addRow("a whole tensor") << "x"
                                    << "0 1 2";
    QTest::addRow("several") << "x[0], image"
                             << "0 3 4 5 6";
    QTest::addRow("two indices") << "image[1,0]"
                                 << "5";
    QTest::addRow("all indices, with the batch axis") << "image[0,1,0]"
                                                      << "5";
    QTest::addRow("flat order") << "image[3]"
                                << "6";
    QTest::addRow("a name in quotes") << "\"Temp (C)\""
                                      << "7";
    QTest::addRow("the same without them") << "Temp (C)"
                                           << "7";
    QTest::addRow("a name with brackets in the file") << "a[0]"
                                                      << "8";
    QTest::addRow("a given name") << "speed"
                                  << "1";
    QTest::addRow("a given name in quotes") << "\"Größe\""
                                            << "2";
    QTest::addRow("a given name of several elements") << "pixel"
                                                      << "3 4";
    QTest::addRow("one of them") << "pixel[0,1]"
                                 << "4";
    QTest::addRow("counted from one") << "@1,@9"
                                      << "0 8";
    QTest::addRow("xk where nothing has that name") << "x3"
                                                    << "2";
    QTest::addRow("nothing") << ""
                             << "";
    QTest::addRow("a wrong index") << "x[3]"
                                   << "'x[3]': index 3 is out of range: it counts from 0 to 2";
    QTest::addRow("too many indices") << "x[0,0,0]"
                                      << "'x[0,0,0]': 3 indices are given, the shape without the batch axis is [3]";
    QTest::addRow("not an index") << "x[a]"
                                  << "'x[a]': expected a position like [0,3] after the name";
    QTest::addRow("beyond the last") << "@10"
                                     << "'@10': the network has the input elements 1 to 9";
    QTest::addRow("zero") << "@0"
                          << "'@0': the network has the input elements 1 to 9";
    QTest::addRow("an open quote") << "\"Temp"
                                   << "'\"Temp': the closing quote is missing";
    QTest::addRow("an unknown name") << "X"
                                     << "'X': there is no input of this name; the names are x[0], speed, \"Größe\", "
                                        "pixel[0,0], pixel[0,1], image[1,0], image[1,1], \"Temp (C)\" ... (9 in all)";
    QTest::addRow("a neuron is no input") << "h[0]"
                                          << "'h[0]': there is no input of this name; the names are x[0], speed, "
                                             "\"Größe\", pixel[0,0], pixel[0,1], image[1,0], image[1,1], \"Temp (C)\" "
                                             "... (9 in all)";
}

void WordsTest::findsInputs()
{
    QFETCH(QString, word);
    QFETCH(QString, found);
    QCOMPARE(listed(ElementNames(*m_network, m_question).inputs(word.toStdString())), found);
}

void WordsTest::xkIsANameFirst()
{
    const auto network = prepared("input a : float32[1]\ninput x1 : float32[1]\noutput a");
    const Question question = questionOf(*network);
    QCOMPARE(ElementNames(*network, question).input("x1").value(), std::size_t(1));
    QCOMPARE(ElementNames(*network, question).input("@1").value(), std::size_t(0));
    QCOMPARE(ElementNames(*network, question).input("x2").value(), std::size_t(1));
    QCOMPARE(ElementNames(*m_network, m_question).input("x").error().message,
        std::string("'x': means 3 input elements, expected one, like x[0]"));
}

void WordsTest::findsOutputsAndNeurons()
{
    const ElementNames names(*m_network, m_question);
    QCOMPARE(listed(names.outputs("y")), QStringLiteral("0 1 2"));
    QCOMPARE(listed(names.outputs("y[1]")), QStringLiteral("1"));
    QCOMPARE(names.outputs("h").error().message,
        std::string("'h': there is no output of this name; the names are y[0], y[1], y[2]"));
    const ElementReference neuron{*m_network->network->find("h"), 2};
    QVERIFY(names.elements("h[2]").value() == std::vector{neuron});
    QCOMPARE(names.elements("h,y[0]").value().size(), std::size_t(4));
    QCOMPARE(names.elements("nowhere[0]").error().message,
        std::string("'nowhere[0]': the network has no tensor of this name"));
    QCOMPARE(names.elements("z[0]").error().message,
        std::string("'z[0]': cannot be computed: node #2 (Mystery): operator Mystery is not known: export the model in "
                    "ONNX's own operators, of a newer version where there is one"));
}

void WordsTest::setsTheReferencePoint_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("result");
    QTest::addRow("two elements") << "x[0]=0.1, speed = -2e3"
                                  << "0.1 -2000 0 0 0 0 0 0 0";
    QTest::addRow("a whole tensor") << "image=0.5"
                                    << "0 0 0 0.5 0.5 0.5 0.5 0 0";
    QTest::addRow("no value") << "x[0]"
                              << "'x[0]': expected a value, like x=0.5";
    QTest::addRow("no number") << "x[0]=1,5"
                               << "'5': expected a value, like x=0.5";
    QTest::addRow("not finite") << "x[0]=inf"
                                << "'x[0]=inf': 'inf' is not a number";
    QTest::addRow("nothing after the sign") << "x[0]="
                                            << "'x[0]=': '' is not a number";
}

void WordsTest::setsTheReferencePoint()
{
    QFETCH(QString, words);
    QFETCH(QString, result);
    Question question = m_question;
    const Result<void> done = applyAt(question, *m_network, words.toStdString());
    const Result<std::vector<double>> point
        = done ? Result<std::vector<double>>(question.referencePoint()) : tl::unexpected(done.error());
    QCOMPARE(listed(point), result);
}

void WordsTest::setsDomains_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("result");
    QTest::addRow("an interval") << "x[0]=-1.5..2"
                                 << "-1.5..2";
    QTest::addRow("a point after the dots") << "x[0]=0...5"
                                            << "0..0.5";
    QTest::addRow("with spaces") << "x[0] = -1 .. 1e3"
                                 << "-1..1000";
    QTest::addRow("a set, sorted") << "x[0]={1,0,1}"
                                   << "{0,1}";
    QTest::addRow("one value") << "x[0]=3..3"
                               << "3..3";
    QTest::addRow("a whole tensor") << "x={0,1}"
                                    << "{0,1}";
    QTest::addRow("turned round") << "x[0]=1..-1"
                                  << "'x[0]=1..-1': the lower end 1 is above the upper end -1";
    QTest::addRow("no range") << "x[0]=5"
                              << "'x[0]=5': expected a range like -1..1 or a set like {0,1}";
    QTest::addRow("no end") << "x[0]=1.."
                            << "'x[0]=1..': '' is not a number";
    QTest::addRow("infinite") << "x[0]=0..inf"
                              << "'x[0]=0..inf': 'inf' is not a number";
    QTest::addRow("an empty set") << "x[0]={}"
                                  << "'x[0]={}': the set has no values";
    QTest::addRow("an open set") << "x[0]={0"
                                 << "'x[0]={0': the closing brace is missing";
    QTest::addRow("no domain") << "x[0]"
                               << "'x[0]': expected a domain, like x=-1..1 or n={0,1}";
}

void WordsTest::setsDomains()
{
    QFETCH(QString, words);
    QFETCH(QString, result);
    Question question = m_question;
    const Result<void> done = applyDomain(question, *m_network, words.toStdString());
    QCOMPARE(QString::fromStdString(done ? domainText(question.inputs[0].domain) : done.error().message), result);
    QVERIFY(!done || question.inputs[0].source == DomainSource::Typed);
    QVERIFY(question.inputs[8].source == DomainSource::Assumed);
}

void WordsTest::aReferenceOutsideOfItsDomainMovesToTheCentre()
{
    Question question = m_question;
    QVERIFY(applyDomain(question, *m_network, "x[0]=10..21,x[1]=-1..3,x[2]={2,5,7}"));
    QCOMPARE(question.inputs[0].reference, 15.5);
    QCOMPARE(question.inputs[1].reference, 0.0);
    QCOMPARE(question.inputs[2].reference, 5.0);
}

void WordsTest::wholeNumbersStayWhole()
{
    Question question = m_question;
    question.inputs[0].domain = {Domain::Kind::Whole, {0, 16}, {}};
    QVERIFY(applyDomain(question, *m_network, "x[0]=1..8"));
    QVERIFY(question.inputs[0].domain.kind == Domain::Kind::Whole);
    QCOMPARE(question.inputs[0].reference, 4.0);
    QVERIFY(applyDomain(question, *m_network, "x[0]=1..8.5"));
    QVERIFY(question.inputs[0].domain.kind == Domain::Kind::Interval);
}

void WordsTest::setsRoles_data()
{
    QTest::addColumn<QString>("free");
    QTest::addColumn<QString>("held");
    QTest::addColumn<QString>("result");
    QTest::addRow("nothing said: all are free") << ""
                                                << ""
                                                << "fffffffff 0";
    QTest::addRow("the others are held") << "x[0],image"
                                         << ""
                                         << "fhhffffhh 0";
    QTest::addRow("held at a value") << ""
                                     << "x[0]=0.3,speed"
                                     << "hhfffffff 0.3";
    QTest::addRow("both") << "speed"
                          << "x[0]=2"
                          << "hfhhhhhhh 2";
    QTest::addRow("one in both") << "x"
                                 << "x[0]=2"
                                 << "'x[0]': cannot be both free and held";
    QTest::addRow("held at no number") << ""
                                       << "x[0]=a"
                                       << "'x[0]=a': 'a' is not a number";
}

void WordsTest::setsRoles()
{
    QFETCH(QString, free);
    QFETCH(QString, held);
    QFETCH(QString, result);
    Question question = m_question;
    const Result<void> done = applyRoles(question, *m_network, free.toStdString(), held.toStdString());
    QString roles;
    for (const InputQuantity& input : question.inputs)
        roles += QLatin1Char(input.role == Role::Free ? 'f' : 'h');
    roles += QStringLiteral(" %1").arg(question.inputs[0].reference);
    QCOMPARE(done ? roles : QString::fromStdString(done.error().message), result);
}

void WordsTest::anErrorChangesNothing()
{
    Question question = m_question;
    QVERIFY(!applyAt(question, *m_network, "x[0]=1,nowhere=2"));
    QVERIFY(!applyDomain(question, *m_network, "x[0]=0..1,nowhere=0..1"));
    QVERIFY(!applyRoles(question, *m_network, "x[0]", "nowhere"));
    QVERIFY(question == m_question);
}

void WordsTest::roundsTheCentre_data()
{
    QTest::addColumn<double>("lower");
    QTest::addColumn<double>("upper");
    QTest::addColumn<double>("centre");
    QTest::addRow("about zero") << -1.0 << 1.0 << 0.0;
    QTest::addRow("a third") << 0.0 << 2.0 / 3 << 0.3333;
    QTest::addRow("a normalised range") << -0.328422877151 << 0.679857769 << 0.176;
    QTest::addRow("a pressure") << 100825.0 << 101825.0 << 101325.0;
    QTest::addRow("a tiny range stays inside") << 1.00001 << 1.00002 << 1.000015;
    QTest::addRow("a point") << 0.123456 << 0.123456 << 0.123456;
    QTest::addRow("a huge one") << -1e300 << 3e300 << 1e300;
}

void WordsTest::roundsTheCentre()
{
    QFETCH(double, lower);
    QFETCH(double, upper);
    QFETCH(double, centre);
    QCOMPARE(roundedCentre({Domain::Kind::Interval, {lower, upper}, {}}), centre);
}

QTEST_MAIN(WordsTest)
#include "WordsTest.moc"
