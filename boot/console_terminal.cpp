// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/console_terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace ferry {
namespace {

constexpr char end_key = 0x1d;  // Ctrl-]

/// Every key goes to the guest while this object lives.
class RawTerminal {
 public:
  explicit RawTerminal(int fd) : fd_(fd), is_terminal_(::tcgetattr(fd, &before_) == 0) {
    if (!is_terminal_) return;
    auto raw = before_;
    ::cfmakeraw(&raw);
    raw.c_oflag = before_.c_oflag;
    ::tcsetattr(fd_, TCSANOW, &raw);
  }
  ~RawTerminal() {
    if (is_terminal_) ::tcsetattr(fd_, TCSANOW, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  int fd_;
  termios before_{};
  bool is_terminal_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

void connect_terminal(const RunningMachine& machine, int in, int out) {
  const RawTerminal raw{in};
  std::array<char, 4096> buffer;
  // Both are read even if nobody looks: a full pipe would stop the machine.
  std::array<pollfd, 4> fds{pollfd{machine.console().get(), POLLIN, 0}, pollfd{in, POLLIN, 0},
                            pollfd{machine.words().get(), POLLIN, 0},
                            pollfd{machine.traffic().get(), POLLIN, 0}};
  for (;;) {
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    for (auto& entry : fds) {
      if (entry.fd < 0 || entry.revents == 0) continue;
      const auto count = ::read(entry.fd, buffer.data(), buffer.size());
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      const std::string_view bytes{buffer.data(),
                                   static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
      const bool is_console = entry.fd == machine.console().get();
      if (bytes.empty() && is_console) return;
      if (bytes.empty()) entry.fd = -1;  // nobody types any more
      if (is_console && !write_all(out, bytes)) return;
      if (entry.fd != in) continue;
      const auto end = bytes.find(end_key);
      if (!write_all(machine.keyboard().get(), bytes.substr(0, end))) return;
      if (end != std::string_view::npos) return;
    }
  }
}

}  // namespace ferry
