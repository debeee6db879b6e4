// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a source server is told with all that its agent knows") {
  Desk desk;
  const auto source = desk.source(desk.sources[0]);
  CHECK(source["State"] == "Available");
  CHECK(source["Name"] == "web-1");
  CHECK(source["Description"] == "Server Source Imported By GotoAliyun.");
  CHECK(source["Platform"] == "Debian GNU/Linux 12");
  CHECK(source["Architecture"] == "x86_64");
  CHECK(source["AgentVersion"] == "1.2.3");
  CHECK(source["ReplicationDriver"] == "SMT");
  CHECK(source["KernelLevel"] == 6);
  CHECK(source["SystemDiskSize"] == 30);
  CHECK(source["JobId"] == "");
  CHECK(source["StatusInfo"] == "");
  const auto info = Json::parse(source["SystemInfo"].get<std::string>());
  CHECK((info["ipv4"] == "192.0.2.7" && info["cores"] == "2" && info["memory"] == "4.00"));
  const auto parts = source["SystemDiskParts"]["SystemDiskPart"];
  REQUIRE(parts.size() == 2);
  CHECK((parts[0]["Device"] == "0_0" && parts[0]["Need"] == true && parts[0]["Path"] == "/"));
  CHECK((parts[1]["Device"] == "0_1" && parts[1]["Need"] == false));
  const auto data = source["DataDisks"]["DataDisk"];
  REQUIRE(data.size() == 1);
  CHECK((data[0]["Index"] == 1 && data[0]["Size"] == 2));
  CHECK(data[0]["Parts"]["Part"][0]["Device"] == "1_0");
  CHECK(source["Disks"]["System"]["Parts"]["Part"][0]["Type"] == "System");
  CHECK(source["Disks"]["System"]["Offset"] == limits::mib);
  CHECK(source["Disks"]["Data"]["Data"].size() == 1);
}

TEST_CASE("source servers are filtered and come in pages") {
  Desk desk{12};
  const auto first = desk.must("DescribeSourceServers");
  CHECK((first["TotalCount"] == 12 && first["PageNumber"] == 1 && first["PageSize"] == 10));
  CHECK(first["SourceServers"]["SourceServer"].size() == 10);
  const auto second = desk.must("DescribeSourceServers", {{"PageNumber", "2"}});
  CHECK(second["SourceServers"]["SourceServer"].size() == 2);
  CHECK(desk.must("DescribeSourceServers", {{"PageNumber", "3"}})["SourceServers"]["SourceServer"]
            .empty());
  CHECK(desk.must("DescribeSourceServers", {{"SourceId.1", desk.sources[3]},
                                            {"SourceId.7", desk.sources[4]},
                                            {"PageSize", "50"}})["TotalCount"] == 2);
  CHECK(desk.must("DescribeSourceServers", {{"State", "InUse"}})["TotalCount"] == 0);
  CHECK(desk.must("DescribeSourceServers", {{"State", "Available"}})["TotalCount"] == 12);
  CHECK(desk.must("DescribeSourceServers", {{"WorkgroupId", "w-1"}})["TotalCount"] == 0);
  for (const auto& [name, value] : Words{{"PageSize", "51"},
                                         {"PageSize", "0"},
                                         {"PageNumber", "0"},
                                         {"PageNumber", "-1"},
                                         {"State", "available"}}) {
    CHECK(desk.call("DescribeSourceServers", {{name, value}}).code() == "Invalid" + name);
  }
}

TEST_CASE("a source server gets a name of its own, and a description, that last") {
  Desk desk{2};
  const auto& id = desk.sources[0];
  (void)desk.must("ModifySourceServerAttribute",
                  {{"SourceId", id}, {"Name", "front:1"}, {"Description", "the shop"}});
  const auto taken = desk.call("ModifySourceServerAttribute",
                               {{"SourceId", desk.sources[1]}, {"Name", "front:1"}});
  CHECK((taken.status == 400 && taken.code() == "SourceServerName.Duplicate"));
  CHECK(desk.call("ModifySourceServerAttribute", {{"SourceId", id}, {"Name", "9"}}).code() ==
        "InvalidName");
  CHECK(desk.call("ModifySourceServerAttribute", {{"SourceId", id}, {"Description", "https://x"}})
            .code() == "InvalidDescription");
  CHECK(
      desk.call("ModifySourceServerAttribute", {{"SourceId", "s-nobody"}, {"Name", "ab"}}).code() ==
      "InvalidSourceId.NotFound");
  desk.stop();
  desk.start();
  desk.heartbeats();
  const auto source = desk.source(id);
  CHECK((source["Name"] == "front:1" && source["Description"] == "the shop"));
  CHECK(desk.must("DescribeSourceServers", {{"Name", "front:1"}})["TotalCount"] == 1);
}

TEST_CASE("source servers are put into resource groups, and found by them") {
  Desk desk{2};
  const auto& id = desk.sources[0];
  CHECK(desk.source(id)["ResourceGroupId"] == "");
  (void)desk.must("ModifySourceServerAttribute", {{"SourceId", id}, {"ResourceGroupId", "rg-1"}});
  (void)desk.must("ModifySourceServerAttribute", {{"SourceId", id}, {"Name", "front"}});
  desk.stop();
  desk.start();
  CHECK(desk.source(id)["ResourceGroupId"] == "rg-1");
  CHECK(desk.must("DescribeSourceServers", {{"ResourceGroupId", "rg-1"}})["TotalCount"] == 1);
  CHECK(desk.must("DescribeSourceServers", {{"ResourceGroupId", "rg-2"}})["TotalCount"] == 0);
  CHECK(desk.call("ModifySourceServerAttribute",
                  {{"SourceId", id}, {"ResourceGroupId", std::string(129, 'g')}})
            .code() == "InvalidResourceGroupId");
  (void)desk.must("ModifySourceServerAttribute", {{"SourceId", id}, {"ResourceGroupId", ""}});
  CHECK(desk.source(id)["ResourceGroupId"] == "");
}

TEST_CASE("a source server is deleted with its job only by force, and with none that runs") {
  Desk desk;
  const auto& id = desk.sources[0];
  const auto job = desk.create_job();
  CHECK(desk.source(id)["State"] == "InUse");
  CHECK(desk.source(id)["JobId"] == job);
  const auto related = desk.call("DeleteSourceServer", {{"SourceId", id}});
  CHECK(related.code() == "ReplicationJob.Related");
  CHECK(related.message().find(job) != std::string::npos);
  (void)desk.must("StartReplicationJob", {{"JobId", job}});
  CHECK(desk.call("DeleteSourceServer", {{"SourceId", id}, {"Force", "true"}}).code() ==
        "SourceServer.WithRunningReplicationJob");
  REQUIRE(desk.ask<JobView>("jobs", CancelJob{job}));
  CHECK(eventually([&] { return desk.must("DescribeReplicationJobs")["TotalCount"] == 0; }));
  (void)desk.must("DeleteSourceServer", {{"SourceId", id}});
  CHECK(desk.must("DescribeSourceServers")["TotalCount"] == 0);
  desk.stop();
  desk.start();
  CHECK(desk.must("DescribeSourceServers")["TotalCount"] == 0);
}

TEST_CASE("force deletes a server's job first, and the server once that has let it go") {
  Desk desk;
  const auto& id = desk.sources[0];
  (void)desk.create_job();
  (void)desk.must("DeleteSourceServer", {{"SourceId", id}, {"Force", "true"}});
  CHECK(eventually([&] { return desk.must("DescribeSourceServers")["TotalCount"] == 0; }));
  const auto again = desk.call("DeleteSourceServer", {{"SourceId", id}});
  CHECK((again.status == 404 && again.code() == "InvalidSourceId.NotFound"));
  CHECK(desk.call("DeleteSourceServer").code() == "MissingSourceId");
}
