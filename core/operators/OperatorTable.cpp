// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/OperatorTable.h"

#include <algorithm>
#include <tuple>

namespace formulens {

namespace {

auto keyOf(const OperatorRow& row)
{
    return std::tuple(row.domain, row.name, row.since);
}

std::vector<OperatorRow> gathered()
{
    std::vector<OperatorRow> rows;
    for (const auto family : {arithmeticOperators, attentionOperators, constantOperators, conversionOperators,
             convolutionOperators, einsumOperators, elementwiseOperators, encoderOperators, featureOperators,
             fusedOperators, interpolationOperators, linearModelOperators, linearOperators, movementOperators,
             normalisationOperators, poolingOperators, quantisationOperators, quantisedProductOperators,
             recurrentOperators, reductionOperators, reshapingOperators, scatteringOperators, selectionOperators,
             slicingOperators, softmaxOperators, sortingOperators, supportVectorOperators, treeOperators}) {
        const std::span<const OperatorRow> more = family();
        rows.insert(rows.end(), more.begin(), more.end());
    }
    std::ranges::sort(rows, {}, keyOf);
    return rows;
}

/// "ai.onnx" is another name of the default domain.
std::string_view canonical(std::string_view domain)
{
    return domain == "ai.onnx" ? std::string_view() : domain;
}

} // namespace

std::span<const OperatorRow> operatorTable()
{
    static const std::vector<OperatorRow> rows = gathered();
    return rows;
}

const OperatorRow* findOperator(std::string_view domain, std::string_view name, std::int64_t version)
{
    const OperatorRow* newest = nullptr;
    for (const OperatorRow& row : operatorTable())
        if (row.domain == canonical(domain) && row.name == name && row.since <= version)
            newest = &row;
    return newest;
}

bool knowsOperator(std::string_view domain, std::string_view name)
{
    return std::ranges::any_of(
        operatorTable(), [&](const OperatorRow& row) { return row.domain == canonical(domain) && row.name == name; });
}

} // namespace formulens
