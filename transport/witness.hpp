// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whoever is published under `witness_path` sees what its grants name before the actors that it is
// for: a bridge hands it such a request of another process, and it passes the request on, or not.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <caf/all.hpp>

#include "base/error.hpp"
#include "transport/remote_actor.hpp"

namespace ferry {

inline constexpr std::string_view witness_path = "witness";

struct WitnessedRequest {
  using Told = std::function<void(const Result<>& outcome)>;

  Peer peer;
  std::string type;
  caf::message message;
  /// Hands it to its actor. `told` is called from any thread, before the answer leaves.
  std::function<void(Told told)> pass_on;
  /// Answers it with an error instead.
  std::function<void(const Error&)> refuse;
};

}  // namespace ferry

namespace caf {

template <>
struct allowed_unsafe_message_type<ferry::WitnessedRequest> : std::true_type {};

}  // namespace caf
