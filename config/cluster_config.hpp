// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a cluster file says, checked and complete: every process of a cluster is
// started from the same file and reads its part from here. Defaults are the
// member initialisers below; settings.cpp says which values a key may have.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "messages/record.hpp"

namespace ferry {

struct SecurityConfig {
  std::string sealed_data = "auto";  // auto, on, off (F84)
  FERRY_FIELDS(sealed_data)
  friend bool operator==(const SecurityConfig&, const SecurityConfig&) = default;
};

/// Members that do not belong to its kind are empty after loading.
struct BucketConfig {
  std::string name = "default";        // by which jobs choose it
  std::string kind = "folder";         // folder, oss, s3
  std::string path = "bucket";         // of a folder; absolute after loading
  std::string bucket;                  // of a store: its name
  std::string region;                  // of a store
  std::string endpoint;                // of a store, "https://HOST"; never empty after loading
  std::string addressing = "virtual";  // of a store: virtual, path
  std::string signature = "v4";        // of OSS: v4, v1
  std::string ca_file;                 // of a store; absolute or empty
  std::string proxy;                   // of a store, "http://HOST:PORT"; empty: none
  std::string prefix = "edge";         // of image names (L27)
  FERRY_FIELDS(name, kind, path, bucket, region, endpoint, addressing, signature, ca_file, proxy,
               prefix)
  friend bool operator==(const BucketConfig&, const BucketConfig&) = default;
};

/// The access key of a store is never in this file.
struct CredentialsConfig {
  std::string source = "environment";  // environment, profile, instance
  std::string file;                 // of a profile; absolute; empty: where the cloud's tool has it
  std::string profile = "default";  // of a profile: its name in the file
  std::string role;                 // of an ECS instance; empty: the one that it has
  std::string metadata = "http://100.100.100.200";  // of an ECS instance: its metadata service
  FERRY_FIELDS(source, file, profile, role, metadata)
  friend bool operator==(const CredentialsConfig&, const CredentialsConfig&) = default;
};

/// Members that do not belong to its kind are empty after loading.
struct RegistryConfig {
  std::string kind = "folder";  // folder, ens
  std::string path = "ens";     // of a folder; absolute after loading
  std::string endpoint;         // of ENS, "https://HOST"; never empty after loading
  std::string region = "cn-beijing";
  FERRY_FIELDS(kind, path, endpoint, region)
  friend bool operator==(const RegistryConfig&, const RegistryConfig&) = default;
};

/// Machines that jobs rent as transition instances (F13, F18). Members that do not belong to its
/// kind are empty after loading.
struct MachinesConfig {
  std::string kind = "none";  // none: the nodes below do it; ecs
  std::string region;
  std::string image;                // of a machine, with edgeferry in it
  std::string type;                 // empty: the first of the usual ones in stock
  std::string role;                 // RAM role of the machine; empty: none
  std::string network = "public";   // public, private (F61, F63)
  std::string vpc;                  // empty: each machine gets one of its own
  std::string vswitch;              // of that VPC
  std::string admit = "0.0.0.0/0";  // addresses of source servers
  std::string disk_category = "cloud_efficiency";
  std::string endpoint;      // of ECS, "https://HOST"; never empty after loading
  std::string vpc_endpoint;  // of VPC, likewise
  FERRY_FIELDS(kind, region, image, type, role, network, vpc, vswitch, admit, disk_category,
               endpoint, vpc_endpoint)
  friend bool operator==(const MachinesConfig&, const MachinesConfig&) = default;
};

/// Instances of ECS that are imported as source servers (F31, F44). Where jobs rent machines, they
/// can be imported, too: kind, region and endpoint are those of [machines] unless they are given.
struct EcsImportConfig {
  std::string kind = "none";  // none, ecs
  std::string region;         // that is looked at first
  std::string endpoint;       // of ECS, for all regions; empty: each region's own
  FERRY_FIELDS(kind, region, endpoint)
  friend bool operator==(const EcsImportConfig&, const EcsImportConfig&) = default;
};

struct ImageConfig {
  std::string path = "direct";       // direct: workers make it; native: the cloud does (F15, F16)
  std::string compression = "none";  // none, zlib, zstd: clusters of the qcow2 image
  std::uint64_t part_bytes = 8 * limits::mib;
  FERRY_FIELDS(path, compression, part_bytes)
  friend bool operator==(const ImageConfig&, const ImageConfig&) = default;
};

struct JobsConfig {
  std::string boot_proof = "warn";  // required, warn, off
  /// How long a job that runs may move nothing before it says that it has stalled.
  std::uint32_t progress_patience_s = limits::progress_patience.count();
  FERRY_FIELDS(boot_proof, progress_patience_s)
  friend bool operator==(const JobsConfig&, const JobsConfig&) = default;
};

struct TransferConfig {
  std::uint32_t streams = 2;
  std::uint32_t credit_chunks = limits::credit_chunks_default;
  std::uint32_t compression = limits::compression_default;
  bool adaptive = true;
  std::uint32_t bandwidth_mbps = 0;  // 0: unlimited
  FERRY_FIELDS(streams, credit_chunks, compression, adaptive, bandwidth_mbps)
  friend bool operator==(const TransferConfig&, const TransferConfig&) = default;
};

struct LimitsConfig {
  std::uint32_t data_disks_max = limits::data_disks_max;
  std::uint64_t data_disk_min_bytes = limits::data_disk_bytes_min;
  std::uint64_t data_disk_max_bytes = limits::data_disk_bytes_max;
  std::uint64_t system_disk_min_bytes = limits::system_disk_bytes_min;
  std::uint64_t system_disk_max_bytes = limits::system_disk_bytes_max;
  std::uint64_t image_max_bytes = limits::image_bytes_max;
  FERRY_FIELDS(data_disks_max, data_disk_min_bytes, data_disk_max_bytes, system_disk_min_bytes,
               system_disk_max_bytes, image_max_bytes)
  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

/// What the cluster's machines, disks and objects cost, to tell what jobs hold (F102). Amounts are
/// decimal numbers, as they stand in the file; empty: not known.
struct PricesConfig {
  std::string currency;          // "CNY"
  std::string machine_hour;      // of a rented machine
  std::string disk_gib_month;    // of a GiB of a target disk; a month has 30 days
  std::string object_gib_month;  // of a GiB in the bucket
  FERRY_FIELDS(currency, machine_hour, disk_gib_month, object_gib_month)
  friend bool operator==(const PricesConfig&, const PricesConfig&) = default;
};

struct JanitorConfig {
  std::uint32_t period_s = 60;  // between two looks for leaked resources
  /// How long a release is tried before its job says that it has stalled.
  std::uint32_t release_patience_s = limits::release_patience.count();
  FERRY_FIELDS(period_s, release_patience_s)
  friend bool operator==(const JanitorConfig&, const JanitorConfig&) = default;
};

/// Lines that all nodes write (docs/observability.md).
struct LogConfig {
  std::string format = "text";  // text, json
  std::string level = "info";   // debug, info, warning, error: the lowest that is written
  FERRY_FIELDS(format, level)
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

/// The SMC-compatible endpoint of the controller (docs/smc-api.md).
struct SmcConfig {
  std::string listen;       // "127.0.0.1:7480"; empty: there is none
  std::string certificate;  // with the key: HTTPS; absolute or empty
  std::string key;          // absolute or empty
  FERRY_FIELDS(listen, certificate, key)
  friend bool operator==(const SmcConfig&, const SmcConfig&) = default;
};

/// The console's API (docs/console-api.md).
struct ConsoleConfig {
  std::string listen;        // "127.0.0.1:7444"; empty: there is none
  std::string tls = "auto";  // auto: unless it listens at a loopback address; on, off
  std::string certificate;   // with the key; absolute; empty: one is made if it is needed
  std::string key;           // absolute or empty
  std::string url;           // "https://HOST": where people reach it; empty: not known
  /// Of the agent's archives, which source servers download; absolute after loading.
  std::string agent_downloads = "/usr/share/edgeferry/agents";
  FERRY_FIELDS(listen, tls, certificate, key, url, agent_downloads)
  friend bool operator==(const ConsoleConfig&, const ConsoleConfig&) = default;
};

/// The message bus for programs of others (docs/message-bus.md).
struct BusConfig {
  std::string listen;  // "127.0.0.1:7445"; empty: there is none
  FERRY_FIELDS(listen)
  friend bool operator==(const BusConfig&, const BusConfig&) = default;
};

/// The mail server that notifications go to (docs/notifications.md).
struct MailConfig {
  std::string server;            // empty: there is none
  std::uint32_t port = 0;        // 0: the usual one of `tls`
  std::string tls = "starttls";  // starttls, tls: from the first byte, off
  std::string from;              // address
  std::string user;              // empty: it asks for none
  std::string password_file;     // absolute or empty
  std::string ca_file;           // absolute or empty
  FERRY_FIELDS(server, port, tls, from, user, password_file, ca_file)
  friend bool operator==(const MailConfig&, const MailConfig&) = default;
};

/// How webhooks of notifications are reached.
struct WebhookConfig {
  std::string ca_file;  // absolute or empty
  std::string proxy;    // "http://HOST:PORT"; empty: none
  FERRY_FIELDS(ca_file, proxy)
  friend bool operator==(const WebhookConfig&, const WebhookConfig&) = default;
};

/// One process. Members that do not belong to its role are empty after loading.
struct NodeConfig {
  std::string name;
  std::string role;       // controller, transition, worker, agent
  std::string host;       // empty: this host
  std::string listen;     // controller
  std::string control;    // transition (F13, F14)
  std::string data;       // transition
  std::string advertise;  // controller, transition: where others find it; never empty after loading
  std::string storage = "instances";  // transition; absolute after loading
  std::string scratch = "scratch";    // worker; absolute after loading
  std::vector<std::string> disks;     // agent: empty: discover; transition: empty: makes files
  std::string root;                   // agent; absolute or empty
  std::string code_file;              // agent; absolute or empty
  FERRY_FIELDS(name, role, host, listen, control, data, advertise, storage, scratch, disks, root,
               code_file)
  friend bool operator==(const NodeConfig&, const NodeConfig&) = default;
};

struct ClusterConfig {
  std::string name;
  std::string state = "var";  // absolute after loading
  SecurityConfig security;
  BucketConfig bucket;                // of jobs that name none
  std::vector<BucketConfig> buckets;  // further ones
  CredentialsConfig credentials;
  RegistryConfig registry;
  MachinesConfig machines;
  EcsImportConfig ecs_import;
  ImageConfig image;
  JobsConfig jobs;
  TransferConfig transfer;
  LimitsConfig limits;
  PricesConfig prices;
  JanitorConfig janitor;
  LogConfig log;
  SmcConfig smc;
  ConsoleConfig console;
  BusConfig bus;
  MailConfig mail;
  WebhookConfig webhook;
  std::vector<NodeConfig> nodes;
  FERRY_FIELDS(name, state, security, bucket, buckets, credentials, registry, machines, ecs_import,
               image, jobs, transfer, limits, prices, janitor, log, smc, console, bus, mail,
               webhook, nodes)
  friend bool operator==(const ClusterConfig&, const ClusterConfig&) = default;
};

/// One mistake and where it is. Line and column count from 1.
struct ConfigError {
  std::string file;
  unsigned line = 1;
  unsigned column = 1;
  Error error;
};

/// Returns "quickstart.toml:12:5: FERRY-1002 unknown key 'lisen' in [[node]]. Fix: ...".
[[nodiscard]] std::string to_string(const ConfigError& error);

inline constexpr std::size_t config_file_bytes_max = 1 << 20;
inline constexpr std::size_t config_errors_max = 50;
inline constexpr std::size_t config_nodes_max = 256;
inline constexpr std::size_t config_buckets_max = 32;  // further ones

/// Either a value that every other part may trust, or every mistake in the order
/// of the file (at most config_errors_max).
using ConfigResult = tl::expected<ClusterConfig, std::vector<ConfigError>>;
[[nodiscard]] ConfigResult load_config(const std::filesystem::path& file);
/// As load_config, for text in memory; `file` names it and anchors relative paths.
[[nodiscard]] ConfigResult parse_config(std::string_view text, const std::filesystem::path& file);

/// Returns a cluster file with every default written out; it loads to an equal value.
[[nodiscard]] std::string effective_toml(const ClusterConfig& config);

/// Returns the node of this name, or nullptr.
[[nodiscard]] const NodeConfig* find_node(const ClusterConfig& config, std::string_view name);
/// Returns the bucket of this name; [bucket] for none; or nullptr.
[[nodiscard]] const BucketConfig* find_bucket(const ClusterConfig& config, std::string_view name);
/// [bucket] first.
[[nodiscard]] std::vector<const BucketConfig*> all_buckets(const ClusterConfig& config);
/// Returns the one controller; a loaded configuration always has it.
[[nodiscard]] const NodeConfig& controller_of(const ClusterConfig& config);
/// Returns "tcp://HOST:PORT" where the controller is reached: its advertised host
/// with the port it listens on.
[[nodiscard]] std::string controller_endpoint(const ClusterConfig& config);
/// Returns true if the node belongs to this machine: no host, or this machine's name.
[[nodiscard]] bool runs_here(const NodeConfig& node);
[[nodiscard]] std::string this_host();

}  // namespace ferry
