// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A folder for one test's database.
#pragma once

#include <filesystem>

#include "base/random.hpp"

namespace ferry::test {

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / random_id("ferry-storage");

  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::filesystem::path database() const { return path / "controller.db"; }
};

}  // namespace ferry::test
