// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>

namespace formulens::worker {

/// Reads an HDF5 file from a descriptor to its end and tells what is in it, as Hdf5Message.h lays it down. Links that
/// lead out of the file are not followed, data in other files and plugins not used. To be called in a process that may
/// die: the library is not safe against hostile files.
Result<std::string> hdf5Message(int input);

} // namespace formulens::worker
