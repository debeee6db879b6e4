// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What users call source servers, and how they are forgotten.
#include <doctest/doctest.h>

#include "actors/controller/sources.hpp"
#include "actors/controller/user_words.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

Error refusal_of(const Result<std::vector<Tag>>& tags) { return tags ? Error{} : tags.error(); }

}  // namespace

TEST_CASE("tags are put instead of those of the same key, and removed first") {
  const std::vector<Tag> old{{"a", "1"}, {"b", "2"}, {"c", "3"}};
  CHECK(*changed_tags(old, {.put = {{"b", "9"}, {"d", ""}}, .remove = {"a", "nothing"}}) ==
        std::vector<Tag>{{"b", "9"}, {"c", "3"}, {"d", ""}});
  CHECK(*changed_tags(old, {.put = {{"x", "y"}}, .remove_all = true}) ==
        std::vector<Tag>{{"x", "y"}});
  CHECK(refusal_of(changed_tags({}, {.put = {{"a", "1"}, {"a", "2"}}})).code ==
        Errc::invalid_argument);
  for (const std::string bad :
       {"", "aliyun.x", "acs:x", "http://x", "https://x", "a\x01", "\xff"}) {
    CHECK_MESSAGE(refusal_of(changed_tags({}, {.put = {{bad, ""}}})).code == Errc::invalid_argument,
                  bad);
  }
  std::vector<Tag> many;
  for (int i = 0; i < 20; ++i) many.push_back({std::to_string(i), ""});
  CHECK(changed_tags({}, {.put = many}));
  CHECK(refusal_of(changed_tags(many, {.put = {{"one more", ""}}})).code == Errc::limit_exceeded);
  CHECK(changed_tags(many, {.put = {{"one more", ""}}, .remove = {"0"}}));
}

TEST_CASE("two changes at once both last, and a name is given once") {
  Office office;
  const auto one = office.add_source();
  const auto two = office.add_source();
  office.start();
  const auto change = [&](ModifySource m) { return office.ask<SourceList>(office.sources, m); };
  {
    caf::scoped_actor self{*office.live};
    ModifySource name{.source = one, .name = "front"};
    ModifySource tag{.source = one, .tags = {.put = {{"team", "web"}}}};
    ModifySource same{.source = two, .name = "front"};
    auto first = self->request(office.sources, std::chrono::seconds{20}, name);
    auto second = self->request(office.sources, std::chrono::seconds{20}, tag);
    auto third = self->request(office.sources, std::chrono::seconds{20}, same);
    first.receive([](const SourceList&) {}, [](const caf::error&) { FAIL_CHECK("first"); });
    second.receive([](const SourceList&) {}, [](const caf::error&) { FAIL_CHECK("second"); });
    third.receive([](const SourceList&) { FAIL_CHECK("a name was given twice"); },
                  [](const caf::error& error) { CHECK(from_caf(error).code == Errc::name_taken); });
  }
  CHECK(change({.source = "s-nobody", .name = "ab"}).error().code == Errc::not_found);
  const std::string longest(limits::resource_group_bytes_max, 'g');
  CHECK(change({.source = one, .set_resource_group = true, .resource_group = longest}));
  for (const auto& bad : {longest + "g", std::string{"rg\n"}}) {
    CHECK(change({.source = one, .set_resource_group = true, .resource_group = bad}).error().code ==
          Errc::invalid_argument);
  }
  office.restart();
  const auto source = office.source(one);
  CHECK(source.resource_group == longest);
  CHECK((source.name == "front" && source.tags == std::vector<Tag>{{"team", "web"}}));
  CHECK(office.source(two).name.empty());
}

TEST_CASE("a server that was deleted is a stranger, and may register as a new one") {
  Office office;
  office.start();
  const auto made = office.ask<ActivationCreated>(office.sources, CreateActivation{"lab", 5, 1});
  const auto code = parse_activation_code(made->code);
  const auto keys = make_key_pair();
  auto client = office.client(keys);
  const RegisterSource request{code->activation, code->secret, keys.public_key, protocol_version,
                               small_server()};
  const auto id = client.ask<SourceRegistered>("sources", request)->source;
  CHECK(client.ask<Done>("sources", ReportInventory{id, small_server()}));
  REQUIRE(office.ask<Done>(office.sources, DeleteSource{id}));
  CHECK(client.ask<Done>("sources", ReportInventory{id, small_server()}).error().code ==
        Errc::not_enrolled);
  CHECK(office.ask<SourceList>(office.sources, ListSources{})->sources.empty());
  const auto again = client.ask<SourceRegistered>("sources", request);
  REQUIRE(again);
  CHECK(again->source != id);
  office.restart();
  CHECK(office.source(again->source).id == again->source);
}

TEST_CASE("a server that a job has goes once the job lets it go, whatever comes between") {
  Office office;
  const auto id = office.add_source();
  office.start();
  const auto job = office.create(id);
  REQUIRE(job);
  const auto refused = office.ask<Done>(office.sources, DeleteSource{id});
  CHECK(refused.error().code == Errc::source_wrong_state);
  CHECK(refused.error().what.find(job->id) != std::string::npos);
  REQUIRE(office.ask<Done>(office.sources, DeleteSource{id, true}));
  CHECK(office.source(id).state == "Deleting");
  office.restart();
  CHECK(office.source(id).state == "Deleting");
  REQUIRE(office.ask<JobView>(office.jobs, CancelJob{job->id}));
  CHECK(eventually(
      [&] { return office.ask<SourceList>(office.sources, ListSources{})->sources.empty(); }));
  office.stop();
  CHECK(office.with_database(
      [](Database& database) { return Enrolment{database}.sources().empty(); }));
}

TEST_CASE("a controller that died while a server was Deleting forgets it if no job has it") {
  Office office;
  const auto id = office.add_source();
  const auto other = office.add_source();
  office.with_database([&](Database& database) {
    Enrolment{database}.mark_deleting(id);
    return 0;
  });
  office.start();
  CHECK(eventually(
      [&] { return office.ask<SourceList>(office.sources, ListSources{})->sources.size() == 1; }));
  CHECK(office.source(other).id == other);
}

TEST_CASE("no job is made for a server that is being deleted") {
  Office office;
  const auto id = office.add_source();
  office.start();
  const auto job = office.create(id);
  REQUIRE(job);
  REQUIRE(office.ask<Done>(office.sources, DeleteSource{id, true}));
  CHECK(office.create(id, "", "other").error().code == Errc::source_wrong_state);
}
