// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/emulated_cloud.hpp"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>

#include "base/subprocess.hpp"
#include "tests/cloud_emulator/own_instance.hpp"

namespace ferry::cluster_test {
namespace {

namespace fs = std::filesystem;
using emulator::Json;

/// A machine has processes of its own, which all end with it.
fs::path write_boot_command(const CloudPlan& plan, const fs::path& folder) {
  const auto file = folder / "boot-machine";
  const auto crashes = plan.crash_folder.string();
  std::ofstream{file}
      << "#!/bin/sh\n"
      << "export PATH='" << FERRY_PROGRAM_FOLDER << (crashes.empty() ? "" : "/crashing")
      << "':\"$PATH\"\n"
      << "export EDGEFERRY_STATE=\"$(dirname \"$3\")/state\" EDGEFERRY_LISTEN=\"$2\"\n"
      << "export EDGEFERRY_DISKS=\"$(dirname \"$3\")/virtio-\"\n"
      << "export ALIBABA_CLOUD_ACCESS_KEY_ID=test-id\n"
      << "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=" << EmulatedCloud::secret << "\n"
      << (crashes.empty() ? "" : "export FERRY_CRASH_FOLDER='" + crashes + "'\n")
      // In scripts/package-test all of this is one machine, whose systemd gets services.
      << (std::getenv("FERRY_MACHINE_SERVICES") != nullptr ? "exec sh \"$3\"\n"
                                                           : "export EDGEFERRY_FOREGROUND=1\n")
      << "[ -z \"$4\" ] || exec nsenter --target \"$4\" --mount --root "
      << "--pid=\"/proc/$4/ns/pid_for_children\" sh \"$3\"\n"
      // As it is: in a root that is no mount point it can't be changed.
      << "exec unshare --pid --mount-proc --propagation unchanged --fork --kill-child=KILL "
      << "sh \"$3\"\n";
  fs::permissions(file, fs::perms::owner_all);
  return file;
}

emulator::Settings settings_of(const CloudPlan& plan, const fs::path& folder) {
  emulator::Settings settings{.tick_ms = plan.tick_ms, .absent_calls = 1};
  settings.gib_bytes = plan.native ? 4 << 20U : 1 << 20U;  // the least disk holds the source's
  if (plan.gib_bytes != 0) settings.gib_bytes = plan.gib_bytes;
  if (plan.role) {
    settings.role = "edgeferry-worker";
    settings.role_key_ms = 20'000;  // so that they are renewed on the way
    settings.hardened = true;
  }
  if (plan.machines) settings.boot_command = write_boot_command(plan, folder).string();
  return settings;
}

std::string tables_of(const CloudPlan& plan, const std::string& service) {
  auto text = "[bucket]\nkind = \"oss\"\nbucket = \"" + std::string{EmulatedCloud::bucket} +
              "\"\nregion = \"cn-beijing\"\naddressing = \"path\"\nendpoint = \"" + service +
              "\"\n[registry]\nkind = \"ens\"\nendpoint = \"" + service + "\"\n";
  if (plan.role) {
    text += "[credentials]\nsource = \"instance\"\nmetadata = \"" + service + "\"\n";
  }
  if (!plan.machines) return text;
  return text + "[machines]\nkind = \"ecs\"\nregion = \"cn-beijing\"\nimage = \"" +
         "debian_12_9_x64_20G_alibase_20260101.vhd" + "\"\nendpoint = \"" + service +
         "\"\nvpc_endpoint = \"" + service + "\"\n" + plan.more +
         (plan.native ? "[image]\npath = \"native\"\n" : "");
}

}  // namespace

EmulatedCloud::EmulatedCloud(const CloudPlan& plan)
    : world(folder.path() / "cloud", settings_of(plan, folder.path())) {
  REQUIRE(store.make_bucket(bucket, "cn-beijing"));
  make_server_disk(disk, 48 * mib, 20 * mib);
  const auto service = "http://127.0.0.1:" + std::to_string(front.port());
  Plan cluster_plan{
      .disks = {disk}, .more = tables_of(plan, service), .crash_folder = plan.crash_folder};
  if (!plan.role) {
    cluster_plan.environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID=test-id",
                                "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + std::string{secret}};
  }
  cluster = std::make_unique<Cluster>(cluster_plan);
}

EmulatedCloud::~EmulatedCloud() { emulator::power_off_all(world); }

std::vector<Json> EmulatedCloud::all(const char* kind) {
  const std::lock_guard lock{world.mutex};
  world.settle();
  std::vector<Json> found;
  for (const auto* thing : world.all(kind)) found.push_back(*thing);
  return found;
}

fs::path EmulatedCloud::folder_of(const Json& image) const {
  return world.folder_of(emulator::kind::ens_image, emulator::text_of(image, "id"));
}

std::string EmulatedCloud::temporary() {
  std::string left;
  for (const auto& object : store.objects(bucket)) {
    if (!object.key.starts_with("edgeferry/images/")) left += "object " + object.key + '\n';
  }
  for (const auto& upload : store.uploads(bucket)) left += "upload of " + upload.key + '\n';
  for (const auto* kind : {emulator::kind::instance, emulator::kind::disk, emulator::kind::vpc,
                           emulator::kind::vswitch, emulator::kind::security_group,
                           emulator::kind::snapshot, emulator::kind::image}) {
    for (const auto& thing : all(kind)) {
      left += std::string{kind} + ' ' + emulator::text_of(thing, "id") + '\n';
    }
  }
  return left;
}

std::string EmulatedCloud::own_instance() {
  const std::lock_guard lock{world.mutex};
  return emulator::own_instance(world, "cn-beijing", emulator::free_address(world, {}));
}

std::string EmulatedCloud::processes_of(const std::string& instance) {
  const auto state = world.folder_of(emulator::kind::instance, instance) / "state";
  const auto found = run({.argv = {"pgrep", "--full", "--list-full", state.string()}});
  return found ? found->out : to_string(found.error());
}

void EmulatedCloud::trouble(const char* action, const char* kind) {
  faults.add(*emulator::fault_of({{"action", action}, {"kind", kind}}));
}

void EmulatedCloud::set(const std::function<void(emulator::Settings&)>& change) {
  const std::lock_guard lock{world.mutex};
  change(world.settings);
}

fs::path qcow2_below(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    CHECK_MESSAGE(found.empty(), entry.path().string());
    found = entry.path();
  }
  return found;
}

}  // namespace ferry::cluster_test
