// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/Hdf5Tree.h"

#include "core/base/ChildProcess.h"
#include "core/base/WorkerProgram.h"
#include "core/importers/ImportError.h"
#include "core/importers/containers/Hdf5Message.h"
#include "core/importers/containers/MemoryBudget.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>
#include <vector>

namespace formulens {

namespace {

constexpr std::size_t deepest = 64;
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

/// Takes the message apart; every length is held against the bytes that are left.
class MessageReader
{
public:
    explicit MessageReader(std::string message)
        : m_message(std::make_shared<const std::string>(std::move(message))), m_rest(*m_message)
    {
    }

    Hdf5Group read()
    {
        if (!m_rest.starts_with(hdf5MessageStart))
            fail();
        m_rest.remove_prefix(hdf5MessageStart.size());
        Hdf5Group root = readGroup(0);
        if (!m_rest.empty())
            fail();
        return root;
    }

private:
    [[noreturn]] static void fail()
    {
        throw ImportError{
            ErrorCode::Internal, "what formulens-worker tells of the file cannot be read; it is not used"};
    }

    Hdf5Group readGroup(std::size_t depth)
    {
        if (depth > deepest)
            fail();
        Hdf5Group group;
        for (;;) {
            switch (static_cast<Hdf5Mark>(number<std::uint8_t>())) {
            case Hdf5Mark::Property:
                readAttribute(group.attributes);
                break;
            case Hdf5Mark::DataSet: {
                std::string name = text();
                group.dataSets.insert_or_assign(std::move(name), readDataSet());
                break;
            }
            case Hdf5Mark::Group: {
                std::string name = text();
                group.groups.insert_or_assign(std::move(name), readGroup(depth + 1));
                break;
            }
            case Hdf5Mark::End:
                return group;
            default:
                fail();
            }
        }
    }

    Hdf5DataSet readDataSet()
    {
        Hdf5DataSet dataSet;
        readValue(dataSet.tensor, dataSet.complaint);
        for (;;) {
            const auto mark = static_cast<Hdf5Mark>(number<std::uint8_t>());
            if (mark == Hdf5Mark::End)
                return dataSet;
            if (mark != Hdf5Mark::Property)
                fail();
            readAttribute(dataSet.attributes);
        }
    }

    void readAttribute(std::map<std::string, Tensor>& attributes)
    {
        std::string name = text();
        Tensor value;
        std::string complaint;
        readValue(value, complaint);
        if (complaint.empty())
            attributes.insert_or_assign(std::move(name), std::move(value));
    }

    void readValue(Tensor& tensor, std::string& complaint)
    {
        const auto type = number<std::uint8_t>();
        if (type == unreadValue) {
            complaint = text();
            return;
        }
        if (type == 0 || type > static_cast<std::uint8_t>(ElementType::String))
            fail();
        tensor = readTensor(static_cast<ElementType>(type));
    }

    Tensor readTensor(ElementType type)
    {
        const auto rank = number<std::uint32_t>();
        if (rank > 32)
            fail();
        std::vector<std::int64_t> extents;
        for (std::uint32_t axis = 0; axis < rank; ++axis)
            extents.push_back(number<std::int64_t>());
        const Shape shape(std::move(extents));
        const Result<std::size_t> count = checkedElementCount(shape);
        if (!count || *count > m_rest.size())
            fail();
        if (type == ElementType::String)
            return readStrings(shape, *count);
        const std::string_view elements = bytes(*count * byteSize(type));
        return Tensor::view(type, shape, std::as_bytes(std::span(elements)), m_message);
    }

    Tensor readStrings(const Shape& shape, std::size_t count)
    {
        std::vector<std::string> strings;
        for (std::size_t i = 0; i < count; ++i)
            strings.push_back(text());
        return Tensor::ofStrings(shape, std::move(strings));
    }

    std::string_view bytes(std::size_t count)
    {
        if (count > m_rest.size())
            fail();
        const std::string_view result = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return result;
    }

    template <class Number>
    Number number()
    {
        Number value;
        std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
        return value;
    }

    std::string text() { return std::string(bytes(number<std::uint32_t>())); }

    std::shared_ptr<const std::string> m_message; ///< which the tensors look into
    std::string_view m_rest;
};

/// Address space and time for a file of this size: what it holds, read and told.
worker::Limits limitsFor(std::size_t fileSize)
{
    const std::uint64_t megabytes = fileSize >> 20;
    return {512 + 10 * megabytes, 3 + megabytes / 20};
}

Error errorOf(const ChildOutcome& outcome, const worker::Limits& limits)
{
    using End = ChildOutcome::End;
    if (outcome.end == End::Exited && outcome.number == worker::refusedExitCode)
        return worker::readRefusal(outcome.output);
    if (outcome.end == End::TimedOut || (outcome.end == End::Signalled && outcome.number == SIGXCPU))
        return {ErrorCode::Limit,
            "reading the HDF5 file was stopped after " + std::to_string(limits.seconds)
                + " s, the limit for a file of its size: it is probably damaged"};
    if (outcome.end == End::WroteTooMuch)
        return {ErrorCode::Limit, "what the HDF5 file holds is far larger than the file: it was stopped"};
    return {ErrorCode::BadFile,
        "the HDF5 file is damaged: " + std::string(worker::programName) + ", which reads it, ended without a result ("
            + (outcome.end == End::Signalled ? "signal " : "exit code ") + std::to_string(outcome.number) + ")"};
}

template <class Found>
Found* walk(Found* group, std::string_view path)
{
    while (group != nullptr && !path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            const auto found = group->groups.find(std::string(path.substr(0, end)));
            group = found == group->groups.end() ? nullptr : &found->second;
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return group;
}

} // namespace

const Hdf5Group* Hdf5Group::group(std::string_view path) const
{
    return walk(this, path);
}

const Hdf5DataSet* Hdf5Group::dataSet(std::string_view path) const
{
    const std::size_t last = path.rfind('/');
    const bool isDirect = last == std::string_view::npos;
    const Hdf5Group* holder = isDirect ? this : group(path.substr(0, last));
    if (holder == nullptr)
        return nullptr;
    const auto found = holder->dataSets.find(std::string(isDirect ? path : path.substr(last + 1)));
    return found == holder->dataSets.end() ? nullptr : &found->second;
}

const Tensor* Hdf5Group::attribute(const std::string& name) const
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : &found->second;
}

bool isHdf5(std::string_view content)
{
    return content.starts_with(signature);
}

Result<Hdf5Group> readHdf5Message(std::string message)
{
    try {
        return MessageReader(std::move(message)).read();
    } catch (const ImportError& error) {
        return failure(error.code, error.message);
    }
}

Result<Hdf5Group> readHdf5(std::string_view content, const Progress& progress)
{
    ChildRequest request;
    request.program = worker::workerPath();
    std::error_code ignored;
    if (!std::filesystem::exists(request.program, ignored))
        return failure(ErrorCode::Unsupported,
            std::string(worker::programName) + " is missing, expected as " + request.program.string()
                + ": HDF5 files are read there, so that a damaged one does no harm");
    const worker::Limits limits = limitsFor(content.size());
    request.arguments = {hdf5Task, std::to_string(limits.megabytes), std::to_string(limits.seconds)};
    request.input = content;
    request.mostOutput = static_cast<std::size_t>(mostMemory(content.size())) + 1;
    // Computing is counted by the system; the clock is for a worker that does nothing.
    request.timeout = std::chrono::milliseconds(1500 * limits.seconds);
    Result<ChildOutcome> outcome = runChild(request, progress);
    if (!outcome)
        return tl::unexpected(outcome.error());
    if (outcome->end != ChildOutcome::End::Exited || outcome->number != 0)
        return tl::unexpected(errorOf(*outcome, limits));
    return readHdf5Message(std::move(outcome->output));
}

} // namespace formulens
