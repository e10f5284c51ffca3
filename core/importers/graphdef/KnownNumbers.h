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

    class Depth;

    std::optional<List> list(Place place);
    const Tensor* constant(const Place& place);
    Place input(const Place& place, std::size_t number);
    std::optional<std::int64_t> computed(const Place& place);
    std::optional<std::int64_t> element(const Place& place, std::int64_t index);
    std::optional<std::int64_t> count(const Place& place);
    std::optional<std::int64_t> joinedElement(const Place& place, std::int64_t index);
    std::optional<std::int64_t> extent(const Place& place, std::int64_t axis);
    std::optional<std::int64_t> extentOfNode(const Place& place, std::int64_t axis);

    Inliner& m_inliner;
    Source m_source;
    int m_depth = 0;
    std::map<Place, std::int64_t> m_numbers;
    std::map<std::pair<Place, std::int64_t>, std::int64_t> m_extents;
    std::map<ScopedNode, Tensor> m_constants;
};

} // namespace formulens::graphdef
