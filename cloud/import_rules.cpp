// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/import_rules.hpp"

#include <algorithm>
#include <cctype>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

constexpr std::size_t token_max = 64;
constexpr std::size_t name_min = 2;
constexpr std::size_t name_max = 128;
constexpr std::size_t text_max = 256;

bool is_letter(unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; }

/// Letters of any script first, then also digits and . _ : -
bool is_good_image_name(std::string_view name) {
  if (name.size() < name_min || name.size() > name_max) return false;
  if (!is_letter(static_cast<unsigned char>(name.front()))) return false;
  return std::ranges::all_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_letter(byte) || std::isdigit(byte) != 0 ||
           std::string_view{"._:-"}.find(c) != std::string_view::npos;
  });
}

bool is_client_token(std::string_view token) {
  return !token.empty() && token.size() <= token_max &&
         std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<> check_disks(const ImportRequest& request, const RegistryLimits& limits) {
  if (request.disks.empty() || request.disks.size() > limits.data_disks_max + 1) {
    return fail(Errc::invalid_argument,
                std::to_string(request.disks.size()) + " disks in the image",
                "import one system disk and at most " + std::to_string(limits.data_disks_max) +
                    " data disks");
  }
  for (std::size_t i = 0; i < request.disks.size(); ++i) {
    const auto& disk = request.disks[i];
    if (disk.index != i) {
      return fail(Errc::invalid_argument,
                  "disk " + std::to_string(disk.index) + " in position " + std::to_string(i),
                  "list the disks as 0, 1, 2, ...");
    }
    if (auto good = check_key(disk.key); !good) return good;
    if (!is_hex_digest(disk.sha256)) {
      return fail(Errc::invalid_argument, "disk " + std::to_string(i) + " without a SHA-256");
    }
    if (!disk.tree_root.empty() && !is_hex_digest(disk.tree_root)) {
      return fail(Errc::invalid_argument, "disk " + std::to_string(i) + " with a bad tree root");
    }
  }
  return {};
}

Result<> check_files(const std::vector<ImportFile>& files) {
  std::vector<std::string_view> names;
  for (const auto& file : files) {
    const bool again = std::ranges::find(names, file.name) != names.end();
    if (again || !is_attached_name(file.name) || !is_hex_digest(file.sha256)) {
      return fail(Errc::invalid_argument, "file '" + file.name.substr(0, text_max) +
                                              "' is none that is kept with an image");
    }
    if (auto good = check_key(file.key); !good) return good;
    names.push_back(file.name);
  }
  return {};
}

}  // namespace

Result<> check_import(const ImportRequest& request, const RegistryLimits& limits) {
  if (!is_client_token(request.client_token)) {
    return fail(Errc::invalid_argument, "client token: 1 to 64 visible ASCII characters needed");
  }
  if (!is_good_image_name(request.name)) {
    return fail(Errc::invalid_argument,
                "image name of " + std::to_string(request.name.size()) + " bytes",
                "use 2 to 128 letters, digits and . _ : - beginning with a letter");
  }
  if (!request.image_id.empty()) {
    if (auto good = check_image_id(request.image_id); !good) return good;
  }
  if (std::ranges::find(limits.regions, request.region) == limits.regions.end()) {
    std::string regions;
    for (const auto& region : limits.regions) regions += (regions.empty() ? "" : ", ") + region;
    return fail(Errc::invalid_argument,
                "region '" + request.region.substr(0, text_max) + "' takes no images",
                "choose one of " + regions);
  }
  if (request.architecture != "x86_64") {
    return fail(Errc::invalid_argument,
                "architecture '" + request.architecture.substr(0, text_max) + "'",
                "edge nodes start x86_64 images only");
  }
  if (request.boot_mode != "bios" && request.boot_mode != "uefi") {
    return fail(Errc::invalid_argument, "boot mode '" + request.boot_mode.substr(0, text_max) + "'",
                "choose bios or uefi");
  }
  if (!request.license.empty() && request.license != "BYOL") {
    return fail(Errc::invalid_argument, "licence '" + request.license.substr(0, text_max) + "'",
                "choose BYOL or none");
  }
  for (const auto* text :
       {&request.source_id, &request.source_hostname, &request.source_os, &request.job}) {
    if (text->size() > text_max) {
      return fail(Errc::invalid_argument,
                  "a text of " + std::to_string(text->size()) + " bytes in the import request",
                  "use at most " + std::to_string(text_max));
    }
  }
  if (auto good = check_files(request.files); !good) return good;
  return check_disks(request, limits);
}

Result<std::uint64_t> check_sizes(const ImportRequest& request, const Bucket& bucket,
                                  const RegistryLimits& limits) {
  std::vector<std::string> keys;
  for (const auto& disk : request.disks) keys.push_back(disk.key);
  for (const auto& file : request.files) keys.push_back(file.key);
  std::uint64_t total = 0;
  for (const auto& key : keys) {
    auto info = bucket.head(key);
    if (!info) return fail(info.error());
    if (info->size > limits.image_bytes_max - total) {
      return fail(Errc::image_too_large,
                  "image " + request.name + ": its files have " +
                      std::to_string(total + info->size) + " bytes or more, the limit " +
                      "image_bytes_max is " + std::to_string(limits.image_bytes_max) + " (" +
                      human_bytes(limits.image_bytes_max) + ")",
                  "leave data disks out of the job, or free space on the source");
    }
    total += info->size;
  }
  return total;
}

Result<std::string> free_image_name(const ImportRequest& request,
                                    const std::function<bool(const std::string&)>& is_free) {
  if (is_free(request.name)) return request.name;
  constexpr int attempts = 1000;
  for (int n = 1; n <= attempts; ++n) {
    auto suffix = '_' + request.job + (n == 1 ? "" : '_' + std::to_string(n));
    if (suffix.size() >= name_max) suffix.resize(name_max / 2);
    auto room = name_max - suffix.size();
    // A character of several bytes is not cut in two.
    while (room < request.name.size() && (request.name[room] & 0xC0) == 0x80) --room;
    auto name = request.name.substr(0, room) + suffix;
    if (is_free(name)) return name;
  }
  return fail(Errc::name_taken, "image name " + request.name, "choose another image name");
}

EnsImage new_image(const ImportRequest& request, std::string image_id, std::string name) {
  return {.image_id = std::move(image_id),
          .name = std::move(name),
          .region = request.region,
          .architecture = request.architecture,
          .boot_mode = request.boot_mode,
          .source_id = request.source_id,
          .source_hostname = request.source_hostname,
          .source_os = request.source_os,
          .disks = {},
          .created_at = utc_text(wall_ms()),
          .job = request.job,
          .client_token = request.client_token,
          .boot = request.boot,
          .license = request.license};
}

}  // namespace ferry
