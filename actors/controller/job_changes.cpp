// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_changes.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "messages/limits.hpp"

namespace ferry {
namespace {

std::string told(const std::string& text) {
  if (text.empty()) return "none";
  const auto shown = escaped(text);
  if (shown.size() <= limits::setting_change_bytes_max) return shown;
  // The cut may have gone through a character.
  return escaped(shown.substr(0, limits::setting_change_bytes_max - 3)) + "...";
}

std::string told(bool on) { return on ? "on" : "off"; }
std::string told(std::uint32_t number) { return std::to_string(number); }

std::string speed(std::uint64_t mbps) {
  return mbps == 0 ? "none" : std::to_string(mbps) + " Mbit/s";
}

std::string moment(std::int64_t ms, const std::string& otherwise) {
  return ms == 0 ? otherwise : utc_text(ms);
}

std::string tags(const std::vector<Tag>& tags) {
  std::string text;
  for (const auto& tag : tags) {
    text += (text.empty() ? "" : ", ") + tag.key + (tag.value.empty() ? "" : "=" + tag.value);
  }
  return told(text);
}

std::string rules(const std::vector<std::string>& excludes) {
  return excludes.empty() ? "none" : std::to_string(excludes.size()) + " rule(s)";
}

std::string machine(const MachineWish& wish) {
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  };
  add(wish.instance);
  add(wish.type);
  add(wish.vswitch);
  add(wish.private_network ? "private network" : "");
  return text.empty() ? "as the cluster file says" : told(text);
}

}  // namespace

std::vector<SettingChange> changes_of(const JobSettings& before, const JobSettings& after) {
  std::vector<SettingChange> changes;
  const auto note = [&](const char* name, const std::string& was, const std::string& is) {
    if (was != is) changes.push_back({name, was, is});
  };
  const auto& was = before.transfer;
  const auto& is = after.transfer;
  note("speed_limit", speed(was.bandwidth_mbps), speed(is.bandwidth_mbps));
  note("compression", told(was.compression), told(is.compression));
  note("adaptive_compression", told(was.adaptive_compression), told(is.adaptive_compression));
  note("encryption", told(was.ssl), told(is.ssl));
  note("check_after_each_pass", told(was.checksum), told(is.checksum));
  note("name", told(before.name), told(after.name));
  note("description", told(before.description), told(after.description));
  note("image_name", told(before.image_name), told(after.image_name));
  note("start", moment(before.scheduled_start_ms, "by hand"),
       moment(after.scheduled_start_ms, "by hand"));
  note("valid_until", moment(before.valid_until_ms, "none"), moment(after.valid_until_ms, "none"));
  note("hours_between_runs", told(before.frequency_hours), told(after.frequency_hours));
  note("images_to_keep", told(before.images_to_keep), told(after.images_to_keep));
  note("boot_fix_ups", told(before.fixups), told(after.fixups));
  note("network_of_the_image", told(before.network), told(after.network));
  note("boot_proof", told(before.boot_proof), told(after.boot_proof));
  if (before.excludes != after.excludes) {
    changes.push_back({"left_out_files", rules(before.excludes), rules(after.excludes)});
  }
  note("tags", tags(before.tags), tags(after.tags));
  note("diagnostic_logs", told(before.diagnostic_logs), told(after.diagnostic_logs));
  note("machine", machine(before.machine), machine(after.machine));
  return changes;
}

std::string changes_text(const std::vector<SettingChange>& changes) {
  std::string text;
  for (const auto& change : changes) {
    auto name = change.name;
    std::ranges::replace(name, '_', ' ');
    text += (text.empty() ? "" : "; ") + name;
    if (!change.after.empty()) text += " " + change.after + " instead of " + change.before;
  }
  return text;
}

}  // namespace ferry
