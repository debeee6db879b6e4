// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one list of keys. Reading, printing, the reference page and its test all
// walk the same tables, so a key is declared in exactly one line of settings.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/cluster_config.hpp"

namespace ferry {

enum class Kind : std::uint8_t {
  flag,
  number,
  size,      // "20 GiB", or a whole number of bytes
  duration,  // "1.5 s", in milliseconds
  choice,
  name,    // [a-z0-9-]{1,40}
  prefix,  // 1 to 30 letters and digits
  bucket,  // [a-z0-9-]{3,63}, as OSS and S3 have it
  text,    // 1 to 128 printable characters
  amount,  // "0.35": up to 9 digits, and 6 behind the point
  url,     // "https://HOST" or "http://HOST", with a port or without
  host,
  endpoint,
  address,  // "HOST:PORT"
  path,
  paths,
  errors,  // a list of "FERRY-2005"
};

[[nodiscard]] constexpr bool is_list(Kind kind) {
  return kind == Kind::paths || kind == Kind::errors;
}

/// Which folder a relative path starts from.
enum class Base : std::uint8_t { config_folder, state_folder };

struct Rule {
  Kind kind = Kind::flag;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::vector<std::string_view> choices = {};
  Base base = Base::state_folder;
  bool required = false;
  bool may_be_empty = false;
  std::vector<std::string_view> roles = {};  // values of the table's selector; empty: all of them
};

/// How the lists of keys say what a value may be.
namespace rule {
[[nodiscard]] Rule number(std::uint64_t min, std::uint64_t max);
[[nodiscard]] Rule size(std::uint64_t min, std::uint64_t max);  // bytes
[[nodiscard]] Rule choice(std::vector<std::string_view> choices);
[[nodiscard]] Rule required(Rule rule);
[[nodiscard]] Rule or_empty(Rule rule);
/// For entries of these roles, or kinds, alone.
[[nodiscard]] Rule only(std::vector<std::string_view> roles, Rule rule);
}  // namespace rule

using Slot =
    std::variant<bool*, std::uint32_t*, std::uint64_t*, std::string*, std::vector<std::string>*>;

/// A key, where its value lives, and what it may be.
struct Setting {
  std::string_view key;
  Slot slot;
  Rule rule;
};

struct SettingTable {
  std::string_view name;  // "cluster"; "node" for one [[node]]
  std::vector<Setting> settings;
  /// The key whose value says which others belong here (Rule::roles): "role" of a node, "kind" of
  /// a bucket. Empty where all do.
  std::string_view selector = {};
};

/// The tables with slots in `config`, which must outlive them.
[[nodiscard]] std::vector<SettingTable> plain_tables(ClusterConfig& config);
[[nodiscard]] SettingTable node_table(NodeConfig& node);
/// `table`: bucket, or buckets for one [[buckets]].
[[nodiscard]] SettingTable bucket_table(BucketConfig& bucket, std::string_view table);

[[nodiscard]] bool applies(const Rule& rule, std::string_view role);
/// Returns what the table's selector says, or nothing if it has none.
[[nodiscard]] std::string selected(const SettingTable& table);
/// Returns "[cluster]" or "[[node]]".
[[nodiscard]] std::string table_title(std::string_view name);

/// What a file can say for one value, before it is checked.
using RawValue = std::variant<bool, std::int64_t, std::string>;

/// Checks the value and stores it; a value of `paths` is appended. The error says
/// which value was refused and what is allowed.
[[nodiscard]] Result<> assign(const Setting& setting, RawValue value);
/// Returns "a whole number", "a string".
[[nodiscard]] std::string_view type_text(Kind kind);
/// Returns "1 to 8", "auto, on or off".
[[nodiscard]] std::string allowed_text(const Rule& rule);
/// Returns the current value as TOML.
[[nodiscard]] std::string value_toml(const Setting& setting);
/// Makes relative paths absolute.
void resolve(const Setting& setting, const std::filesystem::path& folder);
void clear(const Setting& setting);

}  // namespace ferry
