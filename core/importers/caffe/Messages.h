// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/Protobuf.h"
#include "core/importers/containers/ProtobufText.h"

#include <functional>
#include <optional>
#include <span>

/* The messages of caffe.proto that layers are read from, as tables of numbers and names: binary fields become the
 * entries that the text format would give, so that there is one way from there on.
 */
namespace formulens::caffe {

struct MessageField;
using MessageFields = std::span<const MessageField>;

struct MessageField
{
    enum class Kind
    {
        Integer, ///< also true and false, and the words of enumerations, as numbers
        Real, ///< of 32 bits
        Text,
        Message,
        Ignored, ///< for training alone
        Weights, ///< a blob, which the reader of layers takes for itself
    };

    std::uint32_t number;
    std::string_view name;
    Kind kind;
    MessageFields (*fields)() = nullptr; ///< of a message
};

MessageFields netFields();
MessageFields layerFields();
/// Of layers before 2015 (V1LayerParameter).
MessageFields oldLayerFields();

/// The name that a type of V1LayerParameter has today: 4 or "CONVOLUTION" is "Convolution".
std::optional<std::string> typeOfOldLayer(std::string_view type);

/// Takes a field of the outermost message for itself and says true, or leaves it.
using Take = std::function<bool(const MessageField&, const ProtobufField&)>;

/// The fields of a binary message; one whose number is not known becomes "field 13". `take` sees the known ones first.
std::vector<ProtobufEntry> entriesOf(
    std::string_view message, MessageFields fields, MemoryBudget& budget, const Take& take = {});

} // namespace formulens::caffe
