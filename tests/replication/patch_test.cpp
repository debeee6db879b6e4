// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Large files of which a part has changed, between real file systems.
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "flipping_proxy.hpp"
#include "tree_rig.hpp"

using namespace ferry;
using namespace ferry::test;
using files::test::check_equal;
using files::test::rsync_says;

namespace {

using limits::mib;

void write_at(const std::string& path, std::uint64_t offset, const std::string& bytes) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(offset));
  file << bytes;
  REQUIRE(file.flush());
}

/// Writes one of so many granules of the file anew.
void change_one_of(const std::string& path, std::uint64_t granules, std::mt19937& random) {
  const auto size = std::filesystem::file_size(path);
  const auto changes = size / 4096 / granules;
  for (std::uint64_t i = 0; i < changes; ++i) {
    write_at(path, random() % (size / 4096) * 4096, random_bytes(4096));
  }
}

std::string inode(const TreeRig& rig, const std::string& name) {
  return sh("stat -c %i " + rig.pair.target() + '/' + name);
}

/// Returns the year that the target's file bears on what is on the disk now.
std::string year_after_power_cut(const files::test::Pair& pair, const std::string& name) {
  const TempFolder folder{"/dev/shm"};
  return sh("cd " + folder.path.string() + "; cp --sparse=always " +
            (pair.file_system.folder / "image") +
            " image; mkdir m; mount -o loop image m; stat -c " + "%y m/target/" + name +
            "; umount m")
      .substr(0, 4);
}

/// Writes, frees, cuts or lengthens some of the file at random.
void disturb(const std::string& path, std::mt19937& random) {
  const Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
  REQUIRE(file);
  const auto round = [&](std::uint64_t n) { return random() % 3 == 0 ? n : n / 4096 * 4096; };
  for (auto changes = 1 + random() % 6; changes > 0; --changes) {
    const auto at = static_cast<off_t>(round(random() % (6 * mib)));
    const auto bytes = 1 + round(random() % (random() % 4 == 0 ? 2 * mib : 20'000));
    switch (random() % 6) {
      case 0: REQUIRE(::ftruncate(file.get(), at) == 0); break;
      case 1:
        REQUIRE(::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at,
                            static_cast<off_t>(bytes)) == 0);
        break;
      case 2: REQUIRE(::fallocate(file.get(), 0, at, static_cast<off_t>(bytes)) == 0); break;
      default: {
        const auto data = random() % 4 == 0 ? std::string(bytes, '\0') : random_bytes(bytes);
        REQUIRE(::pwrite(file.get(), data.data(), bytes, at) == static_cast<ssize_t>(bytes));
      }
    }
  }
}

}  // namespace

TEST_CASE("of a large file of which a hundredth changed less than a fiftieth travels") {
  TreeRig rig;
  rig.pair.in_source("head -c 40M /dev/urandom > large; head -c 40M /dev/urandom > other");
  rig.start();
  rig.must_pass();
  const auto before = inode(rig, "large");
  std::mt19937 random{3};
  change_one_of(rig.pair.source() + "/large", 100, random);
  change_one_of(rig.pair.source() + "/other", 100, random);
  FlippingProxy proxy{port_of(rig.settings.endpoint), FlippingProxy::never};
  rig.settings.endpoint = proxy.endpoint;
  const auto done = rig.must_pass();
  CHECK(done.files == 2);
  CHECK(done.issues_total == 0);
  CHECK(done.bytes <= 80 * mib / 100);
  CHECK(proxy.bytes < 80 * mib / 50);
  CHECK(rig.progress->bytes_durable == rig.progress->bytes_total);
  CHECK(rig.progress->bytes_skipped_equal > 79 * mib);
  CHECK(inode(rig, "large") == before);
  check_equal(rig.pair);
  CHECK(rig.must_pass().files == 0);

  rig.pair.in_source("touch large");
  CHECK(rig.must_pass().bytes == 0);
  check_equal(rig.pair);
}

TEST_CASE("a large file takes no room twice while it changes") {
  TreeRig rig;
  rig.pair.in_source("head -c 150M /dev/urandom > large");
  rig.start();
  rig.must_pass();
  rig.pair.in_source(
      "head -c 60M /dev/urandom | dd of=large bs=1M seek=50 conv=notrunc status=none");
  const auto done = rig.must_pass();
  CHECK(done.issues_total == 0);
  CHECK(done.bytes == 60 * mib);
  check_equal(rig.pair);
}

TEST_CASE("holes, ends and metadata of a patched file become those of the source") {
  for (const std::string type : {"ext4", "xfs", "btrfs"}) {
    CAPTURE(type);
    TreeRig rig{type};
    rig.pair.in_source(R"sh(
      for f in grows shrinks cut holed zeroed swap owned locked log ends sparse; do
        head -c 5M /dev/urandom > $f; done
      truncate -s 5M filled; truncate -s 100M sparse; fallocate -l 5M swap2
      setcap cap_net_raw+ep owned; chattr +i locked; chattr +a log; chattr +d zeroed
    )sh");
    rig.start();
    rig.must_pass();
    rig.pair.in_source(R"sh(
      at() { dd of=$1 bs=1 seek=$2 conv=notrunc status=none; }
      head -c 5000001 /dev/urandom >> grows
      truncate -s 1700001 shrinks; truncate -s 1M cut; truncate -s 5242879 ends; printf x >> ends
      fallocate -p -o 1M -l 2500000 holed
      head -c 6000 /dev/urandom | at filled 2M
      dd if=/dev/zero of=zeroed bs=1M seek=2 count=1 conv=notrunc status=none; chattr -d zeroed
      rm swap; fallocate -l 5M swap; printf x | at swap 2M; printf x | at swap2 2M
      printf x | at owned 2M; chown 1234:55 owned; chmod 4711 owned; setfattr -n user.a -v b owned
      chattr -i locked; printf x | at locked 2M; chattr +i locked
      echo line >> log
      printf x | at sparse 80M; fallocate -p -o 0 -l 4M sparse
    )sh");
    const auto done = rig.must_pass();
    CHECK(done.issues_total == 0);
    CHECK(done.bytes < 12 * mib);  // the zeros of a swap file, and what was written
    // Space too, of which xfs reserves some ahead of what is written.
    if (type == "xfs") {
      CHECK(rsync_says(rig.pair).empty());
    } else {
      check_equal(rig.pair);
    }
    CHECK(rig.must_pass().files == 0);
  }
}

TEST_CASE("whatever happens to large files, one pass follows") {
  for (const std::string type : {"ext4", "btrfs"}) {
    TreeRig rig{type};
    rig.start();
    std::mt19937 random{17};
    for (int round = 0; round < 10; ++round) {
      CAPTURE(type);
      CAPTURE(round);
      for (const char* name : {"a", "b", "c", "d", "e"}) {
        const auto path = rig.pair.source() + '/' + name;
        if (random() % 8 == 0) std::filesystem::remove(path);
        if (random() % 4 != 0) disturb(path, random);
        if (random() % 8 == 0) rig.pair.in_source(std::string{"ln -f "} + name + " linked || true");
      }
      CHECK(rig.must_pass().issues_total == 0);
      CHECK(rsync_says(rig.pair).empty());
    }
  }
}

TEST_CASE("a name that was left behind keeps its data when the other one's file changes") {
  TreeRig rig;
  rig.pair.in_source("head -c 8M /dev/urandom > b; ln b a; ln b c; head -c 8M /dev/urandom > d");
  rig.start();
  rig.must_pass();
  // Of the three names of the target's file two are other files now, of the same size and time.
  rig.pair.in_source(
      "cp -p b new; mv new a; cp -p b new; mv new c; printf changed | dd of=b bs=1 seek=5M "
      "conv=notrunc "
      "status=none; ln d e; printf changed | dd of=d bs=1 seek=5M conv=notrunc status=none");
  const auto done = rig.must_pass();
  CHECK(done.issues_total == 0);
  check_equal(rig.pair);
  CHECK(done.names == 1);
  const auto again = rig.must_pass();
  CHECK(again.files + again.names == 0);
}

TEST_CASE("data that the target lost without a trace comes back in part, too") {
  TreeRig rig;
  rig.pair.in_source("head -c 32M /dev/urandom > large");
  rig.start();
  rig.must_pass();
  rig.pair.in_target(
      "t=$(stat -c %y large); printf changed | dd of=large bs=1 seek=12345678 conv=notrunc "
      "status=none; "
      "touch -d \"$t\" large");
  CHECK(rig.must_pass().files == 0);
  const auto mended = rig.must_pass(true);
  CHECK(mended.files == 1);
  CHECK(mended.bytes == 4096);
  check_equal(rig.pair);
}

TEST_CASE("a file that is patched in part is told by its time, also after a power cut") {
  const files::test::Pair pair{"ext4"};
  pair.in_source("head -c 20M /dev/urandom > large; touch -d 2001-01-01 large");
  (void)files::test::copy(pair);
  pair.in_source("head -c 20M /dev/urandom > large; touch -d 2002-02-02 large");
  {
    auto reader = files::TreeReader::open(pair.source(), {.digest_key = "key"});
    auto writer = files::TreeWriter::open(pair.target(), {.digest_key = "key"});
    auto step = reader->next().value();
    const auto& listing = std::get<files::Listing>(step.value());
    REQUIRE(writer->list(listing).value().size() == 1);
    auto file = writer->patch("", listing.entries[0]);
    REQUIRE(file);
    // It was not touched yet, so it is still the old one.
    CHECK(sh("stat -c %y " + pair.target() + "/large").starts_with("2001"));
    const std::vector<std::byte> data(3 * mib);
    REQUIRE(file->write(mib, data));
    CHECK(year_after_power_cut(pair, "large") > "2002");
  }
  CHECK(sh("stat -c %y " + pair.target() + "/large").substr(0, 4) > "2002");
  // The source goes back to what the target had: size and time would be the same.
  pair.in_source("touch -d 2001-01-01 large");
  CHECK(files::test::copy(pair).counts.files == 1);
  check_equal(pair);
}

TEST_CASE(
    "a large file that changes while it is patched fails no pass, and is equal once it rests") {
  TreeRig rig;
  rig.pair.in_source("head -c 60M /dev/urandom > large");
  rig.start();
  rig.must_pass();
  std::atomic<int> writes = 0;
  std::jthread writer{[&](const std::stop_token& stop) {
    std::mt19937 random{5};
    for (; !stop.stop_requested(); ++writes) {
      write_at(rig.pair.source() + "/large", random() % (60 * mib), random_bytes(3000));
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }};
  // A busy machine may hold the writer still for a whole pass, which then has nothing to tell.
  int told = 0;
  for (const auto give_up = steady_ms() + 60'000; told < 3 && steady_ms() < give_up;) {
    const auto done = rig.must_pass();
    REQUIRE(done.issues_total <= 1);
    if (done.issues_total == 1) {
      CHECK(done.issues[0].code == Errc::file_changed);
      ++told;
    }
  }
  CHECK(told == 3);
  writer.request_stop();
  writer.join();
  CHECK(writes > 10);
  rig.must_pass();
  check_equal(rig.pair);
}

TEST_CASE("patched files cost no round trip each on a slow link") {
  TreeRig rig;
  rig.pair.in_source(
      "for i in $(seq 1 80); do mkdir d$i; head -c 1M /dev/urandom > d$i/file; done");
  rig.start();
  rig.must_pass();
  rig.pair.in_source(
      "for i in $(seq 1 80); do printf changed | dd of=d$i/file bs=1 seek=5000 conv=notrunc "
      "status=none; done");
  FlippingProxy proxy{port_of(rig.settings.endpoint), FlippingProxy::never,
                      std::chrono::milliseconds{40}};
  rig.settings.endpoint = proxy.endpoint;
  const auto begun = steady_ms();
  CHECK(rig.must_pass().bytes == 80 * 4096);
  CHECK(steady_ms() - begun < 80 * 80 * 3 / 4);
  check_equal(rig.pair);
}

TEST_CASE("a receiver that takes no patches gets the file whole") {
  TreeRig rig;
  rig.pair.in_source("head -c 8M /dev/urandom > large");
  rig.start();
  rig.must_pass();
  rig.settings.patches = false;
  rig.pair.in_source("printf x >> large");
  CHECK(rig.must_pass().bytes == 8 * mib + 1);
  check_equal(rig.pair);
}
