// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/JsonDocument.h"

#include "core/importers/ImportError.h"

#include <string>

namespace formulens {

namespace {

constexpr int deepest = 200;

} // namespace

nlohmann::json readJson(std::string_view text, std::string_view what)
{
    const auto watchDepth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        if (depth > deepest)
            throw ImportError{
                ErrorCode::BadFile, std::string(what) + " is nested more than " + std::to_string(deepest) + " deep"};
        return true;
    };
    try {
        return nlohmann::json::parse(text, watchDepth);
    } catch (const nlohmann::json::parse_error& error) {
        throw ImportError{ErrorCode::BadFile,
            std::string(what) + " is no JSON: there is a mistake at byte " + std::to_string(error.byte)};
    }
}

} // namespace formulens
