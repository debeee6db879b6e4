// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/machine_command.hpp"

#include <cstdlib>
#include <random>
#include <thread>

#include <unistd.h>

#include "actors/supervisor.hpp"
#include "apps/output.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "disk/storage_disk.hpp"
#include "messages/catalogue.hpp"
#include "transport/client.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// Returns the cluster file that it has written.
Result<fs::path> join_once(const MachineJoin& join, const ActivationCode& code) {
  const fs::path state{join.state};
  if (auto done = make_folder(state / "keys"); !done) return fail(done.error());
  const auto keys_of = [&](const char* role) {
    return load_or_make_key_pair(state / "keys" / machine_node(code.activation, role));
  };
  const auto transition = keys_of("transition");
  if (!transition) return fail(transition.error());
  const auto worker = keys_of("worker");
  if (!worker) return fail(worker.error());
  Client client{{join.controller, code.server_key, *transition}};
  crash_point("machine: its keys are made, nobody knows them");
  const auto joined = client.ask<MachineJoined>(
      "jobs", JoinMachine{code.activation, code.secret, transition->public_key, worker->public_key,
                          join.listen, protocol_version, join.disk_prefix});
  if (!joined) return fail(joined.error());
  crash_point("machine: it has joined, which is not saved");
  auto done = write_file_durably(state / "keys" / "controller.pub", code.server_key + "\n");
  if (!done) return fail(done.error());
  auto file = state / "cluster.toml";
  done = write_file_durably(file, joined->cluster_file);
  if (!done) return fail(done.error());
  return file;
}

/// A machine may boot before it is known at the controller that it does.
Result<fs::path> join_in_time(const MachineJoin& join, const ActivationCode& code) {
  std::mt19937_64 random{static_cast<std::uint64_t>(wall_ms())};
  for (std::uint32_t failures = 0;; ++failures) {
    auto file = join_once(join, code);
    if (file || retry_class(file.error().code) != Retry::transient) return file;
    log::info("the machine asks again", {{"why", to_string(file.error())}});
    std::this_thread::sleep_for(Backoff{}.delay(failures, random));
  }
}

}  // namespace

int machine_join(const MachineJoin& join, bool json) {
  ::unsetenv(machine_code_variable);  // what is started from here has no use for it
  const auto code = parse_activation_code(join.code);
  if (!code) return print_error(code.error(), json);
  log::start("machine");
  if (!join.storage.empty()) {
    if (auto done = mount_storage(join.storage, join.state); !done) {
      return print_error(done.error(), json);
    }
  }
  const auto file = join_in_time(join, *code);
  if (!file) return print_error(file.error(), json);
  // From here on it is a cluster like any other.
  const auto program = fs::read_symlink("/proc/self/exe").string();
  ::execl(program.c_str(), program.c_str(), "cluster", "up", file->c_str(), nullptr);
  return print_error(errno_error(Errc::program_missing, "run " + program), json);
}

}  // namespace ferry
