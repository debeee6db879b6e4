// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/subprocess.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"

extern char** environ;

namespace ferry {
namespace {

struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSettings(int in, int out, int err) {
    posix_spawn_file_actions_init(&actions);
    if (in < 0) {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    } else {
      posix_spawn_file_actions_adddup2(&actions, in, 0);
    }
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    // Whatever this process inherited without close-on-exec is not the program's business.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD}) {
      sigaddset(&set, number);
    }
    posix_spawnattr_setsigdefault(&attributes, &set);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> list;
  for (const auto& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

/// Reads what is there; returns false at the end of the stream.
bool drain(const Fd& fd, std::string& into, std::size_t bytes_max,
           const std::function<void(std::string_view)>* tell) {
  std::array<char, 65536> buffer;
  const auto count = ::read(fd.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) return false;
  const auto size = static_cast<std::size_t>(count);
  if (into.size() < bytes_max) into.append(buffer.data(), std::min(size, bytes_max - into.size()));
  if (tell != nullptr && *tell) (*tell)(std::string_view{buffer.data(), size});
  return true;
}

enum class Ending { streams_closed, timeout, stopped };

Ending collect(const Command& command, Pipe& out, Pipe& err, CommandOutput& result) {
  const auto deadline =
      steady_ms() + std::chrono::duration_cast<std::chrono::milliseconds>(command.timeout).count();
  while (out.read || err.read) {
    std::array<pollfd, 2> fds{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), 100);
    if (fds[0].revents != 0 &&
        !drain(out.read, result.out, command.output_bytes_max, &command.on_output)) {
      out.read.reset();
    }
    if (fds[1].revents != 0 && !drain(err.read, result.err, command.output_bytes_max, nullptr)) {
      err.read.reset();
    }
    if (command.stop.stop_requested()) return Ending::stopped;
    if (steady_ms() > deadline) return Ending::timeout;
  }
  return Ending::streams_closed;
}

}  // namespace

std::string last_lines(std::string_view text) {
  constexpr std::size_t bytes_max = 600;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (text.size() > bytes_max) text.remove_prefix(text.size() - bytes_max);
  std::string line{text};
  for (auto& c : line) {
    if (c == '\n') c = ' ';
  }
  return line;
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(errno_error(Errc::internal, "pipe"));
  return Pipe{Fd{ends[0]}, Fd{ends[1]}};
}

Result<CommandOutput> run(const Command& command) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out) return fail(out.error());
  if (!err) return fail(err.error());
  auto pid = spawn(command.argv, out->write.get(), err->write.get());
  if (!pid) return fail(pid.error());
  out->write.reset();
  err->write.reset();
  CommandOutput result;
  const auto ending = collect(command, *out, *err, result);
  if (ending != Ending::streams_closed) ::kill(-*pid, SIGKILL);
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (ending == Ending::timeout) {
    return fail(Errc::program_timeout, command.argv[0] + " took longer than " +
                                           std::to_string(command.timeout.count()) + " s");
  }
  if (ending == Ending::stopped) return fail(Errc::canceled, command.argv[0] + " was stopped");
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

Result<std::string> run_ok(const Command& command) {
  auto result = run(command);
  if (!result) return fail(result.error());
  if (result->exit_code != 0) {
    return fail(Errc::program_failed,
                command.argv[0] + " ended with " + std::to_string(result->exit_code) + ": " +
                    last_lines(result->err.empty() ? result->out : result->err));
  }
  return std::move(result->out);
}

Result<pid_t> spawn(const std::vector<std::string>& argv, int out, int err,
                    const std::vector<std::string>& environment, int in) {
  const SpawnSettings settings{in, out, err};
  const auto words = pointers(argv);
  const auto variables = pointers(environment);
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, words[0], &settings.actions, &settings.attributes,
                                    words.data(), environment.empty() ? environ : variables.data());
  if (failed == 0) return pid;
  return fail(failed == ENOENT ? Errc::program_missing : Errc::program_failed,
              argv[0] + ": " + std::system_category().message(failed),
              failed == ENOENT ? "install " + argv[0] : "");
}

}  // namespace ferry
