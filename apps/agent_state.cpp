// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/agent_state.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "messages/envelope.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr int abort_wait_turns = 100;  // of 100 ms

std::string lock_holder(const std::filesystem::path& file) {
  auto text = read_file(file, 64);
  return text ? *text : "";
}

}  // namespace

Result<Registration> AgentState::load() const {
  auto bytes = read_file(folder_ / "registration", 1 << 20);
  if (!bytes)
    return fail(Errc::not_registered, "this server is not registered (" + folder_.string() + ")");
  return decode_body<Registration>(*bytes);
}

Result<> AgentState::save(const Registration& registration) const {
  return write_file_durably(folder_ / "registration", to_msgpack(registration));
}

Result<Fd> AgentState::lock() const {
  if (auto done = make_folder(folder_); !done) return fail(done.error());
  const auto file = folder_ / "agent.pid";
  auto fd = open_file(file, O_RDWR | O_CREAT, 0600);
  if (!fd) return fd;
  if (::flock(fd->get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::cluster_running, "an agent runs already, process " + lock_holder(file),
                "end it with 'edgeferry-agent --abort'");
  }
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(fd->get(), 0) != 0)
    return fail(errno_error(Errc::disk_write_failed, file.string()));
  if (auto done = write_at(*fd, pid.data(), pid.size(), 0); !done) return fail(done.error());
  return fd;
}

Result<> AgentState::abort() const {
  const auto file = folder_ / "agent.pid";
  auto fd = open_file(file, O_RDWR);
  if (!fd || ::flock(fd->get(), LOCK_EX | LOCK_NB) == 0) {
    return fail(Errc::cluster_not_running, "no agent runs here (" + folder_.string() + ")",
                "nothing to do");
  }
  const auto pid = std::atoi(lock_holder(file).c_str());
  if (pid <= 1 || ::kill(pid, SIGTERM) != 0) {
    return fail(errno_error(Errc::internal, "end process " + std::to_string(pid)));
  }
  for (int i = 0; i < abort_wait_turns; ++i) {
    if (::flock(fd->get(), LOCK_EX | LOCK_NB) == 0) return {};
    std::this_thread::sleep_for(100ms);
  }
  return fail(Errc::timeout, "process " + std::to_string(pid) + " does not end",
              "kill -9 " + std::to_string(pid));
}

}  // namespace ferry
