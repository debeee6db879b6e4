// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"

#include <algorithm>

#include "base/upload_limits.hpp"

namespace ferry {
namespace {

using limits::disk_bytes_max;
using limits::kib;
using limits::mib;

// A size limit below one chunk would refuse every disk.
constexpr std::uint64_t size_limit_min = limits::chunk_bytes;
constexpr std::uint64_t image_limit_max = 8 * disk_bytes_max;

Rule path(Base base) { return {.kind = Kind::path, .base = base}; }

}  // namespace

namespace rule {

Rule number(std::uint64_t min, std::uint64_t max) {
  return {.kind = Kind::number, .min = min, .max = max};
}
Rule size(std::uint64_t min, std::uint64_t max) {
  return {.kind = Kind::size, .min = min, .max = max};
}
Rule choice(std::vector<std::string_view> choices) {
  return {.kind = Kind::choice, .choices = std::move(choices)};
}
Rule required(Rule rule) {
  rule.required = true;
  return rule;
}
Rule or_empty(Rule rule) {
  rule.may_be_empty = true;
  return rule;
}
Rule only(std::vector<std::string_view> roles, Rule rule) {
  rule.roles = std::move(roles);
  return rule;
}

}  // namespace rule

using namespace rule;

SettingTable bucket_table(BucketConfig& bucket, std::string_view table) {
  const auto of_store = [](Rule rule) { return only({"oss", "s3"}, std::move(rule)); };
  const auto is_further = table == "buckets";
  const Rule name{.kind = Kind::name, .required = is_further};
  return {table,
          {{"name", &bucket.name, name},
           {"kind", &bucket.kind, choice({"folder", "oss", "s3"})},
           {"path", &bucket.path, only({"folder"}, path(Base::state_folder))},
           {"bucket", &bucket.bucket, of_store(required({.kind = Kind::bucket}))},
           {"region", &bucket.region, of_store(required({.kind = Kind::name}))},
           {"endpoint", &bucket.endpoint, of_store(or_empty({.kind = Kind::url}))},
           {"addressing", &bucket.addressing, of_store(choice({"virtual", "path"}))},
           {"signature", &bucket.signature, only({"oss"}, choice({"v4", "v1"}))},
           {"ca_file", &bucket.ca_file, of_store(or_empty(path(Base::config_folder)))},
           {"proxy", &bucket.proxy, of_store(or_empty({.kind = Kind::url}))},
           {"prefix", &bucket.prefix, {.kind = Kind::prefix}}},
          "kind"};
}

std::vector<SettingTable> plain_tables(ClusterConfig& c) {
  const auto state = path(Base::state_folder);
  const auto beside_config = path(Base::config_folder);
  const auto of_ecs = [](Rule rule) { return only({"ecs"}, std::move(rule)); };
  return {
      {"cluster",
       {{"name", &c.name, required({.kind = Kind::name})},
        {"state", &c.state, path(Base::config_folder)}}},
      {"security", {{"sealed_data", &c.security.sealed_data, choice({"auto", "on", "off"})}}},
      bucket_table(c.bucket, "bucket"),
      {"credentials",
       {{"source", &c.credentials.source, choice({"environment", "profile", "instance"})},
        {"file", &c.credentials.file, only({"profile"}, or_empty(beside_config))},
        {"profile", &c.credentials.profile, only({"profile"}, {.kind = Kind::text})},
        {"role", &c.credentials.role, only({"instance"}, or_empty({.kind = Kind::text}))},
        {"metadata", &c.credentials.metadata, only({"instance"}, {.kind = Kind::url})}},
       "source"},
      {"registry",
       {{"kind", &c.registry.kind, choice({"folder", "ens"})},
        {"path", &c.registry.path, only({"folder"}, state)},
        {"endpoint", &c.registry.endpoint, only({"ens"}, or_empty({.kind = Kind::url}))},
        {"region", &c.registry.region, choice({"cn-beijing", "ap-southeast-1"})}},
       "kind"},
      {"machines",
       {{"kind", &c.machines.kind, choice({"none", "ecs"})},
        {"region", &c.machines.region, of_ecs(required({.kind = Kind::name}))},
        {"image", &c.machines.image, of_ecs(required({.kind = Kind::text}))},
        {"type", &c.machines.type, of_ecs(or_empty({.kind = Kind::text}))},
        {"role", &c.machines.role, of_ecs(or_empty({.kind = Kind::text}))},
        {"network", &c.machines.network, of_ecs(choice({"public", "private"}))},
        {"vpc", &c.machines.vpc, of_ecs(or_empty({.kind = Kind::text}))},
        {"vswitch", &c.machines.vswitch, of_ecs(or_empty({.kind = Kind::text}))},
        {"admit", &c.machines.admit, of_ecs({.kind = Kind::text})},
        {"disk_category", &c.machines.disk_category, of_ecs({.kind = Kind::text})},
        {"endpoint", &c.machines.endpoint, of_ecs(or_empty({.kind = Kind::url}))},
        {"vpc_endpoint", &c.machines.vpc_endpoint, of_ecs(or_empty({.kind = Kind::url}))}},
       "kind"},
      {"ecs_import",
       {{"kind", &c.ecs_import.kind, choice({"none", "ecs"})},
        {"region", &c.ecs_import.region, of_ecs(required({.kind = Kind::name}))},
        {"endpoint", &c.ecs_import.endpoint, of_ecs(or_empty({.kind = Kind::url}))}},
       "kind"},
      {"image",
       {{"path", &c.image.path, choice({"direct", "native"})},
        {"compression", &c.image.compression, choice({"none", "zlib", "zstd"})},
        {"part_size", &c.image.part_bytes, size(100 * kib, limits::upload_part_bytes_max)}}},
      {"jobs",
       {{"boot_proof", &c.jobs.boot_proof, choice({"required", "warn", "off"})},
        {"progress_patience_s", &c.jobs.progress_patience_s,
         number(limits::progress_patience_min.count(), limits::progress_patience_max.count())}}},
      {"transfer",
       {{"streams", &c.transfer.streams, number(1, limits::streams_max)},
        {"credit_chunks", &c.transfer.credit_chunks, number(1, limits::credit_chunks_max)},
        {"compression", &c.transfer.compression, number(0, limits::compression_max)},
        {"adaptive", &c.transfer.adaptive, {.kind = Kind::flag}},
        {"bandwidth_mbps", &c.transfer.bandwidth_mbps, number(0, 100'000)}}},
      {"limits",
       {{"data_disks_max", &c.limits.data_disks_max, number(0, 64)},
        {"data_disk_min", &c.limits.data_disk_min_bytes, size(size_limit_min, disk_bytes_max)},
        {"data_disk_max", &c.limits.data_disk_max_bytes, size(size_limit_min, disk_bytes_max)},
        {"system_disk_min", &c.limits.system_disk_min_bytes, size(size_limit_min, disk_bytes_max)},
        {"system_disk_max", &c.limits.system_disk_max_bytes, size(size_limit_min, disk_bytes_max)},
        {"image_max", &c.limits.image_max_bytes, size(size_limit_min, image_limit_max)}}},
      {"prices",
       {{"currency", &c.prices.currency, or_empty({.kind = Kind::prefix})},
        {"machine_hour", &c.prices.machine_hour, or_empty({.kind = Kind::amount})},
        {"disk_gib_month", &c.prices.disk_gib_month, or_empty({.kind = Kind::amount})},
        {"object_gib_month", &c.prices.object_gib_month, or_empty({.kind = Kind::amount})}}},
      {"janitor",
       {{"period_s", &c.janitor.period_s, number(1, 86'400)},
        {"release_patience_s", &c.janitor.release_patience_s,
         number(limits::release_patience_min.count(), limits::release_patience_max.count())}}},
      {"log",
       {{"format", &c.log.format, choice({"text", "json"})},
        {"level", &c.log.level, choice({"debug", "info", "warning", "error"})}}},
      {"smc",
       {{"listen", &c.smc.listen, or_empty({.kind = Kind::address})},
        {"certificate", &c.smc.certificate, or_empty(path(Base::config_folder))},
        {"key", &c.smc.key, or_empty(path(Base::config_folder))}}},
      {"console",
       {{"listen", &c.console.listen, or_empty({.kind = Kind::address})},
        {"tls", &c.console.tls, choice({"auto", "on", "off"})},
        {"certificate", &c.console.certificate, or_empty(path(Base::config_folder))},
        {"key", &c.console.key, or_empty(path(Base::config_folder))},
        {"url", &c.console.url, or_empty({.kind = Kind::url})},
        {"agent_downloads", &c.console.agent_downloads, path(Base::config_folder)}}},
      {"bus", {{"listen", &c.bus.listen, or_empty({.kind = Kind::address})}}},
      {"mail",
       {{"server", &c.mail.server, or_empty({.kind = Kind::host})},
        {"port", &c.mail.port, number(0, 65'535)},
        {"tls", &c.mail.tls, choice({"starttls", "tls", "off"})},
        {"from", &c.mail.from, or_empty({.kind = Kind::text})},
        {"user", &c.mail.user, or_empty({.kind = Kind::text})},
        {"password_file", &c.mail.password_file, or_empty(beside_config)},
        {"ca_file", &c.mail.ca_file, or_empty(beside_config)}}},
      {"webhook",
       {{"ca_file", &c.webhook.ca_file, or_empty(beside_config)},
        {"proxy", &c.webhook.proxy, or_empty({.kind = Kind::url})}}},
  };
}

SettingTable node_table(NodeConfig& n) {
  const auto state = path(Base::state_folder);
  const auto beside_config = path(Base::config_folder);
  const Rule endpoint{.kind = Kind::endpoint, .required = true};
  const Rule paths{.kind = Kind::paths, .max = 64, .base = Base::config_folder};
  return {"node",
          {{"name", &n.name, required({.kind = Kind::name})},
           {"role", &n.role, required(choice({"controller", "transition", "worker", "agent"}))},
           {"host", &n.host, or_empty({.kind = Kind::host})},
           {"listen", &n.listen, only({"controller"}, endpoint)},
           {"control", &n.control, only({"transition"}, endpoint)},
           {"data", &n.data, only({"transition"}, endpoint)},
           {"advertise", &n.advertise,
            only({"controller", "transition"}, or_empty({.kind = Kind::host}))},
           {"storage", &n.storage, only({"transition"}, state)},
           {"scratch", &n.scratch, only({"worker"}, state)},
           {"disks", &n.disks, only({"agent", "transition"}, paths)},
           {"root", &n.root, only({"agent"}, or_empty(beside_config))},
           {"code_file", &n.code_file, only({"agent"}, or_empty(state))}},
          "role"};
}

bool applies(const Rule& rule, std::string_view role) {
  return rule.roles.empty() || std::ranges::find(rule.roles, role) != rule.roles.end();
}

std::string selected(const SettingTable& table) {
  const auto setting = std::ranges::find(table.settings, table.selector, &Setting::key);
  return setting == table.settings.end() ? "" : *std::get<std::string*>(setting->slot);
}

std::string table_title(std::string_view name) {
  // These may be written many times.
  const bool repeats = name == "node" || name == "fault" || name == "buckets";
  const std::string text{name};
  return repeats ? "[[" + text + "]]" : "[" + text + "]";
}

}  // namespace ferry
