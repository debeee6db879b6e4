// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Real file systems on loop devices for the tests of files/, copies between them, and two
// witnesses of whether a copy is right: rsync, and a comparison of what rsync doesn't look at.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/copy_tree.hpp"
#include "tests/files/scratch.hpp"

namespace ferry::files::test {

/// A new file system of this type, mounted.
struct Mounted {
  explicit Mounted(const std::string& type) : point(folder / "mount") {
    const auto image = folder / "image";
    sh("truncate -s 400M " + image + "; mkfs." + type + " -q " + (type == "ext4" ? "-F " : "-f ") +
       image + " >/dev/null; mkdir " + point + "; mount -o loop " + image + ' ' + point);
  }
  ~Mounted() { (void)run({.argv = {"umount", "-l", point}}); }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

  /// In memory, because each commit waits for the disk.
  TempFolder folder{"/dev/shm"};
  std::string point;
};

/// A tree and its copy.
struct Pair {
  explicit Pair(const std::string& type) : file_system(type) {
    sh("mkdir " + source() + ' ' + target());
  }
  ~Pair() { (void)run({.argv = {"chattr", "-R", "-f", "-i", "-a", file_system.point}}); }
  [[nodiscard]] std::string source() const { return file_system.point + "/source"; }
  [[nodiscard]] std::string target() const { return file_system.point + "/target"; }
  /// Runs a shell line in the source.
  void in_source(const std::string& line) const { sh("cd " + source() + "; " + line); }
  void in_target(const std::string& line) const { sh("cd " + target() + "; " + line); }
  [[nodiscard]] std::string in_target_says(const std::string& line) const {
    return sh("cd " + target() + "; " + line);
  }

  Mounted file_system;
};

struct Copied {
  CopyCounts counts;
  std::uint64_t removed = 0;
  std::vector<FileIssue> issues;
};

/// One pass, which must not fail as a whole.
inline Copied copy(const std::string& source, const std::string& target, ReaderOptions reading = {},
                   const std::string& filter = {}) {
  Copied copied;
  const auto note = [&](const FileIssue& issue) { copied.issues.push_back(issue); };
  reading.filter = rules(filter);
  reading.digest_key = "key";
  reading.on_issue = note;
  auto reader = TreeReader::open(source, std::move(reading));
  REQUIRE(reader);
  auto writer = TreeWriter::open(target, {rules(filter), "key", note});
  REQUIRE(writer);
  auto counts = copy_tree(*reader, *writer);
  if (!counts) FAIL(to_string(counts.error()));
  copied.counts = *counts;
  copied.removed = writer->removed();
  return copied;
}

inline Copied copy(const Pair& pair) {
  auto copied = copy(pair.source(), pair.target());
  for (const auto& issue : copied.issues) FAIL_CHECK(to_string(issue.error));
  return copied;
}

/// What rsync would still change: it compares contents, and all it can preserve.
inline std::string rsync_says(const Pair& pair, const std::string& options = {}) {
  return sh("rsync -aHAXn --checksum --itemize-changes --delete " + options + ' ' + pair.source() +
            "/ " + pair.target() + "/");
}

/// All that rsync doesn't compare, one line a file: time to the nanosecond, flags, the first
/// name of the same inode, because rsync leaves names together that should be apart, and
/// allocated space by the MiB, because its exact size is the file system's affair.
inline std::vector<std::string> fine_print(const std::string& root) {
  std::vector<std::string> paths, lines;
  for (const auto& at : std::filesystem::recursive_directory_iterator{root}) {
    paths.push_back(at.path().lexically_relative(root).string());
  }
  std::ranges::sort(paths);
  std::map<std::uint64_t, std::string> first_names;
  for (const auto& path : paths) {
    struct statx status {};
    REQUIRE(::statx(AT_FDCWD, join(root, path).c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS,
                    &status) == 0);
    constexpr auto flags = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_NODUMP;
    const bool regular = S_ISREG(status.stx_mode);
    lines.push_back(path + " time " + std::to_string(status.stx_mtime.tv_sec) + '.' +
                    std::to_string(status.stx_mtime.tv_nsec) + " flags " +
                    std::to_string(status.stx_attributes & flags) + " MiB " +
                    std::to_string(regular ? status.stx_blocks / 2048 : 0) + " is " +
                    first_names.try_emplace(status.stx_ino, path).first->second);
  }
  return lines;
}

inline void check_equal(const Pair& pair) {
  CHECK(rsync_says(pair).empty());
  const auto there = fine_print(pair.source());
  const auto here = fine_print(pair.target());
  const auto [a, b] = std::ranges::mismatch(there, here);
  CHECK((a == there.end() ? "nothing" : *a) == (b == here.end() ? "nothing" : *b));
}

}  // namespace ferry::files::test
