// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/PickleStack.h"

#include "core/importers/ImportError.h"

namespace formulens::pickle {

namespace {

using Kind = Value::Kind;

[[noreturn]] void fail(const std::string& message)
{
    throw ImportError{ErrorCode::BadFile, message};
}

Value valueOf(Kind kind)
{
    Value value;
    value.kind = kind;
    return value;
}

Value integerValue(Kind kind, std::int64_t integer)
{
    Value value = valueOf(kind);
    value.integer = integer;
    return value;
}

} // namespace

Pickle PickleStack::take()
{
    m_pickle.m_root = pop();
    return std::move(m_pickle);
}

std::string PickleStack::place() const
{
    return "byte " + std::to_string(m_at);
}

void PickleStack::spend(std::size_t size)
{
    if (!m_budget.take(size))
        throw ImportError{ErrorCode::Limit, "the pickle makes far more values than its size allows for"};
}

ValueIndex PickleStack::make(Value value)
{
    spend(sizeof(Value));
    m_pickle.m_values.push_back(std::move(value));
    return ValueIndex(m_pickle.m_values.size() - 1);
}

void PickleStack::push(ValueIndex value)
{
    spend(sizeof(ValueIndex));
    m_stack.push_back(value);
}

void PickleStack::pushSingle(Kind kind, std::int64_t integer)
{
    const std::int64_t which = kind == Kind::Bool ? 1 + integer : kind == Kind::None ? 0 : 3;
    auto& known = m_single[static_cast<std::size_t>(which)];
    if (!known)
        known = make(integerValue(kind, integer));
    push(*known);
}

void PickleStack::pushInteger(std::int64_t integer)
{
    if (integer < 0 || integer >= static_cast<std::int64_t>(m_small.size()))
        return push(integerValue(Kind::Integer, integer));
    auto& known = m_small[static_cast<std::size_t>(integer)];
    if (!known)
        known = make(integerValue(Kind::Integer, integer));
    push(*known);
}

void PickleStack::pushReal(double real)
{
    push(integerValue(Kind::Real, std::bit_cast<std::int64_t>(real)));
}

void PickleStack::pushText(Kind kind, std::string_view text)
{
    Value value = valueOf(kind);
    value.text = text;
    push(std::move(value));
}

void PickleStack::pushKeptText(Kind kind, std::string text)
{
    spend(sizeof(std::string) + text.size());
    pushText(kind, std::string_view(m_pickle.m_texts.emplace_back(std::move(text))));
}

void PickleStack::pushItems(Kind kind, std::vector<ValueIndex> items)
{
    spend(items.size() * sizeof(ValueIndex));
    Value value = valueOf(kind);
    value.items = std::move(items);
    push(std::move(value));
}

void PickleStack::pushPairs(std::vector<ValueIndex> values)
{
    requirePairs(values);
    pushItems(Kind::Dict, std::move(values));
}

void PickleStack::pushMade(Kind kind, ValueIndex callee, ValueIndex argument)
{
    Value value = valueOf(kind);
    value.callee = callee;
    value.argument = argument;
    push(std::move(value));
}

void PickleStack::pushPersistent(ValueIndex what)
{
    Value value = valueOf(Kind::Persistent);
    value.argument = what;
    push(std::move(value));
}

ValueIndex PickleStack::pop()
{
    if (m_stack.size() <= floor())
        fail("the pickle takes a value that is not there, at " + place() + ": it is damaged, or no pickle");
    const ValueIndex top = m_stack.back();
    m_stack.pop_back();
    return top;
}

ValueIndex PickleStack::top()
{
    const ValueIndex value = pop();
    m_stack.push_back(value);
    return value;
}

std::vector<ValueIndex> PickleStack::popSome(std::size_t count)
{
    std::vector<ValueIndex> values(count);
    for (std::size_t i = count; i > 0; --i)
        values[i - 1] = pop();
    return values;
}

void PickleStack::mark()
{
    spend(sizeof(std::size_t));
    m_marks.push_back(m_stack.size());
}

std::vector<ValueIndex> PickleStack::popMarked()
{
    if (m_marks.empty())
        fail("the pickle takes values down to a mark that is not there, at " + place()
            + ": it is damaged, or no pickle");
    const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<ValueIndex> values(from, m_stack.end());
    m_stack.erase(from, m_stack.end());
    m_marks.pop_back();
    return values;
}

void PickleStack::drop()
{
    if (m_stack.size() <= floor() && !m_marks.empty())
        m_marks.pop_back();
    else
        pop();
}

void PickleStack::requirePairs(const std::vector<ValueIndex>& values) const
{
    if (values.size() % 2 != 0)
        fail("a key before " + place() + " of the pickle has no value");
}

void PickleStack::appendPairs(const std::vector<ValueIndex>& values)
{
    requirePairs(values);
    append(values);
}

void PickleStack::append(const std::vector<ValueIndex>& values)
{
    Value& target = m_pickle.m_values[top().position()];
    switch (target.kind) {
    case Kind::List:
    case Kind::Set:
    case Kind::Dict:
    case Kind::Call:
    case Kind::Object:
        break;
    default:
        fail("values are put into something that cannot hold any, before " + place() + " of the pickle");
    }
    spend(2 * values.size() * sizeof(ValueIndex)); // a list that grows holds up to twice its size
    target.items.insert(target.items.end(), values.begin(), values.end());
}

void PickleStack::setState(ValueIndex state)
{
    m_pickle.m_values[top().position()].state = state;
}

void PickleStack::remember(std::uint64_t number)
{
    const ValueIndex value = top();
    if (m_memo.insert_or_assign(number, value).second)
        spend(4 * sizeof(std::uint64_t));
}

void PickleStack::recall(std::uint64_t number)
{
    const auto known = m_memo.find(number);
    if (known == m_memo.end())
        fail("memo " + std::to_string(number) + ", asked for before " + place() + " of the pickle, is not there");
    push(known->second);
}

} // namespace formulens::pickle
