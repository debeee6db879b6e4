// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/mount_namespace.hpp"

#include <filesystem>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.hpp"

using namespace ferry;
namespace fs = std::filesystem;

namespace {

dev_t device_of(const char* path) {
  struct stat info {};
  return ::stat(path, &info) == 0 ? info.st_dev : 0;
}

/// Exit code of a child; `work` tells what went wrong by a number.
template <class Work>
int in_child(Work work) {
  const auto child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Mounts in a namespace of its own, relative to where it was, and leaves the mount behind.
int mount_and_end() {
  if (!enter_mount_namespace()) return 10;
  if (::mount("work", "work", "tmpfs", 0, "") != 0) return 11;
  return device_of("work") == device_of(".") ? 12 : 0;
}

/// Below a shared mount, as on a host with systemd; in a chroot whose root is no mount, or not.
int look_from_outside(const std::string& folder, bool in_chroot) {
  if (!enter_mount_namespace() || ::mount("host", folder.c_str(), "tmpfs", 0, "") != 0 ||
      ::mount(nullptr, folder.c_str(), nullptr, MS_SHARED, nullptr) != 0) {
    return 1;
  }
  const auto root = folder + "/root";
  fs::create_directories(root + "/work");
  fs::create_directories(root + "/proc");
  if (::mount("proc", (root + "/proc").c_str(), "proc", 0, "") != 0) return 2;
  if (::chdir(root.c_str()) != 0 || (in_chroot && ::chroot(".") != 0)) return 3;
  if (const auto code = in_child(mount_and_end); code != 0) return code;
  return device_of("work") == device_of(".") ? 0 : 4;
}

}  // namespace

TEST_CASE("mounts in a namespace of its own are seen by nobody else, in a chroot neither") {
  REQUIRE_MESSAGE(::geteuid() == 0, "this test needs root, as the product does");
  const auto folder = fs::temp_directory_path() / random_id("mounts");
  fs::create_directories(folder);
  CHECK(in_child([&] { return look_from_outside(folder, false); }) == 0);
  CHECK(in_child([&] { return look_from_outside(folder, true); }) == 0);
  CHECK(fs::remove(folder));
}
