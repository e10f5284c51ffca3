// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/functions/Functions.h"
#include "core/operators/KernelOf.h"
#include "core/operators/OperatorTable.h"

#include <array>
#include <set>
#include <unordered_map>

/// Codes of categories: one number for another, or a list of truth values of which one is 1. The texts of a tensor with
/// categories are the numbers of these (core/operators/Categories.h).
namespace formulens {

namespace {

namespace catalogue = functions;

/// The numbers that texts are in input 0, whose categories are gathered from these very attributes.
std::vector<double> numbersOf(const NodeContext& node, const std::vector<std::string>& texts)
{
    if (!node.input(0).categories)
        node.fail("it reads texts, but its input holds " + std::string(name(node.type(0))));
    const std::vector<std::string>& categories = *node.input(0).categories;
    std::unordered_map<std::string_view, double> places;
    for (const std::string& category : categories)
        places.emplace(category, static_cast<double>(places.size()));
    std::vector<double> numbers;
    for (const std::string& text : texts)
        numbers.push_back(places.at(text));
    return numbers;
}

std::vector<double> asNumbers(const std::vector<std::int64_t>& integers)
{
    return {integers.begin(), integers.end()};
}

/// y_k = 1 where x is category k, else 0
struct OneHotEncoder
{
    std::vector<double> categories;
    bool truncates = false; ///< categories of whole numbers are compared with x without its fraction
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return categories.size(); }
    std::uint64_t cost() const { return std::uint64_t(count) * categories.size(); }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const T x = truncates ? apply<catalogue::Trunc, T>(in(0, g)) : in(0, g);
        for (std::size_t k = 0; k < categories.size(); ++k)
            out[k] = apply2<catalogue::Equal, T>(x, T(categories[k]));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        OneHotEncoder kernel;
        kernel.count = node.shape(0).elementCount();
        if (const std::vector<std::string> texts = node.texts("cats_strings", {}); !texts.empty())
            kernel.categories = numbersOf(node, texts);
        else
            kernel.categories = asNumbers(node.integers("cats_int64s"));
        kernel.truncates = isFloatingPoint(node.type(0));
        std::vector<std::int64_t> extents = node.shape(0).extents();
        extents.push_back(static_cast<std::int64_t>(kernel.categories.size()));
        Preparation output{.type = ElementType::Float32, .shape = Shape(std::move(extents)), .operands = {0}};
        output.kernel = kernelOf(kernel);
        if (!node.flag("zeros", true))
            output.note = "a value that is none of its categories gives zeros here, where a runtime would stop";
        return {output};
    }
};

/// y = on where the position along the new axis is the index, else off. Indices count from the end where negative.
struct OneHot
{
    std::size_t depth = 0;
    std::size_t inner = 1; ///< indices behind the new axis
    std::size_t count = 0; ///< indices

    std::size_t groups() const { return count * depth; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return 2 * std::uint64_t(count) * depth; }
    Kernel::Character character() const { return Kernel::Character::Joint; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        const std::size_t k = g / inner % depth;
        const T& index = in(0, g / inner / depth * inner + g % inner);
        Sum<T> isHot;
        isHot.add(1, apply2<catalogue::Equal, T>(index, T(static_cast<double>(k))));
        isHot.add(1, apply2<catalogue::Equal, T>(index, T(static_cast<double>(k) - static_cast<double>(depth))));
        const std::array<T, 3> choice{isHot.result(), in(1, 1), in(1, 0)};
        *out = apply<catalogue::Select, T>(std::span<const T>(choice));
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        node.expectInputs(3, 3);
        const std::int64_t depth = node.oneInteger(1, "depth");
        const Shape& indices = node.shape(0);
        const std::size_t axis = node.axis(node.integer("axis", -1), indices.rank() + 1);
        std::vector<std::int64_t> extents = indices.extents();
        extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(axis), depth);
        const Result<std::size_t> count = checkedElementCount(Shape(extents));
        if (!count || *count > (std::size_t(1) << 26) || node.shape(2).elementCount() != 2)
            node.fail("indices of shape " + indices.text() + ", a depth of " + std::to_string(depth)
                + " and values of shape " + node.shape(2).text() + " make no tensor");
        OneHot kernel;
        kernel.depth = static_cast<std::size_t>(depth);
        kernel.count = indices.elementCount();
        for (std::size_t i = axis; i < indices.rank(); ++i)
            kernel.inner *= static_cast<std::size_t>(indices[i]);
        return {
            {.type = node.type(2), .shape = Shape(std::move(extents)), .kernel = kernelOf(kernel), .operands = {0, 2}}};
    }
};

/// y = the value of the key that x is, else a standard.
struct LabelEncoder
{
    std::vector<double> keys;
    std::vector<double> values;
    double standard = 0;
    std::size_t count = 0;

    std::size_t groups() const { return count; }
    std::size_t groupSize() const { return 1; }
    std::uint64_t cost() const { return std::uint64_t(count) * keys.size(); }
    Kernel::Character character() const { return Kernel::Character::Elementwise; }

    template <class T, class In>
    void group(std::size_t g, In in, T* out) const
    {
        Sum<T> sum(standard);
        for (std::size_t k = 0; k < keys.size(); ++k)
            sum.add(values[k] - standard, apply2<catalogue::Equal, T>(in(0, g), T(keys[k])));
        *out = sum.result();
    }

    /// Version 1 gives a text its place in a list.
    static std::vector<Preparation> preparePlaces(const NodeContext& node)
    {
        if (node.type(0) != ElementType::String)
            return {texts(node)};
        LabelEncoder kernel;
        kernel.keys = numbersOf(node, node.texts("classes_strings", {}));
        for (std::size_t k = 0; k < kernel.keys.size(); ++k)
            kernel.values.push_back(static_cast<double>(k));
        kernel.standard = static_cast<double>(node.integer("default_int64", -1));
        return {kernel.of(node, ElementType::Int64)};
    }

    static std::vector<Preparation> prepare(const NodeContext& node)
    {
        LabelEncoder kernel;
        if (node.hasAttribute("values_strings"))
            return {texts(node)};
        kernel.keys = node.type(0) == ElementType::String ? numbersOf(node, node.texts("keys_strings", {}))
                                                          : list(node, "keys_");
        kernel.values = list(node, "values_");
        ElementType type = ElementType::Float32;
        if (node.hasAttribute("values_tensor")) {
            type = node.tensor("values_tensor").type();
            kernel.standard = node.hasAttribute("default_tensor") ? node.tensor("default_tensor").number(0)
                : isInteger(type)                                 ? -1.0
                                                                  : 0.0;
        } else if (node.hasAttribute("values_int64s")) {
            type = ElementType::Int64;
            kernel.standard = static_cast<double>(node.integer("default_int64", -1));
        } else {
            kernel.standard = node.number("default_float", 0.0);
        }
        return {kernel.of(node, type)};
    }

private:
    /// keys_int64s, keys_floats or keys_tensor; the same of values.
    static std::vector<double> list(const NodeContext& node, const std::string& kind)
    {
        if (node.hasAttribute(kind + "int64s"))
            return asNumbers(node.integers(kind + "int64s"));
        if (node.hasAttribute(kind + "tensor"))
            return node.tensor(kind + "tensor").numbers();
        return node.numbers(kind + "floats");
    }

    static Preparation texts(const NodeContext& node)
    {
        return {.type = ElementType::String,
            .shape = node.shape(0),
            .unavailable = "it writes texts, which have no formula; choose the tensor before it"};
    }

    /// Of a key that is given twice the first counts.
    Preparation of(const NodeContext& node, ElementType type) const
    {
        if (keys.size() != values.size())
            node.fail("it has " + std::to_string(keys.size()) + " keys and " + std::to_string(values.size())
                + " values, expected as many");
        LabelEncoder distinct;
        std::set<double> known;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            if (!known.insert(keys[k]).second)
                continue;
            distinct.keys.push_back(keys[k]);
            distinct.values.push_back(values[k]);
        }
        distinct.standard = standard;
        distinct.count = node.shape(0).elementCount();
        return {.type = type, .shape = node.shape(0), .kernel = kernelOf(std::move(distinct)), .operands = {0}};
    }
};

constexpr OperatorRow encoderRows[] = {
    {"", "OneHot", 9, OneHot::prepare},
    {"ai.onnx.ml", "LabelEncoder", 1, LabelEncoder::preparePlaces},
    {"ai.onnx.ml", "LabelEncoder", 2, LabelEncoder::prepare},
    {"ai.onnx.ml", "OneHotEncoder", 1, OneHotEncoder::prepare},
};

} // namespace

std::span<const OperatorRow> encoderOperators()
{
    return encoderRows;
}

} // namespace formulens
