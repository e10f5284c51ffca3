// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/functions/Catalogue.h"

#include <string>
#include <vector>

/// Operands and parameters on which every function of the catalogue is tried.
namespace formulens::samples {

struct Setting
{
    std::vector<double> parameters;
    Interval domain{-6, 6}; ///< of each operand
    std::size_t operands = 1;
};

inline Interval domainOf(std::string_view name)
{
    if (name == "log" || name == "sqrt")
        return {0.1, 8};
    if (name == "asin" || name == "acos" || name == "atanh")
        return {-0.99, 0.99};
    if (name == "acosh")
        return {1.01, 8};
    if (name == "tan")
        return {-1.5, 1.5};
    if (name == "pow")
        return {0.1, 3};
    return {-6, 6};
}

inline std::vector<std::vector<double>> parametersOf(std::string_view name)
{
    if (name == "leaky_relu")
        return {{0.01}, {0.3}, {-0.2}, {1.5}};
    if (name == "clip")
        return {{-1, 1}, {0, 6}, {-functions::infinity, 2}, {0, functions::infinity}};
    if (name == "quantize")
        return {{0, -4, 3}, {-3, -128, 127}, {128, 0, 255}};
    if (name == "elu" || name == "celu")
        return {{1}, {0.5}, {2}};
    if (name == "selu")
        return {{1.67326319217681884765625, 1.05070102214813232421875}};
    if (name == "gelu_erf")
        return {{0.70710676908493041992}, {1.25}};
    if (name == "gelu_tanh_of")
        return {{0.79788458347320556641, 0.035677410662174224854}, {1.0, 0.25}};
    if (name == "power")
        return {{2}, {3}, {-1}, {-2}, {4}, {0.5}, {1.5}, {-0.5}};
    if (name == "argmax")
        return {{0}, {1}};
    return {{}};
}

inline std::vector<Setting> settingsOf(const Function& row)
{
    std::vector<Setting> settings;
    for (const std::vector<double>& parameters : parametersOf(row.name)) {
        Interval domain = domainOf(row.name);
        if (row.name == "power" && (parameters[0] != std::nearbyint(parameters[0]) || parameters[0] < 0))
            domain = {0.05, 5};
        if (row.operands != Function::variadic)
            settings.push_back({parameters, domain, static_cast<std::size_t>(row.operands)});
        else
            for (std::size_t operands : {2u, 4u})
                settings.push_back({parameters, domain, operands});
    }
    return settings;
}

inline std::vector<double> point(const Random& random, std::uint64_t sample, std::span<const Interval> box)
{
    std::vector<double> x;
    for (std::size_t i = 0; i < box.size(); ++i) {
        const double u = random.uniform(sample, 100 + i);
        // Ends are where an enclosure fails first.
        const double share = u < 0.15 ? 0.0 : u > 0.85 ? 1.0 : (u - 0.15) / 0.7;
        x.push_back(share == 1 ? box[i].upper : box[i].lower + share * box[i].width());
    }
    return x;
}

inline std::vector<Interval> box(const Random& random, std::uint64_t sample, const Setting& setting)
{
    std::vector<Interval> intervals;
    for (std::size_t i = 0; i < setting.operands; ++i) {
        const double a = random.uniform(sample, 2 * i);
        const double b = random.uniform(sample, 2 * i + 1);
        // Every fourth box is narrow.
        const double width = sample % 4 == 0 ? 0.01 * std::abs(a - b) : std::abs(a - b);
        const double from = std::min(a, b);
        const double lower = setting.domain.lower + from * setting.domain.width();
        intervals.emplace_back(lower, std::min(setting.domain.upper, lower + width * setting.domain.width()));
    }
    return intervals;
}

} // namespace formulens::samples
