// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/containers/MappedFile.h"

#include <memory>
#include <string>

/* A network of Caffe is two files: .prototxt says its layers, .caffemodel has its weights. Whichever is opened, the
 * other one is looked for in the same folder.
 */
namespace formulens::caffe {

struct Companion
{
    std::shared_ptr<const MappedFile> file; ///< null where there is none, or where it is not clear which
    std::string words; ///< why there is none ("no .caffemodel lies beside it"), or how it was chosen; may be empty
    /// It says how the net is trained, as train_val.prototxt does: only for want of a better one.
    bool isForTraining = false;
};

/// The .caffemodel of a .prototxt.
Companion weightsBeside(const MappedFile& layers);
/// The .prototxt of a .caffemodel.
Companion layersBeside(const MappedFile& weights);

} // namespace formulens::caffe
