// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/functions/Functions.h"
#include "core/numbers/Sum.h"
#include "core/operators/NodeContext.h"
#include "core/operators/OperatorTable.h"

#include <string>
#include <vector>

namespace formulens {

/// The classes that a classifier tells apart: whole numbers or texts, from attributes whose names differ by operator
/// and version.
class ClassLabels
{
public:
    ClassLabels() = default;
    ClassLabels(const NodeContext& node, std::string_view integersName, std::string_view textsName);

    std::size_t count() const { return m_isText ? m_texts.size() : m_numbers.size(); }
    bool isText() const { return m_isText; }
    /// "setosa" or "2".
    std::string name(std::size_t number) const;

    /// What the label output is where its kernel gives labels: texts have no formula, the scores beside them do.
    Preparation output(std::int64_t samples) const;

    /// The label of class number `place`: 0, 1, 2 ... are their own numbers, others are looked up.
    template <class T>
    T of(const T& place) const
    {
        if (m_isCounting)
            return place;
        Sum<T> label;
        for (std::size_t k = 0; k < m_numbers.size(); ++k)
            label.add(m_numbers[k], apply2<functions::Equal, T>(place, T(static_cast<double>(k))));
        return label.result();
    }

private:
    std::vector<double> m_numbers;
    std::vector<std::string> m_texts;
    bool m_isText = false;
    bool m_isCounting = false;
};

} // namespace formulens
