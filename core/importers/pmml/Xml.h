// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <pugixml.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace formulens::pmml {

/// Throw ImportError, with words for the element: "<Con from="7">: ...". What the file should not say, and what it may
/// say but is not read.
[[noreturn]] void fail(const pugi::xml_node& place, const std::string& message);
[[noreturn]] void refuse(const pugi::xml_node& place, const std::string& message);

/// The name without a namespace's prefix.
std::string_view localName(const pugi::xml_node& node);
std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name);
/// Empty where there is none.
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);
/// The one child that is no Extension. Throws where there is none.
pugi::xml_node content(const pugi::xml_node& node);

/// Throws where it is missing.
std::string text(const pugi::xml_node& node, const char* attribute);
/// Throws where it is missing or no number.
double number(const pugi::xml_node& node, const char* attribute);
double numberOr(const pugi::xml_node& node, const char* attribute, double otherwise);

} // namespace formulens::pmml
