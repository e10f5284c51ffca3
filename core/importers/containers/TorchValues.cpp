// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/TorchValues.h"

#include "core/base/Numerals.h"
#include "core/importers/ImportError.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace formulens::torchfile {

namespace {

using pickle::Pickle;
using pickle::ValueIndex;
using Kind = pickle::Value::Kind;

constexpr int deepest = 100;
constexpr std::size_t mostTensors = 100'000;
constexpr std::size_t mostModules = 10'000;
constexpr std::size_t longestName = 2000;

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

std::string joined(const std::string& name, const std::string& part)
{
    return name.empty() ? part : part.empty() ? name : name + "." + part;
}

std::vector<std::int64_t> integersOf(const Pickle& pickle, ValueIndex index)
{
    const std::vector<ValueIndex>* items = pickle.sequence(index);
    if (items == nullptr)
        fail("a tensor's shape is no list of numbers");
    std::vector<std::int64_t> integers;
    for (const ValueIndex item : *items) {
        if (!pickle.is(item, Kind::Integer))
            fail("a tensor's shape is no list of numbers");
        integers.push_back(pickle[item].integer);
    }
    return integers;
}

bool isRowMajor(const Shape& shape, const std::vector<std::int64_t>& strides)
{
    const std::vector<std::int64_t> expected = shape.strides();
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
        if (shape[axis] != 1 && strides[axis] != expected[axis])
            return false;
    return true;
}

/// Where the last element lies; refused where that is more than any file holds.
std::int64_t lastElement(const Shape& shape, const std::vector<std::int64_t>& strides, std::int64_t offset)
{
    constexpr std::int64_t most = std::int64_t(1) << 50;
    std::int64_t last = offset;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        if (strides[axis] < 0 || strides[axis] > most || last < 0 || last > most)
            fail("a tensor of shape " + shape.text() + " has strides that no tensor has");
        if (shape[axis] > 1 && strides[axis] > most / shape[axis])
            fail("a tensor of shape " + shape.text() + " has strides that no tensor has");
        last += (shape[axis] - 1) * strides[axis];
    }
    return last;
}

Tensor gathered(const Storage& storage, ElementType type, const Shape& shape, const std::vector<std::int64_t>& strides,
    std::int64_t offset, Budget& budget)
{
    const std::size_t size = byteSize(type);
    const std::size_t count = shape.elementCount();
    budget.spend(std::uint64_t(count) * size);
    const auto owner = std::make_shared<std::vector<std::byte>>(count * size);
    std::vector<std::int64_t> place(shape.rank(), 0);
    std::int64_t from = offset;
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(owner->data() + i * size, storage.bytes.data() + static_cast<std::size_t>(from) * size, size);
        for (std::size_t axis = shape.rank(); axis-- > 0;) {
            from += strides[axis];
            if (++place[axis] < shape[axis])
                break;
            from -= shape[axis] * strides[axis];
            place[axis] = 0;
        }
    }
    return Tensor::view(type, shape, *owner, owner);
}

class Collector
{
public:
    Collector(const Pickle& pickle, Storages& storages, Budget& budget, const NumberedTensors& numbered)
        : m_pickle(pickle), m_storages(storages), m_budget(budget), m_numbered(numbered)
    {
    }

    NamedTensors collect()
    {
        visit(m_pickle.rootIndex(), "", 0);
        m_result.isOrdered = true;
        return std::move(m_result);
    }

private:
    void visit(ValueIndex index, const std::string& name, int depth)
    {
        if (depth > deepest)
            throw ImportError{ErrorCode::Limit, "it is nested more than " + std::to_string(deepest) + " deep"};
        if (name.size() > longestName)
            throw ImportError{ErrorCode::Limit,
                "a tensor's name has more than " + std::to_string(longestName) + " letters: the file is damaged"};
        const Kind kind = m_pickle[index].kind;
        const bool isPlain = kind < Kind::Tuple || kind == Kind::Global;
        if (isPlain || tensor(index, name) || !m_visited.insert(index).second)
            return;
        if (const auto entries = m_pickle.entries(index)) {
            for (const auto& [key, value] : *entries)
                visit(value, joined(name, keyWords(key)), depth + 1);
        } else if (const std::vector<ValueIndex>* items = m_pickle.sequence(index)) {
            for (std::size_t i = 0; i < items->size(); ++i)
                visit((*items)[i], joined(name, std::to_string(i)), depth + 1);
        } else if (isModule(index)) {
            NamedModule tree;
            module(index, name, depth, tree);
            if (m_result.modules.empty())
                m_result.modules.push_back(std::move(tree));
        }
    }

    std::string keyWords(ValueIndex key) const
    {
        const pickle::Value& value = m_pickle[key];
        return value.kind == Kind::Text   ? std::string(value.text)
            : value.kind == Kind::Integer ? std::to_string(value.integer)
                                          : std::string("?");
    }

    // --- tensors

    bool tensor(ValueIndex index, const std::string& name)
    {
        NamedTensor result{name.empty() ? "tensor" : name, {}, {}};
        if (const pickle::Value& value = m_pickle[index]; value.kind == Kind::Persistent) {
            const auto found = m_numbered.find(keyWords(*value.argument));
            if (found == m_numbered.end())
                return false;
            result.tensor = found->second;
        } else if (!rebuilt(index, result)) {
            return false;
        }
        if (m_result.tensors.size() >= mostTensors)
            throw ImportError{ErrorCode::Limit, "it holds more than " + std::to_string(mostTensors) + " tensors"};
        m_budget.spend(sizeof(NamedTensor) + name.size());
        m_result.tensors.push_back(std::move(result));
        return true;
    }

    bool rebuilt(ValueIndex index, NamedTensor& result)
    {
        const std::string_view called = m_pickle.calledName(index);
        if (called.empty() || !m_pickle.is(*m_pickle[index].argument, Kind::Tuple))
            return false;
        const std::vector<ValueIndex>& arguments = m_pickle[*m_pickle[index].argument].items;
        if (called == "torch._utils._rebuild_parameter" || called == "torch._utils._rebuild_parameter_with_state"
            || called == "torch.nn.parameter.Parameter" || called == "torch._tensor._rebuild_from_type_v2")
            return !arguments.empty()
                && rebuilt(arguments[called.ends_with("type_v2") ? innerOf(arguments) : 0], result);
        if (called == "torch._utils._rebuild_tensor" || called == "torch._utils._rebuild_tensor_v2"
            || called == "torch._utils._rebuild_tensor_v3") {
            readTensor(arguments, result);
            return true;
        }
        if (called == "torch._utils._rebuild_qtensor")
            result.complaint = "is quantised, which is not read from PyTorch's files";
        else if (called.starts_with("torch._utils._rebuild_") && called.find("sparse") != std::string_view::npos)
            result.complaint = "is sparse, which is not read";
        else if (called.starts_with("torch._utils._rebuild_"))
            result.complaint = "is made by '" + std::string(called) + "', which is not read";
        else
            return false;
        return true;
    }

    /// _rebuild_from_type_v2(function, type, arguments, state) wraps another call, which stands there in its parts.
    std::size_t innerOf(const std::vector<ValueIndex>& arguments) const
    {
        fail("a tensor of a class of its own ('"
            + std::string(arguments.size() > 1 ? m_pickle[arguments[1]].text : std::string_view()) + "') is not read");
    }

    void readTensor(const std::vector<ValueIndex>& arguments, NamedTensor& result)
    {
        if (arguments.size() < 4)
            fail("tensor '" + result.name + "' has " + std::to_string(arguments.size())
                + " parts, expected storage, offset, shape and strides");
        const auto named = storageNamed(m_pickle, arguments[0]);
        if (!named)
            fail("tensor '" + result.name + "' names no storage");
        std::string typeName = named->type;
        if (arguments.size() >= 7 && m_pickle.is(arguments[6], Kind::Global))
            typeName = m_pickle[arguments[6]].text;
        const auto type = elementTypeNamed(typeName);
        if (!type) {
            result.complaint = "has elements of type '" + typeName + "', which are not read";
            return;
        }
        const Shape shape(integersOf(m_pickle, arguments[2]));
        const std::vector<std::int64_t> strides = integersOf(m_pickle, arguments[3]);
        if (!m_pickle.is(arguments[1], Kind::Integer) || strides.size() != shape.rank())
            fail("tensor '" + result.name + "' has an offset or strides that do not fit its shape " + shape.text());
        try {
            result.tensor = tensorIn(m_storages.storage(named->key, *type), *type, shape, strides,
                m_pickle[arguments[1]].integer + named->offset, m_budget);
        } catch (const ImportError& error) {
            throw ImportError{error.code, "tensor '" + result.name + "': " + error.message};
        }
    }

    // --- modules

    bool isModule(ValueIndex index)
    {
        const auto [known, isNew] = m_isModule.emplace(index, false);
        if (isNew)
            known->second = looksLikeModule(index);
        return known->second;
    }

    bool looksLikeModule(ValueIndex index) const
    {
        const auto& state = m_pickle[index].state;
        if (!state || m_pickle.className(index).empty())
            return false;
        return m_pickle.entry(*state, "_modules") || m_pickle.entry(*state, "_parameters")
            || m_pickle.className(index).starts_with("__torch__.");
    }

    void module(ValueIndex index, const std::string& name, int depth, NamedModule& tree)
    {
        const ValueIndex state = *m_pickle[index].state;
        tree.name = name;
        tree.className = m_pickle.className(index).substr(0, longestName);
        addSettings(state, tree);
        for (const char* part : {"_parameters", "_buffers"})
            if (const auto tensors = m_pickle.entry(state, part))
                for (const auto& [key, value] : entriesOf(*tensors))
                    tensor(value, joined(name, keyWords(key)));
        if (const auto modules = m_pickle.entry(state, "_modules"))
            for (const auto& [key, value] : entriesOf(*modules))
                child(value, joined(name, keyWords(key)), depth, tree);
        if (!tree.className.starts_with("__torch__."))
            return;
        for (const auto& [key, value] : entriesOf(state))
            if (!tensor(value, joined(name, keyWords(key))))
                child(value, joined(name, keyWords(key)), depth, tree);
    }

    void child(ValueIndex index, const std::string& name, int depth, NamedModule& tree)
    {
        if (depth > deepest)
            throw ImportError{ErrorCode::Limit, "it is nested more than " + std::to_string(deepest) + " deep"};
        if (!isModule(index))
            return;
        // One module may stand in several places, and is a step of the network in each.
        if (++m_modules > mostModules)
            throw ImportError{ErrorCode::Limit, "it holds more than " + std::to_string(mostModules) + " modules"};
        module(index, name, depth + 1, tree.children.emplace_back());
    }

    void addSettings(ValueIndex state, NamedModule& tree) const
    {
        constexpr std::size_t longestKey = 40;
        for (const auto& [key, value] : entriesOf(state)) {
            if (!m_pickle.is(key, Kind::Text) || m_pickle[key].text.size() > longestKey)
                continue;
            if (const std::string words = settingWords(value); !words.empty())
                tree.settings.emplace(m_pickle[key].text, words);
        }
    }

    using Entries = std::vector<std::pair<ValueIndex, ValueIndex>>;

    /// A module may be looked at many times: what that takes is counted, so that a few bytes are no work for hours.
    Entries entriesOf(ValueIndex dict) const
    {
        Entries entries = m_pickle.entries(dict).value_or(Entries());
        m_budget.spend(32 * entries.size());
        return entries;
    }

    /// "2", "0.1", "true", "same", "2x1"; empty for what is no setting.
    std::string settingWords(ValueIndex index) const
    {
        const pickle::Value& value = m_pickle[index];
        switch (value.kind) {
        case Kind::Bool:
            return value.integer != 0 ? "true" : "false";
        case Kind::Integer:
            return std::to_string(value.integer);
        case Kind::Real:
            return shortest(value.real());
        case Kind::Text:
            return std::string(value.text.substr(0, 40));
        case Kind::None:
            return "none";
        default:
            return listWords(index);
        }
    }

    std::string listWords(ValueIndex index) const
    {
        const std::vector<ValueIndex>* items = m_pickle.sequence(index);
        std::string words;
        if (items != nullptr && items->size() <= 8)
            for (const ValueIndex item : *items) {
                if (!m_pickle.is(item, Kind::Integer))
                    return {};
                words += (words.empty() ? "" : "x") + std::to_string(m_pickle[item].integer);
            }
        return words;
    }

    const Pickle& m_pickle;
    Storages& m_storages;
    Budget& m_budget;
    const NumberedTensors& m_numbered;
    NamedTensors m_result;
    std::unordered_set<ValueIndex> m_visited;
    std::unordered_map<ValueIndex, bool> m_isModule;
    std::size_t m_modules = 0;
};

} // namespace

NamedTensors tensorsOf(const Pickle& pickle, Storages& storages, Budget& budget, const NumberedTensors& numbered)
{
    return Collector(pickle, storages, budget, numbered).collect();
}

Tensor tensorIn(const Storage& storage, ElementType type, const Shape& shape, const std::vector<std::int64_t>& strides,
    std::int64_t offset, Budget& budget)
{
    const auto count = checkedElementCount(shape);
    if (!count)
        fail(count.error().message);
    const std::size_t size = byteSize(type);
    if (*count == 0)
        return Tensor::view(type, shape, {}, storage.owner);
    if (offset < 0)
        fail("it begins before its storage");
    const std::int64_t last = lastElement(shape, strides, offset);
    if (static_cast<std::uint64_t>(last) >= storage.bytes.size() / size)
        fail("shape " + shape.text() + " of " + std::string(name(type)) + " reaches to element "
            + std::to_string(last + 1) + " of a storage of " + std::to_string(storage.bytes.size() / size)
            + " elements: the file is cut short or damaged");
    if (isRowMajor(shape, strides))
        return Tensor::view(
            type, shape, storage.bytes.subspan(static_cast<std::size_t>(offset) * size, *count * size), storage.owner);
    return gathered(storage, type, shape, strides, offset, budget);
}

std::optional<StorageName> storageNamed(const Pickle& pickle, ValueIndex index)
{
    const ValueIndex named = pickle.is(index, Kind::Persistent) ? *pickle[index].argument : index;
    if (!pickle.is(named, Kind::Tuple))
        return std::nullopt;
    const std::vector<ValueIndex>& parts = pickle[named].items;
    if (parts.size() < 4 || pickle[parts[0]].text != "storage" || !pickle.is(parts[1], Kind::Global))
        return std::nullopt;
    const pickle::Value& key = pickle[parts[2]];
    StorageName result{std::string(pickle[parts[1]].text),
        key.kind == Kind::Integer ? std::to_string(key.integer) : std::string(key.text)};
    // Older files name a storage that is a part of another: (key, offset, size).
    if (parts.size() >= 6)
        if (const std::vector<ValueIndex>* view = pickle.sequence(parts[5]); view != nullptr && view->size() == 3) {
            if (!pickle.is((*view)[1], Kind::Integer) || pickle[(*view)[1]].integer < 0
                || pickle[(*view)[1]].integer > (std::int64_t(1) << 40))
                return std::nullopt;
            result.offset = pickle[(*view)[1]].integer;
        }
    return result;
}

std::vector<std::string> foreignCalls(const Pickle& pickle)
{
    constexpr std::string_view own[] = {"torch.", "collections.", "numpy.", "copyreg.", "copy_reg.", "_codecs.encode",
        "__torch__.", "pathlib.", "datetime.", "builtins.set", "builtins.frozenset", "__builtin__.set",
        "builtins.bytearray", "builtins.slice", "builtins.complex"};
    std::set<std::string> names;
    for (std::size_t i = 0; i < pickle.values().size(); ++i) {
        const std::string_view name = pickle.calledName(ValueIndex(i));
        if (!name.empty()
            && std::ranges::none_of(own, [&](std::string_view prefix) { return name.starts_with(prefix); }))
            names.insert(std::string(name.substr(0, 80)));
    }
    return {names.begin(), names.end()};
}

} // namespace formulens::torchfile
