// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/operators/Push.h"
#include "tests/core/PreparedText.h"
#include "tests/core/operators/Complaint.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QTest>

#include <cmath>

using namespace formulens;

/// Attention against its definition, number by number, with all ways of saying which query sees which key.
class AttentionTest final : public QObject
{
    Q_OBJECT

private slots:
    void isItsDefinition_data();
    void isItsDefinition();
    void complaintsNameTheNode_data();
    void complaintsNameTheNode();
};

namespace {

using Numbers = std::vector<double>;

/// One sample: rows of queries, keys and values with their heads side by side.
struct Definition
{
    std::size_t queries = 3;
    std::size_t keys = 3;
    std::size_t heads = 2;
    std::size_t keyHeads = 2;
    std::size_t size = 2;
    double scale = 0; ///< 0: 1/sqrt(size)
    double softcap = 0;
    bool causal = false;
    QList<int> hidden = {}; ///< query * keys + key: not seen
    bool scoresAreShifted = false; ///< by the numbers behind values

    Numbers result(const Numbers& q, const Numbers& k, const Numbers& v, const Numbers& shift) const
    {
        Numbers y(queries * heads * size);
        for (std::size_t h = 0; h < heads; ++h) {
            const std::size_t shared = h / (heads / keyHeads);
            for (std::size_t i = 0; i < queries; ++i) {
                Numbers shares(keys);
                double total = 0;
                for (std::size_t j = 0; j < keys; ++j) {
                    double score = 0;
                    for (std::size_t d = 0; d < size; ++d)
                        score += q[(i * heads + h) * size + d] * k[(j * keyHeads + shared) * size + d];
                    score *= scale != 0 ? scale : 1 / std::sqrt(static_cast<double>(size));
                    score = softcap > 0 ? softcap * std::tanh(score / softcap) : score;
                    score += scoresAreShifted ? shift[i * keys + j] : 0;
                    const bool seen = (!causal || j <= i) && !hidden.contains(static_cast<int>(i * keys + j));
                    shares[j] = seen ? std::exp(score) : 0;
                    total += shares[j];
                }
                for (std::size_t j = 0; j < keys; ++j)
                    for (std::size_t d = 0; d < size; ++d)
                        y[(i * heads + h) * size + d] += shares[j] / total * v[(j * keyHeads + shared) * size + d];
            }
        }
        return y;
    }
};

/// [length, heads, size] as [heads, length, size], and back with the counts exchanged.
Numbers exchanged(const Numbers& rows, std::size_t length, std::size_t heads, std::size_t size)
{
    Numbers result;
    for (std::size_t h = 0; h < heads; ++h)
        for (std::size_t i = 0; i < length; ++i)
            for (std::size_t d = 0; d < size; ++d)
                result.push_back(rows[(i * heads + h) * size + d]);
    return result;
}

Numbers randomNumbers(std::size_t stream, std::size_t count)
{
    const Random random(3);
    Numbers numbers;
    for (std::size_t k = 0; k < count; ++k)
        numbers.push_back(2 * random.uniform(stream, k) - 1);
    return numbers;
}

const std::string rows = "input q : float64[1, 3, 4]\ninput k : float64[1, 3, 4]\ninput v : float64[1, 3, 4]\n";
const std::string twoHeads = "q_num_heads=2, kv_num_heads=2";

} // namespace

Q_DECLARE_METATYPE(Definition)

void AttentionTest::isItsDefinition_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<Definition>("definition");
    const auto row = [](const char* name, const std::string& text, const Definition& definition) {
        QTest::addRow("%s", name) << QString::fromStdString("opset 23\nopset com.microsoft 1\n" + text + "\noutput y")
                                  << definition;
    };
    row("two heads", rows + "y = Attention<" + twoHeads + ">(q, k, v)", {});
    row("heads on an axis of their own",
        "input q : float64[1, 2, 3, 2]\ninput k : float64[1, 2, 3, 2]\ninput v : float64[1, 2, 3, 2]\n"
        "y = Attention(q, k, v)",
        {});
    row("a scale of its own", rows + "y = Attention<" + twoHeads + ", scale=0.25>(q, k, v)", {.scale = 0.25});
    row("capped scores", rows + "y = Attention<" + twoHeads + ", softcap=0.5>(q, k, v)", {.softcap = 0.5});
    row("queries see what came before", rows + "y = Attention<" + twoHeads + ", is_causal=1>(q, k, v)",
        {.causal = true});
    row("a mask of truth values",
        rows + "m = bool[3, 3]{1, 0, 1, 1, 1, 1, 0, 0, 1}\ny = Attention<" + twoHeads + ">(q, k, v, m)",
        {.hidden = {1, 6, 7}});
    row("a mask, and what came before",
        rows + "m = bool[3, 3]{1, 1, 1, 0, 1, 1, 0, 1, 1}\ny = Attention<" + twoHeads + ", is_causal=1>(q, k, v, m)",
        {.causal = true, .hidden = {3, 6}});
    row("a mask that shifts the scores", rows + "input m : float64[3, 3]\ny = Attention<" + twoHeads + ">(q, k, v, m)",
        {.scoresAreShifted = true});
    row("heads that share keys and values",
        "input q : float64[1, 3, 8]\ninput k : float64[1, 5, 4]\ninput v : float64[1, 5, 4]\n"
        "y = Attention<q_num_heads=4, kv_num_heads=2>(q, k, v)",
        {.keys = 5, .heads = 4});
    row("com.microsoft MultiHeadAttention", rows + "y = com.microsoft.MultiHeadAttention<num_heads=2>(q, k, v)", {});
    row("com.microsoft MultiHeadAttention that looks back",
        rows + "y = com.microsoft.MultiHeadAttention<num_heads=2, unidirectional=1>(q, k, v)", {.causal = true});
    row("com.microsoft MultiHeadAttention with shifted scores",
        rows
            + "input m : float64[1, 1, 3, 3]\n"
              "y = com.microsoft.MultiHeadAttention<num_heads=2>(q, k, v, -, -, m)",
        {.scoresAreShifted = true});
}

void AttentionTest::isItsDefinition()
{
    QFETCH(QString, text);
    QFETCH(Definition, definition);
    const auto network = prepared(text.toStdString());
    const TensorIndex output = network->network->outputs.front();
    const auto& cause = network->tensor(output).unavailable;
    QVERIFY2(!cause, cause ? cause->message.c_str() : "");
    const bool apart = text.contains(QLatin1String("[1, 2, 3, 2]"));

    const Numbers q = randomNumbers(1, definition.queries * definition.heads * definition.size);
    const Numbers k = randomNumbers(2, definition.keys * definition.keyHeads * definition.size);
    const Numbers v = randomNumbers(3, definition.keys * definition.keyHeads * definition.size);
    const Numbers shift
        = definition.scoresAreShifted ? randomNumbers(4, definition.queries * definition.keys) : Numbers();
    Numbers expected = definition.result(q, k, v, shift);
    Numbers x;
    for (const Numbers* part : {&q, &k, &v}) {
        const Numbers more = apart ? exchanged(*part, 3, 2, 2) : *part;
        x.insert(x.end(), more.begin(), more.end());
    }
    x.insert(x.end(), shift.begin(), shift.end());
    expected = apart ? exchanged(expected, 3, 2, 2) : expected;

    const Numbers values = reference::evaluate(*network, output, x).value();
    QCOMPARE(values.size(), expected.size());
    Units units(x.size());
    std::vector<Affine> inputs;
    for (std::size_t i = 0; i < x.size(); ++i)
        inputs.push_back(units.input(i));
    const std::vector<Affine> forms = push<Affine>(*network, output, inputs).value();
    const UnitsEvaluation evaluation(units, x);
    const auto enclosures = reference::enclose(*network, output, std::vector<Interval>(x.begin(), x.end())).value();
    for (std::size_t i = 0; i < values.size(); ++i) {
        QVERIFY(std::abs(values[i] - expected[i]) < 1e-12);
        QVERIFY(std::abs(evaluation.value(forms[i]) - expected[i]) < 1e-12);
        QVERIFY(enclosures[i].contains(values[i]));
    }
    const Numbers direction = randomNumbers(9, x.size());
    const auto slopes = reference::slope(*network, output, x, direction).value();
    Numbers above = x;
    Numbers below = x;
    for (std::size_t i = 0; i < x.size(); ++i) {
        above[i] += 1e-6 * direction[i];
        below[i] -= 1e-6 * direction[i];
    }
    const Numbers high = reference::evaluate(*network, output, above).value();
    const Numbers low = reference::evaluate(*network, output, below).value();
    for (std::size_t i = 0; i < values.size(); ++i)
        QVERIFY(std::abs(slopes[i].slope - (high[i] - low[i]) / 2e-6) < 1e-7);
}

void AttentionTest::complaintsNameTheNode_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const std::string& text, const char* words) {
        QTest::addRow("%s", name) << QString::fromStdString("opset 23\n" + rows + text + "\noutput y")
                                  << QString::fromLatin1(words);
    };
    row("heads that do not divide", "y = Attention<q_num_heads=3, kv_num_heads=2>(q, k, v) named a",
        "node 'a' (Attention): an input of shape [1, 3, 4] cannot be split into 3 heads");
    row("heads that cannot share", "y = Attention<q_num_heads=2, kv_num_heads=4>(q, k, v) named a",
        "node 'a' (Attention): 2 heads of queries do not share 4 heads of keys and values");
    row("a mask that hides all",
        "m = bool[3, 3]{0, 0, 0, 1, 1, 1, 1, 1, 1}\ny = Attention<" + twoHeads + ">(q, k, v, m) named a",
        "node 'a' (Attention): input 'attn_mask' leaves a query without any key");
    row("a mask of truth values that is computed",
        "input m : bool[3, 3]\ny = Attention<" + twoHeads + ">(q, k, v, m) named a",
        "node 'a' (Attention): input 'attn_mask' must be constant, but it depends on the network's inputs: export the "
        "model with fixed shapes, or let onnxsim simplify it");
    row("a mask of another size", "m = bool[1, 3]{1, 1, 1}\ny = Attention<" + twoHeads + ">(q, k, v, m) named a",
        "node 'a' (Attention): input 'attn_mask' has shape [1, 3], expected [3, 3] for all samples and heads alike");
    row("scores of which runtimes have two opinions",
        "y, pk, pv, s = Attention<" + twoHeads + ", qk_matmul_output_mode=2>(q, k, v) named a",
        "node 'a' (Attention): attribute 'qk_matmul_output_mode' is 2, expected 0, or 3 without a mask: about the "
        "others runtimes differ");
}

void AttentionTest::complaintsNameTheNode()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    compareComplaint(text, words);
}

QTEST_MAIN(AttentionTest)
#include "AttentionTest.moc"
