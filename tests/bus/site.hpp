// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The message bus before a real controller in this process, and a client with a plain socket.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "bus/server.hpp"
#include "tests/smc/desk.hpp"

namespace ferry::test {

class BusSite {
 public:
  Desk desk;
  AccessKeyCreated viewer, operator_, admin;
  ClusterConfig config;
  std::unique_ptr<BusServer> server;

  explicit BusSite(int servers = 1);

  /// Stops the bus and the controller, does something, and starts both again.
  void restart(const std::function<void()>& meanwhile = [] {});
  [[nodiscard]] std::string endpoint() const { return "tcp://" + config.bus.listen; }
  [[nodiscard]] std::filesystem::path database() const {
    return desk.folder.path() / "controller.db";
  }
  /// Its id: a Ready job of the first source server.
  [[nodiscard]] std::string create_job(const std::string& name);
  /// Adds one event to the history of a job.
  void describe_job(const std::string& id, const std::string& description);

 private:
  void start_server();
};

class BusLink {
 public:
  /// `receive_max`: messages that wait in its socket; 0: as usual.
  explicit BusLink(const BusSite& site, int receive_max = 0);
  /// For a server of another key, or with a routing id of its own.
  BusLink(const std::string& endpoint, const std::string& server_key,
          const std::string& routing_id = "", int receive_max = 0);

  void send(const Json& message);
  void send_bytes(const std::string& bytes, bool more = false);
  /// The next message; nothing if none comes in time.
  [[nodiscard]] std::optional<Json> receive(int milliseconds = 10'000);
  /// Sends with a number of its own and waits for its answer; what comes before is kept as pushed.
  [[nodiscard]] Json ask(const std::string& type, Json words = Json::object());
  /// Of a request that must succeed.
  [[nodiscard]] Json must(const std::string& type, Json words = Json::object());
  [[nodiscard]] Json call(const std::string& operation, Json parameters = Json::object(),
                          Json body = Json::object());
  void log_in(const AccessKeyCreated& key);
  /// The next `count` events of those that follow; fails if their numbers have a hole or repeat.
  [[nodiscard]] std::vector<Json> events(std::size_t count);
  /// The next message that answers nothing.
  [[nodiscard]] std::optional<Json> pushed(int milliseconds = 10'000);
  /// What came before the last answer.
  void forget_pushed() { pushed_.clear(); }
  /// All bytes that have come.
  [[nodiscard]] const std::string& heard() const { return heard_; }

  std::uint64_t last = 0;  // number of the last event that has come

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_{context_, ZMQ_DEALER};
  std::uint64_t ids_ = 0;
  std::vector<Json> pushed_;
  std::string heard_;
};

/// Checks status and name of a refusal.
void check_refused(const Json& answer, int status, const std::string& name);

}  // namespace ferry::test
