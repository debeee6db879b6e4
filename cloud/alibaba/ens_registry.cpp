// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ens_registry.hpp"

#include <algorithm>
#include <cctype>

#include "base/clock.hpp"
#include "base/pause.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"
#include "cloud/object.hpp"

namespace ferry {
namespace {

constexpr std::size_t ens_id_bytes_max = 64;

// What ENS answers, under the API's names (smc-api 6.1).
struct ImageMade {
  std::string ImageId;
  FERRY_FIELDS(ImageId)
};
struct SelfImage {
  std::string ImageId;
  std::string ImageName;
  std::string Status;
  FERRY_FIELDS(ImageId, ImageName, Status)
};
struct SelfImageList {
  std::vector<SelfImage> Image;
  FERRY_FIELDS(Image)
};
struct SelfImages {
  SelfImageList Images;
  FERRY_FIELDS(Images)
};

/// Of ImportImage's DiskDeviceMapping.
struct ObjectPlace {
  std::string OSSRegion;
  std::string OSSBucket;
  std::string OSSObject;
  FERRY_FIELDS(OSSRegion, OSSBucket, OSSObject)
};

/// ENS takes digits, letters and : _ - in a name, and no dots.
std::string service_name(std::string name) {
  std::ranges::replace(name, '.', '-');
  return name;
}

bool has_failed(std::string_view status) { return status.ends_with("_failed"); }

bool is_service_id(std::string_view id) {
  return !id.empty() && id.size() <= ens_id_bytes_max &&
         std::ranges::all_of(
             id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

Error canceled(const ImageRecord& record) {
  return {Errc::canceled, "importing image " + record.image.name, {}};
}

Error absent(std::string_view image_id) {
  return {Errc::not_found, "image " + printable(std::string{image_id}) + " in ENS", {}};
}

}  // namespace

EnsServiceRegistry::EnsServiceRegistry(EnsSettings settings, std::shared_ptr<Bucket> bucket)
    : settings_(std::move(settings)), records_(std::move(bucket)), client_(settings_.service) {}

Result<EnsImage> EnsServiceRegistry::import_image(const ImportRequest& request,
                                                  const Bucket& bucket, const ByteProgress&,
                                                  std::stop_token stop) {
  const auto begin_ms = steady_ms();
  if (auto good = check_import(request, settings_.limits); !good) return fail(good.error());
  auto known = records_.find(request.client_token);
  if (!known) return fail(known.error());
  if (*known && (*known)->image.status == "Available") return (*known)->image;
  if (*known && (*known)->removed_ms != 0) {
    return fail(Errc::fenced, "the import of image " + (*known)->image.name + " is discarded");
  }
  if (!*known) {
    if (auto good = check_sizes(request, bucket, settings_.limits); !good) {
      return fail(good.error());
    }
  }
  auto record = *known ? Result<ImageRecord>{**known} : intend(request, stop);
  if (!record) return fail(record.error());
  if (record->image.image_id.empty()) {
    if (auto done = find_asked(*record, stop); !done) return fail(done.error());
  }
  if (record->image.image_id.empty()) {
    if (auto done = ask(*record, request, stop); !done) return fail(done.error());
  }
  if (auto done = wait_until_made(*record, stop); !done) return fail(done.error());
  if (auto done = keep_files(*record, request, stop); !done) return fail(done.error());
  record->image.status = "Available";
  record->image.import_ms = static_cast<std::uint64_t>(steady_ms() - begin_ms);
  if (auto done = records_.store(*record); !done) return fail(done.error());
  return record->image;
}

/// Chooses a name by which the image is found again whatever happens, and writes it down.
Result<ImageRecord> EnsServiceRegistry::intend(const ImportRequest& request,
                                               const std::stop_token& stop) {
  const auto images = listed({}, stop);
  if (!images) return fail(images.error());
  const auto intended = records_.all();
  if (!intended) return fail(intended.error());
  auto wish = request;
  wish.name = service_name(request.name);
  const auto name = free_image_name(wish, [&](const std::string& one) {
    return std::ranges::find(*images, one, &Listed::name) == images->end() &&
           std::ranges::none_of(
               *intended, [&](const ImageRecord& record) { return record.image.name == one; });
  });
  if (!name) return fail(name.error());
  ImageRecord record{new_image(request, {}, *name)};
  record.image.status = "Importing";
  for (const auto& disk : request.disks) {
    record.image.disks.push_back({disk.index, image_disk_name(disk.index), disk.virtual_size, 0,
                                  disk.sha256, disk.tree_root});
  }
  if (auto done = records_.store(record); !done) return fail(done.error());
  return record;
}

/// After a question whose answer was lost. The service's listings may lag behind it.
Result<> EnsServiceRegistry::find_asked(ImageRecord& record, const std::stop_token& stop) const {
  if (record.asked_ms == 0) return {};
  // A clock that was set back must not make it longer.
  const auto settled_ms = std::min(record.asked_ms, wall_ms()) + settings_.settle.count();
  GrowingPause pause{settings_.poll};
  for (;;) {
    const bool settled = wall_ms() >= settled_ms;
    const auto found = listed_with_name(record.image.name, stop);
    if (!found) return fail(found.error());
    if (*found) record.image.image_id = (*found)->id;
    if (*found || settled) return {};
    if (!pause.wait(stop)) return fail(canceled(record));
  }
}

Result<> EnsServiceRegistry::ask(ImageRecord& record, const ImportRequest& request,
                                 const std::stop_token& stop) {
  record.asked_ms = wall_ms();
  if (auto done = records_.store(record); !done) return done;
  RpcCall call{"ImportImage",
               {{"ImageName", record.image.name},
                {"ComputeType", "ens_vm"},
                {"OSType", "linux"},
                {"ImageFormat", "qcow2"},
                {"Architecture", request.architecture},
                {"TargetOSSRegionId", request.region},
                {"LicenseType", request.license}}};  // without one ENS takes its own, Aliyun
  if (request.disks.size() == 1) {
    call.parameters.push_back({"OSSRegion", settings_.bucket_region});
    call.parameters.push_back({"OSSBucket", settings_.bucket});
    call.parameters.push_back({"OSSObject", request.disks.front().key});
  } else {
    std::string places;
    for (const auto& disk : request.disks) {
      places += places.empty() ? "[" : ",";
      places += to_json(ObjectPlace{settings_.bucket_region, settings_.bucket, disk.key}, false);
    }
    call.parameters.push_back({"DiskDeviceMapping", places + "]"});
  }
  const auto made = client_.call_for<ImageMade>(call, stop);
  if (!made) {
    const auto& error = made.error();
    // What the service has refused it has not made: the next attempt need not look for it.
    if (!error.code.empty() && error.error.code != Errc::unreachable) {
      record.asked_ms = 0;
      if (auto done = records_.store(record); !done) return done;
    }
    return fail(error.error);
  }
  if (!is_service_id(made->ImageId)) {
    return fail(Errc::malformed, "ENS has made an image without an id: " +
                                     printable(made->ImageId.substr(0, ens_id_bytes_max)));
  }
  record.image.image_id = made->ImageId;
  return records_.store(record);
}

Result<> EnsServiceRegistry::wait_until_made(ImageRecord& record, const std::stop_token& stop) {
  const auto& id = record.image.image_id;
  const auto settled_ms = steady_ms() + settings_.settle.count();
  GrowingPause pause{settings_.poll};
  for (;;) {
    const auto images = listed({{"ImageId", id}}, stop);
    if (!images) return fail(images.error());
    const auto image = std::ranges::find(*images, id, &Listed::id);
    if (image != images->end() && image->status == "Available") return {};
    const bool failed = image != images->end() && has_failed(image->status);
    const bool gone = image == images->end() && steady_ms() >= settled_ms;
    if (failed || gone) {
      const auto why = failed ? "ENS says " + printable(image->status) : "ENS no longer has it";
      // Nothing is left, so that a retry asks anew.
      if (auto done = remove_at_service(id); !done) return done;
      if (auto done = records_.erase(record.image.client_token); !done) return done;
      return fail(Errc::image_failed, "import of image " + record.image.name + ": " + why,
                  "check in the ENS console that this account may import images, then run "
                  "'edgeferry job retry'");
    }
    if (!pause.wait(stop)) return fail(canceled(record));
  }
}

/// The objects go with their job, so what is to stay with the image is copied.
Result<> EnsServiceRegistry::keep_files(ImageRecord& record, const ImportRequest& request,
                                        const std::stop_token& stop) {
  auto& bucket = records_.bucket();
  for (auto& disk : record.image.disks) {
    const auto object = bucket.head(request.disks.at(disk.index).key);
    if (!object) return fail(object.error());
    disk.file_size = object->size;
  }
  record.image.files.clear();
  for (const auto& file : request.files) {
    const auto to = ImageRecords::key(request.client_token, file.name);
    const auto kept = copy_object(bucket, file.key, file.sha256, to, stop);
    if (!kept) return fail(kept.error());
    record.image.files.push_back({file.name, kept->size, file.sha256});
  }
  return {};
}

Result<std::vector<EnsServiceRegistry::Listed>> EnsServiceRegistry::listed(
    std::vector<NameValue> filter, const std::stop_token& stop) const {
  std::vector<Listed> all;
  auto done = client_.each_page<SelfImages>(
      {"DescribeSelfImages", std::move(filter)},
      [&](const auto& answer) {
        for (const auto& image : answer.Images.Image) {
          if (is_service_id(image.ImageId)) {
            all.push_back({image.ImageId, image.ImageName, image.Status});
          }
        }
        return answer.Images.Image.size();
      },
      stop);
  if (!done) return fail(done.error());
  return all;
}

Result<std::optional<EnsServiceRegistry::Listed>> EnsServiceRegistry::listed_with_name(
    const std::string& name, const std::stop_token& stop) const {
  const auto images = listed({{"ImageName", name}}, stop);  // also those that contain it
  if (!images) return fail(images.error());
  const auto image = std::ranges::find(*images, name, &Listed::name);
  if (image == images->end()) return std::optional<Listed>{};
  return std::optional{*image};
}

Result<ImageRecord> EnsServiceRegistry::record_of(std::string_view image_id) const {
  const auto records = records_.all();
  if (!records) return fail(records.error());
  const auto record = std::ranges::find_if(
      *records, [&](const ImageRecord& one) { return one.image.image_id == image_id; });
  if (image_id.empty() || record == records->end()) return fail(absent(image_id));
  return *record;
}

Result<> EnsServiceRegistry::check() const {
  const auto images = listed({{"ImageName", "edgeferry-check"}}, {});
  return images ? Result<>{} : fail(images.error());
}

Result<EnsImage> EnsServiceRegistry::describe(std::string_view image_id) const {
  auto record = record_of(image_id);
  if (!record) return fail(record.error());
  const auto images = listed({{"ImageId", record->image.image_id}}, {});
  if (!images) return fail(images.error());
  const auto image = std::ranges::find(*images, record->image.image_id, &Listed::id);
  if (image == images->end()) return fail(absent(image_id));
  record->image.status = printable(image->status);
  return record->image;
}

Result<std::vector<EnsImage>> EnsServiceRegistry::list() const {
  const auto records = records_.all();
  if (!records) return fail(records.error());
  const auto images = listed({}, {});
  if (!images) return fail(images.error());
  std::vector<EnsImage> found;
  for (const auto& record : *records) {
    const auto& wanted = record.image;
    const auto there = std::ranges::find_if(*images, [&](const Listed& one) {
      return wanted.image_id.empty() ? one.name == wanted.name : one.id == wanted.image_id;
    });
    if (there == images->end()) {
      const bool late =
          record.removed_ms != 0 && wall_ms() >= record.removed_ms + settings_.late_image.count();
      if (!late) continue;
      if (auto done = records_.erase(wanted.client_token); !done) return fail(done.error());
      continue;
    }
    found.push_back(wanted);
    found.back().image_id = there->id;
    found.back().status = printable(there->status);
  }
  return found;
}

std::string EnsServiceRegistry::location(std::string_view image_id) const {
  return "ens://" + settings_.service.host + '/' + std::string{image_id};
}

Result<> EnsServiceRegistry::store_certificate(std::string_view image_id,
                                               std::string_view certificate) {
  const auto image = describe(image_id);
  if (!image) return fail(image.error());
  return put_document(records_.bucket(),
                      ImageRecords::key(image->client_token, certificate_file_name), certificate);
}

Result<> EnsServiceRegistry::remove_at_service(const std::string& image_id) const {
  const auto done = client_.call({"DeleteImage", {{"ImageId", image_id}}});
  if (done || done.error().error.code == Errc::not_found) return {};
  // The service has no code of its own for an image that it doesn't have.
  const auto images = listed({{"ImageId", image_id}}, {});
  if (!images) return fail(images.error());
  if (std::ranges::find(*images, image_id, &Listed::id) == images->end()) return {};
  return fail(done.error().error);
}

Result<> EnsServiceRegistry::remove(ImageRecord record) {
  if (record.image.image_id.empty() && record.asked_ms != 0) {
    const auto there = listed_with_name(record.image.name, {});
    if (!there) return fail(there.error());
    if (!*there) {
      // It may still come: its record stays for a while, and whoever looks for leaks finds it.
      if (record.removed_ms != 0) return {};
      record.removed_ms = wall_ms();
      return records_.store(record);
    }
    record.image.image_id = (*there)->id;
  }
  if (!record.image.image_id.empty()) {
    if (auto done = remove_at_service(record.image.image_id); !done) return done;
  }
  return records_.erase(record.image.client_token);
}

Result<> EnsServiceRegistry::remove(std::string_view image_id) {
  // Also of one that list() has found by its name.
  const auto images = list();
  if (!images) return fail(images.error());
  const auto image = std::ranges::find(*images, image_id, &EnsImage::image_id);
  if (image != images->end()) return discard(image->client_token);
  const auto record = record_of(image_id);
  if (record) return remove(*record);
  return record.error().code == Errc::not_found ? Result<>{} : fail(record.error());
}

Result<> EnsServiceRegistry::discard(std::string_view client_token) {
  auto record = records_.find(client_token);
  if (!record) return fail(record.error());
  return *record ? remove(std::move(**record)) : Result<>{};
}

}  // namespace ferry
