// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Real file systems, held still by the kernel.
#include "actors/agent/freeze.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/subprocess.hpp"
#include "tests/shell.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

/// A mounted ext4 on a loop device, thawed whatever a test leaves behind.
struct LiveDisk {
  LiveDisk() {
    sh("truncate -s 32M " + image + " && mkfs.ext4 -q " + image + " && mkdir " + point);
    device = sh("losetup -f --show " + image);
    sh("mount " + device + " " + point);
    source = SourceDisk::open(device).value();
  }
  ~LiveDisk() {
    (void)run({.argv = {"fsfreeze", "-u", point}});
    source = {};
    (void)run({.argv = {"umount", point}});
    (void)run({.argv = {"losetup", "-d", device}});
  }
  LiveDisk(const LiveDisk&) = delete;
  LiveDisk& operator=(const LiveDisk&) = delete;

  [[nodiscard]] std::unique_ptr<Freeze> hold(FreezeOptions options = {}) const {
    options.notes = folder.path;
    return Freeze::hold(*source, options);
  }
  /// Whether a write ends in time. One that doesn't can't even be killed.
  [[nodiscard]] bool can_be_written(std::chrono::milliseconds within = 10s) const {
    const auto writer = ::fork();
    if (writer == 0) {
      std::ofstream{point + "/written"} << "x" << std::flush;
      ::_exit(0);
    }
    for (auto passed = 0ms; passed < within; passed += 10ms) {
      if (::waitpid(writer, nullptr, WNOHANG) == writer) return true;
      std::this_thread::sleep_for(10ms);
    }
    (void)run({.argv = {"fsfreeze", "-u", point}});
    ::waitpid(writer, nullptr, 0);
    return false;
  }
  [[nodiscard]] std::size_t notes() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path}) {
      if (entry.path().filename().string().starts_with("held")) ++count;
    }
    return count;
  }

  TempFolder folder;
  std::string image = (folder.path / "disk").string();
  std::string point = (folder.path / "mnt").string();
  std::string device;
  std::optional<SourceDisk> source;
};

/// A hook that writes down how it is called.
void make_hook(const std::filesystem::path& folder, const std::string& name,
               const std::string& more = "true") {
  const auto file = (folder / name).string();
  std::ofstream{file} << "#!/bin/sh\necho " + name + " $1 >> " + (folder / "calls").string() +
                             "\n" + more + "\n";
  sh("chmod 755 " + file);
}

}  // namespace

TEST_CASE("a mounted file system is held still until it is released") {
  const LiveDisk disk;
  const auto freeze = disk.hold();
  CHECK(disk.notes() == 1);
  CHECK(!disk.can_be_written(500ms));
  CHECK(freeze->release() == Freeze::Held::all);
  CHECK(disk.can_be_written());
  CHECK(disk.notes() == 0);
}

TEST_CASE("when the program that holds them dies, file systems go on at once") {
  const LiveDisk disk;
  auto held = make_pipe().value();
  const auto holder = ::fork();
  if (holder == 0) {
    const auto freeze = disk.hold();
    (void)!::write(held.write.get(), "h", 1);
    ::pause();
    ::_exit(0);
  }
  char told = 0;
  REQUIRE(::read(held.read.get(), &told, 1) == 1);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  CHECK(disk.can_be_written());
  CHECK(disk.notes() == 1);
  HeldNote::undo_all(disk.folder.path);
  CHECK(disk.notes() == 0);
}

TEST_CASE("file systems held for too long go on, and nobody takes the copy for one of a moment") {
  const LiveDisk disk;
  FreezeOptions options;
  options.longest = 200ms;
  const auto freeze = disk.hold(options);
  std::this_thread::sleep_for(400ms);
  CHECK(disk.can_be_written());
  CHECK(freeze->release() == Freeze::Held::partly);
}

TEST_CASE("when the process that watches over them dies, releasing them still thaws") {
  const LiveDisk disk;
  const auto freeze = disk.hold();
  // It is this process's only child.
  sh("pkill -KILL -P " + std::to_string(::getpid()) + " -x agent_test");
  CHECK(freeze->release() == Freeze::Held::all);
  CHECK(disk.can_be_written());
}

TEST_CASE("what two have died over is thawed by the next agent") {
  const LiveDisk disk;
  {
    const auto freeze = disk.hold();
    sh("cp " + (disk.folder.path / "held*").string() + " " + (disk.folder.path / "left").string());
  }
  sh("mv " + (disk.folder.path / "left").string() + " " + (disk.folder.path / "held-x").string() +
     "; fsfreeze -f " + disk.point);
  HeldNote::undo_all(disk.folder.path);
  CHECK(disk.can_be_written());
  CHECK(disk.notes() == 0);
}

TEST_CASE("a file system that this program writes to isn't held still") {
  const LiveDisk disk;
  FreezeOptions options;
  options.written = {disk.point};
  const auto freeze = disk.hold(options);
  CHECK(disk.can_be_written());
  CHECK(freeze->release() == Freeze::Held::partly);
}

TEST_CASE("a subvolume that this program writes to keeps the whole file system from being held") {
  const TempFolder folder;
  const auto image = (folder.path / "disk").string();
  const auto point = (folder.path / "mnt").string();
  const auto state = (folder.path / "state").string();
  sh("truncate -s 128M " + image + " && mkfs.btrfs -q " + image + " && mkdir " + point + " " +
     state);
  const auto device = sh("losetup -f --show " + image);
  sh("mount " + device + " " + point + " && btrfs -q subvolume create " + point +
     "/sub && mount -o subvol=sub " + device + " " + state);
  auto source = SourceDisk::open(device);
  FreezeOptions options;
  options.notes = folder.path;
  options.written = {state};
  const auto held = Freeze::hold(*source, options)->release();
  options.written = {};
  const auto all = Freeze::hold(*source, options)->release();
  source = fail(Errc::none, "closed");
  sh("umount " + state + " " + point + "; losetup -d " + device);
  CHECK(held == Freeze::Held::partly);
  CHECK(all == Freeze::Held::all);
}

TEST_CASE("hooks are called before and, in reverse, after the file systems are held") {
  const LiveDisk disk;
  const TempFolder hooks;
  make_hook(hooks.path, "10-database");
  make_hook(hooks.path, "20-queue");
  FreezeOptions options;
  options.hooks = hooks.path;
  const auto freeze = disk.hold(options);
  CHECK(freeze->release() == Freeze::Held::prepared);
  CHECK(sh("cat " + (hooks.path / "calls").string()) ==
        "10-database freeze\n20-queue freeze\n20-queue thaw\n10-database thaw");
}

TEST_CASE("a hook that fails leaves file systems held, and applications unprepared") {
  const LiveDisk disk;
  const TempFolder hooks;
  make_hook(hooks.path, "10-database");
  make_hook(hooks.path, "20-queue", "[ $1 = thaw ]");
  make_hook(hooks.path, "30-never");
  FreezeOptions options;
  options.hooks = hooks.path;
  const auto freeze = disk.hold(options);
  CHECK(!disk.can_be_written(500ms));
  CHECK(sh("cat " + (hooks.path / "calls").string()) ==
        "10-database freeze\n20-queue freeze\n20-queue thaw\n10-database thaw");
}

TEST_CASE("a hook that others than root can change is not called") {
  const LiveDisk disk;
  const TempFolder hooks;
  make_hook(hooks.path, "10-open");
  sh("chmod o+w " + (hooks.path / "10-open").string());
  FreezeOptions options;
  options.hooks = hooks.path;
  const auto freeze = disk.hold(options);
  CHECK(freeze->release() == Freeze::Held::all);
  CHECK(!std::filesystem::exists(hooks.path / "calls"));
}

}  // namespace ferry::test
