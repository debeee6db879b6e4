// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Seals secrets that the controller must know again, with AES-256-GCM under a key of its own. The
// key lies in a file outside of the database, so that a copy of the database tells no secret.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry {

/// The file of the key in a folder of keys.
inline constexpr std::string_view secret_box_name = "access-keys";

class SecretBox {
 public:
  /// Reads the file (mode 0600), or makes and stores a key. Errors: key_unreadable, and those of
  /// writing files.
  [[nodiscard]] static Result<SecretBox> load_or_make(const std::filesystem::path& file);

  /// What `owner` can open again: a sealed secret can't be moved to another one.
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view owner) const;
  /// Errors: key_unreadable, if it was sealed with another key or for another owner, or damaged.
  [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view owner) const;

 private:
  explicit SecretBox(std::string key) : key_(std::move(key)) {}

  std::string key_;  // 32 bytes
};

}  // namespace ferry
