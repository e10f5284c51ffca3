// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/keras/LayerConfig.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/* A model as Keras writes it down, in one form for all its versions: a graph of layers, each called once or more. A
 * Sequential model is a chain, and begins with an input layer also where the file has none.
 */
namespace formulens::keras {

/// A tensor: an output of a call of a layer.
struct Reference
{
    std::string layer;
    std::size_t call = 0;
    std::size_t output = 0;
};

struct Call
{
    std::vector<Reference> inputs;
    Json options = Json::object(); ///< what else it is called with: {"training": false}
};

struct Model;

struct Layer
{
    std::string className;
    std::string name;
    Json config; ///< of a nested model: empty
    std::vector<std::int64_t> builtShape; ///< of its input, -1 for an open extent; empty where the file is silent
    bool isOfFirstVersion = false; ///< Keras 1 wrote it; its configuration is in the words of Keras 2 by now
    std::string complaint; ///< why it is none of Keras's own layers: "it is of the module 'my_layers'"
    std::vector<Call> calls;
    std::shared_ptr<const Model> nested;

    std::string label() const;
};

struct Model
{
    std::string name;
    std::vector<Layer> layers;
    std::vector<Reference> inputs;
    std::vector<Reference> outputs;
};

/// The object {"class_name": "Sequential" or "Functional", "config": ...}; throws ImportError.
Model readModel(const Json& document);

/// Whether the object is a model's, so that it may be one of Keras's files.
bool isModel(const Json& document);

} // namespace formulens::keras
