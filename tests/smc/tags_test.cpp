// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <doctest/doctest.h>

#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

Words tag(const std::string& type, const std::string& id, const std::string& key,
          const std::string& value) {
  return {{"ResourceType", type}, {"ResourceId.1", id}, {"Tag.1.Key", key}, {"Tag.1.Value", value}};
}

int tags_of_type(const Desk& desk, const std::string& type, Words more = {}) {
  more.push_back({"ResourceType", type});
  return static_cast<int>(
      desk.must("ListTagResources", std::move(more))["TagResources"]["TagResource"].size());
}

}  // namespace

TEST_CASE("source servers and jobs are tagged, found by tags, and untagged") {
  Desk desk{2};
  const auto job = desk.create_job();
  (void)desk.must("TagResources", tag("sourceserver", desk.sources[0], "team", "web"));
  (void)desk.must("TagResources", tag("sourceserver", desk.sources[0], "stage", "test"));
  (void)desk.must("TagResources", tag("sourceserver", desk.sources[0], "team", "shop"));
  (void)desk.must("TagResources", tag("replicationjob", job, "team", "web"));
  CHECK(desk.source(desk.sources[0])["Tags"]["Tag"].size() == 2);
  CHECK(desk.job(job)["Tags"]["Tag"][0]["Value"] == "web");
  CHECK(desk.must("DescribeSourceServers",
                  {{"Tag.1.Key", "team"}, {"Tag.1.Value", "shop"}})["TotalCount"] == 1);
  CHECK(desk.must("DescribeSourceServers",
                  {{"Tag.1.Key", "team"}, {"Tag.1.Value", "web"}})["TotalCount"] == 0);
  desk.stop();
  desk.start();
  CHECK(tags_of_type(desk, "sourceserver") == 2);
  CHECK(tags_of_type(desk, "sourceserver", {{"ResourceId.1", desk.sources[1]}}) == 0);
  const auto told = desk.must("ListTagResources", {{"ResourceType", "replicationjob"}});
  const auto entry = told["TagResources"]["TagResource"][0];
  CHECK((entry["ResourceType"] == "ALIYUN::SMC::REPLICATIONJOB" && entry["ResourceId"] == job));
  CHECK((entry["TagKey"] == "team" && entry["TagValue"] == "web" && told["NextToken"] == ""));
  (void)desk.must(
      "UntagResources",
      {{"ResourceType", "sourceserver"}, {"ResourceId.1", desk.sources[0]}, {"TagKey.1", "stage"}});
  CHECK(tags_of_type(desk, "sourceserver") == 1);
  (void)desk.must("UntagResources",
                  {{"ResourceType", "replicationjob"}, {"ResourceId.1", job}, {"All", "true"}});
  CHECK(tags_of_type(desk, "replicationjob") == 0);
}

TEST_CASE("a long list of tags comes in pages that miss and repeat nothing") {
  Desk desk{12};
  for (const auto& id : desk.sources) {
    Words words{{"ResourceType", "sourceserver"}, {"ResourceId.1", id}};
    for (int i = 1; i <= 20; ++i) {
      words.push_back({"Tag." + std::to_string(i) + ".Key", "k" + std::to_string(i)});
    }
    (void)desk.must("TagResources", words);
  }
  std::set<std::string> seen;
  std::string next;
  int pages = 0;
  do {
    const auto told =
        desk.must("ListTagResources", {{"ResourceType", "sourceserver"}, {"NextToken", next}});
    for (const auto& entry : told["TagResources"]["TagResource"]) {
      CHECK(seen.insert(entry["ResourceId"].get<std::string>() + entry["TagKey"].get<std::string>())
                .second);
    }
    next = told["NextToken"];
    ++pages;
  } while (!next.empty() && pages < 5);
  CHECK(pages == 2);
  CHECK(seen.size() == 240);
  CHECK(desk.call("ListTagResources", {{"ResourceType", "sourceserver"}, {"NextToken", "%"}})
            .code() == "InvalidNextToken");
}

TEST_CASE("wrong calls about tags have the API's own codes, and change nothing") {
  Desk desk{2};
  const auto code = [&](const std::string& action, Words words) {
    const auto told = desk.call(action, std::move(words));
    CHECK(told.status == 400);
    return told.code();
  };
  const auto& id = desk.sources[0];
  CHECK(code("TagResources", {}) == "MissingParameter.ResourceType");
  CHECK(code("TagResources", tag("disk", id, "a", "b")) == "InvalidResourceType.NotFound");
  CHECK(code("TagResources", {{"ResourceType", "sourceserver"}, {"ResourceId.1", id}}) ==
        "MissingTag.1.Key");
  CHECK(code("TagResources", {{"ResourceType", "sourceserver"}, {"Tag.1.Key", "a"}}) ==
        "MissingResourceId.1");
  auto unknown = tag("sourceserver", id, "a", "b");
  unknown.push_back({"ResourceId.2", "s-nobody"});
  CHECK(code("TagResources", unknown) == "InvalidResourceId.NotFound");
  auto twice = tag("sourceserver", id, "a", "b");
  twice.push_back({"ResourceId.2", id});
  CHECK(code("TagResources", twice) == "Duplicate.ResourceId");
  auto many = tag("sourceserver", id, "a", "b");
  for (int i = 2; i <= 51; ++i)
    many.push_back({"ResourceId." + std::to_string(i), std::to_string(i)});
  CHECK(code("TagResources", many) == "NumberExceed.ResourceIds");
  auto tags = tag("sourceserver", id, "a", "b");
  for (int i = 2; i <= 21; ++i)
    tags.push_back({"Tag." + std::to_string(i) + ".Key", std::to_string(i)});
  CHECK(code("TagResources", tags) == "NumberExceed.Tags");
  tags.pop_back();
  (void)desk.must("TagResources", tags);
  CHECK(code("TagResources", tag("sourceserver", id, "more", "")) == "NumberExceed.Tags");
  auto both = tag("sourceserver", id, "more", "");
  both.push_back({"ResourceId.2", desk.sources[1]});
  CHECK(code("TagResources", both) == "NumberExceed.Tags");
  CHECK(tags_of_type(desk, "sourceserver") == 20);
  CHECK(code("UntagResources", {{"ResourceType", "sourceserver"}, {"ResourceId.1", id}}) ==
        "MissingTagKey.1");
  CHECK(code("TagResources", tag("sourceserver", id, "aliyun-x", "")) == "InvalidParameter");
  CHECK(code("TagResources", tag("sourceserver", id, std::string(129, 'k'), "")) ==
        "InvalidParameter");
}
