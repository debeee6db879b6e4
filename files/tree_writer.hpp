// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes a directory of the target equal to the tree that is listed to it. All it knows is what
// lies there: after a crash the next pass finds what is equal already and goes on with the
// rest. Nothing outside the root is touched, whatever the peer sends.
//
// What is complete waits for the next commit: first the data is made durable, then new files get
// their times, and those that replace something its name. So no file ever has the size and time
// that were listed, which is how a pass recognises it, without its data. Directories wait in the
// same queue, because their time may be set only behind the names in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "files/directory_names.hpp"
#include "files/file_entry.hpp"
#include "files/file_survey.hpp"
#include "files/filter_rules.hpp"
#include "files/target_file.hpp"
#include "files/temporary_name.hpp"
#include "files/tree_remover.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {

struct WriterOptions {
  FilterRules filter = {};  // what it excludes is left alone
  std::string digest_key = {};
  std::function<void(const FileIssue&)> on_issue = [](const FileIssue&) {};
  std::stop_token stop = {};
};

/// One thread at a time. Errors of every call: malformed, for what no honest source sends;
/// disk_full and disk_write_failed, which end the pass; canceled. What concerns one file is an
/// issue.
class TreeWriter {
 public:
  /// Errors: disk_write_failed, disk_full.
  [[nodiscard]] static Result<TreeWriter> open(const std::filesystem::path& root,
                                               WriterOptions options);
  TreeWriter(TreeWriter&&) noexcept = default;
  ~TreeWriter() = default;

  /// Takes a page: removes what is not there, makes directories, links and special files, and
  /// corrects what differs in anything but data. Returns the indices of the entries that have
  /// to be sent: regular files by `create`, further names (with a leader) by `add_name`.
  [[nodiscard]] Result<std::vector<std::uint32_t>> list(const Listing& listing);
  /// Begins with a file's data. The error may also be of this file alone (is_issue).
  [[nodiscard]] Result<TargetFile> create(const std::string& directory, const FileEntry& entry);
  /// Says what lies there from `begin` on of the file with this path, a multiple of
  /// limits::granule_bytes. Error: malformed.
  [[nodiscard]] Result<FileSurvey> survey(const std::string& path, std::uint64_t begin) const;
  /// Begins with the data that differs, of a file that a survey has told of. The error may also be
  /// of this file alone.
  [[nodiscard]] Result<TargetFile> patch(const std::string& directory, const FileEntry& entry);
  /// Ends a file's data. Errors: also transfer_corrupt.
  [[nodiscard]] Result<> complete(TargetFile file, const FileEnd& end);
  /// Gives the leader's file this entry's name, too.
  [[nodiscard]] Result<> add_name(const std::string& directory, const FileEntry& entry);
  /// Takes the end of a directory, after the files in it and below.
  [[nodiscard]] Result<> end_directory(DirectoryEnd end);
  /// Makes all that was taken so far visible and durable.
  [[nodiscard]] Result<> commit();

  /// Returns how often what was taken has been made visible. Each time that becomes durable which
  /// was visible before.
  [[nodiscard]] std::uint64_t commits() const { return commits_; }
  [[nodiscard]] std::uint64_t removed() const { return remover_->removed(); }
  void report(const std::string& path, const Error& error, bool held = false) {
    options_->on_issue({path, error, held});
  }

 private:
  /// The directory that is being listed.
  struct Listed {
    std::string path;
    std::shared_ptr<const Fd> fd;  // null: it can't be opened, and is left out
    DirectoryNames names;          // of the target
    std::size_t next = 0;          // the first that is not before the pages so far
    std::string last_name;         // of the pages so far
  };
  /// What is at the target under a name.
  struct Existing {
    FileEntry entry;
    std::uint64_t names = 0;
    FileIdentity inode;
  };
  struct Step {
    enum class Kind : std::uint8_t { file, name, directory } kind = Kind::file;
    std::string directory;  // of the name, or the directory itself
    std::string temporary;
    FileEntry entry;
    bool patched = false;
  };

  TreeWriter(TreeRoot root, WriterOptions options);

  [[nodiscard]] Result<> enter(const std::string& path);
  [[nodiscard]] Result<> remove_extra(std::size_t i, bool complete);
  [[nodiscard]] Result<bool> consider(const Place& place, const FileEntry& entry, bool exists);
  [[nodiscard]] Result<bool> make_directory(const Place& place,
                                            const std::optional<Existing>& have);
  [[nodiscard]] bool same_inode(const FileEntry& entry, const Existing& have) const;
  [[nodiscard]] Result<bool> same_content(const Place& place, const FileEntry& entry,
                                          const Existing& have);
  void forget_directories() {
    directories_.forget();
    leading_.forget();
  }
  void note_leader(const FileEntry& entry, const std::optional<Existing>& kept);
  [[nodiscard]] Result<> make_special(const Place& place, const FileEntry& entry, bool exists);
  /// Reports the error and goes on, if it is of one file.
  [[nodiscard]] Result<> issue_or_fail(const std::string& path, Result<> done);
  /// The same of a `settle`, behind which the file is there.
  [[nodiscard]] Result<> settled(const std::string& path, Result<> done);

  [[nodiscard]] Result<> queue(Step step);
  [[nodiscard]] Result<> make_visible();
  [[nodiscard]] Result<> sync();
  [[nodiscard]] Result<> perform(const Step& step);
  [[nodiscard]] Result<> give_name(const Place& place, const std::string& temporary);
  [[nodiscard]] Result<> link(const Place& place, const FileEntry& entry);
  [[nodiscard]] Result<> settle_directory(const Step& step);

  // At fixed addresses, because the others know them.
  std::unique_ptr<WriterOptions> options_;
  std::unique_ptr<TreeRoot> root_;
  std::unique_ptr<TreeRemover> remover_;
  DirectoryCache directories_;  // of files
  DirectoryCache leading_;      // of leaders
  FileHasher hasher_;
  TemporaryNames temporary_names_;
  std::optional<Listed> listed_;
  /// Where the source's files of several names are at the target, by the source's identity;
  /// a file that becomes another inode in this pass has none.
  std::map<FileIdentity, FileIdentity> leaders_;
  std::set<FileIdentity> led_inodes_;  // all that are in leaders_
  std::vector<Step> steps_;
  std::uint64_t commits_ = 0;
  std::uint64_t uncommitted_bytes_ = 0;  // data, and what the steps take in memory
};

}  // namespace ferry::files
