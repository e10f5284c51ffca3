// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/pmml/Xml.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/TextLines.h"

namespace formulens::pmml {

namespace {

std::string placeWords(const pugi::xml_node& place)
{
    std::string words = "<" + std::string(localName(place));
    for (const char* attribute : {"id", "name", "field", "targetCategory", "from"})
        if (const pugi::xml_attribute found = place.attribute(attribute))
            return words + " " + attribute + "=\"" + found.value() + "\">";
    return words + ">";
}

} // namespace

void fail(const pugi::xml_node& place, const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, placeWords(place) + ": " + message};
}

void refuse(const pugi::xml_node& place, const std::string& message)
{
    throw ImportError{ErrorCode::Unsupported, placeWords(place) + ": " + message};
}

std::string_view localName(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name)
{
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node& each : node.children())
        if (localName(each) == name)
            found.push_back(each);
    return found;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name)
{
    for (const pugi::xml_node& each : node.children())
        if (localName(each) == name)
            return each;
    return {};
}

pugi::xml_node content(const pugi::xml_node& node)
{
    for (const pugi::xml_node& each : node.children())
        if (each.type() == pugi::node_element && localName(each) != "Extension")
            return each;
    fail(node, "is empty");
}

std::string text(const pugi::xml_node& node, const char* attribute)
{
    const pugi::xml_attribute found = node.attribute(attribute);
    if (!found)
        fail(node, std::string("\"") + attribute + "\" is missing");
    return found.value();
}

double number(const pugi::xml_node& node, const char* attribute)
{
    const std::string word = text(node, attribute);
    const auto value = toDouble(trimmed(word));
    if (!value)
        fail(node, std::string("\"") + attribute + "\" is '" + word.substr(0, 40) + "', expected a number");
    return *value;
}

double numberOr(const pugi::xml_node& node, const char* attribute, double otherwise)
{
    return node.attribute(attribute) ? number(node, attribute) : otherwise;
}

} // namespace formulens::pmml
