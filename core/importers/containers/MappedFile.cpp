// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/containers/MappedFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace formulens {

namespace {

constexpr std::size_t largestCopy = std::size_t(16) << 20;

class Descriptor
{
public:
    // O_NONBLOCK: a named pipe must not hold the program up before it is recognised as no file.
    explicit Descriptor(const std::filesystem::path& path)
        : m_value(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    {
    }
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int value() const { return m_value; }

private:
    int m_value;
};

tl::unexpected<Error> systemFailure()
{
    if (errno == ENOENT || errno == ENOTDIR)
        return failure(ErrorCode::BadFile, "does not exist");
    return failure(ErrorCode::BadFile, std::string("cannot be read: ") + std::strerror(errno));
}

Result<std::vector<std::byte>> readAll(int descriptor, std::size_t size)
{
    std::vector<std::byte> bytes(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(descriptor, bytes.data() + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemFailure();
        if (count == 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return bytes;
}

} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    const Descriptor descriptor(path);
    struct stat status = {};
    if (descriptor.value() < 0 || ::fstat(descriptor.value(), &status) != 0)
        return systemFailure();
    if (S_ISDIR(status.st_mode))
        return failure(ErrorCode::BadFile, "is a folder, not a file");
    if (!S_ISREG(status.st_mode))
        return failure(ErrorCode::BadFile, "is not a regular file");

    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size <= largestCopy) {
        Result<std::vector<std::byte>> copy = readAll(descriptor.value(), size);
        if (!copy)
            return tl::unexpected(copy.error());
        file->m_copy = std::move(*copy);
        file->m_bytes = file->m_copy;
        return file;
    }
    void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value(), 0);
    if (address == MAP_FAILED)
        return systemFailure();
    file->m_isMapped = true;
    file->m_bytes = {static_cast<const std::byte*>(address), size};
    return file;
}

std::shared_ptr<const MappedFile> MappedFile::of(std::vector<std::byte> bytes, const std::filesystem::path& path)
{
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    file->m_copy = std::move(bytes);
    file->m_bytes = file->m_copy;
    return file;
}

MappedFile::~MappedFile()
{
    if (m_isMapped)
        ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

} // namespace formulens
