// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/layout_words.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/text.hpp"

namespace ferry {
namespace {

Result<DiskWish> parse_disk_size(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 ||
      text.find_first_not_of("0123456789") != equals || equals > 3) {
    return fail(Errc::invalid_argument, "'" + text + "' is not INDEX=SIZE",
                "for example --disk 0=40GiB");
  }
  auto bytes = parse_bytes(std::string_view{text}.substr(equals + 1));
  if (!bytes) return fail(bytes.error());
  return DiskWish{
      static_cast<std::uint32_t>(std::stoul(text.substr(0, equals))), *bytes, false, {}};
}

DiskWish& disk_of(LayoutWish& wish, std::uint32_t index) {
  const auto found = std::ranges::find(wish.disks, index, &DiskWish::index);
  if (found != wish.disks.end()) return *found;
  return wish.disks.emplace_back(DiskWish{index, 0, false, {}});
}

tl::unexpected<Error> not_a_wish(const std::string& text) {
  return fail(Errc::invalid_argument, "'" + text + "' is no wish for a partition",
              "for example --partition /srv=disk:2,size:3GiB,method:file");
}

/// "/srv=size:3GiB,method:file" for the disk that `disk` is set to, if it says so.
Result<PartitionWish> parse_partition(const std::string& text, std::optional<std::uint32_t>& disk) {
  const auto equals = text.rfind('=');  // a mount point may have one as well
  if (equals == std::string::npos || equals == 0) return not_a_wish(text);
  PartitionWish wish{text.substr(0, equals), 0, {}};
  std::istringstream words{text.substr(equals + 1)};
  for (std::string word; std::getline(words, word, ',');) {
    const auto colon = word.find(':');
    const auto key = word.substr(0, colon);
    const auto value = colon == std::string::npos ? std::string{} : word.substr(colon + 1);
    if (key == "size") {
      auto bytes = parse_bytes(value);
      if (!bytes) return fail(bytes.error());
      wish.size = *bytes;
    } else if (key == "method") {
      wish.method = value;
    } else if (key == "disk" && !value.empty() && value.size() <= 3 &&
               value.find_first_not_of("0123456789") == std::string::npos) {
      disk = static_cast<std::uint32_t>(std::stoul(value));
    } else {
      return not_a_wish(text);
    }
  }
  return wish;
}

}  // namespace

Result<LayoutWish> layout_wish(const LayoutWords& words) {
  LayoutWish wish;
  for (const auto& text : words.disks) {
    auto size = parse_disk_size(text);
    if (!size) return fail(size.error());
    disk_of(wish, size->index).size = size->size;
  }
  for (const auto index : words.lvm) disk_of(wish, index).lvm = true;
  for (const auto& text : words.partitions) {
    std::optional<std::uint32_t> disk;
    auto partition = parse_partition(text, disk);
    if (!partition) return fail(partition.error());
    if (!disk) {
      return fail(Errc::invalid_argument, "'" + text + "' doesn't say on which disk",
                  "for example --partition " + partition->from + "=disk:0,method:file");
    }
    disk_of(wish, *disk).partitions.push_back(std::move(*partition));
  }
  return wish;
}

}  // namespace ferry
