// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The sending half of a pass over a tree. Listings go ahead of the data, so that their answers
// are there when it is their turn and a slow link costs no round trip for each directory. Files,
// further names and ends of directories follow in the order of the walk.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "files/tree_reader.hpp"
#include "replication/sender_link.hpp"
#include "replication/step_batch.hpp"
#include "replication/surveys.hpp"
#include "replication/tree_frame.hpp"
#include "replication/tree_pass.hpp"

namespace ferry {

/// Used by one thread. Errors: those of TreeReader::next and SenderLink.
class TreeSender {
 public:
  TreeSender(const ZmqContext& context, PassShared& pass, BufferPool& pool,
             files::TreeReader& reader);

  /// Sends all that the receiver wants, and waits until it is durable there.
  [[nodiscard]] Result<> send_tree();
  using Tell = std::function<void(const std::string& directory, const files::FileEntry& entry)>;
  struct Comparison {
    /// Directories themselves, too, and not only what is in them.
    bool directories = false;
    Tell different;
    /// Called for all that the receiver doesn't tell to be different, directories at their end.
    Tell same;
  };
  /// Has the receiver compare all of it. A directory that it lacks stands for all below it.
  [[nodiscard]] Result<> compare_tree(const Comparison& comparison);

  [[nodiscard]] const TreePassResult& result() const { return result_; }

 private:
  /// What was sent for an answer, or an end of a directory that was not sent yet.
  struct Ahead {
    files::TreeReader::Step step;
    std::size_t bytes = 0;  // in its frame, of what was sent
    bool sent = false;
    std::optional<std::vector<std::uint32_t>> answer;
  };
  using Use = std::function<Result<>(Ahead& next)>;
  /// What is sent ahead: listings, of this kind, and ends of directories, if they are compared.
  struct Asked {
    frame::StepKind listings = frame::StepKind::listing;
    bool ends = false;
  };

  Result<> walk(const Asked& asked, const Use& use);
  Result<> look_ahead(const Asked& asked);
  Result<> send_ahead(const Asked& asked, Ahead& ahead);
  Result<> await_answer(const Ahead& next);
  Result<> send_answered(Ahead& next);
  [[nodiscard]] bool is_surveyed(const files::FileEntry& entry) const;
  Result<> send_file(const std::string& directory, const files::FileEntry& entry);
  Result<bool> try_file(const std::string& directory, const files::FileEntry& entry, bool last);
  /// How much of a file is sent, and how much is done with it.
  struct Sent {
    std::uint64_t bytes = 0;
    std::uint64_t settles = 0;
  };
  Result<std::optional<files::TreeReader::Step>> read_step();
  Result<std::optional<files::FilePiece>> read_piece(files::SourceFile& source,
                                                     std::span<std::byte> into);
  Result<Sent> send_data(files::SourceFile& source);
  Result<Sent> send_changes(files::SourceFile& source);
  Result<bool> skip(const std::string& path, const Error& error);
  Result<> finish();
  Result<> take_reply(frame::Type type, std::span<const std::byte> payload);
  Result<> take_wanted(const frame::Wanted& wanted);

  PassShared& pass_;
  files::TreeReader& reader_;
  SenderLink link_;
  StepBatch batch_;
  std::optional<Surveys> surveys_;  // none: all files are sent whole
  files::FileHasher hasher_;
  std::vector<std::byte> scratch_;  // of a file that is compared
  std::deque<Ahead> ahead_;
  std::size_t ahead_bytes_ = 0;
  bool walked_ = false;         // the reader has nothing more
  std::uint64_t answered_ = 0;  // of what was sent ahead
  std::size_t unsent_ = 0;      // of it, in the batch
  std::optional<frame::Summary> summary_;
  TreePassResult result_;
};

}  // namespace ferry
