// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formula/Ends.h"

#include <algorithm>
#include <cmath>

namespace formulens {

Exit exitOf(const PreparedNetwork& network, ElementReference element, const std::string& innerSymbol)
{
    std::vector<const Step*> chain; // from the output back
    std::size_t kept = 0; // of it, up to the last scaling
    TensorIndex tensor = element.tensor;
    for (bool goesOn = true; goesOn;) {
        const auto producer = std::find_if(
            network.steps.begin(), network.steps.end(), [tensor](const Step& step) { return step.output == tensor; });
        const std::optional<TensorIndex> input
            = producer == network.steps.end() ? std::nullopt : onlyInput(network, *producer);
        goesOn = input
            && throughScaling(network, *producer, element.element, {Expression::symbol(innerSymbol), 1, 0, false})
                   .has_value();
        if (!goesOn)
            break;
        chain.push_back(&*producer);
        tensor = *input;
        if (!passes(network.network->node(producer->node).operatorName))
            kept = chain.size();
    }
    Exit exit{element, {Expression::symbol(innerSymbol), 1, 0, false}};
    for (std::size_t i = kept; i-- > 0;) {
        const std::optional<AffineStep> behind = throughScaling(network, *chain[i], element.element, exit.step);
        if (!behind || behind->slope == 0 || !std::isfinite(behind->slope) || !std::isfinite(behind->offset))
            return {element, {Expression::symbol(innerSymbol), 1, 0, false}};
        exit.step = *behind;
    }
    if (kept > 0)
        exit.inner.tensor = *onlyInput(network, *chain[kept - 1]);
    return exit;
}

} // namespace formulens
