// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// CURVE keys: who a node is. Every process has one key pair, kept in two files.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace ferry {

/// Both halves as 40 characters of Z85 text (ZeroMQ RFC 32).
struct KeyPair {
  std::string public_key;
  std::string secret_key;
};

[[nodiscard]] KeyPair make_key_pair();
/// Reads `file` (secret, mode 0600) and `file`.pub, or makes and stores both.
[[nodiscard]] Result<KeyPair> load_or_make_key_pair(const std::filesystem::path& file);
[[nodiscard]] Result<std::string> load_public_key(const std::filesystem::path& file);
/// Returns the 32 bytes behind a Z85 key, and back; for the text of activation codes.
[[nodiscard]] Result<std::string> key_bytes(std::string_view z85);
[[nodiscard]] Result<std::string> key_text(std::string_view bytes);

/// What `edgeferry activation create` prints: all that an agent needs to find out
/// whether it talks to the right controller, and to be let in once.
struct ActivationCode {
  std::string activation;  // at-...
  std::string secret;      // 24 bytes
  std::string server_key;  // Z85
};
/// Returns "efc1-" and base64url text.
[[nodiscard]] std::string to_text(const ActivationCode& code);
[[nodiscard]] Result<ActivationCode> parse_activation_code(std::string_view text);

}  // namespace ferry
