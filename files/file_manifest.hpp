// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a comparison has found to be the same at both ends, path by path, with a digest of each: the
// part of a certificate by which a file can be named that is not what it was. Both ends make it of
// the same walk, so they have the same bytes. docs/certificate.md describes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "files/file_entry.hpp"

namespace ferry::files {

inline constexpr std::size_t entry_digest_bytes = 32;

/// The file of all manifests of a disk image's file systems, one after the other.
[[nodiscard]] inline std::filesystem::path manifests_beside(std::filesystem::path disk) {
  return disk.replace_extension(".files");
}

/// Returns the SHA-256 of all that travels about the entry but its name, with the digest of its
/// content for its data.
[[nodiscard]] std::string entry_digest(const FileEntry& entry);

/// What both ends know of theirs when a comparison ends.
struct ManifestSummary {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::string sha256;  // 32 bytes; empty: it became larger than limits::file_manifest_bytes_max
};

/// Used by one thread. Entries come in the order of the walk, a directory at its end.
class FileManifest {
 public:
  /// Adds it, and returns the bytes that it takes. A regular file whose data could not be read has
  /// none.
  [[nodiscard]] std::string add(const std::string& path, const FileEntry& entry);
  [[nodiscard]] ManifestSummary finish();

 private:
  std::string last_path_;
  Sha256 hash_;
  ManifestSummary summary_;
};

/// A manifest that becomes a file.
class ManifestFile {
 public:
  /// Takes away what an earlier comparison has left under the name. Errors: those of writing files.
  [[nodiscard]] static Result<ManifestFile> create(const std::filesystem::path& path);

  [[nodiscard]] Result<> add(const std::string& path, const FileEntry& entry);
  /// Makes it durable under its name. `whole` false: as an empty file, because it would lack what
  /// the other end has. The same if it is too large.
  [[nodiscard]] Result<> finish(bool whole);

 private:
  ManifestFile(std::filesystem::path path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  [[nodiscard]] Result<> flush();

  std::filesystem::path path_;
  Fd fd_;
  FileManifest manifest_;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

/// Calls `use` with the path and the digest of each entry, in their order. Error: malformed.
[[nodiscard]] Result<> read_manifest(
    std::string_view bytes,
    const std::function<void(const std::string& path, std::string_view digest)>& use);

}  // namespace ferry::files
