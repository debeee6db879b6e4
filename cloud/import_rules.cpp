// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the registry accepts, apart from how it stores it.
#include <algorithm>
#include <cctype>

#include "cloud/export.hpp"
#include "cloud/folder_registry.hpp"

namespace ferry {
namespace {

constexpr std::size_t token_max = 64;
constexpr std::size_t name_min = 2;
constexpr std::size_t name_max = 128;
constexpr std::size_t text_max = 256;

bool is_letter(unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; }

/// Letters of any script first, then also digits and . _ : -
bool is_good_name(std::string_view name) {
  if (name.size() < name_min || name.size() > name_max) return false;
  if (!is_letter(static_cast<unsigned char>(name.front()))) return false;
  return std::ranges::all_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_letter(byte) || std::isdigit(byte) != 0 ||
           std::string_view{"._:-"}.find(c) != std::string_view::npos;
  });
}

bool is_good_token(std::string_view token) {
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
  if (!is_good_token(request.client_token)) {
    return fail(Errc::invalid_argument, "client token: 1 to 64 visible ASCII characters needed");
  }
  if (!is_good_name(request.name)) {
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

}  // namespace ferry
