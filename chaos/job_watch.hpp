// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// All that was ever seen of one migration job: how far it got, what it sent in all its
// attempts, and whether its history only grew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/catalogue.hpp"

namespace ferry::chaos {

inline constexpr std::size_t broken_texts_max = 20;

class JobWatch {
 public:
  explicit JobWatch(std::string id) : id_(std::move(id)) {}

  /// Takes what the controller told of the job.
  void note(const JobView& view);
  /// Takes the whole history as the controller tells it now.
  void note(const EventList& history);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const JobView& view() const { return view_; }
  /// The furthest it has been, 0 to 100.
  [[nodiscard]] double best_percent() const { return best_percent_; }
  /// Uncompressed bytes sent in all attempts together.
  [[nodiscard]] std::uint64_t bytes_sent() const { return sent_before_ + sent_now_; }
  /// The most bytes that were settled in one pass.
  [[nodiscard]] std::uint64_t best_done() const { return best_done_; }
  [[nodiscard]] bool ended() const;
  [[nodiscard]] bool in_error() const { return view_.status == "InError"; }
  [[nodiscard]] std::size_t events() const { return history_.size(); }
  /// How its history broke its promise; empty: it did not.
  [[nodiscard]] const std::vector<std::string>& lost() const { return lost_; }

 private:
  std::string id_;
  JobView view_;
  double best_percent_ = 0;
  std::uint64_t sent_before_ = 0;
  std::uint64_t sent_now_ = 0;
  std::uint64_t best_done_ = 0;
  std::vector<EventView> history_;
  std::vector<std::string> lost_;
};

}  // namespace ferry::chaos
