// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ferry::emulator {
namespace {

constexpr std::size_t first_line_bytes_max = 256 << 10U;
constexpr std::size_t path_bytes_max = 4 << 10U;  // cpp-httplib matches it by a recursive regex
constexpr std::size_t received_bytes = 16 << 10U;
constexpr int patience_ms = 60'000;  // with a client in the middle of something
constexpr int idle_ms_max = 60'000;  // between two requests; clients are told 5 s, so they end it
constexpr int look_ms = 100;

bool is_ready(int fd, short event, int timeout_ms) {
  pollfd wanted{fd, event, 0};
  return ::poll(&wanted, 1, timeout_ms) > 0;
}

void name_of(int (*ask)(int, sockaddr*, socklen_t*), int fd, std::string& ip, int& port) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (ask(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  ip = text.data();
  port = ntohs(address.sin_port);
}

}  // namespace

Connection::~Connection() {
  drop();
  ::close(fd_);
}

void Connection::drop() const { ::shutdown(fd_, SHUT_RDWR); }

bool Connection::next_request(const std::function<bool()>& goes_on) {
  ahead_.erase(0, at_);
  at_ = 0;
  query_.clear();
  int idle_ms = 0;
  auto end = ahead_.find("\r\n");
  for (; end == std::string::npos; end = ahead_.find("\r\n")) {
    if (!goes_on() || idle_ms > idle_ms_max || ahead_.size() > first_line_bytes_max) return false;
    if (!is_ready(fd_, POLLIN, look_ms)) {
      idle_ms += look_ms;
      continue;
    }
    std::array<char, received_bytes> buffer{};
    const auto count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    ahead_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const auto question = ahead_.find('?');
  const auto blank = ahead_.find(' ', question);
  if (question < end && blank < end) {
    query_ = ahead_.substr(question + 1, blank - question - 1);
    ahead_.erase(question, blank - question);
  }
  return ahead_.find("\r\n") <= path_bytes_max;
}

bool Connection::is_readable() const {
  return at_ < ahead_.size() || is_ready(fd_, POLLIN, patience_ms);
}

bool Connection::is_writable() const { return is_ready(fd_, POLLOUT, patience_ms); }

ssize_t Connection::read(char* to, std::size_t size) {
  if (at_ == ahead_.size()) {
    // Headers are read byte by byte, bodies in pieces of their own size.
    at_ = 0;
    ahead_.clear();
    if (!is_readable()) return -1;
    if (size >= received_bytes) return ::recv(fd_, to, size, 0);
    std::array<char, received_bytes> buffer{};
    const auto count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return count;
    ahead_.assign(buffer.data(), static_cast<std::size_t>(count));
  }
  const auto count = std::min(size, ahead_.size() - at_);
  std::memcpy(to, ahead_.data() + at_, count);
  at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  return is_writable() ? ::send(fd_, from, size, MSG_NOSIGNAL) : -1;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  name_of(::getpeername, fd_, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  name_of(::getsockname, fd_, ip, port);
}

}  // namespace ferry::emulator
