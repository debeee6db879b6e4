// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/store.hpp"

#include <atomic>
#include <csignal>
#include <future>

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/spawn.hpp"
#include "messages/link.hpp"
#include "storage/journal.hpp"
#include "tests/actors/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

Transact add_event(std::uint64_t seq) {
  return Transact{[seq](Database& database) {
    Journal journal{database};
    if (seq == 1) journal.create_job("j-1", "token");
    journal.append("j-1", {seq, "e", "b", 0});
    return caf::make_message(Done{});
  }};
}

struct StoreOffice {
  Folder folder;
  LiveSystem live;
  caf::actor store = spawn_actor<Store, caf::detached>(*live, file());

  ~StoreOffice() { kill_and_wait(*live, store); }
  [[nodiscard]] std::filesystem::path file() const { return folder.path() / "controller.db"; }
  Result<Done> transact(const Transact& work) const { return ask<Done>(*live, store, work); }
  /// Ends the store and looks into its file.
  std::size_t events_after_the_end() {
    kill_and_wait(*live, std::exchange(store, {}));
    Database database{file()};
    return Journal{database}.events("j-1").size();
  }
};

/// Holds the store up in one request until `go`, so that others gather behind it.
struct Gate {
  std::promise<void> entered;
  std::promise<void> go;

  Transact work() {
    return Transact{[this](Database&) {
      entered.set_value();
      go.get_future().wait();
      return caf::make_message(Done{});
    }};
  }
};

}  // namespace

TEST_CASE("what was answered is in the file, even if the store dies right after") {
  StoreOffice office;
  for (std::uint64_t seq = 1; seq <= 20; ++seq) REQUIRE(office.transact(add_event(seq)));
  CHECK(office.events_after_the_end() == 20);
}

TEST_CASE("what was answered survives kill -9 of the whole process") {
  Folder folder;
  const auto file = folder.path() / "controller.db";
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    LiveSystem live;
    const auto store = spawn_actor<Store, caf::detached>(*live, file);
    for (std::uint64_t seq = 1;; ++seq) {
      if (!ask<Done>(*live, store, add_event(seq))) ::_exit(1);
      (void)!::write(ends[1], &seq, sizeof seq);
    }
  }
  ::close(ends[1]);
  std::uint64_t acknowledged = 0;
  std::uint64_t seq = 0;
  while (acknowledged < 20 && ::read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  CHECK(acknowledged >= 20);
  Database database{file};
  CHECK(Journal{database}.events("j-1").size() >= acknowledged);
}

TEST_CASE("requests that wait together are committed together, and none is answered before") {
  StoreOffice office;
  static std::atomic<int> commits;
  REQUIRE(office.transact({[](Database& database) {
    sqlite3_commit_hook(
        database.handle(),
        [](void*) {
          ++commits;
          return 0;
        },
        nullptr);
    return caf::make_message(Done{});
  }}));
  REQUIRE(office.transact(add_event(1)));
  commits = 0;
  Gate gate;
  caf::scoped_actor self{*office.live};
  self->send(office.store, gate.work());
  gate.entered.get_future().wait();
  std::vector<int> commits_at_answer;
  for (std::uint64_t seq = 2; seq <= 101; ++seq) self->send(office.store, add_event(seq));
  gate.go.set_value();
  int answers = 0;
  while (answers < 101) {
    self->receive([&](const Done&) { ++answers; });
    commits_at_answer.push_back(commits);
  }
  CHECK(commits <= 3);
  CHECK(commits_at_answer.front() >= 1);
  CHECK(office.events_after_the_end() == 101);
}

TEST_CASE("a request that fails is undone and harms nothing that waits beside it") {
  StoreOffice office;
  REQUIRE(office.transact(add_event(1)));
  Gate gate;
  caf::scoped_actor self{*office.live};
  self->send(office.store, gate.work());
  gate.entered.get_future().wait();
  const auto fails_after_writing = [](auto failure) {
    return Transact{[failure](Database& database) -> caf::message {
      Journal{database}.append("j-1", {50, "e", "b", 0});
      throw failure;
    }};
  };
  auto good = self->request(office.store, caf::infinite, add_event(2));
  auto twice = self->request(office.store, caf::infinite, add_event(2));
  auto storage =
      self->request(office.store, caf::infinite,
                    fails_after_writing(StorageFailure{{Errc::storage_failed, "x", {}}}));
  auto other =
      self->request(office.store, caf::infinite, fails_after_writing(std::runtime_error{"odd"}));
  auto last = self->request(office.store, caf::infinite, add_event(3));
  gate.go.set_value();
  const auto outcome = [](auto& request) {
    Error error;
    request.receive([](const Done&) {},
                    [&](const caf::error& failure) { error = from_caf(failure); });
    return error;
  };
  CHECK(outcome(good).code == Errc::none);
  CHECK(outcome(twice).code == Errc::storage_failed);
  CHECK(outcome(storage) == Error{Errc::storage_failed, "x", {}});
  CHECK(outcome(other) == Error{Errc::internal, "odd", {}});
  CHECK(outcome(last).code == Errc::none);
  CHECK(office.events_after_the_end() == 3);
}

TEST_CASE("a store that can't open its file ends with the reason") {
  StoreOffice office;
  caf::scoped_actor self{*office.live};
  self->spawn<ActorOf<Store, std::filesystem::path>, caf::monitored>(office.folder.path() / "no" /
                                                                     "such" / "folder.db");
  self->receive([](const caf::down_msg& down) {
    CHECK(from_caf(down.reason).what.find("folder.db") != std::string::npos);
  });
}
