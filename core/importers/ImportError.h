// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>
#include <utility>

namespace formulens {

/// Thrown inside a reader, caught once at its door, where the file's name is put in front.
struct ImportError
{
    ErrorCode code = ErrorCode::BadFile;
    std::string message;
};

/// The value; an error goes on as what is thrown inside readers, with `prefix` in front.
template <class Value>
Value orThrow(Result<Value> result, const std::string& prefix = {})
{
    if (!result)
        throw ImportError{result.error().code, prefix + result.error().message};
    return std::move(*result);
}

} // namespace formulens
