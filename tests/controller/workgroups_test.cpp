// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups as users see them: what lasts, what is refused, and how far one is.
#include "actors/controller/workgroups.hpp"

#include <doctest/doctest.h>

#include "actors/controller/workgroup_status.hpp"
#include "actors/spawn.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// The actor of all workgroups beside the controller's others.
class Groups {
 public:
  Office office;
  caf::actor actor;

  void start() {
    office.start();
    actor = spawn_actor<Workgroups>(*office.live, office.store);
  }
  ~Groups() { kill_and_wait(*office.live, actor); }
  void restart() {
    kill_and_wait(*office.live, actor);
    office.restart();
    actor = spawn_actor<Workgroups>(*office.live, office.store);
  }
  template <class Request>
  Result<WorkgroupView> view(const Request& request) {
    return office.ask<WorkgroupView>(actor, request);
  }
};

JobView job(const std::string& source, const std::string& status, std::int64_t started_ms) {
  JobView view;
  view.settings.source = source;
  view.status = status;
  view.started_ms = started_ms;
  return view;
}

std::string status_with(const std::vector<JobView>& jobs) {
  WorkgroupView group;
  group.sources = {"s-1", "s-2"};
  return status_of(group, jobs).status;
}

}  // namespace

TEST_CASE("a workgroup and who is in it last over a crash of the controller") {
  Groups groups;
  const auto source = groups.office.add_source();
  groups.start();
  CreateWorkgroup wish{"t", "web.1", "the shop", {{"team", "web"}}};
  const auto made = groups.view(wish);
  REQUIRE(made);
  CHECK(made->id.starts_with("w-"));
  CHECK((made->name == "web.1" && made->sources.empty() && made->created_ms > 0));
  REQUIRE(groups.view(AddToWorkgroup{made->id, {source}}));
  groups.restart();
  CHECK(groups.view(wish)->id == made->id);
  wish.description = "another";
  CHECK(groups.view(wish).error().code == Errc::token_reused);
  const auto list = groups.office.ask<WorkgroupList>(groups.actor, ListWorkgroups{made->id});
  REQUIRE(list);
  const auto& kept = list->workgroups.at(0);
  CHECK((kept.description == "the shop" && kept.tags == std::vector<Tag>{{"team", "web"}}));
  CHECK(kept.sources == std::vector<std::string>{source});
  CHECK(groups.view(CreateWorkgroup{})->name.starts_with("w-"));
}

TEST_CASE("words that break the rules change nothing of a workgroup") {
  Groups groups;
  groups.start();
  const auto id = groups.view(CreateWorkgroup{.name = "web"})->id;
  for (const std::string bad : {"w", "1st", "two words"}) {
    CHECK(groups.view(CreateWorkgroup{.name = bad}).error().code == Errc::invalid_argument);
  }
  const std::string longest(64, 'n');
  CHECK(groups.view(ModifyWorkgroup{.workgroup = id, .name = longest})->name == longest);
  CHECK(groups.view(ModifyWorkgroup{.workgroup = id, .name = longest + "n"}).error().code ==
        Errc::invalid_argument);
  CHECK(groups
            .view(ModifyWorkgroup{
                .workgroup = id, .set_description = true, .description = std::string(257, 'd')})
            .error()
            .code == Errc::invalid_argument);
  CHECK(
      groups.view(ModifyWorkgroup{.workgroup = id, .name = "db", .tags = {.put = {{"acs:x", ""}}}})
          .error()
          .code == Errc::invalid_argument);
  const auto same = groups.view(ModifyWorkgroup{.workgroup = id});
  CHECK((same->name == longest && same->description.empty() && same->tags.empty()));
  CHECK(groups.view(ModifyWorkgroup{.workgroup = "w-none"}).error().code == Errc::not_found);
}

TEST_CASE("how far a workgroup is follows from the newest jobs of its servers") {
  CHECK(status_with({}) == "NotStarted");
  CHECK(status_with({job("s-1", "Ready", 0), job("s-2", "Expired", 0)}) == "NotStarted");
  CHECK(status_with({job("s-9", "Running", 5)}) == "NotStarted");  // not of this one
  CHECK(status_with({job("s-1", "Running", 5)}) == "InProgress");
  CHECK(status_with({job("s-1", "Finished", 5)}) == "InProgress");
  CHECK(status_with({job("s-1", "Finished", 5), job("s-2", "InError", 5)}) == "InProgress");
  CHECK(status_with({job("s-1", "Finished", 5), job("s-2", "Waiting", 5)}) == "Cutover");
  CHECK(status_with({job("s-1", "Finished", 5), job("s-2", "Finished", 5)}) == "Completed");
  // The newest counts, but one that is being deleted does not.
  CHECK(status_with({job("s-1", "Finished", 5), job("s-2", "Finished", 5),
                     job("s-2", "Running", 6)}) == "InProgress");
  CHECK(status_with({job("s-1", "Finished", 5), job("s-2", "Finished", 5),
                     job("s-2", "Deleting", 6)}) == "Completed");
  CHECK(status_of({}, {job("s-1", "Finished", 5)}).status == "NotStarted");
}

TEST_CASE("a workgroup warns of servers without a job, in error, or whose image does not boot") {
  WorkgroupView group;
  group.sources = {"s-1", "s-2", "s-3", "s-4"};
  auto unbootable = job("s-2", "Waiting", 5);
  unbootable.boot.outcome = "failed";
  auto sound = job("s-4", "Finished", 5);
  sound.boot.outcome = "booted";
  const auto told = status_of(group, {job("s-1", "InError", 5), unbootable, sound});
  CHECK(told.in_error == std::vector<std::string>{"s-1"});
  CHECK(told.not_passed == std::vector<std::string>{"s-2"});
  CHECK(told.unrelated == std::vector<std::string>{"s-3"});
}
