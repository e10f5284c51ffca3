// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/OnnxTestData.h"

#include "core/importers/ImportError.h"
#include "core/importers/OnnxTensors.h"

#include <algorithm>
#include <charconv>

namespace formulens {

namespace {

constexpr std::string_view prefix = "test_data_set_";

/// K of test_data_set_K.
std::optional<unsigned> numberOf(const std::filesystem::path& folder)
{
    const std::string name = folder.filename().string();
    unsigned number = 0;
    if (!name.starts_with(prefix))
        return std::nullopt;
    const auto [end, error] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    return error == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

/// Official cases hold bfloat16 as the bits of unsigned integers.
Tensor asDeclared(const Tensor& tensor, ElementType declared)
{
    if (declared != ElementType::BFloat16 || tensor.type() != ElementType::UInt16)
        return tensor;
    return Tensor::view(declared, tensor.shape(), tensor.bytes(), std::make_shared<const Tensor>(tensor));
}

/// KIND_0.pb, KIND_1.pb ... for these tensors of the network. Throws ImportError.
std::vector<std::optional<Tensor>> readTensors(const std::filesystem::path& folder, const std::string& kind,
    const std::vector<TensorIndex>& declared, const Network& network)
{
    std::vector<std::optional<Tensor>> tensors(declared.size());
    for (std::size_t i = 0; std::filesystem::exists(folder / (kind + "_" + std::to_string(i) + ".pb")); ++i) {
        const std::string name = kind + "_" + std::to_string(i) + ".pb";
        const auto file = MappedFile::open(folder / name);
        if (!file)
            throw ImportError{file.error().code, name + " " + file.error().message};
        onnx::TensorReader reader(*file);
        const onnx::TensorReader::Named read = reader.read((*file)->text(), name);
        const auto named = std::ranges::find_if(
            declared, [&](TensorIndex index) { return network.tensor(index).name == read.name; });
        const auto at = named != declared.end() ? static_cast<std::size_t>(named - declared.begin()) : i;
        if (at >= declared.size())
            throw ImportError{ErrorCode::BadFile,
                name + ": the model has " + std::to_string(declared.size()) + " " + kind
                    + (declared.size() == 1 ? "" : "s")};
        if (tensors[at])
            throw ImportError{ErrorCode::BadFile,
                name + ": there is more than one tensor for the " + kind + " '" + network.tensor(declared[at]).name
                    + "'"};
        tensors[at] = asDeclared(read.tensor, network.tensor(declared[at]).type);
    }
    return tensors;
}

} // namespace

std::vector<std::filesystem::path> testDataFolders(const std::filesystem::path& model)
{
    std::vector<std::filesystem::path> folders;
    std::error_code ignored;
    const std::filesystem::path beside = model.has_parent_path() ? model.parent_path() : std::filesystem::path(".");
    for (auto entry = std::filesystem::directory_iterator(beside, ignored);
         entry != std::filesystem::directory_iterator(); entry.increment(ignored))
        if (numberOf(entry->path()) && entry->is_directory(ignored))
            folders.push_back(entry->path());
    std::ranges::sort(folders, {}, numberOf);
    return folders;
}

Result<OnnxTestData> readOnnxTestData(const std::filesystem::path& folder, const Network& network)
{
    const std::string where = folder.filename().string() + ": ";
    OnnxTestData data;
    try {
        const auto inputs = readTensors(folder, "input", network.inputs, network);
        data.outputs = readTensors(folder, "output", network.outputs, network);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (!inputs[i])
                return failure(
                    ErrorCode::BadFile, where + "it has no input '" + network.tensor(network.inputs[i]).name + "'");
            data.inputs.push_back(*inputs[i]);
        }
    } catch (const ImportError& error) {
        return failure(error.code, where + error.message);
    } catch (const std::exception& error) {
        return failure(ErrorCode::BadFile, where + error.what());
    }
    if (std::ranges::none_of(data.outputs, [](const auto& output) { return output.has_value(); }))
        return failure(ErrorCode::BadFile, where + "it has no outputs");
    return data;
}

} // namespace formulens
