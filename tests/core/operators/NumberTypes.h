// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/operators/Push.h"
#include "tests/core/operators/UnitsEvaluation.h"

#include <QString>

#include <cmath>

namespace formulens {

/// Holds an operator's one template against itself over the number types: enclosures hold the values near x, slopes are
/// those of differences, equations give the values. The first disagreement in words, or nothing.
class NumberTypes
{
public:
    NumberTypes(const PreparedNetwork& network, TensorIndex output, std::vector<double> x)
        : m_network(network), m_output(output), m_x(std::move(x))
    {
    }

    QString disagreement() const
    {
        for (const QString& words : {ofEnclosures(), ofSlopes(), ofEquations()})
            if (!words.isEmpty())
                return words;
        return {};
    }

private:
    using Point = std::vector<double>;

    Point values(const Point& x) const { return reference::evaluate(m_network, m_output, x).value(); }

    /// Integers stay what they are.
    Point moved(std::size_t sample, double step) const
    {
        const Random random(5);
        Point x = m_x;
        for (std::size_t k = 0; k < x.size(); ++k)
            if (isFloatingPoint(m_network.tensor(m_network.inputElements[k].tensor).type))
                x[k] += step * (2 * random.uniform(sample, k) - 1);
        return x;
    }

    QString ofEnclosures() const
    {
        for (const double radius : {0.0, 0.02, 1.0}) {
            std::vector<Interval> box;
            for (const double x : m_x)
                box.emplace_back(x - radius, x + radius);
            const auto enclosures = reference::enclose(m_network, m_output, box).value();
            for (std::size_t sample = 0; sample < 20; ++sample) {
                const Point at = values(moved(sample, radius));
                for (std::size_t i = 0; i < at.size(); ++i)
                    if (std::isfinite(at[i]) && !enclosures[i].contains(at[i]))
                        return QStringLiteral("element %1 is %2, outside [%3, %4]")
                            .arg(i)
                            .arg(at[i])
                            .arg(enclosures[i].lower)
                            .arg(enclosures[i].upper);
            }
        }
        return {};
    }

    /// At a point near x, so that it is at no kink.
    QString ofSlopes() const
    {
        constexpr double step = 1e-6;
        const Point centre = moved(100, 1e-3);
        const Point ahead = moved(101, 1);
        Point direction(m_x.size());
        Point above = centre;
        Point below = centre;
        for (std::size_t k = 0; k < m_x.size(); ++k) {
            direction[k] = ahead[k] - m_x[k];
            above[k] += step * direction[k];
            below[k] -= step * direction[k];
        }
        const auto slopes = reference::slope(m_network, m_output, centre, direction).value();
        const Point high = values(above);
        const Point low = values(below);
        for (std::size_t i = 0; i < slopes.size(); ++i) {
            const double expected = (high[i] - low[i]) / (2 * step);
            if (!(std::abs(slopes[i].slope - expected) <= 1e-4 * (1 + std::abs(expected))))
                return QStringLiteral("element %1 has slope %2, differences give %3")
                    .arg(i)
                    .arg(slopes[i].slope)
                    .arg(expected);
        }
        return {};
    }

    QString ofEquations() const
    {
        Units units(m_x.size());
        std::vector<Affine> inputs;
        for (std::size_t k = 0; k < m_x.size(); ++k)
            inputs.push_back(units.input(k));
        const auto forms = push<Affine>(m_network, m_output, inputs).value();
        for (std::size_t sample = 0; sample < 20; ++sample) {
            const Point x = moved(sample, sample == 0 ? 0 : 1);
            const UnitsEvaluation evaluation(units, x);
            const Point expected = values(x);
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const double actual = evaluation.value(forms[i]);
                if (std::isfinite(expected[i]) && std::abs(actual - expected[i]) > 1e-9 * (1 + std::abs(expected[i])))
                    return QStringLiteral("element %1 is %2 by its equation, expected %3")
                        .arg(i)
                        .arg(actual)
                        .arg(expected[i]);
            }
        }
        return {};
    }

    const PreparedNetwork& m_network;
    TensorIndex m_output;
    Point m_x;
};

} // namespace formulens
