// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/machines.hpp"

#include <csignal>
#include <iostream>
#include <set>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/subprocess.hpp"
#include "cloud/signing/mac.hpp"
#include "tests/cloud_emulator/address_block.hpp"
#include "tests/cloud_emulator/disks.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {
namespace {

constexpr auto local_block = "127.77.0.0/16";
constexpr std::uint32_t first_host = 10;  // the gateway and its like are before

/// In the local block: machines of clouds that run side by side open the same ports.
std::uint32_t own_hosts() { return (static_cast<std::uint32_t>(::getpid()) % 250 + 1) * 256; }

/// Disks that begin with a snapshot's content get it before the first boot.
bool fill_disks(const Work& work) {
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> copies;
  std::vector<std::string> filled;
  {
    const std::lock_guard lock{work.world.mutex};
    for (const auto* disk : disks_of(work.world, text_of(work.thing, "id"))) {
      const auto snapshot = text_of(*disk, "SourceSnapshotId");
      if (snapshot.empty() || disk->contains("filled")) continue;
      copies.emplace_back(work.world.folder_of(kind::snapshot, snapshot) / "disk.raw",
                          disk_file(work.world, text_of(*disk, "id")));
      filled.push_back(text_of(*disk, "id"));
    }
  }
  for (const auto& [from, to] : copies) {
    // The disk may be larger than the snapshot: its size stays.
    if (!run_ok({.argv = {"dd", "if=" + from.string(), "of=" + to.string(), "bs=1M",
                          "conv=sparse,notrunc", "status=none"},
                 .timeout = std::chrono::hours{1}})) {
      return false;
    }
  }
  const std::lock_guard lock{work.world.mutex};
  for (const auto& id : filled) {
    if (auto* disk = work.world.find(kind::disk, id)) (*disk)["filled"] = true;
  }
  return true;
}

}  // namespace

std::string free_address(World& world, const Json& vswitch) {
  std::set<std::string> taken;
  for (const auto* instance : world.all(kind::instance)) {
    taken.insert(text_of(*instance, "address"));
  }
  const auto block = block_of(world.settings.boot_command.empty() ? text_of(vswitch, "CidrBlock")
                                                                  : std::string{local_block});
  const auto skipped = world.settings.boot_command.empty() ? 0 : own_hosts();
  for (auto address = block->first + skipped + first_host; address < block->last(); ++address) {
    if (auto text = address_text(address); !taken.contains(text)) return text;
  }
  return {};
}

Json boot_instance(const Work& work) {
  const auto id = text_of(work.thing, "id");
  const auto folder = work.world.folder_of(kind::instance, id);
  if (!fill_disks(work)) std::cerr << id << " has no content on its system disk\n";
  const auto log = open_file(folder / "console.log", O_WRONLY | O_CREAT | O_APPEND);
  if (!log) return Json::object();
  // setpriv: the program must not outlive the emulator, even if that is killed.
  const std::lock_guard lock{work.world.mutex};
  const auto& program = work.world.settings.boot_command;
  if (program.empty()) return Json::object();
  auto* now = work.world.find(kind::instance, id);
  if (now == nullptr || text_of(*now, "work") != "boot") return Json::object();
  const auto pid = spawn({"setpriv", "--pdeathsig", "KILL", program, id,
                          text_of(work.thing, "address"), (folder / "user-data").string()},
                         log->get(), log->get());
  if (pid) {
    (*now)["pid"] = *pid;
  } else {
    std::cerr << to_string(pid.error()) << '\n';
  }
  return Json::object();
}

Json run_script(const Work& work) {
  const auto ended = [](const char* status, std::int64_t code, std::string_view output) {
    return Json{{"InvocationStatus", status},
                {"InvokeRecordStatus", "Finished"},
                {"ExitCode", code},
                {"Output", to_base64(output)}};
  };
  std::string program;
  Json instance;
  {
    const std::lock_guard lock{work.world.mutex};
    program = work.world.settings.boot_command;
    const auto* now = work.world.find(kind::instance, text_of(work.thing, "InstanceId"));
    if (now != nullptr) instance = *now;
  }
  if (instance.is_null() || text_of(instance, "Status") != "Running") {
    auto failed = ended("Failed", 0, {});
    failed["ErrorCode"] = instance.is_null() ? "InstanceReleased" : "InstanceNotRunning";
    return failed;
  }
  if (instance.value("without_assistant", false)) {
    auto failed = ended("Failed", 0, {});
    failed["ErrorCode"] = "ClientNotRunning";
    return failed;
  }
  if (program.empty()) return ended("Success", 0, {});
  const auto script =
      work.world.folder_of(kind::instance, text_of(instance, "id")) / text_of(work.thing, "id");
  if (auto kept = write_file_durably(script, text_of(work.thing, "script")); !kept) {
    return ended("Error", 0, to_string(kept.error()));
  }
  const auto done = run({.argv = {"setpriv", "--pdeathsig", "KILL", program,
                                  text_of(instance, "id"), text_of(instance, "address"),
                                  script.string(), std::to_string(instance.value("pid", 0))},
                         .timeout = std::chrono::seconds{work.thing.at("timeout").get<int>()},
                         .stop = work.stop});
  if (!done) return ended("Timeout", 0, to_string(done.error()));
  return ended(done->exit_code == 0 ? "Success" : "Failed", done->exit_code, done->out + done->err);
}

void power_off(Json& instance) {
  instance.erase("work");
  const auto pid = instance.value("pid", 0);
  instance.erase("pid");
  if (pid <= 0) return;
  // A child that nobody has waited for keeps its number.
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

void power_on_all(World& world) {
  const std::lock_guard lock{world.mutex};
  for (auto* instance : world.all(kind::instance)) {
    instance->erase("pid");
    if (text_of(*instance, "Status") == "Running") (*instance)["work"] = "boot";
  }
}

void power_off_all(World& world) {
  const std::lock_guard lock{world.mutex};
  for (auto* instance : world.all(kind::instance)) power_off(*instance);
}

}  // namespace ferry::emulator
