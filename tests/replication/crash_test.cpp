// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The receiver is killed with SIGKILL at random moments, in a process of its own.
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include <sys/wait.h>

#include "replication/write_intent.hpp"
#include "rig.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A receiver in a child process. Fork without exec is safe here because no
/// other thread runs when a test case starts.
class Receiver {
 public:
  explicit Receiver(const Rig& rig) {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) serve(rig, ends[1]);
    ::close(ends[1]);
    char text[256] = {};
    REQUIRE(::read(ends[0], text, sizeof text - 1) > 0);
    ::close(ends[0]);
    endpoint_ = text;
  }
  ~Receiver() { kill_now(); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void kill_now() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }

 private:
  [[noreturn]] static void serve(const Rig& rig, int tell) {
    auto target = TargetDisk::open(rig.options);
    if (!target) ::_exit(3);
    DataServerOptions options;
    options.endpoint = "tcp://127.0.0.1:*";
    auto server = DataServer::start(options);
    if (!server || !(*server)->open(rig.key, **target, 2, 8)) ::_exit(4);
    const auto& text = (*server)->endpoint();
    if (::write(tell, text.data(), text.size()) < 0) ::_exit(5);
    for (;;) ::pause();
  }

  pid_t pid_ = 0;
  std::string endpoint_;
};

}  // namespace

TEST_CASE("after a kill at any moment the table claims nothing that is not on the target") {
  Rig rig{400 * mib + 512};
  std::mt19937 random{11};
  int broken = 0;
  for (unsigned round = 0; round < 10; ++round) {
    CAPTURE(round);
    // Deltas overwrite what the table already knows, which is the hard case.
    scatter(rig.source, round, 40, mib);
    {
      auto disk = TargetDisk::open(rig.options).value();
      auto table = rig.download(disk->table());
      disk.reset();
      Receiver receiver{rig};
      rig.settings.endpoint = receiver.endpoint();
      rig.control.bandwidth_mbps = 1500;
      const auto delay = std::uniform_int_distribution<int>{5, 90}(random);
      std::jthread killer{[&receiver, delay] {
        std::this_thread::sleep_for(std::chrono::milliseconds{delay});
        receiver.kill_now();
      }};
      if (!rig.pass(table)) ++broken;
    }
    // Opening reads the marked regions again; all others must be right as they are.
    auto disk = TargetDisk::open(rig.options).value();
    VerifyProgress progress;
    CHECK(disk->verify(progress, {}).value().bad_chunks_total == 0);
  }
  CHECK(broken >= 5);
  rig.control.bandwidth_mbps = 0;
  rig.start();
  rig.must_pass();
  CHECK(rig.equal());
  CHECK(rig.verify().bad_chunks_total == 0);
}

TEST_CASE("only regions written since the last commit are marked for reading again") {
  TempFolder folder;
  const auto path = folder.path / "intent";
  const auto region = limits::intent_region_bytes;
  {
    auto intent = WriteIntent::open(path, 10 * region, true).value();
    CHECK(intent.marked().empty());
    REQUIRE(intent.begin(0, 4096));
    REQUIRE(intent.begin(3 * region - 4096, 8192));
    REQUIRE(intent.begin(7 * region, 4096));
    intent.end(0, 4096, 1);
    intent.end(3 * region - 4096, 8192, 2);  // after the first commit had begun
    intent.settle(1);
    CHECK(intent.marked() == std::vector<std::uint64_t>{2, 3, 7});
  }
  CHECK(WriteIntent::open(path, 10 * region, false)->marked() ==
        std::vector<std::uint64_t>{2, 3, 7});
  std::filesystem::remove(path);
  CHECK(WriteIntent::open(path, 10 * region, false)->marked().size() == 10);
}
