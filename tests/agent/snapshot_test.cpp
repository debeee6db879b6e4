// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Real btrfs file systems, and snapshots of them that must not stay.
#include "actors/agent/snapshot.hpp"

#include <csignal>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/agent/held_note.hpp"
#include "base/snapshot_name.hpp"
#include "base/subprocess.hpp"
#include "disk/subvolumes.hpp"
#include "tests/shell.hpp"

namespace ferry::test {
namespace {

/// A btrfs whose subvolume `data` is mounted.
struct LiveSubvolume {
  LiveSubvolume() {
    sh("mkdir " + point + " " + notes + " " + hooks + " && truncate -s 128M " + image +
       " && mkfs.btrfs -q " + image + " && mount -o loop " + image + " " + point +
       " && btrfs -q subvolume create " + point + "/data");
    unmount_loop(point, image);
    mount();
    write("old");
  }
  ~LiveSubvolume() { (void)run({.argv = {"umount", point}}); }
  LiveSubvolume(const LiveSubvolume&) = delete;
  LiveSubvolume& operator=(const LiveSubvolume&) = delete;

  void mount() const { sh("mount -o loop,subvol=data " + image + " " + point); }
  void write(const std::string& text) const { std::ofstream{point + "/file"} << text; }
  [[nodiscard]] std::unique_ptr<Snapshot> take() const {
    return Snapshot::take(point, notes, hooks);
  }
  /// Subvolumes besides the one that is mounted.
  [[nodiscard]] std::string others() const {
    return sh("btrfs subvolume list " + point + " | grep -cv 'path data$' || true");
  }
  [[nodiscard]] bool has_notes() const { return !std::filesystem::is_empty(notes); }
  void check_nothing_left() const {
    CHECK(others() == "0");
    CHECK_FALSE(has_notes());
  }

  TempFolder folder;
  std::string image = folder / "disk";
  std::string point = folder / "mnt";
  std::string notes = folder / "notes";
  std::string hooks = folder / "hooks";
};

std::string text_of(const std::string& path) { return read_file(path).value_or("none"); }

}  // namespace

TEST_CASE("a snapshot is what was there when it was made, and goes with its owner") {
  const LiveSubvolume live;
  sh("mkdir -p " + live.point + "/a/mounted && mount -t tmpfs none " + live.point + "/a/mounted");
  auto snapshot = live.take();
  sh("umount " + live.point + "/a/mounted");
  REQUIRE(snapshot);
  live.write("new");
  CHECK(text_of(snapshot->path() + "/file") == "old");
  CHECK(snapshot->mount_points() == std::set<std::string>{"a/mounted"});
  CHECK_FALSE(snapshot->prepared());
  CHECK(live.others() == "1");
  CHECK(live.has_notes());
  // Neither what is made of this server meanwhile, nor another one, counts it.
  CHECK(objection_to_snapshot(open_file(live.point, O_RDONLY).value()).empty());
  CHECK(is_only_subvolume(live.point));
  snapshot.reset();
  live.check_nothing_left();
  CHECK(text_of(live.point + "/file") == "new");
}

TEST_CASE(
    "a snapshot that its agent died over is removed by the next one, wherever it is mounted") {
  const LiveSubvolume live;
  auto made = make_pipe().value();
  const auto agent = ::fork();
  if (agent == 0) {
    const auto snapshot = live.take();
    (void)!::write(made.write.get(), snapshot ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char told = 0;
  REQUIRE(::read(made.read.get(), &told, 1) == 1);
  CHECK(told == 'y');
  ::kill(agent, SIGKILL);
  ::waitpid(agent, nullptr, 0);
  CHECK(live.others() == "1");
  unmount_loop(live.point, live.image);
  HeldNote::undo_all(live.notes);
  CHECK(live.has_notes());  // it can't be known to be gone
  const auto elsewhere = live.folder / "elsewhere";
  sh("mkdir " + elsewhere + " && mount -o loop,subvol=data " + live.image + " " + elsewhere);
  HeldNote::undo_all(live.notes);
  unmount_loop(elsewhere, live.image);
  live.mount();
  live.check_nothing_left();
}

TEST_CASE("a note of a snapshot that was never made has no effect, and goes") {
  const LiveSubvolume live;
  const auto number = subvolume_number(open_file(live.point, O_RDONLY).value());
  REQUIRE(number);
  const auto name = new_snapshot_name();
  REQUIRE(HeldNote{live.notes}.write({.snapshot = SnapshotPlace{*number, name}}));
  // Nor does one that names what no agent made.
  sh("btrfs -q subvolume create " + live.point + "/theirs");
  REQUIRE(HeldNote{live.notes}.write({.snapshot = SnapshotPlace{*number, "theirs"}}));
  HeldNote::undo_all(live.notes);
  CHECK(live.others() == "1");
  CHECK_FALSE(live.has_notes());
}

TEST_CASE("hooks keep applications at rest while a snapshot is made, and not while it is read") {
  const LiveSubvolume live;
  const auto hook = live.hooks + "/10-database";
  std::ofstream{hook} << "#!/bin/sh\necho at $1 > " + live.point + "/file\n";
  sh("chmod 755 " + hook);
  const auto snapshot = live.take();
  REQUIRE(snapshot);
  CHECK(snapshot->prepared());
  CHECK(text_of(snapshot->path() + "/file") == "at freeze\n");
  CHECK(text_of(live.point + "/file") == "at thaw\n");
  // An agent that dies now has left no application at rest.
  CHECK(sh("grep -c database " + live.notes + "/* || true") == "0");
}

TEST_CASE("where a snapshot would lack something, or stay in another way, none is made") {
  const LiveSubvolume live;
  const auto refuses = [&](const std::string& make, const std::string& undo) {
    CAPTURE(make);
    sh("cd " + live.point + " && " + make);
    const auto before = live.others();
    CHECK(live.take() == nullptr);
    CHECK(live.others() == before);
    CHECK_FALSE(live.has_notes());
    sh("cd " + live.point + " && " + undo);
  };
  refuses("mkdir d && btrfs -q subvolume create d/below", "btrfs -q subvolume delete d/below");
  refuses("btrfs quota enable .", "btrfs quota disable .");
  refuses("dd if=/dev/zero of=large bs=1M 2>/dev/null || true", "rm large && sync -f .");
  // What an agent has left, and nobody may look for, is no reason.
  sh("btrfs -q subvolume create " + live.point + "/" + new_snapshot_name());
  CHECK(live.take() != nullptr);
}

TEST_CASE("only the root of a mounted subvolume is made a snapshot of") {
  const LiveSubvolume live;
  sh("mkdir " + live.point + "/folder");
  CHECK(Snapshot::take(live.point + "/folder", live.notes, {}) == nullptr);
  CHECK(Snapshot::take(live.folder.path.string(), live.notes, {}) == nullptr);
  CHECK(Snapshot::take(live.folder / "none", live.notes, {}) == nullptr);
  live.check_nothing_left();
}

TEST_CASE("a snapshot stays readable when somebody takes its name away") {
  const LiveSubvolume live;
  const auto snapshot = live.take();
  REQUIRE(snapshot);
  sh("cd " + live.point + " && mv .edgeferry-snapshot-* moved && ln -s / .edgeferry-snapshot-x");
  CHECK(text_of(snapshot->path() + "/file") == "old");
}

}  // namespace ferry::test
