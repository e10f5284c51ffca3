// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ModuleSteps.h"

#include <algorithm>

namespace formulens {

namespace {

using Kind = ArchitectureStep::Kind;

constexpr std::string_view torchModules = "torch.nn.modules.";
constexpr std::string_view scripted = "__torch__.";

bool isScripted(const NamedModule& module)
{
    return module.className.starts_with(scripted);
}

bool isOfTorch(const NamedModule& module)
{
    const std::string_view name = module.className;
    return name.substr(isScripted(module) ? scripted.size() : 0).starts_with(torchModules);
}

std::string word(const NamedModule& module)
{
    return module.className.substr(module.className.rfind('.') + 1);
}

bool isContainer(const NamedModule& module)
{
    const std::string name = word(module);
    return !isOfTorch(module) || name == "Sequential" || name == "ModuleList" || name == "ModuleDict";
}

/// Nested Sequentials of PyTorch's own, and nothing else that holds other modules.
bool isSequential(const NamedModule& module)
{
    if (!isContainer(module))
        return module.children.empty();
    return isOfTorch(module) && word(module) == "Sequential" && std::ranges::all_of(module.children, isSequential);
}

void collectLeaves(const NamedModule& module, std::vector<const NamedModule*>& leaves)
{
    if (!isContainer(module))
        return leaves.push_back(&module);
    for (const NamedModule& child : module.children)
        collectLeaves(child, leaves);
}

/// What a layer is set up with beyond its weights, where it is not what the words mean by themselves.
struct Setting
{
    std::string_view module; ///< a word, or the beginning of one
    std::string_view setting;
    std::string_view usual; ///< left out where it is this
    std::string_view name; ///< in the architecture; empty: a value without a name
};

constexpr Setting settings[] = {
    {"Conv", "stride", "1", "stride"},
    {"Conv", "padding", "0", "padding"},
    {"ConvTranspose", "output_padding", "0", "output_padding"},
    {"Conv", "dilation", "1", "dilation"},
    {"Conv", "groups", "1", "groups"},
    {"Conv", "padding_mode", "zeros", "padding_mode"},
    {"BatchNorm", "eps", "1e-05", "eps"},
    {"LayerNorm", "eps", "1e-05", "eps"},
    {"GroupNorm", "num_groups", "", "groups"},
    {"GroupNorm", "eps", "1e-05", "eps"},
    {"RNN", "nonlinearity", "tanh", "nonlinearity"},
    {"MaxPool", "kernel_size", "", ""},
    {"MaxPool", "stride", "", "stride"},
    {"MaxPool", "padding", "0", "padding"},
    {"MaxPool", "dilation", "1", "dilation"},
    {"MaxPool", "ceil_mode", "false", "ceil_mode"},
    {"AvgPool", "kernel_size", "", ""},
    {"AvgPool", "stride", "", "stride"},
    {"AvgPool", "padding", "0", "padding"},
    {"AvgPool", "ceil_mode", "false", "ceil_mode"},
    {"AvgPool", "count_include_pad", "true", "count_include_pad"},
    {"AdaptiveAvgPool", "output_size", "1", ""},
    {"LeakyReLU", "negative_slope", "0.01", ""},
    {"ELU", "alpha", "1", ""},
    {"CELU", "alpha", "1", ""},
    {"Hardtanh", "min_val", "-1", ""},
    {"Hardtanh", "max_val", "1", ""},
    {"GELU", "approximate", "none", ""},
    {"Softplus", "beta", "1", "beta"},
    {"Softplus", "threshold", "20", "threshold"},
    {"Threshold", "threshold", "", ""},
    {"Threshold", "value", "", ""},
    {"Softmax", "dim", "none", "dim"},
    {"LogSoftmax", "dim", "none", "dim"},
    {"Flatten", "start_dim", "1", "start_dim"},
    {"Flatten", "end_dim", "-1", "end_dim"},
};

/// "2x2" is "2".
std::string squeezed(const std::string& words)
{
    const std::size_t cross = words.find('x');
    if (cross == std::string::npos)
        return words;
    const std::string first = words.substr(0, cross);
    std::string all = first;
    while (all.size() < words.size())
        all += "x" + first;
    return all == words ? first : words;
}

bool isMeant(const Setting& setting, const std::string& name)
{
    return setting.module.ends_with("LU") || setting.module == "Softmax" ? name == setting.module
                                                                         : name.starts_with(setting.module);
}

/// TorchScript keeps settings in its code, which is not read.
bool lacksSettings(const NamedModule& module)
{
    return isScripted(module)
        && std::ranges::any_of(settings, [&](const Setting& setting) { return isMeant(setting, word(module)); });
}

ArchitectureStep stepOf(const NamedModule& module)
{
    ArchitectureStep step;
    step.word = word(module);
    step.kind = stepKindNamed(step.word).value_or(Kind::Nothing);
    const bool isBent
        = step.word == "Hardtanh" && (module.settings.contains("min_val") || module.settings.contains("max_val"));
    for (const Setting& setting : settings) {
        const auto known = module.settings.find(std::string(setting.setting));
        if (!isMeant(setting, step.word) || known == module.settings.end())
            continue;
        const std::string value = squeezed(known->second);
        const bool isKernel = setting.setting == "stride" && module.settings.contains("kernel_size")
            && value == squeezed(module.settings.at("kernel_size")) && step.kind != Kind::Convolution
            && step.kind != Kind::TransposedConvolution;
        if ((value != setting.usual || isBent) && !isKernel)
            step.arguments.push_back({std::string(setting.name), value});
    }
    return step;
}

bool isActivation(const ArchitectureStep& step)
{
    return step.kind == Kind::Activation || step.kind == Kind::Prelu;
}

bool multiplies(const ArchitectureStep& step)
{
    return step.kind == Kind::Linear || step.kind == Kind::Convolution || step.kind == Kind::TransposedConvolution;
}

/// One activation that is registered once stands behind every layer, as forward() of such classes does.
std::vector<ArchitectureStep> spread(const std::vector<ArchitectureStep>& steps)
{
    const auto first = std::ranges::find_if(steps, isActivation);
    const auto layers = std::ranges::count_if(steps, multiplies);
    if (first == steps.end() || first->kind == Kind::Prelu || layers < 3
        || std::ranges::count_if(steps, isActivation) != 1)
        return steps;
    std::vector<ArchitectureStep> result;
    for (const ArchitectureStep& step : steps) {
        if (isActivation(step))
            continue;
        if (multiplies(step) && std::ranges::any_of(result, multiplies))
            result.push_back(*first);
        result.push_back(step);
    }
    return result;
}

std::vector<ArchitectureStep> flattened(const std::vector<ArchitectureStep>& steps)
{
    std::vector<ArchitectureStep> result;
    bool isImage = false;
    for (const ArchitectureStep& step : steps) {
        if (step.kind == Kind::Linear && isImage)
            result.push_back({Kind::Flatten, "Flatten", {}});
        if (step.kind == Kind::Convolution)
            isImage = true;
        if (step.kind == Kind::Linear || step.kind == Kind::Flatten)
            isImage = false;
        result.push_back(step);
    }
    return result;
}

} // namespace

std::optional<ModuleSteps> stepsOfModules(const NamedModule& root, const std::vector<WeightLayer>& layers)
{
    std::vector<const NamedModule*> leaves;
    collectLeaves(root, leaves);
    ModuleSteps result;
    result.isSequential = isSequential(root);
    std::size_t found = 0;
    for (const NamedModule* leaf : leaves) {
        ArchitectureStep step = stepOf(*leaf);
        result.lacksSettings = result.lacksSettings || lacksSettings(*leaf);
        const auto known = std::ranges::find(layers, leaf->name, &WeightLayer::name);
        if (known != layers.end() && leaf->name.empty()) {
            ++found;
        } else if (known != layers.end()) {
            // Layers are named, so that the order of the file does not matter.
            step.arguments.insert(step.arguments.begin(), {"", leaf->name});
            ++found;
        }
        if (known == layers.end() && takesWeights(step.kind))
            step.arguments.push_back({"affine", "false"}); // it must not take those of another
        if (step.word.starts_with("Dropout") || step.word == "Identity")
            continue;
        result.steps.push_back(std::move(step));
    }
    if (found == 0 || found < layers.size())
        return std::nullopt;
    if (!result.isSequential) {
        const bool hasNone = std::ranges::none_of(result.steps, isActivation);
        if (hasNone && layers.size() > 1)
            return std::nullopt;
        result.steps = flattened(spread(result.steps));
    }
    return result;
}

} // namespace formulens
