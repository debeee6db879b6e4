// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Either end of a pass over a tree is killed with SIGKILL at random moments.
#include <chrono>
#include <csignal>
#include <functional>
#include <random>
#include <thread>

#include <sys/wait.h>

#include "tree_rig.hpp"

using namespace ferry;
using namespace ferry::test;
using files::test::check_equal;

namespace {

/// Fork without exec is safe here because no other thread runs at that moment.
pid_t in_child(const std::function<void()>& work) {
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid != 0) return pid;
  work();
  ::_exit(0);
}

void kill_after(pid_t pid, int delay_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds{delay_ms});
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

void churn(const TreeRig& rig, int round) {
  rig.pair.in_source("r=" + std::to_string(round) + R"sh(
    mkdir -p round-$r; for i in $(seq 1 400); do echo $r $i > round-$r/$i; done
    for i in $(seq 1 60); do echo $r again > round-0/$i; done
    [ -e patched ] || head -c 20M /dev/urandom > patched
    for i in $(seq 1 20); do
      dd if=/dev/urandom of=patched bs=64k seek=$((i * 15 + r)) count=1 conv=notrunc status=none
    done
    head -c 3M /dev/urandom > large-$r; ln large-$r round-$r/linked; rm -f large-$((r - 2))
  )sh");
}

}  // namespace

TEST_CASE("after a kill of the receiving end the next pass completes the tree") {
  TreeRig rig;
  std::mt19937 random{7};
  int broken = 0;
  for (int round = 0; round < 6; ++round) {
    CAPTURE(round);
    churn(rig, round);
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    const auto pid = in_child([&] {
      rig.start();
      const auto& text = rig.server->endpoint();
      if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(5);
      for (;;) ::pause();
    });
    ::close(ends[1]);
    char text[256] = {};
    REQUIRE(::read(ends[0], text, sizeof text - 1) > 0);
    ::close(ends[0]);
    rig.settings.endpoint = text;
    const auto delay = std::uniform_int_distribution<int>{5, 60}(random);
    std::jthread killer{[&] { kill_after(pid, delay); }};
    if (!rig.pass()) ++broken;
  }
  CHECK(broken >= 3);
  rig.start();
  rig.must_pass();
  check_equal(rig.pair);
}

TEST_CASE("after a kill of the sending end the next pass completes the tree") {
  TreeRig rig;
  std::mt19937 random{8};
  for (int round = 0; round < 6; ++round) {
    churn(rig, round);
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    // The sender is made before the receiver's threads are, and learns its address later.
    const auto pid = in_child([&] {
      char text[256] = {};
      if (::read(ends[0], text, sizeof text - 1) <= 0) ::_exit(5);
      rig.settings.endpoint = text;
      (void)rig.pass();
    });
    rig.start();
    const auto& text = rig.server->endpoint();
    REQUIRE(::write(ends[1], text.data(), text.size()) > 0);
    kill_after(pid, std::uniform_int_distribution<int>{5, 60}(random));
    ::close(ends[0]);
    ::close(ends[1]);
    rig.stop();
  }
  rig.start();
  rig.must_pass();
  check_equal(rig.pair);
}
