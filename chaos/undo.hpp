// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What must be put right after the run, whatever becomes of it. A step is written down,
// durably, before the fault is made; whoever finds the file can do what it says: the
// harness itself, the process that watches over it, or `edgeferry chaos undo`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/record.hpp"

namespace ferry::chaos {

inline constexpr std::size_t undo_steps_max = 4096;

struct UndoStep {
  std::uint64_t id = 0;
  /// continue or end a process; remove a file; unmount a folder; take a cluster down or up.
  std::string kind;
  std::string what;  // a path
  std::int64_t pid = 0;
  std::uint64_t ticks = 0;
  FERRY_FIELDS(id, kind, what, pid, ticks)
};

/// Not thread-safe.
class UndoLog {
 public:
  /// Steps that an earlier run left are kept, first.
  [[nodiscard]] static Result<UndoLog> open(std::filesystem::path file);

  /// Returns the step's id once it is durable.
  [[nodiscard]] Result<std::uint64_t> promise(UndoStep step);
  /// Does what the step says and forgets it; an unknown id is a success.
  Result<> fulfil(std::uint64_t id);
  /// Does all steps, the newest first, and returns what went wrong.
  [[nodiscard]] std::vector<Error> fulfil_all();
  [[nodiscard]] std::size_t size() const { return steps_.size(); }

 private:
  explicit UndoLog(std::filesystem::path file) : file_(std::move(file)) {}
  [[nodiscard]] Result<> save() const;

  std::filesystem::path file_;
  std::vector<UndoStep> steps_;
  std::uint64_t next_id_ = 1;
};

[[nodiscard]] UndoStep undo_continue(std::int64_t pid);
[[nodiscard]] UndoStep undo_end(std::int64_t pid);
[[nodiscard]] UndoStep undo_path(std::string kind, const std::filesystem::path& path);

/// This program, as it was started.
[[nodiscard]] std::string edgeferry_program();

}  // namespace ferry::chaos
