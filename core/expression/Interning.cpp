// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/expression/Interning.h"

#include "core/base/Overloaded.h"

#include <array>
#include <bit>
#include <mutex>
#include <unordered_map>

/* Hash-consing
 *
 * The table holds weak references under the node's hash, in shards that are locked one at a time. A node that loses its
 * last user takes itself out of its shard before it is freed; until then a search may find it but cannot revive it (its
 * weak reference is dead) and enters a new equal node beside it.
 *
 * A node's destructor lets go of its operands, which may let go of theirs: for a deep graph that would recurse as deep.
 * So a node that dies while another one is being freed is only noted, and the outermost `release` frees them in a loop.
 */

namespace formulens {

namespace {

struct Entry
{
    const ExpressionNode* address;
    std::weak_ptr<const ExpressionNode> node;
};

struct Shard
{
    std::mutex mutex;
    std::unordered_multimap<std::uint64_t, Entry> entries;
};

constexpr std::size_t shardCount = 64;

Shard& shardOf(std::uint64_t hash)
{
    // Never destroyed: expressions in static storage may outlive any static table.
    static auto& shards = *new std::array<Shard, shardCount>;
    return shards[(hash >> 32) % shardCount];
}

bool sameNumber(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool sameNumbers(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), sameNumber);
}

bool sameTerm(const std::pair<double, Expression>& a, const std::pair<double, Expression>& b)
{
    return sameNumber(a.first, b.first) && a.second == b.second;
}

/// Operands are compared by identity: they are interned already.
bool same(const NumberNode& a, const NumberNode& b)
{
    return sameNumber(a.value, b.value);
}
bool same(const SymbolNode& a, const SymbolNode& b)
{
    return a.name == b.name;
}
bool same(const SumNode& a, const SumNode& b)
{
    return sameNumber(a.constant, b.constant)
        && std::equal(a.terms.begin(), a.terms.end(), b.terms.begin(), b.terms.end(), sameTerm);
}
bool same(const ProductNode& a, const ProductNode& b)
{
    return a.factors == b.factors;
}
bool same(const PowerNode& a, const PowerNode& b)
{
    return a.base == b.base && sameNumber(a.exponent, b.exponent);
}
bool same(const CallNode& a, const CallNode& b)
{
    return a.function == b.function && a.operands == b.operands && sameNumbers(a.parameters, b.parameters);
}

bool sameKind(const ExpressionNode& a, const ExpressionNode& b)
{
    return a.hash == b.hash && a.kind.index() == b.kind.index()
        && std::visit(
            [&b](const auto& kind) { return same(kind, std::get<std::decay_t<decltype(kind)>>(b.kind)); }, a.kind);
}

void forget(const ExpressionNode* node)
{
    Shard& shard = shardOf(node->hash);
    const std::lock_guard lock(shard.mutex);
    const auto [first, last] = shard.entries.equal_range(node->hash);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second.address == node) {
            shard.entries.erase(entry);
            return;
        }
    }
}

void release(const ExpressionNode* node)
{
    thread_local std::vector<const ExpressionNode*>* dying = nullptr;
    forget(node);
    if (dying) {
        dying->push_back(node);
        return;
    }
    std::vector<const ExpressionNode*> list{node};
    dying = &list;
    while (!list.empty()) {
        const ExpressionNode* last = list.back();
        list.pop_back();
        delete last;
    }
    dying = nullptr;
}

} // namespace

std::shared_ptr<const ExpressionNode> interned(ExpressionNode&& node)
{
    Shard& shard = shardOf(node.hash);
    // Owners found on the way are let go of only after the lock: the last of them would lock the shard again.
    std::vector<std::shared_ptr<const ExpressionNode>> others;
    const std::lock_guard lock(shard.mutex);
    const auto [first, last] = shard.entries.equal_range(node.hash);
    for (auto entry = first; entry != last; ++entry) {
        if (std::shared_ptr<const ExpressionNode> found = entry->second.node.lock()) {
            if (sameKind(*found, node))
                return found;
            others.push_back(std::move(found));
        }
    }
    std::shared_ptr<const ExpressionNode> made(new ExpressionNode(std::move(node)), release);
    shard.entries.emplace(made->hash, Entry{made.get(), made});
    return made;
}

std::size_t internedCount()
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < shardCount; ++i) {
        Shard& shard = shardOf(static_cast<std::uint64_t>(i) << 32);
        const std::lock_guard lock(shard.mutex);
        count += shard.entries.size();
    }
    return count;
}

} // namespace formulens
