// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/node.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "actors/controller/controller.hpp"
#include "actors/controller/known_secrets.hpp"
#include "actors/transition/folder_storage.hpp"
#include "actors/transition/transition_host.hpp"
#include "actors/worker/boot_prover.hpp"
#include "actors/worker/ens_importer.hpp"
#include "apps/instances_opener.hpp"
#include "apps/launcher.hpp"
#include "apps/machines_opener.hpp"
#include "apps/native_opener.hpp"
#include "apps/registry_opener.hpp"
#include "apps/serve.hpp"
#include "base/file.hpp"
#include "base/kept_log.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "bus/server.hpp"
#include "config/endpoint.hpp"
#include "console/server.hpp"
#include "smc/server.hpp"

namespace ferry {
namespace {

int end_with(const Error& error) {
  log::error(
      "node can't run",
      {{"code", code_text(error.code)}, {"why", error.what}, {"fix", std::string{remedy(error)}}});
  return retry_class(error.code) == Retry::fatal ? exit_broken_config : 1;
}

/// The bound endpoint with the address under which others find it.
std::string advertised(const std::string& bound, const std::string& host) {
  auto endpoint = parse_endpoint(bound);
  if (!endpoint) return bound;
  endpoint->host = host;
  return to_string(*endpoint);
}

std::filesystem::path log_folder(const ClusterConfig& config, const std::string& node) {
  return std::filesystem::path{config.state} / "kept-logs" / node;
}

/// What this process tells of its log. Call while its environment has all secrets.
KeptLog kept_log(const ClusterConfig& config, const NodeConfig& node) {
  return {
      log_folder(config, node.name), {}, std::make_shared<const Redactor>(secrets_of_host(config))};
}

/// A node that can't keep its lines works all the same.
void keep_log(const ClusterConfig& config, const std::string& node) {
  if (auto done = log::keep(log_folder(config, node), node); !done) {
    log::warning("log lines are not kept for diagnostics", {{"why", done.error().what}});
  }
}

/// What the three server roles have in common: keys, bridge and a tree of actors.
struct Running {
  const ClusterConfig& config;
  const NodeConfig& node;
  KeyPair keys;
  caf::actor_system_config settings;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<Bridge> bridge;

  Result<> start(std::optional<std::string> listen) {
    auto loaded = load_or_make_key_pair(key_file(config, node.name));
    if (!loaded) return fail(loaded.error());
    keys = *loaded;
    system = std::make_unique<caf::actor_system>(actor_settings(settings));
    auto started = Bridge::start(*system, {node.name, keys, std::move(listen)});
    if (!started) return fail(started.error());
    bridge = std::move(*started);
    return {};
  }

  Result<> connect_to_controller() const {
    auto key = load_public_key(key_file(config, "controller").string() + ".pub");
    if (!key) return fail(key.error());
    bridge->connect({"controller", Role::controller}, controller_endpoint(config), *key);
    return {};
  }
};

/// Every agent's link is a file here, and most systems allow 1024 unless a program asks.
void allow_many_links() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max >= limits::controller_files_min) return;
  log::warning("this host allows few open files, so few agents can connect",
               {{"files", limit.rlim_max},
                {"fix", "raise the hard limit to " + std::to_string(limits::controller_files_min) +
                            " (ulimit -Hn, or LimitNOFILE= in systemd)"}});
}

/// Null if the cluster has no such endpoint.
Result<std::unique_ptr<HttpServer>> start_smc(Running& running) {
  if (running.config.smc.listen.empty()) return nullptr;
  return start_smc_server(
      running.config.smc,
      std::make_unique<SmcService>(*running.system, *running.bridge, running.config));
}

/// Null if no console serves any.
Result<std::shared_ptr<AgentDownloads>> offered_downloads(const ClusterConfig& config) {
  if (config.console.listen.empty()) return nullptr;
  return open_downloads(config);
}

/// Null if the cluster has none.
Result<std::unique_ptr<HttpServer>> open_console(Running& running,
                                                 std::shared_ptr<AgentDownloads> downloads) {
  if (running.config.console.listen.empty()) return nullptr;
  return start_console(*running.system, *running.bridge, running.config, std::move(downloads));
}

/// Null if the cluster has none.
Result<std::unique_ptr<BusServer>> open_bus(Running& running) {
  if (running.config.bus.listen.empty()) return nullptr;
  return BusServer::start(*running.system, *running.bridge, running.config, running.keys);
}

std::filesystem::path secret_box_file(const ClusterConfig& config) {
  return std::filesystem::path{config.state} / "keys" / secret_box_name;
}

int run_controller(Running& running) {
  allow_many_links();
  if (auto done = check_database(running.config); !done) return end_with(done.error());
  if (auto done = running.start(running.node.listen); !done) return end_with(done.error());
  auto operator_key = load_or_make_key_pair(key_file(running.config, "operator"));
  if (!operator_key) return end_with(operator_key.error());
  running.bridge->enrol({"operator", Role::operator_}, operator_key->public_key);
  for (const auto& node : running.config.nodes) {
    if (node.role != "transition" && node.role != "worker") continue;
    const auto file = key_file(running.config, node.name).string() + ".pub";
    if (auto key = load_public_key(file)) {
      running.bridge->enrol({node.name, role_of(node.role)}, *key);
    } else {
      log::warning(
          "node has no key here yet and will be refused",
          {{"peer", node.name}, {"fix", "copy its public key to " + file + " and restart"}});
    }
  }
  log::info("controller listens", {{"endpoint", running.bridge->endpoint()}});
  auto signing_key = SigningKey::load_or_make(signing_key_file(running.config));
  if (!signing_key) return end_with(signing_key.error());
  auto secret_box = SecretBox::load_or_make(secret_box_file(running.config));
  if (!secret_box) return end_with(secret_box.error());
  auto smc = start_smc(running);
  if (!smc) return end_with(smc.error());
  const auto downloads = offered_downloads(running.config);
  if (!downloads) return end_with(downloads.error());
  auto console = open_console(running, *downloads);
  if (!console) return end_with(console.error());
  auto bus = open_bus(running);
  if (!bus) return end_with(bus.error());
  const auto root = spawn_controller(
      *running.system, {&running.config, running.bridge.get(), running.keys.public_key,
                        std::make_shared<const SigningKey>(*signing_key),
                        std::make_shared<const SecretBox>(*secret_box), *downloads,
                        kept_log(running.config, running.node)});
  // First, so that what it was asked is answered while all others are there.
  return serve(*running.system, root, [&] {
    bus->reset();
    console->reset();
    smc->reset();
  });
}

int run_transition(Running& running) {
  const auto& node = running.node;
  if (auto done = running.start(node.control); !done) return end_with(done.error());
  if (auto done = running.connect_to_controller(); !done) return end_with(done.error());
  if (auto done = make_folder(node.storage); !done) return end_with(done.error());
  const bool allow_plain = running.config.security.sealed_data == "off";
  auto data = DataServer::start({node.data, 0, allow_plain});
  if (!data) return end_with(data.error());
  TransitionOptions options;
  options.storage = std::make_shared<FolderStorage>(
      node.storage, data->get(),
      std::vector<std::filesystem::path>{node.disks.begin(), node.disks.end()});
  options.control = advertised(running.bridge->endpoint(), node.advertise);
  options.data = advertised((*data)->endpoint(), node.advertise);
  options.public_key = running.keys.public_key;
  options.bridge = running.bridge.get();
  options.log = kept_log(running.config, node);
  log::info("transition node listens", {{"control", options.control}, {"data", options.data}});
  return serve(*running.system, spawn_transition(*running.system, options, node.name));
}

ImageCompression compression_of(const std::string& name) {
  if (name == "zlib") return ImageCompression::zlib;
  return name == "zstd" ? ImageCompression::zstd : ImageCompression::none;
}

int run_worker(Running& running) {
  const BucketOpener open_bucket{running.config};
  auto log = kept_log(running.config, running.node);
  forget_credential_variables();  // qemu and others that this worker starts have no use for them
  if (auto done = running.start(std::nullopt); !done) return end_with(done.error());
  if (auto done = running.connect_to_controller(); !done) return end_with(done.error());
  const auto& config = running.config;
  WorkerOptions options;
  options.node = running.node.name;
  options.scratch = running.node.scratch;
  options.compression = compression_of(config.image.compression);
  options.part_bytes = config.image.part_bytes;
  options.bridge = running.bridge.get();
  options.log = std::move(log);
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  options.tools.prepare = [program](const PrepareOrder& order, const std::stop_token& stop) {
    return prepare_images(program, order, stop);
  };
  options.tools.prove_boot = BootProver{program};
  options.open_bucket = open_bucket;
  for (const auto& bucket : config.buckets) options.buckets.push_back(bucket.name);
  options.open_registry = RegistryOpener{config, open_bucket};
  options.open_machines = MachinesOpener{config, open_bucket};
  if (config.image.path == "native") options.open_native = NativeOpener{config, open_bucket};
  options.open_instances = InstancesOpener{config, open_bucket};
  options.machine_image = config.machines.image;
  options.machine_role = config.machines.role;
  return serve(*running.system, spawn_worker(*running.system, options));
}

/// The agent is a program of its own, small enough for any source server.
int run_agent(const ClusterConfig& config, const NodeConfig& node) {
  const auto program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "edgeferry-agent";
  std::vector<std::string> words{
      program.string(), "run",
      "--state",        (std::filesystem::path{config.state} / node.name).string(),
      "--controller",   controller_endpoint(config),
      "--log-format",   config.log.format,
      "--log-level",    config.log.level};
  if (!node.code_file.empty()) words.insert(words.end(), {"--code-file", node.code_file});
  if (!node.root.empty()) words.insert(words.end(), {"--root", node.root});
  for (const auto& disk : node.disks) words.insert(words.end(), {"--disk", disk});
  if (config.security.sealed_data == "off") words.emplace_back("--allow-plain");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  return end_with(errno_error(Errc::program_missing, "run " + program.string()));
}

}  // namespace

std::filesystem::path key_file(const ClusterConfig& config, const std::string& name) {
  // Whatever the controller's node is called, there is one controller and one key of it.
  const bool controller = name == controller_of(config).name;
  return std::filesystem::path{config.state} / "keys" / (controller ? "controller" : name);
}

std::filesystem::path signing_key_file(const ClusterConfig& config) {
  return std::filesystem::path{config.state} / "keys" / signing_key_name;
}

Result<> make_keys(const ClusterConfig& config) {
  std::vector<std::string> names{"operator"};
  for (const auto& node : config.nodes) {
    if (node.role != "agent" && runs_here(node)) names.push_back(node.name);
  }
  for (const auto& name : names) {
    if (auto keys = load_or_make_key_pair(key_file(config, name)); !keys) return fail(keys.error());
  }
  return {};
}

int run_node(const ClusterConfig& config, const std::string& name) {
  log::start(name, log::level_of(config.log.level), log::format_of(config.log.format));
  const auto* node = find_node(config, name);
  if (node == nullptr) {
    return end_with({Errc::config_conflict, "the cluster file has no node '" + name + "'",
                     "see 'edgeferry config check FILE'"});
  }
  if (node->role == "agent") return run_agent(config, *node);
  hold_signals();
  keep_log(config, name);
  Running running{config, *node, {}, {}, {}, {}};
  int exit_code = 1;
  if (node->role == "controller") exit_code = run_controller(running);
  if (node->role == "transition") exit_code = run_transition(running);
  if (node->role == "worker") exit_code = run_worker(running);
  // Handles of remote actors may outlive the bridge, the actor system may not.
  running.bridge.reset();
  return exit_code;
}

}  // namespace ferry
