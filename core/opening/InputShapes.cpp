// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/InputShapes.h"

#include "core/question/WordList.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

std::optional<std::vector<std::int64_t>> extentsIn(std::string_view text)
{
    std::vector<std::int64_t> extents;
    for (const char* at = text.data(); at != text.data() + text.size();) {
        std::int64_t extent = 0;
        const auto [end, error] = std::from_chars(at, text.data() + text.size(), extent);
        const bool isLast = end == text.data() + text.size();
        if (error != std::errc() || extent < 1 || (!isLast && (*end != 'x' || end + 1 == text.data() + text.size())))
            return std::nullopt;
        extents.push_back(extent);
        at = isLast ? end : end + 1;
    }
    return extents;
}

bool fits(const std::optional<std::vector<Dimension>>& declared, const std::vector<std::int64_t>& extents)
{
    return !declared || std::ranges::equal(*declared, extents, [](const Dimension& dimension, std::int64_t extent) {
        return dimension.extent.value_or(extent) == extent;
    });
}

} // namespace

Result<InputShapes> parseInputShapes(std::string_view words)
{
    InputShapes shapes;
    for (const std::string_view word : splitWords(words)) {
        const Assignment assignment = splitAssignment(word);
        const auto name = placedName(assignment.name);
        const auto extents = assignment.value ? extentsIn(*assignment.value) : std::nullopt;
        if (!name || name->position || !extents || extents->empty())
            return failure(ErrorCode::BadQuestion,
                "'" + std::string(word) + "': expected an input's name and its extents, as x=1x3x32x32");
        shapes[name->name] = *extents;
    }
    return shapes;
}

Result<std::shared_ptr<const Network>> withShapes(std::shared_ptr<const Network> network, const InputShapes& shapes)
{
    auto result = std::make_shared<Network>(*network);
    for (const auto& [name, extents] : shapes) {
        const auto tensor = network->find(name);
        if (!tensor || std::ranges::find(network->inputs, *tensor) == network->inputs.end())
            return failure(ErrorCode::BadQuestion, "a shape is given for '" + name + "', which is no input");
        auto& declared = result->tensors[tensor->position()].declaredShape;
        if (!fits(declared, extents) || std::ranges::any_of(extents, [](std::int64_t extent) { return extent < 0; }))
            return failure(ErrorCode::BadQuestion,
                "shape " + Shape(extents).text() + " does not fit what the file declares of input '" + name + "'");
        declared.emplace();
        for (const std::int64_t extent : extents)
            declared->push_back({extent, {}});
    }
    return result;
}

} // namespace formulens
