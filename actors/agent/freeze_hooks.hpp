// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The administrator's own programs that bring applications to rest before file systems are held
// still, and let them go on afterwards: each is called as `PROGRAM freeze` and `PROGRAM thaw`, as
// the QEMU guest agent calls its hooks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ferry {

class FreezeHooks {
 public:
  /// The programs in the folder, by name. Only those count that root alone can change, because
  /// they run as root; others are named in the log.
  [[nodiscard]] static std::vector<std::filesystem::path> find(const std::filesystem::path& folder);

  /// Calls them with `freeze`, until one fails: it and those before it get `thaw` then.
  explicit FreezeHooks(std::vector<std::filesystem::path> programs);
  /// Calls them with `thaw`, in reverse.
  ~FreezeHooks();
  FreezeHooks(const FreezeHooks&) = delete;
  FreezeHooks& operator=(const FreezeHooks&) = delete;

  /// True if there is a program, and all have succeeded.
  [[nodiscard]] bool prepared() const { return prepared_; }
  static void thaw(const std::filesystem::path& program);

 private:
  void thaw_all();

  std::vector<std::filesystem::path> called_;
  bool prepared_ = false;
};

}  // namespace ferry
