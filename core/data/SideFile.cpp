// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/SideFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace formulens {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uintmax_t largestFile = std::uintmax_t(16) << 20;
constexpr int deepestNesting = 32;

/// Thrown anywhere in here, caught once in `parseSideFile`.
struct SideFileError
{
    std::string message;
};

[[noreturn]] void fail(const std::string& place, const std::string& message)
{
    throw SideFileError{place + ": " + message};
}

std::string textAt(const Json& json, const std::string& place)
{
    if (!json.is_string())
        fail(place, "expected a text in quotes");
    return json.get<std::string>();
}

double numberAt(const Json& json, const std::string& place)
{
    if (!json.is_number() || !std::isfinite(json.get<double>()))
        fail(place, "expected a number");
    return json.get<double>();
}

template <class Read>
auto listAt(const Json& json, const std::string& place, Read read)
{
    if (!json.is_array())
        fail(place, "expected a list [...]");
    std::vector<decltype(read(json, place))> list;
    for (std::size_t i = 0; i < json.size(); ++i)
        list.push_back(read(json[i], place + "[" + std::to_string(i) + "]"));
    return list;
}

Domain::Kind kindAt(const Json& quantity, const std::string& place)
{
    if (!quantity.contains("kind"))
        return Domain::Kind::Interval;
    const std::string kind = textAt(quantity["kind"], place + ".kind");
    if (kind == "interval")
        return Domain::Kind::Interval;
    if (kind == "whole")
        return Domain::Kind::Whole;
    if (kind == "set")
        return Domain::Kind::Set;
    fail(place + ".kind", "'" + kind + "' is unknown, expected \"interval\", \"whole\" or \"set\"");
}

std::optional<Domain> domainAt(const Json& quantity, const std::string& place)
{
    Domain domain;
    domain.kind = kindAt(quantity, place);
    if (!quantity.contains("domain")) {
        if (domain.kind == Domain::Kind::Set)
            fail(place, "a set needs its values in \"domain\"");
        return std::nullopt;
    }
    std::vector<double> numbers = listAt(quantity["domain"], place + ".domain", numberAt);
    if (domain.kind == Domain::Kind::Set) {
        if (numbers.empty())
            fail(place + ".domain", "expected at least one value");
        std::ranges::sort(numbers);
        numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
        domain.range = {numbers.front(), numbers.back()};
        domain.values = std::move(numbers);
        return domain;
    }
    if (numbers.size() != 2 || numbers[0] > numbers[1])
        fail(place + ".domain", "expected [lowest, highest]");
    domain.range = {numbers[0], numbers[1]};
    if (domain.kind == Domain::Kind::Whole && std::floor(numbers[1]) < std::ceil(numbers[0]))
        fail(place + ".domain", "there is no whole number in it");
    return domain;
}

std::optional<Scaling> scalingAt(const Json& quantity, const std::string& place)
{
    if (!quantity.contains("offset") && !quantity.contains("scale"))
        return std::nullopt;
    Scaling scaling;
    if (quantity.contains("offset"))
        scaling.offset = numberAt(quantity["offset"], place + ".offset");
    if (quantity.contains("scale"))
        scaling.scale = numberAt(quantity["scale"], place + ".scale");
    if (scaling.scale == 0)
        fail(place + ".scale", "expected a number other than 0");
    return scaling;
}

bool isSymbol(const std::string& text)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto stem = std::ranges::find_if_not(text, isLetter);
    if (stem == text.begin())
        return false;
    if (stem == text.end())
        return true;
    if (*stem != '_')
        return std::all_of(stem, text.end(), isDigit);
    return stem + 1 != text.end()
        && std::all_of(stem + 1, text.end(), [&](char c) { return isLetter(c) || isDigit(c); });
}

std::vector<double> referenceAt(const Json& json, const std::string& place)
{
    return json.is_array() ? listAt(json, place, numberAt) : std::vector<double>{numberAt(json, place)};
}

class Reader
{
public:
    SideFile read(const Json& json)
    {
        if (!json.is_object())
            fail("the file", "expected an object {...}");
        requireVersion(json);
        noteUnknown(
            json, "", {"$schema", "version", "title", "story", "architecture", "input_shapes", "inputs", "outputs"});
        if (json.contains("title"))
            m_file.title = textAt(json["title"], "title");
        if (json.contains("story"))
            m_file.story = textAt(json["story"], "story");
        if (json.contains("architecture"))
            m_file.architecture = textAt(json["architecture"], "architecture");
        if (json.contains("input_shapes"))
            m_file.inputShapes = shapes(json["input_shapes"]);
        m_file.inputs = quantities(json, "inputs");
        m_file.outputs = quantities(json, "outputs");
        return std::move(m_file);
    }

private:
    static void requireVersion(const Json& json)
    {
        if (!json.contains("version") || !json["version"].is_number_integer())
            fail("version", "expected the number " + std::to_string(SideFile::version));
        if (json["version"] != SideFile::version)
            fail("version",
                json["version"].dump() + " is not known to this program, which reads version "
                    + std::to_string(SideFile::version));
    }

    static std::map<std::string, std::vector<std::int64_t>> shapes(const Json& json)
    {
        if (!json.is_object())
            fail("input_shapes", "expected an object of shapes by the inputs' names");
        std::map<std::string, std::vector<std::int64_t>> result;
        for (const auto& [name, shape] : json.items())
            result[name] = listAt(shape, "input_shapes." + name, extentAt);
        return result;
    }

    static std::int64_t extentAt(const Json& json, const std::string& place)
    {
        if (!json.is_number_integer() || json < 1)
            fail(place, "expected a whole number from 1 on");
        return json.get<std::int64_t>();
    }

    std::vector<SideQuantity> quantities(const Json& json, const char* key)
    {
        if (!json.contains(key))
            return {};
        return listAt(
            json[key], key, [this](const Json& entry, const std::string& place) { return quantity(entry, place); });
    }

    SideQuantity quantity(const Json& json, const std::string& place)
    {
        if (!json.is_object())
            fail(place, "expected an object {...}");
        noteUnknown(json, place + ".",
            {"element", "name", "symbol", "description", "unit", "kind", "domain", "reference", "offset", "scale",
                "classes"});
        if (!json.contains("element") && !json.contains("name"))
            fail(place, "expected \"element\" or \"name\"");
        const auto text = [&](const char* key) {
            return json.contains(key) ? textAt(json[key], place + "." + key) : std::string();
        };
        SideQuantity result;
        result.element = text("element");
        result.name = text("name");
        result.symbol = text("symbol");
        if (!result.symbol.empty() && !isSymbol(result.symbol))
            fail(place + ".symbol",
                "'" + result.symbol
                    + "' is no symbol, expected a letter or a word with an optional index: x1, theta, T_in");
        result.description = text("description");
        result.unit = text("unit");
        result.domain = domainAt(json, place);
        if (json.contains("kind") && !result.domain)
            m_file.warnings.push_back(place + ".kind is not used without a domain");
        if (json.contains("reference"))
            result.reference = referenceAt(json["reference"], place + ".reference");
        result.scaling = scalingAt(json, place);
        if (json.contains("classes"))
            result.classes = listAt(json["classes"], place + ".classes", textAt);
        return result;
    }

    void noteUnknown(const Json& json, const std::string& place, const std::vector<std::string>& known)
    {
        for (const auto& entry : json.items())
            if (std::ranges::find(known, entry.key()) == known.end())
                m_file.warnings.push_back(place + entry.key() + " is not known and is not used");
    }

    SideFile m_file;
};

/// "parse error at line 3, column 5: ..." out of the library's "[json.exception.parse_error.101] parse error at ...".
std::string wordsOf(const Json::exception& error)
{
    const std::string words = error.what();
    const std::size_t bracket = words.find("] ");
    return bracket == std::string::npos ? words : words.substr(bracket + 2);
}

Json parsed(std::string_view text)
{
    return Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
        if (depth > deepestNesting)
            throw SideFileError{"it is nested more than " + std::to_string(deepestNesting) + " deep"};
        return true;
    });
}

Json numberList(const std::vector<double>& numbers)
{
    return numbers.size() == 1 ? Json(numbers.front()) : Json(numbers);
}

void addDomain(Json& json, const Domain& domain)
{
    if (domain.kind == Domain::Kind::Whole)
        json["kind"] = "whole";
    if (domain.kind == Domain::Kind::Set) {
        json["kind"] = "set";
        json["domain"] = domain.values;
    } else {
        json["domain"] = {domain.range.lower, domain.range.upper};
    }
}

Json jsonOf(const SideQuantity& quantity)
{
    Json json = Json::object();
    const auto addText = [&](const char* key, const std::string& text) {
        if (!text.empty())
            json[key] = text;
    };
    addText("element", quantity.element);
    addText("name", quantity.name);
    addText("symbol", quantity.symbol);
    addText("description", quantity.description);
    addText("unit", quantity.unit);
    if (quantity.domain)
        addDomain(json, *quantity.domain);
    if (!quantity.reference.empty())
        json["reference"] = numberList(quantity.reference);
    if (quantity.scaling) {
        json["offset"] = quantity.scaling->offset;
        json["scale"] = quantity.scaling->scale;
    }
    if (!quantity.classes.empty())
        json["classes"] = quantity.classes;
    return json;
}

Json jsonOf(const std::vector<SideQuantity>& quantities)
{
    Json list = Json::array();
    for (const SideQuantity& quantity : quantities)
        list.push_back(jsonOf(quantity));
    return list;
}

} // namespace

std::filesystem::path sideFilePathOf(const std::filesystem::path& model)
{
    return std::filesystem::path(model).replace_extension(".formulens.json");
}

Result<SideFile> parseSideFile(std::string_view json, const std::string& fileName)
{
    try {
        return Reader().read(parsed(json));
    } catch (const SideFileError& error) {
        return failure(ErrorCode::BadFile, fileName + ": " + error.message);
    } catch (const Json::exception& error) {
        return failure(ErrorCode::BadFile, fileName + ": " + wordsOf(error));
    }
}

Result<SideFile> readSideFile(const std::filesystem::path& path)
{
    const std::string name = path.filename().string();
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        return failure(ErrorCode::BadFile, name + ": " + error.message());
    if (size > largestFile)
        return failure(ErrorCode::Limit,
            name + ": has " + std::to_string(size) + " bytes, expected at most " + std::to_string(largestFile));
    std::ifstream stream(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())))
        return failure(ErrorCode::BadFile, name + ": cannot be read");
    return parseSideFile(text, name);
}

std::string toJson(const SideFile& sideFile)
{
    Json json = {{"version", SideFile::version}};
    if (!sideFile.title.empty())
        json["title"] = sideFile.title;
    if (!sideFile.story.empty())
        json["story"] = sideFile.story;
    if (!sideFile.architecture.empty())
        json["architecture"] = sideFile.architecture;
    if (!sideFile.inputShapes.empty())
        json["input_shapes"] = sideFile.inputShapes;
    if (!sideFile.inputs.empty())
        json["inputs"] = jsonOf(sideFile.inputs);
    if (!sideFile.outputs.empty())
        json["outputs"] = jsonOf(sideFile.outputs);
    return json.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace formulens
