// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/resource_parts.hpp"

#include "cloud/export.hpp"
#include "messages/resource.hpp"

namespace ferry {

std::vector<PartIntent> parts_of_instance(const JobSettings& settings, const std::string& token) {
  std::vector<PartIntent> parts;
  for (const auto& disk : settings.disks) {
    const auto id = part_of_disk("disk", disk.index);
    parts.push_back({id, "disk", token + "/" + id, disk.size});
  }
  return parts;
}

std::vector<PartIntent> parts_of_export(const JobSettings& settings, const std::string& image,
                                        bool native) {
  std::vector<PartIntent> parts;
  for (const auto& [index, size] : settings.disks) {
    const auto file = image + "_" + image_disk_name(index);
    const auto key = settings.image_prefix + "_" + file;
    parts.push_back({part_of_disk("file", index), "image_file", file, 0});
    parts.push_back({part_of_disk("upload", index), "upload", key, 0});
    parts.push_back({part_of_disk("object", index), "bucket_object", key, 0});
  }
  if (native) parts.push_back({std::string{native_part}, "custom_image", image, 0});
  return parts;
}

std::vector<PartIntent> parts_of_import(const std::vector<ImageObject>& objects,
                                        const std::string& token) {
  std::uint64_t bytes = 0;
  for (const auto& object : objects) bytes += object.size;
  return {{"image", "ens_image", token, bytes}};
}

}  // namespace ferry
