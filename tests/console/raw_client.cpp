// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/console/raw_client.hpp"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.hpp"

namespace ferry::test {

RawClient::RawClient(const std::string& address, int buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (buffer_bytes > 0) {
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  }
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
}

void RawClient::write(const std::string& text) {
  REQUIRE(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(text.size()));
}

bool RawClient::read_more(int milliseconds) {
  pollfd look{socket_.get(), POLLIN, 0};
  if (ended_ || ::poll(&look, 1, milliseconds) <= 0) return false;
  std::array<char, 65536> bytes{};
  const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count <= 0) ended_ = true;
  if (count > 0) raw_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

void RawClient::take_chunks() {
  const std::string gap = "\r\n\r\n";
  if (head_.empty()) {
    const auto end = raw_.find(gap);
    if (end == std::string::npos) return;
    head_ = raw_.substr(0, end);
    raw_.erase(0, end + gap.size());
  }
  if (head_.find("chunked") == std::string::npos) {
    text_ += std::exchange(raw_, {});
    return;
  }
  for (auto line = raw_.find("\r\n"); line != std::string::npos; line = raw_.find("\r\n")) {
    const auto size = std::stoul(raw_.substr(0, line), nullptr, 16);
    if (raw_.size() < line + 2 + size + 2) return;
    text_.append(raw_, line + 2, size);
    raw_.erase(0, line + 2 + size + 2);
  }
}

std::optional<StreamEvent> RawClient::next(int seconds) {
  const auto until_ms = steady_ms() + seconds * 1000LL;
  for (;;) {
    take_chunks();
    const auto end = text_.find("\n\n");
    if (end != std::string::npos) {
      StreamEvent event;
      auto rest = text_.substr(0, end + 1);
      text_.erase(0, end + 2);
      while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.erase(0, line.size() + 1);
        if (line.starts_with("id: ")) event.id = line.substr(4);
        if (line.starts_with("event: ")) event.name = line.substr(7);
        if (line.starts_with("data: ")) event.data = line.substr(6);
      }
      return event;
    }
    const auto left = until_ms - steady_ms();
    if (ended_ || left <= 0) return std::nullopt;
    (void)read_more(static_cast<int>(left));
  }
}

std::vector<StreamEvent> RawClient::until(const std::string& name, int seconds) {
  std::vector<StreamEvent> events;
  while (auto event = next(seconds)) {
    events.push_back(std::move(*event));
    if (events.back().name == name) return events;
  }
  FAIL("no event " << name << " came, after " << events.size() << " others; " << head_);
  return events;
}

std::string RawClient::drain() {
  while (read_more(2000)) {
  }
  return raw_;
}

}  // namespace ferry::test
