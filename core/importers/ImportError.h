// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>

namespace formulens {

/// Thrown inside a reader, caught once at its door, where the file's name is put in front.
struct ImportError
{
    ErrorCode code = ErrorCode::BadFile;
    std::string message;
};

} // namespace formulens
