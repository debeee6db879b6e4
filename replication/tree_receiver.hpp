// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass over a tree at the receiver: what the steps that arrive do to the files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "files/tree_comparer.hpp"
#include "files/tree_writer.hpp"
#include "replication/issue_log.hpp"
#include "replication/tree_frame.hpp"
#include "replication/tree_target.hpp"

namespace ferry {

/// Used by one thread. Errors: those of TreeWriter and TreeComparer.
class TreeReceiver {
 public:
  /// `answer` gets the answers to listings and surveys, each in their order, before `take` returns.
  using Answer = std::function<void(frame::Type type, const std::string& payload)>;
  /// What a pass can't hold is noted in `unheld`, and a comparison goes by it.
  [[nodiscard]] static Result<std::unique_ptr<TreeReceiver>> open(const TreeTarget& target,
                                                                  files::UnheldFiles& unheld,
                                                                  Answer answer,
                                                                  const std::stop_token& stop);

  /// Takes a batch of steps.
  [[nodiscard]] Result<> take(std::span<const std::byte> batch);
  /// Takes the end of the last batch.
  [[nodiscard]] Result<> end() { return comparer_ ? comparer_->finish() : Result<>{}; }
  /// Makes durable all that is complete.
  [[nodiscard]] Result<> commit() { return writer_.commit(); }
  /// As TreeWriter::commits.
  [[nodiscard]] std::uint64_t commits() const { return writer_.commits(); }
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] frame::Summary summary() const;

 private:
  TreeReceiver(files::TreeWriter writer, const TreeTarget& target, files::UnheldFiles& unheld,
               std::shared_ptr<IssueLog> issues, Answer answer, const std::stop_token& stop)
      : target_(target),
        unheld_(unheld),
        issues_(std::move(issues)),
        answer_(std::move(answer)),
        stop_(stop),
        writer_(std::move(writer)) {}

  Result<> perform(const frame::Step& step);
  Result<> list(std::span<const std::byte> bytes);
  void begin_pass();
  Result<> compare(std::span<const std::byte> bytes);
  Result<> survey(const frame::Step& step);
  Result<> begin_file(const frame::Step& step);
  Result<> write(std::uint64_t offset, std::span<const std::byte> data);
  Result<> punch(std::uint64_t offset, std::span<const std::byte> length);
  Result<> end_file(std::uint64_t size, std::span<const std::byte> digest);
  Result<> add_name(std::span<const std::byte> bytes);
  Result<> give_up_file(const Error& error);
  void answer(std::vector<std::uint32_t> entries);
  void tell();

  const TreeTarget& target_;
  files::UnheldFiles& unheld_;        // outlives this pass
  std::shared_ptr<IssueLog> issues_;  // at one address, because the writer knows it
  Answer answer_;
  std::stop_token stop_;
  files::TreeWriter writer_;
  std::optional<files::TreeComparer> comparer_;
  std::optional<files::TargetFile> file_;  // whose data arrives
  bool listed_ = false;                    // this is a pass, and no comparison
  bool skipping_ = false;                  // the rest of a file that can't be written
  frame::Wanted wanted_;                   // not told yet
  std::size_t wanted_entries_ = 0;
  std::uint64_t surveys_ = 0;      // answered
  std::size_t batch_surveys_ = 0;  // of one batch
  std::uint64_t bytes_written_ = 0;
};

}  // namespace ferry
