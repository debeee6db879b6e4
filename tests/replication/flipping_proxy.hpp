// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A bad network between a source and its target, for the tests of this folder.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.hpp"

namespace ferry::test {

/// Forwards one connection at a time. Flips one byte on the way to the target, and holds what
/// passes back for a while, in each direction.
class FlippingProxy {
 public:
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  FlippingProxy(std::uint16_t port, std::uint64_t flip_at, std::chrono::milliseconds delay = {})
      : port_(port), flip_at_(flip_at), delay_(delay) {
    listener_ = Fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto address = local(0);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    endpoint = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
  }

  std::string endpoint;
  std::atomic<std::uint64_t> bytes{0};  // that have passed, both ways

 private:
  static sockaddr_in local(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const Fd from{::accept(listener_.get(), nullptr, nullptr)};
      const Fd to{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
      auto address = local(port_);
      if (::connect(to.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
      forward(from, to, stop);
    }
  }

  void forward(const Fd& from, const Fd& to, const std::stop_token& stop) {
    std::vector<char> buffer(65536);
    std::uint64_t passed = 0;
    while (!stop.stop_requested()) {
      pollfd ends[2] = {{from.get(), POLLIN, 0}, {to.get(), POLLIN, 0}};
      if (::poll(ends, 2, 20) <= 0) continue;
      for (int i = 0; i < 2; ++i) {
        if (ends[i].revents == 0) continue;
        const auto count = ::read(ends[i].fd, buffer.data(), buffer.size());
        if (count <= 0) return;
        if (delay_.count() > 0) std::this_thread::sleep_for(delay_);
        const auto size = static_cast<std::uint64_t>(count);
        if (i == 0 && flip_at_ >= passed && flip_at_ < passed + size) {
          buffer[flip_at_ - passed] = static_cast<char>(buffer[flip_at_ - passed] ^ 1);
        }
        if (i == 0) passed += size;
        bytes += size;
        if (::send(ends[1 - i].fd, buffer.data(), size, MSG_NOSIGNAL) < 0) return;
      }
    }
  }

  const std::uint16_t port_;
  const std::uint64_t flip_at_;
  const std::chrono::milliseconds delay_;
  Fd listener_;
  std::jthread thread_;
};

inline std::uint16_t port_of(const std::string& endpoint) {
  return static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
}

}  // namespace ferry::test
