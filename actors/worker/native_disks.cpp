// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/native_disks.hpp"

#include "cloud/exported_disk.hpp"

namespace ferry {
namespace {

constexpr double make_share = 60;  // of all that the cloud does; the rest is fetching

/// 0 to 100 of the cloud's work, which takes as long in each of its steps.
double percent_made(std::string_view step, double percent) {
  constexpr double steps = 3;
  const double before = step == "snapshots" ? 0 : step == "image" ? 1 : 2;
  return (before * 100 + percent) / steps;
}

}  // namespace

Result<ExportImage> fetch_native_disks(const WorkerOptions& options, const ExportImage& request,
                                       const Bucket& bucket, const TellStep& tell,
                                       const std::stop_token& stop) {
  if (!options.open_native) {
    return fail(Errc::invalid_argument, "worker " + options.node + " has no cloud to export disks");
  }
  const auto cloud = options.open_native(request.bucket, stop);
  if (!cloud) return fail(cloud.error());
  NativeExportRequest order{.token = request.image,
                            .attempt = request.epoch,
                            .disks = {},
                            .prefix = request.prefix,
                            .boot_mode = request.boot_mode};
  for (const auto& disk : request.disks) order.disks.push_back({disk.index, disk.cloud_disk});
  const auto objects = (*cloud)->ensure(
      order,
      [&](std::string_view step, double percent) {
        tell("the cloud makes the " + std::string{step},
             percent_made(step, percent) * make_share / 100);
      },
      stop);
  if (!objects) return fail(objects.error());
  auto fetched = request;
  const auto share = (100 - make_share) / static_cast<double>(objects->size());
  for (std::size_t i = 0; i < objects->size(); ++i) {
    auto& disk = fetched.disks.at(i);
    disk.path = fetched_file(options.scratch, request.image, disk.index).string();
    const auto done = fetch_disk(
        bucket, objects->at(i), disk.size, disk.path,
        [&](std::uint64_t now, std::uint64_t total) {
          const auto part = static_cast<double>(now) / static_cast<double>(total);
          tell("fetching disk " + std::to_string(disk.index),
               make_share + (static_cast<double>(i) + part) * share);
        },
        stop);
    if (!done) return fail(done.error());
  }
  return fetched;
}

std::filesystem::path fetched_file(const std::filesystem::path& scratch, const std::string& image,
                                   std::uint32_t index) {
  return scratch_file(scratch, image, index).replace_extension(".raw");
}

}  // namespace ferry
