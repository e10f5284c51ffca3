// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/DataTypes.h"
#include "core/operators/IntegerRange.h"
#include "core/operators/KernelOf.h"
#include "core/operators/Moving.h"
#include "core/operators/OperatorTable.h"

/// Changes of element type. Rounding to a shorter floating-point type belongs to a runtime, not to the network.
namespace formulens {

namespace {

namespace catalogue = functions;

/// To integers: the fraction falls away, then the type's range wraps. To truth values: 1 where x is not 0.
struct Conversion : ElementByElement
{
    static constexpr bool onIntegers = true;
    bool toTruth = false;
    bool truncates = false;
    IntegerRange range{ElementType::Float32};

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        if constexpr (std::is_same_v<T, std::int64_t>)
            *out = toTruth ? in(0, g) != 0 : in(0, g);
        else if (toTruth)
            *out = T(1.0) - apply2<catalogue::Equal, T>(in(0, g), T(0.0));
        else
            *out = range.wrapped(truncates ? apply<catalogue::Trunc, T>(in(0, g)) : in(0, g));
    }
};

std::vector<Preparation> converted(const NodeContext& node, ElementType to)
{
    const ElementType from = node.type(0);
    if (from == ElementType::String || to == ElementType::String)
        node.fail("strings have no formula");
    const bool fromWhole = isInteger(from) || from == ElementType::Bool;
    const bool narrows = isInteger(to) && isInteger(from) && byteSize(to) <= byteSize(from) && to != from;
    const bool keeps = from == to || isFloatingPoint(to) || (isInteger(to) && fromWhole && !narrows);
    Preparation output{.type = to, .shape = node.shape(0), .operands = {0}};
    const std::size_t count = output.shape.elementCount();
    if (keeps)
        output.kernel = kernelOf(Copying{count});
    else
        output.kernel = kernelOf(Conversion{{count}, to == ElementType::Bool, !fromWhole, IntegerRange(to)});
    return {output};
}

struct Cast
{
    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        const std::int64_t number = node.integer("to");
        const auto to = elementTypeOf(number);
        if (!to)
            node.fail("attribute 'to' is " + std::to_string(number) + ", which is no type that this program computes");
        return converted(node, *to);
    }

    /// Version 1 names the type.
    static std::vector<Preparation> prepareByName(const NodeContext& node)
    {
        const std::string wanted = node.text("to", "");
        for (std::int64_t number = 1; number <= 16; ++number)
            if (const auto to = elementTypeOf(number); to && enumerator(*to) == wanted)
                return converted(node, *to);
        node.fail("attribute 'to' is '" + wanted + "', which is no type that this program computes");
    }

private:
    /// "FLOAT", "DOUBLE", "INT64" ...
    static std::string enumerator(ElementType type)
    {
        if (type == ElementType::Float32)
            return "FLOAT";
        if (type == ElementType::Float64)
            return "DOUBLE";
        std::string text(name(type));
        for (char& letter : text)
            letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
        return text;
    }
};

struct CastLike
{
    static std::vector<Preparation> prepare(const NodeContext& node) { return converted(node, node.type(1)); }
};

constexpr OperatorRow conversionRows[] = {
    {"", "Cast", 1, Cast::prepareByName},
    {"", "Cast", 6, Cast::prepare},
    {"", "CastLike", 15, CastLike::prepare},
};

} // namespace

std::span<const OperatorRow> conversionOperators()
{
    return conversionRows;
}

} // namespace formulens
