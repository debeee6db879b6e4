// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a correct cluster file means, and how files that can't be read are refused.
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "config/cluster_config.hpp"
#include "config/endpoint.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view smallest = R"([cluster]
name = "small"
[[node]]
name = "c"
role = "controller"
listen = "tcp://127.0.0.1:7443"
)";

struct Folder {
  fs::path path = fs::temp_directory_path() / random_id("ferry-config");
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

std::string only_error(const ConfigResult& result) {
  if (result) return "no error";
  return result.error().size() == 1 ? to_string(result.error()[0]) : "several errors";
}

ConfigResult shipped(const char* name) {
  const auto here = test::source_folder();
  return load_config(here / "config" / name);
}

}  // namespace

TEST_CASE("a file that says the least gets the documented defaults") {
  const auto config = parse_config(smallest, "/etc/ferry/small.toml");
  REQUIRE(config);
  CHECK(config->state == "/etc/ferry/var");
  CHECK(config->bucket.path == "/etc/ferry/var/bucket");
  CHECK(config->registry.region == "cn-beijing");
  CHECK(config->security.sealed_data == "auto");
  CHECK(config->transfer == TransferConfig{});
  CHECK(config->limits.system_disk_min_bytes == 20 * limits::gib);
  CHECK(config->limits.data_disks_max == 4);
  CHECK(config->image.part_bytes == 8 * limits::mib);
  CHECK(config->janitor.release_patience_s == 300);
  CHECK(config->log == LogConfig{"text", "info"});
  CHECK(controller_endpoint(*config) == "tcp://127.0.0.1:7443");
}

TEST_CASE("the shipped quickstart loads and stays on the loopback interface") {
  const auto config = shipped("quickstart.toml");
  REQUIRE_MESSAGE(config, only_error(config));
  CHECK(config->nodes.size() == 4);
  CHECK(config->limits.system_disk_min_bytes == 16 * limits::mib);
  CHECK(config->limits.data_disk_min_bytes == limits::mib);
  CHECK(config->state.ends_with("/var/quickstart"));
  const auto* source = find_node(*config, "source");
  REQUIRE(source != nullptr);
  CHECK(source->disks[0] == config->state + "/disk/system.raw");
  CHECK(source->code_file == config->state + "/source.code");
  CHECK(source->storage.empty());
  for (const auto& node : config->nodes) {
    for (const auto& text : {node.listen, node.control, node.data}) {
      if (!text.empty()) CHECK(parse_endpoint(text)->host == "127.0.0.1");
    }
  }
}

TEST_CASE("the shipped three-host example loads") {
  const auto config = shipped("cluster.toml");
  REQUIRE_MESSAGE(config, only_error(config));
  CHECK(controller_endpoint(*config) == "tcp://ferry-1:7443");
  CHECK(!runs_here(controller_of(*config)));
}

TEST_CASE("a store is where its kind and region say, unless the file says otherwise") {
  const auto s3 = shipped("s3.toml");
  REQUIRE_MESSAGE(s3, only_error(s3));
  CHECK(s3->bucket.path.empty());
  CHECK(s3->credentials.source == "profile");
  const auto oss = shipped("oss.toml");
  REQUIRE_MESSAGE(oss, only_error(oss));
  CHECK(oss->bucket.endpoint == "https://oss-cn-beijing.aliyuncs.com");
  CHECK(oss->bucket.signature == "v4");
  const auto amazon = parse_config(
      std::string{smallest} + "[bucket]\nkind='s3'\nbucket='images'\nregion='eu-west-1'\n", "c");
  REQUIRE_MESSAGE(amazon, only_error(amazon));
  CHECK(amazon->bucket.endpoint == "https://s3.eu-west-1.amazonaws.com");
}

TEST_CASE("a transition node may name disks of its machine, and other nodes have none") {
  const auto node = [](const std::string& role, const std::string& more) {
    return parse_config(std::string{smallest} + "[[node]]\nname = \"n\"\nrole = \"" + role +
                            "\"\ndisks = [\"/dev/vdb\", \"xvdc\"]\n" + more,
                        "/etc/ferry/machine.toml");
  };
  const auto config = node("transition",
                           "control = \"tcp://127.0.0.1:18080\"\n"
                           "data = \"tcp://127.0.0.1:18703\"\n");
  REQUIRE_MESSAGE(config, only_error(config));
  CHECK(find_node(*config, "n")->disks == std::vector<std::string>{"/dev/vdb", "/etc/ferry/xvdc"});
  CHECK_FALSE(node("worker", ""));
}

TEST_CASE("the effective configuration loads again to the same value") {
  for (const auto* name : {"quickstart.toml", "cluster.toml", "s3.toml", "oss.toml", "ecs.toml"}) {
    const auto config = shipped(name);
    REQUIRE(config);
    const auto again = parse_config(effective_toml(*config), "/somewhere/else.toml");
    REQUIRE_MESSAGE(again, only_error(again));
    CHECK(*again == *config);
    CHECK(to_json(*again) == to_json(*config));
  }
}

TEST_CASE("awkward characters in paths survive the round trip") {
  auto config = parse_config(smallest, "/tmp/x.toml").value();
  config.bucket.path = "/srv/\"quoted\"/back\\slash/ümlaut #1";
  const auto again = parse_config(effective_toml(config), "/tmp/x.toml");
  REQUIRE_MESSAGE(again, only_error(again));
  CHECK(*again == config);
}

TEST_CASE("the effective configuration prints as JSON") {
  const auto json = to_json(parse_config(smallest, "/tmp/x.toml").value());
  CHECK(
      json.starts_with(R"({"name":"small","state":"/tmp/var","security":{"sealed_data":"auto"})"));
  CHECK(json.find(R"("image_max_bytes":1099511627776)") != std::string::npos);
}

TEST_CASE("a file is found relative to the working folder and its paths become absolute") {
  const Folder folder;
  std::ofstream{folder.path / "c.toml"} << smallest;
  const auto before = fs::current_path();
  fs::current_path(folder.path);
  const auto config = load_config("c.toml");
  fs::current_path(before);
  REQUIRE_MESSAGE(config, only_error(config));
  CHECK(config->state == (folder.path / "var").string());
}

TEST_CASE("a missing file, a folder, a pipe and a huge file are refused by name") {
  const Folder folder;
  const auto at = [&folder](const char* name) { return (folder.path / name).string(); };
  CHECK(only_error(load_config(at("none.toml"))) ==
        at("none.toml") +
            ":1:1: FERRY-1006 there is no such file. Fix: check the path of the cluster file");
  CHECK(only_error(load_config(folder.path)) ==
        folder.path.string() +
            ":1:1: FERRY-1006 this is a folder. Fix: name the cluster file inside it");
  CHECK(only_error(load_config("/dev/null")) ==
        "/dev/null:1:1: FERRY-1006 this is not a regular file. Fix: name a cluster file");
  std::ofstream{at("huge.toml")} << "# " << std::string(config_file_bytes_max, 'x');
  CHECK(only_error(load_config(at("huge.toml"))) ==
        at("huge.toml") +
            ":1:1: FERRY-1006 the file is larger than 1 MiB. Fix: a cluster file has a few KiB");
}

TEST_CASE("endpoints are read with names, addresses and wildcards") {
  CHECK(parse_endpoint("tcp://*:1").value() == Endpoint{"*", 1});
  CHECK(parse_endpoint("tcp://node-1.example.org:65535").value().host == "node-1.example.org");
  CHECK(to_string(parse_endpoint("tcp://[::1]:80").value()) == "tcp://[::1]:80");
  CHECK(parse_endpoint("tcp://[::]:80")->is_wildcard());
  for (const auto* bad : {"",
                          "tcp://",
                          "127.0.0.1:80",
                          "udp://a:1",
                          "tcp://a",
                          "tcp://a:",
                          "tcp://a:0",
                          "tcp://a:65536",
                          "tcp://a:1x",
                          "tcp://:1",
                          "tcp://::1:80",
                          "tcp://[::1]",
                          "tcp://[x]:1",
                          "tcp://1.2.3:1",
                          "tcp://256.1.1.1:1",
                          "tcp://a b:1",
                          "tcp://-a:1",
                          "tcp://a..b:1",
                          "tcp://a:-1",
                          "tcp://[]:1"}) {
    CHECK_MESSAGE(!parse_endpoint(bad), bad);
  }
}
