// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "files/file_manifest.hpp"
#include "flipping_proxy.hpp"
#include "tree_rig.hpp"

using namespace ferry;
using namespace ferry::test;
using files::test::check_equal;

namespace {

/// A bit of all that has to travel.
constexpr auto some_of_each = R"sh(
  mkdir -p deep/er/est many empty
  for i in $(seq 1 3000); do echo $i > many/$i; done
  for i in $(seq 1 400); do mkdir -p dirs/$i; echo $i > dirs/$i/file; done
  : > empty-file
  head -c 30000001 /dev/urandom > large
  yes 'the same line again' | head -c 9000000 > compressible
  head -c 4096 /dev/urandom > aligned
  truncate -s 50M sparse; printf x | dd of=sparse bs=1 seek=20M conv=notrunc status=none
  truncate -s 30M hole-only
  printf x > "$(printf 'new\nline')"; printf x > "$(printf '\303\050 not utf-8')"
  ln -s nowhere dangling; mkfifo pipe; mknod disk b 259 70000
  ln large deep/large-2; ln large many/large-3; ln dangling deep/dangling-2
  cp aligned setuid; chmod 4755 setuid; setcap cap_net_raw+ep setuid
  setfattr -n user.comment -v 'a comment' large; setfacl -m u:1234:rw,g:55:r large
  setfattr -n trusted.long -v "$(head -c 600 /dev/zero | tr '\0' v)" deep
  printf x > immutable; chattr +i immutable; mkdir locked; printf x > locked/file; chattr +i locked
  touch -d '1965-03-04 05:06:07.123456789' empty-file deep/er/est deep/er
)sh";

}  // namespace

TEST_CASE("a tree that travels over a session is the tree it was, and nothing of it goes twice") {
  for (const bool sealed : {true, false}) {
    CAPTURE(sealed);
    TreeRig rig{sealed ? "ext4" : "xfs", sealed};
    rig.pair.in_source(some_of_each);
    rig.control.compression = sealed ? 7 : 0;
    rig.start();
    const auto first = rig.must_pass();
    check_equal(rig.pair);
    CHECK(first.issues_total == 0);
    CHECK(first.names == 3);
    CHECK(first.bytes < 41'000'000);  // the holes stayed at home
    const auto wire_bytes = rig.progress->wire_bytes.load();
    if (sealed) CHECK(wire_bytes < 35'000'000);
    CHECK(rig.progress->files_done == rig.progress->files_total);
    CHECK(rig.progress->bytes_durable.load() == rig.progress->bytes_total.load());
    CHECK(rig.progress->chunks.load() < 120);  // small files travel together

    const auto second = rig.must_pass();
    CHECK(second.files + second.names + second.removed == 0);
    CHECK(second.listed == first.listed);
    CHECK(rig.progress->bytes_skipped_equal == rig.progress->bytes_total);

    rig.pair.in_source(
        "rm -r many/1* dirs; printf other > aligned; mkdir dirs; printf x > dirs/new; "
        "rm pipe; mkdir pipe; chmod 0600 compressible; ln -sfn elsewhere dangling");
    const auto third = rig.must_pass();
    CHECK(third.files == 2);
    CHECK(third.removed > 1000);
    check_equal(rig.pair);
  }
}

TEST_CASE("what is excluded is neither sent nor removed") {
  TreeRig rig;
  rig.excludes = "/cache/\n*.tmp\n";
  rig.pair.in_source("mkdir cache; echo 1 > cache/a; echo 2 > b.tmp; echo 3 > c");
  rig.pair.in_target("mkdir cache; echo kept > cache/old; echo kept > old.tmp; echo gone > d");
  rig.start();
  CHECK(rig.must_pass().files == 1);
  CHECK(sh("cd " + rig.pair.target() + "; find . -type f | sort | tr '\\n' ' '") ==
        "./c ./cache/old ./old.tmp ");
}

TEST_CASE("a comparison finds what the target has lost, and a pass with digests mends it") {
  TreeRig rig;
  rig.pair.in_source(some_of_each);
  rig.start();
  rig.must_pass();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  const auto since = wall_ms();
  CHECK(rig.compare(since).wrong == 0);
  // Size and time stay; the data behind them doesn't.
  rig.pair.in_target(
      "t=$(stat -c %y large); printf changed | dd of=large bs=1 seek=12345678 conv=notrunc "
      "status=none; touch -d \"$t\" large; t=$(stat -c %y many); rm many/77; touch -d \"$t\" many; "
      "chmod 0640 compressible; rm -r dirs/5");
  const auto found = rig.compare(since);
  // A directory stands for what is in it, and a file for its further names. The fifth is the
  // directory that has lost one, by its time.
  CHECK(found.wrong == 5);
  CHECK(found.changed == 0);
  CHECK(found.first_wrong.size() == 5);
  CHECK(rsync_says(rig.pair) != "");  // nothing was touched
  CHECK(rig.must_pass(true).files == 3);
  check_equal(rig.pair);
  CHECK(rig.compare(since).wrong == 0);

  // What changes after the pass is not the target's fault.
  rig.pair.in_source("echo new > many/78; mv deep moved; mkdir fresh; rm aligned");
  const auto later = rig.compare(since);
  CHECK(later.wrong == 0);
  CHECK(later.changed >= 3);
}

TEST_CASE("files that can't be copied as they are, are told by both ends, and the rest is copied") {
  TreeRig rig{"ext4"};
  rig.pair.in_source("echo 1 > a; mkdir b; echo 2 > b/c; mkdir d");
  // A mount at the source hides what is below, and one at the target is none of ours.
  sh("mount -t tmpfs none " + rig.pair.source() + "/d; mkdir " + rig.pair.target() +
     "/a; mount -t tmpfs none " + rig.pair.target() + "/a");
  rig.start();
  const auto done = rig.must_pass();
  sh("umount " + rig.pair.source() + "/d; umount " + rig.pair.target() + "/a");
  CHECK(done.issues_total == 1);
  REQUIRE(done.issues.size() == 1);
  CHECK(done.issues[0].code == Errc::file_unsupported);
  CHECK(done.issues[0].what.find("'a'") != std::string::npos);
  CHECK(done.files == 1);
}

TEST_CASE("what a pass has told that can't be held is no difference, and anything else still is") {
  TreeRig rig{"xfs"};
  const files::test::Mounted other{"ext4"};
  rig.pair.in_source(
      "echo 1 > a; echo 2 > b; mkdir deep; ln b deep/c; echo 4 > deep/d; "
      "setfattr -n user.long -v $(head -c 9000 /dev/zero | tr '\\0' v) b; chattr +i b");
  sh("mount --bind " + other.point + " " + rig.pair.target());
  // What the target has mounted over a file is nothing that a pass could put there.
  rig.pair.in_target("mkdir deep; mkdir deep/d; mount -t tmpfs none deep/d");
  rig.start();
  for (int pass = 1; pass <= 2; ++pass) {
    CAPTURE(pass);
    const auto sent = rig.must_pass();
    CHECK(sent.files == (pass == 1 ? 2 : 0));
    CHECK(sent.issues_total == 3);  // the name that is mounted over, and both of the other file
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    const auto since = wall_ms();
    const auto proven = rig.compare(since);
    CHECK(proven.wrong == 0);
    CHECK(proven.changed == 0);
    CHECK(proven.unheld == 3);
    CHECK(rig.compare(since).unheld == 3);
    // One end doesn't know of what the other lacks all: there is no list.
    CHECK(read_file(rig.manifest()).value().empty());

    rig.pair.in_target(
        "t=$(stat -c %y b); chattr -i b; printf 3 | dd of=b conv=notrunc status=none; "
        "touch -d \"$t\" b");
    const auto flipped = rig.compare(since);
    CHECK(flipped.wrong == 1);
    REQUIRE(flipped.first_wrong.size() == 1);
    CHECK(flipped.first_wrong[0] == "b");
    CHECK(rig.must_pass(true).files == 1);
    CHECK(rig.compare(since).wrong == 0);

    // An attribute that was not listed, another owner, and a flag that is too many.
    for (const std::string damage :
         {"setfattr -n user.more -v 1 b", "chown 7 b", "chmod 0600 b", "chattr +a b"}) {
      rig.pair.in_target("chattr -i b; " + damage);
      CHECK(rig.compare(since).wrong == 2);  // by both names
      rig.must_pass();
      CHECK(rig.compare(since).wrong == 0);
    }
  }
  rig.pair.in_target("umount deep/d");
  rig.stop();
  sh("chattr -i " + other.point + "/b; umount " + rig.pair.target());
}

TEST_CASE("both ends of a comparison list the same, and the list is that of the tree") {
  TreeRig rig;
  rig.pair.in_source(some_of_each);
  rig.excludes = "/many/1*\n";
  rig.start();
  rig.must_pass();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  const auto since = wall_ms();
  const auto proven = rig.compare(since);
  CHECK(proven.wrong == 0);
  const auto list = read_file(rig.manifest()).value();
  CHECK(proven.manifest.sha256 == sha256(list));
  CHECK(proven.manifest.bytes == list.size());
  std::set<std::string> paths;
  REQUIRE(files::read_manifest(
      list, [&](const std::string& path, std::string_view) { paths.insert(path); }));
  CHECK(paths.size() == proven.manifest.entries);
  CHECK(paths.size() == sh("cd " + rig.pair.target() + "; find . -printf x").size());
  const auto bytes_each = list.size() / paths.size();
  MESSAGE(bytes_each << " bytes for each of " << paths.size() << " files");
  CHECK(bytes_each < 60);
  CHECK(rig.compare(since).manifest.sha256 == sha256(list));

  // What changed since is in neither list.
  rig.pair.in_source("echo new > many/78; chmod 0711 deep/er; echo more > dirs/1/more");
  const auto later = rig.compare(since);
  CHECK(later.wrong == 0);
  CHECK(later.changed >= 4);
  CHECK(later.manifest.entries < proven.manifest.entries);
  CHECK(later.manifest.sha256 == sha256(read_file(rig.manifest()).value()));
  CHECK(later.manifest.sha256 != proven.manifest.sha256);

  // A pass makes what was proven before it worthless.
  rig.must_pass();
  CHECK(!std::filesystem::exists(rig.manifest()));
  CHECK(rig.compare(wall_ms(), false).manifest.sha256.empty());
}

TEST_CASE("a comparison finds directories that are otherwise, if it may ask about them") {
  TreeRig rig;
  rig.pair.in_source("mkdir -p a/b c; touch a/b/file; setfattr -n user.x -v 1 a");
  rig.start();
  rig.must_pass();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  const auto since = wall_ms();
  for (const std::string damage : {"chmod 0700 a", "chown 5 a/b", "touch c", "chmod 0700 .",
                                   "setfattr -x user.x a", "chattr +i c"}) {
    CAPTURE(damage);
    rig.pair.in_target(damage);
    const auto before = rig.pair.in_target_says("stat -c '%A %u %Y %n' . a a/b c");
    CHECK(rig.compare(since, false).wrong == 0);
    const auto found = rig.compare(since);
    CHECK(found.wrong == 1);
    CHECK(rig.pair.in_target_says("stat -c '%A %u %Y %n' . a a/b c") == before);
    rig.must_pass();
    CHECK(rig.compare(since).wrong == 0);
  }
}

TEST_CASE("a tree frame that was changed on its way ends the pass, and the next one completes") {
  for (const bool sealed : {true, false}) {
    TreeRig rig{"ext4", sealed};
    rig.pair.in_source(some_of_each);
    rig.start();
    const auto direct = rig.settings.endpoint;
    {
      FlippingProxy proxy{port_of(direct), 39'500'000};
      rig.settings.endpoint = proxy.endpoint;
      rig.control.compression = 0;  // so that always as much travels, and a little comes behind
      const auto broken = rig.pass();
      REQUIRE(!broken);
      CHECK(broken.error().code == Errc::transfer_corrupt);
    }
    rig.settings.endpoint = direct;
    const auto rest = rig.must_pass();
    CHECK(rest.files < 3400);  // what was complete stayed
    check_equal(rig.pair);
  }
}

TEST_CASE("a slow link costs no round trip for each directory") {
  TreeRig rig;
  rig.pair.in_source("for i in $(seq 1 400); do mkdir -p d$i; echo $i > d$i/file; done");
  rig.start();
  FlippingProxy proxy{port_of(rig.settings.endpoint), FlippingProxy::never,
                      std::chrono::milliseconds{15}};
  rig.settings.endpoint = proxy.endpoint;
  const auto begun = steady_ms();
  rig.must_pass();
  CHECK(steady_ms() - begun < 400 * 30 / 2);
  check_equal(rig.pair);
}

TEST_CASE("a pass over a tree ends when it is asked to, and a paused one waits") {
  TreeRig rig;
  rig.pair.in_source("head -c 20M /dev/urandom > large");
  rig.start();
  rig.control.bandwidth_mbps = 20;
  std::stop_source stop;
  std::jthread stopper{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    stop.request_stop();
  }};
  const auto stopped = rig.pass(false, stop.get_token());
  REQUIRE(!stopped);
  CHECK(stopped.error().code == Errc::canceled);
  rig.control.bandwidth_mbps = 0;
  rig.control.paused = true;
  std::jthread waker{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    CHECK(rig.progress->wire_bytes == 0);
    rig.control.paused = false;
  }};
  CHECK(rig.must_pass().files == 1);
  check_equal(rig.pair);
}

TEST_CASE("a newer session of a tree fences the older one, and a closed one leaves the root") {
  TreeRig rig;
  rig.pair.in_source("echo 1 > a");
  rig.start();
  rig.must_pass();
  auto newer = rig.key;
  newer.id = 92;
  newer.epoch = 2;
  REQUIRE(rig.server->open(newer, *rig.target, 8));
  const auto old = rig.pass();
  REQUIRE(!old);
  CHECK(old.error().code == Errc::fenced);
  CHECK(rig.server->open(rig.key, *rig.target, 8).error().code == Errc::fenced);
  rig.settings.key = newer;
  rig.must_pass();
  rig.server->close(newer.id);
  // Nobody holds the file system any more.
  unmount_loop(rig.pair.file_system.point, rig.pair.file_system.folder / "image");
  sh("mount -o loop " + (rig.pair.file_system.folder / "image") + ' ' + rig.pair.file_system.point);
}

TEST_CASE("a full target ends the pass with its own error") {
  TreeRig rig;
  rig.pair.in_source("yes | head -c 220M > large");
  rig.start();
  const auto done = rig.pass();
  REQUIRE(!done);
  CHECK(done.error().code == Errc::disk_full);
  CHECK(sh("ls -A " + rig.pair.target()).empty());
}
