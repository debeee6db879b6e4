// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Compares finished images with their sources, on a thread of its own because reading
// takes time in which faults must strike.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "chaos/observer.hpp"

namespace ferry::chaos {

struct ImageVerdict {
  std::string image;  // equal, different or not checked
  std::string why;
};

class ImageCheck {
 public:
  /// `sources` are raw disks by source id; without one, digests are compared. `remove`
  /// makes room: an image that was compared is removed.
  ImageCheck(const Observer& observer, std::map<std::string, std::filesystem::path> sources,
             bool remove)
      : observer_(observer), sources_(std::move(sources)), remove_(remove) {}

  void start();
  /// Checks what is finished and not yet checked, then ends.
  void finish();
  [[nodiscard]] std::map<std::string, ImageVerdict> verdicts() const;

 private:
  void check_new();
  [[nodiscard]] ImageVerdict check(const JobView& job, const std::string& source) const;

  const Observer& observer_;
  std::map<std::string, std::filesystem::path> sources_;
  bool remove_;
  mutable std::mutex mutex_;
  std::map<std::string, ImageVerdict> verdicts_;  // by job
  std::jthread thread_;
};

/// Bytes of granules that are not zero, which a migration has to send.
[[nodiscard]] std::uint64_t bytes_needed(const std::filesystem::path& raw);

}  // namespace ferry::chaos
