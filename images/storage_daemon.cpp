// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/storage_daemon.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "base/process.hpp"
#include "base/subprocess.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto start_timeout = 30s;
constexpr auto look_interval = 10ms;
/// It writes the tables of its files; more than this is a disk that hangs.
constexpr auto stop_timeout = 60s;
constexpr std::size_t words_bytes_max = 600;
constexpr long fuse_magic = 0x65735546;

bool is_shown(const StorageDaemon::Disk& disk) {
  struct statfs status {};
  return ::statfs(disk.shown.c_str(), &status) == 0 && status.f_type == fuse_magic;
}

/// In a list of options a comma ends a value unless it stands twice.
std::string option_value(const std::filesystem::path& path) {
  std::string value;
  for (const char c : path.string()) value += c == ',' ? std::string{",,"} : std::string{c};
  return value;
}

std::vector<std::string> command_line(const std::vector<StorageDaemon::Disk>& disks) {
  std::vector<std::string> argv{"setpriv", "--pdeathsig", "KILL", "qemu-storage-daemon"};
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto node = "disk" + std::to_string(i);
    argv.insert(
        argv.end(),
        {"--blockdev",
         "driver=qcow2,node-name=" + node + ",discard=unmap,cache.no-flush=on,file.driver=" +
             "file,file.filename=" + option_value(disks[i].qcow2),
         "--export",
         "type=fuse,id=export" + std::to_string(i) + ",node-name=" + node +
             ",writable=on,allow-other=off,mountpoint=" + option_value(disks[i].shown)});
  }
  return argv;
}

std::string words_in(const std::filesystem::path& log) {
  auto words = read_file(log).value_or("");
  while (!words.empty() && words.back() == '\n') words.pop_back();
  if (words.size() > words_bytes_max) words.erase(0, words.size() - words_bytes_max);
  std::ranges::replace(words, '\n', ' ');
  return words;
}

}  // namespace

Result<StorageDaemon> StorageDaemon::start(const std::vector<Disk>& disks,
                                           const std::filesystem::path& log) {
  if (!std::filesystem::exists("/dev/fuse")) {
    return fail(Errc::program_missing, "/dev/fuse, by which an image is shown, is not there",
                "load the kernel's module (modprobe fuse), or give this process the device");
  }
  auto out = open_file(log, O_WRONLY | O_CREAT | O_TRUNC);
  if (!out) return fail(out.error());
  auto pid = spawn(command_line(disks), out->get(), out->get());
  if (!pid) return fail(pid.error());
  StorageDaemon daemon{*pid, open_child(*pid)};
  for (auto waited = 0ms; waited < start_timeout; waited += look_interval) {
    if (std::ranges::all_of(disks, is_shown)) return daemon;
    if (!wait_end(daemon.process_, look_interval)) continue;
    const auto status = daemon.wait();
    auto words = words_in(log);
    // setpriv says that it found no such program, by the code that shells use.
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
      return fail(Errc::program_missing, words, "install the package qemu-system-common");
    }
    return fail(Errc::program_failed, "qemu-storage-daemon ended: " + words);
  }
  return fail(Errc::program_timeout, "qemu-storage-daemon shows no disk after 30 s");
}

StorageDaemon::StorageDaemon(StorageDaemon&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), process_(std::move(other.process_)) {}

StorageDaemon::~StorageDaemon() {
  if (pid_ == 0) return;
  send_signal(process_, SIGKILL);
  (void)wait();
}

int StorageDaemon::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

Result<> StorageDaemon::stop() {
  send_signal(process_, SIGTERM);
  if (!wait_end(process_, stop_timeout)) {
    return fail(Errc::program_timeout, "qemu-storage-daemon doesn't end");
  }
  const auto status = wait();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Errc::program_failed, "qemu-storage-daemon ended with status " +
                                        std::to_string(status) + " instead of closing its files");
}

}  // namespace ferry
