// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/crowd.hpp"

#include <array>
#include <queue>
#include <stdexcept>
#include <thread>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.hpp>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "transport/bridge_sockets.hpp"

namespace ferry::load {
namespace {

namespace opt = zmq::sockopt;
constexpr std::int64_t interval_us = std::chrono::microseconds{limits::heartbeat_interval}.count();
constexpr std::int64_t first_interval_us = 200'000;  // until the controller has answered once
constexpr int sockets_max = 20'000;
constexpr std::uint32_t stop_event = 0xffffffff;

}  // namespace

class Crowd::Loop {
 public:
  Loop(Crowd& crowd, std::vector<SimulatedNode> nodes) : crowd_(crowd) {
    context_.set(zmq::ctxopt::max_sockets, sockets_max);
    epoll_ = Fd{::epoll_create1(EPOLL_CLOEXEC)};
    watch(crowd_.stop_.get(), stop_event);
    members_.reserve(nodes.size());
    for (auto& node : nodes) add(std::move(node));
    thread_ = std::jthread{[this] { run(); }};
  }

 private:
  struct Member {
    SimulatedNode self;
    zmq::socket_t socket;
    std::string incarnation = random_id("n");
    std::uint64_t next_id = 1;
    std::uint64_t beat_id = 0;  // of the heartbeat that waits for its answer; 0: none
    std::int64_t beat_us = 0;
    bool online = false;
    std::uint64_t welcomed_by = 0;  // incarnation of the controller
  };
  struct Due {
    std::int64_t at_us;
    std::uint32_t member;
    bool operator>(const Due& other) const { return at_us > other.at_us; }
  };

  void watch(int fd, std::uint32_t number) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = number;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
      throw std::runtime_error{to_string(errno_error(Errc::internal, "epoll_ctl"))};
    }
  }

  /// Heartbeats are spread over their period, as those of servers that know nothing of
  /// each other are.
  void add(SimulatedNode node) {
    Member member{std::move(node), zmq::socket_t{context_, ZMQ_DEALER}};
    set_link_options(member.socket);
    member.socket.set(opt::immediate, true);
    member.socket.set(opt::curve_publickey, member.self.keys.public_key);
    member.socket.set(opt::curve_secretkey, member.self.keys.secret_key);
    member.socket.set(opt::curve_serverkey, crowd_.server_key_);
    member.socket.connect(crowd_.endpoint_);
    const auto number = static_cast<std::uint32_t>(members_.size());
    watch(member.socket.get(opt::fd), number);
    const auto offset = interval_us * (number % 997) / 997;
    due_.push({steady_us() + offset, number});
    members_.push_back(std::move(member));
  }

  void run() {
    std::array<epoll_event, 256> events{};
    for (;;) {
      const auto wait_us = due_.empty() ? interval_us : due_.top().at_us - steady_us();
      const auto wait_ms = static_cast<int>(std::max<std::int64_t>(0, (wait_us + 999) / 1000));
      const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), wait_ms);
      for (int i = 0; i < count; ++i) {
        const auto number = events.at(static_cast<std::size_t>(i)).data.u32;
        if (number == stop_event) return;
        receive_all(members_[number]);
      }
      while (!due_.empty() && due_.top().at_us <= steady_us()) {
        const auto number = due_.top().member;
        due_.pop();
        auto& member = members_[number];
        beat(member);
        due_.push({steady_us() + (member.online ? interval_us : first_interval_us), number});
      }
    }
  }

  void beat(Member& member) {
    if (member.beat_id != 0) {
      member.online = false;
      const std::lock_guard lock{crowd_.mutex_};
      ++crowd_.figures_.heartbeats_missed;
    }
    const Hello hello{member.self.node, member.self.role, member.incarnation,
                      protocol_version, "simulated",      {}};
    member.beat_us = steady_us();
    member.beat_id = ask(member, "nodes", {Hello::wire_name, to_msgpack(hello)});
    receive_all(member);
  }

  /// Returns the id of the request, also when nobody is there to take it.
  static std::uint64_t ask(Member& member, const std::string& path, const EncodedMessage& message) {
    Envelope envelope;
    envelope.type = message.type;
    envelope.id = member.next_id++;
    envelope.to = path;
    send(member, make_frame(envelope, message.body));
    return envelope.id;
  }

  static void send(Member& member, const std::string& frame) {
    (void)member.socket.send(zmq::buffer(frame), zmq::send_flags::dontwait);
  }

  /// To the end: a socket's descriptor tells only of what came after the last look, and
  /// sending looks, too.
  void receive_all(Member& member) {
    zmq::message_t frame;
    while (member.socket.recv(frame, zmq::recv_flags::dontwait)) {
      const auto opened = open_frame(frame.to_string_view());
      if (opened) handle(member, *opened);
    }
  }

  void handle(Member& member, const OpenedFrame& opened) {
    const auto& envelope = opened.envelope;
    if (envelope.reply_to != 0) {
      if (envelope.reply_to == member.beat_id) on_beat_answered(member, opened);
      return;
    }
    auto answer = member.self.answers(envelope.type, opened.body);
    if (!answer || envelope.id == 0) return;
    Envelope back;
    back.type = answer->type;
    back.reply_to = envelope.id;
    send(member, make_frame(back, answer->body));
    const std::lock_guard lock{crowd_.mutex_};
    ++crowd_.figures_.requests;
  }

  void on_beat_answered(Member& member, const OpenedFrame& opened) {
    member.beat_id = 0;
    const auto welcome = decode_body<Welcome>(opened.body);
    if (opened.envelope.type != Welcome::wire_name || !welcome) return;
    member.online = true;
    if (welcome->inventory_wanted) {
      const ReportInventory report{member.self.node, small_server(member.self.node)};
      ask(member, "sources", {ReportInventory::wire_name, to_msgpack(report)});
    }
    const auto controller = crowd_.controller_.load();
    if (member.welcomed_by != controller && member.beat_us >= crowd_.expected_us_) {
      member.welcomed_by = controller;
      ++crowd_.welcomed_;
    }
    const std::lock_guard lock{crowd_.mutex_};
    crowd_.figures_.heartbeat_ms.push_back(static_cast<double>(steady_us() - member.beat_us) /
                                           1000.0);
  }

  Crowd& crowd_;
  zmq::context_t context_{1};
  Fd epoll_;
  std::vector<Member> members_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::jthread thread_;
};

Crowd::Crowd(std::string endpoint, std::string server_key)
    : endpoint_(std::move(endpoint)),
      server_key_(std::move(server_key)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {}

Crowd::~Crowd() {
  const std::uint64_t one = 1;
  (void)!::write(stop_.get(), &one, sizeof one);
  loop_.reset();
}

void Crowd::start(std::vector<SimulatedNode> nodes) {
  loop_ = std::make_unique<Loop>(*this, std::move(nodes));
}

CrowdFigures Crowd::take_figures() {
  const std::lock_guard lock{mutex_};
  return std::exchange(figures_, {});
}

void Crowd::expect_new_controller() {
  welcomed_ = 0;
  expected_us_ = steady_us();
  ++controller_;
}

}  // namespace ferry::load
