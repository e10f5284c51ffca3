// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ChildProcess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

/* Two pipes, one loop
 *
 * The child's output is a pipe, its input one end of a pair of sockets: writing to a socket can be told not to raise
 * SIGPIPE (MSG_NOSIGNAL) when the child is gone, which for a pipe would take a change of signals in the whole program.
 * All our ends are closed on exec, so that a child that another thread starts at the same time does not hold them open.
 *
 * The loop writes and reads what can be written and read, and looks at the stop token every few milliseconds. When the
 * child closes its output it is about to end; it is waited for under the same clock.
 */

extern char** environ;

namespace formulens {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int patience = 10; // milliseconds between two looks at the stop token
constexpr int shortPatience = 1; // for a child that has written all and is about to end

class Descriptor
{
public:
    explicit Descriptor(int value = -1) : m_value(value) { }
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : m_value(std::exchange(other.m_value, -1)) { }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        close();
        m_value = std::exchange(other.m_value, -1);
        return *this;
    }

    int value() const { return m_value; }
    bool isOpen() const { return m_value >= 0; }
    void close()
    {
        if (m_value >= 0)
            ::close(m_value);
        m_value = -1;
    }

private:
    int m_value;
};

struct Channels
{
    Descriptor input; ///< we write
    Descriptor childInput;
    Descriptor output; ///< we read
    Descriptor childOutput;
};

std::optional<Channels> openChannels()
{
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0)
        return std::nullopt;
    Channels channels{Descriptor(sockets[0]), Descriptor(sockets[1]), Descriptor(), Descriptor()};
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    channels.output = Descriptor(pipe[0]);
    channels.childOutput = Descriptor(pipe[1]);
    ::fcntl(channels.output.value(), F_SETFL, O_NONBLOCK);
    return channels;
}

/// What posix_spawn is told; freed at the end.
class SpawnPlan
{
public:
    explicit SpawnPlan(const Channels& channels)
    {
        ::posix_spawn_file_actions_init(&m_actions);
        ::posix_spawn_file_actions_adddup2(&m_actions, channels.childInput.value(), STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&m_actions, channels.childOutput.value(), STDOUT_FILENO);
        ::posix_spawn_file_actions_addopen(&m_actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&m_actions, STDERR_FILENO + 1);
        ::posix_spawnattr_init(&m_attributes);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&m_attributes, &none);
        ::posix_spawnattr_setsigdefault(&m_attributes, &all);
        ::posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan()
    {
        ::posix_spawn_file_actions_destroy(&m_actions);
        ::posix_spawnattr_destroy(&m_attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// 0, or an error number.
    int spawn(pid_t& child, const ChildRequest& request) const
    {
        std::vector<std::string> words{request.program.string()};
        words.insert(words.end(), request.arguments.begin(), request.arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        return ::posix_spawn(&child, words.front().c_str(), &m_actions, &m_attributes, pointers.data(), environ);
    }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

/// A child that runs. Whoever lets go of it without having waited for its end kills it.
class Child
{
public:
    explicit Child(pid_t process) : m_process(process) { }
    ~Child()
    {
        if (!m_status)
            kill();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void kill()
    {
        ::kill(m_process, SIGKILL);
        wait(0);
    }

    bool hasEnded() { return m_status || wait(WNOHANG); }
    int status() const { return m_status.value_or(0); }

private:
    bool wait(int options)
    {
        int status = 0;
        pid_t ended = 0;
        do
            ended = ::waitpid(m_process, &status, options);
        while (ended < 0 && errno == EINTR);
        if (ended == 0)
            return false;
        m_status = status;
        return true;
    }

    pid_t m_process;
    std::optional<int> m_status;
};

class Conversation
{
public:
    Conversation(Channels channels, const ChildRequest& request) : m_channels(std::move(channels)), m_request(request)
    {
        if (request.input.empty())
            m_channels.input.close();
    }

    std::string takeOutput() { return std::move(m_output); }
    bool isOver() const { return !m_channels.output.isOpen(); }
    bool wroteTooMuch() const { return m_output.size() > m_request.mostOutput; }

    /// Waits a little for something to write or read, and does it.
    void goOn()
    {
        std::array<pollfd, 2> events{
            pollfd{m_channels.output.value(), POLLIN, 0}, pollfd{m_channels.input.value(), POLLOUT, 0}};
        ::poll(events.data(), events.size(), isOver() ? shortPatience : patience);
        if (events[1].revents != 0)
            write();
        if (events[0].revents != 0)
            read();
    }

private:
    void write()
    {
        const ssize_t count = ::send(m_channels.input.value(), m_request.input.data() + m_written,
            m_request.input.size() - m_written, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        m_written += count < 0 ? 0 : static_cast<std::size_t>(count);
        // A child that does not want its input is left alone with it.
        if (count < 0 || m_written == m_request.input.size())
            m_channels.input.close();
    }

    void read()
    {
        constexpr std::size_t chunk = std::size_t(1) << 16;
        const std::size_t before = m_output.size();
        m_output.resize(before + chunk);
        const ssize_t count = ::read(m_channels.output.value(), m_output.data() + before, chunk);
        m_output.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            m_channels.output.close();
    }

    Channels m_channels;
    const ChildRequest& m_request;
    std::size_t m_written = 0;
    std::string m_output;
};

tl::unexpected<Error> cannotStart(const ChildRequest& request, int reason)
{
    return failure(
        ErrorCode::BadFile, "the program " + request.program.string() + " cannot be started: " + std::strerror(reason));
}

ChildOutcome outcomeOf(int status, std::string output)
{
    if (WIFSIGNALED(status))
        return {ChildOutcome::End::Signalled, WTERMSIG(status), std::move(output)};
    return {ChildOutcome::End::Exited, WEXITSTATUS(status), std::move(output)};
}

} // namespace

Result<ChildOutcome> runChild(const ChildRequest& request, const Progress& progress)
{
    std::optional<Channels> channels = openChannels();
    if (!channels)
        return cannotStart(request, errno);
    pid_t process = 0;
    if (const int reason = SpawnPlan(*channels).spawn(process, request); reason != 0)
        return cannotStart(request, reason);
    Child child(process);
    channels->childInput.close();
    channels->childOutput.close();
    Conversation conversation(std::move(*channels), request);
    const Clock::time_point end = Clock::now() + request.timeout;
    while (!conversation.isOver() || !child.hasEnded()) {
        if (progress.stopped())
            return failure(ErrorCode::Cancelled, "stopped");
        if (conversation.wroteTooMuch())
            return ChildOutcome{ChildOutcome::End::WroteTooMuch, 0, {}};
        if (Clock::now() >= end)
            return ChildOutcome{ChildOutcome::End::TimedOut, 0, {}};
        conversation.goOn();
    }
    return outcomeOf(child.status(), conversation.takeOutput());
}

} // namespace formulens
