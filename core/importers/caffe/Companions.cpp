// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Companions.h"

#include "core/importers/caffe/Net.h"
#include "core/importers/containers/CompanionFile.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace formulens::caffe {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> layerEndings{".prototxt.txt", ".prototxt", ".prototext"};
constexpr std::array<std::string_view, 1> weightEndings{".caffemodel"};

std::string small(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// The name without its ending and in small letters; as it is where the ending is another one.
template <std::size_t N>
std::string stemOf(const std::string& name, const std::array<std::string_view, N>& endings)
{
    const std::string lower = small(name);
    for (const std::string_view ending : endings)
        if (lower.ends_with(ending))
            return lower.substr(0, lower.size() - ending.size());
    return lower.substr(0, lower.rfind('.'));
}

/// Files of the folder with one of the endings, in the order of their names.
template <std::size_t N>
std::vector<std::string> namesBeside(const fs::path& model, const std::array<std::string_view, N>& endings)
{
    constexpr std::size_t mostLookedAt = 10000;
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entry(model.has_parent_path() ? model.parent_path() : fs::path("."), error);
    for (std::size_t i = 0; i < mostLookedAt && !error && entry != fs::directory_iterator(); ++i) {
        const std::string name = entry->path().filename().string();
        const bool fits
            = std::ranges::any_of(endings, [&](std::string_view ending) { return small(name).ends_with(ending); });
        std::error_code ignored;
        if (fits && name != model.filename() && entry->is_regular_file(ignored))
            names.push_back(name);
        entry.increment(error);
    }
    std::ranges::sort(names);
    return names;
}

/// "age" of "age_deploy", "deploy_age", "age_train_val", "age_iter_10000", "age_net".
std::string coreOf(std::string stem)
{
    const auto trimMarks = [&] {
        while (!stem.empty() && std::string_view("_-. ").find(stem.back()) != std::string_view::npos)
            stem.pop_back();
        stem.erase(0, std::min(stem.find_first_not_of("_-. "), stem.size()));
    };
    if (const std::size_t count = stem.find("_iter_");
        count != std::string::npos && stem.find_first_not_of("0123456789", count + 6) == std::string::npos)
        stem.erase(count);
    for (const std::string_view word : {"deploy", "train_val", "train_test", "train", "test", "solver"}) {
        if (stem.ends_with(word))
            stem.erase(stem.size() - word.size());
        else if (stem.starts_with(word))
            stem.erase(0, word.size());
        trimMarks();
    }
    for (const std::string_view word : {"_net", "-net"})
        if (stem.ends_with(word))
            stem.erase(stem.size() - word.size());
    return stem;
}

/// "'a', 'b' and 12 more"
std::string quoted(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 4;
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
        list += (i > 0 ? ", " : "") + names[i];
    return names.size() > most ? list + " and " + std::to_string(names.size() - most) + " more" : list;
}

Companion opened(const MappedFile& model, const std::string& name, const std::string& words)
{
    auto file = openCompanion(model.path(), name);
    if (!file)
        return {nullptr, name + " beside it " + file.error().message, false};
    return {std::move(*file), words, false};
}

std::vector<std::string> thoseWith(
    const std::vector<std::string>& names, const std::function<bool(const std::string&)>& test)
{
    std::vector<std::string> found;
    std::ranges::copy_if(names, std::back_inserter(found), test);
    return found;
}

bool speaksOfTraining(const std::string& name)
{
    const std::string lower = small(name);
    return lower.find("train") != std::string::npos || lower.find("test") != std::string::npos;
}

} // namespace

Companion weightsBeside(const MappedFile& layers)
{
    const std::vector<std::string> names = namesBeside(layers.path(), weightEndings);
    const std::string stem = stemOf(layers.path().filename().string(), layerEndings);
    const auto namedAlike = thoseWith(names, [&](const auto& name) { return stemOf(name, weightEndings) == stem; });
    if (namedAlike.size() == 1)
        return opened(layers, namedAlike.front(), "");
    if (names.empty())
        return {nullptr, "no .caffemodel lies beside it", false};
    const auto namedNearly = thoseWith(names,
        [&](const auto& name) { return !coreOf(stem).empty() && coreOf(stemOf(name, weightEndings)) == coreOf(stem); });
    if (namedNearly.size() == 1)
        return opened(layers, namedNearly.front(), "");
    if (names.size() == 1)
        return opened(
            layers, names.front(), "its weights are those of " + names.front() + ", the only .caffemodel beside it");
    return {nullptr,
        std::to_string(names.size()) + " .caffemodel files lie beside it (" + quoted(names)
            + "), and none is named as it is: open the .caffemodel itself, or give it the name of the .prototxt",
        false};
}

Companion layersBeside(const MappedFile& weights)
{
    const std::vector<std::string> all = namesBeside(weights.path(), layerEndings);
    const std::string stem = stemOf(weights.path().filename().string(), weightEndings);
    const auto isNet = [&](const std::string& name) {
        if (small(name).find("solver") != std::string::npos)
            return false;
        const auto file = openCompanion(weights.path(), name);
        return file && looksLikeText((*file)->text());
    };
    const std::vector<std::string> names = thoseWith(all, isNet);
    if (names.empty())
        return {nullptr, "no .prototxt with its layers lies beside it", false};
    const auto choose = [&](const auto& test) -> std::optional<std::string> {
        const auto found = thoseWith(names, test);
        return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
    };
    const auto core = [&](const std::string& name) { return coreOf(stemOf(name, layerEndings)); };
    if (const auto name = choose([&](const auto& n) { return stemOf(n, layerEndings) == stem; }))
        return opened(weights, *name, "");
    const bool hasCore = !coreOf(stem).empty();
    if (const auto name
        = choose([&](const auto& n) { return hasCore && core(n) == coreOf(stem) && !speaksOfTraining(n); }))
        return opened(weights, *name, "");
    if (const auto name = choose([](const auto& n) { return stemOf(n, layerEndings) == "deploy"; }))
        return opened(weights, *name, "");
    const auto better = thoseWith(names, [](const auto& n) { return !speaksOfTraining(n); });
    if (better.size() == 1)
        return opened(weights, better.front(),
            "its layers are those of " + better.front() + ", the only .prototxt beside it that is not for training");
    if (better.empty() && names.size() == 1) {
        Companion found = opened(
            weights, names.front(), "its layers are those of " + names.front() + ", the only .prototxt beside it");
        found.isForTraining = true;
        return found;
    }
    return {nullptr,
        std::to_string(names.size()) + " .prototxt files lie beside it (" + quoted(names)
            + "), and none is named as it is: open the .prototxt itself, or give it the name of the .caffemodel",
        false};
}

} // namespace formulens::caffe
