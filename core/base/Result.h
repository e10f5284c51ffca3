// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace formulens {

/// What kind of trouble an error is; decides the exit code and whether a view offers a remedy.
enum class ErrorCode
{
    BadFile, ///< the file is not what it claims to be
    Unsupported, ///< the file is sound, but holds something that cannot be computed (yet)
    BadQuestion, ///< what the user asked for does not fit the network
    Limit, ///< too large for a limit that is stated in the message
    Cancelled, ///< the user stopped it
    NeedsArchitecture, ///< the file holds weights only: whoever asked may say the layers, and open it again
    Internal, ///< a check of our own failed: an error of the program
};

/// One clear sentence: what, where, what was expected.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

/// Every door between rooms returns one of these; no exception leaves core.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

} // namespace formulens
