// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A server is checked before it is migrated: by itself, by the operator, and by a start.
#include <doctest/doctest.h>

#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

struct CheckedSource {
  std::string id;
  std::int64_t reported_ms = 0;
  std::string error;
  std::vector<Finding> findings;
  FERRY_FIELDS(id, reported_ms, error, findings)
};
struct Checked {
  std::vector<CheckedSource> sources;
  FERRY_FIELDS(sources)
};
struct AgentChecked {
  std::string hostname;
  std::vector<Finding> findings;
  FERRY_FIELDS(hostname, findings)
};

bool has(const std::vector<Finding>& findings, const std::string& name) {
  return std::ranges::find(findings, name, &Finding::name) != findings.end();
}

/// Installs a kernel that has no driver for virtual machines, on a disk at rest.
void install_old_kernel(const std::filesystem::path& image, const std::filesystem::path& folder) {
  const auto list = folder / "modules";
  must_run({"sh", "-c", "echo kernel/fs/ext4/ext4.ko > " + list.string()});
  const auto partition = image.string() + "?offset=" + std::to_string(partition_offset);
  must_run({"sh", "-c",
            "printf 'mkdir lib\\nmkdir lib/modules\\nmkdir lib/modules/5.4\\ncd lib/modules/5.4\\n"
            "write " +
                list.string() + " modules.dep\\nwrite " + list.string() +
                " modules.builtin\\n' | debugfs -w '" + partition + "' 2>&1"});
}

}  // namespace

TEST_CASE("what is critical now is told by check, and refuses a start that then makes nothing") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 16 * mib, mib);
  const Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.create_job();
  const auto before = from_json<Checked>(cluster.must({"source", "check", "--all"}));
  REQUIRE(before.sources.size() == 1);
  CHECK(before.sources[0].id == cluster.source());
  CHECK(before.sources[0].reported_ms > 0);
  CHECK(has(before.sources[0].findings, "no_kernel"));

  const Words agent{program("edgeferry-agent"), "check", "--json", "--disk", disk.string()};
  auto reaching = agent;
  reaching.insert(reaching.end(), {"--controller", cluster.endpoint()});
  CHECK(from_json<AgentChecked>(must_run(reaching)).hostname == "source01");
  reaching.back() = "tcp://127.0.0.1:1";
  const auto unreachable = run({.argv = reaching});
  REQUIRE(unreachable.has_value());
  CHECK(unreachable->exit_code == 1);
  CHECK(has(from_json<AgentChecked>(unreachable->out).findings, "controller_unreachable"));

  install_old_kernel(disk, folder.path());
  CHECK(run({.argv = agent})->exit_code == 1);
  const auto stale = cluster.must({"source", "check", cluster.source()});
  CHECK(!has(from_json<Checked>(stale).sources.at(0).findings, "no_virtio"));
  const auto refused = cluster.refused({"job", "start", id});
  CHECK(refused.error == "FERRY-2036");
  CHECK(refused.what.find("/lib/modules/5.4") != std::string::npos);
  CHECK(cluster.job(id).status == "Ready");
  cluster.check_nothing_temporary();
  const auto fresh = cluster.cli({"source", "check", cluster.source(), "--refresh"});
  CHECK(fresh.exit_code == 1);
  CHECK(has(from_json<Checked>(fresh.out).sources.at(0).findings, "no_virtio"));
}
