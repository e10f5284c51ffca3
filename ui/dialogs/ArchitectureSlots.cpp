// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ArchitectureSlots.h"

#include <algorithm>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;

bool multiplies(const ArchitectureStep& step)
{
    return step.kind == Kind::Linear || step.kind == Kind::Convolution || step.kind == Kind::TransposedConvolution;
}

bool isActivation(const ArchitectureStep& step)
{
    return step.kind == Kind::Activation || step.kind == Kind::Prelu;
}

} // namespace

std::vector<ArchitectureRow> architectureRows(const std::vector<ArchitectureStep>& steps)
{
    std::vector<ArchitectureRow> rows;
    bool isWaiting = false; // a layer stands above, and no activation behind it yet
    const auto addSlot = [&](std::size_t position) { rows.push_back({position, true, false, std::nullopt}); };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        // What makes a vector of an image, or leaves values as they are, stands behind the activation.
        const bool isBehind = multiplies(steps[i]) || steps[i].kind == Kind::Flatten || steps[i].kind == Kind::MaxPool;
        if (isWaiting && isBehind) {
            addSlot(i);
            isWaiting = false;
        }
        rows.push_back({i, steps[i].kind == Kind::Activation, false, steps[i]});
        isWaiting = (isWaiting || multiplies(steps[i])) && !isActivation(steps[i]);
    }
    if (isWaiting)
        addSlot(steps.size());
    const auto lastLayer = std::find_if(
        rows.rbegin(), rows.rend(), [](const ArchitectureRow& row) { return row.step && multiplies(*row.step); });
    for (auto row = rows.rbegin(); row != lastLayer; ++row)
        row->isLast = row->isSlot;
    return rows;
}

std::vector<ArchitectureStep> withActivation(
    std::vector<ArchitectureStep> steps, const ArchitectureRow& row, const std::string& activation)
{
    const auto place = steps.begin() + static_cast<std::ptrdiff_t>(row.position);
    if (activation.empty()) {
        if (row.step)
            steps.erase(place);
        return steps;
    }
    const ArchitectureStep step = parseArchitecture(activation).value().front();
    if (row.step)
        *place = step;
    else
        steps.insert(place, step);
    return steps;
}

std::vector<ArchitectureStep> withHiddenActivations(std::vector<ArchitectureStep> steps, const std::string& activation)
{
    const std::vector<ArchitectureRow> rows = architectureRows(steps);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) // from behind: positions in front stay what they are
        if (row->isSlot && !row->isLast)
            steps = withActivation(std::move(steps), *row, activation);
    return steps;
}

} // namespace formulens
