// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/cluster_config.hpp"

#include <algorithm>
#include <array>

#include <unistd.h>

#include "base/file.hpp"
#include "config/document.hpp"
#include "config/endpoint.hpp"
#include "config/settings.hpp"

namespace ferry {
namespace {

tl::unexpected<std::vector<ConfigError>> unreadable(const std::filesystem::path& file,
                                                    std::string why, std::string fix = {}) {
  Error error{Errc::config_unreadable, std::move(why), std::move(fix)};
  return tl::unexpected{std::vector{ConfigError{file.string(), 1, 1, std::move(error)}}};
}

void append_table(const SettingTable& table, std::string& text) {
  text.append(text.empty() ? "" : "\n").append(table_title(table.name)).append("\n");
  for (const auto& setting : table.settings) {
    if (!applies(setting.rule, selected(table))) continue;
    text.append(setting.key).append(" = ").append(value_toml(setting)).append("\n");
  }
}

}  // namespace

std::string to_string(const ConfigError& error) {
  return error.file + ':' + std::to_string(error.line) + ':' + std::to_string(error.column) + ": " +
         to_string(error.error);
}

tl::expected<std::string, std::vector<ConfigError>> read_settings_file(
    const std::filesystem::path& file, const std::string& noun) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (status.type() == std::filesystem::file_type::not_found) {
    return unreadable(file, "there is no such file", "check the path of the " + noun);
  }
  if (failed) return unreadable(file, failed.message());
  if (std::filesystem::is_directory(status)) {
    return unreadable(file, "this is a folder", "name the " + noun + " inside it");
  }
  // A pipe or device could block for ever or never end.
  if (!std::filesystem::is_regular_file(status)) {
    return unreadable(file, "this is not a regular file", "name a " + noun);
  }
  auto text = read_file(file, config_file_bytes_max);
  if (!text && text.error().code == Errc::limit_exceeded) {
    return unreadable(file, "the file is larger than 1 MiB", "a " + noun + " has a few KiB");
  }
  if (!text) return unreadable(file, text.error().what);
  return std::move(*text);
}

ConfigResult load_config(const std::filesystem::path& file) {
  const auto text = read_settings_file(file, "cluster file");
  if (!text) return tl::unexpected{text.error()};
  return parse_config(*text, file);
}

std::string effective_toml(const ClusterConfig& config) {
  auto copy = config;
  std::string text;
  for (const auto& table : plain_tables(copy)) append_table(table, text);
  for (auto& bucket : copy.buckets) append_table(bucket_table(bucket, "buckets"), text);
  for (auto& node : copy.nodes) append_table(node_table(node), text);
  return text;
}

const BucketConfig* find_bucket(const ClusterConfig& config, std::string_view name) {
  for (const auto* bucket : all_buckets(config)) {
    if (name.empty() || bucket->name == name) return bucket;
  }
  return nullptr;
}

std::vector<const BucketConfig*> all_buckets(const ClusterConfig& config) {
  std::vector<const BucketConfig*> buckets{&config.bucket};
  for (const auto& bucket : config.buckets) buckets.push_back(&bucket);
  return buckets;
}

const NodeConfig* find_node(const ClusterConfig& config, std::string_view name) {
  const auto found = std::ranges::find(config.nodes, name, &NodeConfig::name);
  return found == config.nodes.end() ? nullptr : &*found;
}

const NodeConfig& controller_of(const ClusterConfig& config) {
  return *std::ranges::find(config.nodes, "controller", &NodeConfig::role);
}

std::string controller_endpoint(const ClusterConfig& config) {
  const auto& node = controller_of(config);
  const auto bound = parse_endpoint(node.listen);
  return bound ? to_string(Endpoint{node.advertise, bound->port}) : std::string{};
}

std::string this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

bool runs_here(const NodeConfig& node) { return node.host.empty() || node.host == this_host(); }

}  // namespace ferry
