// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The socket of the message bus and the loop that serves it. One thread owns it with all that is
// known of clients, and never waits for the controller: threads of two queues do, one for what
// clients ask and one for events, so that slow calls hold up nobody's events. Private to bus/.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "base/file.hpp"
#include "bus/clients.hpp"
#include "bus/desk.hpp"
#include "bus/frames.hpp"
#include "bus/work_queue.hpp"

namespace ferry {

class BusSocket {
 public:
  /// Borrows the desk.
  explicit BusSocket(BusDesk& desk);

  /// `endpoint`: "tcp://127.0.0.1:7445". Errors: address_in_use, invalid_argument.
  [[nodiscard]] Result<> listen(const std::string& endpoint, const std::string& secret_key);
  /// Until it is told to stop; then it finishes what is being answered.
  void run(const std::stop_token& stop);

 private:
  enum class Sent : std::uint8_t { done, full, gone };

  // -- the loop ----------------------------------------------------------------------
  void poll_once();
  bool receive_one();
  /// From any thread: has the loop do something.
  void post(std::function<void()> done);
  void run_posted();

  // -- requests ----------------------------------------------------------------------
  void handle(const BusOrigin& from, std::string_view frame);
  void log_in(const BusOrigin& from, const BusRequest& request);
  void let_in(const BusOrigin& from, std::uint64_t id, const Result<ConsoleUser>& user);
  void serve(BusClient& client, BusRequest request);
  void grant(BusClient& client, const BusRequest& request);
  void follow(BusClient& client, const BusRequest& request);
  void begin_stream(BusClient& client, std::uint64_t id, const Result<FeedPage>& page);
  /// Has a thread make the answer.
  void ask(BusClient& client, std::uint64_t id, std::function<std::string()> make);

  // -- events ------------------------------------------------------------------------
  void look_for_news();
  void feed_followers();
  void feed(BusClient& client);
  void pass_on(BusClient& client, const Result<FeedPage>& page);
  void end_stream(BusClient& client, const Error& error);
  void tell_alive();
  void forget_gone();

  // -- sending -----------------------------------------------------------------------
  [[nodiscard]] Sent send_alive(BusClient& client);
  [[nodiscard]] Sent send(const std::string& link, std::string_view frame);
  /// What its socket doesn't take now is sent later. Whoever reads nothing is forgotten, so this is
  /// the last that is done with a client.
  void tell(BusClient& client, std::string frame);
  void send_unsent();
  void refuse(const BusOrigin& from, std::uint64_t id, const Error& error);

  BusDesk& desk_;
  zmq::context_t context_{1};
  zmq::socket_t authenticator_;
  zmq::socket_t router_;
  BusClients clients_;
  RateLimit requests_{limits::client_requests_per_second, limits::client_requests_burst};
  std::uint64_t newest_ = 0;    // number of the last event, as far as is known here
  std::int64_t looked_ms_ = 0;  // steady clock, when it was asked for last
  std::int64_t known_ms_ = 0;   // ... and answered
  bool looking_ = false;

  std::mutex mutex_;  // guards what follows
  std::vector<std::function<void()>> posted_;
  Fd wake_;

  // Last, so that their threads end before all that they use.
  WorkQueue calls_{limits::bus_call_threads, limits::bus_waiting_max};
  WorkQueue reads_{limits::bus_read_threads, limits::bus_waiting_max + limits::bus_clients_max};
};

}  // namespace ferry
