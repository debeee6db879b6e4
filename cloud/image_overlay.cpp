// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/image_overlay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// 150 bytes an extent: 100,000 of them.
constexpr std::size_t map_bytes_max = 16 << 20;
constexpr std::chrono::hours commit_timeout{6};

Result<std::string> qemu_img(const Command& command) {
  auto output = run_ok(command);
  if (!output && output.error().code == Errc::program_missing) {
    return fail(Errc::program_missing, output.error().what, "install the package qemu-utils");
  }
  return output;
}

}  // namespace

Result<> make_overlay(const fs::path& image, ImageFormat format, const fs::path& overlay) {
  if (auto info = image_info(image, format); !info) return fail(info.error());
  auto made = qemu_img(
      {.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-o",
                "cluster_size=" + std::to_string(overlay_grain_bytes), "-b",
                fs::absolute(image).string(), "-F", format == ImageFormat::raw ? "raw" : "qcow2",
                "--", fs::absolute(overlay).string()}});
  if (!made) return fail(made.error());
  return {};
}

Result<std::vector<Extent>> overlay_extents(const fs::path& overlay) {
  // Without its backing file: that one's extents are many, and nobody asks for them.
  auto map = qemu_img({.argv = {"qemu-img", "map", "--output=json",
                                qemu_file_without_backing(fs::absolute(overlay).string())},
                       .output_bytes_max = map_bytes_max + 1});
  if (!map) return fail(map.error());
  if (map->size() > map_bytes_max) {
    return fail(Errc::limit_exceeded, overlay.string() + " has too many changes to list");
  }
  return qemu_map_from_json(*map, overlay.string());
}

Result<> commit_overlay(const fs::path& overlay, const fs::path& image) {
  auto done = qemu_img({.argv = {"qemu-img", "commit", "-q", "-d", "-f", "qcow2", "--",
                                 fs::absolute(overlay).string()},
                        .timeout = commit_timeout});
  if (!done) {
    return fail(done.error().code, done.error().what,
                image.string() + " is changed in part: make it again from its disk");
  }
  const auto file = open_file(image, O_RDONLY);
  if (!file) return fail(file.error());
  if (::fsync(file->get()) == 0) return {};
  return fail(errno_error(Errc::disk_write_failed, "fsync " + image.string()));
}

}  // namespace ferry
