// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image show`: what the registry keeps of an image, with its boot proof.
#include "apps/boot_command.hpp"
#include "apps/boot_view.hpp"
#include "apps/output.hpp"
#include "apps/registry_opener.hpp"
#include "base/text.hpp"

namespace ferry {

namespace {

/// What is known of an image in ENS lies in the bucket that it came out of.
Result<std::shared_ptr<EnsRegistry>> registry_of(const std::string& id,
                                                 const ClusterConfig& config) {
  const RegistryOpener open{config, BucketOpener{config}};
  for (const auto& bucket : config.buckets) {
    auto registry = open(bucket.name);
    if (registry && (*registry)->describe(id)) return registry;
  }
  return open("");
}

}  // namespace

int image_show(const std::string& id, bool json, const ClusterConfig& config) {
  const auto registry = registry_of(id, config);
  if (!registry) return print_error(registry.error(), json);
  const auto image = (*registry)->describe(id);
  if (!image) return print_error(image.error(), json);
  if (json) return print_json(*image);
  const auto folder = (*registry)->location(image->image_id);
  std::printf("image     %s  %s  %s\ncreated   %s by job %s\nsource    %s  %s  %s\nfirmware  %s\n",
              image->image_id.c_str(), image->name.c_str(), image->status.c_str(),
              image->created_at.c_str(), image->job.c_str(), image->source_id.c_str(),
              printable(image->source_hostname).c_str(), printable(image->source_os).c_str(),
              image->boot_mode.c_str());
  for (const auto& disk : image->disks) {
    std::printf("  %s/%s  %s of %s  sha256 %s\n", folder.c_str(), disk.file.c_str(),
                human_bytes(disk.file_size).c_str(), human_bytes(disk.virtual_size).c_str(),
                disk.sha256.c_str());
  }
  for (const auto& file : image->files) {
    std::printf("  %s/%s  %s\n", folder.c_str(), file.name.c_str(), human_bytes(file.size).c_str());
  }
  if (image->boot.outcome.empty()) std::puts("boot      nobody asked for its proof");
  print(image->boot);
  return exit_ok;
}

}  // namespace ferry
