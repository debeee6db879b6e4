// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The import of an image: its objects are read from the bucket, must be qcow2, and are kept.
#include <algorithm>
#include <filesystem>

#include <fcntl.h>

#include "base/limits.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"
#include "tests/cloud_emulator/actions.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t ens_data_disk_gib_max = 500;
constexpr std::size_t import_step_bytes = 1 << 20;

Json failed(const std::string& why) { return {{"Status", "Upload_failed"}, {"why", why}}; }

/// Empty if it is done, else why not.
std::string fetch(const Work& work, const Json& source, const fs::path& into) {
  const auto bucket = text_of(source, "bucket");
  const auto object = work.store.head(bucket, text_of(source, "key"));
  if (!object) return object.error().code;
  const auto from = work.store.open(bucket, *object);
  if (!from) return from.error().code;
  const auto to = open_file(into, O_WRONLY | O_CREAT | O_TRUNC);
  if (!to) return to.error().what;
  std::string buffer(import_step_bytes, '\0');
  for (std::uint64_t at = 0; at < object->bytes.size; at += import_step_bytes) {
    const auto size = static_cast<std::size_t>(
        std::min<std::uint64_t>(import_step_bytes, object->bytes.size - at));
    if (auto done = read_at(**from, buffer.data(), size, at); !done) return done.error().what;
    if (auto done = write_at(*to, buffer.data(), size, at); !done) return done.error().what;
    if (!work.tell(Json::object())) return "nobody wants it any more";
  }
  return {};
}

Result<QemuImageInfo> info_of(const fs::path& file) {
  const auto told =
      run_ok({.argv = {"qemu-img", "info", "--output=json", "-f", "qcow2", "-U", file.string()}});
  if (!told) return fail(told.error());
  for (const auto* other : {"\"backing-filename\"", "\"data-file\""}) {
    if (told->find(other) != std::string::npos) {
      return fail(Errc::image_failed, "the image names another file");
    }
  }
  return qemu_info_from_json(*told, file.filename().string());
}

}  // namespace

Json import_image(const Work& work) {
  const auto id = text_of(work.thing, "id");
  const auto folder = work.world.folder_of(work.kind, id);
  fs::create_directories(folder);
  Json mappings = Json::array();
  std::uint64_t size_gib = 0;
  std::uint64_t stored_bytes = 0;
  for (const auto& source : work.thing.at("sources")) {
    const auto file = folder / ("disk-" + std::to_string(mappings.size()) + ".qcow2");
    if (auto why = fetch(work, source, file); !why.empty()) return failed(why);
    const auto info = info_of(file);
    if (!info) return failed(to_string(info.error()));
    const auto disk_gib = (info->virtual_size + limits::gib - 1) / limits::gib;
    const bool is_system = mappings.empty();
    if (!is_system && disk_gib > ens_data_disk_gib_max) return failed("a data disk above 500 GiB");
    size_gib += disk_gib;
    stored_bytes += fs::file_size(file);
    mappings.push_back({{"Type", is_system ? "system" : "data"},
                        {"Size", std::to_string(disk_gib)},
                        {"Format", "qcow2"},
                        {"imageId", id}});
  }
  return {{"Status", "Available"},
          {"ImageSize", std::to_string(size_gib)},
          {"ImageStorageSize", std::to_string(stored_bytes)},
          {"DiskDeviceMappings", {{"DiskDeviceMapping", std::move(mappings)}}}};
}

}  // namespace ferry::emulator
