// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/graphdef/Inliner.h"

namespace formulens::graphdef {

/// What can be said before anything is computed: whole numbers that follow from constants and from the extents of
/// inputs, by which a loop is counted; and the lists of tensors that a loop reads and writes, element by element.
/// Nothing is said of what is not sure.
class KnownNumbers
{
public:
    KnownNumbers(Inliner& inliner, Source source) : m_inliner(inliner), m_source(std::move(source)) { }

    using Reference = std::pair<std::size_t, std::string>; ///< in a scope

    /// A single whole number, or a truth as 0 or 1.
    std::optional<std::int64_t> number(const Place& place);

    /// The tensor of which a list's elements are the parts along its first axis.
    std::optional<Place> tensorOfList(std::size_t scope, const std::string& list);
    /// What was put into a list, where that is all of its elements; empty where it is not.
    std::vector<Reference> itemsOfList(std::size_t scope, const std::string& list);
    /// Where an element that is read was put into its list; or a list that is a tensor is made one again.
    std::optional<Reference> elementOfList(const Place& read);

private:
    /// A list as it was written: the latest first.
    struct List
    {
        std::map<std::int64_t, Reference> items;
        std::optional<Place> tensor;
        std::optional<std::int64_t> length; ///< where it is no tensor
    };

    /// References lead to references that lead on: what is too deep is not known.
    class Depth
    {
    public:
        explicit Depth(int& depth) : m_depth(depth) { ++m_depth; }
        ~Depth() { --m_depth; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

        bool isTooGreat() const { return m_depth > 200; }

    private:
        int& m_depth;
    };

    /// What is found once: of a tensor's shape an extent, by its axis, or one of the numbers below.
    template <class Find>
    std::optional<std::int64_t> remembered(const Place& place, std::int64_t what, Find find);
    static constexpr std::int64_t asRank = -1;
    static constexpr std::int64_t asCount = -2;

    std::optional<List> list(Place place);
    const Tensor* constant(const Place& place);
    const Tensor* wholeConstant(const Place& place);
    Place input(const Place& place, std::size_t number);
    std::optional<std::int64_t> computed(const Place& place);
    std::optional<std::int64_t> element(const Place& place, std::int64_t index);
    std::optional<std::int64_t> count(const Place& place);
    std::optional<std::int64_t> countOfNode(const Place& place);
    std::optional<std::int64_t> joinedElement(const Place& place, std::int64_t index);

    // Of shapes: KnownExtents.cpp.
    std::optional<std::int64_t> extent(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentOfNode(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentBehindWindow(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentOfBroadcast(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentOfSqueezed(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentOfStack(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> rank(const Place& place);
    std::optional<std::int64_t> rankOfNode(const Place& place);
    std::optional<std::vector<std::int64_t>> declaredExtents(const Place& place);
    std::optional<std::int64_t> addedAxis(const Place& place);
    std::optional<std::set<std::int64_t>> squeezedAxes(const Place& place);

    Inliner& m_inliner;
    Source m_source;
    int m_depth = 0;
    std::map<Place, std::int64_t> m_numbers;
    std::map<std::pair<Place, std::int64_t>, std::optional<std::int64_t>> m_extents;
    std::map<ScopedNode, Tensor> m_constants;
};

template <class Find>
std::optional<std::int64_t> KnownNumbers::remembered(const Place& place, std::int64_t what, Find find)
{
    constexpr std::int64_t greatest = std::int64_t(1) << 31;
    const Depth depth(m_depth);
    if (depth.isTooGreat())
        return std::nullopt;
    if (const auto known = m_extents.find({place, what}); known != m_extents.end())
        return known->second;
    std::optional<std::int64_t> found = find();
    if (found && (*found < 0 || *found >= greatest))
        found.reset();
    takeMemory(m_source.memory, 3 * sizeof(Place));
    m_extents.emplace(std::pair(place, what), found);
    return found;
}

} // namespace formulens::graphdef
