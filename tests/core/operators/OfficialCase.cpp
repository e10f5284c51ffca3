// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/operators/OfficialCase.h"

#include "core/importers/ImportError.h"
#include "core/importers/OnnxImporter.h"
#include "core/importers/OnnxTensors.h"

#include <algorithm>
#include <optional>

namespace formulens {

namespace {

const std::filesystem::path officialData = "/usr/share/libonnx-testdata/data";

/// TensorProto files input_0.pb, input_1.pb ... of one kind.
std::vector<Tensor> readTensors(const std::filesystem::path& folder, const std::string& kind)
{
    std::vector<Tensor> tensors;
    for (std::size_t i = 0;; ++i) {
        const auto file = MappedFile::open(folder / (kind + "_" + std::to_string(i) + ".pb"));
        if (!file)
            return tensors;
        onnx::TensorReader reader(*file);
        tensors.push_back(reader.read((*file)->text(), kind).tensor);
    }
}

/// The cases hold bfloat16 as the bits of unsigned integers.
void readAsDeclared(const Network& network, const std::vector<TensorIndex>& declared, std::vector<Tensor>& tensors)
{
    for (std::size_t i = 0; i < std::min(declared.size(), tensors.size()); ++i)
        if (network.tensor(declared[i]).type == ElementType::BFloat16 && tensors[i].type() == ElementType::UInt16)
            tensors[i] = Tensor::view(ElementType::BFloat16, tensors[i].shape(), tensors[i].bytes(),
                std::make_shared<const Tensor>(tensors[i]));
}

std::vector<Dimension> dimensionsOf(const Shape& shape)
{
    std::vector<Dimension> dimensions;
    for (const std::int64_t extent : shape.extents())
        dimensions.push_back({extent, ""});
    return dimensions;
}

} // namespace

std::vector<std::filesystem::path> officialCaseFolders()
{
    std::vector<std::filesystem::path> folders;
    for (const char* group : {"node", "pytorch-converted", "pytorch-operator", "simple", "real"}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(officialData / group, error))
            if (std::filesystem::exists(entry.path() / "model.onnx"))
                folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    return folders;
}

OfficialCase readOfficialCase(const std::filesystem::path& folder)
{
    OfficialCase result;
    const auto file = MappedFile::open(folder / "model.onnx");
    if (!file) {
        result.trouble = file.error().message;
        return result;
    }
    const auto model = onnx::read(*file);
    if (!model) {
        result.trouble = model.error().message;
        return result;
    }
    result.network = model->network;
    try {
        result.inputs = readTensors(folder / "test_data_set_0", "input");
        result.outputs = readTensors(folder / "test_data_set_0", "output");
        readAsDeclared(*result.network, result.network->inputs, result.inputs);
        readAsDeclared(*result.network, result.network->outputs, result.outputs);
    } catch (const ImportError& error) {
        result.trouble = error.message;
    } catch (const std::exception& error) {
        result.trouble = error.what();
    }
    return result;
}

std::shared_ptr<const Network> withConstants(
    const Network& network, const std::vector<Tensor>& inputs, const std::vector<bool>& isConstant)
{
    auto result = std::make_shared<Network>(network);
    result->inputs.clear();
    for (std::size_t i = 0; i < network.inputs.size(); ++i) {
        const TensorIndex index = network.inputs[i];
        TensorInfo& info = result->tensors[index.position()];
        info.type = inputs[i].type();
        info.declaredShape = dimensionsOf(inputs[i].shape());
        if (isConstant[i])
            info.constant = inputs[i];
        else
            result->inputs.push_back(index);
    }
    return result;
}

} // namespace formulens
