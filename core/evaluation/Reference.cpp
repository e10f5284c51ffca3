// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/Reference.h"

#include "core/operators/Push.h"

namespace formulens::reference {

namespace {

template <class T>
Result<std::vector<T>> pushed(const PreparedNetwork& network, TensorIndex tensor, std::span<const T> x)
{
    if (x.size() != network.inputCount())
        return failure(ErrorCode::BadQuestion,
            "the network has " + std::to_string(network.inputCount()) + " input elements, but "
                + std::to_string(x.size()) + " were given");
    return push<T>(network, tensor, x);
}

} // namespace

Result<std::vector<double>> evaluate(const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x)
{
    return pushed<double>(network, tensor, x);
}

Result<std::vector<Dual<double>>> slope(
    const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x, std::span<const double> direction)
{
    if (direction.size() != x.size())
        return failure(ErrorCode::BadQuestion,
            "the direction has " + std::to_string(direction.size()) + " numbers, but the point has "
                + std::to_string(x.size()));
    std::vector<Dual<double>> point;
    point.reserve(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        point.emplace_back(x[i], direction[i]);
    return pushed<Dual<double>>(network, tensor, point);
}

Result<std::vector<Interval>> enclose(const PreparedNetwork& network, TensorIndex tensor, std::span<const Interval> box)
{
    return pushed<Interval>(network, tensor, box);
}

Result<std::vector<double>> jacobian(const PreparedNetwork& network, TensorIndex tensor, std::span<const double> x)
{
    const std::size_t columns = x.size();
    std::vector<double> direction(columns);
    std::vector<double> result;
    for (std::size_t j = 0; j < columns; ++j) {
        direction[j] = 1;
        const auto column = slope(network, tensor, x, direction);
        direction[j] = 0;
        if (!column)
            return tl::unexpected(column.error());
        result.resize(column->size() * columns);
        for (std::size_t i = 0; i < column->size(); ++i)
            result[i * columns + j] = (*column)[i].slope;
    }
    return result;
}

} // namespace formulens::reference
