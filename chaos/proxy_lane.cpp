// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/proxy_lane.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace ferry::chaos {
namespace {

// At a low rate, what goes out at once is a part of a second's bytes.
constexpr std::uint64_t pieces_a_second = 20;

std::size_t piece_bytes(const Weather& weather) {
  if (weather.rate_bytes == 0) return lane_read_bytes;
  return std::clamp<std::size_t>(weather.rate_bytes / pieces_a_second, 1, lane_read_bytes);
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

bool Lane::fill(int from, const Weather& weather, std::int64_t now_us) {
  std::array<char, lane_read_bytes> buffer;
  const auto count = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0) return would_block();
  if (count == 0) {
    ended_ = true;
    return true;
  }
  std::string bytes{buffer.data(), static_cast<std::size_t>(count)};
  if (weather.flip_every > 0) flip(bytes, weather.flip_every);
  // Bytes never overtake each other, as in TCP: an older piece may be due later.
  auto due_us = now_us + static_cast<std::int64_t>(weather.delay_ms) * 1000;
  if (!pieces_.empty()) due_us = std::max(due_us, pieces_.back().due_us);
  bytes_ += bytes.size();
  pieces_.push_back({due_us, std::move(bytes)});
  return true;
}

void Lane::flip(std::string& bytes, std::uint64_t every) {
  if (until_flip_ == 0 || until_flip_ > 2 * every) until_flip_ = 1 + engine_() % (2 * every);
  std::uint64_t at = 0;
  while (until_flip_ <= bytes.size() - at) {
    at += until_flip_;
    auto& byte = bytes[at - 1];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (engine_() % 8)));
    ++flipped_;
    until_flip_ = 1 + engine_() % (2 * every);
  }
  until_flip_ -= bytes.size() - at;
}

bool Lane::is_due(const Weather& weather, std::int64_t now_us) const {
  return wait_us(weather, now_us) == 0;
}

std::int64_t Lane::wait_us(const Weather& weather, std::int64_t now_us) const {
  if (weather.cut || told_end_) return -1;
  if (pieces_.empty()) return ended_ ? 0 : -1;
  auto due_us = pieces_.front().due_us;
  if (weather.rate_bytes > 0) due_us = std::max(due_us, next_write_us_);
  return std::max<std::int64_t>(0, due_us - now_us);
}

bool Lane::drain(int to, const Weather& weather, std::int64_t now_us) {
  while (is_due(weather, now_us)) {
    if (pieces_.empty()) {
      told_end_ = true;
      return ::shutdown(to, SHUT_WR) == 0 || errno == ENOTCONN;
    }
    auto& bytes = pieces_.front().bytes;
    const auto wanted = std::min(bytes.size(), piece_bytes(weather));
    const auto count = ::send(to, bytes.data(), wanted, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return would_block();
    const auto sent = static_cast<std::size_t>(count);
    if (weather.rate_bytes > 0) {
      const auto cost_us = static_cast<std::int64_t>(sent * 1'000'000 / weather.rate_bytes);
      next_write_us_ = std::max(next_write_us_, now_us) + cost_us;
    }
    bytes_ -= sent;
    passed_ += sent;
    bytes.erase(0, sent);
    if (!bytes.empty() && sent < wanted) return true;
    if (bytes.empty()) pieces_.pop_front();
  }
  return true;
}

}  // namespace ferry::chaos
