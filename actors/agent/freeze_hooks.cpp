// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/freeze_hooks.hpp"

#include <algorithm>

#include <sys/stat.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/subprocess.hpp"

namespace ferry {
namespace {

bool changed_by_root_only(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_uid == 0 &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool call(const std::filesystem::path& program, const char* what) {
  const auto done =
      run_ok({.argv = {program.string(), what}, .timeout = limits::freeze_hook_time_max});
  if (!done) {
    log::warning("freeze hook fails",
                 {{"hook", program.string()}, {"call", what}, {"why", done.error().what}});
  }
  return done.has_value();
}

}  // namespace

std::vector<std::filesystem::path> FreezeHooks::find(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  if (folder.empty() || !std::filesystem::is_directory(folder, error)) return found;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    struct stat status {};
    const auto& path = entry.path();
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & S_IXUSR) == 0) {
      continue;
    }
    if (!changed_by_root_only(path) || !changed_by_root_only(folder)) {
      log::warning("freeze hook is not called, because others than root can change it",
                   {{"hook", path.string()}});
    } else if (found.size() < limits::freeze_hooks_max) {
      found.push_back(path);
    } else {
      log::warning("freeze hook is one too many", {{"hook", path.string()}});
    }
  }
  std::ranges::sort(found);
  return found;
}

FreezeHooks::FreezeHooks(std::vector<std::filesystem::path> programs) {
  for (auto& program : programs) {
    called_.push_back(std::move(program));
    if (call(called_.back(), "freeze")) continue;
    thaw_all();
    return;
  }
  prepared_ = !called_.empty();
}

FreezeHooks::~FreezeHooks() { thaw_all(); }

void FreezeHooks::thaw(const std::filesystem::path& program) { (void)call(program, "thaw"); }

void FreezeHooks::thaw_all() {
  std::for_each(called_.rbegin(), called_.rend(), thaw);
  called_.clear();
}

}  // namespace ferry
