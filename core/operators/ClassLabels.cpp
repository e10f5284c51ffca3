// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/ClassLabels.h"

#include <cmath>

namespace formulens {

ClassLabels::ClassLabels(const NodeContext& node, std::string_view integersName, std::string_view textsName)
{
    m_texts = node.texts(textsName, {});
    m_isText = !m_texts.empty();
    for (const std::int64_t label : node.integers(integersName, std::vector<std::int64_t>())) {
        m_isCounting = m_numbers.empty() ? label == 0 : m_isCounting && label == std::llround(m_numbers.back()) + 1;
        m_numbers.push_back(static_cast<double>(label));
    }
    if (m_isText && !m_numbers.empty())
        node.fail("it names its classes both by numbers and by texts; expected one of the attributes '"
            + std::string(integersName) + "' and '" + std::string(textsName) + "'");
}

std::string ClassLabels::name(std::size_t number) const
{
    return m_isText ? m_texts[number] : std::to_string(std::llround(m_numbers[number]));
}

Preparation ClassLabels::output(std::int64_t samples) const
{
    Preparation label{.type = m_isText ? ElementType::String : ElementType::Int64, .shape = Shape{samples}};
    if (m_isText)
        label.unavailable = "its labels are texts ('" + m_texts.front()
            + "' ...), which have no formula; choose the scores, its other output";
    label.operands = {0};
    return label;
}

} // namespace formulens
