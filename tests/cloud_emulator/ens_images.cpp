// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// ENS: images of edge nodes. There is no ClientToken here: two imports of one name make two images.
#include <algorithm>

#include "base/text.hpp"
#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t disks_max = 5;  // the system disk and four data disks
constexpr std::uint64_t bytes_max = 1ULL << 40U;
constexpr std::int64_t ens_page_size_max = 50;

tl::unexpected<Refusal> bad_field(const std::string& name) {
  return refuse(400, "InvalidParameter." + name,
                "The specified field " + name + " invalid. Please check it again.");
}

Outcome<std::string> mandatory(const Context& context, const std::string& name) {
  if (auto value = context.in.text(name); !value.empty()) return value;
  return refuse(400, "MissingParameter",
                "The input parameter \"" + name +
                    "\" that is mandatory for processing this request is not supplied.");
}

bool is_ens_region(std::string_view region) {
  return region == "cn-beijing" || region == "ap-southeast-1";
}

/// {"region":, "bucket":, "key":} of each disk, from the one form or the other.
Outcome<Json> wished_disks(const Context& context) {
  const auto mapping = context.in.text("DiskDeviceMapping");
  Json disks = Json::array();
  if (mapping.empty()) {
    for (const auto* name : {"OSSRegion", "OSSBucket", "OSSObject"}) {
      if (auto there = mandatory(context, name); !there) return refuse(there.error());
    }
    disks.push_back({{"region", context.in.text("OSSRegion")},
                     {"bucket", context.in.text("OSSBucket")},
                     {"key", context.in.text("OSSObject")}});
    return disks;
  }
  const auto list = Json::parse(mapping, nullptr, false);
  if (!list.is_array() || list.empty() || list.size() > disks_max) {
    return bad_field("DiskDeviceMapping");
  }
  for (const auto& one : list) {
    if (!one.is_object()) return bad_field("DiskDeviceMapping");
    Json disk{{"region", text_of(one, "OSSRegion")},
              {"bucket", text_of(one, "OSSBucket")},
              {"key", text_of(one, "OSSObject")}};
    for (const auto& [name, value] : disk.items()) {
      if (value == "") return bad_field("DiskDeviceMapping");
    }
    disks.push_back(std::move(disk));
  }
  return disks;
}

Outcome<> check_objects(const Context& context, const Json& disks) {
  std::uint64_t total = 0;
  for (const auto& disk : disks) {
    if (!is_ens_region(text_of(disk, "region"))) return bad_field("OSSRegion");
    const auto bucket = context.store.bucket(text_of(disk, "bucket"));
    if (!bucket || bucket->region != text_of(disk, "region")) return bad_field("OSSBucket");
    const auto object = context.store.head(bucket->name, text_of(disk, "key"));
    if (!object) return bad_field("OSSObject");
    total += object->bytes.size;
  }
  if (total > bytes_max) return bad_field("OSSObject");
  return {};
}

struct WordRule {
  const char* name;
  bool mandatory;
  std::vector<std::string> values;
};

Outcome<> check_words(const Context& context) {
  static const std::vector<WordRule> rules{
      {"ComputeType", true, {"ens_vm"}},
      {"OSType", true, {"linux"}},
      {"ImageFormat", true, {"qcow2"}},
      {"Architecture", true, {"x86_64"}},
      {"TargetOSSRegionId", false, {"cn-beijing", "ap-southeast-1"}},
      {"LicenseType", false, {"Aliyun", "BYOL"}},
  };
  for (const auto& rule : rules) {
    const auto value = context.in.text(rule.name);
    if (value.empty() && !rule.mandatory) continue;
    if (auto there = mandatory(context, rule.name); !there) return refuse(there.error());
    if (std::ranges::find(rule.values, value) == rule.values.end()) return bad_field(rule.name);
  }
  return {};
}

Outcome<Json> import_image_call(Context& context) {
  const auto name = mandatory(context, "ImageName");
  if (!name) return refuse(name.error());
  if (!is_name(*name)) return bad_field("ImageName");
  if (auto good = check_words(context); !good) return refuse(good.error());
  const auto disks = wished_disks(context);
  if (!disks) return refuse(disks.error());
  if (auto good = check_objects(context, *disks); !good) return refuse(good.error());
  auto region = context.in.text("TargetOSSRegionId");
  if (region.empty()) region = "cn-beijing";
  context.region.clear();  // the quota is one of the account
  if (auto good = check_quota(context, kind::ens_image, 400, "QuotaExceed"); !good) {
    return refuse(400, "QuotaExceed", "The custom image quota has been used up.");
  }
  auto& image = context.world.make(kind::ens_image, "m", region,
                                   {{"ImageName", *name},
                                    {"Status", "Creating"},
                                    {"ImageSize", "0"},
                                    {"ImageStorageSize", "0"},
                                    {"Architecture", "x86_64"},
                                    {"Platform", context.in.text("Platform")},
                                    {"OsVersion", context.in.text("OSVersion")},
                                    {"ImageOwnerAlias", "self"},
                                    {"ComputeType", "ens_vm"},
                                    {"RegionId", region},
                                    {"InstanceId", ""},
                                    {"SnapshotId", ""},
                                    {"license", context.in.text("LicenseType")},
                                    {"sources", *disks}});
  image["ImageId"] = image["id"];
  image["CreationTime"] = utc_text(image["made_ms"].get<std::int64_t>());
  image["DiskDeviceMappings"] = {{"DiskDeviceMapping", Json::array()}};
  context.world.later(image, 1, {{"Status", "Packing"}});
  context.world.later(image, 2, {{"Status", "Uploading"}, {"work", "import"}});
  return Json{{"ImageId", image["id"]}};
}

bool is_asked_for(const Context& context, const Json& image) {
  const auto name = context.in.text("ImageName");
  return fits(context, image, {"ImageId", "SnapshotId"}) &&
         (name.empty() || text_of(image, "ImageName").find(name) != std::string::npos);
}

/// A page of at most 50.
Outcome<Json> ens_page(Context& context, const std::vector<Json*>& images) {
  if (auto size = context.in.number("PageSize", 1, ens_page_size_max, 10); !size) {
    return bad_field("PageSize");
  }
  auto answer = page(context, images, "Images", "Image");
  if (!answer) return bad_field("PageNumber");
  for (auto& image : (*answer)["Images"]["Image"]) image.erase("Tags");
  (*answer)["Code"] = 0;
  return answer;
}

Outcome<Json> describe_self_images(Context& context) {
  context.region.clear();
  auto answer = ens_page(context, visible(context, kind::ens_image, [&](const Json& image) {
                           return is_asked_for(context, image);
                         }));
  if (!answer) return answer;
  // Texts here, numbers in DescribeImages: so it is in the real one.
  for (const auto* name : {"TotalCount", "PageNumber", "PageSize"}) {
    (*answer)[name] = (*answer)[name].dump();
  }
  return answer;
}

Outcome<Json> describe_ens_images(Context& context) {
  context.region = context.in.text("EnsRegionId");
  auto answer =
      ens_page(context, visible(context, kind::ens_image, [&](const Json& image) {
                 return text_of(image, "Status") == "Available" && is_asked_for(context, image);
               }));
  if (!answer) return answer;
  for (auto& image : (*answer)["Images"]["Image"]) image.erase("Status");
  return answer;
}

Outcome<Json> describe_ens_regions(Context&) {
  Json regions = Json::array();
  for (const auto& [id, name, area, province] :
       {std::array{"cn-beijing", "Beijing", "NorthChina", "Beijing"},
        std::array{"ap-southeast-1", "Singapore", "AsiaPacific", "Singapore"}}) {
    regions.push_back({{"EnsRegionId", id},
                       {"Name", name},
                       {"EnName", name},
                       {"Area", area},
                       {"Province", province}});
  }
  return Json{{"Code", 0}, {"EnsRegions", {{"EnsRegions", std::move(regions)}}}};
}

Outcome<Json*> ens_image_of(Context& context) {
  const auto id = mandatory(context, "ImageId");
  if (!id) return refuse(id.error());
  if (auto* image = context.world.find(kind::ens_image, *id)) return image;
  return bad_field("ImageId");
}

Outcome<Json> delete_ens_image(Context& context) {
  const auto image = ens_image_of(context);
  if (!image) return refuse(image.error());
  context.world.remove(kind::ens_image, text_of(**image, "id"));
  return Json{{"Code", 0}};
}

Outcome<Json> modify_image(Context& context) {
  const auto image = ens_image_of(context);
  if (!image) return refuse(image.error());
  const auto name = mandatory(context, "ImageName");
  if (!name) return refuse(name.error());
  if (!is_name(*name)) return bad_field("ImageName");
  (**image)["ImageName"] = *name;
  return Json{{"Code", 0}};
}

}  // namespace

const std::vector<Action>& ens_actions() {
  static const std::vector<Action> actions{
      {"ens", "ImportImage", import_image_call, Effect::changes, Region::optional},
      {"ens", "DescribeSelfImages", describe_self_images, Effect::reads, Region::optional},
      {"ens", "DescribeImages", describe_ens_images, Effect::reads, Region::optional},
      {"ens", "DescribeEnsRegions", describe_ens_regions, Effect::reads, Region::optional},
      {"ens", "DeleteImage", delete_ens_image, Effect::changes, Region::optional},
      {"ens", "ModifyImageAttribute", modify_image, Effect::changes, Region::optional},
  };
  return actions;
}

}  // namespace ferry::emulator
