// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/JsonTensors.h"

#include "core/importers/ImportError.h"
#include "core/importers/containers/CompanionFile.h"
#include "core/importers/containers/CsvMatrix.h"
#include "core/importers/containers/NpyArray.h"

#include <algorithm>
#include <array>

namespace formulens::jsonModel {

namespace {

constexpr std::size_t deepestList = 32;

constexpr std::array types{ElementType::Undefined, ElementType::Float16, ElementType::BFloat16, ElementType::Float32,
    ElementType::Float64, ElementType::Int8, ElementType::Int16, ElementType::Int32, ElementType::Int64,
    ElementType::UInt8, ElementType::UInt16, ElementType::UInt32, ElementType::UInt64, ElementType::Bool,
    ElementType::String};

/// The elements of nested lists, row by row, and how many there are along each axis.
template <class Take>
class Nest
{
public:
    explicit Nest(Take take) : m_take(take) { }

    void add(const JsonText& value) { add(value, 0); }

    std::vector<std::int64_t> extents() const { return {m_extents.begin(), m_extents.end()}; }

private:
    void add(const JsonText& value, std::size_t axis)
    {
        if (!value.isList()) {
            if (axis != m_extents.size() && m_isDeepKnown)
                value.fail("some of its elements are lists and some are not");
            m_isDeepKnown = true;
            return m_take(value);
        }
        if (axis >= deepestList)
            value.fail("has more than " + std::to_string(deepestList) + " axes");
        const bool isFirst = axis == m_extents.size();
        if (isFirst && m_isDeepKnown)
            value.fail("some of its elements are lists and some are not");
        if (isFirst)
            m_extents.push_back(0);
        std::int64_t count = 0;
        value.eachItem([&](const JsonText& item) {
            add(item, axis + 1);
            ++count;
        });
        if (isFirst)
            m_extents[axis] = count;
        else if (m_extents[axis] != count)
            value.fail("a list of " + std::to_string(count) + " stands beside one of " + std::to_string(m_extents[axis])
                + ", expected as many in each");
    }

    Take m_take;
    std::vector<std::int64_t> m_extents;
    bool m_isDeepKnown = false; ///< an element that is no list was met
};

/// What a list of numbers gives, in the shape in which it stands.
struct Elements
{
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts;
    std::vector<std::int64_t> shape;
    std::size_t count = 0;
};

Elements elementsOf(const JsonText& value, ElementType type)
{
    Elements elements;
    const auto take = [&](const JsonText& item) {
        ++elements.count;
        if (type == ElementType::String)
            elements.texts.push_back(item.text());
        else if (isFloatingPoint(type))
            elements.numbers.push_back(item.number());
        else if (type == ElementType::Bool && item.isBoolean())
            elements.integers.push_back(item.boolean() ? 1 : 0);
        else if (type == ElementType::UInt64)
            elements.integers.push_back(static_cast<std::int64_t>(item.naturalNumber()));
        else
            elements.integers.push_back(item.integer());
    };
    Nest nest(take);
    nest.add(value);
    elements.shape = nest.extents();
    return elements;
}

Tensor tensorOf(Elements elements, Shape shape, ElementType type)
{
    if (type == ElementType::String)
        return Tensor::ofStrings(std::move(shape), std::move(elements.texts));
    if (isFloatingPoint(type))
        return Tensor::ofDoubles(std::move(shape), std::move(elements.numbers), type);
    return Tensor::ofIntegers(std::move(shape), std::move(elements.integers), type);
}

/// An integer that its type cannot hold would become another one.
void checkFits(const Tensor& tensor, const std::vector<std::int64_t>& integers, const JsonText& value)
{
    if (!isInteger(tensor.type()) || tensor.type() == ElementType::UInt64)
        return;
    for (std::size_t i = 0; i < integers.size(); ++i)
        if (tensor.integer(i) != integers[i])
            value.fail(std::to_string(integers[i]) + " does not fit " + std::string(name(tensor.type())));
}

Shape shapeAt(const JsonText& value)
{
    std::vector<std::int64_t> extents;
    value.eachItem([&](const JsonText& extent) { extents.push_back(extent.integer()); });
    Shape shape(std::move(extents));
    if (const auto count = checkedElementCount(shape); !count)
        value.fail(count.error().message);
    return shape;
}

/// A list of numbers is flat, or nested as the shape says.
Shape shapeFor(const JsonMembers& members, const Elements& elements)
{
    const auto given = members.find("shape");
    if (!given)
        return Shape(elements.shape);
    Shape shape = shapeAt(*given);
    if (shape.elementCount() != elements.count || (elements.shape.size() > 1 && elements.shape != shape.extents()))
        given->fail("shape " + shape.text() + " does not fit the " + std::to_string(elements.count)
            + " values, which stand in shape " + Shape(elements.shape).text());
    return shape;
}

} // namespace

ElementType elementTypeNamed(const JsonText& json)
{
    const std::string word = json.text();
    const auto found = std::ranges::find_if(types, [&](ElementType type) { return name(type) == word; });
    if (found == types.end())
        json.fail("'" + word + "' is no type of elements, expected \"float32\", \"float64\", \"int64\" or the like");
    return *found;
}

Tensor TensorReader::read(const JsonText& value) const
{
    if (value.isObject())
        return described(value.members());
    Elements elements = elementsOf(value, m_numbers);
    Shape shape(elements.shape);
    return tensorOf(std::move(elements), std::move(shape), m_numbers);
}

Tensor TensorReader::described(const JsonMembers& members) const
{
    members.expectOnly({"type", "shape", "values", "file"});
    const auto typeName = members.find("type");
    const ElementType type = typeName ? elementTypeNamed(*typeName) : m_numbers;
    if (type == ElementType::Undefined)
        members.fail("its elements have no type");
    if (const auto file = members.find("file")) {
        if (members.has("values"))
            members.fail("has both \"file\" and \"values\", expected one of them");
        const Tensor tensor = fromFile(*file, type);
        if (typeName && tensor.type() != type)
            file->fail(
                "its elements are " + std::string(name(tensor.type())) + ", expected " + std::string(name(type)));
        const auto shape = members.find("shape");
        if (!shape)
            return tensor;
        if (shapeAt(*shape).elementCount() != tensor.size())
            shape->fail(
                "shape " + shapeAt(*shape).text() + " does not fit the file, which has " + tensor.shape().text());
        return tensor.reshaped(shapeAt(*shape));
    }
    const JsonText values = members.at("values");
    Elements elements = elementsOf(values, type);
    Shape shape = shapeFor(members, elements);
    const std::vector<std::int64_t> integers = elements.integers;
    Tensor tensor = tensorOf(std::move(elements), std::move(shape), type);
    checkFits(tensor, integers, values);
    return tensor;
}

Tensor TensorReader::fromFile(const JsonText& file, ElementType type) const
{
    const std::string location = file.text();
    const auto opened = openCompanion(m_model, location);
    if (!opened)
        file.fail("'" + location + "' " + opened.error().message);
    if (!npy::recognises((*opened)->text())) {
        try {
            return readCsvMatrix((*opened)->text(), type);
        } catch (const ImportError& error) {
            file.fail("'" + location + "': " + error.message);
        }
    }
    const Result<Tensor> tensor = npy::tensor((*opened)->bytes(), *opened);
    if (!tensor)
        file.fail("'" + location + "': " + tensor.error().message);
    return *tensor;
}

} // namespace formulens::jsonModel
