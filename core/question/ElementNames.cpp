// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/question/WordList.h"
#include "core/question/Words.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace formulens {

namespace {

constexpr std::size_t namesListed = 8;

/// The inputs or the outputs of a question: what a word may name.
struct Candidates
{
    const char* kind; ///< "input"
    std::vector<ElementReference> elements;
    std::vector<std::string> names; ///< the question's
};

using Positions = std::vector<std::size_t>;

tl::unexpected<Error> wrong(std::string_view word, const std::string& complaint)
{
    return failure(ErrorCode::BadQuestion, "'" + std::string(word) + "': " + complaint);
}

/// "k" of @k or xk.
std::optional<std::size_t> ordinal(std::string_view word, char mark)
{
    if (word.size() < 2 || word.front() != mark)
        return std::nullopt;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

std::vector<std::int64_t> extentsWithoutBatch(const Shape& shape)
{
    std::vector<std::int64_t> extents = shape.extents();
    if (extents.size() > 1 && extents.front() == 1)
        extents.erase(extents.begin());
    return extents;
}

/// The flat index of a position: by extents without the batch axis, by all extents, or flat already.
Result<std::size_t> flatIndex(std::string_view word, const Shape& shape, const Positions& position)
{
    std::vector<std::int64_t> extents = extentsWithoutBatch(shape);
    if (position.size() != extents.size() && position.size() == shape.rank())
        extents = shape.extents();
    if (position.size() == 1 && extents.size() != 1)
        extents = {static_cast<std::int64_t>(shape.elementCount())};
    if (position.size() != extents.size())
        return wrong(word,
            std::to_string(position.size()) + " indices are given, the shape without the batch axis is "
                + Shape(extents).text());
    std::size_t index = 0;
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
        const auto extent = static_cast<std::size_t>(extents[axis]);
        if (position[axis] >= extent)
            return wrong(word,
                "index " + std::to_string(position[axis]) + " is out of range: it counts from 0 to "
                    + std::to_string(extent - 1));
        index = index * extent + position[axis];
    }
    return index;
}

/// The elements of a tensor that a name with or without a position means.
Result<std::vector<ElementReference>> elementsOf(
    const PreparedNetwork& network, TensorIndex tensor, std::string_view word, const std::optional<Positions>& position)
{
    const Shape& shape = network.tensor(tensor).shape;
    std::vector<ElementReference> elements;
    if (position) {
        const Result<std::size_t> index = flatIndex(word, shape, *position);
        if (!index)
            return tl::unexpected(index.error());
        return std::vector{ElementReference{tensor, *index}};
    }
    for (std::size_t element = 0; element < shape.elementCount(); ++element)
        elements.push_back({tensor, element});
    return elements;
}

Positions positionsOf(const std::vector<ElementReference>& wanted, const Candidates& candidates)
{
    Positions positions;
    for (const ElementReference& element : wanted)
        if (const auto found = std::ranges::find(candidates.elements, element); found != candidates.elements.end())
            positions.push_back(static_cast<std::size_t>(found - candidates.elements.begin()));
    return positions;
}

std::string listed(const Candidates& candidates)
{
    std::string text;
    const std::size_t count = std::min(candidates.names.size(), namesListed);
    for (std::size_t i = 0; i < count; ++i)
        text += (i > 0 ? ", " : "") + quotedName(candidates.names[i]);
    if (count < candidates.names.size())
        text += " ... (" + std::to_string(candidates.names.size()) + " in all)";
    return text;
}

/// By the names in the file: a tensor that is among the candidates, whole or at a position.
Result<Positions> byFileName(
    const PreparedNetwork& network, const Candidates& candidates, std::string_view word, const PlacedName& placed)
{
    const std::optional<TensorIndex> tensor = network.network->find(placed.name);
    const auto isIts = [&](const ElementReference& element) { return element.tensor == *tensor; };
    if (!tensor || std::ranges::none_of(candidates.elements, isIts))
        return Positions{};
    const auto elements = elementsOf(network, *tensor, word, placed.position);
    if (!elements)
        return tl::unexpected(elements.error());
    return positionsOf(*elements, candidates);
}

/// By the names that side file or user gave: exactly, or the common name of name[0], name[1] ...
Positions byGivenName(const Candidates& candidates, std::string_view name)
{
    Positions exact;
    Positions common;
    for (std::size_t i = 0; i < candidates.names.size(); ++i) {
        const std::string_view given = candidates.names[i];
        if (given == name)
            exact.push_back(i);
        else if (given.size() > name.size() && given.starts_with(name) && given[name.size()] == '[')
            common.push_back(i);
    }
    return exact.empty() ? common : exact;
}

Result<Positions> byOrdinal(const Candidates& candidates, std::string_view word, std::size_t ordinal)
{
    if (ordinal == 0 || ordinal > candidates.elements.size())
        return wrong(word,
            std::string("the network has the ") + candidates.kind + " elements 1 to "
                + std::to_string(candidates.elements.size()));
    return Positions{ordinal - 1};
}

Result<Positions> find(const PreparedNetwork& network, const Candidates& candidates, std::string_view word)
{
    if (const auto number = ordinal(word, '@'))
        return byOrdinal(candidates, word, *number);
    // A name in the file may itself hold brackets.
    Result<Positions> found = byFileName(network, candidates, word, {std::string(word), false, std::nullopt});
    if (!found || !found->empty())
        return found;
    if (Positions given = byGivenName(candidates, word); !given.empty() && word.find('"') == std::string_view::npos)
        return given;
    const Result<PlacedName> placed = placedName(word);
    if (!placed)
        return tl::unexpected(placed.error());
    found = byFileName(network, candidates, word, *placed);
    if (!found || !found->empty())
        return found;
    if (!placed->position)
        if (Positions given = byGivenName(candidates, placed->name); !given.empty())
            return given;
    if (const auto number = ordinal(word, 'x'); number && candidates.kind == std::string_view("input"))
        return byOrdinal(candidates, word, *number);
    return wrong(
        word, std::string("there is no ") + candidates.kind + " of this name; the names are " + listed(candidates));
}

Result<Positions> findAll(const PreparedNetwork& network, const Candidates& candidates, std::string_view list)
{
    Positions all;
    for (const std::string_view word : splitWords(list)) {
        const Result<Positions> found = find(network, candidates, word);
        if (!found)
            return found;
        all.insert(all.end(), found->begin(), found->end());
    }
    return all;
}

Candidates inputsOf(const PreparedNetwork& network, const Question& question)
{
    Candidates candidates{"input", {}, {}};
    for (const InputElement& element : network.inputElements)
        candidates.elements.push_back({element.tensor, element.element});
    for (const InputQuantity& input : question.inputs)
        candidates.names.push_back(input.name);
    return candidates;
}

Candidates outputsOf(const Question& question)
{
    Candidates candidates{"output", {}, {}};
    for (const OutputQuantity& output : question.outputs) {
        candidates.elements.push_back(output.element);
        candidates.names.push_back(output.name);
    }
    return candidates;
}

} // namespace

Result<std::size_t> ElementNames::input(std::string_view word) const
{
    const auto found = find(m_network, inputsOf(m_network, m_question), word);
    if (!found)
        return tl::unexpected(found.error());
    if (found->size() != 1)
        return wrong(word,
            "means " + std::to_string(found->size()) + " input elements, expected one, like "
                + m_network.elementName(
                    m_network.inputElements[found->front()].tensor, m_network.inputElements[found->front()].element));
    return found->front();
}

Result<std::vector<std::size_t>> ElementNames::inputs(std::string_view list) const
{
    return findAll(m_network, inputsOf(m_network, m_question), list);
}

Result<std::vector<std::size_t>> ElementNames::outputs(std::string_view list) const
{
    return findAll(m_network, outputsOf(m_question), list);
}

Result<std::vector<ElementReference>> ElementNames::elements(std::string_view list) const
{
    std::vector<ElementReference> all;
    for (const std::string_view word : splitWords(list)) {
        std::optional<TensorIndex> tensor = m_network.network->find(word);
        std::optional<Positions> position;
        if (!tensor) {
            const Result<PlacedName> placed = placedName(word);
            if (!placed)
                return tl::unexpected(placed.error());
            tensor = m_network.network->find(placed->name);
            position = placed->position;
        }
        if (!tensor)
            return wrong(word, "the network has no tensor of this name");
        if (const std::optional<Error>& reason = m_network.tensor(*tensor).unavailable)
            return wrong(word, "cannot be computed: " + reason->message);
        const auto elements = elementsOf(m_network, *tensor, word, position);
        if (!elements)
            return elements;
        all.insert(all.end(), elements->begin(), elements->end());
    }
    return all;
}

std::string quotedName(std::string_view name)
{
    const auto isPlain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c))
            || std::string_view("_./:[],").find(c) != std::string_view::npos;
    };
    if (!name.empty() && std::ranges::all_of(name, isPlain))
        return std::string(name);
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace formulens
