// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_images.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cloud/alibaba/ecs_image_answers.hpp"
#include "cloud/alibaba/ecs_network.hpp"
#include "cloud/alibaba/ecs_refusals.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

constexpr std::string_view attempt_tag = "edgeferry-attempt";
constexpr std::string_view prefix_tag = "edgeferry-prefix";  // of an image's objects
constexpr auto description =
    "Of a migration by edgeferry, which removes it. Do not touch it (F22).";
constexpr auto all_statuses = "Waiting,Creating,CreateFailed,Available,UnAvailable";
constexpr std::size_t ecs_id_bytes_max = 64;

/// Words that go back to the service, into keys and into errors.
bool is_plain(std::string_view word) {
  return !word.empty() && word.size() <= ecs_id_bytes_max &&
         std::ranges::all_of(word, [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_');
         });
}

/// The token that something carries; empty: it isn't ours, or not of the wanted one.
std::string token_of(const ecs::TagList& tags, std::string_view wanted) {
  auto token = ecs::tag_of(tags, token_tag);
  const bool good = is_good_token(token) && (wanted.empty() || token == wanted);
  return good ? token : std::string{};
}

/// What is made in an attempt is called so, or so and more.
std::string name_of(const NativeExportRequest& request) {
  return resource_name(request.token) + '-' + std::to_string(request.attempt);
}

/// "/dev/xvda" for the system disk, "/dev/xvdb" for the next one.
std::string device_of(std::size_t place) {
  return std::string{"/dev/xvd"} + static_cast<char>('a' + place);
}

Error not_made(const std::string& what, const std::string& status) {
  return {Errc::image_failed, what + " is " + printable(status),
          "see the ECS console for what it says of it, then run 'edgeferry job retry'"};
}

}  // namespace

EcsImages::EcsImages(EcsImageSettings settings, std::shared_ptr<Bucket> bucket)
    : settings_(std::move(settings)),
      bucket_(std::move(bucket)),
      ecs_(settings_.ecs),
      export_({settings_.region, settings_.bucket}, settings_.patience, ecs_, *bucket_) {}

Result<std::vector<EcsImages::Snapshot>> EcsImages::snapshots(std::string_view token,
                                                              const std::stop_token& stop) const {
  std::vector<Snapshot> found;
  auto done = ecs_.each_page<ecs::DescribedSnapshots>(
      {"DescribeSnapshots",
       {{"RegionId", settings_.region},
        {"Tag.1.Key", std::string{token_tag}},
        {"Tag.1.Value", std::string{token}}}},
      [&](const auto& answer) {
        for (const auto& one : answer.Snapshots.Snapshot) {
          auto mark = token_of(one.Tags, token);
          if (mark.empty() || !is_plain(one.SnapshotId)) continue;
          found.push_back({one.SnapshotId, std::move(mark), ecs::tag_of(one.Tags, attempt_tag),
                           one.SourceDiskId, one.Status, one.Progress});
        }
        return answer.Snapshots.Snapshot.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<EcsImages::Image>> EcsImages::images(std::string_view token,
                                                        const std::stop_token& stop) const {
  std::vector<Image> found;
  auto done = ecs_.each_page<ecs::DescribedImages>(
      {"DescribeImages",
       {{"RegionId", settings_.region},
        {"Status", all_statuses},
        {"ImageOwnerAlias", "self"},
        {"Tag.1.Key", std::string{token_tag}},
        {"Tag.1.Value", std::string{token}}}},
      [&](const auto& answer) {
        for (const auto& one : answer.Images.Image) {
          auto mark = token_of(one.Tags, token);
          auto prefix = ecs::tag_of(one.Tags, prefix_tag);
          if (mark.empty() || !is_plain(one.ImageId) || !check_prefix(prefix)) continue;
          found.push_back({one.ImageId, std::move(mark), ecs::tag_of(one.Tags, attempt_tag),
                           std::move(prefix), one.Status, one.Progress});
        }
        return answer.Images.Image.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Result<> EcsImages::check(const NativeExportRequest& request) const {
  if (!is_good_token(request.token)) return fail(Errc::invalid_argument, "no token of an image");
  if (auto good = check_prefix(request.prefix); !good) return good;
  if (settings_.bucket_region != settings_.region) {
    return fail(Errc::bucket_unavailable,
                "bucket " + settings_.bucket + " is in " + settings_.bucket_region +
                    ", and images of " + settings_.region + " are exported there only",
                "name a bucket in " + settings_.region + " in the cluster file");
  }
  const auto& disks = request.disks;
  const bool in_order =
      !disks.empty() && disks.front().index == 0 &&
      std::ranges::adjacent_find(disks, std::greater_equal{}, &NativeDisk::index) == disks.end();
  if (!in_order || !std::ranges::all_of(disks, is_plain, &NativeDisk::id)) {
    return fail(Errc::invalid_argument, "the disks of image " + request.token);
  }
  if (disks.size() - 1 > limits::data_disks_max) {
    return fail(Errc::image_too_large, std::to_string(disks.size() - 1) +
                                           " data disks: an export takes at most " +
                                           std::to_string(limits::data_disks_max));
  }
  return {};
}

/// What no export takes is refused before anything costs.
Result<> EcsImages::check_disks(const NativeExportRequest& request,
                                const std::stop_token& stop) const {
  std::string ids;
  for (const auto& disk : request.disks) ids += (ids.empty() ? "[\"" : ",\"") + disk.id + '"';
  std::vector<ecs::Disk> found;
  auto done = ecs_.each_page<ecs::DescribedDisks>(
      {"DescribeDisks", {{"RegionId", settings_.region}, {"DiskIds", ids + ']'}}},
      [&](const auto& answer) {
        found.insert(found.end(), answer.Disks.Disk.begin(), answer.Disks.Disk.end());
        return answer.Disks.Disk.size();
      },
      stop);
  if (!done) return fail(done.error());
  constexpr auto data_disk_gib_max = limits::data_disk_bytes_max / limits::gib;
  for (const auto& disk : request.disks) {
    const auto one = std::ranges::find(found, disk.id, &ecs::Disk::DiskId);
    const auto name = "disk " + std::to_string(disk.index) + " (" + disk.id + ')';
    if (one == found.end()) continue;  // just made, or gone: its snapshot will tell
    if (disk.index != 0 && one->Size > data_disk_gib_max) {
      return fail(Errc::image_too_large, name + " has " + std::to_string(one->Size) +
                                             " GiB: an export takes data disks of at most " +
                                             std::to_string(data_disk_gib_max) + " GiB");
    }
    if (one->Encrypted) {
      return fail(Errc::service_refused, name + " is encrypted: ECS does not export it",
                  "switch the account's encryption of new disks off, cancel this job and create "
                  "a new one");
    }
  }
  return {};
}

Result<> EcsImages::take_snapshot(const NativeExportRequest& request, const NativeDisk& disk,
                                  const std::stop_token& stop) {
  const auto name = name_of(request) + '-' + std::to_string(disk.index);
  const auto made =
      ecs_.call_for<ecs::SnapshotMade>({"CreateSnapshot",
                                        {{"DiskId", disk.id},
                                         {"SnapshotName", name},
                                         {"Description", description},
                                         {"Tag.1.Key", std::string{token_tag}},
                                         {"Tag.1.Value", request.token},
                                         {"Tag.2.Key", std::string{attempt_tag}},
                                         {"Tag.2.Value", std::to_string(request.attempt)},
                                         {"ClientToken", client_token(request.token, name)}}},
                                       stop);
  if (made || passes_by_itself(made.error().code)) return {};
  return fail(refusal_error(made.error()));
}

/// Their ids, in the order of the disks. One that is not listed yet is asked for again, which
/// makes no second one.
Result<std::vector<std::string>> EcsImages::ensure_snapshots(const NativeExportRequest& request,
                                                             const NativeProgress& progress,
                                                             const std::stop_token& stop) {
  using Ids = std::vector<std::string>;
  const auto attempt = std::to_string(request.attempt);
  return look_until<Ids>(
      settings_.patience, "the snapshots of " + request.token, stop,
      [&]() -> Result<std::optional<Ids>> {
        const auto all = snapshots(request.token, stop);
        if (!all) return fail(all.error());
        Ids ids;
        double percent = 0;
        for (const auto& disk : request.disks) {
          const auto one = std::ranges::find_if(*all, [&](const Snapshot& each) {
            return each.disk == disk.id && each.attempt == attempt;
          });
          if (one == all->end()) {
            if (auto done = take_snapshot(request, disk, stop); !done) return fail(done.error());
            continue;
          }
          if (one->status == "failed") return fail(not_made("snapshot " + one->id, one->status));
          percent += percent_of(one->progress);
          if (one->status == "accomplished") ids.push_back(one->id);
        }
        progress("snapshots", percent / static_cast<double>(request.disks.size()));
        return ids.size() == request.disks.size() ? std::optional{ids} : std::nullopt;
      });
}

Result<> EcsImages::make_image(const NativeExportRequest& request,
                               const std::vector<std::string>& snapshots,
                               const std::stop_token& stop) {
  RpcCall call{"CreateImage",
               {{"RegionId", settings_.region},
                {"ImageName", name_of(request)},
                {"Description", description},
                {"Platform", "Others Linux"},
                {"Architecture", "x86_64"},
                {"BootMode", request.boot_mode == "uefi" ? "UEFI" : "BIOS"},
                {"Tag.1.Key", std::string{token_tag}},
                {"Tag.1.Value", request.token},
                {"Tag.2.Key", std::string{attempt_tag}},
                {"Tag.2.Value", std::to_string(request.attempt)},
                {"Tag.3.Key", std::string{prefix_tag}},
                {"Tag.3.Value", request.prefix},
                {"ClientToken", client_token(request.token, name_of(request))}}};
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const auto disk = "DiskDeviceMapping." + std::to_string(i + 1) + '.';
    call.parameters.push_back({disk + "SnapshotId", snapshots.at(i)});
    call.parameters.push_back({disk + "Device", device_of(i)});
    call.parameters.push_back({disk + "DiskType", i == 0 ? "system" : "data"});
  }
  const auto made = ecs_.call_for<ecs::ImageMade>(call, stop);
  // A name that is taken is our own one's, which no listing has told of yet.
  const bool known = !made && made.error().code == "InvalidImageName.Duplicated";
  if (made || known || passes_by_itself(made.error().code)) return {};
  return fail(refusal_error(made.error()));
}

Result<EcsImages::Image> EcsImages::ensure_image(const NativeExportRequest& request,
                                                 const std::vector<std::string>& snapshots,
                                                 const NativeProgress& progress,
                                                 const std::stop_token& stop) {
  const auto attempt = std::to_string(request.attempt);
  return look_until<Image>(settings_.patience, "image " + name_of(request), stop,
                           [&]() -> Result<std::optional<Image>> {
                             const auto all = images(request.token, stop);
                             if (!all) return fail(all.error());
                             const auto one = std::ranges::find(*all, attempt, &Image::attempt);
                             if (one == all->end() && snapshots.empty()) {  // it was there
                               return fail(not_made("image " + name_of(request), "gone"));
                             }
                             if (one == all->end()) {
                               if (auto done = make_image(request, snapshots, stop); !done)
                                 return fail(done.error());
                               return std::optional<Image>{};
                             }
                             progress("image", percent_of(one->progress));
                             if (one->status == "Available") return std::optional{*one};
                             if (one->status == "Waiting" || one->status == "Creating")
                               return std::optional<Image>{};
                             return fail(not_made("image " + one->id, one->status));
                           });
}

Result<std::vector<ExportedObject>> EcsImages::ensure(const NativeExportRequest& request,
                                                      const NativeProgress& progress,
                                                      const std::stop_token& stop) {
  if (auto good = check(request); !good) return fail(good.error());
  const auto tell = [&](std::string_view step, double percent) {
    if (progress) progress(step, percent);
  };
  const auto attempt = std::to_string(request.attempt);
  if (auto done = remove_until_gone(request.token, attempt, 1, stop); !done) {
    return fail(done.error());
  }
  const auto there = images(request.token, stop);
  if (!there) return fail(there.error());
  std::vector<std::string> parts;
  if (std::ranges::find(*there, attempt, &Image::attempt) == there->end()) {
    if (auto good = check_disks(request, stop); !good) return fail(good.error());
    auto taken = ensure_snapshots(request, tell, stop);
    if (!taken) return fail(taken.error());
    parts = std::move(*taken);
  }
  const auto image = ensure_image(request, parts, tell, stop);
  if (!image) return fail(image.error());
  std::vector<std::uint32_t> indices;
  for (const auto& disk : request.disks) indices.push_back(disk.index);
  return export_.ensure(
      {image->id, image->prefix}, indices, request.format,
      [&](double percent) { tell("export", percent); }, stop);
}

}  // namespace ferry
