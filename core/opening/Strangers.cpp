// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/opening/Strangers.h"

#include "core/importers/containers/TextLines.h"

#include <algorithm>

namespace formulens {

namespace {

using namespace std::string_view_literals;

/// Bytes that a kind of file has at one place, and the sentence about it.
struct Signature
{
    std::size_t offset;
    std::string_view bytes;
    std::string_view words;
};

constexpr auto weightsOnly
    = "this holds weights only, without the network that they belong to: export the whole model as ONNX"sv;

constexpr Signature signatures[] = {
    {0, "version https://git-lfs.github.com/spec/"sv,
        "this is a Git LFS pointer, not the model: fetch the model with 'git lfs pull'"sv},
    {0, "\x1f\x8b"sv, "this is compressed with gzip: unpack it first, with gunzip"sv},
    {0, "BZh"sv, "this is compressed with bzip2: unpack it first, with bunzip2"sv},
    {0,
        "\xfd"
        "7zXZ\0"sv,
        "this is compressed with xz: unpack it first, with unxz"sv},
    {0, "\x28\xb5\x2f\xfd"sv, "this is compressed with Zstandard: unpack it first, with unzstd"sv},
    {0, "7z\xbc\xaf\x27\x1c"sv, "this is a 7z archive: unpack it first"sv},
    {257, "ustar"sv, "this is a tar archive: unpack it first"sv},
    {0, "\x89PNG\r\n\x1a\n"sv, "this is a PNG picture, not a model"sv},
    {0, "\xff\xd8\xff"sv, "this is a JPEG picture, not a model"sv},
    {0, "GIF8"sv, "this is a GIF picture, not a model"sv},
    {0, "%PDF-"sv, "this is a PDF document, not a model"sv},
    {0,
        "\x7f"
        "ELF"sv,
        "this is a program, not a model"sv},
    {4, "TFL3"sv, "this is a TensorFlow Lite model: export the original as ONNX, with tf2onnx"sv},
    {4, "ORTM"sv, "this is an ONNX Runtime (.ort) model: open the .onnx file that it was made from"sv},
    {0, "GGUF"sv, "this is a GGUF file of a language model, which is far too large for formulas"sv},
    {0, "\x93NUMPY"sv, weightsOnly},
};

bool holds(std::string_view content, const Signature& signature)
{
    return content.size() > signature.offset && content.substr(signature.offset).starts_with(signature.bytes);
}

/// Names in a zip lie in its local headers and again in its directory at the end, so its two ends tell what it is.
std::string zipWords(std::string_view content)
{
    constexpr std::size_t end = 1 << 16;
    const auto mentions = [&](std::string_view name) {
        return content.substr(0, end).find(name) != std::string_view::npos
            || content.substr(content.size() - std::min(end, content.size())).find(name) != std::string_view::npos;
    };
    if (mentions(".npy"))
        return std::string(weightsOnly);
    return "this is a ZIP archive: unpack it first";
}

bool isPrintable(char c)
{
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
}

std::string textWords(std::string_view content)
{
    const std::string_view text = withoutFrontBlanks(content);
    if (text.starts_with('<'))
        return "this is an XML or HTML document, not a model (a download that failed ends like this)";
    if (text.starts_with('{') || text.starts_with('['))
        return "this is JSON text, not a model";
    if (text.starts_with("//"))
        return "this is text that begins with a comment; a .nnet network has the number of its layers behind it";
    const std::string_view line = text.substr(0, std::min<std::size_t>(text.find_first_of("\r\n"), 40));
    return "this is text, not a model; it begins with '" + std::string(line) + "'";
}

std::string byteWords(std::string_view content)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string bytes;
    for (const char c : content.substr(0, 8)) {
        const auto byte = static_cast<unsigned char>(c);
        bytes += {' ', digits[byte >> 4], digits[byte & 15]};
    }
    return "this is no model that is known here; it begins with the bytes" + bytes;
}

} // namespace

std::string strangerWords(std::string_view content)
{
    if (content.empty())
        return "the file is empty, expected an ONNX model";
    for (const Signature& signature : signatures)
        if (holds(content, signature))
            return std::string(signature.words);
    if (content.starts_with("PK\x03\x04") || content.starts_with("PK\x05\x06"))
        return zipWords(content);
    if (std::ranges::all_of(content.substr(0, 512), isPrintable))
        return textWords(content);
    return byteWords(content);
}

} // namespace formulens
