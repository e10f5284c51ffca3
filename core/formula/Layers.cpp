// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Layers.h"

#include "core/functions/Catalogue.h"

#include <algorithm>
#include <map>

namespace formulens {

namespace {

bool actsOnTheVector(const LayerEquation& layer)
{
    return layer.operandsPerRow == 1 && layer.function
        && (*layer.function == idOf<functions::Softmax>() || *layer.function == idOf<functions::LogSoftmax>());
}

/// A layer's sizes fit each other and its arguments.
Result<void> checkLayer(const LayerEquation& layer, std::size_t columns)
{
    const auto wrong = [&layer](const std::string& words) {
        return failure(ErrorCode::BadFile, "layer '" + layer.symbol + "': " + words);
    };
    if (layer.columns != columns)
        return wrong(
            "it has " + std::to_string(layer.columns) + " columns, its arguments have " + std::to_string(columns));
    if (!layer.matrix.empty() && layer.matrix.size() != layer.rows * layer.columns)
        return wrong("its matrix has " + std::to_string(layer.matrix.size()) + " numbers, expected "
            + std::to_string(layer.rows * layer.columns));
    if (!layer.offset.empty() && layer.offset.size() != layer.rows)
        return wrong("its offset has " + std::to_string(layer.offset.size()) + " numbers, expected "
            + std::to_string(layer.rows));
    const SparseForms& sparse = layer.sparse;
    const bool plain = layer.matrix.empty() && sparse.count() == 0;
    if (plain && layer.rows != layer.columns)
        return wrong("without a matrix it needs as many rows as columns");
    if (sparse.count() == 0)
        return {};
    bool sound = sparse.count() == layer.rows * layer.operandsPerRow && sparse.first.size() == sparse.count() + 1
        && sparse.first.back() == sparse.column.size() && sparse.column.size() == sparse.coefficient.size();
    for (std::size_t i = 0; sound && i < sparse.count(); ++i)
        sound = sparse.first[i] <= sparse.first[i + 1] && sparse.first[i + 1] <= sparse.column.size();
    for (const std::uint32_t column : sparse.column)
        sound = sound && column < columns;
    if (!sound)
        return wrong("its sparse forms contradict themselves");
    if (layer.scaling != ElementwiseScaling::None && !isElementwise(layer))
        return wrong("it is written as a scaling and is none");
    return {};
}

Expression denseForm(const LayerEquation& layer, std::size_t row, const std::vector<Expression>& columns)
{
    const double offset = layer.offset.empty() ? 0 : layer.offset[row];
    if (layer.matrix.empty())
        return Expression::sum(offset, {{1.0, columns[row]}});
    std::vector<std::pair<double, Expression>> terms;
    terms.reserve(columns.size());
    for (std::size_t column = 0; column < columns.size(); ++column)
        terms.emplace_back(layer.matrix[row * layer.columns + column], columns[column]);
    return Expression::sum(offset, std::move(terms));
}

Expression sparseForm(const SparseForms& forms, std::size_t form, const std::vector<Expression>& columns)
{
    std::vector<std::pair<double, Expression>> terms;
    for (std::uint32_t i = forms.first[form]; i < forms.first[form + 1]; ++i)
        terms.emplace_back(forms.coefficient[i], columns[forms.column[i]]);
    return Expression::sum(forms.constant[form], std::move(terms));
}

/// The operands of the layer's function, row by row.
std::vector<Expression> operandsOf(const LayerEquation& layer, const std::vector<Expression>& columns)
{
    std::vector<Expression> operands;
    const bool isSparse = layer.sparse.count() > 0;
    const std::size_t count = isSparse ? layer.sparse.count() : layer.rows;
    for (std::size_t i = 0; i < count; ++i)
        operands.push_back(isSparse ? sparseForm(layer.sparse, i, columns) : denseForm(layer, i, columns));
    return operands;
}

std::vector<Expression> rowsOf(const LayerEquation& layer, const std::vector<Expression>& columns)
{
    const std::vector<Expression> operands = operandsOf(layer, columns);
    if (!layer.function)
        return operands;
    std::vector<Expression> rows;
    for (std::size_t row = 0; row < layer.rows; ++row) {
        std::vector<Expression> own;
        if (actsOnTheVector(layer)) {
            own = operands;
            std::rotate(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(row), own.end());
        } else {
            const auto from = operands.begin() + static_cast<std::ptrdiff_t>(row * layer.operandsPerRow);
            own.assign(from, from + static_cast<std::ptrdiff_t>(layer.operandsPerRow));
        }
        rows.push_back(Expression::call(*layer.function, std::move(own), layer.parameters));
    }
    return rows;
}

bool takesOperands(const LayerEquation& layer)
{
    if (!layer.function)
        return layer.operandsPerRow == 1;
    const Function& f = function(*layer.function);
    const auto parameters = static_cast<std::size_t>(f.parameters);
    const bool operands = f.operands == Function::variadic || f.operands == static_cast<int>(layer.operandsPerRow);
    return operands && layer.operandsPerRow > 0 && layer.parameters.size() == parameters;
}

} // namespace

bool isElementwise(const LayerEquation& layer)
{
    const SparseForms& forms = layer.sparse;
    if (layer.operandsPerRow != 1 || layer.rows != layer.columns || forms.count() != layer.rows
        || forms.column.size() != layer.rows)
        return false;
    for (std::size_t i = 0; i < layer.rows; ++i) {
        if (forms.first[i] != i || forms.column[i] != i)
            return false;
    }
    return true;
}

WrittenScaling writtenScaling(const LayerEquation& layer)
{
    WrittenScaling scaling{layer.sparse.coefficient, layer.sparse.constant};
    if (layer.scaling == ElementwiseScaling::Scaled)
        return scaling;
    for (std::size_t i = 0; i < scaling.scale.size(); ++i) {
        scaling.offset[i] = 0 - scaling.offset[i] / scaling.scale[i];
        if (layer.scaling == ElementwiseScaling::Centred)
            scaling.scale[i] = 1 / scaling.scale[i];
    }
    return scaling;
}

SparseForms formsOf(const WrittenScaling& scaling, ElementwiseScaling kind)
{
    SparseForms forms{scaling.offset, {0}, {}, scaling.scale};
    for (std::uint32_t i = 0; i < scaling.scale.size(); ++i) {
        forms.column.push_back(i);
        forms.first.push_back(i + 1);
        if (kind == ElementwiseScaling::Centred) {
            forms.coefficient[i] = 1 / scaling.scale[i];
            forms.constant[i] = -scaling.offset[i] / scaling.scale[i];
        } else if (kind == ElementwiseScaling::Shifted) {
            forms.constant[i] = -scaling.offset[i] * scaling.scale[i];
        }
    }
    return forms;
}

std::string layerElement(const std::string& layer, std::size_t element)
{
    return layer + "_" + std::to_string(element + 1);
}

Result<std::vector<Definition>> layerDefinitions(const Formula& formula, std::size_t inputCount)
{
    std::map<std::string, std::vector<Expression>> vectors;
    std::vector<Expression>& inputs = vectors["x"];
    inputs.resize(inputCount);
    for (const Variable& variable : formula.variables)
        inputs[variable.inputElement] = Expression::symbol(variable.symbol);
    for (const HeldInput& held : formula.held)
        inputs[held.inputElement] = held.value;
    std::vector<Definition> definitions;
    for (const LayerEquation& layer : formula.layers) {
        std::vector<Expression> columns;
        for (const std::string& argument : layer.arguments) {
            const auto found = vectors.find(argument);
            if (found == vectors.end())
                return failure(
                    ErrorCode::BadFile, "layer '" + layer.symbol + "' uses '" + argument + "' before it is defined");
            columns.insert(columns.end(), found->second.begin(), found->second.end());
        }
        if (Result<void> sound = checkLayer(layer, columns.size()); !sound)
            return tl::unexpected(sound.error());
        if (!takesOperands(layer))
            return failure(ErrorCode::BadFile, "layer '" + layer.symbol + "' has the wrong number of operands");
        std::vector<Expression>& own = vectors[layer.symbol];
        own.clear();
        for (const Expression& row : rowsOf(layer, columns)) {
            const std::string symbol = layerElement(layer.symbol, own.size());
            definitions.push_back({symbol, row, {}, {}});
            own.push_back(Expression::symbol(symbol));
        }
    }
    return definitions;
}

} // namespace formulens
