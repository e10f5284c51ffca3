// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/WeightLayers.h"

#include "core/importers/ImportError.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace formulens {

namespace {

using Kind = WeightLayer::Kind;

constexpr std::size_t mostLayers = 2000;

std::string firstPart(const std::string& name)
{
    return name.substr(0, name.find('.'));
}

std::string lowerCase(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return text;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

// --- which tensors are the model's

/// What training keeps beside the model.
bool isOfTraining(const std::string& part)
{
    const std::string name = lowerCase(part);
    return contains(name, "optim") || contains(name, "scheduler") || name == "amp" || name == "grad_scaler"
        || name == "loss" || name == "losses" || name == "rng_state" || name == "cuda_rng_state";
}

bool isContainer(const std::string& part)
{
    static const std::set<std::string> names{"model", "model_state", "state", "weights", "params", "parameters",
        "module", "_orig_mod", "checkpoint", "ema", "model_ema", "0", "1"};
    return part.ends_with("state_dict") || names.contains(part);
}

bool isAverage(const std::string& part)
{
    return contains(lowerCase(part), "ema") || contains(lowerCase(part), "target") || contains(lowerCase(part), "best");
}

bool isNumber(const std::string& part)
{
    return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
}

class ModelPart
{
public:
    explicit ModelPart(const NamedTensors& file) : m_tensors(file.tensors), m_hasModules(!file.modules.empty()) { }

    std::vector<NamedTensor> choose(std::vector<std::string>& warnings)
    {
        for (int depth = 0; depth < 8; ++depth) {
            std::erase_if(m_tensors, [](const NamedTensor& tensor) {
                return contains(tensor.name, ".") && isOfTraining(firstPart(tensor.name));
            });
            dropCopies(warnings);
            if (!stripContainer())
                break;
        }
        return std::move(m_tensors);
    }

private:
    std::vector<std::string> firstParts() const
    {
        std::vector<std::string> parts;
        for (const NamedTensor& tensor : m_tensors)
            if (const std::string part = firstPart(tensor.name); std::ranges::find(parts, part) == parts.end())
                parts.push_back(part);
        return parts;
    }

    std::set<std::string> namesBelow(const std::string& part) const
    {
        std::set<std::string> names;
        for (const NamedTensor& tensor : m_tensors)
            if (tensor.name.starts_with(part + "."))
                names.insert(tensor.name.substr(part.size() + 1));
        return names;
    }

    bool isWhole(const std::string& part) const
    {
        const std::set<std::string> names = namesBelow(part);
        return std::ranges::any_of(names, [](const std::string& name) { return contains(name, "."); });
    }

    /// Two parts with the same names inside are the model and an average of it, or its copy.
    void dropCopies(std::vector<std::string>& warnings)
    {
        std::vector<std::string> parts = firstParts();
        if (parts.size() < 2 || parts.size() > 16)
            return;
        std::ranges::stable_sort(parts, {}, [](const std::string& part) { return isAverage(part); });
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (isNumber(parts[i]) || !isWhole(parts[i]) || namesBelow(parts[i]) != namesBelow(parts[0]))
                continue;
            if (!isAverage(parts[i]) && !isContainer(parts[i]))
                continue;
            std::erase_if(
                m_tensors, [&](const NamedTensor& tensor) { return tensor.name.starts_with(parts[i] + "."); });
            warnings.push_back(
                "the file also holds '" + parts[i] + "', with the same names as '" + parts[0] + "', which is used");
        }
    }

    /// "state_dict.fc1.weight" is "fc1.weight" where all begin so.
    bool stripContainer()
    {
        const std::vector<std::string> parts = firstParts();
        if (parts.size() != 1 || !isContainer(parts.front()) || !isWhole(parts.front()))
            return false;
        if (m_hasModules && isNumber(parts.front()))
            return false; // a Sequential in a Sequential
        for (NamedTensor& tensor : m_tensors) {
            if (!contains(tensor.name, "."))
                return false;
            tensor.name.erase(0, parts.front().size() + 1);
        }
        return true;
    }

    std::vector<NamedTensor> m_tensors;
    bool m_hasModules;
};

// --- layers

bool isRecurrentPart(const std::string& part)
{
    return part.starts_with("weight_ih_l") || part.starts_with("weight_hh_l") || part.starts_with("bias_ih_l")
        || part.starts_with("bias_hh_l") || part.starts_with("weight_hr_l");
}

bool isLayerPart(const std::string& part)
{
    static const std::set<std::string> names{"weight", "bias", "running_mean", "running_var", "num_batches_tracked",
        "weight_g", "weight_v", "weight_orig", "weight_u", "weight_mask", "bias_orig", "bias_mask"};
    return names.contains(part) || isRecurrentPart(part);
}

std::optional<Kind> kindOf(const WeightLayer& layer)
{
    if (const Tensor* gates = layer.part("weight_ih_l0"))
        return gates->shape().rank() == 2 && layer.part("weight_hh_l0") != nullptr
                && layer.part("weight_hh_l0")->shape().rank() == 2
            ? std::optional(Kind::Recurrent)
            : std::nullopt;
    if (layer.part("running_mean") != nullptr && layer.part("running_var") != nullptr)
        return Kind::BatchNorm;
    const Tensor* weight = layer.part("weight");
    if (weight == nullptr || !isFloatingPoint(weight->type()))
        return std::nullopt;
    const Tensor* bias = layer.part("bias");
    if (weight->size() == 0)
        return std::nullopt;
    const std::string name = lowerCase(layer.name);
    const std::size_t rank = weight->shape().rank();
    if (rank == 1)
        return bias != nullptr || contains(name, "norm") ? Kind::LayerNorm : Kind::Prelu;
    if (rank == 2)
        return bias != nullptr && bias->shape() == weight->shape() ? Kind::LayerNorm
            : bias == nullptr && contains(name, "emb")             ? Kind::Embedding
                                                                   : Kind::Linear;
    return rank <= 5 && rank > 2 ? std::optional(Kind::Convolution) : std::nullopt;
}

bool belongsTo(Kind kind, const std::string& part)
{
    if (kind == Kind::Recurrent)
        return isRecurrentPart(part);
    return part == "weight" || part == "bias" || (kind == Kind::BatchNorm && !part.starts_with("weight_"));
}

/// weight = g v / |v|, with the norm over all axes but the first: what torch.nn.utils.weight_norm takes apart.
Tensor joinedWeight(const Tensor& size, const Tensor& direction)
{
    std::vector<double> values = direction.numbers();
    const std::size_t rows = size.size();
    const std::size_t width = rows == 0 ? 0 : values.size() / rows;
    for (std::size_t row = 0; row < rows; ++row) {
        double square = 0;
        for (std::size_t i = row * width; i < (row + 1) * width; ++i)
            square += values[i] * values[i];
        for (std::size_t i = row * width; i < (row + 1) * width; ++i)
            values[i] *= size.number(row) / std::sqrt(square);
    }
    return Tensor::ofDoubles(direction.shape(), std::move(values));
}

void joinWeightNorm(WeightLayer& layer)
{
    const Tensor* size = layer.part("weight_g");
    const Tensor* direction = layer.part("weight_v");
    if (size == nullptr || direction == nullptr || direction->shape().rank() < 2
        || static_cast<std::int64_t>(size->size()) != direction->shape()[0])
        return;
    Tensor weight = joinedWeight(*size, *direction);
    layer.parts.erase("weight_g");
    layer.parts.erase("weight_v");
    layer.parts.insert_or_assign("weight", std::move(weight));
}

/// weight = original / (u' original v), with the original as a matrix of as many rows as it has outputs: what
/// torch.nn.utils.spectral_norm takes apart, as it is used once a network is trained.
Tensor ofSpectralNorm(const Tensor& original, const std::vector<double>& u, const std::vector<double>& v)
{
    std::vector<double> values = original.numbers();
    double norm = 0;
    for (std::size_t row = 0; row < u.size(); ++row)
        for (std::size_t column = 0; column < v.size(); ++column)
            norm += u[row] * values[row * v.size() + column] * v[column];
    for (double& value : values)
        value /= norm;
    return Tensor::ofDoubles(original.shape(), std::move(values));
}

void joinSpectralNorm(WeightLayer& layer)
{
    const Tensor* original = layer.part("weight_orig");
    const Tensor* u = layer.part("weight_u");
    const Tensor* v = layer.part("weight_v");
    if (original == nullptr || u == nullptr || v == nullptr || u->size() * v->size() != original->size())
        return;
    Tensor weight = ofSpectralNorm(*original, u->numbers(), v->numbers());
    for (const char* part : {"weight_orig", "weight_u", "weight_v"})
        layer.parts.erase(part);
    layer.parts.insert_or_assign("weight", std::move(weight));
}

/// What torch.nn.utils.prune takes apart.
void joinPruned(WeightLayer& layer, const std::string& part)
{
    const Tensor* original = layer.part(part + "_orig");
    const Tensor* mask = layer.part(part + "_mask");
    if (original == nullptr || mask == nullptr || original->shape() != mask->shape())
        return;
    std::vector<double> values = original->numbers();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] *= mask->number(i);
    Tensor pruned = Tensor::ofDoubles(original->shape(), std::move(values), original->type());
    layer.parts.erase(part + "_orig");
    layer.parts.erase(part + "_mask");
    layer.parts.insert_or_assign(part, std::move(pruned));
}

/// The names by which tools that wrap layers call their tensors.
std::pair<std::string, std::string> layerAndPart(std::string name)
{
    for (const auto& [ending, part] : {std::pair(".parametrizations.weight.original0", "weight_g"),
             std::pair(".parametrizations.weight.original1", "weight_v"),
             std::pair(".parametrizations.weight.original", "weight_orig"),
             std::pair(".parametrizations.weight.0._u", "weight_u"),
             std::pair(".parametrizations.weight.0._v", "weight_v")})
        if (name.ends_with(ending))
            return {name.substr(0, name.size() - std::string_view(ending).size()), part};
    const std::size_t point = name.rfind('.');
    return point == std::string::npos ? std::pair(std::string(), name)
                                      : std::pair(name.substr(0, point), name.substr(point + 1));
}

std::string withoutWrappers(std::string name)
{
    for (const std::string_view wrapper : {"module.", "_orig_mod."})
        while (name.starts_with(wrapper))
            name.erase(0, wrapper.size());
    return name;
}

std::string described(const std::string& name, const Tensor& tensor)
{
    return name + " " + tensor.shape().text();
}

std::vector<WeightLayer> grouped(const std::vector<NamedTensor>& tensors, std::vector<std::string>& others)
{
    std::vector<WeightLayer> groups;
    std::map<std::string, std::size_t> places;
    for (const NamedTensor& tensor : tensors) {
        if (!tensor.complaint.empty())
            throw ImportError{ErrorCode::Unsupported,
                "tensor '" + tensor.name + "' " + tensor.complaint
                    + ": export the model as ONNX, with torch.onnx.export"};
        auto [layer, part] = layerAndPart(withoutWrappers(tensor.name));
        if (!isLayerPart(part)) {
            others.push_back(described(tensor.name, tensor.tensor));
            continue;
        }
        const auto [place, isNew] = places.emplace(layer, groups.size());
        if (isNew)
            groups.push_back({Kind::Linear, layer, {}});
        groups[place->second].parts.insert_or_assign(part, tensor.tensor);
    }
    std::vector<WeightLayer> layers;
    for (WeightLayer& group : groups) {
        joinWeightNorm(group);
        joinSpectralNorm(group);
        joinPruned(group, "weight");
        joinPruned(group, "bias");
        const auto kind = kindOf(group);
        group.kind = kind.value_or(Kind::Linear);
        for (const auto& [part, tensor] : group.parts)
            if (!kind || !belongsTo(*kind, part))
                others.push_back(described(group.name.empty() ? part : group.name + "." + part, tensor));
        if (kind)
            layers.push_back(std::move(group));
    }
    return layers;
}

// --- order

bool isNormalisation(const WeightLayer& layer)
{
    return layer.kind == Kind::BatchNorm || layer.kind == Kind::LayerNorm || layer.kind == Kind::Prelu;
}

bool follows(const WeightLayer& layer, std::int64_t features, bool isImage)
{
    const std::int64_t wanted = layer.inputs();
    if (features == 0 || (layer.kind == Kind::Prelu && wanted == 1))
        return true;
    if (layer.kind == Kind::Convolution)
        return wanted > 0 && features % wanted == 0;
    return wanted == features || (isImage && layer.kind == Kind::Linear && wanted % features == 0);
}

/// Whether each layer takes what those before it give.
bool isChain(const std::vector<WeightLayer>& layers)
{
    std::int64_t features = 0;
    bool isImage = false;
    for (const WeightLayer& layer : layers) {
        if (!follows(layer, features, isImage) || (layer.kind == Kind::Embedding && features != 0))
            return false;
        if (layer.kind != Kind::Prelu)
            features = layer.outputs();
        isImage
            = layer.kind == Kind::Convolution || layer.kind == Kind::Embedding || (isImage && isNormalisation(layer));
    }
    return true;
}

/// "fc2" before "fc10".
bool isNaturallyBefore(const WeightLayer& left, const WeightLayer& right)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string& a = left.name;
    const std::string& b = right.name;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (!isDigit(a[i]) || !isDigit(b[j])) {
            if (a[i] != b[j])
                return a[i] < b[j];
            ++i;
            ++j;
            continue;
        }
        const auto endOf = [&](const std::string& text, std::size_t from) {
            return static_cast<std::size_t>(
                std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), isDigit) - text.begin());
        };
        const std::string first = a.substr(i, endOf(a, i) - i);
        const std::string second = b.substr(j, endOf(b, j) - j);
        const auto isShorter = [](const std::string& x, const std::string& y) {
            return x.size() != y.size() ? x.size() < y.size() : x < y;
        };
        if (first != second)
            return isShorter(first, second);
        i += first.size();
        j += second.size();
    }
    return a.size() - i < b.size() - j;
}

/// Any order in which the shapes fit, found by trying; bounded.
class ChainSearch
{
public:
    explicit ChainSearch(const std::vector<WeightLayer>& layers) : m_layers(layers), m_isUsed(layers.size(), false) { }

    std::vector<std::size_t> find()
    {
        if (m_layers.size() > 24 || !extend(0, false))
            return {};
        return m_order;
    }

private:
    bool extend(std::int64_t features, bool isImage)
    {
        if (m_order.size() == m_layers.size())
            return true;
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            if (m_isUsed[i] || ++m_steps > 20'000 || !follows(m_layers[i], features, isImage))
                continue;
            if (m_layers[i].kind == Kind::Embedding && features != 0)
                continue;
            m_isUsed[i] = true;
            m_order.push_back(i);
            if (extend(m_layers[i].outputs(),
                    m_layers[i].kind == Kind::Convolution || m_layers[i].kind == Kind::Embedding))
                return true;
            m_order.pop_back();
            m_isUsed[i] = false;
        }
        return false;
    }

    const std::vector<WeightLayer>& m_layers;
    std::vector<bool> m_isUsed;
    std::vector<std::size_t> m_order;
    std::size_t m_steps = 0;
};

std::string numberIn(const std::string& name)
{
    std::string digits;
    for (const char c : name)
        if (c >= '0' && c <= '9')
            digits += c;
    return digits;
}

/// Puts each normalisation behind a layer that gives as many features: the one of the same number where there is one.
std::vector<WeightLayer> withNormalisations(std::vector<WeightLayer> chain, std::vector<WeightLayer> normalisations)
{
    std::ranges::stable_sort(normalisations, isNaturallyBefore);
    std::vector<std::vector<WeightLayer>> behind(chain.size() + 1);
    for (WeightLayer& normalisation : normalisations) {
        std::size_t best = chain.size();
        for (std::size_t i = chain.size(); i-- > 0;)
            if (chain[i].outputs() == normalisation.inputs() && behind[i].empty()
                && (best == chain.size() || numberIn(chain[best].name) != numberIn(normalisation.name)))
                best = i;
        behind[best].push_back(std::move(normalisation));
    }
    std::vector<WeightLayer> layers;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        layers.push_back(std::move(chain[i]));
        std::ranges::move(behind[i], std::back_inserter(layers));
    }
    std::ranges::move(behind.back(), std::back_inserter(layers));
    return layers;
}

/// The layers in the likeliest order; whether it is a chain is for the caller to see.
std::vector<WeightLayer> ordered(const std::vector<WeightLayer>& found, bool isOrdered)
{
    std::vector<WeightLayer> natural = found;
    std::ranges::stable_sort(natural, isNaturallyBefore);
    if (isOrdered && isChain(found))
        return found;
    if (isChain(natural))
        return natural;
    std::vector<WeightLayer> main;
    std::vector<WeightLayer> normalisations;
    for (const WeightLayer& layer : isOrdered ? found : natural)
        (isNormalisation(layer) ? normalisations : main).push_back(layer);
    if (!isChain(main)) {
        std::vector<WeightLayer> turned;
        for (const std::size_t i : ChainSearch(main).find())
            turned.push_back(main[i]);
        if (turned.empty())
            return isOrdered ? found : natural;
        main = std::move(turned);
    }
    return withNormalisations(std::move(main), std::move(normalisations));
}

/// The units of a recurrent layer; it may project them to fewer numbers, which go from step to step.
std::int64_t unitsOf(const WeightLayer& layer)
{
    const Tensor* projection = layer.part("weight_hr_l0");
    const Tensor* states = projection != nullptr ? projection : layer.part("weight_hh_l0");
    return states != nullptr && states->shape().rank() == 2 ? states->shape()[1] : 0;
}

} // namespace

const Tensor* WeightLayer::part(std::string_view partName) const
{
    const auto found = std::ranges::find_if(parts, [&](const auto& entry) { return entry.first == partName; });
    return found == parts.end() ? nullptr : &found->second;
}

std::int64_t WeightLayer::inputs() const
{
    if (kind == Kind::Recurrent)
        return part("weight_ih_l0")->shape().rank() == 2 ? part("weight_ih_l0")->shape()[1] : 0;
    if (kind == Kind::BatchNorm)
        return static_cast<std::int64_t>(part("running_mean")->size());
    const Shape& shape = part("weight")->shape();
    if (kind == Kind::LayerNorm || kind == Kind::Prelu)
        return static_cast<std::int64_t>(part("weight")->size());
    return kind == Kind::Embedding ? shape[0] : shape[1];
}

std::int64_t WeightLayer::outputs() const
{
    if (kind == Kind::Recurrent)
        return unitsOf(*this) * (part("weight_ih_l0_reverse") != nullptr ? 2 : 1);
    if (isNormalisation(*this))
        return inputs();
    return part("weight")->shape()[kind == Kind::Embedding ? 1 : 0];
}

std::string WeightLayer::word() const
{
    switch (kind) {
    case Kind::Linear:
        return "Linear";
    case Kind::Convolution:
        return "Conv" + std::to_string(part("weight")->shape().rank() - 2) + "d";
    case Kind::BatchNorm:
        return "BatchNorm";
    case Kind::LayerNorm:
        return "LayerNorm";
    case Kind::Embedding:
        return "Embedding";
    case Kind::Prelu:
        return "PReLU";
    case Kind::Recurrent:
        break;
    }
    const std::int64_t rows = part("weight_ih_l0")->shape()[0];
    const std::int64_t units = unitsOf(*this);
    const std::int64_t gates = units == 0 ? 0 : rows / units;
    return gates == 4 ? "LSTM" : gates == 3 ? "GRU" : "RNN";
}

std::string WeightLayer::shapeWords() const
{
    if (isNormalisation(*this))
        return std::to_string(inputs());
    const Tensor* weight = part(kind == Kind::Recurrent ? "weight_ih_l0" : "weight");
    std::string words;
    for (const std::int64_t extent : weight->shape().extents())
        words += (words.empty() ? "" : "x") + std::to_string(extent);
    return words;
}

WeightLayers weightLayers(const NamedTensors& file)
{
    WeightLayers result;
    const std::vector<NamedTensor> model = ModelPart(file).choose(result.warnings);
    const std::vector<WeightLayer> found = grouped(model, result.others);
    if (found.size() > mostLayers)
        throw ImportError{ErrorCode::Limit,
            "it holds " + std::to_string(found.size())
                + " layers, far more than a network has whose formula can be read (at most "
                + std::to_string(mostLayers) + ")"};
    result.layers = ordered(found, file.isOrdered);
    result.isChain = isChain(result.layers);
    return result;
}

} // namespace formulens
