// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>

#include <arpa/inet.h>

#include "base/upload_limits.hpp"
#include "config/endpoint.hpp"
#include "config/mail_address.hpp"
#include "config/problems.hpp"
#include "config/settings.hpp"
#include "messages/machine.hpp"

namespace ferry {
namespace {

std::string node_path(std::size_t index, std::string_view key = {}) {
  auto path = "node." + std::to_string(index);
  if (!key.empty()) path.append(".").append(key);
  return path;
}

void check_names(const ClusterConfig& config, Problems& problems) {
  std::set<std::string_view> names;
  std::size_t controllers = 0;
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    const auto& node = config.nodes[i];
    if (!node.name.empty() && !names.insert(node.name).second) {
      problems.add(problems.at(node_path(i, "name")),
                   {Errc::config_conflict, "two nodes are named '" + node.name + "'",
                    "give each node its own name"});
    }
    if (node.role == "controller" && ++controllers > 1) {
      problems.add(problems.at(node_path(i, "role")),
                   {Errc::config_conflict, "a second node has the role controller",
                    "keep exactly one controller"});
    }
  }
  // A node that was refused may be the controller: one mistake, one error.
  const auto roleless = std::ranges::any_of(config.nodes, [](auto& n) { return n.role.empty(); });
  if (controllers == 0 && !roleless && !problems.is_marked("node")) {
    problems.add({}, {Errc::config_conflict, "no [[node]] has the role controller",
                      "add one with role = \"controller\" and listen"});
  }
}

struct Bound {
  Endpoint endpoint;
  std::string host;  // the machine
  std::string owner;
};

void check_port(const NodeConfig& node, std::size_t index, const Setting& setting,
                std::vector<Bound>& bound, Problems& problems) {
  const auto& text = *std::get<std::string*>(setting.slot);
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return;  // absent, or refused before
  const auto host = runs_here(node) ? std::string{} : node.host;
  for (const auto& other : bound) {
    if (other.host != host || !clash(other.endpoint, *endpoint)) continue;
    problems.add(problems.at(node_path(index, setting.key)),
                 {Errc::config_conflict,
                  std::string{setting.key} + " " + text + " clashes with " + other.owner + " " +
                      to_string(other.endpoint) + " on the same host",
                  "choose another port"});
    break;
  }
  bound.push_back({*endpoint, host, std::string{setting.key} + " of node '" + node.name + "' at"});
}

bool is_address_block(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string address{text.substr(0, slash)};
  const auto bits = text.substr(slash + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), number);
  in_addr ignored{};
  return error == std::errc{} && end == bits.data() + bits.size() && number <= 32 &&
         ::inet_pton(AF_INET, address.c_str(), &ignored) == 1;
}

/// The controller's process has it. `table`: of the cluster file.
void check_http_port(const ClusterConfig& config, const std::string& table,
                     const std::string& listen, std::vector<Bound>& bound, Problems& problems) {
  const auto endpoint = parse_endpoint("tcp://" + listen);
  const auto node = std::ranges::find(config.nodes, "controller", &NodeConfig::role);
  if (!endpoint || node == config.nodes.end()) return;
  const auto host = runs_here(*node) ? std::string{} : node->host;
  for (const auto& other : bound) {
    if (other.host != host || !clash(other.endpoint, *endpoint)) continue;
    problems.add(problems.at(table + ".listen"),
                 {Errc::config_conflict,
                  "listen " + listen + " clashes with " + other.owner + " " +
                      to_string(other.endpoint) + " on the same host",
                  "choose another port"});
    return;
  }
  bound.push_back({*endpoint, host, "listen of [" + table + "] at"});
}

void check_ports(const ClusterConfig& config, Problems& problems) {
  std::vector<Bound> bound;
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    auto node = config.nodes[i];
    for (const auto& setting : node_table(node).settings) {
      if (setting.rule.kind == Kind::endpoint) check_port(node, i, setting, bound, problems);
    }
  }
  check_http_port(config, "smc", config.smc.listen, bound, problems);
  check_http_port(config, "console", config.console.listen, bound, problems);
  check_http_port(config, "bus", config.bus.listen, bound, problems);
}

/// A certificate needs its key. `table`: that names them.
void check_pair(const std::string& table, const std::string& certificate, const std::string& key,
                Problems& problems) {
  if (certificate.empty() == key.empty()) return;
  const std::string there = certificate.empty() ? "key" : "certificate";
  const std::string absent = certificate.empty() ? "certificate" : "key";
  problems.add(
      problems.at(table + "." + there),
      {Errc::config_conflict, there + " is there without " + absent + " in [" + table + "]",
       "name both files, or neither"});
}

void check_mail(const ClusterConfig& config, Problems& problems) {
  const auto& mail = config.mail;
  if (mail.server.empty()) return;
  const auto refuse = [&](const std::string& key, std::string what, std::string fix) {
    problems.add(problems.at("mail." + key),
                 {Errc::config_conflict, std::move(what), std::move(fix)});
  };
  if (!is_mail_address(mail.from)) {
    refuse("from", "from is '" + mail.from + "' in [mail] and no address",
           "write it like ferry@example.org");
  }
  if (mail.user.empty() != mail.password_file.empty()) {
    const std::string there = mail.user.empty() ? "password_file" : "user";
    const std::string absent = mail.user.empty() ? "user" : "password_file";
    refuse(there, there + " is there without " + absent + " in [mail]", "write both, or neither");
  }
  if (!mail.user.empty() && mail.tls == "off") {
    refuse("tls", "tls is off in [mail], and everybody on the way would read the password",
           "write tls = \"starttls\" or \"tls\", or leave user and password_file out");
  }
}

void check_advertised(const ClusterConfig& config, Problems& problems) {
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    const auto& node = config.nodes[i];
    const std::string_view key = node.role == "controller" ? "listen" : "control";
    const auto endpoint = parse_endpoint(key == "listen" ? node.listen : node.control);
    if (!node.advertise.empty() || !endpoint || !endpoint->is_wildcard()) continue;
    problems.add(
        problems.at(node_path(i, key)),
        {Errc::config_conflict,
         "advertise is missing in [[node]], and " + std::string{key} + " names every address",
         "add advertise with the host name or address that others use"});
  }
}

void check_order(std::string_view low, std::uint64_t low_bytes, std::string_view high,
                 std::uint64_t high_bytes, Problems& problems) {
  if (low_bytes <= high_bytes) return;
  const auto low_path = "limits." + std::string{low};
  const auto high_path = "limits." + std::string{high};
  problems.add(problems.at(problems.is_marked(low_path) ? low_path : high_path),
               {Errc::config_conflict,
                std::string{low} + " is larger than " + std::string{high} + " in [limits]",
                "raise " + std::string{high} + " or lower " + std::string{low}});
}

void check_disks(const ClusterConfig& config, Problems& problems) {
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    std::set<std::string_view> seen;
    for (const auto& disk : config.nodes[i].disks) {
      if (seen.insert(disk).second) continue;
      problems.add(problems.at(node_path(i, "disks")),
                   {Errc::config_conflict, "disks names " + disk + " twice", "name it once"});
    }
  }
}

void check_image(const ClusterConfig& config, Problems& problems) {
  if (config.image.path != "native") return;
  const auto refuse = [&](std::string what, std::string fix) {
    problems.add(problems.at("image.path"),
                 {Errc::config_conflict, std::move(what), std::move(fix)});
  };
  if (config.machines.kind != "ecs") {
    return refuse("ECS makes images of machines that jobs rent, and here they rent none",
                  "write kind = \"ecs\" in [machines], or path = \"direct\" here");
  }
  for (const auto* bucket : all_buckets(config)) {  // F60
    if (config.machines.region == bucket->region) continue;
    const auto called = bucket == &config.bucket ? "the bucket" : "bucket " + bucket->name;
    refuse("ECS exports images into buckets of their own region: machines are in " +
               config.machines.region + ", and " + called + " is in " + bucket->region,
           "name a bucket in " + config.machines.region + ", or write path = \"direct\" here");
  }
}

void check_machines(const ClusterConfig& config, Problems& problems) {
  const auto& machines = config.machines;
  if (machines.kind == "none") return;
  const auto refuse = [&](const std::string& key, std::string what, std::string fix) {
    problems.add(problems.at(key), {Errc::config_conflict, std::move(what), std::move(fix)});
  };
  if (config.bucket.kind != "oss") {
    refuse("machines.kind",
           "machines of ECS are rented with the access key of OSS, and the bucket is of kind " +
               config.bucket.kind,
           "write kind = \"oss\" in [bucket]");
  }
  if (config.registry.kind != "ens") {
    refuse("machines.kind",
           "a rented machine takes along what it keeps, and the registry is a folder",
           "write kind = \"ens\" in [registry]");
  }
  if (machines.network == "private" && machines.vswitch.empty()) {
    refuse("machines.network",
           "source servers can't reach a machine within a VPC of its own from outside",
           "name a vswitch in [machines], or write network = \"public\"");
  }
  if (!is_address_block(machines.admit)) {
    refuse("machines.admit", "admit is '" + machines.admit + "' and no block of IPv4 addresses",
           "write it like 203.0.113.0/24");
  }
  for (std::size_t i = 0; i < config.nodes.size(); ++i) {
    const auto& node = config.nodes[i];
    if (is_machine_node(node.name)) {
      refuse(node_path(i, "name"), "node names that begin with vm- are those of rented machines",
             "call node '" + node.name + "' otherwise");
    }
  }
  const auto has_worker = std::ranges::any_of(
      config.nodes, [](const NodeConfig& node) { return node.role == "worker"; });
  if (!has_worker) {
    refuse("machines.kind", "no [[node]] has the role worker, which rents machines",
           "add one beside the controller");
  }
}

void check_ecs_import(const ClusterConfig& config, Problems& problems) {
  if (config.ecs_import.kind == "none") return;
  const auto has_worker = std::ranges::any_of(
      config.nodes, [](const NodeConfig& node) { return node.role == "worker"; });
  if (has_worker) return;
  problems.add(problems.at("ecs_import.kind"),
               {Errc::config_conflict, "no [[node]] has the role worker, which speaks to ECS",
                "add one beside the controller"});
}

/// An amount of nothing in particular would be told as if it were one.
void check_prices(const PricesConfig& prices, Problems& problems) {
  const bool priced = !prices.machine_hour.empty() || !prices.disk_gib_month.empty() ||
                      !prices.object_gib_month.empty();
  if (!priced || !prices.currency.empty()) return;
  problems.add(problems.at("prices"),
               {Errc::config_conflict, "[prices] has amounts and no currency",
                "add currency = \"CNY\", or another one"});
}

}  // namespace

void check_relations(const ClusterConfig& config, Problems& problems) {
  check_names(config, problems);
  check_ports(config, problems);
  check_advertised(config, problems);
  check_disks(config, problems);
  check_buckets(config, problems);
  check_machines(config, problems);
  check_image(config, problems);
  check_ecs_import(config, problems);
  check_prices(config.prices, problems);
  check_pair("smc", config.smc.certificate, config.smc.key, problems);
  check_pair("console", config.console.certificate, config.console.key, problems);
  check_mail(config, problems);
  const auto& limits = config.limits;
  check_order("system_disk_min", limits.system_disk_min_bytes, "system_disk_max",
              limits.system_disk_max_bytes, problems);
  check_order("data_disk_min", limits.data_disk_min_bytes, "data_disk_max",
              limits.data_disk_max_bytes, problems);
  check_order("system_disk_min", limits.system_disk_min_bytes, "image_max", limits.image_max_bytes,
              problems);
}

}  // namespace ferry
