// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/keyring.hpp"

#include <algorithm>
#include <charconv>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry::emulator {
namespace {

constexpr std::string_view temporary = "STS.";

/// The number behind the last dot; 0 if there is none.
std::int64_t end_in(std::string_view text) {
  const auto digits = text.substr(text.rfind('.') + 1);
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ptr == digits.data() + digits.size() ? number : 0;
}

}  // namespace

Keyring::Keyring(std::vector<AccessKey> keys) : keys_(std::move(keys)) {}

std::optional<Keyring::Entry> Keyring::find(const std::string& id) const {
  const auto own = std::ranges::find(keys_, id, &AccessKey::id);
  if (own != keys_.end()) return Entry{*own};
  const auto end_ms = end_in(id);
  const auto dot = id.rfind('.');
  if (!id.starts_with(temporary) || dot < temporary.size() || end_ms == 0) return std::nullopt;
  const auto key = of_role(id.substr(temporary.size(), dot - temporary.size()), end_ms);
  return Entry{key, end_ms <= wall_ms()};
}

AccessKey Keyring::of_role(const std::string& role, std::int64_t end_ms) const {
  const auto id = std::string{temporary} + role + '.' + std::to_string(end_ms);
  return {id, "role-secret-" + derived("secret of " + id),
          "role-token-" + derived("token of " + id)};
}

std::string Keyring::metadata_token(std::int64_t end_ms) const {
  const auto end = std::to_string(end_ms);
  return derived("metadata until " + end) + '.' + end;
}

bool Keyring::is_metadata_token(const std::string& token) const {
  const auto end_ms = end_in(token);
  return end_ms > wall_ms() && same_signature(token, metadata_token(end_ms));
}

std::string Keyring::derived(const std::string& text) const {
  return to_hex(hmac_sha256(keys_.empty() ? "" : keys_.front().secret, text));
}

}  // namespace ferry::emulator
