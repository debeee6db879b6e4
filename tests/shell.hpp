// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A folder of a test's own, and programs to fill it with.
#pragma once

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "base/subprocess.hpp"

namespace ferry::test {

/// Runs a shell line and returns its output without the last line end.
inline std::string sh(const std::string& line) {
  auto result = run_ok({.argv = {"sh", "-ec", line}});
  INFO(line);
  if (!result) FAIL(to_string(result.error()));
  while (!result->empty() && result->back() == '\n') result->pop_back();
  return *result;
}

/// Unmounts what was mounted from the image with `-o loop`, and returns once its loop device is
/// gone, which may take a while. A mount that came earlier would get that device once more: read
/// only if it was, and with what it remembers of the image.
inline void unmount_loop(const std::string& point, const std::string& image) {
  sh("umount " + point + "; for i in $(seq 1000); do [ -n \"$(losetup -j " + image +
     ")\" ] || exit 0; sleep 0.02; done; exit 1");
}

struct TempFolder {
  explicit TempFolder(const std::filesystem::path& where = std::filesystem::temp_directory_path())
      : path(where / random_id("ferry-test")) {
    std::filesystem::create_directories(path);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path / name).string();
  }

  std::filesystem::path path;
};

}  // namespace ferry::test
