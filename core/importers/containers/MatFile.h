// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/Tensor.h"

#include <string>
#include <string_view>
#include <vector>

/* MATLAB's MAT-files of level 5, which MATLAB saves with -v6 and -v7, GNU Octave and SciPy too: a header of 128 bytes,
 * then elements of a type, a size and data, of which each may be packed with zlib. Read here, not by libmatio: what is
 * needed is small, and every size can be held against the bytes that are there.
 * ("MAT-File Format", The MathWorks, R2019b.)
 */
namespace formulens::matfile {

struct Value
{
    enum class Kind
    {
        Numbers, ///< tensor: at least two axes, row-major
        Text, ///< rows: those of a character matrix, without the blanks that fill them up
        Cell, ///< items, column by column
        Struct, ///< items: its fields by name; an array of structs is a cell of them
        Foreign, ///< an object, a function or a sparse matrix; className says which
    };

    std::string name; ///< of a variable or field; empty in a cell
    Kind kind = Kind::Foreign;
    Tensor tensor;
    std::vector<std::string> rows;
    std::vector<Value> items;
    std::string className; ///< "an object of class 'network'"

    /// The field of a struct; null where there is none.
    const Value* field(std::string_view fieldName) const;
};

/// Also files of version 7.3, which `read` refuses.
bool recognises(std::string_view content);

/// The variables. What the file unfolds to is at most four times its size and 64 MB. Throws ImportError, which does not
/// name the file.
std::vector<Value> read(std::string_view content);

} // namespace formulens::matfile
