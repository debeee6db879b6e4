// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The digest of a file's data. It is keyed, because whoever can choose a server's file contents
// must not be able to choose two that look equal to us. Zero granules are left out, so a hole,
// written zeros and what was never sent are the same thing, and a hole costs no time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "files/file_entry.hpp"

namespace ferry::files {

class FileHasher {
 public:
  explicit FileHasher(std::string_view digest_key);
  ~FileHasher();
  FileHasher(FileHasher&& other) noexcept;
  FileHasher& operator=(FileHasher&& other) noexcept;

  /// Returns one for another file, with the same key.
  [[nodiscard]] FileHasher fresh() const;
  /// Takes data in ascending order. `offset` is a multiple of limits::granule_bytes; only the
  /// file's last piece may end within a granule.
  void add(std::uint64_t offset, std::span<const std::byte> data);
  /// Returns what a survey says of one granule, or of what the file's end leaves of it: by chance
  /// the same for other data, which is why a file is proven at its end. Never 0.
  [[nodiscard]] std::uint64_t granule_digest(std::span<const std::byte> granule) const;
  /// Ends the file. The hasher is used up by it, except for `fresh`.
  [[nodiscard]] FileDigest digest(std::uint64_t file_bytes);

 private:
  struct State;
  struct alignas(64) Secret {
    std::array<std::byte, 192> bytes{};
  };
  explicit FileHasher(std::shared_ptr<const Secret> secret);

  std::shared_ptr<const Secret> secret_;
  std::unique_ptr<State> state_;
};

}  // namespace ferry::files
