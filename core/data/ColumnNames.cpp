// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/ColumnNames.h"

namespace formulens {

std::optional<std::size_t> inputNamed(const ElementNames& names, const std::string& word)
{
    if (const auto input = names.input(word))
        return *input;
    if (const auto input = names.input(quotedName(word)))
        return *input;
    return std::nullopt;
}

std::optional<std::size_t> outputNamed(const ElementNames& names, const std::string& word)
{
    for (const std::string& spelling : {word, quotedName(word)})
        if (const auto outputs = names.outputs(spelling); outputs && outputs->size() == 1)
            return outputs->front();
    return std::nullopt;
}

} // namespace formulens
