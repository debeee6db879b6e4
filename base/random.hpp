// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Unguessable bytes and ids from the kernel, digests from OpenSSL.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ferry {

/// Returns `count` bytes fit for keys and secrets. Throws std::system_error on a kernel without
/// getrandom(2), which is older than Linux 3.17.
[[nodiscard]] std::string random_bytes(std::size_t count);
/// Returns `prefix-` and 20 lower-case letters and digits, such as "s-bp1e2fsl57knvuug3x9a"
/// (the shape of the real service's ids).
[[nodiscard]] std::string random_id(std::string_view prefix);
/// Returns the 32 raw bytes of SHA-256.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Incremental SHA-256, for what does not fit in memory at once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes);
  /// Returns the 32 raw bytes; the object is then ready for the next digest.
  [[nodiscard]] std::string finish();

 private:
  void* context_;
};

}  // namespace ferry
