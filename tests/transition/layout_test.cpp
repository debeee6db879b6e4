// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A disk that is made from a layout gets its parts from an agent, and becomes a plain image file.
#include <filesystem>
#include <thread>

#include "actors/agent/replicate_layout.hpp"
#include "base/text.hpp"
#include "disk/partitions.hpp"
#include "disk/source_disk.hpp"
#include "layout/plan.hpp"
#include "node.hpp"
#include "replication/disk_root.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A disk with a file system that is mounted at /srv of a server whose root is a folder, and a
/// partition of bytes.
struct Server {
  TempFolder folder;
  std::string image = folder / "source.raw";
  std::string root = folder / "root";
  Layout layout;

  explicit Server(const std::string& filesystem = "ext4") {
    sh("truncate -s 500M " + image +
       "; printf 'label: gpt\nsize=400M\nsize=20M\n' | sfdisk -q --no-reread --no-tell-kernel " +
       image + "; mkdir -p " + root + "/srv; head -c 440 /dev/urandom | dd of=" + image +
       " conv=notrunc status=none");
    const auto partitions = look().partitions;
    REQUIRE(partitions.size() == 2);
    const auto made = folder / "made";
    sh("truncate -s 400M " + made + "; mkfs." + filesystem + " -q " + made + "; dd if=" + made +
       " of=" + image + " bs=1M conv=notrunc,sparse status=none seek=" +
       std::to_string(partitions[0].offset / limits::mib) + "; rm " + made +
       "; dd if=/dev/urandom of=" + image + " bs=1M count=20 seek=" +
       std::to_string(partitions[1].offset / limits::mib) + " conv=notrunc status=none");
    mount();
    fill(
        "cd srv; mkdir -p a/b; for i in $(seq 1 500); do echo $i > a/$i; done; "
        "head -c 9M /dev/urandom > a/b/large; ln a/b/large again; chown 5:6 a; mkfifo pipe");
    plan();
  }
  ~Server() { (void)run({.argv = {"umount", root + "/srv"}}); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] DiskInfo look() const {
    const auto source = SourceDisk::open(image);
    REQUIRE(source);
    auto info = describe_disk(*source);
    REQUIRE(info);
    return *info;
  }
  void fill(const std::string& line) const { sh("cd " + root + "; " + line); }
  void mount() const {
    const auto first = look().partitions[0];
    sh("mount -o loop,offset=" + std::to_string(first.offset) +
       ",sizelimit=" + std::to_string(first.size) + " " + image + " " + root + "/srv");
  }
  void unmount() const { unmount_loop(root + "/srv", image); }
  void plan() {
    Inventory inventory;
    inventory.disks = {look()};
    CHECK(inventory.disks[0].partitions[0].mount_point == root + "/srv");
    inventory.disks[0].partitions[0].mount_point = "/srv";
    LayoutLimits bounds;
    bounds.system_disk_min = limits::mib;
    const LayoutWish wish{{{0, 300 * limits::mib, false, {{"/srv", 250 * limits::mib, "file"}}}}};
    const auto plan = plan_layout(inventory, wish, bounds);
    for (const auto& refusal : plan.refusals) FAIL_CHECK(refusal.what);
    layout = {plan.source, plan.disks};
  }
};

struct Migration {
  Server server;
  Node node;
  std::string token = "i-1";
  std::vector<std::string> excludes;
  bool checksum = false;
  std::string hooks;
  DiskProgress progress;  // of the last run

  explicit Migration(const std::string& filesystem = "ext4") : server(filesystem) {
    std::filesystem::create_directories(work());
  }

  [[nodiscard]] std::string work() const { return server.folder / "work"; }
  [[nodiscard]] std::string own_excludes() const { return server.folder / "Excludes"; }
  [[nodiscard]] std::string target() const { return node.disk(token, 0).string(); }
  /// What the controller has both do in one run; returns the disk's root.
  Result<std::string> run_once(std::uint64_t epoch) {
    auto request = node.request(token, epoch);
    request.layout = server.layout;
    request.disk_bytes = {server.layout.disks[0].size};
    request.create = epoch == 1;
    const auto instance = node.ensure(request);
    if (!instance) return fail(instance.error());
    SyncDisks sync;
    sync.job = request.job;
    sync.epoch = epoch;
    sync.token = token;
    sync.control = instance->control;
    sync.data = instance->data;
    sync.public_key = instance->public_key;
    sync.digest_key = request.digest_key;
    sync.layout = server.layout;
    sync.excludes = excludes;
    ReplicationOptions options;
    options.keys = node.agent;
    options.work_folder = work();
    options.freeze_hooks = hooks;
    options.excludes = own_excludes();
    DiskSyncState state{0};
    state.checksum = checksum;
    auto done = replicate_layout(sync, 0, {server.image}, server.root, options, state, {});
    progress = state.snapshot();
    if (!done) return fail(done.error());
    CHECK(state.snapshot().phase == "verified");
    return state.snapshot().tree_root;
  }
  /// Runs a line in the file system of the image file that was replicated by files.
  [[nodiscard]] std::string in_target(const std::string& line, const char* mode = "ro") const {
    const auto& partitions = server.layout.disks[0].partitions;
    const auto files = std::ranges::find(partitions, "file", &PlannedPartition::method);
    REQUIRE(files != partitions.end());
    const auto point = server.folder / "target";
    const auto said = sh("mkdir -p " + point + "; mount -o " + mode +
                         ",loop,offset=" + std::to_string(files->offset) +
                         ",sizelimit=" + std::to_string(files->size) + " " + target() + " " +
                         point + "; cd " + point + "; " + line);
    unmount_loop(point, target());
    return said;
  }
  /// Behind everybody's back: other data of one file, with its size and time as they were.
  void damage() const {
    (void)in_target(
        "t=$(stat -c %y a/b/large); printf '\\000\\001\\002\\003' | dd of=a/b/large bs=1 "
        "seek=5000000 conv=notrunc status=none; touch -d \"$t\" a/b/large",
        "rw");
  }
  /// What the image file holds, as others see it.
  void check() const {
    const auto& disk = server.layout.disks[0];
    const auto blocks = std::ranges::find(disk.partitions, "block", &PlannedPartition::method);
    REQUIRE(blocks != disk.partitions.end());
    CHECK(sh("cmp -n 440 " + server.image + " " + target()).empty());
    CHECK(sh("cmp -n " + std::to_string(blocks->size) + " -i " +
             std::to_string(blocks->from.offset) + ":" + std::to_string(blocks->offset) + " " +
             server.image + " " + target())
              .empty());
    CHECK(in_target("rsync -aHAXn --checksum --itemize-changes --delete --exclude=/lost+found " +
                    server.root + "/srv/ ./")
              .empty());
  }
};

}  // namespace

TEST_CASE("a disk of a layout gets files, blocks and boot code, and is sealed to a plain file") {
  Migration migration;
  const auto first = migration.run_once(1);
  if (!first) FAIL(to_string(first.error()));
  migration.check();
  const auto root = disk_root(migration.target(), migration.server.layout.disks[0].size,
                              std::string(32, 'k'), {}, {});
  REQUIRE(root);
  CHECK(*first == to_hex(std::as_bytes(std::span{*root})));

  // A later run opens the sealed disk again, and another node's process does, too.
  migration.server.fill("cd srv; rm a/7; echo more > a/8; echo new > new; chmod 0600 pipe");
  migration.node.restart();
  const auto second = migration.run_once(2);
  if (!second) FAIL(to_string(second.error()));
  CHECK(*second != *first);
  migration.check();
}

TEST_CASE("what both ends have proven of a disk's parts is told, and listed beside the disk") {
  Migration migration;
  const auto done = migration.run_once(1);
  if (!done) FAIL(to_string(done.error()));
  REQUIRE(migration.progress.files.size() == 1);
  auto files = migration.progress.files[0];
  CHECK(files.mount_point == "/srv");
  CHECK(files.changed + files.unheld == 0);
  CHECK(files.entries == migration.in_target("find . -printf x").size());
  const auto list = migration.server.folder / "list";
  sh("cp " + std::filesystem::path{migration.target()}.replace_extension(".files").string() + " " +
     list);
  const auto bytes = read_file(list).value();
  CHECK(files.bytes == bytes.size());
  const auto digest = sha256(bytes);
  CHECK(files.sha256 == to_hex(std::as_bytes(std::span{digest})));
  // The boot code, and the partition.
  REQUIRE(migration.progress.blocks.size() == 2);
  for (const auto& blocks : migration.progress.blocks) CHECK(blocks.tree_root.size() == 64);

  // What the target has listed has to be what the source has, also for a node that didn't list it.
  migration.node.restart();
  auto request = migration.node.request(migration.token, 2);
  request.layout = migration.server.layout;
  request.disk_bytes = {migration.server.layout.disks[0].size};
  request.create = false;
  const auto instance = migration.node.ensure(request).value();
  Client control{{instance.control, instance.public_key, migration.node.agent, true}};
  const auto seal = [&] {
    for (;;) {
      auto answer = control.ask<SealStatus>("instances", SealDisk{migration.token, 2, 0, {files}},
                                            std::chrono::seconds{30}, {});
      if (!answer || answer->state == "sealed") return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  };
  const auto right = files;
  files.sha256.front() = files.sha256.front() == '0' ? '1' : '0';
  const auto other = seal();
  REQUIRE(!other);
  CHECK(other.error().code == Errc::verify_mismatch);
  files.part = 99;
  const auto none = seal();
  REQUIRE(!none);
  CHECK(none.error().code == Errc::invalid_argument);
  files = right;
  CHECK(seal().value().files.at(0).sha256 == right.sha256);
}

TEST_CASE("files are not copied from where another file system, or none, is mounted") {
  Migration migration;
  REQUIRE(migration.run_once(1));
  migration.server.unmount();
  const auto refused = migration.run_once(2);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::disk_missing);
  migration.server.mount();
  REQUIRE(migration.run_once(3));
  migration.check();
}

TEST_CASE("a proof of files finds what the instance's disk has lost, and it is sent again") {
  Migration migration;
  const auto first = migration.run_once(1);
  REQUIRE(first);
  migration.damage();
  const auto second = migration.run_once(2);
  if (!second) FAIL(to_string(second.error()));
  migration.check();
}

TEST_CASE("with a checksum, what the target has lost is sent before file systems are held still") {
  Migration migration;
  REQUIRE(migration.run_once(1));
  migration.hooks = migration.server.folder / "hooks";
  const auto holds = migration.server.folder / "holds";
  sh("mkdir " + migration.hooks + "; cd " + migration.hooks +
     "; printf '#!/bin/sh\n[ $1 = thaw ] " + "|| echo held >> " + holds +
     "\n' > note; chmod 0755 note; cd ..");
  for (const bool checksum : {true, false}) {
    CAPTURE(checksum);
    migration.damage();
    migration.checksum = checksum;
    sh(": > " + holds);
    const auto done = migration.run_once(checksum ? 2 : 3);
    if (!done) FAIL(to_string(done.error()));
    migration.check();
    // The blocks and the boot code are held once each, too.
    CHECK(sh("wc -l < " + holds) == (checksum ? "3" : "4"));
  }
}

TEST_CASE("excluded files are neither copied nor compared, and what was copied before stays") {
  Migration migration;
  migration.excludes = {"+ /srv/a/11", "/srv/a/1*", "*.tmp"};
  std::filesystem::create_directories(migration.own_excludes());
  const auto own = migration.own_excludes() + "/rsync_excludes_linux.txt";
  const auto names = "find . -name lost+found -prune -o -type f -print | sort | xargs";
  migration.server.fill(
      "cd srv; rm -r a again; mkdir a b c; for i in 1 10 11 2; do echo $i > a/$i; done; "
      "echo x > c/x.tmp; echo y > b/y; echo z > c/z");
  sh("echo /srv/b/ > " + own);
  auto done = migration.run_once(1);
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.in_target(names) == "./a/11 ./a/2 ./c/z");

  // The server's own rules change: what they free is copied; what they name now is left as it was.
  sh("echo /srv/c/ > " + own);
  migration.server.fill("cd srv; echo changed > c/z; echo more > c/more; rm a/2; rm a/1*");
  done = migration.run_once(2);
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.in_target(names) == "./b/y ./c/z");
  CHECK(migration.in_target("cat c/z") == "z");

  sh("printf '/srv/b/\n/srv/[a\n' > " + own);
  const auto refused = migration.run_once(3);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::excludes_invalid);
  CHECK(refused.error().what.find("rsync_excludes_linux.txt:2: '/srv/[a'") != std::string::npos);
  sh("rm " + own);
  done = migration.run_once(4);
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.in_target("cat c/z c/more") == "changed\nmore");
}

TEST_CASE("files that can't be copied as they are, are counted and named with what is told") {
  Migration migration;
  // A file that another mount hides can't be read, whoever asks.
  migration.server.fill("cd srv; echo hidden > file; mount --bind /dev/null file");
  const auto done = migration.run_once(1);
  migration.server.fill("umount srv/file");
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.progress.file_issues == 1);
  REQUIRE(migration.progress.first_file_issues.size() == 1);
  const auto& issue = migration.progress.first_file_issues[0];
  CHECK(issue.code == static_cast<std::uint16_t>(Errc::file_unreadable));
  CHECK(issue.what.starts_with("/srv: 'file' is hidden"));
}

TEST_CASE("of a btrfs, the last pass and its proof are of the moment of a snapshot, which goes") {
  Migration migration{"btrfs"};
  migration.hooks = migration.server.folder / "hooks";
  const auto srv = migration.server.root + "/srv";
  sh("mkdir " + migration.hooks + " && cd " + migration.hooks + " && printf '#!/bin/sh\ncd " + srv +
     "\necho at $1 > a/7\n' > note && chmod 0755 note");
  // What another file system hides here isn't this one's to copy.
  migration.server.fill("cd srv; mkdir over; echo x > over/hidden; mount -t tmpfs none over");
  const auto done = migration.run_once(1);
  migration.server.fill("umount srv/over");
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.progress.consistency == "application");
  CHECK(migration.progress.file_issues == 0);
  CHECK(migration.in_target("cat a/7; ls over; stat -c %h again") == "at freeze\n2");
  CHECK(sh("btrfs subvolume list " + srv).empty());
  CHECK(std::filesystem::is_empty(migration.work()));

  // Without hooks nobody tells what was at rest.
  migration.hooks.clear();
  REQUIRE(migration.run_once(2));
  CHECK(migration.progress.consistency == "snapshot");
}

TEST_CASE("of a btrfs with subvolumes in it, all is copied, with the file system held still") {
  Migration migration{"btrfs"};
  migration.server.fill("cd srv; btrfs -q subvolume create a/below; echo x > a/below/file");
  const auto done = migration.run_once(1);
  if (!done) FAIL(to_string(done.error()));
  CHECK(migration.progress.consistency == "frozen");
  CHECK(migration.in_target("cat a/below/file") == "x");
}
