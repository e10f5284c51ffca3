// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/graphdef/Operators.h"

#include <limits>

/// What takes parts of a tensor, and what puts equal parts together.
namespace formulens::graphdef {

namespace {

constexpr std::int64_t toTheEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t toTheBegin = std::numeric_limits<std::int64_t>::min();

/// Of each axis the numbers that an input has for it: the axes are its elements.
std::vector<std::int64_t> upTo(std::size_t count)
{
    std::vector<std::int64_t> axes;
    for (std::size_t i = 0; i < count; ++i)
        axes.push_back(static_cast<std::int64_t>(i));
    return axes;
}

/// Each input gets one more axis, and along it they are joined.
TensorIndex stacked(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const std::int64_t axis = writing.node.integer("axis", 0);
    const TensorIndex axes = graph.integers(writing.part("axis"), {axis});
    std::vector<GraphBuilder::Operand> parts;
    for (std::size_t i = 0; i < writing.inputs.size(); ++i)
        parts.emplace_back(graph.node("Unsqueeze", {writing.input(i), axes}, writing.part(std::to_string(i))));
    return graph.node("Concat", parts, writing.node.name, {{"axis", axis}});
}

std::vector<std::string> partNames(const Writing& writing, std::int64_t count)
{
    constexpr std::int64_t mostParts = 1000;
    if (count < 1 || count > mostParts)
        writing.fail("it makes " + std::to_string(count) + " parts, expected 1 to " + std::to_string(mostParts));
    std::vector<std::string> names{writing.node.name};
    for (std::int64_t i = 1; i < count; ++i)
        names.push_back(writing.part(std::to_string(i)));
    return names;
}

std::vector<TensorIndex> partsAlong(const Writing& writing, TensorIndex x, std::int64_t axis,
    GraphBuilder::Operand sizes, std::vector<std::string> names)
{
    Attributes attributes{{"axis", axis}};
    if (!sizes)
        attributes.emplace("num_outputs", static_cast<std::int64_t>(names.size()));
    return writing.graph.nodeWithOutputs("", "Split", {x, sizes}, names, std::move(attributes));
}

/// The axis, x.
std::vector<TensorIndex> split(const Writing& writing)
{
    return partsAlong(writing, writing.input(1), writing.integer(0), std::nullopt,
        partNames(writing, writing.node.integer("num_split", 0)));
}

/// x, the sizes, the axis.
std::vector<TensorIndex> splitBySizes(const Writing& writing)
{
    const std::vector<std::int64_t> sizes = writing.integers(1);
    for (const std::int64_t size : sizes)
        if (size < 0)
            writing.fail("one of its sizes is left open, which is not read");
    return partsAlong(writing, writing.input(0), writing.integer(2),
        writing.graph.integers(writing.part("sizes"), sizes),
        partNames(writing, static_cast<std::int64_t>(sizes.size())));
}

std::vector<TensorIndex> unstacked(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const std::int64_t axis = writing.node.integer("axis", 0);
    std::vector<std::string> names = partNames(writing, writing.node.integer("num", 0));
    std::vector<std::string> whole;
    for (const std::string& name : names)
        whole.push_back(name + "/whole");
    std::vector<TensorIndex> parts = partsAlong(writing, writing.input(0), axis, std::nullopt, std::move(whole));
    const TensorIndex axes = graph.integers(writing.part("axis"), {axis});
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i] = graph.node("Squeeze", {parts[i], axes}, names[i]);
    return parts;
}

/// x, begins, sizes: a size of -1 goes to the end.
TensorIndex sliced(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const std::vector<std::int64_t> begins = writing.integers(1);
    std::vector<std::int64_t> ends = writing.integers(2);
    if (begins.size() != ends.size())
        writing.fail(
            "it has " + std::to_string(begins.size()) + " begins and " + std::to_string(ends.size()) + " sizes");
    for (std::size_t i = 0; i < ends.size(); ++i)
        ends[i] = ends[i] < 0 ? toTheEnd : begins[i] + ends[i];
    return graph.node("Slice",
        {writing.input(0), graph.integers(writing.part("begin"), begins), graph.integers(writing.part("end"), ends),
            graph.integers(writing.part("axes"), upTo(ends.size()))},
        writing.node.name);
}

/// x[begin:end:stride, ...]. Bits of masks say of an entry that its begin or its end is left out, that it is an index,
/// that it is a new axis, or that it stands for all axes that are not named.
class StridedSlice
{
public:
    explicit StridedSlice(const Writing& writing)
        : m_writing(writing), m_begins(writing.integers(1)), m_ends(writing.integers(2)), m_strides(writing.integers(3))
    {
        constexpr std::size_t mostEntries = 32; // bits of a mask
        if (m_begins.size() != m_ends.size() || m_begins.size() != m_strides.size() || m_begins.size() > mostEntries)
            writing.fail("its begins, ends and strides are of different count");
        findEllipsis();
        for (std::size_t i = 0; i < m_begins.size(); ++i)
            if (i != m_ellipsis)
                add(i);
    }

    TensorIndex write() const
    {
        GraphBuilder& graph = m_writing.graph;
        TensorIndex x = m_writing.input(0);
        const bool isSqueezed = !m_indexAxes.empty();
        const bool isWidened = !m_newAxes.empty();
        if (!m_axes.empty())
            x = graph.node("Slice",
                {x, integers("begin", m_from), integers("end", m_to), integers("axes", m_axes),
                    integers("strides", m_steps)},
                name("part", !isSqueezed && !isWidened));
        if (isSqueezed)
            x = graph.node("Squeeze", {x, integers("index", m_indexAxes)}, name("element", !isWidened));
        if (isWidened)
            x = graph.node("Unsqueeze", {x, integers("new", m_newAxes)}, m_writing.node.name);
        return m_axes.empty() && !isWidened ? graph.node("Identity", {x}, m_writing.node.name) : x;
    }

private:
    bool has(const char* mask, std::size_t entry) const
    {
        return ((m_writing.node.integer(mask, 0) >> entry) & 1) != 0;
    }

    void findEllipsis()
    {
        for (std::size_t i = 0; i < m_begins.size(); ++i) {
            if (!has("ellipsis_mask", i))
                continue;
            if (m_ellipsis < m_begins.size())
                m_writing.fail("it has two ellipses");
            m_ellipsis = i;
        }
    }

    /// Of x, or of the result: entries behind the ellipsis are counted from the end.
    std::int64_t axisOf(std::size_t entry, bool ofResult) const
    {
        const bool isBehind = entry > m_ellipsis;
        std::int64_t count = 0;
        for (std::size_t i = isBehind ? entry : 0; i < (isBehind ? m_begins.size() : entry); ++i) {
            const bool isNew = has("new_axis_mask", i);
            const bool isIndex = !isNew && has("shrink_axis_mask", i);
            count += (ofResult ? isIndex : isNew) ? 0 : 1;
        }
        return isBehind ? -count : count;
    }

    void add(std::size_t entry)
    {
        if (has("new_axis_mask", entry)) {
            m_newAxes.push_back(axisOf(entry, true));
            return;
        }
        const std::int64_t begin = m_begins[entry];
        const std::int64_t stride = m_strides[entry];
        m_axes.push_back(axisOf(entry, false));
        if (has("shrink_axis_mask", entry)) {
            m_indexAxes.push_back(m_axes.back());
            m_from.push_back(begin);
            m_to.push_back(begin == -1 ? toTheEnd : begin + 1);
            m_steps.push_back(1);
            return;
        }
        m_from.push_back(!has("begin_mask", entry) ? begin : stride < 0 ? toTheEnd : 0);
        m_to.push_back(!has("end_mask", entry) ? m_ends[entry] : stride < 0 ? toTheBegin : toTheEnd);
        m_steps.push_back(stride);
    }

    TensorIndex integers(const char* role, const std::vector<std::int64_t>& values) const
    {
        return m_writing.graph.integers(m_writing.part(role), values);
    }

    std::string name(const char* role, bool isLast) const
    {
        return isLast ? m_writing.node.name : m_writing.part(role);
    }

    const Writing& m_writing;
    std::vector<std::int64_t> m_begins;
    std::vector<std::int64_t> m_ends;
    std::vector<std::int64_t> m_strides;
    std::size_t m_ellipsis = std::numeric_limits<std::size_t>::max();
    std::vector<std::int64_t> m_axes; ///< of x, that are sliced
    std::vector<std::int64_t> m_from;
    std::vector<std::int64_t> m_to;
    std::vector<std::int64_t> m_steps;
    std::vector<std::int64_t> m_indexAxes; ///< of x, that fall away
    std::vector<std::int64_t> m_newAxes; ///< of the result
};

TensorIndex reversed(const Writing& writing)
{
    GraphBuilder& graph = writing.graph;
    const std::vector<std::int64_t> axes = writing.integers(1);
    const auto each = [&](const char* role, std::int64_t value) {
        return graph.integers(writing.part(role), std::vector<std::int64_t>(axes.size(), value));
    };
    return graph.node("Slice",
        {writing.input(0), each("begin", toTheEnd), each("end", toTheBegin), graph.integers(writing.part("axes"), axes),
            each("strides", -1)},
        writing.node.name);
}

constexpr OperatorRow rows[] = {
    {"Pack", stacked},
    {"ReverseV2", reversed},
    {"Slice", sliced},
    {"Split", nullptr, split},
    {"SplitV", nullptr, splitBySizes},
    {"StridedSlice", [](const Writing& writing) { return StridedSlice(writing).write(); }},
    {"Unpack", nullptr, unstacked},
};

} // namespace

std::span<const OperatorRow> sliceRows()
{
    return rows;
}

} // namespace formulens::graphdef
