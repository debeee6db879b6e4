// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/fstab.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

/// fstab writes blanks and the like as "\040".
std::string unescaped(std::string_view word) {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 3 < word.size() && octal(word[i + 1]) && octal(word[i + 2]) &&
        octal(word[i + 3])) {
      text +=
          static_cast<char>((word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + word[i + 3] - '0');
      i += 3;
    } else {
      text += word[i];
    }
  }
  return text;
}

std::string subvolume_in(std::string_view options) {
  while (!options.empty()) {
    const auto comma = std::min(options.find(','), options.size());
    const auto option = options.substr(0, comma);
    if (option.starts_with("subvol=") || option.starts_with("subvolid=")) {
      return std::string{option};
    }
    options.remove_prefix(std::min(comma + 1, options.size()));
  }
  return {};
}

std::string folded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\'') continue;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// A way to name a volume: as a tag, and as a link in /dev/disk.
struct DeviceTag {
  std::string_view word;
  std::string_view folder;
  std::string GuestVolume::*value;
};
constexpr std::array tags{
    DeviceTag{"UUID=", "/dev/disk/by-uuid/", &GuestVolume::uuid},
    DeviceTag{"LABEL=", "/dev/disk/by-label/", &GuestVolume::label},
    DeviceTag{"PARTUUID=", "/dev/disk/by-partuuid/", &GuestVolume::partition_uuid},
};

}  // namespace

std::vector<FstabEntry> parse_fstab(std::string_view text) {
  std::vector<FstabEntry> entries;
  for (const auto line : lines_of(text)) {
    if (is_comment_or_empty(line)) continue;
    const auto words = words_of(line);
    if (words.size() < 3 || entries.size() == limits::guest_mounts_max) continue;
    entries.push_back({unescaped(words[0]), unescaped(words[1]), words[2],
                       words.size() > 3 ? subvolume_in(words[3]) : ""});
  }
  return entries;
}

std::vector<FstabEntry> fstab_of(const GuestRoot& root, const std::string& path) {
  const auto located = root.locate(path);
  if (!located) return {};
  const auto content = root.content(*located);
  if (!content || !*content || (*content)->kind != Content::Kind::file) return {};
  return parse_fstab((*content)->bytes);
}

const GuestVolume* find_volume(const std::vector<GuestVolume>& volumes,
                               const std::vector<MigratedVolume>& names, std::string_view device) {
  const auto first = [&](const auto& fits) -> const GuestVolume* {
    const auto found = std::ranges::find_if(volumes, fits);
    return found == volumes.end() ? nullptr : &*found;
  };
  const auto by_name = [&](std::string_view wanted) -> const GuestVolume* {
    const auto name = std::ranges::find(names, wanted, &MigratedVolume::device);
    if (name == names.end() || name->uuid.empty()) return nullptr;
    return first([&](const GuestVolume& v) { return folded(v.uuid) == folded(name->uuid); });
  };
  for (const auto& [word, folder, value] : tags) {
    for (const auto start : {word, folder}) {
      if (!device.starts_with(start)) continue;
      const auto wanted = folded(device.substr(start.size()));
      const auto* found = first([&, member = value](const GuestVolume& v) {
        return !(v.*member).empty() && folded(v.*member) == wanted;
      });
      return found != nullptr ? found : by_name(std::string{folder} + wanted);
    }
  }
  if (const auto* found = by_name(device)) return found;
  return first(
      [&](const GuestVolume& v) { return std::ranges::find(v.names, device) != v.names.end(); });
}

std::vector<MigratedVolume> names_by_root(const std::vector<GuestVolume>& volumes,
                                          const GuestVolume& root,
                                          const std::vector<FstabEntry>& fstab) {
  const auto entry = std::ranges::find(fstab, "/", &FstabEntry::point);
  const auto number = std::to_string(root.number);
  if (entry == fstab.end() || root.number == 0 || !entry->device.ends_with(number)) return {};
  const auto start = entry->device.substr(0, entry->device.size() - number.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // "/dev/sda", "/dev/nvme0n1p"; no link of /dev/disk, no logical volume, and no other number.
  if (!start.starts_with("/dev/") || start.find('/', 5) != std::string::npos ||
      is_digit(start.back()) || start.size() == 5) {
    return {};
  }
  std::vector<MigratedVolume> names;
  for (const auto& volume : volumes) {
    if (volume.disk == root.disk && volume.number != 0 && !volume.uuid.empty()) {
      names.push_back({start + std::to_string(volume.number), volume.uuid});
    }
  }
  return names;
}

}  // namespace ferry
