// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A source that is written to, and a copy that is killed.
#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include <sys/wait.h>

#include "base/clock.hpp"
#include "tests/files/tree_fixture.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

namespace {

/// Creates, changes, renames and removes at random until it is stopped.
void disturb(const std::string& root, const std::atomic<bool>& stop) {
  std::mt19937 random{3};
  std::error_code ignored;
  for (std::uint32_t turn = 0; !stop; ++turn) {
    const auto name = [&] {
      return root + "/d" + std::to_string(random() % 8) + "/f" + std::to_string(random() % 40);
    };
    switch (random() % 8) {
      case 0: std::filesystem::remove(name(), ignored); break;
      case 1: std::filesystem::rename(name(), name(), ignored); break;
      case 2: std::filesystem::create_hard_link(name(), name(), ignored); break;
      case 3:
        std::filesystem::remove_all(root + "/d" + std::to_string(random() % 8), ignored);
        break;
      case 4: std::filesystem::resize_file(name(), random() % 300'000, ignored); break;
      case 5:
        std::filesystem::create_directory(root + "/d" + std::to_string(random() % 8), ignored);
        break;
      default: std::ofstream{name(), std::ios::app} << std::string(random() % 50'000, 'x') << turn;
    }
  }
}

/// Runs in a child and is killed after some milliseconds, unless it was faster.
void kill_after(std::chrono::milliseconds time, const std::function<void()>& work) {
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::_exit(0);
  }
  std::this_thread::sleep_for(time);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

}  // namespace

TEST_CASE("a tree that changes while it is copied fails no pass, and is equal once it rests") {
  for (const std::string type : {"ext4", "btrfs"}) {
    CAPTURE(type);
    const Pair pair{type};
    pair.in_source(
        "for d in 0 1 2 3 4 5 6 7; do mkdir d$d; for f in $(seq 40); do "
        "head -c 9000 /dev/zero > d$d/f$f; done; done");
    std::atomic<bool> stop = false;
    std::jthread writer{[&] { disturb(pair.source(), stop); }};
    for (int pass = 0; pass < 4; ++pass) {
      for (const auto& issue : copy(pair.source(), pair.target()).issues) {
        // Nothing else happens to files that change.
        CHECK_MESSAGE(issue.error.code == Errc::file_changed, to_string(issue.error));
      }
    }
    stop = true;
    writer.join();
    (void)copy(pair);
    check_equal(pair);
  }
}

TEST_CASE("a file that never rests is copied all the same, and said to have changed") {
  const Pair pair{"ext4"};
  pair.in_source("head -c 20M /dev/urandom > log");
  std::jthread writer{[&](const std::stop_token& stop) {
    std::ofstream log{pair.source() + "/log", std::ios::app};
    while (!stop.stop_requested()) log << "line\n" << std::flush;
  }};
  const auto copied = copy(pair.source(), pair.target());
  REQUIRE(copied.issues.size() == 1);
  CHECK(copied.issues[0].error.code == Errc::file_changed);
  CHECK(std::filesystem::file_size(pair.target() + "/log") >= 20 << 20);
  writer.request_stop();
  writer.join();
  CHECK(copy(pair).counts.files == 1);
  check_equal(pair);
}

// Kernels from 6.13 on give a change after a look at the file another time; older ones give the
// same one to all changes of a tick.
TEST_CASE("a file is not read before the tick of its last change is over") {
  const TempFolder folder;
  const auto path = folder / "f";
  const Fd directory{::open(folder.path.c_str(), O_RDONLY | O_CLOEXEC)};
  for (int round = 0; round < 10; ++round) {
    std::ofstream{path, std::ios::app} << round;
    const auto file = SourceFile::open({directory.get(), "f", "f"}, FileEntry{}, FileHasher{""});
    const auto now_ms = wall_ms();
    REQUIRE(file);
    const auto& changed = file->entry().ctime;
    CHECK(now_ms - (changed.seconds * 1000 + changed.nanoseconds / 1'000'000) >= 20);
  }
}

TEST_CASE("a change of equal size right after a pass is found by the next one") {
  const Pair pair{"ext4"};
  for (int round = 0; round < 10; ++round) {
    std::ofstream{pair.source() + "/f"} << "round " << round % 10;
    (void)copy(pair);
    std::ofstream{pair.source() + "/f"} << "after " << round % 10;
    (void)copy(pair);
    CHECK(sh("cat " + pair.target() + "/f") == "after " + std::to_string(round % 10));
  }
}

TEST_CASE("after a kill at any moment the next pass ends with an equal tree") {
  const Pair pair{"ext4"};
  const std::string make = R"sh(
    for d in 1 2 3 4 5; do [ ! -e t$d ] || continue; mkdir -p t$d/u;
    for f in $(seq 200); do echo $d$f > t$d/u/f$f; done;
    ln t$d/u/f1 t$d/link; head -c 3M /dev/urandom > t$d/large; mkfifo t$d/p; ln -s x t$d/s;
    mkdir t$d/locked; echo x > t$d/locked/x; chattr +i t$d/locked/x t$d/locked; done
  )sh";
  pair.in_source(make);
  std::mt19937 random{11};
  bool left_behind = false;
  for (int round = 0; round < 8; ++round) {
    kill_after(std::chrono::milliseconds{1 + random() % 120}, [&] {
      auto reader = TreeReader::open(pair.source(), {});
      auto writer = TreeWriter::open(pair.target(), {});
      (void)copy_tree(*reader, *writer);
    });
    left_behind = left_behind || !sh("find " + pair.target() + " -name '.edgeferry-*'").empty();
    if (round % 4 != 3) continue;  // some are killed when they clean up after another
    (void)copy(pair);
    check_equal(pair);
    pair.in_source("chattr -R -f -i . || true; rm -r t" + std::to_string(round % 5 + 1) + "; " +
                   make);
  }
  CHECK(left_behind);  // or the kills came at no interesting moment
}

TEST_CASE("what a crash left is cleaned up, and a source's file of such a name is kept") {
  const Pair pair{"ext4"};
  const std::string name = ".edgeferry-part-0123456789abcdef-7";
  pair.in_source("mkdir a; touch a/x '" + name + "'");
  pair.in_target("mkdir a; echo x > a/" + name + "; echo x > a/.edgeferry-part-1");
  const auto copied = copy(pair.source(), pair.target(), {}, "+ /.edgeferry*\n- .*\n");
  CHECK(copied.removed == 1);
  CHECK(sh("cd " + pair.target() + "; find . -name '.e*' | sort | tr '\\n' ' '") ==
        "./" + name + " ./a/.edgeferry-part-1 ");
}

TEST_CASE(
    "an attribute that the target can't hold is an issue of its file, and all else is copied") {
  const Pair pair{"xfs"};
  const Mounted other{"ext4"};
  pair.in_source(
      "printf x > a; printf y > b; printf z > c; chmod 0640 b; setfattr -n user.short -v 1 b; "
      "setfattr -n user.long -v $(head -c 30000 /dev/zero | tr '\\0' v) b; "
      "touch -d '2001-02-03 04:05:06.789' b");
  for (const std::uint64_t sent : {3, 0}) {
    const auto copied = copy(pair.source(), other.point);
    CHECK(copied.counts.files == sent);  // what is not held makes nobody send the data again
    REQUIRE(copied.issues.size() == 1);
    CHECK(copied.issues[0].path == "b");
    CHECK(copied.issues[0].held);
    CHECK(copied.issues[0].error.code == Errc::file_unsupported);
  }
  CHECK(sh("rsync -rlptgoDn --checksum --itemize-changes --delete --exclude=/lost+found " +
           pair.source() + "/ " + other.point + "/")
            .empty());
  CHECK(sh("cd " + other.point + "; getfattr -d b") == "# file: b\nuser.short=\"1\"");

  // An old value doesn't stay, and an access list that is missing gives the group no more.
  pair.in_source(
      "setfattr -n user.short -v $(head -c 30000 /dev/zero | tr '\\0' w) b; "
      "for i in $(seq 1 700); do echo u:$i:rw; done > acl; setfacl -M acl c; rm acl; "
      "chmod g=rw c");
  const auto more = copy(pair.source(), other.point);
  CHECK(more.issues.size() == 2);
  CHECK(sh("cd " + other.point + "; getfattr -d b; stat -c %A c; cat c") == "-rw----r--\nz");
}

TEST_CASE("a full target ends the pass with the code for it") {
  const Pair pair{"ext4"};
  TempFolder folder{"/dev/shm"};
  sh("mkdir " + (folder / "small") + "; mount -t tmpfs -o size=1M none " + (folder / "small"));
  pair.in_source("head -c 3M /dev/urandom > large");
  auto reader = TreeReader::open(pair.source(), {});
  auto writer = TreeWriter::open(folder / "small", {});
  const auto done = copy_tree(*reader, *writer);
  REQUIRE(!done);
  CHECK(done.error().code == Errc::disk_full);
  sh("umount -l " + (folder / "small"));
}
