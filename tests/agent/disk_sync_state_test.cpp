// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/disk_sync_state.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

TEST_CASE("the newest pass over each mount point says which files are not copied as they are") {
  DiskSyncState state{0};
  const Error unreadable{Errc::file_unreadable, "open 'a\x1b': Input/output error", {}};
  state.enter("copying", 1);
  state.file_issues("/srv", 3, {unreadable, {Errc::file_changed, "'b' changed", {}}});
  state.file_issues("/data", 1, {{Errc::file_unsupported, "'c'", {}}});
  auto told = state.snapshot();
  CHECK(told.file_issues == 4);
  REQUIRE(told.first_file_issues.size() == 3);
  CHECK(told.first_file_issues[0].what == "/data: 'c'");
  CHECK(told.first_file_issues[1].code == 2042);
  CHECK(told.first_file_issues[1].what == "/srv: open 'a\\x1b': Input/output error");
  state.enter("settling", 2);
  state.file_issues("/srv", 1, {unreadable});
  state.enter("frozen", 3);
  state.file_issues("/srv", 0, {});
  told = state.snapshot();
  CHECK(told.file_issues == 1);
  CHECK(told.first_file_issues.size() == 1);
  // Each pass is told that had any, and none that had none.
  const auto passes = state.file_passes();
  REQUIRE(passes.size() == 3);
  CHECK(passes[0].mount_point == "/srv");
  CHECK(passes[0].issues == 3);
  CHECK(passes[2].pass == 2);
  CHECK(passes[2].first == "/srv: open 'a\\x1b': Input/output error");
}

TEST_CASE("what is told of files has its limits") {
  DiskSyncState state{0};
  const std::vector<Error> many(2 * limits::file_issues_told_max,
                                {Errc::file_unreadable, std::string(9999, '\xff'), {}});
  for (std::size_t i = 0; i < 2 * limits::file_passes_told_max; ++i) {
    state.file_issues("/" + std::to_string(i), many.size(), many);
  }
  const auto told = state.snapshot();
  CHECK(told.file_issues == 2 * limits::file_passes_told_max * many.size());
  CHECK(told.first_file_issues.size() == limits::file_issues_told_max);
  CHECK(told.first_file_issues[0].what.size() <= limits::file_issue_bytes_max + 3);
  CHECK(state.file_passes().size() == limits::file_passes_told_max);
}
