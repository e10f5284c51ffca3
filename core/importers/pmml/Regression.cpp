// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/Layers.h"
#include "core/importers/pmml/Models.h"

#include <algorithm>

namespace formulens::pmml {

namespace {

/// The sum of each table over what its predictors name; each thing is one column, whatever table it stands in.
class RegressionTables
{
public:
    RegressionTables(GraphBuilder& graph, Fields& fields) : m_graph(graph), m_fields(fields) { }

    TensorIndex add(const std::vector<pugi::xml_node>& tables)
    {
        std::vector<double> intercepts;
        for (std::size_t i = 0; i < tables.size(); ++i) {
            intercepts.push_back(number(tables[i], "intercept"));
            m_coefficients.emplace_back();
            addPredictors(tables[i]);
        }
        const auto rows = static_cast<std::int64_t>(tables.size());
        if (m_columns.empty())
            fail(tables.front(), "has no predictors");
        std::vector<double> weights;
        for (auto& row : m_coefficients) {
            row.resize(m_columns.size(), 0);
            weights.insert(weights.end(), row.begin(), row.end());
        }
        return addDense(m_graph, beside(m_graph, m_columns, "predictors"), 2,
            Tensor::ofDoubles(Shape{rows, static_cast<std::int64_t>(m_columns.size())}, std::move(weights)),
            WeightLayout::OutputsByInputs, Tensor::ofDoubles(Shape{rows}, std::move(intercepts)), "sums");
    }

private:
    void addPredictors(const pugi::xml_node& table)
    {
        for (const pugi::xml_node& predictor : table.children()) {
            const std::string_view kind = localName(predictor);
            if (kind == "NumericPredictor")
                addNumeric(predictor);
            else if (kind == "CategoricalPredictor")
                addTerm(text(predictor, "name") + "=" + text(predictor, "value"), number(predictor, "coefficient"),
                    [&] { return m_fields.isValue(text(predictor, "name"), text(predictor, "value"), predictor); });
            else if (kind == "PredictorTerm")
                addProduct(predictor);
        }
    }

    void addNumeric(const pugi::xml_node& predictor)
    {
        const std::string field = text(predictor, "name");
        const double exponent = numberOr(predictor, "exponent", 1);
        const std::string key = field + "^" + predictor.attribute("exponent").as_string("1");
        addTerm(key, number(predictor, "coefficient"), [&] {
            const TensorIndex value = m_fields.value(field, predictor);
            return exponent == 1 ? value
                                 : m_graph.node("Pow", {value, m_graph.scalar(key + ".exponent", exponent)}, key);
        });
    }

    void addProduct(const pugi::xml_node& term)
    {
        const std::vector<pugi::xml_node> factors = children(term, "FieldRef");
        if (factors.empty())
            fail(term, "has no factors");
        std::string key;
        for (const pugi::xml_node& factor : factors)
            key += (key.empty() ? "" : "*") + text(factor, "field");
        addTerm(key, number(term, "coefficient"), [&] {
            TensorIndex product = m_fields.value(text(factors.front(), "field"), term);
            for (std::size_t i = 1; i < factors.size(); ++i)
                product = m_graph.node("Mul", {product, m_fields.value(text(factors[i], "field"), term)}, key);
            return product;
        });
    }

    template <class Make>
    void addTerm(const std::string& key, double coefficient, Make make)
    {
        const auto [known, isNew] = m_places.emplace(key, m_columns.size());
        if (isNew)
            m_columns.push_back(make());
        std::vector<double>& row = m_coefficients.back();
        row.resize(std::max(row.size(), known->second + 1), 0);
        row[known->second] += coefficient;
    }

    GraphBuilder& m_graph;
    Fields& m_fields;
    std::vector<TensorIndex> m_columns;
    std::map<std::string, std::size_t> m_places;
    std::vector<std::vector<double>> m_coefficients; ///< by table
};

/// y -> 1 / (1 + e^-y) and the like: the inverse of the link.
TensorIndex addLink(GraphBuilder& graph, TensorIndex y, const std::string& method, const pugi::xml_node& place)
{
    if (method == "none")
        return y;
    if (method == "logit" || method == "softmax")
        return addActivation(graph, y, {Activation::Kind::Sigmoid}, "linked");
    if (method == "exp")
        return addActivation(graph, y, {Activation::Kind::Exponential}, "linked");
    refuse(place, "normalisation '" + method + "' is not read");
}

/// The last class has what the others leave.
TensorIndex addRest(GraphBuilder& graph, TensorIndex probabilities, std::size_t classes)
{
    const auto kept = static_cast<std::int64_t>(classes) - 1;
    const TensorIndex all = graph.node("Slice",
        {probabilities, graph.integers("classes.begin", {0}), graph.integers("classes.end", {kept}),
            graph.integers("classes.axes", {1})},
        "all_but_last");
    const TensorIndex sum = graph.node("ReduceSum", {all, graph.integers("classes.sum_axes", {1})}, "sum");
    const TensorIndex rest = graph.node("Sub", {graph.scalar("one", 1), sum}, "rest");
    return beside(graph, {all, rest}, "probabilities");
}

TensorIndex addProbabilities(
    GraphBuilder& graph, TensorIndex y, std::size_t classes, const std::string& method, const pugi::xml_node& model)
{
    if (method == "softmax" || method == "simplemax")
        return addNormalisation(graph, y, method, model, "probabilities");
    if (method != "none" && classes != 2)
        refuse(model, "normalisation '" + method + "' of " + std::to_string(classes) + " classes is not read");
    return addRest(graph, addLink(graph, y, method, model), classes);
}

} // namespace

void addRegression(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model)
{
    const std::vector<pugi::xml_node> tables = children(model, "RegressionTable");
    if (tables.empty())
        fail(model, "has no RegressionTable");
    const std::string method = model.attribute("normalizationMethod").as_string("none");
    const bool isClassification = text(model, "functionName") == "classification";
    const TensorIndex sums = RegressionTables(graph, fields).add(tables);
    if (!isClassification) {
        if (tables.size() != 1)
            fail(model, "a regression has " + std::to_string(tables.size()) + " tables, expected one");
        std::string target = model.attribute("targetFieldName").as_string("");
        for (const pugi::xml_node& field : children(child(model, "MiningSchema"), "MiningField")) {
            const std::string usage = field.attribute("usageType").as_string("active");
            if (usage == "predicted" || usage == "target")
                target = text(field, "name");
        }
        return graph.output(addLink(graph, sums, method, model), target.empty() ? "y" : target);
    }
    std::vector<std::string> classes;
    for (const pugi::xml_node& table : tables)
        classes.push_back(text(table, "targetCategory"));
    if (classes.size() < 2)
        fail(model, "a classification has one table, expected one for each class");
    addOutputs(graph, addProbabilities(graph, sums, classes.size(), method, model), classes);
}

} // namespace formulens::pmml
