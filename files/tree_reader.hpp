// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Walks one file system of the source, depth first and by name, and says what it finds in
// pages. It reads a live tree: what vanishes, appears or changes meanwhile becomes an issue
// or is seen by the next pass, and never ends this one.
//
// Memory: the names of the directory that is listed now, those of the subdirectories still to
// come on the way down to it (each at most limits::directory_names_bytes_max), one page, and
// a path for each file of several names whose other names have not been met yet.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "files/directory_names.hpp"
#include "files/file_digest.hpp"
#include "files/file_entry.hpp"
#include "files/filter_rules.hpp"
#include "files/source_file.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {

struct ReaderOptions {
  FilterRules filter = {};
  bool digests = false;  // read every file for its digest: a pass that trusts no time stamp
  bool contents = false;  // with these, FileEntry::content
  std::string digest_key = {};
  std::function<void(const FileIssue&)> on_issue = [](const FileIssue&) {};
  /// Directories that are listed as if something were mounted there, by their paths: in a snapshot,
  /// where nothing is, what mounts hide would be seen.
  std::set<std::string> mount_points = {};
  TreeRoot::Way way = TreeRoot::Way::by_kernel;
  std::stop_token stop = {};
};

/// One thread at a time. Pages of a directory come in a row, then all below it, then its end.
class TreeReader {
 public:
  using Step = std::variant<Listing, DirectoryEnd>;

  /// Error: disk_missing.
  [[nodiscard]] static Result<TreeReader> open(const std::filesystem::path& root,
                                               ReaderOptions options);

  /// Returns the next step, nothing after the root's end. Errors: limit_exceeded, a directory
  /// whose names don't fit; disk_read_failed, the root itself;
  /// canceled.
  [[nodiscard]] Result<std::optional<Step>> next();
  /// Opens the data of a listed regular file. Errors: file_changed, file_unreadable.
  [[nodiscard]] Result<SourceFile> open_file(const std::string& directory, const FileEntry& entry);
  void report(const std::string& path, const Error& error) { options_.on_issue({path, error}); }

 private:
  /// A directory on the way down.
  struct Level {
    DirectoryEnd end;
    DirectoryNames below;  // its subdirectories
    std::size_t next = 0;
  };
  /// The directory whose pages are made; it is the last level.
  struct Current {
    std::shared_ptr<const Fd> fd;
    DirectoryNames names;
    std::size_t next = 0;
    bool complete = true;
  };
  struct Leader {
    std::string path;
    std::uint64_t names_to_come = 0;
  };

  TreeReader(TreeRoot root, ReaderOptions options)
      : options_(std::move(options)),
        hasher_(options_.digest_key),
        root_(std::make_unique<TreeRoot>(std::move(root))),
        directories_(*root_) {}

  [[nodiscard]] Result<std::optional<Step>> enter(const std::string& path);
  [[nodiscard]] std::optional<Step> end_of_mount(const std::string& path);
  [[nodiscard]] Listing page();
  [[nodiscard]] std::optional<FileEntry> describe(std::size_t i);
  [[nodiscard]] Result<> complete(const Place& place, const struct statx& status, FileEntry& entry);
  [[nodiscard]] Result<> find_leader(const Place& place, std::uint64_t names, FileEntry& entry);
  void take_digest(const Place& place, FileEntry& entry);

  ReaderOptions options_;
  FileHasher hasher_;
  bool started_ = false;
  std::vector<Level> levels_;
  std::optional<Current> current_;
  std::map<FileIdentity, Leader> leaders_;
  std::unique_ptr<TreeRoot> root_;  // at one address, because the cache knows it
  DirectoryCache directories_;      // of the files that are opened
};

}  // namespace ferry::files
