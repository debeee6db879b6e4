// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "files/file_manifest.hpp"
#include "tests/files/tree_fixture.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::files::test;
using files::ContentDigest;
using files::FileManifest;

namespace {

constexpr std::uint64_t chunk = limits::chunk_bytes;

std::string number(std::uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return bytes;
}

/// As the documentation says it, of data that is in memory.
std::string as_documented(const std::string& data) {
  if (data.size() <= chunk) return sha256(data);
  std::string all;
  for (std::uint64_t i = 0; i * chunk < data.size(); ++i) {
    const auto part = data.substr(i * chunk, chunk);
    if (part.find_first_not_of('\0') != std::string::npos) all += number(i) + sha256(part);
  }
  return sha256(all + number(data.size()));
}

/// In pieces of this size, leaving out those that are zeros.
std::string in_pieces(const std::string& data, std::size_t bytes) {
  ContentDigest digest;
  for (std::size_t at = 0; at < data.size(); at += bytes) {
    const auto piece = data.substr(at, bytes);
    if (piece.find_first_not_of('\0') == std::string::npos) continue;
    digest.add(at, std::as_bytes(std::span{piece}));
  }
  return digest.finish(data.size());
}

files::FileEntry regular(const std::string& content) {
  files::FileEntry entry;
  entry.size = content.size();
  entry.content = sha256(content);
  return entry;
}

}  // namespace

TEST_CASE("a content's digest is that of its bytes, whatever is a hole and how it is read") {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, chunk - 1, chunk, chunk + 1,
                                   3 * chunk, 5 * chunk + 4097}) {
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> places{
        {0, 0}, {0, 5}, {chunk - 1, 2}, {2 * chunk, chunk}, {4 * chunk, 4096}, {0, size}};
    for (const auto& place : places) {
      const auto from = place.first;
      const auto bytes = place.second;
      CAPTURE(size);
      CAPTURE(from);
      CAPTURE(bytes);
      std::string data(size, '\0');
      for (auto i = from; i < from + bytes && i < size; ++i)
        data[i] = static_cast<char>(i % 251 + 1);
      const auto expected = as_documented(data);
      for (const std::size_t piece : {std::size_t{4096}, std::size_t{12288}, std::size_t{chunk}}) {
        CHECK(in_pieces(data, piece) == expected);
      }
    }
  }
}

TEST_CASE("a hole of many TiB takes no time") {
  const std::string data(4096, 'x');
  ContentDigest digest;
  digest.add(1ULL << 60, std::as_bytes(std::span{data}));
  CHECK(digest.finish(1ULL << 62).size() == 32);
}

TEST_CASE("each field of an entry but its name changes its digest") {
  using files::FileEntry;
  const auto base = regular("x");
  const std::vector<std::function<void(FileEntry&)>> changes{
      [](FileEntry& e) { e.type = files::FileType::fifo; },
      [](FileEntry& e) { e.mode ^= 1; },
      [](FileEntry& e) { e.uid = 1; },
      [](FileEntry& e) { e.gid = 1; },
      [](FileEntry& e) { e.mtime.seconds = -1; },
      [](FileEntry& e) { e.mtime.nanoseconds = 1; },
      [](FileEntry& e) { e.size = 2; },
      [](FileEntry& e) { e.device_major = 1; },
      [](FileEntry& e) { e.device_minor = 1; },
      [](FileEntry& e) { e.target = "t"; },
      [](FileEntry& e) { e.leader = "l"; },
      [](FileEntry& e) {
        e.xattrs = {{"user.a", "1"}};
      },
      [](FileEntry& e) { e.flags = 1; },
      [](FileEntry& e) { e.content[31] ^= 1; }};
  std::set<std::string> digests{files::entry_digest(base)};
  for (const auto& change : changes) {
    auto entry = base;
    change(entry);
    digests.insert(files::entry_digest(entry));
  }
  CHECK(digests.size() == changes.size() + 1);
  auto named = base;
  named.name = "other";
  named.identity = {1, 2};
  named.ctime = {3, 4};
  CHECK(files::entry_digest(named) == files::entry_digest(base));
}

TEST_CASE("a manifest tells the paths and digests that it was made of, and none of unread files") {
  FileManifest manifest;
  const std::vector<std::string> paths{"a", "ab", "ab/c", "", std::string(4095, 'x'), "\xff\n"};
  std::string bytes;
  for (const auto& path : paths) bytes += manifest.add(path, regular(path));
  CHECK(manifest.add("unread", {}).empty());
  const auto summary = manifest.finish();
  CHECK(summary.entries == paths.size());
  CHECK(summary.bytes == bytes.size());
  CHECK(summary.sha256 == sha256(bytes));
  std::vector<std::string> read;
  REQUIRE(files::read_manifest(bytes, [&](const std::string& path, std::string_view digest) {
    read.push_back(path);
    CHECK(digest == files::entry_digest(regular(path)));
  }));
  CHECK(read == paths);
  const auto ignore = [](const std::string&, std::string_view) {};
  for (std::size_t size = 1; size < 40; ++size) {
    CHECK(files::read_manifest(bytes.substr(0, size), ignore).has_value() == (size == 37));
  }
  // More of the path before than there is.
  CHECK(files::read_manifest(std::string("\1\0\0\0", 4) + std::string(32, 'd'), ignore)
            .error()
            .code == Errc::malformed);
}

TEST_CASE("a manifest's file is there when it is complete, and empty if it lacks something") {
  const TempFolder folder{"/dev/shm"};
  const auto path = folder.path / "part.files";
  for (const bool whole : {true, false}) {
    auto file = files::ManifestFile::create(path);
    REQUIRE(file);
    CHECK(!std::filesystem::exists(path));
    FileManifest same;
    std::string bytes;
    for (int i = 0; i < 40'000; ++i) {
      const auto name = std::to_string(i);
      REQUIRE(file->add(name, regular(name)));
      bytes += same.add(name, regular(name));
    }
    CHECK(!std::filesystem::exists(path));
    REQUIRE(file->finish(whole));
    CHECK(read_file(path, 64 << 20).value() == (whole ? bytes : ""));
  }
}
