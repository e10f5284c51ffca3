// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ImageSize.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;

/// What is tried for every convolution of a network at once.
struct Manner
{
    std::int64_t stride;
    std::int64_t padding; ///< -1: half the kernel, which keeps the size
    bool isPooled; ///< MaxPool(2) behind the activation of each
};

constexpr Manner manners[] = {{1, 0, false}, {1, -1, false}, {1, 0, true}, {1, -1, true}, {2, 1, false}, {2, 0, false},
    {1, 1, false}, {2, 2, false}};

constexpr std::int64_t usualSizes[] = {28, 32, 64, 224, 96, 48, 84, 128, 256, 16, 8};

struct Plan
{
    std::vector<const WeightLayer*> convolutions;
    const WeightLayer* dense = nullptr; ///< the first behind them
    std::size_t axes = 2;
    bool hasRoomForPools = true; ///< false where the numbers in a Sequential leave one step between two convolutions
};

/// How many steps stand between two numbers of one Sequential.
std::optional<int> gapBetween(const std::string& left, const std::string& right)
{
    const auto number = [](const std::string& name) {
        int value = -1;
        const std::size_t begin = name.rfind('.') + 1; // npos + 1 is 0
        std::from_chars(name.data() + begin, name.data() + name.size(), value);
        return value;
    };
    const auto parent = [](const std::string& name) { return name.substr(0, name.rfind('.') + 1); };
    if (number(left) < 0 || number(right) < 0 || parent(left) != parent(right))
        return std::nullopt;
    return number(right) - number(left) - 1;
}

Plan planOf(const std::vector<WeightLayer>& layers)
{
    Plan plan;
    for (const WeightLayer& layer : layers) {
        if (layer.kind == WeightLayer::Kind::Convolution && plan.dense == nullptr)
            plan.convolutions.push_back(&layer);
        if (layer.kind == WeightLayer::Kind::Linear && plan.dense == nullptr && !plan.convolutions.empty())
            plan.dense = &layer;
    }
    for (std::size_t i = 1; i < plan.convolutions.size(); ++i)
        if (const auto gap = gapBetween(plan.convolutions[i - 1]->name, plan.convolutions[i]->name))
            plan.hasRoomForPools = plan.hasRoomForPools && *gap > 1;
    if (!plan.convolutions.empty())
        plan.axes = plan.convolutions.front()->part("weight")->shape().rank() - 2;
    return plan;
}

std::int64_t kernelOf(const WeightLayer& layer)
{
    return layer.part("weight")->shape()[2];
}

/// The size that arrives behind the convolutions; 0 where the image is too small.
std::int64_t arriving(std::int64_t size, const Plan& plan, const Manner& manner)
{
    for (const WeightLayer* layer : plan.convolutions) {
        const std::int64_t kernel = kernelOf(*layer);
        const std::int64_t padding = manner.padding < 0 ? kernel / 2 : manner.padding;
        const std::int64_t room = size + 2 * padding - kernel;
        if (room < 0)
            return 0;
        size = room / manner.stride + 1;
        if (manner.isPooled)
            size /= 2;
    }
    return size;
}

std::int64_t volume(std::int64_t size, std::size_t axes)
{
    return axes == 1 ? size : axes == 2 ? size * size : size * size * size;
}

bool fits(std::int64_t size, const Plan& plan, const Manner& manner)
{
    // Half of an even kernel would make the image grow.
    const bool isOdd
        = std::ranges::all_of(plan.convolutions, [](const WeightLayer* layer) { return kernelOf(*layer) % 2 == 1; });
    if ((manner.padding < 0 && !isOdd) || (manner.isPooled && !plan.hasRoomForPools))
        return false;
    const std::int64_t left = arriving(size, plan, manner);
    if (left < 1)
        return false;
    return plan.dense == nullptr
        || volume(left, plan.axes) * plan.convolutions.back()->outputs() == plan.dense->inputs();
}

struct Fit
{
    std::int64_t size;
    Manner manner;
};

/// A usual size first, whatever the manner; then the smallest of the simplest manner.
Fit bestFit(const Plan& plan)
{
    if (plan.dense != nullptr) {
        for (const std::int64_t size : usualSizes)
            for (const Manner& manner : manners)
                if (fits(size, plan, manner))
                    return {size, manner};
        for (const Manner& manner : manners)
            for (std::int64_t size = 1; size <= 1024; ++size)
                if (fits(size, plan, manner))
                    return {size, manner};
    }
    return {32, manners[0]};
}

ArchitectureStep inputStep(const Plan& plan, std::int64_t size)
{
    ArchitectureStep step{Kind::Input, "Input", {{"", std::to_string(plan.convolutions.front()->inputs())}}};
    for (std::size_t axis = 0; axis < plan.axes; ++axis)
        step.arguments.push_back({"", std::to_string(size)});
    return step;
}

bool saysMore(const ArchitectureStep& step)
{
    return step.argument("stride") != nullptr || step.argument("padding") != nullptr
        || step.argument("dilation") != nullptr;
}

} // namespace

std::optional<ImageGuess> guessImage(const std::vector<ArchitectureStep>& steps, const std::vector<WeightLayer>& layers)
{
    const bool isImage
        = std::ranges::any_of(steps, [](const ArchitectureStep& step) { return step.kind == Kind::Convolution; });
    const Plan plan = planOf(layers);
    if (!isImage || plan.convolutions.empty() || steps.front().kind == Kind::Input)
        return std::nullopt;
    const bool isKnown = std::ranges::any_of(steps, [](const ArchitectureStep& step) {
        return saysMore(step) || step.kind == Kind::MaxPool || step.kind == Kind::AveragePool;
    });
    const Fit fit = bestFit(plan);
    const Manner manner = isKnown ? manners[0] : fit.manner;
    ImageGuess guess;
    guess.steps.push_back(inputStep(plan, fit.size));
    bool isOpen = false; // a convolution that waits for its pool
    for (const ArchitectureStep& step : steps) {
        const bool isPlaceForPool = step.kind == Kind::Convolution || step.kind == Kind::Flatten;
        if (isOpen && isPlaceForPool && manner.isPooled) {
            guess.steps.push_back({Kind::MaxPool, "MaxPool" + std::to_string(plan.axes) + "d", {{"", "2"}}});
            isOpen = false;
        }
        guess.steps.push_back(step);
        if (step.kind != Kind::Convolution)
            continue;
        isOpen = true;
        if (isKnown)
            continue;
        const std::int64_t padding = manner.padding < 0 ? kernelOf(*plan.convolutions.front()) / 2 : manner.padding;
        guess.steps.back().arguments.push_back({"stride", std::to_string(manner.stride)});
        guess.steps.back().arguments.push_back({"padding", std::to_string(padding)});
    }
    guess.doubt = "the size of the input" + std::string(isKnown ? " is" : ", strides, paddings and pooling are")
        + " not in the file, and guessed here";
    return guess;
}

} // namespace formulens
