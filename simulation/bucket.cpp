// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A bucket and a registry in memory that keep to the words of their interfaces.
#include <algorithm>
#include <cstring>

#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"
#include "simulation/provider.hpp"

namespace ferry::sim {
namespace {

std::string hex_sha256(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return to_hex(std::as_bytes(std::span{digest}));
}

class SimulatedBucket : public Bucket {
 public:
  explicit SimulatedBucket(Provider& provider) : provider_(provider) {}

  Result<UploadId> begin_upload(std::string_view key, std::uint64_t part_bytes,
                                const ObjectDigests&) override {
    if (auto done = begin("begin upload"); !done) return fail(done.error());
    const auto id = random_id("u");
    provider_.uploads[id] = {std::string{key}, part_bytes, {}};
    provider_.make_watched("upload", std::string{key}, {});
    if (auto done = provider_.end_call("begin upload"); !done) return fail(done.error());
    return id;
  }
  PartInfo describe_part(std::uint32_t number, std::span<const std::byte> bytes) const override {
    return {number, bytes.size(),
            hex_sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()})};
  }
  Result<PartInfo> put_part(const UploadId& upload, std::uint32_t number,
                            std::span<const std::byte> bytes) override {
    if (auto done = begin("put part"); !done) return fail(done.error());
    const auto it = provider_.uploads.find(upload);
    if (it == provider_.uploads.end()) return fail(Errc::object_missing, "no upload " + upload);
    auto& part = it->second.parts[number];
    part.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const PartInfo info{number, part.size(), hex_sha256(part)};
    if (auto done = provider_.end_call("put part"); !done) return fail(done.error());
    return info;
  }
  Result<std::vector<PartInfo>> list_parts(const UploadId& upload) override {
    if (auto done = begin("list parts"); !done) return fail(done.error());
    const auto it = provider_.uploads.find(upload);
    if (it == provider_.uploads.end()) return fail(Errc::object_missing, "no upload " + upload);
    std::vector<PartInfo> parts;
    for (const auto& [number, bytes] : it->second.parts) {
      parts.push_back({number, bytes.size(), hex_sha256(bytes)});
    }
    return parts;
  }
  Result<ObjectInfo> complete_upload(const UploadId& upload, std::span<const PartInfo> parts,
                                     const ObjectDigests&) override {
    if (auto done = begin("complete upload"); !done) return fail(done.error());
    const auto it = provider_.uploads.find(upload);
    if (it == provider_.uploads.end()) return fail(Errc::object_missing, "no upload " + upload);
    std::string object;
    for (const auto& part : parts) {
      const auto& bytes = it->second.parts[part.number];
      if (hex_sha256(bytes) != part.digest) return fail(Errc::object_corrupt, "part differs");
      object += bytes;
    }
    const auto key = it->second.key;
    provider_.make_watched("bucket_object", key, {});
    provider_.objects[key] = object;
    provider_.uploads.erase(it);
    if (auto done = provider_.end_call("complete upload"); !done) return fail(done.error());
    return info(key, object);
  }
  Result<> abort_upload(const UploadId& upload) override {
    if (auto done = begin("abort upload"); !done) return done;
    provider_.uploads.erase(upload);
    return provider_.end_call("abort upload");
  }
  Result<std::vector<UploadInfo>> list_uploads(std::string_view prefix) override {
    if (auto done = begin("list uploads"); !done) return fail(done.error());
    std::vector<UploadInfo> uploads;
    for (const auto& [id, upload] : provider_.uploads) {
      if (upload.key.starts_with(prefix)) uploads.push_back({id, upload.key, upload.part_bytes, 0});
    }
    return uploads;
  }
  Result<ObjectInfo> head(std::string_view key) const override {
    if (auto done = begin("head"); !done) return fail(done.error());
    const auto it = provider_.objects.find(std::string{key});
    if (it == provider_.objects.end()) return fail(Errc::object_missing, std::string{key});
    return info(it->first, it->second);
  }
  Result<> get(std::string_view key, std::uint64_t offset,
               std::span<std::byte> into) const override {
    const auto it = provider_.objects.find(std::string{key});
    if (it == provider_.objects.end()) return fail(Errc::object_missing, std::string{key});
    if (offset + into.size() > it->second.size()) return fail(Errc::object_corrupt, "too short");
    std::memcpy(into.data(), it->second.data() + offset, into.size());
    return {};
  }
  Result<> remove(std::string_view key) override {
    if (auto done = begin("remove object"); !done) return done;
    provider_.objects.erase(std::string{key});
    return provider_.end_call("remove object");
  }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) const override {
    if (auto done = begin("list objects"); !done) return fail(done.error());
    std::vector<ObjectInfo> objects;
    for (const auto& [key, bytes] : provider_.objects) {
      if (key.starts_with(prefix)) objects.push_back(info(key, bytes));
    }
    return objects;
  }

 private:
  Result<> begin(const std::string& what) const {
    return provider_.begin_call(Errc::bucket_unavailable, what);
  }
  static ObjectInfo info(const std::string& key, const std::string& bytes) {
    return {key, bytes.size(), hex_sha256(bytes), 0};
  }

  Provider& provider_;
};

class SimulatedRegistry : public EnsRegistry {
 public:
  explicit SimulatedRegistry(Provider& provider) : provider_(provider) {}

  Result<EnsImage> import_image(const ImportRequest& request, const Bucket& bucket,
                                const ByteProgress& progress, std::stop_token stop) override {
    if (auto done = begin("import image"); !done) return fail(done.error());
    EnsImage image;
    image.image_id = random_id("m");
    image.name = request.name;
    image.job = request.job;
    image.client_token = request.client_token;
    std::map<std::string, std::string> files;
    for (const auto& disk : request.disks) {
      if (stop.stop_requested()) return fail(Errc::canceled, "import is stopped");
      auto object = bucket.head(disk.key);
      if (!object) return fail(object.error());
      if (object->sha256 != disk.sha256) return fail(Errc::object_corrupt, disk.key);
      std::string bytes(object->size, '\0');
      if (auto done = bucket.get(disk.key, 0, std::as_writable_bytes(std::span{bytes})); !done)
        return fail(done.error());
      const auto file = image_disk_name(disk.index);
      files[image.image_id + "/" + file] = bytes;
      image.disks.push_back(
          {disk.index, file, disk.virtual_size, bytes.size(), disk.sha256, disk.tree_root});
      if (progress) progress(image.disks.size(), request.disks.size());
    }
    if (auto made = find(request.client_token)) return *made;
    provider_.make_watched("ens_image", request.client_token, request.job);
    provider_.images[image.image_id] = image;
    provider_.image_files.merge(files);
    if (provider_.watch != nullptr) provider_.watch->on_image(image);
    if (auto done = provider_.end_call("import image"); !done) return fail(done.error());
    return image;
  }
  Result<EnsImage> describe(std::string_view image_id) const override {
    if (auto done = begin("describe image"); !done) return fail(done.error());
    const auto it = provider_.images.find(std::string{image_id});
    if (it == provider_.images.end()) return fail(Errc::not_found, std::string{image_id});
    return it->second;
  }
  Result<std::vector<EnsImage>> list() const override {
    if (auto done = begin("list images"); !done) return fail(done.error());
    std::vector<EnsImage> images;
    for (const auto& entry : provider_.images) images.push_back(entry.second);
    return images;
  }
  std::string location(std::string_view image_id) const override {
    return "simulated/" + std::string{image_id};
  }
  Result<> store_certificate(std::string_view image_id, std::string_view) override {
    const auto there = describe(image_id);
    return there ? Result<>{} : fail(there.error());
  }
  Result<> remove(std::string_view image_id) override {
    if (auto done = begin("remove image"); !done) return done;
    const auto it = provider_.images.find(std::string{image_id});
    if (it == provider_.images.end()) return {};
    for (const auto& disk : it->second.disks) {
      provider_.image_files.erase(it->first + "/" + disk.file);
    }
    provider_.images.erase(it);
    return provider_.end_call("remove image");
  }

 private:
  Result<> begin(const std::string& what) const {
    return provider_.begin_call(Errc::registry_unavailable, what);
  }
  std::optional<EnsImage> find(const std::string& token) const {
    for (const auto& [id, image] : provider_.images) {
      if (image.client_token == token) return image;
    }
    return std::nullopt;
  }

  Provider& provider_;
};

}  // namespace

std::shared_ptr<Bucket> make_bucket(Provider& provider) {
  return std::make_shared<SimulatedBucket>(provider);
}
std::shared_ptr<EnsRegistry> make_registry(Provider& provider) {
  return std::make_shared<SimulatedRegistry>(provider);
}

}  // namespace ferry::sim
