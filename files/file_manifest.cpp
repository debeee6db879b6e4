// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_manifest.hpp"

#include <algorithm>
#include <bit>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "files/packer.hpp"

namespace ferry::files {
namespace {

constexpr std::size_t head_bytes = 4;  // of an entry, before the rest of its path
constexpr std::size_t buffer_bytes = 1 * limits::mib;

void put_number(std::string& to, std::size_t number) {
  to.push_back(static_cast<char>(number & 0xff));
  to.push_back(static_cast<char>(number >> 8));
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  return byte(at) | static_cast<std::size_t>(byte(at + 1)) << 8;
}

static_assert(limits::file_path_bytes_max < 1 << 16);

}  // namespace

std::string entry_digest(const FileEntry& entry) {
  PackedText text;
  Packer to{text};
  to.pack_array(14);
  to.pack(static_cast<std::uint8_t>(entry.type)).pack(entry.mode).pack(entry.uid).pack(entry.gid);
  to.pack(std::bit_cast<std::uint64_t>(entry.mtime.seconds)).pack(entry.mtime.nanoseconds);
  to.pack(entry.size).pack(entry.device_major).pack(entry.device_minor);
  to.pack(bin(entry.target)).pack(bin(entry.leader));
  to.pack_array(static_cast<std::uint32_t>(2 * entry.xattrs.size()));
  for (const auto& [name, value] : entry.xattrs) to.pack(bin(name)).pack(bin(value));
  to.pack(entry.flags).pack(bin(entry.content));
  return sha256(text.bytes);
}

std::string FileManifest::add(const std::string& path, const FileEntry& entry) {
  if (entry.type == FileType::regular && entry.leader.empty() && entry.content.empty()) return {};
  const auto end = std::ranges::mismatch(last_path_, path).in1;
  const auto common = static_cast<std::size_t>(end - last_path_.begin());
  std::string bytes;
  put_number(bytes, common);
  put_number(bytes, path.size() - common);
  bytes.append(path, common).append(entry_digest(entry));
  last_path_ = path;
  hash_.update(std::string_view{bytes});
  ++summary_.entries;
  summary_.bytes += bytes.size();
  return bytes;
}

ManifestSummary FileManifest::finish() {
  auto summary = std::move(summary_);
  summary.sha256 = hash_.finish();
  if (summary.bytes > limits::file_manifest_bytes_max) summary.sha256.clear();
  return summary;
}

Result<ManifestFile> ManifestFile::create(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  auto fd = open_file(path.string() + ".part", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (!fd) return fail(fd.error());
  return ManifestFile{path, std::move(*fd)};
}

Result<> ManifestFile::add(const std::string& path, const FileEntry& entry) {
  buffer_ += manifest_.add(path, entry);
  return buffer_.size() < buffer_bytes ? Result<>{} : flush();
}

Result<> ManifestFile::flush() {
  // Beyond the limit it will be empty, and takes no more room.
  if (written_ <= limits::file_manifest_bytes_max) {
    auto done = write_at(fd_, buffer_.data(), buffer_.size(), written_);
    if (!done) return done;
    written_ += buffer_.size();
  }
  buffer_.clear();
  return {};
}

Result<> ManifestFile::finish(bool whole) {
  if (auto done = flush(); !done) return done;
  const bool kept = whole && !manifest_.finish().sha256.empty();
  if ((!kept && ::ftruncate(fd_.get(), 0) != 0) || ::fsync(fd_.get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "make durable " + path_.string()));
  }
  std::error_code error;
  std::filesystem::rename(path_.string() + ".part", path_, error);
  if (error) {
    return fail(Errc::disk_write_failed, "rename to " + path_.string() + ": " + error.message());
  }
  return sync_folder(path_.parent_path());
}

Result<> read_manifest(
    std::string_view bytes,
    const std::function<void(const std::string& path, std::string_view digest)>& use) {
  std::string path;
  while (!bytes.empty()) {
    const bool has_head = bytes.size() >= head_bytes;
    const auto common = has_head ? number_at(bytes, 0) : 0;
    const auto rest = has_head ? number_at(bytes, 2) : 0;
    if (!has_head || common > path.size() || common + rest > limits::file_path_bytes_max ||
        bytes.size() < head_bytes + rest + entry_digest_bytes) {
      return fail(Errc::malformed, "the digests of files are broken");
    }
    path.resize(common);
    path.append(bytes.substr(head_bytes, rest));
    use(path, bytes.substr(head_bytes + rest, entry_digest_bytes));
    bytes.remove_prefix(head_bytes + rest + entry_digest_bytes);
  }
  return {};
}

}  // namespace ferry::files
