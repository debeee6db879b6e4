// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/instance_wish.hpp"

#include <algorithm>

#include "cloud/signing/mac.hpp"
#include "tests/cloud_emulator/catalogue.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t user_data_bytes_max = 32 * 1024;
constexpr std::int64_t bandwidth_max = 100;
constexpr std::int64_t system_disk_gib_default = 40;

Outcome<std::string> decoded_user_data(const std::string& text) {
  auto bytes = from_base64(text);
  if (!bytes) {
    return refuse(400, "InvalidUserData.Base64FormatInvalid",
                  "The specified parameter UserData must be base64 encoded.");
  }
  if (bytes->size() > user_data_bytes_max) {
    return refuse(400, "InvalidUserData.SizeExceeded",
                  "The specified parameter UserData exceeds the size limit.");
  }
  return *bytes;
}

Outcome<> check_place(Context& context, InstanceWish& wish) {
  const auto vswitch =
      need(context, kind::vswitch, context.in.text("VSwitchId"), "InvalidVSwitchId.NotFound");
  if (!vswitch) return refuse(vswitch.error());
  if (text_of(**vswitch, "Status") != "Available") {
    return refuse(400, "IncorrectVSwitchStatus",
                  "The current status of the resource does not support this operation.");
  }
  wish.vswitch = *vswitch;
  const auto group = need(context, kind::security_group, context.in.text("SecurityGroupId"),
                          "InvalidSecurityGroupId.NotFound");
  if (!group) return refuse(group.error());
  wish.security_group = text_of(**group, "id");
  if (text_of(**group, "VpcId") != text_of(**vswitch, "VpcId")) {
    return refuse(403, "InvalidSecurityGroupId.VPCMismatch",
                  "The specified security group and virtual switch are not in the same VPC.");
  }
  const auto zone = text_of(**vswitch, "ZoneId");
  if (context.in.has("ZoneId") && context.in.text("ZoneId") != zone) {
    return refuse(403, "InvalidVSwitchId.NotFound",
                  "The specified virtual switch is not in the specified zone.");
  }
  wish.type = context.in.text("InstanceType");
  if (find_type(wish.type) == nullptr) {
    return refuse(403, "InvalidInstanceType.ValueNotSupported",
                  "The specified InstanceType does not exist or beyond the permitted range.");
  }
  if (!has_stock(context.world.settings, wish.type, zone)) {
    return refuse(403, "OperationDenied.NoStock",
                  "The requested resource is sold out in the specified zone; try other types of "
                  "resources or other regions and zones.");
  }
  return {};
}

/// Where the image's disks begin: "system" and "/dev/xvdb" to snapshots.
Outcome<std::string> system_snapshot(Context& context, const std::string& image) {
  if (std::ranges::find(stock_images, image) != stock_images.end()) return std::string{};
  const auto own = need(context, kind::image, image, "InvalidImageId.NotFound");
  if (!own) return refuse(own.error());
  if (text_of(**own, "Status") != "Available") {
    return refuse(400, "IncorrectImageStatus", "The specified Image is not available.");
  }
  for (const auto& mapping : (**own)["DiskDeviceMappings"]["DiskDeviceMapping"]) {
    if (text_of(mapping, "Type") == "system") return text_of(mapping, "SnapshotId");
  }
  return std::string{};
}

Outcome<> check_disks(Context& context, InstanceWish& wish) {
  const auto snapshot = system_snapshot(context, wish.image);
  if (!snapshot) return refuse(snapshot.error());
  const auto system = context.in.number("SystemDisk.Size", system_disk_gib_min, system_disk_gib_max,
                                        system_disk_gib_default);
  if (!system) return refuse(400, "InvalidSystemDiskSize", system.error().message);
  wish.disks.push_back({.type = "system",
                        .name = context.in.text("SystemDisk.DiskName"),
                        .category = context.in.text("SystemDisk.Category"),
                        .zone = {},
                        .gib = *system,
                        .snapshot = *snapshot,
                        .delete_with_instance = true});
  const auto data = context.in.structures("DataDisk");
  if (data.size() > data_disks_max) {
    return refuse(403, "InstanceDiskLimitExceeded",
                  "The specified DataDisk beyond the permitted range.");
  }
  for (const auto& one : data) {
    const auto gib = one.number("Size", data_disk_gib_min, data_disk_gib_max, 0);
    if (!gib || *gib == 0) {
      return refuse(400, "InvalidDataDiskSize", "The specified DataDisk.n.Size is not valid.");
    }
    wish.disks.push_back({.type = "data",
                          .name = one.text("DiskName"),
                          .category = one.text("Category"),
                          .zone = {},
                          .gib = *gib,
                          .snapshot = {},
                          .delete_with_instance = one.text("DeleteWithInstance") != "false"});
  }
  return {};
}

}  // namespace

Outcome<InstanceWish> instance_wish(Context& context) {
  for (const auto* name : {"ImageId", "InstanceType", "SecurityGroupId", "VSwitchId"}) {
    if (auto there = context.in.needed(name); !there) return refuse(there.error());
  }
  InstanceWish wish;
  wish.name = context.in.text("InstanceName");
  if (!wish.name.empty() && !is_name(wish.name)) return invalid("InstanceName.Malformed");
  wish.image = context.in.text("ImageId");
  if (auto good = check_place(context, wish); !good) return refuse(good.error());
  if (auto good = check_disks(context, wish); !good) return refuse(good.error());
  const auto bandwidth = context.in.number("InternetMaxBandwidthOut", 0, bandwidth_max, 0);
  if (!bandwidth) return refuse(bandwidth.error());
  wish.bandwidth = *bandwidth;
  auto user_data = decoded_user_data(context.in.text("UserData"));
  if (!user_data) return refuse(user_data.error());
  wish.user_data = std::move(*user_data);
  auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  wish.tags = std::move(*tags);
  return wish;
}

}  // namespace ferry::emulator
