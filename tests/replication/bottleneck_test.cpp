// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pass waits for, with each of the things that it can wait for made slow in turn; and where
// a disk is settled.
#include <functional>
#include <future>
#include <thread>

#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/text.hpp"
#include "tests/replication/flipping_proxy.hpp"
#include "tests/replication/rig.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t disk_bytes = 64 * mib;

/// A target whose disk takes a while for each frame.
struct SlowTarget final : CrashPoints {
  SlowTarget() { crash_with(this); }
  ~SlowTarget() override { crash_with(nullptr); }
  void crash_point(std::string_view name) override {
    if (name == "target disk: a write is intended, nothing is written") {
      std::this_thread::sleep_for(150ms);
    }
  }
};

/// A disk that is copied, as it is until something is made slow.
struct Copy : Rig {
  ReadFunction read = source.reader();

  explicit Copy(const std::string& data) : Rig(disk_bytes) {
    source.write(0, data);
    settings.streams = 1;
    settings.adaptive = false;
    control.compression = 0;
    start();
  }
  explicit Copy() : Copy(random_bytes(disk_bytes)) {}

  /// What it waits for, looked at as an agent does it, after a second and a half; later on a busy
  /// machine, where one chunk may take longer than that and counts once it is done.
  std::string bottleneck() {
    auto table = download();
    progress = std::make_unique<PassProgress>();
    std::stop_source stop;
    auto pass = std::async(std::launch::async, [&] {
      return run_pass(read, source.bytes, source.used, table, settings, control, *progress,
                      stop.get_token());
    });
    BottleneckWindow window;
    std::string found;
    const auto begin = steady_ms();
    while (steady_ms() < begin + (found.empty() ? 30'000 : 1500)) {
      // Nothing is known while one chunk takes longer than the window is.
      if (auto seen = window.look(progress->times, steady_ms()); !seen.empty()) found = seen;
      if (pass.wait_for(100ms) == std::future_status::ready) break;
    }
    stop.request_stop();
    (void)pass.get();
    return found;
  }
};

}  // namespace

TEST_CASE("a source disk that reads slowly is what a copy waits for") {
  Copy copy;
  copy.read = [read = copy.source.reader()](std::uint64_t offset, std::span<std::byte> to) {
    std::this_thread::sleep_for(100ms);
    return read(offset, to);
  };
  CHECK(copy.bottleneck() == "source_disk");
}

TEST_CASE("compression that takes all the time is what a copy waits for") {
  // Half of such data is redundant, and finding out takes seconds: text is compressed in less time
  // than it takes to know anything.
  Copy copy{to_hex(random_bytes(disk_bytes / 2))};
  copy.control.compression = static_cast<int>(limits::compression_max);
  CHECK(copy.bottleneck() == "cpu");
}

TEST_CASE("a slow network is what a copy waits for") {
  Copy copy;
  const FlippingProxy proxy{port_of(copy.settings.endpoint), FlippingProxy::never, 30ms};
  copy.settings.endpoint = proxy.endpoint;
  CHECK(copy.bottleneck() == "network");
}

TEST_CASE("a target that writes slowly is what a copy waits for") {
  const SlowTarget slow;
  Copy copy;
  CHECK(copy.bottleneck() == "target");
  copy.stop();
}

TEST_CASE("a limit of the speed is what a copy waits for") {
  Copy copy;
  copy.control.bandwidth_mbps = 20;
  CHECK(copy.bottleneck() == "limit");
}

TEST_CASE("of a copy that has only just begun nothing is said") {
  StageTimes times{};
  BottleneckWindow window;
  CHECK(window.look(times, 0).empty());
  times[0] = 400'000;
  CHECK(window.look(times, 400).empty());
  times[0] = 900'000;
  CHECK(window.look(times, 900) == "cpu");
}

TEST_CASE("what was slow some seconds ago is not the bottleneck any more") {
  StageTimes times{};
  BottleneckWindow window;
  (void)window.look(times, 0);
  times[1] = 4'000'000;
  CHECK(window.look(times, 4'000) == "source_disk");
  times[2] = 3'000'000;
  CHECK(window.look(times, 7'000) == "source_disk");
  times[2] = 6'000'000;
  CHECK(window.look(times, 10'000) == "network");
}

TEST_CASE("what was sent and not confirmed is counted until it is confirmed") {
  Copy copy;
  auto table = copy.download();
  REQUIRE(copy.pass(table));
  CHECK(copy.progress->unconfirmed_bytes == 0);
  copy.source.write(0, random_bytes(disk_bytes));
  const SlowTarget slow;
  std::jthread end{[&copy](const std::stop_token& ended) {
    std::this_thread::sleep_for(400ms);
    if (!ended.stop_requested()) copy.server.reset();  // the connection breaks
  }};
  CHECK(!copy.pass(table));
  end.join();
  CHECK(copy.progress->unconfirmed_bytes > 0);
  CHECK(copy.progress->unconfirmed_bytes <= copy.progress->wire_bytes);
  copy.stop();
}

TEST_CASE("the map of a disk says where it is settled") {
  SettledMap map;
  CHECK(map.told().empty());
  // 256 parts of 64 KiB; the first two are looked at, and half of the third.
  constexpr std::uint64_t part = 64 * limits::kib;
  const std::vector<Extent> used{{0, 2 * part + part / 2}};
  map.begin(256 * part, used);
  auto told = map.told();
  REQUIRE(told.size() == 256);
  CHECK(told[0] == 0);
  CHECK(static_cast<unsigned char>(told[2]) == 127);
  CHECK(static_cast<unsigned char>(told[3]) == 255);
  map.add(part / 2, part);  // across a border
  told = map.told();
  CHECK(static_cast<unsigned char>(told[0]) == 127);
  CHECK(static_cast<unsigned char>(told[1]) == 127);
  map.add(0, 256 * part);  // what is freed meanwhile has not been looked at
  CHECK(map.told() == std::vector<char>(256, '\xff'));
}

TEST_CASE("a disk of a few granules, and one with a broken end, have a map too") {
  SettledMap map;
  const std::vector<Extent> all{{0, 10'000}};
  map.begin(10'000, all);
  CHECK(map.told() == std::vector<char>(3, '\0'));
  map.add(8192, 4096);
  CHECK(map.told() == std::vector<char>{'\0', '\0', '\xff'});
}

TEST_CASE("after a pass all of the disk is settled, whatever had to be sent") {
  Rig rig{disk_bytes};
  scatter(rig.source, 7, 12);
  rig.start();
  rig.must_pass();
  CHECK(rig.progress->map.told() == std::vector<char>(256, '\xff'));
  rig.source.write(mib, random_bytes(100));
  rig.must_pass();
  CHECK(rig.progress->map.told() == std::vector<char>(256, '\xff'));
}
