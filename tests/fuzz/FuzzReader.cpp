// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/Formats.h"
#include "core/operators/PreparedNetwork.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace formulens;

/// Any bytes are read as the format and, where that works, prepared: neither may crash, hang or take much memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Format* const format = [] {
        const auto found = std::ranges::find(formats(), std::string_view(FORMULENS_FORMAT), &Format::name);
        return found == formats().end() ? nullptr : &*found;
    }();
    if (!format)
        std::abort(); // the table of formats has no such name
    std::vector<std::byte> bytes(size);
    if (size > 0)
        std::memcpy(bytes.data(), data, size);
    const ImportRequest request{MappedFile::of(std::move(bytes), "fuzz/model"), {}};
    if (!format->recognises(request.file->text()))
        return 0;
    if (const Result<ImportedModel> model = format->read(request, {}))
        (void)prepare(model->network);
    return 0;
}
