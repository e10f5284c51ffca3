// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/PreparedText.h"
#include "tests/core/operators/Complaint.h"
#include "tests/core/operators/NumberTypes.h"

#include <QTest>

using namespace formulens;

/// The operators of ai.onnx.ml against values worked out by hand, and each over all number types.
class LearnedModelsTest final : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreThoseOfTheDefinition_data();
    void valuesAreThoseOfTheDefinition();
    void complaintsNameTheNode_data();
    void complaintsNameTheNode();
    void textsAreNumbersOfCategories();
    void aMapOfClassesIsNoted();
    void labelsOfTextAreRefusedAndScoresWork();
};

namespace {

using Numbers = QList<double>;

/// One tree: x0 <= 1 ? (x1 < 2 ? 10 : 20) : 30, and after it another that gives 1 where x0 > 0, else 2.
QString trees(const char* operatorName, const char* rest, const char* leaves)
{
    const QStringList parts = QString::fromLatin1(rest).split(QLatin1Char('|')); // outputs, attributes
    return QStringLiteral("input x : float32[1, 2]\n%1 = ai.onnx.ml.%2<nodes_treeids=[0, 0, 0, 0, 0, 1, 1, 1], "
                          "nodes_nodeids=[0, 1, 2, 3, 4, 0, 1, 2], nodes_featureids=[0, 1, 0, 0, 0, 0, 0, 0], "
                          "nodes_modes=[\"BRANCH_LEQ\", \"BRANCH_LT\", \"LEAF\", \"LEAF\", \"LEAF\", \"BRANCH_GT\", "
                          "\"LEAF\", \"LEAF\"], nodes_values=[1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "
                          "nodes_truenodeids=[1, 3, 0, 0, 0, 1, 0, 0], nodes_falsenodeids=[2, 4, 0, 0, 0, 2, 0, 0], "
                          "%3%4>(x) named t\n")
        .arg(parts[0], QLatin1String(operatorName), QLatin1String(leaves), parts[1]);
}

const char* const targets = "target_treeids=[0, 0, 0, 1, 1], target_nodeids=[3, 4, 2, 1, 2], "
                            "target_ids=[0, 0, 0, 0, 0], target_weights=[10.0, 20.0, 30.0, 1.0, 2.0]";
/// Votes of two classes: class 0 at leaves 3 and 4 of the first tree, class 1 elsewhere.
const char* const votes = "class_treeids=[0, 0, 0, 1, 1], class_nodeids=[3, 4, 2, 1, 2], class_ids=[0, 0, 1, 1, 0], "
                          "class_weights=[10.0, 20.0, 30.0, 1.0, 2.0], classlabels_int64s=[5, 7]";
/// Votes for one class alone.
const char* const oneVote = "class_treeids=[0, 0, 0, 1, 1], class_nodeids=[3, 4, 2, 1, 2], class_ids=[0, 0, 0, 0, 0], "
                            "class_weights=[0.25, -0.5, 1.0, 0.0, 0.125], classlabels_int64s=[0, 1]";

} // namespace

void LearnedModelsTest::valuesAreThoseOfTheDefinition_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<Numbers>("x");
    QTest::addColumn<Numbers>("y");
    const auto row = [](const char* name, const QString& text, const Numbers& x, const Numbers& y) {
        QTest::addRow("%s", name) << text << x << y;
    };
    const QString two = QStringLiteral("input x : float32[1, 2]\n");
    row("Scaler subtracts, then multiplies",
        two + QStringLiteral("y = ai.onnx.ml.Scaler<offset=[1.0, 2.0], scale=[10.0, 100.0]>(x)\noutput y"), {3, 5},
        {20, 300});
    row("Scaler with one number for all features",
        two + QStringLiteral("y = ai.onnx.ml.Scaler<offset=[1.0], scale=[0.5]>(x)\noutput y"), {3, 5}, {1, 2});
    row("Normalizer by absolute values", two + QStringLiteral("y = ai.onnx.ml.Normalizer<norm=\"L1\">(x)\noutput y"),
        {3, -1}, {0.75, -0.25});
    row("Normalizer by length", two + QStringLiteral("y = ai.onnx.ml.Normalizer<norm=\"L2\">(x)\noutput y"), {3, -4},
        {0.6, -0.8});
    row("Normalizer by the largest", two + QStringLiteral("y = ai.onnx.ml.Normalizer(x)\noutput y"), {3, -4},
        {1, -4.0 / 3});
    row("Binarizer", two + QStringLiteral("y = ai.onnx.ml.Binarizer<threshold=3.0>(x)\noutput y"), {3, 3.5}, {0, 1});
    row("Imputer of a number",
        two
            + QStringLiteral("y = ai.onnx.ml.Imputer<imputed_value_floats=[7.0, 8.0], replaced_value_float=-1.0>(x)\n"
                             "output y"),
        {-1, 3}, {7, 3});
    row("LinearRegressor with two targets",
        two
            + QStringLiteral("y = ai.onnx.ml.LinearRegressor<coefficients=[1.0, 2.0, 3.0, 4.0], "
                             "intercepts=[0.5, 0.0], targets=2>(x)\noutput y"),
        {1, 10}, {21.5, 43});
    const QString classifier = QStringLiteral("ai.onnx.ml.LinearClassifier<coefficients=[1.0, 0.0, 0.0, 1.0, -1.0, "
                                              "-1.0], intercepts=[0.0, 0.0, 1.0], classlabels_ints=[%1]%2>(x)\n");
    row("LinearClassifier, scores",
        two + QStringLiteral("l, y = ") + classifier.arg(QStringLiteral("0, 1, 2"), QString())
            + QStringLiteral("output y"),
        {2, 3}, {2, 3, -4});
    row("LinearClassifier, logistic scores",
        two + QStringLiteral("l, y = ")
            + classifier.arg(QStringLiteral("0, 1, 2"), QStringLiteral(", post_transform=\"LOGISTIC\""))
            + QStringLiteral("output y"),
        {0, 0}, {0.5, 0.5, 1 / (1 + std::exp(-1.0))});
    row("LinearClassifier, label",
        two + QStringLiteral("y, s = ") + classifier.arg(QStringLiteral("4, -2, 9"), QString())
            + QStringLiteral("output y"),
        {2, 3}, {-2});
    row("FeatureVectorizer",
        QStringLiteral("input a : float32[2, 1]\ninput b : float32[2, 2]\n"
                       "y = ai.onnx.ml.FeatureVectorizer<inputdimensions=[1, 2]>(a, b)\noutput y"),
        {1, 2, 3, 4, 5, 6}, {1, 3, 4, 2, 5, 6});
    row("ArrayFeatureExtractor",
        QStringLiteral("input x : float32[2, 3]\nk = int64[2]{2, 0}\ny = ai.onnx.ml.ArrayFeatureExtractor(x, k)\n"
                       "output y"),
        {1, 2, 3, 4, 5, 6}, {3, 1, 6, 4});
    row("OneHotEncoder of whole numbers",
        QStringLiteral("input x : int64[2]\ny = ai.onnx.ml.OneHotEncoder<cats_int64s=[3, 5, 7]>(x)\noutput y"), {5, 6},
        {0, 1, 0, 0, 0, 0});
    row("LabelEncoder with a standard",
        QStringLiteral("input x : int64[3]\ny = ai.onnx.ml.LabelEncoder<keys_int64s=[1, 2], values_floats=[0.5, 1.5], "
                       "default_float=9.0>(x)\noutput y"),
        {2, 1, 4}, {1.5, 0.5, 9});
    row("TreeEnsembleRegressor",
        trees("TreeEnsembleRegressor", "y|, n_targets=1, base_values=[100.0]", targets) + QStringLiteral("output y"),
        {0.5, 1.5}, {111});
    row("TreeEnsembleRegressor at a threshold",
        trees("TreeEnsembleRegressor", "y|, n_targets=1", targets) + QStringLiteral("output y"), {1, 2}, {21});
    row("TreeEnsembleRegressor, mean of the trees",
        trees("TreeEnsembleRegressor", "y|, n_targets=1, aggregate_function=\"AVERAGE\"", targets)
            + QStringLiteral("output y"),
        {-1, 3}, {11});
    row("TreeEnsembleRegressor, least of the trees",
        trees("TreeEnsembleRegressor", "y|, n_targets=1, aggregate_function=\"MIN\"", targets)
            + QStringLiteral("output y"),
        {-1, 3}, {2});
    row("TreeEnsembleClassifier, scores", trees("TreeEnsembleClassifier", "l, y|", votes) + QStringLiteral("output y"),
        {0.5, 1.5}, {10, 1});
    row("TreeEnsembleClassifier, label", trees("TreeEnsembleClassifier", "y, s|", votes) + QStringLiteral("output y"),
        {1.5, 1.5}, {7});
    row("TreeEnsembleClassifier by one score, for and against",
        trees("TreeEnsembleClassifier", "l, y|, post_transform=\"LOGISTIC\", base_values=[0.5]", oneVote)
            + QStringLiteral("output y"),
        {-1, 3}, {1 / (1 + std::exp(0.125)), 1 / (1 + std::exp(-0.125))});
    row("TreeEnsembleClassifier by one score, label",
        trees("TreeEnsembleClassifier", "y, s|", oneVote) + QStringLiteral("output y"), {-1, 3}, {0});
    row("SVMRegressor, radial",
        two
            + QStringLiteral("y = ai.onnx.ml.SVMRegressor<kernel_type=\"RBF\", kernel_params=[0.5, 0.0, 3.0], "
                             "n_supports=2, support_vectors=[0.0, 0.0, 1.0, 1.0], coefficients=[2.0, -1.0], "
                             "rho=[0.25]>(x)\noutput y"),
        {1, 0}, {0.25 + std::exp(-0.5)});
    row("SVMRegressor, polynomial",
        two
            + QStringLiteral("y = ai.onnx.ml.SVMRegressor<kernel_type=\"POLY\", kernel_params=[2.0, 1.0, 3.0], "
                             "n_supports=1, support_vectors=[1.0, 0.5], coefficients=[3.0], rho=[0.0]>(x)\noutput y"),
        {1, 2}, {375});
    const auto machine = [&](const char* outputs, const char* rest) {
        return two
            + QStringLiteral("%1 = ai.onnx.ml.SVMClassifier<support_vectors=[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], %2>(x)\n"
                             "output y")
                  .arg(QLatin1String(outputs), QLatin1String(rest));
    };
    // x = (2, -1): the vectors' products are 2, -1 and 1.
    const char* const threeClasses = "vectors_per_class=[1, 1, 1], classlabels_ints=[4, 5, 6], rho=[0.5, 0.25, -4.0], "
                                     "coefficients=[1.0, 2.0, 3.0, 10.0, 20.0, 30.0]";
    row("SVMClassifier of three classes, scores of pairs", machine("l, y", threeClasses), {2, -1},
        {0.5 + 1 * 2 + 2 * -1, 0.25 + 10 * 2 + 3 * 1, -4 + 20 * -1 + 30 * 1});
    row("SVMClassifier of three classes, label", machine("y, s", threeClasses), {2, -1}, {4});
    const char* const twoClasses = "vectors_per_class=[2, 1], classlabels_ints=[4, 5], rho=[0.5], "
                                   "coefficients=[1.0, 2.0, -3.0]";
    row("SVMClassifier of two classes, scores", machine("l, y", twoClasses), {2, -1}, {2.5, -2.5});
    row("SVMClassifier of two classes, label", machine("y, s", twoClasses), {2, -1}, {5});
    row("SVMClassifier with probabilities, label",
        machine("y, s",
            "vectors_per_class=[2, 1], classlabels_ints=[4, 5], rho=[0.5], coefficients=[1.0, 2.0, -3.0], "
            "prob_a=[-1.0], prob_b=[0.0]"),
        {2, -1}, {5});
    const QString rows = QStringLiteral("ai.onnx.ml.SVMClassifier<coefficients=[1.0, 2.0, 3.0, 4.0, -5.0, 6.0], "
                                        "rho=[0.5, 9.0, 9.0], classlabels_ints=[0, 1, 2]>(x)\noutput y");
    row("SVMClassifier without support vectors, scores", two + QStringLiteral("l, y = ") + rows, {2, -1},
        {0.5, 2.5, -15.5});
    row("SVMClassifier without support vectors, label", two + QStringLiteral("y, s = ") + rows, {2, -1}, {1});
    // One tree: x0 <= 11 ? (x0 in {1, 3, 8} ? leaf 0 : x0 in {-2} ? leaf 1 : leaf 3) : leaf 2; another: x1 > 0 ? 1 : 0.
    const auto ensemble = [&](const char* rest) {
        return two
            + QStringLiteral(
                "opset ai.onnx.ml 5\ny = ai.onnx.ml.TreeEnsemble<tree_roots=[0, 3], nodes_modes=uint8[4]{0, 6, 6, 3}, "
                "nodes_featureids=[0, 0, 0, 1], nodes_splits=float32[4]{11, 99, nan, 0}, "
                "membership_values=float32[6]{1, 3, 8, nan, -2, nan}, nodes_trueleafs=[0, 1, 1, 1], "
                "nodes_truenodeids=[1, 0, 1, 1], nodes_falseleafs=[1, 0, 1, 1], "
                "nodes_falsenodeids=[2, 2, 3, 0], leaf_targetids=[0, 1, 0, 1], "
                "leaf_weights=float32[4]{1, 10, 1000, 100}, n_targets=2%1>(x)\noutput y")
                  .arg(QLatin1String(rest));
    };
    row("TreeEnsemble, first of a set", ensemble(""), {1, 1}, {1, 10});
    row("TreeEnsemble, last of a set", ensemble(""), {8, 0}, {2, 0});
    row("TreeEnsemble, in the second set", ensemble(""), {-2, 1}, {0, 20});
    row("TreeEnsemble, in no set", ensemble(""), {2, 1}, {0, 110});
    row("TreeEnsemble, beyond the threshold", ensemble(""), {12, 0}, {1001, 0});
    row("TreeEnsemble, mean", ensemble(", aggregate_function=0"), {12, 0}, {500.5, 0});
    row("TreeEnsemble, most", ensemble(", aggregate_function=3"), {12, 0}, {1000, 0});
    row("TreeEnsemble, softmax", ensemble(", post_transform=1"), {1, 0},
        {1 / (1 + std::exp(-2.0)), 1 / (1 + std::exp(2.0))});
    row("SVMRegressor without support vectors",
        two + QStringLiteral("y = ai.onnx.ml.SVMRegressor<coefficients=[3.0, 4.0], rho=[1.0]>(x)\noutput y"), {1, 2},
        {12});
}

void LearnedModelsTest::valuesAreThoseOfTheDefinition()
{
    QFETCH(QString, text);
    QFETCH(Numbers, x);
    QFETCH(Numbers, y);
    const auto network = prepared(text.toStdString());
    const TensorIndex output = network->network->outputs.front();
    const std::vector<double> point(x.begin(), x.end());
    const auto values = reference::evaluate(*network, output, point);
    QVERIFY2(values, values ? "" : values.error().message.c_str());
    QCOMPARE(static_cast<qsizetype>(values->size()), y.size());
    for (qsizetype i = 0; i < y.size(); ++i)
        QVERIFY2(std::abs((*values)[static_cast<std::size_t>(i)] - y[i]) < 1e-12,
            qPrintable(QStringLiteral("element %1 is %2").arg(i).arg((*values)[static_cast<std::size_t>(i)])));
    QCOMPARE(NumberTypes(*network, output, point).disagreement(), QString());
}

void LearnedModelsTest::complaintsNameTheNode_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const QString two = QStringLiteral("input x : float32[1, 2]\n");
    QTest::addRow("a scaler of the wrong width")
        << two + QStringLiteral("y = ai.onnx.ml.Scaler<offset=[1.0, 2.0, 3.0]>(x) named s\noutput y")
        << "node 's' (Scaler): attribute 'offset' has 3 values, expected 1 or, as the input has shape [1, 2], 2";
    QTest::addRow("a transform without a formula")
        << two
            + QStringLiteral("y = ai.onnx.ml.LinearRegressor<coefficients=[1.0, 2.0], post_transform=\"PROBIT\">(x) "
                             "named r\noutput y")
        << "node 'r' (LinearRegressor): attribute 'post_transform' is 'PROBIT', which has no formula here; export it "
           "with NONE, LOGISTIC or SOFTMAX";
    QTest::addRow("coefficients of the wrong count")
        << two + QStringLiteral("y = ai.onnx.ml.LinearRegressor<coefficients=[1.0]>(x) named r\noutput y")
        << "node 'r' (LinearRegressor): it has 1 coefficients and 1 intercepts, expected 2 and 1 for 2 features and 1 "
           "scores";
    QTest::addRow("one row for two classes")
        << two
            + QStringLiteral("l, y = ai.onnx.ml.LinearClassifier<coefficients=[1.0, 2.0], intercepts=[0.0], "
                             "classlabels_ints=[0, 1]>(x) named c\noutput y")
        << "node 'c' (LinearClassifier): it has 1 rows of coefficients for 2 classes, and runtimes differ in what that "
           "means; export it with one row for each class";
    QTest::addRow("a tree that leads back")
        << two
            + QStringLiteral(
                "y = ai.onnx.ml.TreeEnsembleRegressor<nodes_treeids=[0, 0], nodes_nodeids=[0, 1], "
                "nodes_featureids=[0, 0], nodes_modes=[\"BRANCH_LEQ\", \"BRANCH_LEQ\"], "
                "nodes_values=[0.0, 0.0], nodes_truenodeids=[1, 0], nodes_falsenodeids=[1, 0]>(x) named t\n"
                "output y")
        << "node 't' (TreeEnsembleRegressor): tree 0 has 0 nodes that nothing leads to, expected one root";
    QTest::addRow("a tree that asks for a feature too many")
        << two
            + QStringLiteral("y = ai.onnx.ml.TreeEnsembleRegressor<nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], "
                             "nodes_featureids=[2, 0, 0], nodes_modes=[\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"], "
                             "nodes_values=[0.0, 0.0, 0.0], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0]>"
                             "(x) named t\noutput y")
        << "node 't' (TreeEnsembleRegressor): node 0 of tree 0 asks for feature 2, but the input has shape [1, 2]";
    QTest::addRow("shares that are transformed")
        << two
            + trees("TreeEnsembleClassifier", "l, y|, post_transform=\"SOFTMAX\"", oneVote)
                  .section(QLatin1Char('\n'), 1)
            + QStringLiteral("output y")
        << "node 't' (TreeEnsembleClassifier): its trees vote for one of two classes, with the transform 'SOFTMAX' and "
           "0 "
           "base values, which runtimes read differently; export it with votes for both classes";
    QTest::addRow("probabilities of a support vector machine")
        << two
            + QStringLiteral("l, y = ai.onnx.ml.SVMClassifier<support_vectors=[1.0, 0.0, 0.0, 1.0], "
                             "vectors_per_class=[1, 1], classlabels_ints=[4, 5], rho=[0.5], coefficients=[1.0, -3.0], "
                             "prob_a=[-1.0], prob_b=[0.0]>(x) named v\noutput y")
        << "node 'v' (SVMClassifier): its probabilities are where an iteration of the runtime stops, which is no "
           "formula; export it without probabilities (SVC(probability=False)), or ask for the label";
    QTest::addRow("support vectors of too few classes")
        << two
            + QStringLiteral("l, y = ai.onnx.ml.SVMClassifier<support_vectors=[1.0, 0.0, 0.0, 1.0], "
                             "vectors_per_class=[2, -1], classlabels_ints=[4, 5], rho=[0.5], coefficients=[1.0, -3.0]>"
                             "(x) named v\noutput y")
        << "node 'v' (SVMClassifier): attribute 'vectors_per_class' holds -1, for 2 support vectors";
    QTest::addRow("a leaf that is not there") << two
            + QStringLiteral("opset ai.onnx.ml 5\ny = ai.onnx.ml.TreeEnsemble<tree_roots=[0], nodes_modes=uint8[1]{0}, "
                             "nodes_featureids=[0], nodes_splits=float32[1]{11}, nodes_trueleafs=[1], "
                             "nodes_truenodeids=[0], nodes_falseleafs=[1], nodes_falsenodeids=[1], leaf_targetids=[0], "
                             "leaf_weights=float32[1]{1}>(x) named t\noutput y")
                                              << "node 't' (TreeEnsemble): node 0 leads to leaf 1, which is not there";
    QTest::addRow("a tree that leads back to itself") << two
            + QStringLiteral("opset ai.onnx.ml 5\ny = ai.onnx.ml.TreeEnsemble<tree_roots=[0], nodes_modes=uint8[1]{0}, "
                             "nodes_featureids=[0], nodes_splits=float32[1]{11}, nodes_trueleafs=[0], "
                             "nodes_truenodeids=[0], nodes_falseleafs=[1], nodes_falsenodeids=[0], leaf_targetids=[0], "
                             "leaf_weights=float32[1]{1}>(x) named t\noutput y")
                                                      << "node 't' (TreeEnsemble): node 0 leads back to itself";
    QTest::addRow("a set of values that is not given")
        << two
            + QStringLiteral("opset ai.onnx.ml 5\ny = ai.onnx.ml.TreeEnsemble<tree_roots=[0], nodes_modes=uint8[1]{6}, "
                             "nodes_featureids=[0], nodes_splits=float32[1]{11}, nodes_trueleafs=[1], "
                             "nodes_truenodeids=[0], nodes_falseleafs=[1], nodes_falsenodeids=[0], leaf_targetids=[0], "
                             "leaf_weights=float32[1]{1}>(x) named t\noutput y")
        << "node 't' (TreeEnsemble): node 0 tests for a set of values that is not given or empty";
    QTest::addRow("an operator that is refused for good")
        << two + QStringLiteral("y = ai.onnx.ml.CategoryMapper(x) named v\noutput y")
        << "node 'v' (CategoryMapper): operator ai.onnx.ml/CategoryMapper works on texts, which have no formula: "
           "export "
           "the part of the model behind it, whose inputs are numbers";
}

void LearnedModelsTest::complaintsNameTheNode()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    compareComplaint(text, words);
}

void LearnedModelsTest::textsAreNumbersOfCategories()
{
    const auto network = prepared("input x : string[1, 1]\ns = int64[1]{-1}\nf = Reshape(x, s)\n"
                                  "y = ai.onnx.ml.OneHotEncoder<cats_strings=[\"red\", \"green\"]>(f)\n"
                                  "z = ai.onnx.ml.LabelEncoder<keys_strings=[\"green\", \"blue\"], "
                                  "values_int64s=[10, 20]>(x)\noutput y\noutput z");
    const TensorIndex input = network->network->inputs[0];
    QVERIFY(*network->tensor(input).categories == std::vector<std::string>({"red", "green", "blue"}));
    const std::vector<std::vector<double>> expected = {{1, 0, -1}, {0, 1, 10}, {0, 0, 20}, {0, 0, -1}};
    for (std::size_t category = 0; category < expected.size(); ++category) {
        const std::vector<double> x = {static_cast<double>(category)};
        std::vector<double> values = reference::evaluate(*network, network->network->outputs[0], x).value();
        values.push_back(reference::evaluate(*network, network->network->outputs[1], x).value()[0]);
        QVERIFY(values == expected[category]);
    }
    QCOMPARE(QString::fromStdString(network->notes.front()),
        QStringLiteral("input 'x' holds texts, which are numbers here: 0 is 'red', 1 is 'green', 2 is 'blue', 3 is any "
                       "other"));
}

void LearnedModelsTest::aMapOfClassesIsNoted()
{
    const auto network
        = prepared("input x : float32[1, 2]\n"
                   "y = ai.onnx.ml.ZipMap<classlabels_strings=[\"ham\", \"spam\"]>(x) named z\noutput y");
    QCOMPARE(network->tensor(network->network->outputs[0]).shape.text(), std::string("[1, 2]"));
    QCOMPARE(QString::fromStdString(network->notes.front()),
        QStringLiteral("node 'z' (ZipMap): its map from classes to scores is shown as a list: [0] is class ham, [1] is "
                       "class spam"));
}

void LearnedModelsTest::labelsOfTextAreRefusedAndScoresWork()
{
    const auto network
        = prepared("input x : float32[1, 1]\nl, y = ai.onnx.ml.LinearClassifier<coefficients=[1.0, -1.0], "
                   "intercepts=[0.0, 0.0], classlabels_strings=[\"ham\", \"spam\"]>(x) named c\n"
                   "output l\noutput y");
    QCOMPARE(QString::fromStdString(network->tensor(network->network->outputs[0]).unavailable->message),
        QStringLiteral("node 'c' (LinearClassifier): its labels are texts ('ham' ...), which have no formula; choose "
                       "the scores, its other output"));
    QVERIFY(!network->tensor(network->network->outputs[1]).unavailable);
}

QTEST_MAIN(LearnedModelsTest)
#include "LearnedModelsTest.moc"
