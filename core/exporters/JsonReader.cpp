// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/JsonFormula.h"
#include "core/exporters/JsonObject.h"
#include "core/exporters/Utf8.h"
#include "core/exporters/Writer.h"
#include "core/formula/Layers.h"

#include <algorithm>
#include <cmath>
#include <set>

/* A formula file comes from anywhere. Nothing is allocated by a size that the file claims: lists are as long as they
 * stand in the file, nodes refer to earlier ones only, and the text's nesting is bounded before a tree is built of it.
 */

namespace formulens {

namespace {

constexpr int jsonDepthLimit = 8; // what the format needs, and a little more
constexpr std::size_t factorLimit = 1000; // like factors are gathered by comparing each with each

/// Counts brackets outside of strings, so that the parser never builds what is nested too deeply.
void checkNesting(std::string_view text)
{
    int depth = 0;
    bool isInString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isInString) {
            i += c == '\\' ? 1 : 0;
            isInString = c != '"';
        } else if (c == '"') {
            isInString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > jsonDepthLimit)
                refuse("it is nested more than " + std::to_string(jsonDepthLimit) + " levels deep");
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

class FormulaReader
{
public:
    explicit FormulaReader(const JsonValue& json) : m_file(json, "the file") { }

    Formula read()
    {
        checkFormat();
        Formula formula;
        const std::optional<Form> form = formNamed(m_file.text("form"));
        if (!form)
            refuse("the form " + inQuotes(m_file.text("form")) + " is not known");
        formula.form = *form;
        formula.modelName = m_file.optionalText("model");
        formula.provenance = m_file.optionalText("provenance");
        readNodes();
        formula.variables = readList(m_file, "variables", "variable", variable);
        formula.held = readList(m_file, "held", "held input", held);
        formula.layers = readList(m_file, "layers", "layer", layer);
        formula.definitions
            = readList(m_file, "definitions", "definition", [this](const JsonObject& o) { return definition(o); });
        formula.results = readList(m_file, "results", "result", [this](const JsonObject& o) { return result(o); });
        formula.region
            = readList(m_file, "region", "inequality", [this](const JsonObject& o) { return inequality(o); });
        formula.badge = badge(JsonObject(m_file.at("badge"), "the badge"));
        checkSymbols(formula);
        return formula;
    }

private:
    void checkFormat() const
    {
        if (!m_file.has("format") || m_file.text("format") != "formulens-formula")
            refuse("it has no \"format\": \"formulens-formula\"");
        const std::size_t version = m_file.index("version");
        if (version > Formula::version)
            refuse("it has version " + std::to_string(version) + ", written by a newer Formulens; this one reads up to "
                + std::to_string(Formula::version));
        if (version < 1)
            refuse("it has version 0, which there never was");
    }

    void readNodes()
    {
        for (const JsonValue& json : m_file.list("nodes")) {
            m_depth = 0;
            const std::string place = "node " + std::to_string(m_nodes.size());
            m_nodes.push_back(json.is_object() ? node(JsonObject(json, place)) : number(json, place));
            m_depths.push_back(m_depth + 1);
            if (m_depth >= formulaDepthLimit)
                refuse(place + " is nested more than " + std::to_string(formulaDepthLimit) + " operands deep");
        }
    }

    static Expression number(const JsonValue& json, const std::string& place)
    {
        if (json.is_number())
            return json.get<double>();
        if (json.is_string() && (json == "inf" || json == "-inf" || json == "nan"))
            return *toDouble(json.get<std::string>());
        refuse(place + " is neither a number nor an object");
    }

    /// An earlier node, whose depth counts for the one that is being read.
    Expression earlier(const JsonValue& position, const JsonObject& user, const char* key)
    {
        const std::size_t index = user.asIndex(position, key);
        if (index >= m_nodes.size())
            refuse(user.place() + " refers to node " + std::to_string(index) + ", expected an earlier one");
        m_depth = std::max(m_depth, m_depths[index]);
        return m_nodes[index];
    }

    std::vector<Expression> allEarlier(const JsonObject& object, const char* key)
    {
        std::vector<Expression> result;
        for (const JsonValue& position : object.list(key))
            result.push_back(earlier(position, object, key));
        return result;
    }

    Expression node(const JsonObject& object)
    {
        if (object.has("symbol"))
            return Expression::symbol(object.text("symbol"));
        if (object.has("sum"))
            return sum(object);
        if (object.has("product"))
            return product(object);
        if (object.has("power"))
            return Expression::power(earlier(object.at("power"), object, "power"), object.number("exponent"));
        if (object.has("call"))
            return call(object);
        refuse(object.place() + " is none of symbol, sum, product, power and call");
    }

    Expression product(const JsonObject& object)
    {
        if (object.list("product").size() > factorLimit)
            refuse(object.place() + " has more than " + std::to_string(factorLimit) + " factors");
        return Expression::product(allEarlier(object, "product"));
    }

    Expression sum(const JsonObject& object)
    {
        std::vector<std::pair<double, Expression>> terms;
        for (const JsonValue& term : object.list("sum")) {
            if (!term.is_array() || term.size() != 2)
                refuse(object.place() + ": a term of a sum is a coefficient and a node");
            terms.emplace_back(object.asNumber(term[0], "sum"), earlier(term[1], object, "sum"));
        }
        return Expression::sum(object.number("constant"), std::move(terms));
    }

    static FunctionId functionAt(const JsonObject& object, const char* key)
    {
        const std::optional<FunctionId> id = findFunction(object.text(key));
        if (!id)
            refuse(object.place() + ": the function " + inQuotes(object.text(key)) + " is not known");
        return *id;
    }

    static std::vector<double> parametersOf(const JsonObject& object, FunctionId id)
    {
        std::vector<double> parameters = object.numbers("parameters");
        const int expected = function(id).parameters;
        if (parameters.size() != static_cast<std::size_t>(expected))
            refuse(object.place() + ": " + std::string(function(id).name) + " has " + std::to_string(parameters.size())
                + " parameters, expected " + std::to_string(expected));
        return parameters;
    }

    Expression call(const JsonObject& object)
    {
        const FunctionId id = functionAt(object, "call");
        std::vector<Expression> operands = allEarlier(object, "operands");
        const int expected = function(id).operands;
        const bool fits = expected == Function::variadic ? !operands.empty()
                                                         : operands.size() == static_cast<std::size_t>(expected);
        if (!fits)
            refuse(object.place() + ": " + std::string(function(id).name) + " has " + std::to_string(operands.size())
                + " operands, expected " + (expected < 0 ? "at least 1" : std::to_string(expected)));
        return Expression::call(id, std::move(operands), parametersOf(object, id));
    }

    Expression value(const JsonObject& object, const char* key) { return earlier(object.at(key), object, key); }

    static Scaling scaling(const JsonObject& object)
    {
        if (!object.has("scaling"))
            return {};
        const JsonObject scaling(object.at("scaling"), object.place() + "'s scaling");
        return {scaling.number("offset"), scaling.number("scale")};
    }

    static ElementReference element(const JsonObject& object, const char* key)
    {
        const JsonObject reference(object.at(key), object.place() + "'s " + key);
        return {TensorIndex(reference.index("tensor")), reference.index("element")};
    }

    static Variable variable(const JsonObject& object)
    {
        Variable variable;
        variable.symbol = object.text("symbol");
        variable.sourceName = object.optionalText("name");
        variable.description = object.optionalText("description");
        variable.unit = object.optionalText("unit");
        variable.inputElement = object.index("input");
        const std::vector<double> domain = object.numbers("domain");
        if (domain.size() != 2 || !(domain[0] <= domain[1]))
            refuse(object.place() + ": the domain is not two ascending numbers");
        variable.domain = {domain[0], domain[1]};
        variable.reference = object.number("reference");
        variable.scaling = scaling(object);
        return variable;
    }

    static HeldInput held(const JsonObject& object)
    {
        HeldInput held;
        held.sourceName = object.optionalText("name");
        held.unit = object.optionalText("unit");
        held.inputElement = object.index("input");
        held.value = object.number("value");
        held.scaling = scaling(object);
        return held;
    }

    Definition definition(const JsonObject& object)
    {
        Definition definition;
        definition.symbol = object.text("symbol");
        definition.value = value(object, "value");
        if (object.has("element"))
            definition.element = element(object, "element");
        definition.remark = object.optionalText("remark");
        return definition;
    }

    ResultEquation result(const JsonObject& object)
    {
        ResultEquation result;
        result.symbol = object.text("symbol");
        result.sourceName = object.optionalText("name");
        result.description = object.optionalText("description");
        result.unit = object.optionalText("unit");
        result.element = element(object, "element");
        if (object.has("subtracted"))
            result.subtracted = element(object, "subtracted");
        result.scaling = scaling(object);
        if (object.has("derivativeBy"))
            result.derivativeBy = object.index("derivativeBy");
        result.value = value(object, "value");
        return result;
    }

    static LayerEquation layer(const JsonObject& object)
    {
        LayerEquation layer;
        layer.symbol = object.text("symbol");
        layer.arguments = object.texts("arguments");
        layer.words = object.optionalText("words");
        layer.rows = object.index("rows");
        layer.columns = object.index("columns");
        layer.operandsPerRow = object.index("operandsPerRow");
        if (object.has("function")) {
            layer.function = functionAt(object, "function");
            layer.parameters = parametersOf(object, *layer.function);
        }
        layer.matrixSymbol = object.optionalText("matrixSymbol");
        layer.offsetSymbol = object.optionalText("offsetSymbol");
        if (object.has("matrix"))
            layer.matrix = object.numbers("matrix");
        if (object.has("offset"))
            layer.offset = object.numbers("offset");
        if (object.has("sparse"))
            layer.sparse = sparse(JsonObject(object.at("sparse"), object.place() + "'s sparse forms"));
        if (object.has("scaling"))
            layer.scaling = elementwiseScaling(object);
        if (object.has("tensor"))
            layer.tensor = TensorIndex(object.index("tensor"));
        checkSizes(layer, object.place());
        return layer;
    }

    static ElementwiseScaling elementwiseScaling(const JsonObject& object)
    {
        const std::string kind = object.text("scaling");
        if (kind != "centred" && kind != "shifted" && kind != "scaled")
            refuse(object.place() + ": the scaling is '" + kind + "', expected 'centred', 'shifted' or 'scaled'");
        return kind == "centred" ? ElementwiseScaling::Centred
            : kind == "shifted"  ? ElementwiseScaling::Shifted
                                 : ElementwiseScaling::Scaled;
    }

    static SparseForms sparse(const JsonObject& object)
    {
        SparseForms forms;
        forms.constant = object.numbers("constant");
        forms.first = object.indices("first");
        forms.column = object.indices("column");
        forms.coefficient = object.numbers("coefficient");
        return forms;
    }

    /// Indices are 32 bits, so that the products below fit 64.
    static void checkSizes(const LayerEquation& layer, const std::string& place)
    {
        if (layer.operandsPerRow == 0)
            refuse(place + ": a row has at least one operand");
        if (!layer.matrix.empty() && layer.matrix.size() != layer.rows * layer.columns)
            refuse(place + ": the matrix has " + std::to_string(layer.matrix.size()) + " numbers, expected "
                + std::to_string(layer.rows * layer.columns));
        if (!layer.offset.empty() && layer.offset.size() != layer.rows)
            refuse(place + ": the offset has " + std::to_string(layer.offset.size()) + " numbers, expected "
                + std::to_string(layer.rows));
        const SparseForms& forms = layer.sparse;
        if (forms.count() == 0 && layer.matrix.empty() && layer.rows != layer.columns)
            refuse(place + ": it has neither matrix nor forms, and not as many rows as columns");
        if (forms.count() == 0)
            return;
        const bool isSound = forms.count() == layer.rows * layer.operandsPerRow
            && forms.first.size() == forms.count() + 1 && std::ranges::is_sorted(forms.first)
            && forms.first.back() == forms.column.size() && forms.column.size() == forms.coefficient.size()
            && std::ranges::all_of(forms.column, [&layer](std::uint32_t column) { return column < layer.columns; });
        if (!isSound)
            refuse(place + ": its sparse forms contradict its " + std::to_string(layer.rows) + " rows and "
                + std::to_string(layer.columns) + " columns");
        if (layer.scaling != ElementwiseScaling::None && !isElementwise(layer))
            refuse(place + ": it is written as a scaling and is none");
    }

    RegionInequality inequality(const JsonObject& object)
    {
        return {value(object, "expression"), object.truth("strict"), object.optionalText("symbol"),
            object.optionalText("side"), object.optionalText("name")};
    }

    static Badge badge(const JsonObject& object)
    {
        Badge badge;
        const std::size_t kind = object.index("kind");
        if (kind > static_cast<std::size_t>(Badge::Kind::Measured))
            refuse("the badge's kind " + std::to_string(kind) + " is not known");
        badge.kind = static_cast<Badge::Kind>(kind);
        badge.largestDifference = object.number("largestDifference");
        badge.outputRange = object.number("outputRange");
        badge.tolerance = object.number("tolerance");
        badge.points = object.index("points");
        badge.notFinite = object.index("notFinite");
        badge.worstPoint = object.numbers("worstPoint");
        badge.combinedRounding = object.number("combinedRounding");
        badge.domainAssumed = object.truth("domainAssumed");
        badge.remarks = object.texts("remarks");
        return badge;
    }

    /// Symbols are unique, and each expression uses variables, layers and earlier definitions only.
    static void checkSymbols(const Formula& formula)
    {
        std::set<std::string> known;
        std::set<std::string> layers;
        std::set<std::size_t> inputs;
        for (const Variable& variable : formula.variables)
            if (!known.insert(variable.symbol).second || !inputs.insert(variable.inputElement).second)
                refuse("two variables are the symbol " + inQuotes(variable.symbol) + " or the same input");
        for (const HeldInput& held : formula.held)
            if (!inputs.insert(held.inputElement).second)
                refuse("input " + std::to_string(held.inputElement) + " is fixed twice, or varies too");
        for (const LayerEquation& layer : formula.layers)
            layers.insert(layer.symbol);
        for (const Definition& definition : formula.definitions) {
            checkUses(definition.value, known, layers, definition.symbol);
            if (!known.insert(definition.symbol).second)
                refuse("the symbol " + inQuotes(definition.symbol) + " is defined twice");
        }
        for (const ResultEquation& result : formula.results)
            checkUses(result.value, known, layers, result.symbol);
        for (const RegionInequality& inequality : formula.region)
            checkUses(inequality.expression, known, layers, "the region");
    }

    static void checkUses(const Expression& expression, const std::set<std::string>& known,
        const std::set<std::string>& layers, const std::string& user)
    {
        for (const Expression& part : postOrder({&expression, 1})) {
            const auto* symbol = std::get_if<SymbolNode>(&part.node().kind);
            if (symbol == nullptr || known.contains(symbol->name))
                continue;
            const std::size_t mark = symbol->name.find_last_of('_');
            if (mark == std::string::npos || !layers.contains(symbol->name.substr(0, mark)))
                refuse(inQuotes(user) + " uses the symbol " + inQuotes(symbol->name)
                    + ", which is neither an input nor defined before it");
        }
    }

    JsonObject m_file;
    std::vector<Expression> m_nodes;
    std::vector<int> m_depths;
    int m_depth = 0; ///< of the operands of the node that is being read
};

} // namespace

Result<Formula> readFormula(std::string_view json)
{
    const auto refused = [](const std::string& why) {
        return failure(ErrorCode::BadFile, "This is no formula that Formulens wrote: " + why + ".");
    };
    try {
        if (json.size() > formulaByteLimit)
            return failure(ErrorCode::Limit,
                "The formula file has " + std::to_string(json.size()) + " bytes; the limit is "
                    + std::to_string(formulaByteLimit) + ".");
        checkNesting(json);
        return FormulaReader(JsonValue::parse(json)).read();
    } catch (const Refused& refusal) {
        return refused(refusal.message);
    } catch (const JsonValue::exception& error) {
        return refused(std::string("it is not JSON (") + error.what() + ")");
    }
}

} // namespace formulens
