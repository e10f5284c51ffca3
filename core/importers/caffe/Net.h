// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/caffe/Blob.h"
#include "core/importers/caffe/Parameters.h"

#include <map>
#include <optional>

/* What a NetParameter says, whether it is written as text (.prototxt) or in binary (.caffemodel), in Caffe's form of
 * today or in that before 2015.
 */
namespace formulens::caffe {

struct Layer
{
    std::string name;
    std::string type;
    std::vector<std::string> bottoms; ///< the names of what it reads
    std::vector<std::string> tops; ///< of what it gives; one that it reads, too, is overwritten
    std::vector<std::string> weightNames; ///< layers with the same name here have the same weights; mostly empty
    std::vector<Blob> blobs;
    ProtobufEntry fields; ///< a message: all that the layer says, its parameters among it
    /// Set to the phase of training, whatever the net's is. (Saved weights say so of all layers: it does not count.)
    bool isForTraining = false;

    /// "layer 'conv1' (Convolution)"
    std::string label() const;
};

/// What a net declares of an input; nothing of its shape in some old files.
struct DeclaredInput
{
    std::string name;
    std::optional<std::vector<std::int64_t>> extents;
};

struct Net
{
    std::string name;
    std::vector<DeclaredInput> inputs; ///< those that stand before the layers, as old nets have them
    std::vector<Layer> layers; ///< those of the phase of testing, in the file's order
    std::map<std::string, std::string> trained; ///< blobs of layers of other phases, and the layers' labels
    std::vector<std::string> warnings;
};

/// The layers as .prototxt files and their errors name lines ("line 12: ..."). Throws ImportError.
Net netOfText(std::string_view text);
Net netOfBinary(const std::shared_ptr<const MappedFile>& file);

/// By what stands in front: the name of a net, its inputs, its layers.
bool looksLikeText(std::string_view content);
bool looksLikeBinary(std::string_view content);
/// How a net is trained: it names the net, and is none.
bool isSolver(std::string_view content);

} // namespace formulens::caffe
