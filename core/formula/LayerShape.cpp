// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/LayerShape.h"

#include "core/formula/Layers.h"
#include "core/functions/Catalogue.h"

#include <algorithm>

namespace formulens {

namespace {

constexpr std::size_t smallMatrix = 64; ///< numbers

} // namespace

void appendForm(SparseForms& forms, const FormView& form, const std::vector<std::uint32_t>& columns)
{
    for (std::size_t i = 0; i < form.size(); ++i) {
        forms.column.push_back(columns[form.ids[i]]);
        forms.coefficient.push_back(form.coefficients[i]);
    }
    forms.constant.push_back(form.constant);
    forms.first.push_back(static_cast<std::uint32_t>(forms.column.size()));
}

std::string partOfVector(const LayerEquation& layer)
{
    const SparseForms& forms = layer.sparse;
    const bool isPart = layer.arguments.size() == 1 && layer.operandsPerRow == 1 && layer.rows > 0
        && forms.column.size() == layer.rows;
    for (std::size_t i = 0; isPart && i < layer.rows; ++i) {
        if (forms.first[i] != i || forms.column[i] != forms.column[0] + i || forms.coefficient[i] != 1
            || forms.constant[i] != 0)
            return {};
    }
    if (!isPart)
        return {};
    const std::string first = std::to_string(forms.column[0] + 1);
    return layer.rows == 1 ? "element " + first
                           : "elements " + first + " to " + std::to_string(forms.column[0] + layer.rows);
}

void foldSoftmax(LayerEquation& layer)
{
    const bool isSoftmax = layer.function
        && (*layer.function == idOf<functions::Softmax>() || *layer.function == idOf<functions::LogSoftmax>());
    if (!isSoftmax || layer.operandsPerRow != layer.rows || layer.rows == 1)
        return;
    SparseForms first;
    first.first.push_back(0);
    for (std::size_t row = 0; row < layer.rows; ++row) {
        const std::size_t form = row * layer.operandsPerRow;
        for (std::uint32_t i = layer.sparse.first[form]; i < layer.sparse.first[form + 1]; ++i) {
            first.column.push_back(layer.sparse.column[i]);
            first.coefficient.push_back(layer.sparse.coefficient[i]);
        }
        first.constant.push_back(layer.sparse.constant[form]);
        first.first.push_back(static_cast<std::uint32_t>(first.column.size()));
    }
    layer.sparse = std::move(first);
    layer.operandsPerRow = 1;
}

bool isIdentity(const LayerEquation& layer)
{
    const SparseForms& forms = layer.sparse;
    return isElementwise(layer)
        && std::all_of(forms.coefficient.begin(), forms.coefficient.end(), [](double c) { return c == 1; })
        && std::all_of(forms.constant.begin(), forms.constant.end(), [](double c) { return c == 0; });
}

bool isFull(const LayerEquation& layer)
{
    return 4 * layer.sparse.column.size() >= layer.rows * layer.columns;
}

bool isSmallMatrix(const LayerEquation& layer)
{
    return layer.rows * layer.columns <= smallMatrix;
}

} // namespace formulens
