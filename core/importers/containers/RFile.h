// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

/* R's serialisation in its binary form (XDR, versions 2 and 3), as saveRDS and save write it once gzip is off: flags
 * and a type before each value, big-endian. ("R Internals", 1.8, R 4.)
 */
namespace formulens::rfile {

/// Vectors of numbers and texts, and lists of values; of all else (functions, formulas, environments) only that it is
/// there. Nothing is ever evaluated.
struct Value
{
    enum class Kind
    {
        Nothing, ///< NULL
        Numbers, ///< logical, integer or real; NA of the first two is NaN
        Texts,
        List,
        Other,
    };

    Kind kind = Kind::Nothing;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<Value> items; ///< of a list
    std::vector<std::string> names; ///< of its items; empty, or one each
    std::vector<std::string> classes; ///< c("nnet.formula", "nnet")

    /// By its name in a list; null where there is none.
    const Value* find(std::string_view name) const;
    bool isA(std::string_view className) const;
};

bool recognises(std::string_view content);

/// The value of saveRDS, or the list of those that save wrote, by their names. Nested at most 1000 deep; in memory at
/// most four times the content and 64 MB. Throws ImportError, which does not name the file.
Value read(std::string_view content);

} // namespace formulens::rfile
