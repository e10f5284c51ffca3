// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/JsonFormula.h"

#include "core/base/Numerals.h"
#include "core/base/Overloaded.h"
#include "core/exporters/Utf8.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <unordered_map>

namespace formulens {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value)
{
    return std::isfinite(value) ? Json(value + 0.0) : Json(shortest(value));
}

Json numbers(const std::vector<double>& values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(number(value));
    return list;
}

/// Sound UTF-8, which names in model files need not be.
std::string text(const std::string& raw)
{
    std::string result;
    for (const char32_t character : charactersOf(raw))
        result += toUtf8(character);
    return result;
}

class JsonWriter
{
public:
    explicit JsonWriter(const Formula& formula) : m_formula(formula) { }

    std::string write()
    {
        Json file;
        file["format"] = "formulens-formula";
        file["version"] = Formula::version;
        file["form"] = name(m_formula.form);
        file["model"] = text(m_formula.modelName);
        file["provenance"] = text(m_formula.provenance);
        file["nodes"] = nodes();
        file["variables"] = listOf(m_formula.variables);
        file["held"] = listOf(m_formula.held);
        file["definitions"] = listOf(m_formula.definitions);
        file["results"] = listOf(m_formula.results);
        file["layers"] = listOf(m_formula.layers);
        file["region"] = listOf(m_formula.region);
        file["badge"] = written(m_formula.badge);
        return file.dump() + "\n";
    }

private:
    Json nodes()
    {
        std::vector<Expression> roots;
        for (const Definition& definition : m_formula.definitions)
            roots.push_back(definition.value);
        for (const ResultEquation& result : m_formula.results)
            roots.push_back(result.value);
        for (const RegionInequality& inequality : m_formula.region)
            roots.push_back(inequality.expression);
        Json list = Json::array();
        for (const Expression& part : postOrder(roots)) {
            list.push_back(node(part));
            m_positions.emplace(&part.node(), m_positions.size());
        }
        return list;
    }

    std::size_t at(const Expression& expression) const { return m_positions.at(&expression.node()); }

    Json positions(const std::vector<Expression>& expressions) const
    {
        Json list = Json::array();
        for (const Expression& expression : expressions)
            list.push_back(at(expression));
        return list;
    }

    Json node(const Expression& expression) const
    {
        return std::visit(Overloaded{
                              [](const NumberNode& part) { return number(part.value); },
                              [](const SymbolNode& part) {
                                  return Json{{"symbol", text(part.name)}};
                              },
                              [this](const SumNode& part) {
                                  Json terms = Json::array();
                                  for (const auto& [coefficient, term] : part.terms)
                                      terms.push_back(Json::array({number(coefficient), at(term)}));
                                  return Json{{"sum", terms}, {"constant", number(part.constant)}};
                              },
                              [this](const ProductNode& part) {
                                  return Json{{"product", positions(part.factors)}};
                              },
                              [this](const PowerNode& part) {
                                  return Json{{"power", at(part.base)}, {"exponent", number(part.exponent)}};
                              },
                              [this](const CallNode& part) {
                                  return Json{{"call", function(part.function).name},
                                      {"operands", positions(part.operands)}, {"parameters", numbers(part.parameters)}};
                              },
                          },
            expression.node().kind);
    }

    template <class Item>
    Json listOf(const std::vector<Item>& items) const
    {
        Json list = Json::array();
        for (const Item& item : items)
            list.push_back(written(item));
        return list;
    }

    static Json written(const Scaling& scaling)
    {
        return Json{{"offset", number(scaling.offset)}, {"scale", number(scaling.scale)}};
    }

    static Json written(const ElementReference& reference)
    {
        return Json{{"tensor", reference.tensor.value}, {"element", reference.element}};
    }

    static Json written(const Variable& variable)
    {
        return Json{{"symbol", text(variable.symbol)}, {"name", text(variable.sourceName)},
            {"description", text(variable.description)}, {"unit", text(variable.unit)},
            {"input", variable.inputElement}, {"domain", numbers({variable.domain.lower, variable.domain.upper})},
            {"reference", number(variable.reference)}, {"scaling", written(variable.scaling)}};
    }

    static Json written(const HeldInput& held)
    {
        return Json{{"name", text(held.sourceName)}, {"unit", text(held.unit)}, {"input", held.inputElement},
            {"value", number(held.value)}, {"scaling", written(held.scaling)}};
    }

    Json written(const Definition& definition) const
    {
        Json object{{"symbol", text(definition.symbol)}, {"value", at(definition.value)}};
        if (definition.element)
            object["element"] = written(*definition.element);
        if (!definition.remark.empty())
            object["remark"] = text(definition.remark);
        return object;
    }

    Json written(const ResultEquation& result) const
    {
        Json object{{"symbol", text(result.symbol)}, {"name", text(result.sourceName)},
            {"description", text(result.description)}, {"unit", text(result.unit)},
            {"element", written(result.element)}, {"scaling", written(result.scaling)}, {"value", at(result.value)}};
        if (result.subtracted)
            object["subtracted"] = written(*result.subtracted);
        if (result.derivativeBy)
            object["derivativeBy"] = *result.derivativeBy;
        return object;
    }

    static Json written(const LayerEquation& layer)
    {
        Json object{{"symbol", text(layer.symbol)}, {"arguments", Json::array()}, {"words", text(layer.words)},
            {"rows", layer.rows}, {"columns", layer.columns}, {"operandsPerRow", layer.operandsPerRow}};
        for (const std::string& argument : layer.arguments)
            object["arguments"].push_back(text(argument));
        if (layer.function) {
            object["function"] = function(*layer.function).name;
            object["parameters"] = numbers(layer.parameters);
        }
        if (!layer.matrix.empty()) {
            object["matrixSymbol"] = text(layer.matrixSymbol);
            object["matrix"] = numbers(layer.matrix);
        }
        if (!layer.offset.empty()) {
            object["offsetSymbol"] = text(layer.offsetSymbol);
            object["offset"] = numbers(layer.offset);
        }
        if (layer.sparse.count() > 0)
            object["sparse"] = Json{{"constant", numbers(layer.sparse.constant)}, {"first", layer.sparse.first},
                {"column", layer.sparse.column}, {"coefficient", numbers(layer.sparse.coefficient)}};
        if (layer.scaling != ElementwiseScaling::None) {
            object["scaling"] = layer.scaling == ElementwiseScaling::Centred ? "centred"
                : layer.scaling == ElementwiseScaling::Shifted               ? "shifted"
                                                                             : "scaled";
            object["matrixSymbol"] = text(layer.matrixSymbol);
            object["offsetSymbol"] = text(layer.offsetSymbol);
        }
        if (layer.tensor)
            object["tensor"] = layer.tensor->value;
        return object;
    }

    Json written(const RegionInequality& inequality) const
    {
        return Json{{"expression", at(inequality.expression)}, {"strict", inequality.strict},
            {"symbol", text(inequality.symbol)}, {"side", text(inequality.side)}, {"name", text(inequality.name)}};
    }

    static Json written(const Badge& badge)
    {
        Json object{{"kind", static_cast<int>(badge.kind)}, {"largestDifference", number(badge.largestDifference)},
            {"outputRange", number(badge.outputRange)}, {"tolerance", number(badge.tolerance)},
            {"points", badge.points}, {"notFinite", badge.notFinite}, {"worstPoint", numbers(badge.worstPoint)},
            {"combinedRounding", number(badge.combinedRounding)}, {"domainAssumed", badge.domainAssumed},
            {"remarks", Json::array()}};
        for (const std::string& remark : badge.remarks)
            object["remarks"].push_back(text(remark));
        return object;
    }

    const Formula& m_formula;
    std::unordered_map<const ExpressionNode*, std::size_t> m_positions;
};

} // namespace

Result<std::string> writeJson(const Formula& formula)
{
    return JsonWriter(formula).write();
}

} // namespace formulens
