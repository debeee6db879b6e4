// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_plan.hpp"

#include <doctest/doctest.h>

#include "tests/controller/job_wish.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using limits::gib;

/// The plan of a wish that `change` has made, which must be refused in all of these words.
template <class Change>
void check_refused(Change change, Errc code, const std::vector<std::string>& words) {
  JobWish wish;
  REQUIRE(wish.plan());
  change(wish);
  const auto plan = wish.plan();
  REQUIRE_MESSAGE(!plan, "was accepted, expected: " << words.front());
  CHECK(plan.error().code == code);
  const auto text = to_string(plan.error());
  for (const auto& word : words) {
    CHECK_MESSAGE(text.find(word) != std::string::npos, text << " lacks " << word);
  }
}

}  // namespace

TEST_CASE("a server whose agent is away gets no job, in the API's words") {
  check_refused([](JobWish& wish) { wish.source.view.state = "Unavailable"; },
                Errc::source_wrong_state,
                {"The specified source server status: Unavailable is invalid.", "Available"});
}

TEST_CASE("a job tells who bills what for it, and of no service that its cluster does not use") {
  const auto names = [](const JobWish& wish) {
    std::string all;
    const auto plan = wish.plan();
    REQUIRE_MESSAGE(plan, to_string(plan.error()));
    for (const auto& notice : plan->notices) {
      CHECK(notice.level == "info");
      CHECK_FALSE(notice.fix.empty());
      all += notice.name + ' ';
    }
    return all;
  };
  JobWish wish;
  CHECK(names(wish) == "hardware_changes ");
  wish.config.bucket.kind = "s3";
  CHECK(names(wish) == "s3_is_billed hardware_changes ");
  wish.config.bucket.kind = "oss";
  wish.config.bucket.bucket = "server-images";
  CHECK(wish.plan()->notices.front().what.find("bucket server-images") != std::string::npos);
  wish.config.registry.kind = "ens";
  wish.config.machines.kind = "ecs";
  CHECK(names(wish) == "ecs_is_billed oss_is_billed ens_is_billed hardware_changes ");
  wish.settings.machine.instance = "i-shop";
  CHECK(names(wish) ==
        "ecs_is_billed instance_is_used oss_is_billed ens_is_billed hardware_changes ");
  CHECK(wish.plan()->notices.front().what.find("SMC_Temp_Disk") != std::string::npos);  // F104
}

TEST_CASE(
    "an instance is named by its id, with nothing that it has by itself, where there are some") {
  const auto with = [](const MachineWish& machine, const char* kind = "ecs") {
    return [machine, kind](JobWish& wish) {
      wish.config.machines.kind = kind;
      wish.settings.machine = machine;
    };
  };
  MachineWish machine;
  machine.instance = "i-2ze0abc";
  JobWish good;
  with(machine)(good);
  CHECK(good.plan());
  check_refused(with(machine, "none"), Errc::invalid_argument, {"[machines]"});
  machine.instance = "shop\"]";
  check_refused(with(machine), Errc::invalid_argument, {"no id of ECS"});
  machine.instance = "i-2ze0abc";
  machine.type = "ecs.g6.large";
  check_refused(with(machine), Errc::invalid_argument, {"a type and a network of its own"});
}

TEST_CASE("a licence is the cloud's or the user's own, and nothing else") {
  JobWish wish;
  wish.settings.license = "BYOL";
  const auto plan = wish.plan();
  REQUIRE(plan);
  CHECK(plan->settings.license == "BYOL");
  check_refused([](JobWish& other) { other.settings.license = "byol"; }, Errc::invalid_argument,
                {"licence 'byol' is not BYOL", "leave it out"});
}

TEST_CASE("what the wish leaves open is filled in") {
  JobWish wish;
  const auto plan = wish.plan();
  REQUIRE(plan);
  CHECK(plan->settings.image_name == "web");
  CHECK(plan->settings.image_prefix == "edge");
  CHECK(plan->settings.region == "cn-beijing");
  REQUIRE(plan->settings.disks.size() == 3);
  CHECK(plan->settings.disks[1].size == 100 * gib);
  CHECK(plan->source_disk_bytes == std::vector<std::uint64_t>{40 * gib, 100 * gib, 5 * gib});
  CHECK(plan->source_public_key == "key");
  CHECK(plan->origin.hostname == "web-1");
  CHECK(plan->origin.boot_mode == "uefi");
  CHECK(plan->digest_key.size() == 32);
  CHECK(plan->digest_key != wish.plan()->digest_key);
}

TEST_CASE("what the wish says is kept, in the order of the disks") {
  JobWish wish;
  wish.settings.image_name = "image";
  wish.settings.image_prefix = "abc1";
  wish.settings.region = "ap-southeast-1";
  wish.settings.disks = {{1, 200 * gib}, {0, 0}};
  const auto plan = wish.plan();
  REQUIRE(plan);
  CHECK(plan->settings.image_name == "image");
  CHECK(plan->settings.region == "ap-southeast-1");
  REQUIRE(plan->settings.disks.size() == 2);
  CHECK(plan->settings.disks[0].size == 40 * gib);
  CHECK(plan->settings.disks[1].size == 200 * gib);
  CHECK(plan->source_disk_bytes == std::vector<std::uint64_t>{40 * gib, 100 * gib});
}

TEST_CASE("names have 2 to 128 letters, digits and : _ - . with a letter first") {
  for (const auto& good :
       {std::string{"ab"}, std::string{"A1:_-."}, std::string{"日本"}, std::string(128, 'x')}) {
    JobWish wish;
    wish.settings.name = good;
    CHECK_MESSAGE(wish.plan(), good);
  }
  for (const auto& bad : {std::string{}, std::string{"a"}, std::string{"1a"}, std::string{"a b"},
                          std::string{"a/b"}, std::string{"a\nb"}, std::string(129, 'x')}) {
    check_refused([&](JobWish& w) { w.settings.name = bad; }, Errc::invalid_argument,
                  {"job name '" + bad + "'", "2 to 128"});
    if (bad.empty()) continue;
    check_refused([&](JobWish& w) { w.settings.image_name = bad; }, Errc::invalid_argument,
                  {"image name '" + bad + "'", "2 to 128"});
  }
}

TEST_CASE("the image prefix has 1 to 30 letters and digits") {
  JobWish wish;
  wish.settings.image_prefix = std::string(30, 'p');
  CHECK(wish.plan());
  for (const auto& bad :
       {std::string(31, 'p'), std::string{"a_b"}, std::string{"../x"}, std::string{"é"}}) {
    check_refused([&](JobWish& w) { w.settings.image_prefix = bad; }, Errc::invalid_argument,
                  {"image prefix '" + bad + "'", "1 to 30"});
  }
}

TEST_CASE("a region that has no ENS images is refused with those that have") {
  check_refused([](JobWish& w) { w.settings.region = "eu-central-1"; }, Errc::invalid_argument,
                {"eu-central-1", "cn-beijing", "ap-southeast-1"});
}

TEST_CASE("each limit is refused with its name, its value and where it is set") {
  check_refused(
      [](JobWish& w) { w.config.limits.system_disk_max_bytes = 30 * gib; }, Errc::limit_exceeded,
      {"system disk", "40.0 GiB", "30.0 GiB", "system_disk_m", "[limits]", "cluster file"});
  check_refused([](JobWish& w) { w.config.limits.system_disk_min_bytes = 50 * gib; },
                Errc::limit_exceeded,
                {"system disk", "40.0 GiB", "50.0 GiB", "system_disk_m", "[limits]"});
  check_refused([](JobWish& w) { w.config.limits.data_disk_max_bytes = 99 * gib; },
                Errc::limit_exceeded,
                {"data disk 1", "100.0 GiB", "99.0 GiB", "data_disk_m", "[limits]"});
  check_refused([](JobWish& w) { w.config.limits.data_disk_min_bytes = 6 * gib; },
                Errc::limit_exceeded,
                {"data disk 2", "5.0 GiB", "6.0 GiB", "data_disk_m", "[limits]"});
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 0}, {1, 501 * gib}};
      },
      Errc::limit_exceeded, {"data disk 1", "501.0 GiB", "500.0 GiB"});
}

TEST_CASE("a limit's own value is still allowed") {
  JobWish wish;
  wish.config.limits.system_disk_max_bytes = 40 * gib;
  wish.config.limits.system_disk_min_bytes = 40 * gib;
  wish.config.limits.data_disk_max_bytes = 100 * gib;
  wish.config.limits.data_disk_min_bytes = 5 * gib;
  CHECK(wish.plan());
}

TEST_CASE("disks are chosen from the first on, not smaller than the source's, in sectors") {
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 39 * gib}};
      },
      Errc::invalid_argument, {"system disk", "39.0 GiB", "40.0 GiB"});
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 40 * gib + 100}};
      },
      Errc::invalid_argument, {"system disk", std::to_string(40 * gib + 100), "512"});
  check_refused([](JobWish& w) { w.settings.disks = {{1, 0}}; }, Errc::invalid_argument, {"gaps"});
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 0}, {2, 0}};
      },
      Errc::invalid_argument, {"gaps"});
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 0}, {0, 0}};
      },
      Errc::invalid_argument, {"gaps"});
  check_refused(
      [](JobWish& w) {
        w.settings.disks = {{0, 0}, {3, 0}};
      },
      Errc::invalid_argument, {"no disk 3"});
  check_refused([](JobWish& w) { w.source.view.inventory.disks.clear(); }, Errc::source_unsupported,
                {"no disk"});
}

TEST_CASE("compression, speed limit and ssl are checked") {
  check_refused([](JobWish& w) { w.settings.transfer.compression = 11; }, Errc::invalid_argument,
                {"compression 11", "0..10"});
  check_refused([](JobWish& w) { w.settings.transfer.bandwidth_mbps = 100'001; },
                Errc::invalid_argument, {"100001", "0..100000"});
  check_refused([](JobWish& w) { w.settings.transfer.ssl = "perhaps"; }, Errc::invalid_argument,
                {"'perhaps'", "auto, on or off"});
}

TEST_CASE("plain data links need the cluster's permission") {
  check_refused([](JobWish& w) { w.settings.transfer.ssl = "off"; }, Errc::sealing_required,
                {"sealed_data", "[security]"});
  JobWish wish;
  wish.settings.transfer.ssl = "off";
  wish.config.security.sealed_data = "off";
  CHECK(wish.plan());
  for (const auto* ssl : {"auto", "on"}) {
    wish.settings.transfer.ssl = ssl;
    CHECK(wish.plan());
  }
}

TEST_CASE("a source server that cannot become an image is refused with the first finding") {
  check_refused(
      [](JobWish& w) {
        w.source.view.findings = {{2031, "five data disks", "leave one out"}, {2031, "x", "y"}};
      },
      Errc::source_unsupported, {"five data disks", "leave one out"});
}

TEST_CASE("a job is valid for 30 days unless the wish says 7 to 90") {
  JobWish wish;
  CHECK(wish.plan()->settings.valid_until_ms == planned_ms + 30 * day_ms);
  for (const int days : {7, 90}) {
    wish.settings.valid_until_ms = planned_ms + days * day_ms;
    CHECK(wish.plan()->settings.valid_until_ms == planned_ms + days * day_ms);
  }
  wish.settings.valid_until_ms = 0;
  wish.settings.valid_days = 10;
  CHECK(wish.plan()->settings.valid_until_ms == planned_ms + 10 * day_ms);
  CHECK(wish.plan()->settings.valid_days == 0);
  for (const int days : {6, 91, -1}) {
    check_refused([&](JobWish& w) { w.settings.valid_until_ms = planned_ms + days * day_ms; },
                  Errc::invalid_argument, {"validity", "7 to 90 days"});
  }
}

TEST_CASE("a start is scheduled within 30 days, before the validity ends") {
  JobWish wish;
  wish.settings.scheduled_start_ms = planned_ms + 29 * day_ms;
  CHECK(wish.plan()->settings.scheduled_start_ms == planned_ms + 29 * day_ms);
  for (const int days : {-1, 31}) {
    check_refused([&](JobWish& w) { w.settings.scheduled_start_ms = planned_ms + days * day_ms; },
                  Errc::invalid_argument, {"scheduled start", "30 days"});
  }
  check_refused(
      [](JobWish& w) {
        w.settings.valid_until_ms = planned_ms + 8 * day_ms;
        w.settings.scheduled_start_ms = planned_ms + 9 * day_ms;
      },
      Errc::invalid_argument, {"scheduled start", "validity"});
}

TEST_CASE("a job of several runs needs a frequency, and keeps one image if nothing is said") {
  JobWish wish;
  wish.settings.run_once = false;
  wish.settings.frequency_hours = 168;
  CHECK(wish.plan()->settings.images_to_keep == 1);
  wish.settings.images_to_keep = 10;
  CHECK(wish.plan()->settings.images_to_keep == 10);
  const auto incremental = [](JobWish& w, std::uint32_t hours, std::uint32_t keep) {
    w.settings.run_once = false;
    w.settings.frequency_hours = hours;
    w.settings.images_to_keep = keep;
  };
  for (const std::uint32_t hours : {0U, 169U}) {
    check_refused([&](JobWish& w) { incremental(w, hours, 1); }, Errc::invalid_argument,
                  {std::to_string(hours) + " hours", "1..168"});
  }
  check_refused([&](JobWish& w) { incremental(w, 1, 11); }, Errc::invalid_argument,
                {"11 images", "1..10"});
  check_refused([](JobWish& w) { w.settings.frequency_hours = 5; }, Errc::invalid_argument,
                {"runs once"});
  check_refused(
      [&](JobWish& w) {
        incremental(w, 1, 1);
        w.settings.image_name = std::string(117, 'x');
      },
      Errc::invalid_argument, {"_CYCLE_N", "116"});
}

TEST_CASE("the plan remembers the wish as it was") {
  JobWish wish;
  const auto plan = wish.plan();
  REQUIRE(plan);
  CHECK(to_string(plan->wish) == to_string(wish.settings));
  CHECK(to_string(plan->settings) != to_string(wish.settings));
}

TEST_CASE("whether an image has to be seen booting is the wish's, else the cluster file's word") {
  JobWish wish;
  CHECK(wish.plan()->settings.boot_proof == "warn");
  wish.config.jobs.boot_proof = "off";
  CHECK(wish.plan()->settings.boot_proof == "off");
  wish.settings.boot_proof = "required";
  CHECK(wish.plan()->settings.boot_proof == "required");
  check_refused([](JobWish& w) { w.settings.boot_proof = "maybe"; }, Errc::invalid_argument,
                {"'maybe'", "required, warn or off"});
}

TEST_CASE("an image is made fit to boot unless the wish says otherwise") {
  JobWish wish;
  CHECK(wish.plan()->settings.fixups == "auto");
  CHECK(wish.plan()->settings.network == "dhcp");
  wish.settings.fixups = "off";
  wish.settings.network = "keep";
  CHECK(wish.plan()->settings.fixups == "off");
  CHECK(wish.plan()->settings.network == "keep");
  check_refused([](JobWish& w) { w.settings.fixups = "on"; }, Errc::invalid_argument,
                {"'on'", "auto or off"});
  check_refused([](JobWish& w) { w.settings.network = "static"; }, Errc::invalid_argument,
                {"'static'", "dhcp, keep or as-is"});
}

TEST_CASE("the plan has the names that the source gives to volumes and cards") {
  JobWish wish;
  auto& inventory = wish.source.view.inventory;
  const auto add = [&](std::size_t disk, std::uint32_t number, const std::string& uuid) {
    auto& partition = inventory.disks[disk].partitions.emplace_back();
    partition.number = number;
    partition.filesystem_uuid = uuid;
  };
  inventory.disks[0].path = "/dev/nvme0n1";
  inventory.disks[1].path = "/dev/sda";
  inventory.disks[2].path = "server.raw";
  add(0, 2, "2b");
  inventory.disks[0].partitions.back().uuid = "cafe";
  add(1, 0, "0a");
  add(1, 5, "");  // nothing on it
  add(1, 6, "6f");
  add(2, 1, "1a");
  inventory.nics = {{"docker0", "02:42:00:00:00:01", "", true, {}},
                    {"ens3", "52:54:00:00:00:01", "virtio_net", true, {}}};
  const auto plan = wish.plan();
  REQUIRE(plan);
  std::string names;
  for (const auto& [device, uuid] : plan->volumes) names += device + "=" + uuid + " ";
  CHECK(names == "/dev/nvme0n1p2=2b /dev/disk/by-partuuid/cafe=2b /dev/sda=0a /dev/sda6=6f ");
  REQUIRE(plan->nics.size() == 1);
  CHECK(plan->nics[0].name == "ens3");
}
