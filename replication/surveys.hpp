// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the receiver holds of the large files that it wants. It is asked ahead of their turn, and
// ahead of where one is read, so that both ends read at the same time and no file waits for the
// way there and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "files/file_survey.hpp"
#include "replication/step_batch.hpp"
#include "replication/tree_frame.hpp"

namespace ferry {

/// Used by one thread. Errors: those of SenderLink; transfer_broken, when an answer was lost;
/// malformed, an answer that no honest receiver gives.
class Surveys {
 public:
  Surveys(StepBatch& batch, SenderLink& link) : batch_(batch), link_(link) {}

  /// Puts a file behind the others that are to be surveyed; the listing stays where it is until
  /// the file is done.
  void expect(const files::Listing& listing, std::size_t entry) {
    files_.push_back({&listing, entry});
  }
  /// Asks for as much as may be open.
  [[nodiscard]] Result<> ask();
  /// Takes an answer.
  [[nodiscard]] Result<> take(frame::Survey survey);

  // -- of the first file ----------------------------------------------------------------
  /// Waits until it is known, and returns whether the receiver has one that may be patched.
  [[nodiscard]] Result<bool> found();
  /// Waits for the survey of what is there at an offset, which is not before the last one. Nothing:
  /// it is behind all that was surveyed. The pointer is good until the next call.
  [[nodiscard]] Result<const files::FileSurvey*> covering(std::uint64_t offset);
  /// Has it surveyed anew, because it was patched in part.
  void again();
  /// Goes on to the next file.
  void done();

 private:
  struct File {
    const files::Listing* listing;
    std::size_t entry;
  };
  struct Question {
    std::uint64_t file;  // its number
    std::uint64_t begin;
  };
  struct Answer {
    std::uint64_t file;
    files::FileSurvey found;
  };
  static constexpr std::uint64_t no_file = 0;

  [[nodiscard]] bool asking() const { return asked_files_ < files_.size(); }
  [[nodiscard]] Result<> wait();
  void ask_next_file() {
    ++asked_files_;
    asked_to_ = 0;
  }

  StepBatch& batch_;
  SenderLink& link_;
  std::deque<File> files_;          // not done yet
  std::uint64_t first_ = 1;         // the number of the first of them
  std::size_t asked_files_ = 0;     // of them, those that are asked for to their end
  std::uint64_t asked_to_ = 0;      // within the next one
  std::deque<Question> questions_;  // not answered yet; of no_file: nobody needs the answer
  std::deque<Answer> answers_;      // of files that are not done, in their order
  std::uint64_t answered_ = 0;
};

}  // namespace ferry
