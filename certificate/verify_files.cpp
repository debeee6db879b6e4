// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Trees of files against what both ends of a migration have listed of them.
#include <unordered_map>

#include "base/chunk_digests.hpp"
#include "base/text.hpp"
#include "certificate/disk_digests.hpp"
#include "certificate/verify.hpp"
#include "files/file_manifest.hpp"
#include "files/tree_reader.hpp"

namespace ferry {
namespace {

/// A tree that is read, against its manifest.
class FileCheck {
 public:
  FileCheck(std::uint32_t disk, Verification& found) : disk_(disk), found_(found) {}

  [[nodiscard]] Result<> expect(std::string_view manifest) {
    return files::read_manifest(manifest, [this](const std::string& path, std::string_view digest) {
      expected_[path] = digest;
    });
  }
  void take(const std::string& path, const files::FileEntry& entry) {
    const auto expected = expected_.find(path);
    if (expected == expected_.end()) {
      if (unknown_++ == 0) first_unknown_ = shown(path);
      return;
    }
    const auto digest = files::entry_digest(entry);
    if (digest != expected->second) report("file", path, expected->second, to_hex(digest));
    expected_.erase(expected);
  }
  void finish() {
    for (const auto& [path, digest] : expected_) report("file_missing", path, digest, {});
    if (unknown_ == 0) return;
    found_.notes.push_back("the certificate says nothing of " + std::to_string(unknown_) +
                           " file(s) that are there; the first: " + first_unknown_);
  }

 private:
  static std::string shown(const std::string& path) { return path.empty() ? "." : escaped(path); }
  void report(const char* stage, const std::string& path, std::string_view expected,
              const std::string& have) {
    tell(found_, {stage, disk_, 0, 0, 0, to_hex(expected), have, shown(path)});
  }

  std::uint32_t disk_;
  Verification& found_;
  std::unordered_map<std::string, std::string_view> expected_;
  std::uint64_t unknown_ = 0;
  std::string first_unknown_;
};

}  // namespace

std::uint64_t CertifiedDigests::manifests_begin() const {
  std::uint64_t digests = 0;
  for (const auto& disk : certificate_.disks) {
    digests += chunks_of(disk.bytes, certificate_.chunk_bytes) +
               touched_chunks(disk.changed, certificate_.chunk_bytes).size() +
               chunks_of(disk.file_bytes, disk.part_bytes);
  }
  return digests * chunk_digest_bytes;
}

Result<std::string_view> CertifiedDigests::manifest_of(std::uint32_t disk,
                                                       const std::string& mount_point) const {
  auto at = manifests_begin();
  for (const auto& one : certificate_.disks) {
    for (const auto& proven : one.files) {
      const bool wanted = one.index == disk && proven.mount_point == mount_point;
      if (wanted && proven.sha256.empty()) {
        return fail(Errc::not_found, "the certificate lists no files of " + mount_point);
      }
      if (at > bytes_.size() || proven.bytes > bytes_.size() - at) {
        return fail(Errc::malformed, "the digests beside the certificate end too early");
      }
      if (wanted) return std::string_view{bytes_}.substr(at, proven.bytes);
      at += proven.bytes;
    }
  }
  return fail(Errc::not_found, "no files of " + mount_point + " went to disk " +
                                   std::to_string(disk) + " of the certificate");
}

Result<> CertifiedDigests::verify_files(std::uint32_t disk, const std::string& mount_point,
                                        const std::filesystem::path& directory,
                                        Verification& found) const {
  const auto manifest = manifest_of(disk, mount_point);
  if (!manifest) return fail(manifest.error());
  FileCheck check{disk, found};
  if (auto read = check.expect(*manifest); !read) return read;
  files::ReaderOptions options;
  options.digests = options.contents = true;
  options.on_issue = [&found](const files::FileIssue& issue) {
    if (found.notes.size() == limits::differences_told_max) return;
    found.notes.push_back(escaped(issue.error.what));
  };
  auto reader = files::TreeReader::open(directory, std::move(options));
  if (!reader) return fail(reader.error());
  for (;;) {
    const auto step = reader->next();
    if (!step) return fail(step.error());
    if (!*step) break;
    if (const auto* end = std::get_if<files::DirectoryEnd>(&**step)) {
      check.take(end->path, end->entry);
      continue;
    }
    const auto& listing = std::get<files::Listing>(**step);
    for (const auto& entry : listing.entries) {
      if (entry.type == files::FileType::directory) continue;  // it comes at its end
      check.take(files::join(listing.directory, entry.name), entry);
    }
  }
  check.finish();
  return {};
}

}  // namespace ferry
