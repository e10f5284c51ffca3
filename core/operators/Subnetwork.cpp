// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/operators/Subnetwork.h"

#include <algorithm>

namespace formulens {

Subnetwork::Subnetwork(std::shared_ptr<const PreparedNetwork> network)
    : m_network(std::move(network)), m_feedsJoint(m_network->tensors.size())
{
    for (std::size_t s = m_network->steps.size(); s-- > 0;) {
        const Step& step = m_network->steps[s];
        const Kernel::Character character = step.kernel->character();
        const bool joint = character == Kernel::Character::Joint
            || (character == Kernel::Character::Movement && feedsJoint(step.output));
        for (const TensorIndex input : step.inputs)
            if (joint)
                m_feedsJoint[input.position()] = 1;
    }
}

std::uint64_t Subnetwork::cost() const
{
    std::uint64_t cost = 0;
    for (const Step& step : m_network->steps)
        cost += step.kernel->cost();
    return cost;
}

Kernel::Character Subnetwork::character(TensorIndex output) const
{
    using Character = Kernel::Character;
    std::vector<char> needed(m_network->tensors.size());
    needed[output.position()] = 1;
    Character whole = Character::Movement;
    for (std::size_t s = m_network->steps.size(); s-- > 0;) {
        const Step& step = m_network->steps[s];
        if (!needed[step.output.position()])
            continue;
        for (const TensorIndex input : step.inputs)
            needed[input.position()] = 1;
        const Character own = step.kernel->character();
        if (own == Character::Movement)
            continue;
        if (whole == Character::Movement)
            whole = own;
        else
            whole = own == Character::Linear && whole == Character::Linear ? own : Character::Joint;
    }
    // A function of each element by itself, between moves, need not be one of the element at the same place.
    return whole == Character::Elementwise && m_network->steps.size() > 1 ? Character::Joint : whole;
}

} // namespace formulens
