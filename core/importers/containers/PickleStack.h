// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MemoryBudget.h"
#include "core/importers/containers/Pickle.h"

#include <array>
#include <unordered_map>

namespace formulens::pickle {

/// The values of a pickle while its program runs: those on the stack, those that have a number, and all that were
/// made. What they take is counted against a budget. Throws ImportError, which names the byte that `at` stands at.
class PickleStack
{
public:
    PickleStack(std::size_t budget, const std::size_t& at) : m_budget(budget), m_at(at) { }

    /// Its values, with the top of the stack as the root.
    Pickle take();

    void push(ValueIndex value);
    /// None, true, false and () are one value each, and so are small integers.
    void pushSingle(Value::Kind kind, std::int64_t integer = 0);
    void pushInteger(std::int64_t integer);
    void pushReal(double real);
    void pushText(Value::Kind kind, std::string_view text);
    /// A text that does not lie in the pickle's bytes as it is.
    void pushKeptText(Value::Kind kind, std::string text);
    void pushItems(Value::Kind kind, std::vector<ValueIndex> items);
    /// Keys and values by turns.
    void pushPairs(std::vector<ValueIndex> values);
    void pushMade(Value::Kind kind, ValueIndex callee, ValueIndex argument);
    void pushPersistent(ValueIndex what);

    ValueIndex pop();
    ValueIndex top();
    std::vector<ValueIndex> popSome(std::size_t count);
    void mark();
    std::vector<ValueIndex> popMarked();
    /// POP takes a value, or a mark where one is on top.
    void drop();

    /// Puts values into the container, or the object, on top.
    void append(const std::vector<ValueIndex>& values);
    void appendPairs(const std::vector<ValueIndex>& values);
    /// Of what is on top.
    void setState(ValueIndex state);

    void remember(std::uint64_t number);
    void recall(std::uint64_t number);
    std::uint64_t rememberedCount() const { return m_memo.size(); }

    const Pickle& pickle() const { return m_pickle; }
    std::string place() const; ///< "byte 17"

private:
    void spend(std::size_t size);
    ValueIndex make(Value value);
    void push(Value value) { push(make(std::move(value))); }
    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    void requirePairs(const std::vector<ValueIndex>& values) const;

    MemoryBudget m_budget;
    const std::size_t& m_at;
    Pickle m_pickle;
    std::vector<ValueIndex> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, ValueIndex> m_memo;
    std::array<std::optional<ValueIndex>, 4> m_single;
    std::array<std::optional<ValueIndex>, 256> m_small;
};

} // namespace formulens::pickle
