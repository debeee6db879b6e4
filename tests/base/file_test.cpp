// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include <filesystem>

#include <doctest/doctest.h>
#include <sys/mount.h>

#include "base/random.hpp"

using namespace ferry;
namespace fs = std::filesystem;

TEST_CASE("a folder that finds no room says that the disk is full") {
  const auto full = fs::temp_directory_path() / random_id("ferry-full");
  fs::create_directories(full);
  REQUIRE(::mount("none", full.c_str(), "tmpfs", 0, "nr_inodes=1") == 0);
  const auto made = make_folder(full / "inner", 0700);
  REQUIRE(::umount(full.c_str()) == 0);
  fs::remove(full);
  REQUIRE(!made);
  CHECK(made.error().code == Errc::disk_full);
}
