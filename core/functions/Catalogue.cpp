// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Catalogue.h"

#include <algorithm>
#include <array>

namespace formulens {

namespace {

template <class F>
void slopesOf(std::span<const double> x, std::span<const double> p, double y, std::span<double> slope)
{
    F::template slopes<double>(x, p, y, slope);
}

template <class F>
Function row()
{
    return {
        .name = F::name,
        .operands = F::traits.operands,
        .parameters = F::traits.parameters,
        .piecewiseLinear = F::traits.piecewiseLinear,
        .steps = F::traits.steps,
        .monotone = F::traits.monotone,
        .periodic = F::traits.periodic,
        .spelling = F::spelling,
        .value = &F::value,
        .slopes = &slopesOf<F>,
        .enclosure = &F::enclosure,
        .curvature = &F::curvature,
    };
}

template <std::size_t... at>
std::array<Function, sizeof...(at)> rows(std::index_sequence<at...>)
{
    return {row<std::tuple_element_t<at, CatalogueRows>>()...};
}

const auto& table()
{
    static const auto all = rows(std::make_index_sequence<std::tuple_size_v<CatalogueRows>>());
    return all;
}

} // namespace

const Function& function(FunctionId id)
{
    return table()[id.position()];
}

std::span<const Function> catalogue()
{
    return table();
}

std::optional<FunctionId> findFunction(std::string_view name)
{
    const auto found = std::ranges::find(table(), name, &Function::name);
    if (found == table().end())
        return std::nullopt;
    return FunctionId(static_cast<std::size_t>(found - table().begin()));
}

} // namespace formulens
