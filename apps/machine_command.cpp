// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/machine_command.hpp"

#include <cstdlib>
#include <random>
#include <thread>

#include <unistd.h>

#include "actors/supervisor.hpp"
#include "apps/launcher_service.hpp"
#include "apps/output.hpp"
#include "apps/secret_words.hpp"
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

fs::path cluster_file(const MachineJoin& join) { return fs::path{join.state} / "cluster.toml"; }

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
  auto file = cluster_file(join);
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

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

Result<> mount_state(const MachineJoin& join) {
  return join.storage.empty() ? Result<>{} : mount_storage(join.storage, join.state);
}

/// From here on it is a cluster like any other.
int run_cluster(const fs::path& file, bool json) {
  const auto program = this_program().string();
  ::execl(program.c_str(), program.c_str(), "cluster", "up", file.c_str(), nullptr);
  return print_error(errno_error(Errc::program_missing, "run " + program), json);
}

}  // namespace

int machine_join(const MachineJoin& join, bool json) {
  ::unsetenv(machine_code_variable);  // what is started from here has no use for it
  const auto text =
      join.code_file.empty() ? Result<std::string>{join.code} : read_secret(join.code_file);
  if (!text) return print_error(text.error(), json);
  const auto code = parse_activation_code(*text);
  if (!code) return print_error(code.error(), json);
  log::start("machine");
  if (auto done = mount_state(join); !done) return print_error(done.error(), json);
  const auto file = join_in_time(join, *code);
  if (!file) return print_error(file.error(), json);
  if (join.foreground || !systemd_runs()) return run_cluster(*file, json);
  const auto done =
      start_service({code->activation, this_program(), fs::absolute(join.state), join.storage});
  return done ? exit_ok : print_error(done.error(), json);
}

int machine_resume(const MachineJoin& join, bool json) {
  if (auto done = mount_state(join); !done) return print_error(done.error(), json);
  return run_cluster(cluster_file(join), json);
}

}  // namespace ferry
