// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The hashes that cloud services sign with, and their base64.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ferry {

/// Returns 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);
/// Returns 20 bytes.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view text);
/// Returns 16 bytes: what object stores call a part by, no protection.
[[nodiscard]] std::string md5(std::string_view bytes);
/// base64 with padding (RFC 4648 §4).
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// The other way round; nothing if it is none.
[[nodiscard]] std::optional<std::string> from_base64(std::string text);
/// Compares in a time that tells nothing of where two texts of one length differ.
[[nodiscard]] bool same_signature(std::string_view left, std::string_view right);

}  // namespace ferry
