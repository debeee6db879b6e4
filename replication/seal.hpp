// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys and seals of the data plane. A session's 32-byte secret comes from the
// control link. Each link (one stream, one pass) mixes both ends' fresh salts
// into its keys, so no key and nonce pair is ever used twice and a recording of
// an earlier link opens nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "replication/frame.hpp"

namespace ferry {

/// What both ends of a session know. Made by the controller, travels only on the
/// encrypted control link.
struct SessionKey {
  std::uint64_t id = 0;
  std::string secret;       // 32 bytes
  bool sealed = true;       // false: not encrypted, checked by XXH3-64 only
  std::uint64_t epoch = 0;  // a higher epoch fences older sessions of the disk
};

enum class Direction : std::uint8_t { to_target = 0, to_source = 1 };

/// Seals and opens frames of one link in one direction: AES-128-GCM in place,
/// nonce = stream number and sequence, the prefix as associated data. With
/// `sealed` false the tag is an XXH3-64 of the frame, which finds accidents only.
/// One thread at a time.
class LinkSeal {
 public:
  LinkSeal(const SessionKey& key, std::uint32_t stream, Direction direction,
           std::string_view salts);
  ~LinkSeal();
  LinkSeal(LinkSeal&& other) noexcept;
  LinkSeal& operator=(LinkSeal&& other) noexcept;

  /// `message` is a whole frame: prefix, payload, and room for the tag.
  void seal(const frame::Prefix& prefix, std::span<std::byte> message);
  /// Decrypts in place and returns the payload, or malformed.
  [[nodiscard]] Result<std::span<std::byte>> open(const frame::Prefix& prefix,
                                                  std::span<std::byte> message);
  /// Builds a small frame of its own bytes.
  [[nodiscard]] std::string message(const frame::Prefix& prefix, std::string_view payload);

 private:
  void* context_;
  bool sealed_;
  std::uint64_t seed_ = 0;
};

/// Builds and checks the frames outside a link (hello, welcome, refuse), which
/// are authenticated with a key of the session but not encrypted.
[[nodiscard]] std::string greeting(const SessionKey& key, const frame::Prefix& prefix,
                                   std::string_view payload);
[[nodiscard]] Result<std::span<const std::byte>> open_greeting(const SessionKey& key,
                                                               std::span<const std::byte> message);

}  // namespace ferry
