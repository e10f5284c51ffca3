// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/UnitGroups.h"

#include <algorithm>

namespace formulens {

UnitGroups grouped(const Equations& equations)
{
    UnitGroups groups;
    std::vector<std::size_t> levels;
    for (std::size_t i = 0; i < equations.unitCount(); ++i) {
        const UnitIndex unit(i);
        const Equations::UnitRecord& record = equations.unit(unit);
        const std::span<const double> parameters = equations.parameters(unit);
        const std::string& label = equations.labelOf(unit);
        UnitGroup group{1, label.substr(0, label.rfind('_')), record.function, {parameters.begin(), parameters.end()},
            record.operandCount};
        for (std::size_t k = 0; k < record.operandCount; ++k) {
            for (const TermId id : equations.operand(unit, k).ids) {
                if (!equations.isInput(id))
                    group.level = std::max(group.level, levels[equations.unitOf(id).position()] + 1);
            }
        }
        levels.push_back(group.level);
        groups[group].push_back(unit);
    }
    return groups;
}

} // namespace formulens
