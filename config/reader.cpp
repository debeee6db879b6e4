// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows the TOML parser. It walks the document against the
// tables of settings.hpp and keeps going after a mistake, so that a user corrects
// a file once and not once per line.
#include <algorithm>

// toml++ 3.3.0 asserts that a table header starts with a key character, and with
// NDEBUG it tells the compiler to assume so, although the next lines of its parser
// report exactly this mistake ("[[[", "[=]"). Without the assertion they do.
#undef NDEBUG
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "config/document.hpp"
#include "config/endpoint.hpp"

namespace ferry {
namespace {

/// Asks a list for an entry that shows which keys there are.
constexpr auto no_entry = static_cast<std::size_t>(-1);

Position position(const toml::source_region& region) {
  return {std::max(region.begin.line, 1U), std::max(region.begin.column, 1U)};
}

std::string_view type_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "a boolean";
    default: return "a date or time";
  }
}

std::optional<RawValue> raw_value(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return RawValue{flag->get()};
  if (const auto* number = node.as_integer()) return RawValue{number->get()};
  if (const auto* text = node.as_string()) return RawValue{text->get()};
  return std::nullopt;
}

class Reader {
 public:
  Reader(const DocumentShape& shape, Problems& problems)
      : lists_(shape.lists), problems_(problems), tables_(shape.tables) {}

  void read(const toml::table& root) {
    for (auto&& [key, node] : root) read_top(key, node);
    for (const auto& table : tables_) {
      if (root.contains(table.name)) continue;
      report_missing(table, std::string{table.name}, selected(table));
      clear_foreign(table, selected(table));
    }
  }

 private:
  void read_top(const toml::key& key, const toml::node& node) {
    const auto list = std::ranges::find(lists_, key.str(), &SettingList::name);
    if (list != lists_.end()) return read_entries(position(key.source()), node, *list);
    const auto table = std::ranges::find(tables_, key.str(), &SettingTable::name);
    if (table == tables_.end()) {
      report_unknown_table(key, node);
    } else if (const auto* content = node.as_table()) {
      read_table(*content, *table, std::string{table->name}, position(node.source()));
    } else {
      const auto title = table_title(table->name);
      const auto found = node.is_array() ? "[" + title + "]" : std::string{type_of(node)};
      problems_.add(position(key.source()),
                    {Errc::config_wrong_type,
                     std::string{key.str()} + " is " + found + " but must be the table " + title,
                     "write " + title + " once"});
    }
  }

  void read_entries(Position at, const toml::node& node, const SettingList& entries) {
    const std::string name{entries.name};
    const auto* list = node.as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
      problems_.mark(name, at);
      const auto found = node.is_table() ? "[" + name + "]" : std::string{type_of(node)};
      problems_.add(
          at, {Errc::config_wrong_type, name + " is " + found + " but must be a list of tables",
               "start each " + (name.ends_with('s') ? "of them" : name) + " with " +
                   table_title(name)});
      return;
    }
    if (list->size() > entries.max) {
      problems_.mark(name, at);
      const auto several = name.ends_with('s') ? name : name + "s";
      problems_.add(at, {Errc::config_out_of_range,
                         std::to_string(list->size()) + " " + several + " are too many",
                         "write at most " + std::to_string(entries.max)});
      return;
    }
    entries.resize(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto& content = *list->get(i)->as_table();
      read_table(content, entries.entry(i), name + "." + std::to_string(i),
                 position(content.source()));
    }
  }

  /// What the table's selector says, in the file or by its default; empty if the table has none or
  /// it was refused.
  static std::string role_in(const toml::table& content, const SettingTable& table) {
    const auto setting = std::ranges::find(table.settings, table.selector, &Setting::key);
    if (setting == table.settings.end() || !content.contains(table.selector)) {
      return selected(table);
    }
    const auto* written = content.get_as<std::string>(table.selector);
    auto& slot = *std::get<std::string*>(setting->slot);
    const auto before = slot;
    const bool known = written != nullptr && assign(*setting, written->get());
    return known ? std::exchange(slot, before) : std::string{};
  }

  static void clear_foreign(const SettingTable& table, std::string_view role) {
    for (const auto& setting : table.settings) {
      if (!role.empty() && !applies(setting.rule, role)) clear(setting);
    }
  }

  void read_table(const toml::table& content, const SettingTable& table, const std::string& path,
                  Position at) {
    problems_.mark(path, at);
    // It comes first because it decides which other keys belong here.
    const auto role = role_in(content, table);
    for (auto&& [key, node] : content) {
      const auto setting = std::ranges::find(table.settings, key.str(), &Setting::key);
      if (setting == table.settings.end()) {
        report_unknown_key(key, table);
      } else if (!role.empty() && !applies(setting->rule, role)) {
        report_foreign_key(key, *setting, table, role);
      } else {
        problems_.mark(path + '.' + std::string{key.str()}, position(node.source()));
        read_value(*setting, node);
      }
    }
    report_missing(table, path, role);
    clear_foreign(table, role);
  }

  void read_value(const Setting& setting, const toml::node& node) {
    if (!is_list(setting.rule.kind)) {
      read_one(setting, node);
    } else if (const auto* list = node.as_array()) {
      clear(setting);
      for (const auto& entry : *list) read_one(setting, entry);
    } else {
      report_type(setting, node);
    }
  }

  void read_one(const Setting& setting, const toml::node& node) {
    auto value = raw_value(node);
    if (!value) {
      report_type(setting, node);
      return;
    }
    if (auto done = assign(setting, std::move(*value)); !done) {
      problems_.add(position(node.source()), done.error());
    }
  }

  void report_type(const Setting& setting, const toml::node& node) {
    problems_.add(position(node.source()),
                  {Errc::config_wrong_type,
                   std::string{setting.key} + " is " + std::string{type_of(node)} +
                       " but must be " + std::string{type_text(setting.rule.kind)},
                   "write " + allowed_text(setting.rule)});
  }

  void report_missing(const SettingTable& table, const std::string& path, std::string_view role) {
    for (const auto& setting : table.settings) {
      const bool asked =
          setting.rule.roles.empty() || (!role.empty() && applies(setting.rule, role));
      if (!setting.rule.required || !asked) continue;
      if (problems_.is_marked(path + '.' + std::string{setting.key})) continue;
      auto what = std::string{setting.key} + " is missing in " + table_title(table.name);
      if (!role.empty()) what.append(" of ").append(table.selector).append(" ").append(role);
      problems_.add(problems_.at(path), {Errc::config_out_of_range, std::move(what),
                                         "add " + std::string{setting.key} + " = \"...\" with " +
                                             allowed_text(setting.rule)});
    }
  }

  void report_unknown_table(const toml::key& key, const toml::node& node) {
    std::vector<std::string_view> names;
    for (const auto& list : lists_) names.push_back(list.name);
    for (const auto& table : tables_) names.push_back(table.name);
    const auto meant = near_miss(key.str(), names);
    const bool is_table = node.is_table() || node.is_array_of_tables();
    const std::string fix = !meant.empty() ? "did you mean " + table_title(meant) + "?"
                            : is_table     ? "remove it; the tables are listed in the reference"
                                           : "move it below the table it belongs to";
    problems_.add(position(key.source()),
                  {Errc::config_unknown_key,
                   std::string{is_table ? "unknown table '" : "unknown key '"} +
                       std::string{key.str()} + (is_table ? "'" : "' outside of a table"),
                   fix});
  }

  void report_unknown_key(const toml::key& key, const SettingTable& table) {
    std::vector<std::string_view> names;
    for (const auto& setting : table.settings) names.push_back(setting.key);
    auto fix = std::string{};
    if (const auto meant = near_miss(key.str(), names); !meant.empty()) {
      fix = "did you mean '" + std::string{meant} + "'?";
    } else if (const auto home = home_of(key.str()); !home.empty()) {
      fix = "move it to " + home;
    }
    problems_.add(
        position(key.source()),
        {Errc::config_unknown_key,
         "unknown key '" + std::string{key.str()} + "' in " + table_title(table.name), fix});
  }

  void report_foreign_key(const toml::key& key, const Setting& setting, const SettingTable& table,
                          std::string_view role) {
    std::string owners;
    for (const auto owner : setting.rule.roles) {
      owners.append(owners.empty() ? "" : " and ").append(owner);
    }
    const std::string selector{table.selector};
    problems_.add(position(key.source()),
                  {Errc::config_conflict,
                   std::string{setting.key} + " does not belong in " + table_title(table.name) +
                       " of " + selector + " " + std::string{role},
                   "remove it; it is for " + selector + " " + owners});
  }

  /// Returns the title of the table that has this key, or nothing.
  std::string home_of(std::string_view key) const {
    const auto has_key = [key](const SettingTable& table) {
      return std::ranges::find(table.settings, key, &Setting::key) != table.settings.end();
    };
    const auto home = std::ranges::find_if(tables_, has_key);
    if (home != tables_.end()) return table_title(home->name);
    const auto list = std::ranges::find_if(
        lists_, [&](const SettingList& one) { return has_key(one.entry(no_entry)); });
    return list != lists_.end() ? table_title(list->name) : std::string{};
  }

  std::vector<SettingList> lists_;
  Problems& problems_;
  std::vector<SettingTable> tables_;
};

void finish(BucketConfig& bucket) {
  if (!bucket.endpoint.empty() || bucket.region.empty()) return;
  bucket.endpoint = bucket.kind == "oss" ? "https://oss-" + bucket.region + ".aliyuncs.com"
                                         : "https://s3." + bucket.region + ".amazonaws.com";
}

void finish(ClusterConfig& config, const std::filesystem::path& folder) {
  const auto resolve_all = [&](const SettingTable& table) {
    for (const auto& setting : table.settings) {
      resolve(setting, setting.rule.base == Base::state_folder ? std::filesystem::path{config.state}
                                                               : folder);
    }
  };
  for (const auto& table : plain_tables(config)) resolve_all(table);
  for (auto& bucket : config.buckets) {
    resolve_all(bucket_table(bucket, "buckets"));
    finish(bucket);
  }
  for (auto& node : config.nodes) {
    resolve_all(node_table(node));
    const auto bound = parse_endpoint(node.role == "controller" ? node.listen : node.control);
    if (node.advertise.empty() && bound && !bound->is_wildcard()) node.advertise = bound->host;
  }
  auto& registry = config.registry;
  if (registry.kind == "ens" && registry.endpoint.empty()) {
    // One host for the regions of mainland China, and one for each other (smc-api 6).
    registry.endpoint = registry.region == "cn-beijing"
                            ? "https://ens.aliyuncs.com"
                            : "https://ens." + registry.region + ".aliyuncs.com";
  }
  auto& machines = config.machines;
  if (machines.kind == "ecs") {
    const auto rest = '.' + machines.region + ".aliyuncs.com";
    if (machines.endpoint.empty()) machines.endpoint = "https://ecs" + rest;
    if (machines.vpc_endpoint.empty()) machines.vpc_endpoint = "https://vpc" + rest;
  }
  finish(config.bucket);
}

/// Returns the place of the first byte that is not UTF-8; the parser's own report
/// of it names no line.
std::optional<Position> invalid_utf8(std::string_view text) {
  Position at;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return at;
    for (std::size_t n = 1; n < length; ++n) {
      if ((static_cast<unsigned char>(text[i + n]) & 0xC0U) != 0x80U) return at;
    }
    at = text[i] == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    i += length;
  }
  return std::nullopt;
}

}  // namespace

void read_document(std::string_view text, const DocumentShape& shape, Problems& problems) {
  if (const auto bad = invalid_utf8(text)) {
    problems.add_final(*bad,
                       {Errc::config_syntax, "the file is not UTF-8 text", "save it as UTF-8"});
    return;
  }
  const auto document = toml::parse(text);
  if (!document) {
    problems.add_final(position(document.error().source()),
                       {Errc::config_syntax, std::string{document.error().description()}, {}});
    return;
  }
  Reader{shape, problems}.read(document.table());
}

ConfigResult parse_config(std::string_view text, const std::filesystem::path& file) {
  Problems problems{file.string()};
  ClusterConfig config;
  NodeConfig example;
  const SettingList nodes{"node", config_nodes_max,
                          [&](std::size_t count) { config.nodes.resize(count); },
                          [&](std::size_t i) {
                            return node_table(i < config.nodes.size() ? config.nodes[i] : example);
                          }};
  BucketConfig further;
  further.name.clear();  // which has to be told
  const SettingList buckets{
      "buckets", config_buckets_max,
      [&](std::size_t count) { config.buckets.assign(count, further); },
      [&](std::size_t i) {
        return bucket_table(i < config.buckets.size() ? config.buckets[i] : further, "buckets");
      }};
  read_document(text, {plain_tables(config), {nodes, buckets}}, problems);
  if (problems.unreadable()) return tl::unexpected{problems.take()};
  std::error_code ignored;
  finish(config, std::filesystem::absolute(file, ignored).parent_path());
  check_relations(config, problems);
  if (!problems.empty()) return tl::unexpected{problems.take()};
  return config;
}

}  // namespace ferry
