// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks: files of their size, sparse.
#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.hpp"
#include "tests/cloud_emulator/disks.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

constexpr auto no_disk = "InvalidDiskId.NotFound";

Outcome<Json*> disk_of(Context& context) {
  const auto id = context.in.needed("DiskId");
  if (!id) return refuse(id.error());
  return need(context, kind::disk, *id, no_disk);
}

bool can_change_disks(const Json& instance) {
  const auto status = text_of(instance, "Status");
  return status == "Running" || status == "Stopped";
}

Outcome<Json> create_disk(Context& context) {
  const auto zones = zones_of(context.region);
  const auto zone = context.in.text("ZoneId");
  if (std::ranges::find(zones, zone) == zones.end()) {
    return refuse(404, "InvalidZoneId.NotFound", "Specified value of ZoneId is not exists.");
  }
  const auto gib = context.in.number("Size", data_disk_gib_min, data_disk_gib_max, 0);
  if (!gib) return refuse(gib.error());
  if (*gib == 0) return refuse(context.in.needed("Size").error());
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  const auto disk = make_disk(context, {.name = context.in.text("DiskName"),
                                        .category = context.in.text("DiskCategory"),
                                        .zone = zone,
                                        .gib = *gib,
                                        .snapshot = {}});
  if (!disk) return refuse(disk.error());
  (**disk)["tags"] = *tags;
  (**disk)["Status"] = "Creating";
  context.world.later(**disk, 1, {{"Status", "Available"}});
  return Json{{"DiskId", (**disk)["id"]}};
}

Outcome<Json> describe_disks(Context& context) {
  const auto ids = context.in.json_list("DiskIds");
  if (!ids) return refuse(ids.error());
  const auto type = context.in.text("DiskType");
  return page(context,
              visible(context, kind::disk,
                      [&](const Json& disk) {
                        return is_among(*ids, disk) &&
                               (type.empty() || type == "all" || type == text_of(disk, "Type")) &&
                               fits(context, disk, {"InstanceId", "ZoneId", "Status", "DiskName"});
                      }),
              "Disks", "Disk");
}

Outcome<Json> attach_disk(Context& context) {
  const auto disk = disk_of(context);
  if (!disk) return refuse(disk.error());
  const auto instance = instance_of(context);
  if (!instance) return refuse(instance.error());
  if (text_of(**disk, "Status") != "Available") return wrong_status("IncorrectDiskStatus");
  if (!can_change_disks(**instance)) return wrong_status("IncorrectInstanceStatus");
  if (text_of(**disk, "ZoneId") != text_of(**instance, "ZoneId")) {
    return refuse(403, "ResourcesNotInSameZone",
                  "The specified instance and disk are not in the same zone.");
  }
  const auto id = text_of(**instance, "id");
  if (disks_of(context.world, id).size() > data_disks_max) {
    return refuse(403, "InstanceDiskLimitExceeded",
                  "The amount of the disk on instance in question reach its limits.");
  }
  attach(context.world, **disk, id);
  (**disk)["DeleteWithInstance"] = context.in.is_true("DeleteWithInstance");
  (**disk)["Status"] = "Attaching";
  context.world.later(**disk, 1, {{"Status", "In_use"}});
  return Json::object();
}

Outcome<Json> detach_disk(Context& context) {
  const auto disk = disk_of(context);
  if (!disk) return refuse(disk.error());
  const auto instance = instance_of(context);
  if (!instance) return refuse(instance.error());
  if (text_of(**disk, "InstanceId") != text_of(**instance, "id")) {
    return refuse(403, "DependencyViolation",
                  "The specified disk has not been attached on the specified instance.");
  }
  if (text_of(**disk, "Type") == "system" && text_of(**instance, "Status") != "Stopped") {
    return wrong_status("IncorrectInstanceStatus");
  }
  if (text_of(**disk, "Status") != "In_use") return wrong_status("IncorrectDiskStatus");
  detach(context.world, **disk);
  (**disk)["Status"] = "Detaching";
  context.world.later(**disk, 1, {{"Status", "Available"}});
  return Json::object();
}

Outcome<Json> delete_disk(Context& context) {
  const auto disk = disk_of(context);
  if (!disk) return refuse(disk.error());
  if (text_of(**disk, "Status") != "Available") return wrong_status("IncorrectDiskStatus");
  const auto id = text_of(**disk, "id");
  for (const auto* snapshot : context.world.all(kind::snapshot)) {
    if (text_of(*snapshot, "work") == "copy" && text_of(*snapshot, "SourceDiskId") == id) {
      return wrong_status("IncorrectDiskStatus.CreatingSnapshot");
    }
  }
  context.world.remove(kind::disk, id);
  return Json::object();
}

}  // namespace

fs::path disk_file(const World& world, const std::string& disk_id) {
  return world.folder_of(kind::disk, disk_id) / "disk.raw";
}

Outcome<Json*> make_disk(Context& context, const DiskWish& wish) {
  if (auto good = check_quota(context, kind::disk, 403, "QuotaExceed.Disk"); !good) {
    return refuse(good.error());
  }
  auto& disk =
      context.world.make(kind::disk, "d", context.region,
                         {{"RegionId", context.region},
                          {"ZoneId", wish.zone},
                          {"DiskName", wish.name},
                          {"Category", wish.category.empty() ? "cloud_essd" : wish.category},
                          {"Size", wish.gib},
                          {"Type", wish.type},
                          {"Status", "Available"},
                          {"InstanceId", ""},
                          {"Device", ""},
                          {"SourceSnapshotId", wish.snapshot},
                          {"DeleteWithInstance", wish.delete_with_instance},
                          {"Portable", wish.type == "data"},
                          {"DiskChargeType", "PostPaid"}});
  disk["DiskId"] = disk["id"];
  disk["CreationTime"] = utc_text(disk["made_ms"].get<std::int64_t>());
  const auto file = disk_file(context.world, text_of(disk, "id"));
  fs::create_directories(file.parent_path());
  const auto fd = open_file(file, O_RDWR | O_CREAT);
  const auto bytes = static_cast<std::uint64_t>(wish.gib) * context.world.settings.gib_bytes;
  if (!fd || ::ftruncate(fd->get(), static_cast<off_t>(bytes)) != 0) {
    context.world.remove(kind::disk, text_of(disk, "id"));
    return refuse(500, "InternalError", "the emulator can't make a disk file of that size");
  }
  return &disk;
}

std::vector<Json*> disks_of(World& world, const std::string& instance_id) {
  std::vector<Json*> disks;
  for (auto* disk : world.all(kind::disk)) {
    if (text_of(*disk, "InstanceId") == instance_id) disks.push_back(disk);
  }
  std::ranges::sort(disks, {}, [](const Json* disk) { return text_of(*disk, "Device"); });
  return disks;
}

namespace {

/// As the instance finds the disk: by its device, and by its serial, as below /dev/disk/by-id.
std::vector<fs::path> links_of(const World& world, const Json& disk) {
  const auto folder = world.folder_of(kind::instance, text_of(disk, "InstanceId"));
  return {folder / fs::path{text_of(disk, "Device")}.filename(),
          folder / ("virtio-" + text_of(disk, "id").substr(2))};
}

}  // namespace

void attach(World& world, Json& disk, const std::string& instance_id) {
  std::string device = "/dev/xvda";
  for (const auto* other : disks_of(world, instance_id)) {
    if (text_of(*other, "Device") == device) ++device.back();
  }
  disk["InstanceId"] = instance_id;
  disk["Device"] = device;
  std::error_code ignored;
  fs::create_directories(world.folder_of(kind::instance, instance_id), ignored);
  for (const auto& link : links_of(world, disk)) {
    fs::remove(link, ignored);
    fs::create_symlink(disk_file(world, text_of(disk, "id")), link, ignored);
  }
}

void detach(World& world, Json& disk) {
  std::error_code ignored;
  for (const auto& link : links_of(world, disk)) fs::remove(link, ignored);
  disk["InstanceId"] = "";
  disk["Device"] = "";
}

const std::vector<Action>& ecs_disk_actions() {
  static const std::vector<Action> actions{
      {"ecs", "CreateDisk", create_disk, Effect::creates},
      {"ecs", "DescribeDisks", describe_disks},
      {"ecs", "AttachDisk", attach_disk, Effect::changes, Region::optional},
      {"ecs", "DetachDisk", detach_disk, Effect::changes, Region::optional},
      {"ecs", "DeleteDisk", delete_disk, Effect::changes, Region::optional},
  };
  return actions;
}

}  // namespace ferry::emulator
