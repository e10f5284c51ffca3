// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/keras/LayerConfig.h"

#include "core/importers/ImportError.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace formulens::keras {

namespace {

using namespace std::string_view_literals;

/// What training needs, what names a layer, and what says how a computation is carried out, but not which.
constexpr std::string_view withoutInfluence[] = {"name"sv, "trainable"sv, "dtype"sv, "seed"sv, "noise_shape"sv,
    "batch_input_shape"sv, "batch_shape"sv, "input_dtype"sv, "input_dim"sv, "input_length"sv, "input_shape"sv,
    "activity_regularizer"sv, "init"sv, "inner_init"sv, "forget_bias_init"sv, "implementation"sv, "consume_less"sv,
    "lora_rank"sv, "lora_alpha"sv, "weights"sv, "unroll"sv, "use_cudnn"sv, "autocast"sv, "batch_size"sv};
constexpr std::string_view endingsWithoutInfluence[] = {"_initializer"sv, "_regularizer"sv, "_constraint"sv};

bool isWithoutInfluence(const std::string& key)
{
    return std::ranges::find(withoutInfluence, key) != std::ranges::end(withoutInfluence)
        || std::ranges::any_of(endingsWithoutInfluence, [&](std::string_view ending) { return key.ends_with(ending); });
}

} // namespace

std::string quoted(const Json& value)
{
    constexpr std::size_t longest = 60;
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

std::optional<std::int64_t> wholeNumber(const Json& value)
{
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (!value.is_number_float())
        return std::nullopt;
    const double number = value.get<double>();
    return std::floor(number) == number && std::fabs(number) < 9e15 ? std::optional(static_cast<std::int64_t>(number))
                                                                    : std::nullopt;
}

LayerConfig::LayerConfig(const Json& config, std::string label) : m_config(&config), m_label(std::move(label))
{
    if (!config.is_object())
        fail("its configuration is " + quoted(config) + ", expected names with values");
}

const Json* LayerConfig::find(const std::string& key)
{
    m_known.insert(key);
    const auto found = m_config->find(key);
    return found == m_config->end() || found->is_null() ? nullptr : &*found;
}

bool LayerConfig::has(const std::string& key) const
{
    const auto found = m_config->find(key);
    return found != m_config->end() && !found->is_null();
}

bool LayerConfig::flag(const std::string& key, bool standard)
{
    const Json* value = find(key);
    if (value == nullptr)
        return standard;
    if (!value->is_boolean())
        failKey(key, "true or false");
    return value->get<bool>();
}

std::int64_t LayerConfig::integer(const std::string& key)
{
    const Json* value = find(key);
    const auto number = value == nullptr ? std::nullopt : wholeNumber(*value);
    if (!number)
        failKey(key, "a whole number");
    return *number;
}

double LayerConfig::number(const std::string& key, double standard)
{
    const Json* value = find(key);
    if (value == nullptr)
        return standard;
    // Keras 3 may write a number of NumPy's with its type beside it.
    if (value->is_object() && value->contains("config") && (*value)["config"].is_object()
        && (*value)["config"].contains("value"))
        value = &(*value)["config"]["value"];
    if (!value->is_number())
        failKey(key, "a number");
    return value->get<double>();
}

std::string LayerConfig::text(const std::string& key, const std::string& standard)
{
    const Json* value = find(key);
    if (value == nullptr)
        return standard;
    if (!value->is_string())
        failKey(key, "a word");
    return value->get<std::string>();
}

std::vector<std::int64_t> LayerConfig::integers(const std::string& key, std::size_t count, std::int64_t standard)
{
    if (!has(key)) {
        ignore(key);
        return std::vector<std::int64_t>(count, standard);
    }
    std::vector<std::int64_t> values = list(key);
    if (values.size() == 1)
        values.resize(count, values.front());
    if (values.size() != count)
        failKey(key, std::to_string(count) + " whole numbers");
    return values;
}

std::vector<std::int64_t> LayerConfig::list(const std::string& key)
{
    const Json* value = find(key);
    std::vector<std::int64_t> values;
    if (value != nullptr && value->is_array())
        for (const Json& element : *value)
            if (const auto number = wholeNumber(element))
                values.push_back(*number);
            else
                failKey(key, "whole numbers");
    else if (value != nullptr)
        if (const auto number = wholeNumber(*value))
            values.push_back(*number);
    if (values.empty() && (value == nullptr || !value->is_array()))
        failKey(key, "whole numbers");
    return values;
}

std::vector<double> LayerConfig::numbers(const Json& value, const std::string& key) const
{
    if (value.is_number())
        return {value.get<double>()};
    // An array of NumPy's, as Keras writes it.
    if (value.is_object() && value.contains("config") && value["config"].is_object()
        && value["config"].contains("value"))
        return numbers(value["config"]["value"], key);
    std::vector<double> result;
    if (!value.is_array())
        failKey(key, "numbers");
    for (const Json& element : value) {
        const std::vector<double> part = numbers(element, key);
        result.insert(result.end(), part.begin(), part.end());
    }
    return result;
}

void LayerConfig::ignoreAll()
{
    for (const auto& [key, value] : m_config->items())
        m_known.insert(key);
}

void LayerConfig::expectNot(const std::string& key)
{
    const Json* value = find(key);
    if (value != nullptr && *value != Json(false))
        unsupported("its '" + key + "' is " + quoted(*value) + ", which cannot be computed");
}

void LayerConfig::expectNothingElse() const
{
    for (const auto& [key, value] : m_config->items())
        if (!value.is_null() && !m_known.contains(key) && !isWithoutInfluence(key))
            unsupported("its '" + key + "' is " + quoted(value) + ", and what that means is not known");
}

void LayerConfig::fail(const std::string& words, ErrorCode code) const
{
    throw ImportError{code, m_label + ": " + words};
}

void LayerConfig::failKey(const std::string& key, const std::string& expected) const
{
    const auto found = m_config->find(key);
    fail("its '" + key + "' is " + (found == m_config->end() ? std::string("missing") : quoted(*found)) + ", expected "
        + expected);
}

} // namespace formulens::keras
