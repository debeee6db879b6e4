// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/logical_volumes.hpp"

#include <charconv>
#include <map>
#include <set>

#include "base/limits.hpp"
#include "base/subprocess.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds lvm_timeout{60};

/// Sees the devices given and nothing else, writes nothing, and asks no driver.
Result<std::string> lvm(const std::string& report, const std::string& fields,
                        const std::vector<std::string>& devices) {
  auto output = run_ok(
      {.argv = {"lvm", report, "--driverloaded", "n", "--readonly", "--config", lvm_config(devices),
                "--noheadings", "--nosuffix", "--units", "b", "--separator", "\t", "-o", fields},
       .timeout = lvm_timeout});
  if (!output && output.error().code == Errc::program_missing) {
    return fail(Errc::program_missing, output.error().what, "install the package lvm2");
  }
  return output;
}

/// Exactly `count` cells: what lvm leaves empty at the end of a line is there too.
std::vector<std::string> cells_of(std::string_view line, std::size_t count) {
  std::vector<std::string> cells;
  line = trimmed(line);
  for (auto tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    cells.emplace_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  cells.emplace_back(line);
  cells.resize(count);
  return cells;
}

bool to_number(std::string_view text, std::uint64_t& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

/// Bytes before the first extent, of each physical volume.
Result<std::map<std::string, std::uint64_t>> starts_of(const std::vector<std::string>& devices) {
  const auto text = lvm("pvs", "pv_name,pe_start", devices);
  if (!text) return fail(text.error());
  std::map<std::string, std::uint64_t> starts;
  for (const auto line : lines_of(*text)) {
    const auto cells = cells_of(line, 2);
    to_number(cells[1], starts[cells[0]]);
  }
  return starts;
}

/// "/dev/loop3p2:0-24" as a range of bytes; false for anything else.
bool place(const std::string& extents, std::uint64_t extent_bytes,
           const std::map<std::string, std::uint64_t>& starts, LogicalVolume& volume) {
  const auto colon = extents.rfind(':');
  const auto dash = extents.rfind('-');
  if (colon == std::string::npos || dash == std::string::npos || dash < colon) return false;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const auto start = starts.find(extents.substr(0, colon));
  const std::string_view range{extents};
  if (start == starts.end() || !to_number(range.substr(colon + 1, dash - colon - 1), first) ||
      !to_number(range.substr(dash + 1), last) || last < first || extent_bytes == 0 ||
      last >= limits::disk_bytes_max / extent_bytes || start->second > limits::disk_bytes_max) {
    return false;
  }
  volume.device = start->first;
  volume.offset = start->second + first * extent_bytes;
  volume.size = (last - first + 1) * extent_bytes;
  return true;
}

}  // namespace

std::string lvm_config(const std::vector<std::string>& devices) {
  std::string filter;
  for (const auto& device : devices) filter += "\"a|^" + device + "$|\",";
  return "devices{use_devicesfile=0 hints=\"none\" obtain_device_list_from_udev=0 filter=[" +
         filter + "\"r|.*|\"]} global{use_lvmlockd=0}";
}

Result<LogicalVolumes> logical_volumes(const std::vector<std::string>& physical_volumes) {
  const auto starts = starts_of(physical_volumes);
  if (!starts) return fail(starts.error());
  const auto text =
      lvm("lvs", "vg_name,lv_name,segtype,vg_extent_size,seg_pe_ranges", physical_volumes);
  if (!text) return fail(text.error());
  LogicalVolumes found;
  std::map<std::string, int> segments;
  const auto lines = lines_of(*text);
  if (lines.size() > limits::guest_volumes_max) {
    return fail(Errc::limit_exceeded, std::to_string(lines.size()) +
                                          " logical volumes and segments; at most " +
                                          std::to_string(limits::guest_volumes_max) + " are shown");
  }
  const auto name_in = [](std::string_view line) { return joined(cells_of(line, 2), "/"); };
  for (const auto line : lines) ++segments[name_in(line)];
  std::set<std::string> noted;
  for (const auto line : lines) {
    const auto cells = cells_of(line, 5);
    LogicalVolume volume{cells[0], cells[1], {}, 0, 0};
    std::uint64_t extent_bytes = 0;
    const auto name = name_in(line);
    if (segments[name] == 1 && cells[2] == "linear" && to_number(cells[3], extent_bytes) &&
        place(cells[4], extent_bytes, *starts, volume)) {
      found.volumes.push_back(std::move(volume));
    } else if (noted.insert(name).second) {
      found.notes.push_back("logical volume " + name + " (" + cells[2] +
                            ") is not one range of one of the disks given, so it is not looked at");
    }
  }
  return found;
}

std::vector<std::string> device_names(const LogicalVolume& volume) {
  const auto doubled = [](const std::string& name) {
    std::string text;
    for (const char c : name) text += c == '-' ? std::string{"--"} : std::string{c};
    return text;
  };
  return {"/dev/mapper/" + doubled(volume.group) + "-" + doubled(volume.name),
          "/dev/" + volume.group + "/" + volume.name};
}

}  // namespace ferry
