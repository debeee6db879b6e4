// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/pass.hpp"

#include <chrono>
#include <thread>

#include <sys/mount.h>
#include <sys/stat.h>

#include "rig.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

// Whole MiB of disk that a file takes. Rounded down: the file system may count a few
// blocks of its own, such as those of a file's extent tree.
std::uint64_t allocated_mib(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return static_cast<std::uint64_t>(status.st_blocks) * 512 / mib;
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

TEST_CASE("a sparse disk with an odd tail arrives equal, at every level, sealed or plain") {
  for (const int level : {0, 1, 4, 7, 10}) {
    for (const bool sealed : {true, false}) {
      CAPTURE(level);
      CAPTURE(sealed);
      Rig rig{11 * mib + 1536 + static_cast<std::uint64_t>(level), sealed};
      scatter(rig.source, static_cast<unsigned>(level), 8);
      rig.control.compression = level;
      rig.start();
      const auto done = rig.must_pass();
      CHECK(rig.equal());
      CHECK(rig.progress->bytes_durable == rig.progress->bytes_total);
      if (level == 0) CHECK(done.wire_bytes > done.bytes_sent_raw);
      const auto verified = rig.verify();
      CHECK(verified.bad_chunks_total == 0);
      CHECK(verified.root == rig.download().root(rig.source.bytes).value());
      CHECK(rig.server->stats(rig.key.id)->bytes_durable == done.bytes_sent_raw);
    }
  }
}

TEST_CASE("a delta sends only the granules that changed, and what was freed becomes a hole") {
  Rig rig{64 * mib};
  rig.source.write(0, random_bytes(16 * mib));
  rig.source.write(32 * mib, random_bytes(8 * mib));
  rig.control.compression = 0;
  rig.start();
  rig.must_pass();
  CHECK(allocated_mib(rig.options.path) == 24);
  const auto root = rig.verify().root;

  CHECK(rig.must_pass().chunks == 0);  // nothing changed, nothing sent

  for (const std::uint64_t granule : {0UL, 7UL, 900UL, 901UL, 8200UL}) {
    rig.source.write(granule * 4096, random_bytes(4096));
  }
  rig.source.write(2 * mib, std::string(mib, '\0'));  // zeroed
  rig.source.used = {{0, 34 * mib}};                  // and 6 MiB of data freed
  const auto done = rig.must_pass();
  CHECK(done.bytes_sent_raw == 5 * 4096);
  CHECK(done.chunks <= 2);  // scattered changes share a frame
  CHECK(done.bytes_zeroed == 7 * mib);
  CHECK(allocated_mib(rig.options.path) == 17);
  const auto verified = rig.verify();
  CHECK(verified.bad_chunks_total == 0);
  CHECK(verified.root != root);
  rig.source.write(34 * mib, std::string(6 * mib, '\0'));
  CHECK(rig.equal());
}

TEST_CASE("more runs than a frame may have are spread over frames") {
  Rig rig{16 * mib};
  for (std::uint64_t at = 0; at < rig.source.bytes; at += 8192) rig.source.write(at, "data");
  rig.control.compression = 0;
  rig.start();
  rig.must_pass();
  // Every other granule becomes zeros and the ones between become data.
  for (std::uint64_t at = 0; at < rig.source.bytes; at += 8192) {
    rig.source.write(at, std::string(4096, '\0'));
    rig.source.write(at + 4096, random_bytes(16));
  }
  const auto done = rig.must_pass();
  CHECK(done.bytes_sent_raw == 8 * mib);
  CHECK(rig.equal());
  // Many holes between granules that stay, and now and then new data: the runs
  // are used up long before the data fills a frame.
  rig.source.write(0, random_bytes(16 * mib));
  rig.must_pass();
  for (std::uint64_t at = 0; at < rig.source.bytes; at += 8192) {
    rig.source.write(at, at % 65536 == 0 ? random_bytes(4096) : std::string(4096, '\0'));
  }
  const auto holes = rig.must_pass();
  CHECK(holes.bytes_sent_raw == mib);
  CHECK(holes.chunks >= 2048 / limits::chunk_runs_max);
  CHECK(rig.equal());
  CHECK(rig.verify().bad_chunks_total == 0);
}

TEST_CASE("a receiver that dies during a pass is resumed from its own table") {
  Rig rig{96 * mib};
  rig.source.write(0, random_bytes(80 * mib));
  rig.control.compression = 0;
  rig.control.bandwidth_mbps = 800;
  rig.start();
  auto table = rig.download();
  std::jthread killer{[&rig] {
    while (rig.server->stats(rig.key.id)->bytes_durable < 20 * mib) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    rig.server.reset();
  }};
  const auto broken = rig.pass(table);
  killer.join();
  REQUIRE(!broken);
  CHECK((broken.error().code == Errc::transfer_refused ||
         broken.error().code == Errc::transfer_broken));
  const auto told_durable = rig.progress->bytes_durable.load();
  CHECK(told_durable >= 1);
  rig.control.bandwidth_mbps = 0;
  rig.restart();
  const auto done = rig.must_pass();
  CHECK(done.bytes_sent_raw <= 80 * mib - told_durable);
  CHECK(done.bytes_sent_raw <= 60 * mib);
  CHECK(rig.equal());
}

TEST_CASE("a block device is a target, also one with old data and no table") {
  Rig rig{24 * mib + 512};
  const auto image = rig.folder.path / "device";
  {
    Source old{image, 25 * mib};
    scatter(old, 3, 10);
  }
  const auto loop = run_ok({.argv = {"losetup", "--show", "-f", image.string()}});
  if (!loop) {
    MESSAGE("no loop devices here: " << loop.error().what);
    return;
  }
  const auto device = loop->substr(0, loop->find('\n'));
  scatter(rig.source, 4, 10);
  rig.options.path = device;
  rig.start();
  rig.must_pass();
  CHECK(rig.same_bytes(device));
  rig.source.write(4 * mib, std::string(2 * mib, '\0'));
  rig.must_pass();
  CHECK(rig.verify().bad_chunks_total == 0);
  CHECK(rig.same_bytes(device));
  rig.stop();
  CHECK(run_ok({.argv = {"losetup", "-d", device}}));
}

TEST_CASE("a byte that rots on the target is found, located and sent again") {
  Rig rig{16 * mib};
  rig.source.write(0, random_bytes(16 * mib));
  rig.start();
  rig.must_pass();
  {
    auto fd = open_file(rig.options.path, O_RDWR).value();
    REQUIRE(write_at(fd, "rot", 3, 5 * mib + 12345));
    // A hole where data should be counts as well.
    REQUIRE(::fallocate(fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 9 * mib, mib) == 0);
  }
  const auto verified = rig.verify();
  CHECK(verified.bad_chunks_total == 2);
  CHECK(verified.bad_chunks == std::vector<std::uint64_t>{5, 9});
  CHECK(rig.must_pass().bytes_sent_raw == mib + 4096);
  CHECK(rig.equal());
  CHECK(rig.verify().bad_chunks_total == 0);
}

TEST_CASE("data that does not shrink goes raw") {
  Rig rig{8 * mib};
  rig.source.write(0, random_bytes(8 * mib));
  rig.control.compression = 7;
  rig.start();
  const auto done = rig.must_pass();
  CHECK(done.wire_bytes > 8 * mib);
  CHECK(done.wire_bytes < 8 * mib + 8192);
  CHECK(rig.equal());
}

TEST_CASE("a full target says so, and a retry after freeing space completes") {
  Rig rig{32 * mib};
  const auto mount = rig.folder.path / "small";
  std::filesystem::create_directories(mount);
  REQUIRE(::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=48m") == 0);
  {
    Source filler{mount / "filler", 30 * mib};
    filler.write(0, compressible(30 * mib, 1));
  }
  rig.source.write(0, random_bytes(32 * mib));
  rig.options.path = mount / "target";
  rig.start();
  auto table = rig.download();
  const auto full = rig.pass(table);
  REQUIRE(!full);
  CHECK(full.error().code == Errc::disk_full);
  // The session refuses further chunks until it is opened again.
  auto again = rig.download();
  CHECK(rig.pass(again).error().code == Errc::disk_full);
  std::filesystem::remove(mount / "filler");
  REQUIRE(rig.server->open(rig.key, *rig.target, 2, 8));
  rig.must_pass();
  CHECK(rig.equal());
  CHECK(rig.verify().bad_chunks_total == 0);
  rig.stop();
  CHECK(::umount(mount.c_str()) == 0);
}

TEST_CASE("the bandwidth limit holds within 15 % and can be lifted while running") {
  Rig rig{24 * mib};
  rig.control.compression = 0;
  rig.control.bandwidth_mbps = 100;
  rig.start();
  auto begun = std::chrono::steady_clock::now();
  double mbps = 0;
  // Others that take the processor for a moment make a pass slower, and never faster.
  for (int attempt = 0; attempt < 3 && mbps <= 85; ++attempt) {
    rig.source.write(0, random_bytes(24 * mib));
    begun = std::chrono::steady_clock::now();
    const auto done = rig.must_pass();
    mbps = static_cast<double>(done.wire_bytes) * 8 / 1e6 / seconds_since(begun);
    CHECK(mbps < 115);
  }
  CHECK(mbps > 85);

  rig.source.write(0, random_bytes(24 * mib));
  rig.control.bandwidth_mbps = 8;  // would take 25 s
  std::jthread change{[&rig] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    rig.control.bandwidth_mbps = 0;
  }};
  begun = std::chrono::steady_clock::now();
  rig.must_pass();
  CHECK(seconds_since(begun) < 5);
}

TEST_CASE("a pass can be paused, and a stop ends it at once") {
  Rig rig{16 * mib};
  rig.source.write(0, random_bytes(16 * mib));
  rig.control.paused = true;
  rig.start();
  std::stop_source stop;
  std::chrono::steady_clock::time_point stopped;
  std::jthread later{[&stop, &stopped] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    stopped = std::chrono::steady_clock::now();
    stop.request_stop();
  }};
  auto table = rig.download();
  const auto done = rig.pass(table, stop.get_token());
  REQUIRE(!done);
  CHECK(done.error().code == Errc::canceled);
  CHECK(rig.progress->chunks <= 4);
  CHECK(seconds_since(stopped) < 5);
  rig.control.paused = false;
  rig.must_pass();
  CHECK(rig.equal());
}

TEST_CASE("a pass over some extents leaves all else at the target as it is") {
  Rig rig{16 * mib};
  rig.source.write(0, random_bytes(16 * mib));
  rig.start();
  rig.must_pass();
  rig.source.write(3 * mib, random_bytes(2 * mib));   // looked at
  rig.source.write(9 * mib, random_bytes(64 << 10));  // not looked at
  rig.source.used = {{3 * mib, 2 * mib}};
  rig.settings.whole = false;
  const auto done = rig.must_pass();
  CHECK(done.bytes_examined == 2 * mib);
  CHECK(done.bytes_sent_raw == 2 * mib);
  CHECK(done.bytes_zeroed == 0);
  CHECK(!rig.equal());
  rig.source.used = {{9 * mib, 64 << 10}};
  CHECK(rig.must_pass().bytes_sent_raw == 64 << 10);
  CHECK(rig.equal());
}

TEST_CASE("an error of the source's disk is the pass's error") {
  Rig rig{8 * mib};
  rig.source.write(0, random_bytes(8 * mib));
  rig.start();
  auto table = rig.download();
  PassProgress progress;
  const auto done = run_pass(
      [&rig](std::uint64_t offset, std::span<std::byte> to) -> Result<> {
        if (offset >= 4 * mib) return fail(Errc::disk_read_failed, "bad sector");
        return read_at(rig.source.fd, to.data(), to.size(), offset);
      },
      rig.source.bytes, rig.source.used, table, rig.settings, rig.control, progress, {});
  REQUIRE(!done);
  CHECK(done.error().code == Errc::disk_read_failed);
}
