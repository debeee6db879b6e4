// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the proxy does to real connections of this host.
#include "chaos/proxy.hpp"

#include <array>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "chaos/embedded.hpp"
#include "chaos/socket_owner.hpp"

using namespace ferry;
using namespace ferry::chaos;

namespace {

constexpr std::size_t kib = 1024;

sockaddr_in address(const Endpoint& endpoint) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.host.c_str(), &to.sin_addr);
  return to;
}

/// A client and a server with the proxy between them.
struct ProxiedStream {
  std::uint16_t port = free_port();
  Endpoint proxy_at{advertised_host, port};
  Endpoint server_at{bound_host, port};
  Fd listener{::socket(AF_INET, SOCK_STREAM, 0)};
  std::unique_ptr<Proxy> proxy;
  Fd client{::socket(AF_INET, SOCK_STREAM, 0)};
  Fd server;

  ProxiedStream() {
    const auto at = address(server_at);
    REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listener.get(), 5) == 0);
    auto started = Proxy::start({{"transition", proxy_at, server_at}}, [](auto, auto) {
      return chaos::Peer{"source-1", "agent"};
    });
    REQUIRE(started);
    proxy = std::move(*started);
    const auto to = address(proxy_at);
    REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    server = Fd{::accept(listener.get(), nullptr, nullptr)};
    REQUIRE(server);
  }
  void send(const std::string& text) const {
    REQUIRE(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == std::ssize(text));
  }
  /// What the server gets within the time, at most `bytes`.
  [[nodiscard]] std::string receive(std::size_t bytes, int limit_ms = 5000) const {
    std::string text;
    const auto deadline_ms = steady_ms() + limit_ms;
    std::array<char, 64 * kib> buffer{};
    while (text.size() < bytes && steady_ms() < deadline_ms) {
      pollfd entry{server.get(), POLLIN, 0};
      if (::poll(&entry, 1, static_cast<int>(deadline_ms - steady_ms())) <= 0) break;
      const auto count = ::recv(server.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
};

const LinkPattern agents{"", "agent", ""};

std::size_t different_bits(const std::string& a, const std::string& b) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    bits += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned>(
        static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]))));
  }
  return bits;
}

}  // namespace

TEST_CASE("in good weather all bytes pass, both ways, and so does the end") {
  const ProxiedStream line;
  const auto bytes = random_bytes(300 * kib);
  line.send(bytes);
  CHECK(line.receive(bytes.size()) == bytes);
  REQUIRE(::send(line.server.get(), "back", 4, 0) == 4);
  std::array<char, 8> buffer{};
  CHECK(::recv(line.client.get(), buffer.data(), buffer.size(), 0) == 4);
  ::shutdown(line.client.get(), SHUT_WR);
  CHECK(line.receive(1).empty());
  CHECK(line.proxy->counts().bytes >= bytes.size() + 4);
}

TEST_CASE("a cut lets nothing through and says nothing, and afterwards nothing is missing") {
  const ProxiedStream line;
  const auto cut = line.proxy->disturb(agents, {.cut = true});
  line.send("held back");
  CHECK(line.receive(9, 300).empty());
  line.proxy->calm(cut);
  CHECK(line.receive(9) == "held back");
}

TEST_CASE("a delay holds every byte back for its time") {
  const ProxiedStream line;
  (void)line.proxy->disturb(agents, {.delay_ms = 200});
  const auto start_ms = steady_ms();
  line.send("late");
  CHECK(line.receive(4) == "late");
  CHECK(steady_ms() - start_ms >= 200);
  CHECK(steady_ms() - start_ms < 1500);
}

TEST_CASE("a rate is kept") {
  const ProxiedStream line;
  (void)line.proxy->disturb(agents, {.rate_bytes = 100 * kib});
  const auto start_ms = steady_ms();
  const auto bytes = random_bytes(50 * kib);
  line.send(bytes);
  CHECK(line.receive(bytes.size()) == bytes);
  CHECK(steady_ms() - start_ms >= 350);
}

TEST_CASE("single bits are flipped, about as often as asked, and counted") {
  const ProxiedStream line;
  (void)line.proxy->disturb(agents, {.flip_every = 10 * kib});
  const auto bytes = random_bytes(200 * kib);
  line.send(bytes);
  const auto got = line.receive(bytes.size());
  REQUIRE(got.size() == bytes.size());
  const auto bits = different_bits(bytes, got);
  CHECK(bits > 5);
  CHECK(bits < 60);
  CHECK(line.proxy->counts().flipped == bits);
}

TEST_CASE("a reset breaks the connection for both ends") {
  const ProxiedStream line;
  line.send("x");
  CHECK(line.receive(1) == "x");
  CHECK(line.proxy->reset(agents) == 1);
  char byte = 0;
  CHECK(::recv(line.server.get(), &byte, 1, 0) < 0);
  CHECK(errno == ECONNRESET);
  CHECK(::recv(line.client.get(), &byte, 1, 0) < 0);
  CHECK(line.proxy->reset(agents) == 0);
}

TEST_CASE("only the connections that are meant are disturbed") {
  const ProxiedStream line;
  (void)line.proxy->disturb({"", "worker", ""}, {.cut = true});
  (void)line.proxy->disturb({"", "", "controller"}, {.cut = true});
  (void)line.proxy->disturb({"source-2", "", ""}, {.cut = true});
  line.send("free");
  CHECK(line.receive(4) == "free");
}

TEST_CASE("a socket's owner is found in the kernel's own tables") {
  const ProxiedStream line;
  sockaddr_in own{};
  socklen_t length = sizeof own;
  REQUIRE(::getsockname(line.client.get(), reinterpret_cast<sockaddr*>(&own), &length) == 0);
  const std::array<std::int64_t, 2> candidates{1, ::getpid()};
  CHECK(socket_owner(ntohs(own.sin_port), line.port, candidates) == ::getpid());
  CHECK(socket_owner(1, line.port, candidates) == 0);
}
