// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// transport/client.hpp on the simulated wire: one blocking request at a time, from a
// fiber to a listening node.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "messages/catalogue.hpp"
#include "simulation/wire.hpp"

namespace ferry::sim {

class SimulatedClient {
 public:
  /// A link of its own between these two; the key is that of `from`.
  SimulatedClient(World& world, SimulatedWire& wire, SimulatedProcess& from, SimulatedProcess& to);
  ~SimulatedClient();
  SimulatedClient(const SimulatedClient&) = delete;
  SimulatedClient& operator=(const SimulatedClient&) = delete;

  template <Message Answer, Message Request>
  [[nodiscard]] Result<Answer> ask(const std::string& path, const Request& request,
                                   std::int64_t timeout_us, const std::stop_token& stop = {}) {
    Answer answer;
    auto done =
        exchange(path, Request::wire_name, &request, Answer::wire_name, &answer, timeout_us, stop);
    if (!done) return fail(done.error());
    return answer;
  }

  /// Called by the wire.
  void receive(const std::string& frame);

 private:
  Result<> exchange(const std::string& path, std::string_view type, const void* request,
                    std::string_view answer_type, void* answer, std::int64_t timeout_us,
                    const std::stop_token& stop);

  World& world_;
  SimulatedWire& wire_;
  SimulatedProcess& from_;
  SimulatedProcess& to_;
  std::uint64_t number_;
  std::uint64_t next_id_ = 1;
  std::uint64_t waiting_fiber_ = 0;
  std::optional<std::string> arrived_;  // the answer to the present request
};

}  // namespace ferry::sim
