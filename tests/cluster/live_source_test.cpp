// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A server is migrated while it works: its file system is mounted and written to.
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// Appends numbered lines to a file, each one synced before the next.
class Writer {
 public:
  explicit Writer(const fs::path& file)
      : fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
        thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto line = "line " + std::to_string(durable_) + "\n";
            if (::write(fd_.get(), line.data(), line.size()) < 0 || ::fsync(fd_.get()) != 0) return;
            ++durable_;
            std::this_thread::sleep_for(5ms);
          }
        }) {}

  /// Lines that the file system has promised to keep.
  [[nodiscard]] std::uint64_t durable() const { return durable_; }

 private:
  Fd fd_;
  std::atomic<std::uint64_t> durable_{0};
  std::jthread thread_;
};

/// The number of durable lines over time, because what a job tells is a little late.
struct History {
  std::vector<std::pair<std::int64_t, std::uint64_t>> points;

  void note(std::uint64_t lines) { points.emplace_back(steady_ms(), lines); }
  [[nodiscard]] std::uint64_t before(std::int64_t ms) const {
    std::uint64_t lines = 0;
    for (const auto& [at_ms, count] : points) {
      if (at_ms <= ms) lines = count;
    }
    return lines;
  }
};

/// Counts the lines of the file on the copy, which must be numbered without gaps.
std::uint64_t lines_on(const fs::path& partition) {
  std::istringstream text{must_run({"debugfs", "-R", "cat /log", partition.string()})};
  std::uint64_t lines = 0;
  for (std::string line; std::getline(text, line);) {
    REQUIRE(line == "line " + std::to_string(lines));
    ++lines;
  }
  return lines;
}

}  // namespace

TEST_CASE("a mounted disk that is written to becomes a sound image with all that was synced") {
  TempFolder folder;
  const auto image = folder.path() / "live.raw";
  make_server_disk(image, 96 * mib, 48 * mib);
  const LoopDisk loop{image};
  const Mount mounted{folder.path() / "mnt", {loop.partition()}};
  Cluster cluster{{.disks = {loop.device()}, .root = mounted.point().string()}};
  const Writer writer{mounted.point() / "log"};
  REQUIRE(eventually([&] { return writer.durable() > 20; }, 60s));
  History history;
  std::int64_t last_pass_ms = 0;
  const auto id = cluster.start_job({"--bandwidth", "160"});
  const auto job = cluster.wait_for(id, "Finished", [&](const JobView& view) {
    history.note(writer.durable());
    const bool passes = view.business_status == "Preparing" || view.disks.empty() ||
                        view.disks[0].phase == "waiting" || view.disks[0].phase == "copying" ||
                        view.disks[0].phase == "settling";
    if (passes) last_pass_ms = steady_ms();
    return view.status == "Finished";
  });
  const auto promised = history.before(last_pass_ms - 1500);
  const auto written = writer.durable();
  CHECK(promised > 20);

  const auto raw = folder.path() / "copy.raw";
  const auto partition = folder.path() / "copy.p1";
  must_run({"qemu-img", "convert", "-O", "raw", job.image_disks.at(0).file, raw.string()});
  must_run(
      {"dd", "if=" + raw.string(), "of=" + partition.string(), "bs=1M", "skip=1", "status=none"});
  (void)run({.argv = {"e2fsck", "-y", "-E", "journal_only", partition.string()}});
  must_run({"e2fsck", "-fn", partition.string()});
  const auto kept = lines_on(partition);
  MESSAGE(promised << " lines were promised, " << kept << " are there, the server has " << written);
  CHECK(kept >= promised);
  CHECK(kept <= written);
  // Nothing is held still any more.
  CHECK(eventually([&] { return writer.durable() > written + 5; }, 5s));
  cluster.check_nothing_temporary();
  CHECK(cluster.logs().find("read back after a pass") == std::string::npos);
}

TEST_CASE("with the checksum switch, set while it copies, each pass of a live disk is proven") {
  TempFolder folder;
  const auto image = folder.path() / "live.raw";
  make_server_disk(image, 64 * mib, 24 * mib);
  const LoopDisk loop{image};
  const Mount mounted{folder.path() / "mnt", {loop.partition()}};
  Cluster cluster{{.disks = {loop.device()}, .root = mounted.point().string()}};
  const auto read_back = [&] { return cluster.logs().find("read back after a pass"); };
  const auto id = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(id, 5);
  CHECK_FALSE(cluster.job(id).settings.transfer.checksum);
  cluster.must({"job", "modify", id, "--checksum", "on", "--bandwidth", "0"});
  const auto job = cluster.wait_for_status(id, "Finished");
  CHECK(job.settings.transfer.checksum);
  CHECK(job.settings.transfer.compression == limits::compression_default);
  CHECK(read_back() != std::string::npos);
}
