// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

std::string days_from_now(int days) { return utc_text(wall_ms() + days * day_ms); }

Words wish(const Desk& desk, Words more = {}) {
  more.push_back({"RegionId", "cn-shanghai"});
  more.push_back({"SourceId", desk.sources[0]});
  return more;
}

std::string code_of(const Desk& desk, const std::string& name, const std::string& value) {
  const auto told = desk.call("CreateReplicationJob", wish(desk, {{name, value}}));
  CHECK_MESSAGE(told.status == 400, name << " = " << value);
  return told.code();
}

}  // namespace

TEST_CASE("a plain job gets the service's defaults") {
  Desk desk;
  const auto first_date = days_from_now(30).substr(0, 10);
  const auto id = desk.create_job({{"TargetType", "image"}, {"RegionId", "cn-shanghai"}});
  CHECK(id.starts_with("j-"));
  const auto job = desk.job(id);
  CHECK((job["Status"] == "Ready" && job["BusinessStatus"] == "" && job["Progress"] == 0.0));
  CHECK((job["SourceId"] == desk.sources[0] && job["RegionId"] == "cn-shanghai"));
  CHECK((job["RunOnce"] == true && job["JobType"] == 0 && job["NetMode"] == 0));
  CHECK(job["EnsImageRegionId"] == "cn-beijing");  // the cluster's
  CHECK(job["OSSPrefix"] == "edge");
  CHECK(job["ImageName"] == job["Name"]);
  CHECK(job["ReplicationParameters"] ==
        R"({"bandwidth_limit":0,"compress_level":7,"checksum":false})");
  CHECK(job["SystemDiskSize"] == 30);
  CHECK(job["DataDisks"]["DataDisk"][0]["Size"] == 2);
  const auto valid_date = job["ValidTime"].get<std::string>().substr(0, 10);
  CHECK((valid_date >= first_date && valid_date <= days_from_now(30).substr(0, 10)));
  CHECK(job["ReplicationJobRuns"]["ReplicationJobRun"].empty());
}

TEST_CASE("every parameter of a job comes back") {
  Desk desk;
  const auto start = days_from_now(3);
  const auto id = desk.create_job(
      {{"Name", "web:1"},
       {"Description", "the shop"},
       {"ImageName", "shop"},
       {"RunOnce", "false"},
       {"Frequency", "24"},
       {"MaxNumberOfImageToKeep", "3"},
       {"ScheduledStartTime", start},
       {"ValidTime", days_from_now(20)},
       {"NetMode", "2"},
       {"VSwitchId", "vsw-1"},
       {"VpcId", "vpc-1"},
       {"InstanceType", "ecs.c6.large"},
       {"LicenseType", "BYOL"},
       {"ResourceGroupId", "rg-1"},
       {"ReplicationParameters", R"({"bandwidth_limit":1500,"compress_level":1,"checksum":true})"},
       {"Tag.1.Key", "team"},
       {"Tag.1.Value", "web"},
       {"EnsImageRegionId", "ap-southeast-1"},
       {"OSSPrefix", "shop1"},
       {"SslMode", "on"}});
  const auto job = desk.job(id);
  CHECK((job["Name"] == "web:1" && job["Description"] == "the shop"));
  CHECK((job["ImageName"] == "shop" && job["RunOnce"] == false && job["Frequency"] == 24));
  CHECK((job["MaxNumberOfImageToKeep"] == 3 && job["ScheduledStartTime"] == start));
  CHECK((job["NetMode"] == 2 && job["VSwitchId"] == "vsw-1" && job["VpcId"] == "vpc-1"));
  CHECK((job["InstanceType"] == "ecs.c6.large" && job["LicenseType"] == "BYOL"));
  CHECK(job["ResourceGroupId"] == "rg-1");
  // Limits are kept in whole Mbit/s, rounded up.
  CHECK(job["ReplicationParameters"] ==
        R"({"bandwidth_limit":2000,"compress_level":1,"checksum":true})");
  CHECK(job["Tags"]["Tag"][0]["Value"] == "web");
  CHECK((job["EnsImageRegionId"] == "ap-southeast-1" && job["OSSPrefix"] == "shop1"));
  CHECK(job["SslMode"] == "on");
  CHECK(desk.must("DescribeReplicationJobs", {{"ResourceGroupId", "rg-1"}})["TotalCount"] == 1);
  CHECK(desk.must("DescribeReplicationJobs", {{"Tag.1.Key", "team"}})["TotalCount"] == 1);
  CHECK(desk.must("DescribeReplicationJobs",
                  {{"Tag.1.Key", "team"}, {"Tag.1.Value", "db"}})["TotalCount"] == 0);
}

TEST_CASE("a job for an instance names that one, whichever type and network it says besides") {
  Desk desk;
  desk.config.machines.kind = "ecs";
  const auto id = desk.create_job({{"TargetType", "TargetInstance"},
                                   {"InstanceId", "i-shop"},
                                   {"InstanceType", "ecs.c6.large"},
                                   {"NetMode", "2"}});
  const auto job = desk.job(id);
  CHECK((job["TargetType"] == "TargetInstance" && job["InstanceId"] == "i-shop"));
  const auto made = desk.ask<JobView>("jobs", GetJob{id});
  REQUIRE(made);
  CHECK(made->settings.machine.instance == "i-shop");
  CHECK(made->settings.machine.private_network);
  CHECK(made->settings.machine.type.empty());
  (void)desk.must("ModifyReplicationJobAttribute", {{"JobId", id}, {"InstanceId", "i-other"}});
  CHECK(desk.ask<JobView>("jobs", GetJob{id})->settings.machine.instance == "i-other");
  (void)desk.must("ModifyReplicationJobAttribute", {{"JobId", id}, {"TargetType", "Image"}});
  CHECK(desk.ask<JobView>("jobs", GetJob{id})->settings.machine.instance.empty());
  CHECK(desk.call("ModifyReplicationJobAttribute",
                  {{"JobId", id}, {"TargetType", "TargetInstance"}, {"InstanceId", "shop"}})
            .code() == "InvalidParameter");
}

TEST_CASE("wrong parameters of a job are named, and make none") {
  Desk desk;
  CHECK(desk.call("CreateReplicationJob", {{"SourceId", "s-1"}}).code() == "MissingRegionId");
  CHECK(desk.call("CreateReplicationJob", {{"RegionId", "x"}}).code() == "MissingSourceId");
  const auto nobody =
      desk.call("CreateReplicationJob", {{"RegionId", "x"}, {"SourceId", "s-nobody"}});
  CHECK((nobody.status == 404 && nobody.code() == "InvalidSourceId.NotFound"));
  for (const auto& [name, value] : Words{{"Name", "1"},
                                         {"ImageName", "-x"},
                                         {"TargetType", "ContainerImage"},
                                         {"JobType", "2"},
                                         {"NetMode", "1"},
                                         {"LicenseType", "free"},
                                         {"RunOnce", "maybe"},
                                         {"Frequency", "169"},
                                         {"MaxNumberOfImageToKeep", "11"},
                                         {"ScheduledStartTime", "soon"},
                                         {"ScheduledStartTime", days_from_now(31)},
                                         {"ValidTime", days_from_now(6)},
                                         {"ValidTime", days_from_now(91)},
                                         {"ClientToken", std::string(65, 'c')},
                                         {"ClientToken", "caf\u00e9"},
                                         {"SystemDiskSize", "0"},
                                         {"EnsImageRegionId", "cn-shanghai"},
                                         {"SslMode", "perhaps"}}) {
    CHECK(code_of(desk, name, value) == "Invalid" + name);
  }
  CHECK(code_of(desk, "NetMode", "2") == "MissingVSwitchId");
  CHECK(code_of(desk, "TargetType", "TargetInstance") == "MissingInstanceId");
  const auto rents_none = desk.call("CreateReplicationJob", {{"RegionId", "cn-beijing"},
                                                             {"SourceId", desk.sources.at(0)},
                                                             {"TargetType", "TargetInstance"},
                                                             {"InstanceId", "i-shop"}});
  CHECK(rents_none.code() == "InvalidParameter");
  CHECK(code_of(desk, "RunOnce", "false") == "MissingFrequency");
  CHECK(code_of(desk, "DataDisk.1.Size", "20") == "MissingDataDisk.1.Index");
  CHECK(code_of(desk, "DataDisk.1.Index", "2") == "ReplicationJobDataDiskIndex.Invalid");
  CHECK(code_of(desk, "SystemDiskPart.1.Device", "0_0") == "MissingSystemDiskPart.1.SizeBytes");
  CHECK(code_of(desk, "Tag.1.Value", "x") == "MissingTag.1.Key");
  CHECK(code_of(desk, "Tag.1.Key", "acs:x") == "InvalidParameter");
  CHECK(code_of(desk, "SystemDiskSize", "4000") == "InvalidParameter");  // the planner's limit
  Words tags;
  for (int i = 1; i <= 21; ++i)
    tags.push_back({"Tag." + std::to_string(i) + ".Key", std::to_string(i)});
  CHECK(desk.call("CreateReplicationJob", wish(desk, tags)).code() == "NumberExceed.Tags");
  CHECK(desk.must("DescribeReplicationJobs")["TotalCount"] == 0);
  CHECK(desk.source(desk.sources[0])["State"] == "Available");
}

TEST_CASE("disks are wished for by device and by mount point") {
  Desk desk{2};
  const auto gib = limits::gib;
  const auto by_device =
      desk.job(desk.create_job({{"SystemDiskSize", "40"},
                                {"DataDisk.1.Index", "1"},
                                {"DataDisk.1.Size", "3"},
                                {"DataDisk.1.Part.1.Device", "1_0"},
                                {"DataDisk.1.Part.1.SizeBytes", std::to_string(gib)},
                                {"DataDisk.1.Part.1.Block", "false"}}));
  CHECK(by_device["SystemDiskSize"] == 40);
  CHECK(by_device["DataDisks"]["DataDisk"][0]["Size"] == 3);
  const auto part = by_device["DataDisks"]["DataDisk"][0]["Parts"]["Part"][0];
  CHECK((part["Device"] == "1_0" && part["SizeBytes"] == gib && part["Block"] == false));

  const auto by_path = desk.job(desk.create_job({{"SourceId", desk.sources[1]},
                                                 {"Disks.System.Size", "50"},
                                                 {"Disks.System.Part.1.Path", "/"},
                                                 {"Disks.Data.1.LVM", "true"},
                                                 {"Disks.Data.1.Size", "4"}}));
  CHECK(by_path["Disks"]["System"]["Size"] == 50);
  // What is listed of a disk is all that is migrated of it.
  const auto parts = by_path["Disks"]["System"]["Parts"]["Part"];
  REQUIRE(parts.size() == 1);
  CHECK(parts[0]["Path"] == "/");
  CHECK(by_path["Disks"]["Data"]["Data"][0]["LVM"] == true);
}

TEST_CASE("a client token makes one job, and refuses other parameters") {
  Desk desk{2};
  const auto parameters = wish(desk, {{"ClientToken", "t-1"}, {"Description", "a"}});
  const std::string id = desk.must("CreateReplicationJob", parameters)["JobId"];
  CHECK(desk.must("CreateReplicationJob", parameters)["JobId"] == id);
  desk.stop();
  desk.start();
  desk.heartbeats();
  CHECK(desk.must("CreateReplicationJob", parameters)["JobId"] == id);
  auto other = parameters;
  other[1].value = "b";
  const auto refused = desk.call("CreateReplicationJob", other);
  CHECK((refused.status == 400 && refused.code() == "IdempotenceParamNotMatch"));
  CHECK(desk.must("DescribeReplicationJobs")["TotalCount"] == 1);
}

TEST_CASE("one unfinished job per server, and names are unique") {
  Desk desk{2};
  (void)desk.create_job({{"Name", "web"}});
  const auto busy = desk.call("CreateReplicationJob", wish(desk));
  CHECK(busy.code() == "SourceServerState.Invalid");
  CHECK(busy.message() ==
        "The specified source server status: InUse is invalid. This operation can only be "
        "performed in the following status: Available.");
  const auto taken = desk.call("CreateReplicationJob",
                               {{"RegionId", "x"}, {"SourceId", desk.sources[1]}, {"Name", "web"}});
  CHECK(taken.code() == "ReplicationJobName.Duplicate");
  CHECK(taken.message() == "The specified replication job name already exists.");
}

TEST_CASE("an image name is one unfinished job's in its region, and says so in the API's words") {
  Desk desk{3};
  const auto first = desk.create_job({{"ImageName", "shop"}});
  const auto wish_of = [&](std::size_t place, Words more) {
    more.push_back({"RegionId", "cn-beijing"});
    more.push_back({"SourceId", desk.sources[place]});
    return more;
  };
  const auto used = desk.call("CreateReplicationJob", wish_of(1, {{"ImageName", "shop"}}));
  CHECK((used.status == 400 && used.code() == "ImageName.UsedByReplicationJob"));
  CHECK(used.message() ==
        "The specified imageName: \"shop\" was used by another replication job in the current "
        "region.");
  CHECK(desk.source(desk.sources[1])["State"] == "Available");
  const std::string second =
      desk.must("CreateReplicationJob", wish_of(1, {{"ImageName", "db"}}))["JobId"];
  (void)desk.must("CreateReplicationJob",
                  wish_of(2, {{"ImageName", "shop"}, {"EnsImageRegionId", "ap-southeast-1"}}));
  const auto renamed = [&](const std::string& job, const std::string& name) {
    return desk.call("ModifyReplicationJobAttribute", {{"JobId", job}, {"ImageName", name}}).code();
  };
  CHECK(renamed(second, "shop") == "ImageName.UsedByReplicationJob");
  CHECK(desk.job(second)["ImageName"] == "db");
  CHECK(renamed(first, "store").empty());
  CHECK(renamed(second, "shop").empty());
  CHECK(desk.job(second)["ImageName"] == "shop");
}

TEST_CASE("calls in a wrong state say which states are right") {
  Desk desk;
  const auto id = desk.create_job();
  const auto stop = desk.call("StopReplicationJob", {{"JobId", id}});
  CHECK(stop.code() == "ReplicationJob.InvalidStatus");
  CHECK(
      stop.message().starts_with("The specified replication job status: Ready is invalid. This "
                                 "operation can only be performed in the following status: "));
  CHECK(desk.call("CutOverReplicationJob", {{"JobId", id}}).code() ==
        "ReplicationJob.InvalidStatus");
  desk.heartbeats();
  (void)desk.must("StartReplicationJob", {{"JobId", id}});
  CHECK(desk.job(id)["Status"] == "Running");
  CHECK(desk.job(id)["BusinessStatus"] == "Preparing");
  CHECK(desk.job(id)["ReplicationJobRuns"]["ReplicationJobRun"][0]["Type"] == "Manual");
  const auto again = desk.call("StopReplicationJob", {{"JobId", id}});
  CHECK(again.code() == "ReplicationJob.InvalidBusinessStatus");
  CHECK(
      again.message().starts_with("The specified business status: Preparing of the replication "
                                  "job is invalid."));
  CHECK(desk.call("StartReplicationJob", {{"JobId", id}}).code() == "ReplicationJob.InvalidStatus");
  CHECK(desk.call("DeleteReplicationJob", {{"JobId", id}}).code() ==
        "ReplicationJob.InvalidStatus");
  for (const std::string action :
       {"StartReplicationJob", "StopReplicationJob", "DeleteReplicationJob",
        "CutOverReplicationJob", "ModifyReplicationJobAttribute"}) {
    const auto told = desk.call(action, {{"JobId", "j-nobody"}});
    CHECK((told.status == 404 && told.code() == "InvalidJobId.NotFound"));
    CHECK(desk.call(action).code() == "MissingJobId");
  }
}

TEST_CASE("a job changes what its state allows, and is deleted") {
  Desk desk;
  const auto id = desk.create_job({{"Name", "web"}, {"InstanceType", "a"}});
  (void)desk.must("ModifyReplicationJobAttribute",
                  {{"JobId", id},
                   {"Name", "shop"},
                   {"Description", "new"},
                   {"ImageName", "picture"},
                   {"InstanceType", "b"},
                   {"SystemDiskSize", "60"},
                   {"ScheduledStartTime", days_from_now(2)},
                   {"ValidTime", days_from_now(40)},
                   {"ReplicationParameters", R"({"compress_level":3})"}});
  auto job = desk.job(id);
  CHECK((job["Name"] == "shop" && job["Description"] == "new" && job["ImageName"] == "picture"));
  CHECK((job["InstanceType"] == "b" && job["SystemDiskSize"] == 60));
  CHECK(job["ReplicationParameters"] ==
        R"({"bandwidth_limit":0,"compress_level":3,"checksum":false})");
  desk.stop();
  desk.start();
  desk.heartbeats();
  job = desk.job(id);
  CHECK((job["SystemDiskSize"] == 60 && job["Name"] == "shop"));
  (void)desk.must("StartReplicationJob", {{"JobId", id}});
  // What a job can't change is left alone, in any state.
  (void)desk.must("ModifyReplicationJobAttribute", {{"JobId", id},
                                                    {"Name", "store"},
                                                    {"RegionId", "cn-shanghai"},
                                                    {"JobType", "0"},
                                                    {"LicenseType", "BYOL"}});
  CHECK((desk.job(id)["RegionId"] == "cn-beijing" && desk.job(id)["LicenseType"] == ""));
  CHECK(desk.call("ModifyReplicationJobAttribute", {{"JobId", id}, {"SystemDiskSize", "70"}})
            .code() == "ReplicationJob.InvalidStatus");
  CHECK(
      desk.call("ModifyReplicationJobAttribute", {{"JobId", id}, {"ImageName", "other"}}).code() ==
      "ReplicationJob.InvalidStatus");
  CHECK(desk.job(id)["Name"] == "store");
  REQUIRE(desk.ask<JobView>("jobs", CancelJob{id}));
  CHECK(eventually([&] { return desk.must("DescribeReplicationJobs")["TotalCount"] == 0; }));

  const auto ready = desk.create_job();
  (void)desk.must("DeleteReplicationJob", {{"JobId", ready}});
  CHECK(eventually([&] { return desk.must("DescribeReplicationJobs")["TotalCount"] == 0; }));
  CHECK(eventually([&] { return desk.source(desk.sources[0])["State"] == "Available"; }));
}

TEST_CASE("jobs are filtered and come in pages, the newest first") {
  Desk desk{12};
  std::vector<std::string> ids;
  for (const auto& source : desk.sources) ids.push_back(desk.create_job({{"SourceId", source}}));
  const auto first = desk.must("DescribeReplicationJobs");
  CHECK((first["TotalCount"] == 12 && first["ReplicationJobs"]["ReplicationJob"].size() == 10));
  CHECK(desk.must("DescribeReplicationJobs",
                  {{"PageNumber", "2"}})["ReplicationJobs"]["ReplicationJob"]
            .size() == 2);
  const auto count = [&](Words filter) {
    return desk.must("DescribeReplicationJobs", std::move(filter))["TotalCount"].get<int>();
  };
  CHECK(count({{"JobId.1", ids[0]}, {"JobId.2", ids[5]}}) == 2);
  CHECK(count({{"SourceId.1", desk.sources[3]}}) == 1);
  CHECK(count({{"Status", "Ready"}}) == 12);
  CHECK(count({{"Status", "Running"}}) == 0);
  CHECK(count({{"JobType", "0"}}) == 12);
  CHECK(count({{"JobType", "3"}}) == 0);
  CHECK(count({{"InstanceId.1", "i-1"}}) == 0);
  CHECK(count({{"RegionId", "cn-beijing"}}) == 12);
  CHECK(count({{"RegionId", "cn-shanghai"}}) == 0);
  for (const std::string name : {"Status", "BusinessStatus", "JobType"}) {
    CHECK(desk.call("DescribeReplicationJobs", {{name, "other"}}).code() == "Invalid" + name);
  }
}

TEST_CASE("a server whose agent is away starts no job") {
  Desk desk;
  const auto id = desk.create_job();
  desk.stop();
  desk.start();
  CHECK(desk.source(desk.sources[0])["State"] == "Unavailable");
  CHECK(desk.source(desk.sources[0])["ErrorCode"] == "SourceServer.Offline");
  (void)desk.must("DeleteReplicationJob", {{"JobId", id}});
  CHECK(eventually([&] { return desk.must("DescribeReplicationJobs")["TotalCount"] == 0; }));
  const auto refused = desk.call("CreateReplicationJob", wish(desk));
  CHECK(refused.code() == "SourceServerState.Invalid");
  CHECK(refused.message().find("status: Unavailable is invalid") != std::string::npos);
}
