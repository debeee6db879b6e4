// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/worker_inventory.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

/// "m-..._system.qcow2", the ".part" beside it, or "m-..._prepare", a folder: the image id.
std::string image_of_scratch(const std::string& name) {
  const auto image = name.substr(0, name.find('_'));
  return check_image_id(image) ? image : std::string{};
}

using Found = std::vector<FoundResource>;

/// What all buckets tell of is told once, as found in the first of them.
void add_new(Found& found, Found more, const std::string& bucket) {
  for (auto& one : more) {
    const bool known = std::ranges::any_of(found, [&](const FoundResource& other) {
      return other.kind == one.kind && other.name == one.name;
    });
    one.bucket = bucket;
    if (!known) found.push_back(std::move(one));
  }
}

Result<> list_bucket(Bucket& bucket, Found& found) {
  auto objects = bucket.list("");
  if (!objects) return fail(objects.error());
  for (const auto& object : *objects) {
    const auto image = image_of_object(object.key);
    if (!image) continue;
    found.push_back(
        {"bucket_object", object.key, export_token(*image), object.size, object.modified_ms});
  }
  auto uploads = bucket.list_uploads("");
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    const auto image = image_of_object(upload.key);
    if (!image) continue;
    found.push_back(
        {"upload", upload.upload, export_token(*image), 0, upload.created_ms, upload.key});
  }
  return {};
}

Result<> list_registry(const EnsRegistry& registry, Found& found) {
  auto images = registry.list();
  if (!images) return fail(images.error());
  for (const auto& image : *images) {
    std::uint64_t bytes = 0;
    for (const auto& disk : image.disks) bytes += disk.file_size;
    found.push_back({"ens_image", image.image_id, image.client_token, bytes, 0});
  }
  return {};
}

Result<> list_native(const NativeExporter& cloud, Found& found) {
  auto made = cloud.list({});
  if (!made) return fail(made.error());
  for (auto& one : *made) {
    if (!check_image_id(one.token)) continue;
    one.token = export_token(one.token);
    found.push_back(std::move(one));
  }
  return {};
}

/// All that was made with the same token goes, in the order in which it can.
Result<> remove_native(const WorkerOptions& options, const RemoveFound& request) {
  const auto cloud = options.open_native(request.bucket, {});
  if (!cloud) return fail(cloud.error());
  const auto made = (*cloud)->list({});
  if (!made) return fail(made.error());
  for (const auto& one : *made) {
    if (one.kind != request.kind || one.name != request.name) continue;
    return (*cloud)->release(one.token, {});
  }
  return {};
}

void list_scratch(const std::filesystem::path& scratch, std::vector<FoundResource>& found) {
  std::error_code ignored;  // no folder, nothing there
  for (const auto& entry : std::filesystem::directory_iterator{scratch, ignored}) {
    const auto name = entry.path().filename().string();
    const auto image = image_of_scratch(name);
    if (image.empty()) continue;
    const auto size = entry.file_size(ignored);
    found.push_back({"image_file", name, export_token(image), ignored ? 0 : size, 0});
  }
}

bool is_native_kind(std::string_view kind) {
  return kind == "snapshot" || kind == "custom_image" || kind == "export_object";
}

Result<> remove_file(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::remove_all(file, error);
  if (!error) return {};
  return fail(Errc::disk_write_failed, "remove " + file.string() + ": " + error.message());
}

/// That a request about what was found may take, of which others wait for an answer meanwhile.
constexpr std::chrono::seconds machine_patience{8};

bool is_of_machine(const std::string& kind) {
  return kind == "machine" || kind == "temporary_disk" || kind == "network" || kind == "vswitch" ||
         kind == "firewall";
}

Result<> list_machines(const WorkerOptions& options, Found& found) {
  const auto machines = options.open_machines({}, machine_patience);
  if (!machines) return fail(machines.error());
  if (*machines == nullptr) return {};
  auto all = (*machines)->list({});
  if (!all) return fail(all.error());
  found.insert(found.end(), all->begin(), all->end());
  return {};
}

/// With all else that carries its token, which can't stay by itself.
Result<> remove_machine(const WorkerOptions& options, const std::string& name) {
  const auto machines = options.open_machines({}, machine_patience);
  if (!machines) return fail(machines.error());
  if (*machines == nullptr) return fail(Errc::invalid_argument, "this worker rents no machines");
  const auto all = (*machines)->list({});
  if (!all) return fail(all.error());
  const auto found = std::ranges::find(*all, name, &FoundResource::name);
  return found == all->end() ? Result<>{} : (*machines)->release(found->token, {});
}

}  // namespace

std::string export_token(std::string_view image_id) {
  return "e-" + std::string{image_id.substr(2)};
}

namespace {

/// What lies in a bucket, and what is known by records that lie there.
Result<Found> list_shared(const WorkerOptions& options, const std::string& name) {
  Found found;
  auto bucket = options.open_bucket(name, {});
  if (!bucket) return fail(bucket.error());
  auto registry = options.open_registry(name);
  if (!registry) return fail(registry.error());
  if (auto done = list_bucket(**bucket, found); !done) return fail(done.error());
  if (auto done = list_registry(**registry, found); !done) return fail(done.error());
  if (!options.open_native) return found;
  auto cloud = options.open_native(name, {});
  if (!cloud) return fail(cloud.error());
  if (auto done = list_native(**cloud, found); !done) return fail(done.error());
  return found;
}

}  // namespace

Result<std::vector<FoundResource>> list_found(const WorkerOptions& options,
                                              const GetInventory& request) {
  std::vector<FoundResource> found;
  if (request.own) list_scratch(options.scratch, found);
  if (!request.shared) return found;
  for (const auto& name : options.buckets) {
    auto shared = list_shared(options, name);
    if (!shared) return fail(shared.error());
    add_new(found, std::move(*shared), name);
  }
  if (auto done = list_machines(options, found); !done) return fail(done.error());
  return found;
}

Result<> remove_found(const WorkerOptions& options, const RemoveFound& request) {
  const auto& name = request.name;
  if (request.kind == "image_file" && name.find('/') == std::string::npos &&
      !image_of_scratch(name).empty()) {
    return remove_file(options.scratch / name);
  }
  if (request.kind == "ens_image") {
    auto registry = options.open_registry(request.bucket);
    return registry ? (*registry)->remove(name) : fail(registry.error());
  }
  if (is_of_machine(request.kind)) return remove_machine(options, name);
  if (options.open_native && is_native_kind(request.kind)) return remove_native(options, request);
  auto bucket = options.open_bucket(request.bucket, {});
  if (!bucket) return fail(bucket.error());
  if (request.kind == "upload") return (*bucket)->abort_upload(name);
  if (request.kind == "bucket_object" && image_of_object(name)) return (*bucket)->remove(name);
  return fail(Errc::invalid_argument,
              "this worker can't remove " + request.kind + " '" + name + "'");
}

}  // namespace ferry
