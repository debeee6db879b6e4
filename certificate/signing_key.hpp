// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The key that certificates are signed with: Ed25519, whose signature of the same bytes is always
// the same. Kept as PEM, so that other programs can check what it signs.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry {

/// The file of the key in a folder of keys; its public half is in FILE.pub.
inline constexpr std::string_view signing_key_name = "certificates";

struct SigningKey {
  std::string secret;      // 32 bytes
  std::string public_key;  // 32 bytes

  /// Reads the file (mode 0600), or makes and stores both halves. Errors: key_unreadable, and
  /// those of writing files.
  [[nodiscard]] static Result<SigningKey> load_or_make(const std::filesystem::path& file);
  /// Returns the 64 bytes.
  [[nodiscard]] std::string sign(std::string_view bytes) const;
};

/// False for keys and signatures of a wrong size, too.
[[nodiscard]] bool is_signed_by(std::string_view public_key, std::string_view bytes,
                                std::string_view signature);
/// The 32 bytes of a public key in PEM. Errors: key_unreadable.
[[nodiscard]] Result<std::string> read_signing_public_key(const std::filesystem::path& file);
/// SHA-256 of the 32 bytes, in hex.
[[nodiscard]] std::string key_fingerprint(std::string_view public_key);

}  // namespace ferry
