// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An export writes one object for each disk of the image:
//
//   PREFIX_IMAGEID_system.raw.tar.gz, or .qcow2 and so on where the region has other formats
//   PREFIX_IMAGEID_data_xvdb.raw.tar.gz
//
// How the real one names data disks is not public.
#include <algorithm>
#include <filesystem>

#include <fcntl.h>

#include "base/clock.hpp"
#include "base/subprocess.hpp"
#include "tests/cloud_emulator/actions.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t part_bytes = 8 << 20U;
constexpr std::chrono::hours packing_max{2};

struct Piece {
  std::string snapshot;
  std::string name;  // of what lies in the object: PREFIX_IMAGEID_system.raw
};

std::vector<Piece> pieces_of(const Work& work) {
  const std::lock_guard lock{work.world.mutex};
  std::vector<Piece> pieces;
  const auto id = text_of(work.thing, "ResourceId");
  const auto* image = work.world.find(kind::image, id);
  if (image == nullptr) return pieces;
  const auto prefix = text_of(work.thing, "prefix");
  for (const auto& mapping : image->at("DiskDeviceMappings").at("DiskDeviceMapping")) {
    const auto device = fs::path{text_of(mapping, "Device")}.filename().string();
    const bool is_system = mapping.at("Type") == "system";
    pieces.push_back(
        {text_of(mapping, "SnapshotId"), (prefix.empty() ? "" : prefix + '_') + id +
                                             (is_system ? "_system" : "_data_" + device) + '.' +
                                             text_of(work.thing, "format")});
  }
  return pieces;
}

/// The object's bytes in a file.
Result<fs::path> pack(const Work& work, const Piece& piece, const fs::path& folder) {
  const auto from = work.world.folder_of(kind::snapshot, piece.snapshot) / "disk.raw";
  const auto format = text_of(work.thing, "format");
  if (format != "raw") {
    auto to = folder / piece.name;
    const auto done =
        run_ok({.argv = {"qemu-img", "convert", "-f", "raw", "-O", format == "vhd" ? "vpc" : format,
                         from.string(), to.string()},
                .timeout = packing_max,
                .stop = work.stop});
    if (!done) return fail(done.error());
    return to;
  }
  auto to = folder / (piece.name + ".tar.gz");
  const auto done =
      run_ok({.argv = {"tar", "--create", "--use-compress-program=gzip -1", "--file=" + to.string(),
                       "--directory=" + from.parent_path().string(),
                       "--transform=s|.*|" + piece.name + "|", "disk.raw"},
              .timeout = packing_max,
              .stop = work.stop});
  if (!done) return fail(done.error());
  return to;
}

/// Empty if it is done, else why not. An upload that an earlier attempt left goes first.
std::string upload(const Work& work, const fs::path& file, double begin, double share) {
  const auto bucket = text_of(work.thing, "bucket");
  const auto key = file.filename().string();
  for (const auto& old : work.store.uploads(bucket)) {
    if (old.key == key) static_cast<void>(work.store.abort(bucket, key, old.id));
  }
  const auto fd = open_file(file, O_RDONLY);
  if (!fd) return fd.error().what;
  const auto begun = work.store.begin(bucket, key, {{"content-type", "application/octet-stream"}});
  if (!begun) return begun.error().code;
  const auto size = fs::file_size(file);
  std::map<std::uint32_t, std::string> parts;
  std::string why;
  for (std::uint64_t at = 0; at < size && why.empty(); at += part_bytes) {
    std::string bytes(static_cast<std::size_t>(std::min(part_bytes, size - at)), '\0');
    if (auto read = read_at(*fd, bytes.data(), bytes.size(), at); !read) why = read.error().what;
    const auto number = static_cast<std::uint32_t>(parts.size() + 1);
    const auto part = work.store.put_part(bucket, key, begun->id, number, bytes);
    if (!part) why = part.error().code;
    if (part) parts[number] = part->etag;
    const auto done = begin + share * static_cast<double>(at) / static_cast<double>(size);
    if (!work.tell({{"TaskProcess", std::to_string(static_cast<int>(done)) + "%"}})) {
      why = "nobody wants it any more";
    }
  }
  if (why.empty()) {
    if (auto done = work.store.complete(bucket, key, begun->id, parts); !done)
      why = done.error().code;
  }
  if (!why.empty()) static_cast<void>(work.store.abort(bucket, key, begun->id));
  return why;
}

Json operation(const std::string& bucket, const std::string& key, const std::string& format,
               const std::string& why) {
  Json items = Json::array({{{"Name", "OSSBucket"}, {"Value", bucket}},
                            {{"Name", "OSSObject"}, {"Value", key}},
                            {{"Name", "ImageFormat"}, {"Value", format}}});
  return {{"OperationStatus", why.empty() ? "Success" : "Failed"},
          {"ErrorCode", why.empty() ? "" : "ExportImageFailed"},
          {"ErrorMsg", why},
          {"RelatedItemSet", {{"RelatedItem", std::move(items)}}}};
}

}  // namespace

Json export_image(const Work& work) {
  const auto folder = work.world.folder_of(work.kind, text_of(work.thing, "id"));
  fs::remove_all(folder);  // of an earlier attempt
  fs::create_directories(folder);
  const auto bucket = text_of(work.thing, "bucket");
  const auto pieces = pieces_of(work);
  Json operations = Json::array();
  bool good = !pieces.empty();
  for (std::size_t i = 0; i < pieces.size() && good; ++i) {
    const auto file = pack(work, pieces[i], folder);
    const auto share = 100.0 / static_cast<double>(pieces.size());
    const auto why =
        file ? upload(work, *file, share * static_cast<double>(i), share) : file.error().what;
    good = why.empty();
    operations.push_back(operation(bucket, file ? file->filename().string() : pieces[i].name,
                                   text_of(work.thing, "format"), why));
  }
  fs::remove_all(folder);
  if (!work.tell(Json::object())) return Json::object();
  return {{"TaskStatus", good ? "Finished" : "Failed"},
          {"TaskProcess", good ? "100%" : "0%"},
          {"SupportCancel", "false"},
          {"SuccessCount", good ? 1 : 0},
          {"FailedCount", good ? 0 : 1},
          {"FinishedTime", minute_time(wall_ms())},
          {"OperationProgressSet", {{"OperationProgress", std::move(operations)}}}};
}

}  // namespace ferry::emulator
