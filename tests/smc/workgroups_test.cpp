// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::string make_group(const Desk& desk, const std::string& name, Words more = {}) {
  more.push_back({"Name", name});
  return desk.must("CreateWorkgroup", std::move(more))["WorkgroupId"];
}

Words members(const std::string& group, const std::vector<std::string>& sources) {
  Words words{{"WorkgroupId", group}};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    words.push_back({"SourceId." + std::to_string(i + 1), sources[i]});
  }
  return words;
}

Json group_of(const Desk& desk, const std::string& id) {
  const auto told = desk.must("DescribeWorkgroups", {{"WorkgroupId.1", id}});
  REQUIRE(told["TotalCount"] == 1);
  return told["Workgroups"]["Workgroup"][0];
}

int count_of(const Desk& desk, Words filter) {
  return desk.must("DescribeWorkgroups", std::move(filter))["TotalCount"].get<int>();
}

/// The sources that a workgroup warns of for this reason.
Json warned_of(const Json& group, const std::string& type) {
  for (const auto& warning : group["Warnings"]["Warning"]) {
    if (warning["WarningType"] == type) return warning["SourceIds"]["SourceId"];
  }
  return Json::array();
}

}  // namespace

TEST_CASE("a workgroup is made once for each client token, and comes back as it was made") {
  Desk desk;
  const Words wish{{"Name", "web.1"},
                   {"Description", "the shop"},
                   {"ClientToken", "t-1"},
                   {"Tag.1.Key", "team"},
                   {"Tag.1.Value", "web"}};
  const std::string id = desk.must("CreateWorkgroup", wish)["WorkgroupId"];
  CHECK(id.starts_with("w-"));
  CHECK(desk.must("CreateWorkgroup", wish)["WorkgroupId"] == id);
  desk.stop();
  desk.start();
  CHECK(desk.must("CreateWorkgroup", wish)["WorkgroupId"] == id);
  auto other = wish;
  other[1].value = "another shop";
  CHECK(desk.call("CreateWorkgroup", other).code() == "IdempotenceParamNotMatch");
  const auto group = group_of(desk, id);
  CHECK((group["Name"] == "web.1" && group["Description"] == "the shop"));
  CHECK((group["Status"] == "NotStarted" && group["Warnings"]["Warning"].empty()));
  CHECK(group["Tags"]["Tag"][0]["Value"] == "web");
  CHECK(count_of(desk, {}) == 1);
}

TEST_CASE("wrong words for a workgroup are named, and make none") {
  Desk desk;
  const auto code = [&](const std::string& name, const std::string& value) {
    const auto told = desk.call("CreateWorkgroup", {{name, value}});
    CHECK_MESSAGE(told.status == 400, name << " = " << value);
    return told.code();
  };
  for (const auto& [name, value] : Words{{"Name", "w"},
                                         {"Name", "1st"},
                                         {"Name", std::string(65, 'n')},
                                         {"Name", "http://web"},
                                         {"Description", "d"},
                                         {"Description", std::string(257, 'd')},
                                         {"Description", "https://web"},
                                         {"ClientToken", std::string(65, 't')}}) {
    CHECK(code(name, value) == "Invalid" + name);
  }
  CHECK(code("Tag.1.Value", "x") == "MissingTag.1.Key");
  CHECK(code("Tag.1.Key", "acs:x") == "InvalidParameter");
  CHECK(
      desk.call("CreateWorkgroup", {{"Tag.1.Key", "a"}, {"Tag.1.Value", "see http://x"}}).code() ==
      "InvalidTag.1.Value");
  CHECK(count_of(desk, {}) == 0);
  (void)make_group(desk, "web");
  const auto taken = desk.call("CreateWorkgroup", {{"Name", "web"}});
  CHECK((taken.status == 400 && taken.code() == "WorkgroupName.Duplicate"));
  CHECK(desk.call_as_reader("CreateWorkgroup", {{"Name", "other"}}).code() == "Forbidden.RAM");
  CHECK(desk.call_as_reader("DescribeWorkgroups").status == 200);
}

TEST_CASE("source servers go into a workgroup and out of it, and each is in one at most") {
  Desk desk{3};
  const auto web = make_group(desk, "web");
  const auto shop = make_group(desk, "shop");
  (void)desk.must("AssociateSourceServers", members(web, {desk.sources[0], desk.sources[1]}));
  (void)desk.must("AssociateSourceServers", members(web, {desk.sources[0]}));
  const auto other = desk.call("AssociateSourceServers", members(shop, desk.sources));
  CHECK((other.status == 400 && other.code() == "SourceServer.InAnotherWorkgroup"));
  CHECK(desk.source(desk.sources[0])["WorkgroupId"] == web);
  CHECK(desk.source(desk.sources[2])["WorkgroupId"] == "");
  CHECK(desk.must("DescribeSourceServers", {{"WorkgroupId", web}})["TotalCount"] == 2);
  const auto job = desk.create_job();
  CHECK(desk.job(job)["WorkgroupId"] == web);
  const auto full = desk.call("DeleteWorkgroup", {{"WorkgroupId", web}});
  CHECK((full.status == 400 && full.code() == "Workgroup.NotEmpty"));
  desk.stop();
  desk.start();
  desk.heartbeats();
  (void)desk.must("DisassociateSourceServers", members(web, {desk.sources[0], desk.sources[2]}));
  (void)desk.must("AssociateSourceServers", members(shop, {desk.sources[0]}));
  CHECK(desk.job(job)["WorkgroupId"] == shop);
  // A server that is deleted leaves its workgroup.
  (void)desk.must("DeleteSourceServer", {{"SourceId", desk.sources[1]}});
  CHECK(warned_of(group_of(desk, web), "UnRelated").empty());
  (void)desk.must("DeleteWorkgroup", {{"WorkgroupId", web}});
  const auto gone = desk.call("DeleteWorkgroup", {{"WorkgroupId", web}});
  CHECK((gone.status == 404 && gone.code() == "InvalidWorkgroupId.NotFound"));
}

TEST_CASE("wrong calls about who is in a workgroup change nothing") {
  Desk desk;
  const auto web = make_group(desk, "web");
  for (const std::string action : {"AssociateSourceServers", "DisassociateSourceServers"}) {
    CHECK(desk.call(action).code() == "MissingWorkgroupId");
    CHECK(desk.call(action, {{"WorkgroupId", web}}).code() == "MissingSourceId.1");
    const auto nobody = desk.call(action, members(web, {desk.sources[0], "s-nobody"}));
    CHECK((nobody.status == 404 && nobody.code() == "InvalidSourceId.NotFound"));
    const auto nothing = desk.call(action, members("w-none", {desk.sources[0]}));
    CHECK((nothing.status == 404 && nothing.code() == "InvalidWorkgroupId.NotFound"));
    CHECK(desk.call(action, members(web, std::vector<std::string>(51, "s-1"))).code() ==
          "InvalidSourceId");
  }
  CHECK(desk.source(desk.sources[0])["WorkgroupId"] == "");
}

TEST_CASE("a workgroup has fifty source servers at most") {
  Desk desk{51};
  const auto web = make_group(desk, "web");
  const std::vector<std::string> fifty{desk.sources.begin(), desk.sources.end() - 1};
  (void)desk.must("AssociateSourceServers", members(web, fifty));
  const auto more = desk.call("AssociateSourceServers", members(web, {desk.sources.back()}));
  CHECK((more.status == 400 && more.code() == "QuotaExceeded.Workgroup"));
  CHECK(warned_of(group_of(desk, web), "UnRelated").size() == 50);
}

TEST_CASE("the status of a workgroup, and its warnings, follow its jobs") {
  Desk desk{2};
  const auto web = make_group(desk, "web");
  (void)desk.must("AssociateSourceServers", members(web, desk.sources));
  const auto job = desk.create_job();
  CHECK(group_of(desk, web)["Status"] == "NotStarted");
  CHECK(warned_of(group_of(desk, web), "UnRelated") == Json::array({desk.sources[1]}));
  desk.heartbeats();
  (void)desk.must("StartReplicationJob", {{"JobId", job}});
  CHECK(group_of(desk, web)["Status"] == "InProgress");
  CHECK(count_of(desk, {{"Status", "InProgress"}}) == 1);
  CHECK(count_of(desk, {{"Status", "Completed"}}) == 0);
  CHECK(desk.call("DescribeWorkgroups", {{"Status", "Done"}}).code() == "InvalidStatus");
}

TEST_CASE("workgroups are filtered, and come in pages, the newest first") {
  Desk desk;
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(make_group(desk, "web" + std::to_string(i)));
  const auto first = desk.must("DescribeWorkgroups");
  CHECK((first["TotalCount"] == 12 && first["PageNumber"] == 1 && first["PageSize"] == 10));
  CHECK(first["Workgroups"]["Workgroup"].size() == 10);
  const auto second = desk.must("DescribeWorkgroups", {{"PageNumber", "2"}});
  CHECK(second["Workgroups"]["Workgroup"].size() == 2);
  CHECK(count_of(desk, {{"Name", "web3"}}) == 1);
  CHECK(count_of(desk, {{"WorkgroupId.1", ids[0]}, {"WorkgroupId.3", ids[5]}}) == 2);
  (void)desk.must("TagResources", {{"ResourceType", "workgroup"},
                                   {"ResourceId.1", ids[4]},
                                   {"Tag.1.Key", "team"},
                                   {"Tag.1.Value", "web"}});
  CHECK(count_of(desk, {{"Tag.1.Key", "team"}}) == 1);
  CHECK(count_of(desk, {{"Tag.1.Key", "team"}, {"Tag.1.Value", "db"}}) == 0);
  const auto tags = desk.must("ListTagResources", {{"ResourceType", "workgroup"}});
  CHECK(tags["TagResources"]["TagResource"][0]["ResourceType"] == "ALIYUN::SMC::WORKGROUP");
  (void)desk.must("UntagResources",
                  {{"ResourceType", "workgroup"}, {"ResourceId.1", ids[4]}, {"All", "true"}});
  CHECK(count_of(desk, {{"Tag.1.Key", "team"}}) == 0);
}

TEST_CASE("a workgroup gets another name and description") {
  Desk desk;
  const auto id = make_group(desk, "web", {{"Description", "old"}});
  (void)make_group(desk, "db");
  (void)desk.must("ModifyWorkgroupAttribute", {{"WorkgroupId", id}, {"Name", "shop"}});
  CHECK((group_of(desk, id)["Name"] == "shop" && group_of(desk, id)["Description"] == "old"));
  (void)desk.must("ModifyWorkgroupAttribute", {{"WorkgroupId", id}, {"Description", ""}});
  CHECK((group_of(desk, id)["Name"] == "shop" && group_of(desk, id)["Description"] == ""));
  const auto code = [&](Words words) {
    return desk.call("ModifyWorkgroupAttribute", std::move(words)).code();
  };
  CHECK(code({}) == "MissingWorkgroupId");
  CHECK(code({{"WorkgroupId", id}, {"Name", "db"}}) == "WorkgroupName.Duplicate");
  CHECK(code({{"WorkgroupId", id}, {"Name", "-"}}) == "InvalidName");
  CHECK(code({{"WorkgroupId", "w-none"}, {"Name", "mail"}}) == "InvalidWorkgroupId.NotFound");
}
