// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/ArrayDataSet.h"

#include "core/data/ColumnNames.h"

#include <algorithm>
#include <map>
#include <optional>

namespace formulens {

namespace {

/// A tensor of the model, and where its elements stand in a row.
struct Place
{
    std::string name;
    Shape shape;
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Elements that follow each other and belong to one tensor.
template <class Element>
std::vector<Place> placesOf(const PreparedNetwork& network, const std::vector<Element>& elements)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::string& name = network.network->tensor(elements[i].tensor).name;
        if (places.empty() || places.back().name != name)
            places.push_back({name, network.tensor(elements[i].tensor).shape, i, 0});
        ++places.back().count;
    }
    return places;
}

std::vector<ElementReference> outputElements(const Question& question)
{
    std::vector<ElementReference> elements;
    for (const OutputQuantity& output : question.outputs)
        elements.push_back(output.element);
    return elements;
}

std::vector<std::int64_t> withoutOnes(std::span<const std::int64_t> extents)
{
    std::vector<std::int64_t> result;
    std::ranges::copy_if(extents, std::back_inserter(result), [](std::int64_t extent) { return extent != 1; });
    return result;
}

/// Whether an array is N x `count` numbers, or N x `shape`.
bool holdsRowsOf(const Shape& array, const Shape& shape, std::size_t count)
{
    if (array.rank() == 0)
        return false;
    const std::vector<std::int64_t> row = withoutOnes(std::span(array.extents()).subspan(1));
    const std::vector<std::int64_t> flat{static_cast<std::int64_t>(count)};
    return row == withoutOnes(shape.extents()) || row == withoutOnes(flat);
}

/// Which array gives an element of a row, and where in the array's own rows.
struct Source
{
    const NpzFile::Array* array = nullptr;
    std::size_t column = 0;
};
using Sources = std::vector<std::optional<Source>>;

class Assembly
{
public:
    Assembly(const NpzFile& file, const PreparedNetwork& network, const Question& question)
        : m_file(file)
        , m_network(network)
        , m_question(question)
        , m_inputs(question.inputs.size())
        , m_outputs(question.outputs.size())
    {
    }

    Result<DataSet> dataSet()
    {
        const std::vector<Place> inputs = placesOf(m_network, m_network.inputElements);
        const std::vector<Place> outputs = placesOf(m_network, outputElements(m_question));
        if (auto done = takeTensors(inputs, outputs); !done)
            return tl::unexpected(done.error());
        takeElements();
        if (auto done = takeAll(); !done)
            return tl::unexpected(done.error());
        if (auto done = checkComplete(); !done)
            return tl::unexpected(done.error());
        return assembled();
    }

private:
    tl::unexpected<Error> wrong(const std::string& complaint) const
    {
        return failure(ErrorCode::BadFile, m_file.fileName() + ": " + complaint);
    }

    Result<void> takeTensors(const std::vector<Place>& inputs, const std::vector<Place>& outputs)
    {
        for (const Place& place : inputs)
            if (auto done = take(m_inputs, m_file.find(place.name), place); !done)
                return done;
        for (const Place& place : outputs)
            if (auto done = take(m_outputs, m_file.find(place.name), place); !done)
                return done;
        return {};
    }

    /// Arrays of one number a row, named like an element.
    void takeElements()
    {
        const ElementNames names(m_network, m_question);
        for (const NpzFile::Array& array : m_file.arrays()) {
            if (array.unreadable || !holdsRowsOf(array.header.shape, Shape(), 1))
                continue;
            if (const auto input = inputNamed(names, array.name); input && !m_inputs[*input])
                m_inputs[*input] = {&array, 0};
            else if (const auto output = outputNamed(names, array.name); output && !m_outputs[*output])
                m_outputs[*output] = {&array, 0};
        }
    }

    /// The names that everybody uses, where the model's own are not there.
    Result<void> takeAll()
    {
        const auto isEmpty = [](const Sources& sources) {
            return std::ranges::none_of(sources, [](const auto& source) { return source.has_value(); });
        };
        const auto takeOne = [&](Sources& sources, std::initializer_list<const char*> words,
                                 const std::vector<Place>& places) -> Result<void> {
            const Shape shape = places.size() == 1 ? places.front().shape : Shape();
            for (const char* word : words)
                if (const NpzFile::Array* array = m_file.find(word); array && isEmpty(sources))
                    return take(sources, array, {word, shape, 0, sources.size()});
            return {};
        };
        if (auto done = takeOne(m_inputs, {"x", "inputs"}, placesOf(m_network, m_network.inputElements)); !done)
            return done;
        return takeOne(m_outputs, {"y", "outputs"}, placesOf(m_network, outputElements(m_question)));
    }

    Result<void> take(Sources& sources, const NpzFile::Array* array, const Place& place) const
    {
        if (!array)
            return {};
        if (array->unreadable)
            return tl::unexpected(*array->unreadable);
        if (!holdsRowsOf(array->header.shape, place.shape, place.count))
            return wrong("array '" + array->name + "' has shape " + array->header.shape.text() + ", expected N rows of "
                + std::to_string(place.count) + (place.count == 1 ? " number" : " numbers"));
        for (std::size_t i = 0; i < place.count; ++i)
            sources[place.first + i] = {array, i};
        return {};
    }

    Result<void> checkComplete() const
    {
        for (std::size_t i = 0; i < m_inputs.size(); ++i)
            if (!m_inputs[i])
                return wrong("no array gives the input '" + m_question.inputs[i].name + "'; " + namesWords());
        if (std::ranges::none_of(m_outputs, [](const auto& source) { return source.has_value(); }))
            return wrong("no array gives an output; " + namesWords());
        return {};
    }

    std::string namesWords() const
    {
        std::string there;
        for (const NpzFile::Array& array : m_file.arrays())
            there += (there.empty() ? "'" : ", '") + array.name + "'";
        return "expected arrays named like the model's inputs and outputs, or x and y, or inputs and outputs; there is "
            + there;
    }

    Result<DataSet> assembled() const
    {
        const NpzFile::Array* const first = m_inputs.empty() ? nullptr : m_inputs.front()->array;
        const std::int64_t rows = first ? first->header.shape[0] : 1;
        std::map<const NpzFile::Array*, std::vector<double>> values;
        for (const Sources* sources : {&m_inputs, &m_outputs})
            for (const auto& source : *sources) {
                if (!source || values.contains(source->array))
                    continue;
                const NpzFile::Array& array = *source->array;
                if (array.header.shape[0] != rows || rows == 0)
                    return wrong("array '" + array.name + "' has " + std::to_string(array.header.shape[0])
                        + " rows, expected " + (rows == 0 ? "at least 1" : std::to_string(rows)));
                Result<std::vector<double>> numbers = m_file.values(array);
                if (!numbers)
                    return tl::unexpected(numbers.error());
                values.emplace(&array, std::move(*numbers));
            }
        const auto count = static_cast<std::size_t>(rows);
        DataSet data;
        data.points.count = count;
        data.points.values = inNumbersOfTheFile(gathered(m_inputs, count, values), m_question);
        data.targets = gathered(m_outputs, count, values);
        for (std::size_t output = 0; output < m_outputs.size(); ++output)
            if (m_outputs[output])
                data.outputs.push_back(output);
        return data;
    }

    static std::vector<double> gathered(
        const Sources& sources, std::size_t rows, const std::map<const NpzFile::Array*, std::vector<double>>& values)
    {
        struct Column
        {
            const double* first;
            std::size_t step;
        };
        std::vector<Column> columns;
        for (const auto& source : sources)
            if (source) {
                const std::vector<double>& numbers = values.at(source->array);
                columns.push_back({numbers.data() + source->column, numbers.size() / rows});
            }
        std::vector<double> result;
        result.reserve(rows * columns.size());
        for (std::size_t row = 0; row < rows; ++row)
            for (const Column& column : columns)
                result.push_back(column.first[row * column.step]);
        return result;
    }

    const NpzFile& m_file;
    const PreparedNetwork& m_network;
    const Question& m_question;
    Sources m_inputs; ///< by input element
    Sources m_outputs; ///< by output of the question
};

} // namespace

Result<DataSet> dataSetOf(const NpzFile& file, const PreparedNetwork& network, const Question& question)
{
    return Assembly(file, network, question).dataSet();
}

Result<DataSet> readDataSet(const std::filesystem::path& path, const PreparedNetwork& network, const Question& question)
{
    const std::string fileName = path.filename().string();
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error().code, path.string() + " " + file.error().message);
    if (npy::recognises((*file)->text()))
        return failure(ErrorCode::BadFile,
            fileName
                + ": this is a single array (.npy), expected inputs and outputs together: numpy.savez(FILE, x=..., "
                  "y=...)");
    if (!ZipArchive::recognises((*file)->text())) {
        const Result<CsvTable> table = readCsv(path);
        return table ? dataSetOf(*table, network, question, fileName) : tl::unexpected(table.error());
    }
    const Result<NpzFile> arrays = NpzFile::open(*file);
    return arrays ? dataSetOf(*arrays, network, question) : tl::unexpected(arrays.error());
}

} // namespace formulens
