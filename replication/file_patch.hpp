// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Sends of one file what the receiver's survey of its own says that it lacks: granules that
// differ, and holes where it has data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "files/file_data.hpp"
#include "files/file_digest.hpp"
#include "replication/pass_work.hpp"
#include "replication/step_batch.hpp"
#include "replication/surveys.hpp"

namespace ferry {

/// Of the first file of the surveys; used by one thread. Errors: those of SenderLink and Surveys.
class FilePatch {
 public:
  FilePatch(const files::FileHasher& hasher, Surveys& surveys, StepBatch& batch,
            PassProgress& progress)
      : hasher_(hasher), surveys_(surveys), batch_(batch), progress_(progress) {}

  /// Takes the file's next data; what lies between it and the data before is a hole.
  [[nodiscard]] Result<> add(const files::FilePiece& piece);
  /// Takes the hole up to the file's end, if there is one.
  [[nodiscard]] Result<> end(std::uint64_t file_bytes);

  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }
  /// Returns how many bytes of the file count as done with what was sent.
  [[nodiscard]] std::uint64_t bytes_settled() const { return bytes_settled_; }

 private:
  [[nodiscard]] Result<> add_hole(std::uint64_t end);
  [[nodiscard]] Result<> add_changed(std::uint64_t offset, std::span<const std::byte> data,
                                     const files::FileSurvey* there);
  [[nodiscard]] Result<> send(std::uint64_t offset, std::span<const std::byte> data);

  const files::FileHasher& hasher_;
  Surveys& surveys_;
  StepBatch& batch_;
  PassProgress& progress_;
  std::uint64_t position_ = 0;         // all before it was taken
  std::uint64_t bytes_unsettled_ = 0;  // that are the same at both ends
  std::uint64_t bytes_settled_ = 0;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace ferry
