// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Snapshots, and the custom images that are made of them.
#include <algorithm>

#include "base/text.hpp"
#include "tests/cloud_emulator/catalogue.hpp"
#include "tests/cloud_emulator/disks.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t image_disks_max = 17;  // one system disk, at most 16 data disks
constexpr auto no_image = "InvalidImageId.NotFound";
constexpr auto no_snapshot = "InvalidSnapshotId.NotFound";

// -- snapshots ----------------------------------------------------------------------------

/// Of a disk that is there; its copy begins with the next tick of the worker.
Outcome<Json*> make_snapshot(Context& context, const Json& disk, const std::string& name) {
  if (auto good = check_quota(context, kind::snapshot, 400, "QuotaExceed.Snapshot"); !good) {
    return refuse(good.error());
  }
  auto& snapshot = context.world.make(kind::snapshot, "s", context.region,
                                      {{"SnapshotName", name},
                                       {"Description", context.in.text("Description")},
                                       {"SourceDiskId", text_of(disk, "id")},
                                       {"SourceDiskSize", disk.at("Size").dump()},
                                       {"SourceDiskType", text_of(disk, "Type")},
                                       {"Device", text_of(disk, "Device")},
                                       {"Status", "progressing"},
                                       {"Progress", "0%"},
                                       {"Usage", "none"},
                                       {"Encrypted", false},
                                       {"work", "copy"}});
  snapshot["SnapshotId"] = snapshot["id"];
  snapshot["CreationTime"] = utc_text(snapshot["made_ms"].get<std::int64_t>());
  return &snapshot;
}

Outcome<Json> create_snapshot(Context& context) {
  const auto id = context.in.needed("DiskId");
  if (!id) return refuse(id.error());
  const auto disk = need(context, kind::disk, *id, "InvalidDiskId.NotFound");
  if (!disk) return refuse(disk.error());
  const auto name = context.in.text("SnapshotName");
  if (name.starts_with("auto") || (!name.empty() && !is_name(name))) {
    return refuse(400, "InvalidSnapshotName.Malformed", "The specified SnapshotName is not valid.");
  }
  const auto status = text_of(**disk, "Status");
  if (status != "In_use" && status != "Available") return wrong_status("IncorrectDiskStatus");
  for (const auto* other : context.world.all(kind::snapshot)) {
    if (text_of(*other, "SourceDiskId") == *id && text_of(*other, "Status") == "progressing") {
      return wrong_status("IncorrectDiskStatus.CreatingSnapshot");
    }
  }
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  context.region = text_of(**disk, "region");
  const auto snapshot = make_snapshot(context, **disk, name);
  if (!snapshot) return refuse(snapshot.error());
  (**snapshot)["tags"] = *tags;
  return Json{{"SnapshotId", (**snapshot)["id"]}};
}

Outcome<Json> describe_snapshots(Context& context) {
  const auto ids = context.in.json_list("SnapshotIds");
  if (!ids) return refuse(ids.error());
  const auto disk = context.in.text("DiskId");
  return page(context,
              visible(context, kind::snapshot,
                      [&](const Json& one) {
                        return is_among(*ids, one) &&
                               (disk.empty() || one.at("SourceDiskId") == disk) &&
                               fits(context, one, {"SnapshotName", "Status"});
                      }),
              "Snapshots", "Snapshot");
}

/// The images that are made of a snapshot.
std::vector<const Json*> images_of(Context& context, const std::string& snapshot) {
  std::vector<const Json*> images;
  for (const auto* image : context.world.all(kind::image)) {
    for (const auto& mapping : image->at("DiskDeviceMappings").at("DiskDeviceMapping")) {
      if (mapping.at("SnapshotId") == snapshot) images.push_back(image);
    }
  }
  return images;
}

Outcome<Json> delete_snapshot(Context& context) {
  const auto id = context.in.needed("SnapshotId");
  if (!id) return refuse(id.error());
  const auto snapshot = need(context, kind::snapshot, *id, no_snapshot);
  if (!snapshot) return refuse(snapshot.error());
  if (!images_of(context, *id).empty()) {
    return refuse(403, "SnapshotCreatedImage",
                  "The snapshot has been used to create an image. Delete the image first.");
  }
  context.world.remove(kind::snapshot, *id);
  return Json::object();
}

// -- images -------------------------------------------------------------------------------

Json mapping_of(const Json& snapshot, const std::string& type, const std::string& device,
                const std::string& gib) {
  return {{"SnapshotId", snapshot.at("id")},
          {"Type", type},
          {"Device", device},
          {"Size", gib},
          {"Format", "raw"},
          {"Progress", "0%"}};
}

Outcome<Json> mappings_of_instance(Context& context, const std::string& id) {
  const auto instance = need(context, kind::instance, id, "InvalidInstanceId.NotFound");
  if (!instance) return refuse(instance.error());
  const auto status = text_of(**instance, "Status");
  if (status != "Running" && status != "Stopped") return wrong_status("IncorrectInstanceStatus");
  Json mappings = Json::array();
  for (const auto* disk : disks_of(context.world, id)) {
    const auto snapshot =
        make_snapshot(context, *disk, "SnapshotForImage-" + context.in.text("ImageName"));
    if (!snapshot) {  // nothing of it stays
      for (const auto& made : mappings) {
        context.world.remove(kind::snapshot, text_of(made, "SnapshotId"));
      }
      return refuse(snapshot.error());
    }
    mappings.push_back(mapping_of(**snapshot, text_of(*disk, "Type"), text_of(*disk, "Device"),
                                  text_of(**snapshot, "SourceDiskSize")));
  }
  return mappings;
}

Outcome<Json*> snapshot_for_image(Context& context, const std::string& id) {
  const auto snapshot = need(context, kind::snapshot, id, no_snapshot);
  if (!snapshot) return snapshot;
  if (text_of(**snapshot, "Status") != "accomplished") {
    return wrong_status("IncorrectSnapshotStatus");
  }
  return snapshot;
}

Outcome<Json> mappings_of_list(Context& context, const std::vector<Parameters>& list) {
  if (list.size() > image_disks_max) {
    return refuse(400, "InvalidParameter.DiskDeviceMapping", "Too many disks for an image.");
  }
  Json mappings = Json::array();
  std::string device = "/dev/xvda";
  int systems = 0;
  for (const auto& one : list) {
    const auto snapshot = snapshot_for_image(context, one.text("SnapshotId"));
    if (!snapshot) return refuse(snapshot.error());
    const auto type = one.has("DiskType") ? one.text("DiskType")
                                          : std::string{mappings.empty() ? "system" : "data"};
    if (type == "system") ++systems;
    const auto gib = one.has("Size") ? one.text("Size") : text_of(**snapshot, "SourceDiskSize");
    mappings.push_back(
        mapping_of(**snapshot, type, one.has("Device") ? one.text("Device") : device, gib));
    ++device.back();
  }
  if (systems != 1) {
    return refuse(400, "InvalidParameter.DiskDeviceMapping", "An image has one system disk.");
  }
  return mappings;
}

Outcome<Json> mappings_of_call(Context& context) {
  if (context.in.has("InstanceId")) {
    return mappings_of_instance(context, context.in.text("InstanceId"));
  }
  if (auto list = context.in.structures("DiskDeviceMapping"); !list.empty()) {
    return mappings_of_list(context, list);
  }
  const auto id = context.in.needed("SnapshotId");
  if (!id) return refuse(id.error());
  const auto snapshot = snapshot_for_image(context, *id);
  if (!snapshot) return refuse(snapshot.error());
  return Json::array(
      {mapping_of(**snapshot, "system", "/dev/xvda", text_of(**snapshot, "SourceDiskSize"))});
}

Outcome<Json> create_image(Context& context) {
  const auto name = context.in.text("ImageName");
  if (!name.empty() && !is_name(name)) {
    return refuse(400, "InvalidImageName.Malformed", "The specified Image name is not valid.");
  }
  for (const auto* image : context.world.all(kind::image)) {
    if (!name.empty() && text_of(*image, "region") == context.region &&
        text_of(*image, "ImageName") == name) {
      return refuse(400, "InvalidImageName.Duplicated",
                    "The specified Image name has already been used.");
    }
  }
  if (auto good = check_quota(context, kind::image, 400, "QuotaExceed.Image"); !good) {
    return refuse(good.error());
  }
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  auto mappings = mappings_of_call(context);
  if (!mappings) return mappings;
  const auto or_else = [&](const char* parameter, const char* otherwise) {
    return context.in.has(parameter) ? context.in.text(parameter) : std::string{otherwise};
  };
  std::int64_t gib = 0;
  for (const auto& one : *mappings) {
    if (one.at("Type") == "system") gib = std::atoll(text_of(one, "Size").c_str());
  }
  auto& image = context.world.make(kind::image, "m", context.region,
                                   {{"ImageName", name},
                                    {"Description", context.in.text("Description")},
                                    {"Status", "Waiting"},
                                    {"Progress", "0%"},
                                    {"Size", gib},
                                    {"Architecture", or_else("Architecture", "x86_64")},
                                    {"Platform", or_else("Platform", "Others Linux")},
                                    {"BootMode", or_else("BootMode", "BIOS")},
                                    {"OSType", "linux"},
                                    {"ImageOwnerAlias", "self"},
                                    {"DiskDeviceMappings", {{"DiskDeviceMapping", *mappings}}}});
  image["ImageId"] = image["id"];
  image["tags"] = *tags;
  image["CreationTime"] = utc_text(image["made_ms"].get<std::int64_t>());
  context.world.later(image, 1, {{"Status", "Creating"}, {"work", "image"}});
  return Json{{"ImageId", image["id"]}};
}

Json stock_image(const char* id) {
  return {{"ImageId", id},
          {"ImageName", id},
          {"Status", "Available"},
          {"Progress", "100%"},
          {"Size", 20},
          {"Architecture", "x86_64"},
          {"OSType", "linux"},
          {"ImageOwnerAlias", "system"},
          {"DiskDeviceMappings", {{"DiskDeviceMapping", Json::array()}}}};
}

Outcome<Json> describe_images(Context& context) {
  const auto ids = context.in.comma_list("ImageId");
  auto statuses = context.in.comma_list("Status");
  if (statuses.empty()) statuses = {"Available"};
  const auto name = context.in.text("ImageName");
  const auto owner = context.in.text("ImageOwnerAlias");
  auto answer = page(context,
                     visible(context, kind::image,
                             [&](const Json& image) {
                               const auto status = text_of(image, "Status");
                               return is_among(ids, image) && owner != "system" &&
                                      (name.empty() || text_of(image, "ImageName") == name) &&
                                      std::ranges::find(statuses, status) != statuses.end();
                             }),
                     "Images", "Image");
  if (!answer) return answer;
  for (const auto* stock : stock_images) {
    const bool named = std::ranges::find(ids, stock) != ids.end();
    if (!named && (owner != "system" || !ids.empty())) continue;
    (*answer)["Images"]["Image"].push_back(stock_image(stock));
    (*answer)["TotalCount"] = (*answer)["TotalCount"].get<std::size_t>() + 1;
  }
  (*answer)["RegionId"] = context.region;
  return answer;
}

Outcome<Json> delete_image(Context& context) {
  const auto id = context.in.needed("ImageId");
  if (!id) return refuse(id.error());
  const auto image = need(context, kind::image, *id, no_image);
  if (!image) return refuse(image.error());
  for (const auto* task : context.world.all(kind::task)) {
    const auto status = text_of(*task, "TaskStatus");
    if (text_of(*task, "ResourceId") == *id && (status == "Waiting" || status == "Processing")) {
      return refuse(403, "ImageIsExporting",
                    "The specified Image is exporting. Please cancel task first.");
    }
  }
  context.world.remove(kind::image, *id);
  return Json::object();
}

}  // namespace

const std::vector<Action>& ecs_image_actions() {
  static const std::vector<Action> actions{
      {"ecs", "CreateSnapshot", create_snapshot, Effect::creates, Region::optional},
      {"ecs", "DescribeSnapshots", describe_snapshots},
      {"ecs", "DeleteSnapshot", delete_snapshot, Effect::changes, Region::optional},
      {"ecs", "CreateImage", create_image, Effect::creates},
      {"ecs", "DescribeImages", describe_images},
      {"ecs", "DeleteImage", delete_image, Effect::changes},
  };
  return actions;
}

}  // namespace ferry::emulator
