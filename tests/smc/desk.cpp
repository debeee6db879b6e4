// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/smc/desk.hpp"

#include "actors/controller/controller.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "storage/enrolment.hpp"

namespace ferry::test {
namespace {

using limits::gib;
using limits::mib;

PartitionInfo partition(std::uint32_t number, std::uint64_t offset, std::uint64_t size,
                        const std::string& point) {
  PartitionInfo info;
  info.number = number;
  info.offset = offset;
  info.size = size;
  info.type = "0fc63daf-8483-4772-8e79-3d69d8477de4";
  info.uuid = random_id("part");
  info.filesystem = "ext4";
  info.filesystem_uuid = random_id("fs");
  info.mount_point = point;
  info.used_bytes = size / 8;
  info.facts.inodes = 65'536;
  info.facts.inodes_used = 100;
  info.facts.block_bytes = 4096;
  info.facts.inode_bytes = 256;
  return info;
}

}  // namespace

Inventory two_disk_server() {
  Inventory inventory;
  inventory.hostname = "web-1";
  inventory.os_id = "debian";
  inventory.os_name = "Debian GNU/Linux 12";
  inventory.kernel = "6.1.0-25-amd64";
  inventory.architecture = "x86_64";
  inventory.firmware = "bios";
  inventory.cpu_count = 2;
  inventory.memory_bytes = 4 * gib;
  inventory.disks.resize(2);
  inventory.disks[0].size = 30 * gib;
  inventory.disks[0].path = "/dev/vda";
  inventory.disks[0].table = "gpt";
  inventory.disks[0].partitions = {partition(1, mib, 20 * gib, "/"),
                                   partition(2, mib + 20 * gib, 5 * gib, "/srv")};
  inventory.disks[1].size = 2 * gib;
  inventory.disks[1].index = 1;
  inventory.disks[1].path = "/dev/vdb";
  inventory.disks[1].table = "gpt";
  inventory.disks[1].partitions = {partition(1, mib, 2 * gib - 2 * mib, "/data")};
  inventory.nics = {{"eth0", "52:54:00:00:00:01", "virtio_net", true, {"192.0.2.7/24"}}};
  return inventory;
}

HttpRequest make_request(const std::string& method, Words query, Words headers, std::string body) {
  HttpRequest request;
  request.method = method;
  request.host = "127.0.0.1:7480";
  request.query = std::move(query);
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

Desk::Desk(int servers) {
  log::start("test", log::Level::error);
  config.state = folder.path().string();
  config.nodes.resize(1);
  config.nodes[0].name = "controller";
  config.nodes[0].role = "controller";
  auto started = Bridge::start(*live, {"controller", keys, "tcp://127.0.0.1:*"});
  REQUIRE(started);
  bridge = std::move(*started);
  service = std::make_unique<SmcService>(*live, *bridge, config);
  register_servers(servers);
  start();
  full = *ask<AccessKeyCreated>("access_keys", CreateAccessKey{"full"});
  reader = *ask<AccessKeyCreated>("access_keys", CreateAccessKey{"read-only"});
  heartbeats();
}

Desk::~Desk() {
  stop();
  (*live).await_all_actors_done();
  bridge.reset();
}

void Desk::register_servers(int count) {
  Database database{folder.path() / "controller.db"};
  Enrolment enrolment{database};
  const auto code = random_id("at");
  enrolment.create_activation(
      {code, "", sha256("secret"), 1000, 0, wall_ms(), wall_ms() + 60'000, false});
  for (int i = 0; i < count; ++i) {
    const auto source = enrolment.register_source(code, "secret", make_key_pair().public_key,
                                                  to_msgpack(two_disk_server()));
    REQUIRE(source);
    sources.push_back(source->id);
  }
}

void Desk::start() {
  auto box = SecretBox::load_or_make(folder.path() / "keys" / secret_box_name);
  REQUIRE(box);
  root = spawn_controller(*live, {&config, bridge.get(), keys.public_key, nullptr,
                                  std::make_shared<const SecretBox>(*box)});
  REQUIRE(
      eventually([&] { return ask<AccessKeyList>("access_keys", ListAccessKeys{}).has_value(); }));
  REQUIRE(eventually([&] { return ask<JobList>("jobs", ListJobs{}).has_value(); }));
}

void Desk::stop() {
  if (!root) return;
  caf::scoped_actor self{*live};
  self->monitor(root);
  self->send_exit(root, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
  root = nullptr;
}

void Desk::heartbeats() {
  for (const auto& id : sources) {
    (void)ask<Welcome>("sources", Hello{id, "agent", "n-1", protocol_version, "1.2.3", {}});
  }
}

HttpRequest Desk::acs3(const std::string& action, Words parameters) const {
  auto request = make_request("POST", std::move(parameters));
  request.headers = {{"x-acs-action", action},
                     {"x-acs-version", std::string{smc_version}},
                     {"x-acs-date", utc_text(wall_ms())},
                     {"x-acs-signature-nonce", random_id("n")}};
  sign_again(request, full);
  return request;
}

void sign_again(HttpRequest& request, const AccessKeyCreated& key) {
  std::erase_if(request.headers, [](const NameValue& header) {
    return header.name == "authorization" || header.name == "x-acs-content-sha256";
  });
  request.headers.push_back({"x-acs-content-sha256", hex_sha256(request.body)});
  sign_acs3(request, {key.id, key.secret});
}

HttpRequest Desk::rpc(const std::string& action, Words parameters,
                      const std::string& method) const {
  for (const auto& common : Words{{"Action", action},
                                  {"Version", std::string{smc_version}},
                                  {"Format", "JSON"},
                                  {"AccessKeyId", full.id},
                                  {"SignatureMethod", "HMAC-SHA1"},
                                  {"SignatureVersion", "1.0"},
                                  {"SignatureType", ""},
                                  {"SignatureNonce", random_id("n")},
                                  {"Timestamp", utc_text(wall_ms())}}) {
    parameters.push_back(common);
  }
  parameters.push_back({"Signature", rpc_signature(method, parameters, full.secret)});
  auto request = make_request(method);
  if (method == "GET") {
    request.query = std::move(parameters);
    return request;
  }
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  for (const auto& [name, value] : parameters) {
    request.body +=
        (request.body.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  return request;
}

Told Desk::send(const HttpRequest& request) const {
  const auto answer = service->answer(request);
  return {answer.status, Json::parse(answer.body)};
}

Told Desk::call_as_reader(const std::string& action, Words parameters) const {
  auto request = acs3(action, std::move(parameters));
  sign_again(request, reader);
  return send(request);
}

Json Desk::must(const std::string& action, Words parameters) const {
  const auto told = call(action, std::move(parameters));
  REQUIRE_MESSAGE(told.status == 200, action << ": " << text_of(told.body));
  CHECK(told.body["RequestId"].get<std::string>().size() == 36);
  CHECK(!told.body.contains("Code"));
  return told.body;
}

std::string Desk::create_job(Words parameters) const {
  const auto has = [&](const std::string& name) {
    return std::ranges::any_of(parameters, [&](const NameValue& p) { return p.name == name; });
  };
  if (!has("RegionId")) parameters.push_back({"RegionId", "cn-beijing"});
  if (!has("SourceId")) parameters.push_back({"SourceId", sources.at(0)});
  return must("CreateReplicationJob", std::move(parameters))["JobId"];
}

Json Desk::job(const std::string& id) const {
  const auto told = must("DescribeReplicationJobs", {{"JobId.1", id}});
  REQUIRE(told["TotalCount"] == 1);
  return told["ReplicationJobs"]["ReplicationJob"][0];
}

Json Desk::source(const std::string& id) const {
  const auto told = must("DescribeSourceServers", {{"SourceId.1", id}});
  REQUIRE(told["TotalCount"] == 1);
  return told["SourceServers"]["SourceServer"][0];
}

}  // namespace ferry::test
