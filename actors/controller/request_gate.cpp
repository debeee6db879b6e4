// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/request_gate.hpp"

#include <algorithm>
#include <cmath>

#include "base/limits.hpp"

namespace ferry {

Admission RequestGate::admit(const std::string& key, const std::string& digest,
                             std::int64_t until_ms, std::int64_t now_ms, std::int64_t steady_ms) {
  constexpr double per_ms = limits::key_requests_per_second / 1000;
  auto& state = keys_[key];
  while (!state.by_end.empty() && state.by_end.begin()->first < now_ms) {
    state.digests.erase(state.by_end.begin()->second);
    state.by_end.erase(state.by_end.begin());
  }
  if (state.digests.contains(digest)) return {Passage::nonce_used, 0};
  if (state.digests.size() >= limits::request_nonces_max) {
    return {Passage::too_many, state.by_end.begin()->first - now_ms + 1};
  }
  const auto passed = static_cast<double>(steady_ms - state.filled_ms);
  state.tokens = state.filled_ms == 0
                     ? limits::key_requests_burst
                     : std::min(limits::key_requests_burst, state.tokens + passed * per_ms);
  state.filled_ms = steady_ms;
  if (state.tokens < 1) {
    return {Passage::too_many, static_cast<std::int64_t>(std::ceil((1 - state.tokens) / per_ms))};
  }
  state.tokens -= 1;
  remember(key, digest, until_ms);
  return {};
}

void RequestGate::remember(const std::string& key, const std::string& digest,
                           std::int64_t until_ms) {
  auto& state = keys_[key];
  if (state.digests.insert(digest).second) state.by_end.emplace(until_ms, digest);
}

std::size_t RequestGate::remembered(const std::string& key) const {
  const auto state = keys_.find(key);
  return state == keys_.end() ? 0 : state->second.digests.size();
}

}  // namespace ferry
