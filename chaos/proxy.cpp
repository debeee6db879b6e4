// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/proxy.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace ferry::chaos {
namespace {

constexpr std::int64_t poll_us_max = 20'000;  // how late a new disturbance may take effect
constexpr int backlog = 64;

sockaddr_in address_of(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  return address;
}

Fd make_socket() {
  Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void close_with_reset(Fd& fd) {
  const linger hard{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  fd.reset();
}

struct Listener {
  ProxyRoute route;
  Fd fd;
};

struct Connection {
  Peer peer;
  std::string server;
  Fd client;
  Fd target;
  Lane up;    // client to target
  Lane down;  // target to client
  bool broken = false;
};

struct Disturbance {
  std::uint64_t id = 0;
  LinkPattern pattern;
  Weather weather;
};

bool fits(const LinkPattern& pattern, const Connection& connection) {
  const auto same = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  return same(pattern.node, connection.peer.node) && same(pattern.role, connection.peer.role) &&
         same(pattern.server, connection.server);
}

class ProxyThread final : public Proxy {
 public:
  ProxyThread(std::vector<Listener> listeners, FindPeer find, std::uint64_t dice)
      : listeners_(std::move(listeners)), find_(std::move(find)), engine_(dice) {
    thread_ = std::jthread{[this](const std::stop_token& stop) {
      while (!stop.stop_requested()) turn();
    }};
  }

  std::uint64_t disturb(const LinkPattern& pattern, const Weather& weather) override {
    const std::scoped_lock lock{mutex_};
    disturbances_.push_back({++last_id_, pattern, weather});
    return last_id_;
  }
  void calm(std::uint64_t id) override {
    const std::scoped_lock lock{mutex_};
    std::erase_if(disturbances_, [id](const Disturbance& d) { return d.id == id; });
  }
  std::size_t reset(const LinkPattern& pattern) override {
    const std::scoped_lock lock{mutex_};
    std::size_t count = 0;
    for (auto& connection : connections_) {
      if (connection.broken || !fits(pattern, connection)) continue;
      close_with_reset(connection.client);
      close_with_reset(connection.target);
      connection.broken = true;
      ++count;
    }
    ended_.reset += count;
    return count;
  }
  ProxyCounts counts() const override {
    const std::scoped_lock lock{mutex_};
    auto sum = ended_;
    for (const auto& connection : connections_) add(sum, connection);
    return sum;
  }

 private:
  void turn();
  void accept_from(const Listener& listener);
  void serve(Connection& connection, const pollfd& client, const pollfd& target);
  [[nodiscard]] Weather weather_of(const Connection& connection) const;
  [[nodiscard]] std::int64_t add_polls(std::vector<pollfd>& polls, std::int64_t now_us) const;
  static void add(ProxyCounts& sum, const Connection& connection) {
    sum.bytes += connection.up.passed() + connection.down.passed();
    sum.flipped += connection.up.flipped() + connection.down.flipped();
  }

  std::vector<Listener> listeners_;
  FindPeer find_;
  std::mt19937_64 engine_;
  mutable std::mutex mutex_;
  std::list<Connection> connections_;
  std::vector<Disturbance> disturbances_;
  std::uint64_t last_id_ = 0;
  ProxyCounts ended_;
  std::jthread thread_;  // the last member: it uses the others
};

Weather ProxyThread::weather_of(const Connection& connection) const {
  Weather sum;
  for (const auto& [id, pattern, weather] : disturbances_) {
    if (!fits(pattern, connection)) continue;
    sum.cut = sum.cut || weather.cut;
    sum.delay_ms = std::max(sum.delay_ms, weather.delay_ms);
    if (weather.rate_bytes > 0) {
      sum.rate_bytes =
          sum.rate_bytes == 0 ? weather.rate_bytes : std::min(sum.rate_bytes, weather.rate_bytes);
    }
    if (weather.flip_every > 0) sum.flip_every = weather.flip_every;
  }
  return sum;
}

/// Adds two entries for each connection, in order; returns how long to wait at most.
std::int64_t ProxyThread::add_polls(std::vector<pollfd>& polls, std::int64_t now_us) const {
  auto wait_us = poll_us_max;
  for (const auto& connection : connections_) {
    const auto weather = weather_of(connection);
    pollfd client{connection.client.get(), 0, 0};
    pollfd target{connection.target.get(), 0, 0};
    const auto plan = [&](const Lane& lane, pollfd& from, pollfd& to) {
      if (lane.has_room()) from.events = static_cast<short>(from.events | POLLIN);
      if (lane.is_due(weather, now_us)) to.events = static_cast<short>(to.events | POLLOUT);
      const auto lane_wait_us = lane.wait_us(weather, now_us);
      if (lane_wait_us > 0) wait_us = std::min(wait_us, lane_wait_us);
    };
    plan(connection.up, client, target);
    plan(connection.down, target, client);
    // Nothing is asked of a cut connection: poll would report that its ends hung up, again
    // and again.
    if (weather.cut || client.events == 0) client.fd = -1;
    if (weather.cut || target.events == 0) target.fd = -1;
    polls.push_back(client);
    polls.push_back(target);
  }
  return wait_us;
}

void ProxyThread::turn() {
  std::vector<pollfd> polls;
  for (const auto& listener : listeners_) polls.push_back({listener.fd.get(), POLLIN, 0});
  std::int64_t wait_us = 0;
  {
    const std::scoped_lock lock{mutex_};
    std::erase_if(connections_, [this](const Connection& connection) {
      const bool over =
          connection.broken || (connection.up.finished() && connection.down.finished());
      if (over) add(ended_, connection);
      return over;
    });
    wait_us = add_polls(polls, steady_us());
  }
  ::poll(polls.data(), polls.size(), static_cast<int>((wait_us + 999) / 1000));
  const auto first = listeners_.size();
  {
    const std::scoped_lock lock{mutex_};
    auto at = first;
    for (auto& connection : connections_) {
      if (!connection.broken) serve(connection, polls[at], polls[at + 1]);
      at += 2;
    }
  }
  for (std::size_t i = 0; i < first; ++i) {
    if (polls[i].revents != 0) accept_from(listeners_[i]);
  }
}

void ProxyThread::serve(Connection& connection, const pollfd& client, const pollfd& target) {
  const auto weather = weather_of(connection);
  if (weather.cut) return;
  const auto now_us = steady_us();
  const auto readable = [](const pollfd& poll) {
    return (poll.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && (poll.events & POLLIN) != 0;
  };
  const auto& from = connection.client;
  const auto& to = connection.target;
  bool good = true;
  if (readable(client)) good = connection.up.fill(from.get(), weather, now_us);
  if (good && readable(target)) good = connection.down.fill(to.get(), weather, now_us);
  if (good) good = connection.up.drain(to.get(), weather, now_us);
  if (good) good = connection.down.drain(from.get(), weather, now_us);
  if (good) return;
  // What one end did to its connection, the other end sees.
  close_with_reset(connection.client);
  close_with_reset(connection.target);
  connection.broken = true;
}

void ProxyThread::accept_from(const Listener& listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  Fd client{::accept4(listener.fd.get(), reinterpret_cast<sockaddr*>(&address), &length,
                      SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!client) return;
  const int on = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto peer = find_(ntohs(address.sin_port), listener.route.listen.port);
  auto target = make_socket();
  const auto to = address_of(listener.route.target);
  // On this host it succeeds or fails at once; a closed socket tells the client.
  if (::connect(target.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS) {
    close_with_reset(client);
    return;
  }
  const std::scoped_lock lock{mutex_};
  if (connections_.size() >= proxy_connections_max) return;
  connections_.push_back({std::move(peer), listener.route.server, std::move(client),
                          std::move(target), Lane{engine_()}, Lane{engine_()}});
}

}  // namespace

Result<std::unique_ptr<Proxy>> Proxy::start(const std::vector<ProxyRoute>& routes, FindPeer find,
                                            std::uint64_t dice) {
  std::vector<Listener> listeners;
  for (const auto& route : routes) {
    Listener listener{route, make_socket()};
    const int on = 1;
    ::setsockopt(listener.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = address_of(route.listen);
    if (::bind(listener.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0 ||
        ::listen(listener.fd.get(), backlog) != 0) {
      return fail(errno_error(Errc::address_in_use, "proxy at " + to_string(route.listen)));
    }
    listeners.push_back(std::move(listener));
  }
  return std::make_unique<ProxyThread>(std::move(listeners), std::move(find), dice);
}

}  // namespace ferry::chaos
