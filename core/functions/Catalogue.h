// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Functions.h"

#include <tuple>
#include <type_traits>

namespace formulens {

/// All rows, in the order of their ids. To add a function: one struct in its family's file and its name here.
using CatalogueRows = std::tuple<functions::NamedSum, functions::Relu, functions::LeakyRelu, functions::PRelu,
    functions::Clip, functions::Abs, functions::Max, functions::Min, functions::Step, functions::Sign, functions::Floor,
    functions::Ceil, functions::Round, functions::Quantize, functions::Trunc, functions::Less, functions::LessOrEqual,
    functions::Equal, functions::ArgMax, functions::Select, functions::Exp, functions::Log, functions::Sqrt,
    functions::Square, functions::Power, functions::Pow, functions::Reciprocal, functions::Sin, functions::Cos,
    functions::Tan, functions::Asin, functions::Acos, functions::Atan, functions::Sinh, functions::Cosh,
    functions::Asinh, functions::Acosh, functions::Atanh, functions::Tanh, functions::Erf, functions::Sigmoid,
    functions::Softplus, functions::Softsign, functions::Elu, functions::Selu, functions::Celu, functions::Gelu,
    functions::GeluTanh, functions::GeluErf, functions::GeluTanhOf, functions::Silu, functions::Mish,
    functions::Product, functions::Quotient, functions::SumOfProducts, functions::SumOfSquares, functions::Softmax,
    functions::LogSoftmax>;

namespace catalogue_detail {

template <class F, std::size_t at>
constexpr std::size_t positionOf()
{
    if constexpr (std::is_same_v<F, std::tuple_element_t<at, CatalogueRows>>)
        return at;
    else
        return positionOf<F, at + 1>();
}

} // namespace catalogue_detail

/// The id of a row; does not compile for a struct that is not in the catalogue.
template <class F>
constexpr FunctionId idOf()
{
    return FunctionId(catalogue_detail::positionOf<F, 0>());
}

} // namespace formulens
