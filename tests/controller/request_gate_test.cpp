// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/request_gate.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

namespace {

constexpr std::int64_t minute = 60'000;

}  // namespace

TEST_CASE("a request is let through once, for as long as it could come again") {
  RequestGate gate;
  CHECK(gate.admit("k", "n1", 15 * minute, 0, 1).passage == Passage::let_through);
  CHECK(gate.admit("k", "n1", 15 * minute, 0, 2).passage == Passage::nonce_used);
  CHECK(gate.admit("k", "n1", 15 * minute, 15 * minute, 3).passage == Passage::nonce_used);
  CHECK(gate.admit("other", "n1", 15 * minute, 0, 4).passage == Passage::let_through);
  // By then its own time is too old, so it is refused before it comes here.
  CHECK(gate.admit("k", "n1", 40 * minute, 15 * minute + 1, 5).passage == Passage::let_through);
}

TEST_CASE("what an earlier process let through is not let through again") {
  RequestGate gate;
  gate.remember("k", "n1", 10 * minute);
  gate.remember("k", "n1", 10 * minute);
  CHECK(gate.remembered("k") == 1);
  CHECK(gate.admit("k", "n1", 10 * minute, minute, 1).passage == Passage::nonce_used);
  gate.forget("k");
  CHECK(gate.remembered("k") == 0);
}

TEST_CASE("a burst of one key is slowed down, and others are not") {
  RequestGate gate;
  const auto burst = static_cast<int>(limits::key_requests_burst);
  for (int i = 0; i < burst; ++i) {
    REQUIRE(gate.admit("k", std::to_string(i), minute, 0, 1000).passage == Passage::let_through);
  }
  const auto refused = gate.admit("k", "more", minute, 0, 1000);
  CHECK(refused.passage == Passage::too_many);
  CHECK(refused.retry_after_ms > 0);
  CHECK(gate.remembered("k") == static_cast<std::size_t>(burst));
  CHECK(gate.admit("other", "more", minute, 0, 1000).passage == Passage::let_through);
  CHECK(gate.admit("k", "more", minute, 0, 1000 + refused.retry_after_ms).passage ==
        Passage::let_through);
}

TEST_CASE("a key whose memory is full waits until its oldest request can't come again") {
  RequestGate gate;
  for (std::size_t i = 0; i < limits::request_nonces_max; ++i) {
    gate.remember("k", std::to_string(i), minute + static_cast<std::int64_t>(i));
  }
  const auto refused = gate.admit("k", "more", 30 * minute, 0, 1);
  CHECK(refused.passage == Passage::too_many);
  CHECK(refused.retry_after_ms == minute + 1);
  CHECK(gate.admit("k", "more", 30 * minute, refused.retry_after_ms, 2).passage ==
        Passage::let_through);
  CHECK(gate.remembered("k") == limits::request_nonces_max);
}
