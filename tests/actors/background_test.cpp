// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/background.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

template <class T>
const Result<T>& wait_for(const Background<T>& work) {
  for (int i = 0; i < 5000 && work.result() == nullptr; ++i) std::this_thread::sleep_for(1ms);
  REQUIRE(work.result() != nullptr);
  return *work.result();
}

/// Waits until it is told to stop.
Result<int> until_stopped(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock{mutex};
  wake.wait(lock, stop, [] { return false; });
  return fail(Errc::canceled, "told to stop");
}

}  // namespace

TEST_CASE("work runs beside its owner and leaves its result") {
  Background<int> work;
  CHECK(!work.started());
  CHECK(work.result() == nullptr);
  std::atomic<bool> go{false};
  work.start([&go](const std::stop_token&) -> Result<int> {
    go.wait(false);
    return 42;
  });
  CHECK(work.started());
  CHECK(work.running());
  CHECK(work.result() == nullptr);
  go = true;
  go.notify_all();
  CHECK(wait_for(work).value() == 42);
  CHECK(!work.running());
  CHECK(work.started());
}

TEST_CASE("an exception becomes an error with its words") {
  Background<int> work;
  work.start([](const std::stop_token&) -> Result<int> { throw std::runtime_error{"broken"}; });
  CHECK(wait_for(work).error() == Error{Errc::internal, "broken", {}});
}

TEST_CASE("a stop request ends the work, and its end is a result too") {
  Background<int> work;
  work.start(until_stopped);
  CHECK(work.running());
  work.request_stop();
  CHECK(wait_for(work).error().code == Errc::canceled);
}

TEST_CASE("reset waits for the end and forgets the result") {
  Background<int> work;
  work.start(until_stopped);
  work.reset();
  CHECK(!work.started());
  CHECK(work.result() == nullptr);
  work.reset();
}

TEST_CASE("new work stops the old, whose result is never seen") {
  Background<int> work;
  work.start(until_stopped);
  work.start([](const std::stop_token&) -> Result<int> { return 7; });
  CHECK(wait_for(work).value() == 7);
}

TEST_CASE("destruction stops the work and waits for it") {
  std::atomic<bool> ended{false};
  {
    Background<int> work;
    work.start([&ended](const std::stop_token& stop) {
      auto result = until_stopped(stop);
      ended = true;
      return result;
    });
  }
  CHECK(ended);
}
