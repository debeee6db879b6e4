// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads scenarios. Like the cluster file's reader it reports every mistake with its place
// and what is allowed there.
#include <algorithm>
#include <variant>

// See config/reader.cpp for these.
#undef NDEBUG
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "base/file.hpp"
#include "config/problems.hpp"
#include "simulation/scenario.hpp"

namespace ferry::sim {
namespace {

constexpr std::size_t scenario_bytes_max = 64 * 1024;

/// A key, where its value goes, and its bounds.
struct Key {
  std::string_view name;
  std::variant<std::string*, std::uint32_t*, double*> slot;
  double min = 0;
  double max = 1;
};

std::vector<Key> scenario_keys(Scenario& s) {
  return {{"title", &s.title},
          {"transitions", &s.transitions, 1, 8},
          {"workers", &s.workers, 1, 8},
          {"chunk_ms", &s.chunk_ms, 1, 10'000},
          {"chaos_s", &s.chaos_s, 0, 3600},
          {"liveness_s", &s.liveness_s, 1, 36'000}};
}

std::vector<Key> workload_keys(Workload& w) {
  return {{"name", &w.name},
          {"servers", &w.servers, 1, 1000},
          {"disks", &w.disks, 1, 5},
          {"chunks", &w.chunks, 1, 256},
          {"start_within_s", &w.start_within_s, 0, 3600},
          {"pause", &w.pause},
          {"modify", &w.modify},
          {"cancel", &w.cancel},
          {"again", &w.again}};
}

/// The faults there are, each with the keys it takes.
const std::vector<std::pair<std::string_view, std::vector<std::string_view>>> fault_kinds{
    {"crash_controller", {"mean_interval_s"}},
    {"crash_transition", {"mean_interval_s"}},
    {"crash_workers", {"mean_interval_s"}},
    {"crash_agents", {"mean_interval_s"}},
    {"crash_points", {"probability"}},
    {"partition_agents", {"mean_interval_s", "duration_s"}},
    {"partition_nodes", {"mean_interval_s", "duration_s"}},
    {"clog", {"mean_interval_s", "duration_s"}},
    {"lossy_wire", {"drop", "duplicate", "delay", "reorder", "corrupt", "delay_max_s"}},
    {"slow_provider", {"slow_max_s"}},
    {"failing_provider", {"refuse", "late_error", "full"}},
    {"rotting_disks", {"rot"}},
    {"lost_instances", {"mean_interval_s"}},
    {"rot_at_rest", {"mean_interval_s"}},
};

std::vector<Key> fault_keys(Fault& f) {
  return {{"name", &f.name},
          {"mean_interval_s", &f.mean_interval_s, 0.1, 3600},
          {"duration_s", &f.duration_s, 0.1, 600},
          {"probability", &f.probability},
          {"drop", &f.drop},
          {"duplicate", &f.duplicate},
          {"delay", &f.delay},
          {"reorder", &f.reorder},
          {"corrupt", &f.corrupt},
          {"delay_max_s", &f.delay_max_s, 0.001, 600},
          {"refuse", &f.refuse},
          {"late_error", &f.late_error},
          {"full", &f.full},
          {"rot", &f.rot},
          {"slow_max_s", &f.slow_max_s, 0.001, 600}};
}

Position position(const toml::source_region& region) {
  return {std::max(region.begin.line, 1U), std::max(region.begin.column, 1U)};
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

class Reader {
 public:
  Reader(Scenario& scenario, Problems& problems) : scenario_(scenario), problems_(problems) {}

  void read(const toml::table& root) {
    toml::table plain;
    for (auto&& [key, node] : root) {
      if (key.str() == "workload" || key.str() == "fault") {
        read_list(key, node);
      } else {
        read_key(scenario_keys(scenario_), {}, key, node);
      }
    }
    if (scenario_.workloads.empty()) {
      problems_.add({}, {Errc::config_conflict, "the scenario has no [[workload]]",
                         "add [[workload]] with name = \"migrate_servers\""});
    }
  }

 private:
  void read_list(const toml::key& key, const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
      const std::string title{key.str()};
      problems_.add(position(key.source()),
                    {Errc::config_wrong_type, title + " must be a list of tables",
                     "start each with [[" + title + "]]"});
      return;
    }
    for (const auto& item : *list) {
      if (key.str() == "workload") {
        read_workload(*item.as_table());
      } else {
        read_fault(*item.as_table());
      }
    }
  }

  void read_workload(const toml::table& table) {
    auto& workload = scenario_.workloads.emplace_back();
    for (auto&& [key, node] : table) read_key(workload_keys(workload), {}, key, node);
    if (workload.name != "migrate_servers") {
      unknown_kind(table, "workload", workload.name, {"migrate_servers"});
    }
  }

  void read_fault(const toml::table& table) {
    auto& fault = scenario_.faults.emplace_back();
    fault.name = table["name"].value_or(std::string{});
    const auto kind = std::ranges::find(fault_kinds, std::string_view{fault.name},
                                        [](const auto& k) { return k.first; });
    if (kind == fault_kinds.end()) {
      std::vector<std::string_view> names;
      for (const auto& known : fault_kinds) names.push_back(known.first);
      return unknown_kind(table, "fault", fault.name, names);
    }
    auto allowed = kind->second;
    allowed.insert(allowed.begin(), "name");
    for (auto&& [key, node] : table) read_key(fault_keys(fault), allowed, key, node);
    for (const std::string_view needed : {"mean_interval_s", "probability", "duration_s"}) {
      if (std::ranges::count(allowed, needed) > 0 && !table.contains(needed)) {
        problems_.add(
            position(table.source()),
            {Errc::config_conflict, "fault '" + fault.name + "' needs " + std::string{needed}, {}});
      }
    }
  }

  void unknown_kind(const toml::table& table, const std::string& what, const std::string& name,
                    const std::vector<std::string_view>& names) {
    const auto* node = table.get("name");
    const auto close = near_miss(name, names);
    problems_.add(
        position(node != nullptr ? node->source() : table.source()),
        {Errc::config_out_of_range,
         name.empty() ? "a " + what + " needs a name" : "unknown " + what + " '" + name + "'",
         close.empty() ? "use one of " + joined(names)
                       : "did you mean '" + std::string{close} + "'?"});
  }

  /// `allowed` empty: all keys.
  void read_key(const std::vector<Key>& keys, const std::vector<std::string_view>& allowed,
                const toml::key& key, const toml::node& node) {
    const auto found = std::ranges::find(keys, key.str(), &Key::name);
    const bool fits = allowed.empty() || std::ranges::count(allowed, key.str()) > 0;
    if (found == keys.end() || !fits) {
      std::vector<std::string_view> names = allowed;
      if (names.empty()) {
        for (const auto& known : keys) names.push_back(known.name);
      }
      const auto close = near_miss(key.str(), names);
      problems_.add(
          position(key.source()),
          {Errc::config_unknown_key, "unknown key '" + std::string{key.str()} + "'",
           close.empty() ? "use " + joined(names) : "did you mean '" + std::string{close} + "'?"});
      return;
    }
    read_value(*found, node);
  }

  void read_value(const Key& key, const toml::node& node) {
    const auto refuse = [&](Errc code, const std::string& allowed) {
      problems_.add(position(node.source()),
                    {code, std::string{key.name} + " must be " + allowed, {}});
    };
    if (auto* const* text = std::get_if<std::string*>(&key.slot)) {
      if (!node.is_string()) return refuse(Errc::config_wrong_type, "a string");
      **text = node.as_string()->get();
      return;
    }
    const bool whole = std::holds_alternative<std::uint32_t*>(key.slot);
    if (!node.is_integer() && (whole || !node.is_floating_point())) {
      return refuse(Errc::config_wrong_type, whole ? "a whole number" : "a number");
    }
    const auto number = node.value<double>().value_or(-1);
    if (!(number >= key.min && number <= key.max)) {
      auto bounds = std::to_string(key.min) + " to " + std::to_string(key.max);
      return refuse(Errc::config_out_of_range, bounds);
    }
    if (whole) {
      *std::get<std::uint32_t*>(key.slot) = static_cast<std::uint32_t>(number);
    } else {
      *std::get<double*>(key.slot) = number;
    }
  }

  Scenario& scenario_;
  Problems& problems_;
};

}  // namespace

ScenarioResult parse_scenario(std::string_view text, const std::filesystem::path& file) {
  Scenario scenario;
  scenario.file = file.string();
  Problems problems{file.string()};
  const auto parsed = toml::parse(text, file.string());
  if (!parsed) {
    const auto& error = parsed.error();
    problems.add(position(error.source()),
                 {Errc::config_syntax, std::string{error.description()}, {}});
  } else {
    Reader{scenario, problems}.read(parsed.table());
  }
  if (!problems.empty()) return tl::unexpected{problems.take()};
  return scenario;
}

ScenarioResult load_scenario(const std::filesystem::path& file) {
  auto text = read_file(file, scenario_bytes_max);
  if (!text) {
    return tl::unexpected{std::vector<ConfigError>{
        {file.string(), 1, 1, {Errc::config_unreadable, text.error().what, {}}}}};
  }
  return parse_scenario(*text, file);
}

}  // namespace ferry::sim
