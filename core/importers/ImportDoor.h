// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/importers/ImportError.h"
#include "core/importers/ImportedModel.h"

#include <new>
#include <stdexcept>

namespace formulens {

/// The door of a reader: what unwinds inside becomes a Result that names the file.
template <class T = ImportedModel, class Read>
Result<T> throughDoor(const std::string& fileName, Read read)
{
    try {
        return read();
    } catch (const ImportError& error) {
        return failure(error.code, fileName + ": " + error.message);
    } catch (const std::invalid_argument& error) { // of GraphBuilder
        return failure(ErrorCode::BadFile, fileName + ": " + error.what());
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::Limit, fileName + ": reading it takes more memory than there is");
    } catch (const std::length_error&) {
        return failure(ErrorCode::Limit, fileName + ": reading it takes more memory than there is");
    }
}

} // namespace formulens
