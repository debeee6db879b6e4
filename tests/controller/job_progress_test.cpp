// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_progress.hpp"

#include <random>

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

namespace {

using limits::mib;

DiskProgress disk(const std::string& phase, std::uint64_t done, std::uint64_t total,
                  std::uint64_t wire = 0) {
  DiskProgress progress;
  progress.phase = phase;
  progress.pass = 1;
  progress.bytes_done = done;
  progress.bytes_total = total;
  progress.wire_bytes = wire;
  return progress;
}

JobView shown(const JobProgress& progress) {
  JobView view;
  progress.show(view);
  return view;
}

}  // namespace

TEST_CASE("before anything is known there is no speed and no remaining time") {
  CHECK(shown({}).remaining_s == -1);
  JobProgress progress;
  progress.update({disk("copying", 10 * mib, 100 * mib)}, 1000);
  CHECK(shown(progress).speed_bytes == 0);
  CHECK(shown(progress).remaining_s == -1);
  CHECK(shown(progress).disks.size() == 1);
}

TEST_CASE("speed is uncompressed bytes per second, network is bytes on the wire") {
  JobProgress progress;
  progress.update({disk("copying", 0, 100 * mib, 0)}, 1000);
  progress.update({disk("copying", 20 * mib, 100 * mib, 5 * mib)}, 3000);
  const auto view = shown(progress);
  CHECK(view.speed_bytes == 10 * mib);
  CHECK(view.network_bytes == 5 * mib / 2);
}

TEST_CASE("remaining time is what is left of all disks, divided by the speed") {
  JobProgress progress;
  progress.update({disk("copying", 0, 100 * mib), disk("waiting", 0, 50 * mib)}, 1000);
  progress.update({disk("copying", 10 * mib, 100 * mib), disk("waiting", 0, 50 * mib)}, 2000);
  CHECK(shown(progress).remaining_s == 14);
}

TEST_CASE("speed follows a change gradually and is zero when work stands still") {
  JobProgress progress;
  progress.update({disk("copying", 0, 1000 * mib)}, 1000);
  progress.update({disk("copying", 100 * mib, 1000 * mib)}, 2000);
  progress.update({disk("copying", 110 * mib, 1000 * mib)}, 3000);
  const auto speed = shown(progress).speed_bytes;
  CHECK(speed > 10 * mib);
  CHECK(speed < 100 * mib);
  progress.stand_still();
  CHECK(shown(progress).speed_bytes == 0);
  CHECK(shown(progress).remaining_s == -1);
  // After the pause the time in between does not count as slow copying.
  progress.update({disk("copying", 110 * mib, 1000 * mib)}, 900'000);
  progress.update({disk("copying", 120 * mib, 1000 * mib)}, 901'000);
  CHECK(shown(progress).speed_bytes == 10 * mib);
}

TEST_CASE("a new pass that counts from zero is no negative speed") {
  JobProgress progress;
  progress.update({disk("copying", 0, 100 * mib)}, 1000);
  progress.update({disk("copying", 100 * mib, 100 * mib)}, 2000);
  progress.update({disk("settling", 1 * mib, 100 * mib)}, 3000);
  CHECK(shown(progress).speed_bytes <= 100 * mib);
  CHECK(shown(progress).remaining_s >= 0);
}

TEST_CASE("two reports of one moment divide by nothing") {
  JobProgress progress;
  progress.update({disk("copying", 0, 100 * mib)}, 1000);
  progress.update({disk("copying", 50 * mib, 100 * mib)}, 1000);
  progress.update({disk("copying", 60 * mib, 100 * mib)}, 900);
  CHECK(shown(progress).speed_bytes == 0);
}

TEST_CASE("percent never goes back and never reaches 100 by copying alone") {
  std::mt19937 random{3};
  const auto pick = [&](unsigned below) { return random() % below; };
  const std::vector<std::string> phases{"waiting",   "copying",  "settling",  "frozen",
                                        "verifying", "verified", "unheard-of"};
  JobProgress progress;
  double before = 0;
  for (std::int64_t i = 0; i < 2000; ++i) {
    std::vector<DiskProgress> disks(1 + pick(3));
    for (auto& d : disks) {
      d = disk(phases[pick(7)], pick(200), pick(100));
    }
    progress.update(disks, i * 10);
    const auto now = shown(progress).progress;
    REQUIRE(now >= before);
    REQUIRE(now <= 80);
    before = now;
  }
  progress.set_step("importing the image", 97);
  progress.set_step("preparing the transition instance", 1);
  CHECK(shown(progress).progress == 97);
}

TEST_CASE("the step names the disk that is worked on and its pass") {
  JobProgress progress;
  auto second = disk("copying", 1, 2);
  second.index = 1;
  second.pass = 3;
  progress.update({disk("verified", 2, 2), second}, 1000);
  CHECK(shown(progress).step == "copying disk 1, pass 3");
  progress.update({disk("verified", 2, 2)}, 2000);
  CHECK(shown(progress).step == "verified disk 0");
}

TEST_CASE("what copying waits for is told in known words, and not when it stands still") {
  JobProgress progress;
  progress.update({disk("copying", 0, 100 * mib)}, 1000, "network");
  CHECK(shown(progress).bottleneck == "network");
  progress.update({disk("copying", 0, 100 * mib)}, 2000, "<b>the moon</b>");
  CHECK(shown(progress).bottleneck.empty());
  progress.update({disk("copying", 0, 100 * mib)}, 3000, "cpu");
  progress.stand_still();
  CHECK(shown(progress).bottleneck.empty());
}

TEST_CASE("what was on the network when an attempt broke off is taken once") {
  JobProgress progress;
  auto one = disk("copying", 0, 100 * mib);
  one.unconfirmed_bytes = 300;
  auto other = one;
  other.unconfirmed_bytes = 20;
  progress.update({one, other}, 1000);
  CHECK(progress.take_unconfirmed() == 320);
  CHECK(progress.take_unconfirmed() == 0);
}

TEST_CASE("a map that an agent tells is no larger than one may be") {
  JobProgress progress;
  auto one = disk("copying", 0, 100 * mib);
  one.map.assign(100'000, 'x');
  progress.update({one}, 1000);
  CHECK(shown(progress).disks.at(0).map.size() == 256);
}
