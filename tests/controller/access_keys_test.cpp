// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys as the controller keeps them: over new starts, and each request once.
#include "actors/controller/access_keys.hpp"

#include <doctest/doctest.h>

#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "tests/actors/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

class Desk {
 public:
  Folder folder;
  LiveSystem live;
  caf::actor store, keys;

  Desk() {
    log::start("test", log::Level::error);
    start();
  }
  ~Desk() { stop(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void start(const std::string& key_file = "access-keys") {
    auto box = SecretBox::load_or_make(folder.path() / key_file);
    REQUIRE(box);
    store = spawn_actor<Store, caf::detached>(*live, folder.path() / "controller.db");
    keys = spawn_actor<AccessKeys>(*live, store, std::make_shared<const SecretBox>(*box));
  }
  void stop() {
    kill_and_wait(*live, keys);
    kill_and_wait(*live, store);
  }
  template <class Answer, class Request>
  Result<Answer> ask(const Request& request) {
    return test::ask<Answer>(*live, keys, request);
  }
  FoundAccessKey find(const std::string& id) {
    return ask<FoundAccessKey>(FindAccessKey{id}).value_or(FoundAccessKey{});
  }
};

}  // namespace

TEST_CASE("a key's secret is told once, and known again after a new start") {
  Desk desk;
  const auto made = desk.ask<AccessKeyCreated>(CreateAccessKey{"read-only", "ci"});
  REQUIRE(made);
  CHECK(made->id.size() == 24);
  CHECK(made->secret.size() == 30);
  desk.stop();
  const auto bytes = read_file(desk.folder.path() / "controller.db", 1 << 26).value_or("");
  const auto log = read_file(desk.folder.path() / "controller.db-wal", 1 << 26).value_or("");
  CHECK((bytes + log).find(made->id) != std::string::npos);
  CHECK((bytes + log).find(made->secret) == std::string::npos);
  desk.start();
  const auto found = desk.find(made->id);
  CHECK((found.known && found.enabled && found.role == "read-only"));
  CHECK(found.secret == made->secret);
  const auto list = desk.ask<AccessKeyList>(ListAccessKeys{});
  REQUIRE(list->keys.size() == 1);
  CHECK((list->keys[0].status == "enabled" && list->keys[0].name == "ci"));
}

TEST_CASE("a key is disabled, enabled and deleted, durably") {
  Desk desk;
  const auto id = desk.ask<AccessKeyCreated>(CreateAccessKey{})->id;
  CHECK(desk.ask<Done>(DisableAccessKey{id}));
  desk.stop();
  desk.start();
  CHECK(!desk.find(id).enabled);
  CHECK(desk.ask<Done>(EnableAccessKey{id}));
  CHECK(desk.find(id).enabled);
  CHECK(desk.ask<Done>(DeleteAccessKey{id}));
  CHECK(!desk.find(id).known);
  desk.stop();
  desk.start();
  CHECK(!desk.find(id).known);
  CHECK(desk.ask<Done>(DisableAccessKey{id}).error().code == Errc::not_found);
  CHECK(desk.ask<AccessKeyList>(ListAccessKeys{id}).error().code == Errc::not_found);
  CHECK(desk.ask<AccessKeyCreated>(CreateAccessKey{"owner"}).error().code ==
        Errc::invalid_argument);
}

TEST_CASE("a key that was sealed with another key file is listed and can't be used") {
  Desk desk;
  const auto id = desk.ask<AccessKeyCreated>(CreateAccessKey{})->id;
  desk.stop();
  desk.start("another-file");
  const auto found = desk.find(id);
  CHECK((found.known && !found.enabled && found.secret.empty()));
  CHECK(desk.ask<AccessKeyList>(ListAccessKeys{})->keys.at(0).status == "unreadable");
}

TEST_CASE("a request that was let through is refused by the next process, too") {
  Desk desk;
  const auto id = desk.ask<AccessKeyCreated>(CreateAccessKey{})->id;
  const AdmitRequest request{id, "nonce", wall_ms() + 60'000};
  CHECK(desk.ask<Admitted>(request)->admission.passage == Passage::let_through);
  CHECK(desk.ask<Admitted>(request)->admission.passage == Passage::nonce_used);
  desk.stop();
  desk.start();
  CHECK(desk.ask<Admitted>(request)->admission.passage == Passage::nonce_used);
  CHECK(desk.ask<Admitted>(AdmitRequest{"EFnobody", "n", wall_ms()}).error().code ==
        Errc::not_found);
}
