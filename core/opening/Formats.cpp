// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/Formats.h"

#include "core/importers/CaffeImporter.h"
#include "core/importers/FannImporter.h"
#include "core/importers/GraphDefImporter.h"
#include "core/importers/JsonModelImporter.h"
#include "core/importers/KanImporter.h"
#include "core/importers/KerasImporter.h"
#include "core/importers/MatImporter.h"
#include "core/importers/NnetImporter.h"
#include "core/importers/OnnxImporter.h"
#include "core/importers/PmmlImporter.h"
#include "core/importers/PolarImporter.h"
#include "core/importers/RnnetImporter.h"
#include "core/importers/SavedModelImporter.h"
#include "core/importers/TfjsImporter.h"
#include "core/importers/TfliteImporter.h"
#include "core/importers/VerisigImporter.h"
#include "core/importers/WeightsImporter.h"
#include "core/importers/containers/Safetensors.h"
#include "core/importers/containers/TorchFile.h"

#include <algorithm>

namespace formulens {

namespace {

/// One row a format: a new importer joins here.
constexpr Format table[] = {
    // Before ONNX: texts as 'input: "x"' can be taken for the fields of its messages.
    {"Caffe", "*.caffemodel *.prototxt *.prototxt.txt", caffe::recognises, caffe::read},
    {"ONNX", "*.onnx", onnx::recognises,
        [](const ImportRequest& request, const Progress& progress) { return onnx::read(request.file, progress); }},
    {"Formulens model", "*.json", jsonModel::recognises, jsonModel::read},
    {"Keras", "*.keras *.h5 *.hdf5 *.json", keras::recognises, keras::read},
    {"TensorFlow.js", "*.json", tfjs::recognises, tfjs::read},
    {"safetensors", "*.safetensors", safetensors::recognises, readSafetensors},
    {"pykan", "*_state", kan::recognises, kan::read},
    {"PyTorch", "*.pt *.pth *.bin *.ckpt *.pkl *.tar", torchfile::recognises, readTorch},
    {"TensorFlow Lite", "*.tflite", tflite::recognises, tflite::read},
    {"TensorFlow SavedModel", "*.pb", savedModel::recognises, savedModel::read},
    {"TensorFlow frozen graph", "*.pb", graphdef::recognises, graphdef::read},
    {"NNet", "*.nnet", nnet::recognises, nnet::read},
    {"FANN", "*.net", fann::recognises, fann::read},
    {"PMML", "*.pmml *.xml", pmml::recognises, pmml::read},
    {"MATLAB", "*.mat", mat::recognises, mat::read},
    {"R nnet", "*.rds *.RData *.rda", rnnet::recognises, rnnet::read},
    {"Verisig", "*.yml *.yaml", verisig::recognises, verisig::read},
    {"POLAR", "*.txt", polar::recognises, polar::read},
};

} // namespace

std::span<const Format> formats()
{
    return table;
}

const Format* formatOf(std::string_view content)
{
    const auto found = std::ranges::find_if(table, [&](const Format& format) { return format.recognises(content); });
    return found == std::ranges::end(table) ? nullptr : &*found;
}

} // namespace formulens
