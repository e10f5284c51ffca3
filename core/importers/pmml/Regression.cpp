// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/Activation.h"
#include "core/importers/Layers.h"
#include "core/importers/pmml/Models.h"

#include <algorithm>
#include <numbers>
#include <set>

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
        std::set<std::pair<std::string, std::string>> values; // readers disagree on whether two of a value add up
        for (const pugi::xml_node& predictor : table.children()) {
            const std::string_view kind = localName(predictor);
            if (kind == "NumericPredictor")
                addNumeric(predictor);
            else if (kind == "CategoricalPredictor"
                && values.emplace(text(predictor, "name"), text(predictor, "value")).second)
                addCategorical(predictor);
            else if (kind == "CategoricalPredictor")
                fail(predictor, "stands twice in a table for the value '" + text(predictor, "value") + "'");
            else if (kind == "PredictorTerm")
                addProduct(predictor);
        }
    }

    void addCategorical(const pugi::xml_node& predictor)
    {
        const std::string field = text(predictor, "name");
        const std::string value = text(predictor, "value");
        addTerm({"is", field, value}, number(predictor, "coefficient"),
            [&] { return m_fields.isValue(field, value, predictor); });
    }

    void addNumeric(const pugi::xml_node& predictor)
    {
        const std::string field = text(predictor, "name");
        const double exponent = numberOr(predictor, "exponent", 1);
        const std::string key = field + "^" + predictor.attribute("exponent").as_string("1");
        addTerm(
            {"power", field, predictor.attribute("exponent").as_string("1")}, number(predictor, "coefficient"), [&] {
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
        std::vector<std::string> names{"product"};
        for (const pugi::xml_node& factor : factors) {
            names.push_back(text(factor, "field"));
            key += (key.empty() ? "" : "*") + names.back();
        }
        addTerm(names, number(term, "coefficient"), [&] {
            TensorIndex product = m_fields.value(text(factors.front(), "field"), term);
            for (std::size_t i = 1; i < factors.size(); ++i)
                product = m_graph.node("Mul", {product, m_fields.value(text(factors[i], "field"), term)}, key);
            return product;
        });
    }

    template <class Make>
    void addTerm(const std::vector<std::string>& key, double coefficient, Make make)
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
    std::map<std::vector<std::string>, std::size_t> m_places; ///< by what the column is
    std::vector<std::vector<double>> m_coefficients; ///< by table
};

/// y -> 1 / (1 + e^-y) and the like: the inverse of the link, into (0, 1) but for "exp".
class Links
{
public:
    Links(GraphBuilder& graph, const pugi::xml_node& model)
        : m_graph(graph), m_model(model), m_method(model.attribute("normalizationMethod").as_string("none"))
    {
    }

    const std::string& method() const { return m_method; }

    TensorIndex add(TensorIndex y)
    {
        if (m_method == "none")
            return y;
        if (m_method == "logit" || m_method == "softmax")
            return addActivation(m_graph, y, {Activation::Kind::Sigmoid}, "linked");
        if (m_method == "exp")
            return addActivation(m_graph, y, {Activation::Kind::Exponential}, "linked");
        if (m_method == "probit")
            return probit(y);
        if (m_method == "cauchit") // 1/2 + atan(y) / pi
            return step(
                "Add", step("Div", m_graph.node("Atan", {y}, "angle"), std::numbers::pi, "turn"), 0.5, "linked");
        if (m_method == "loglog") // exp(-exp(-y))
            return m_graph.node("Exp", {doubleNegative(m_graph.node("Neg", {y}, "minus_sum"))}, "linked");
        if (m_method == "cloglog") // 1 - exp(-exp(y))
            return m_graph.node(
                "Sub", {m_graph.scalar("one", 1), m_graph.node("Exp", {doubleNegative(y)}, "rest")}, "linked");
        refuse(m_model, "normalisation '" + m_method + "' is not read");
    }

    /// The same for the probability of a class: without a link it is cut.
    TensorIndex addProbability(TensorIndex y)
    {
        if (m_method == "exp" || m_method == "simplemax")
            refuse(m_model, "normalisation '" + m_method + "' gives no probabilities of classes");
        return m_method == "none" ? addActivation(m_graph, y, {Activation::Kind::Clip, 0.0, 1.0}, "cut") : add(y);
    }

private:
    TensorIndex step(const char* operatorName, TensorIndex y, double number, const std::string& name)
    {
        return m_graph.node(operatorName, {y, m_graph.scalar(name + ".constant", number)}, name);
    }

    /// -exp(y)
    TensorIndex doubleNegative(TensorIndex y)
    {
        return m_graph.node("Neg", {m_graph.node("Exp", {y}, "growth")}, "minus_growth");
    }

    /// (1 + erf(y / sqrt 2)) / 2
    TensorIndex probit(TensorIndex y)
    {
        const TensorIndex erf = m_graph.node("Erf", {step("Div", y, std::numbers::sqrt2, "narrow")}, "error_function");
        return step("Mul", step("Add", erf, 1, "raised"), 0.5, "linked");
    }

    GraphBuilder& m_graph;
    const pugi::xml_node& m_model;
    std::string m_method;
};

bool isTrivial(const pugi::xml_node& table)
{
    return number(table, "intercept") == 0 && !child(table, "NumericPredictor") && !child(table, "CategoricalPredictor")
        && !child(table, "PredictorTerm");
}

/// The probabilities of a classification, out of the sums of its tables.
class Classification
{
public:
    Classification(
        GraphBuilder& graph, Fields& fields, const pugi::xml_node& model, const std::vector<pugi::xml_node>& tables)
        : m_graph(graph)
        , m_fields(fields)
        , m_model(model)
        , m_tables(tables)
        , m_links(graph, model)
        , m_isOrdinal(fields.isOrdinal(targetOf(model)))
    {
    }

    TensorIndex add(TensorIndex sums)
    {
        const std::string& method = m_links.method();
        if (method == "softmax" || method == "simplemax") {
            if (m_isOrdinal)
                m_fields.warn("the classes are ordered, for which the standard knows no " + method
                    + ": it is taken as for classes without order");
            return addNormalisation(m_graph, sums, method, m_model, "probabilities");
        }
        if (m_tables.size() == 2)
            return addTwo(sums);
        if (m_isOrdinal)
            return addOrdered(sums);
        if (method == "logit")
            return addOneAgainstAll(sums);
        if (method != "none")
            refuse(m_model,
                "normalisation '" + method + "' of " + std::to_string(m_tables.size()) + " classes is not read");
        return addRest(sums);
    }

private:
    TensorIndex part(TensorIndex y, std::size_t begin, std::size_t end, const std::string& name)
    {
        return m_graph.node("Slice",
            {y, m_graph.integers(name + ".begin", {static_cast<std::int64_t>(begin)}),
                m_graph.integers(name + ".end", {static_cast<std::int64_t>(end)}),
                m_graph.integers(name + ".axes", {1})},
            name);
    }

    TensorIndex rest(TensorIndex y) { return m_graph.node("Sub", {m_graph.scalar("one", 1), y}, "rest"); }

    /// One of two is said by its sum, the other has the rest. Its own sum should be 0.
    TensorIndex addTwo(TensorIndex sums)
    {
        const bool isSecond = m_links.method() != "none" && isTrivial(m_tables[0]) && !isTrivial(m_tables[1]);
        if (isSecond)
            m_fields.warn("the class '" + text(m_tables[0], "targetCategory")
                + "' has an empty table: it has what the other leaves, though the standard expects it in second place");
        else if (!isTrivial(m_tables[1]))
            m_fields.warn("of two classes the second, '" + text(m_tables[1], "targetCategory")
                + "', has what the first leaves: its own table is not used");
        const std::size_t said = isSecond ? 1 : 0;
        const TensorIndex p = m_links.addProbability(part(sums, said, said + 1, "sum"));
        return isSecond ? beside(m_graph, {rest(p), p}, "probabilities")
                        : beside(m_graph, {p, rest(p)}, "probabilities");
    }

    /// Each sum is that of all classes up to its own.
    TensorIndex addOrdered(TensorIndex sums)
    {
        const std::size_t last = m_tables.size() - 1;
        const TensorIndex upTo = m_links.addProbability(part(sums, 0, last, "all_but_last"));
        const TensorIndex first = part(upTo, 0, 1, "first");
        const TensorIndex between
            = m_graph.node("Sub", {part(upTo, 1, last, "upper"), part(upTo, 0, last - 1, "lower")}, "between");
        return beside(m_graph, {first, between, rest(part(upTo, last - 1, last, "up_to_last"))}, "probabilities");
    }

    TensorIndex addOneAgainstAll(TensorIndex sums)
    {
        m_fields.warn("the standard knows no logit of " + std::to_string(m_tables.size())
            + " classes: each probability is 1 / (1 + exp(-y)) over the sum of all of them, as JPMML computes it");
        return addNormalisation(m_graph, m_links.add(sums), "simplemax", m_model, "probabilities");
    }

    TensorIndex addRest(TensorIndex sums)
    {
        const TensorIndex all = part(sums, 0, m_tables.size() - 1, "all_but_last");
        const TensorIndex sum = m_graph.node("ReduceSum", {all, m_graph.integers("classes.sum_axes", {1})}, "sum");
        return beside(m_graph, {all, rest(sum)}, "probabilities");
    }

    GraphBuilder& m_graph;
    Fields& m_fields;
    const pugi::xml_node& m_model;
    const std::vector<pugi::xml_node>& m_tables;
    Links m_links;
    bool m_isOrdinal;
};

} // namespace

void addRegression(GraphBuilder& graph, Fields& fields, const pugi::xml_node& model)
{
    const std::vector<pugi::xml_node> tables = children(model, "RegressionTable");
    if (tables.empty())
        fail(model, "has no RegressionTable");
    const bool isClassification = text(model, "functionName") == "classification";
    const std::string target = targetOf(model);
    const TensorIndex sums = RegressionTables(graph, fields).add(tables);
    if (!isClassification) {
        if (tables.size() != 1)
            fail(model, "a regression has " + std::to_string(tables.size()) + " tables, expected one");
        const TensorIndex y = addTarget(graph, Links(graph, model).add(sums), target, model, "target");
        return graph.output(y, target.empty() ? "y" : target);
    }
    std::vector<std::string> classes;
    for (const pugi::xml_node& table : tables)
        classes.push_back(text(table, "targetCategory"));
    if (classes.size() < 2)
        fail(model, "a classification has one table, expected one for each class");
    addOutputs(graph, Classification(graph, fields, model, tables).add(sums), classes);
}

} // namespace formulens::pmml
