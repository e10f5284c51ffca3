// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exporters/ModelWriter.h"

#include "core/exporters/JsonModelWriter.h"

namespace formulens {

Result<ModelBytes> writeModel(const PreparedNetwork& prepared, const std::filesystem::path& file)
{
    const std::string ending = file.extension().string();
    if (ending != ".onnx" && ending != ".json")
        return failure(ErrorCode::BadQuestion,
            "'" + file.filename().string()
                + "' ends neither in .onnx nor in .json: a copy is ONNX or Formulens' own JSON, as its name says");
    Result<ModelBytes> model = ending == ".onnx" ? writeOnnxModel(prepared) : writeJsonModel(*prepared.network);
    if (!model)
        return failure(model.error().code, file.filename().string() + ": " + model.error().message);
    return model;
}

} // namespace formulens
