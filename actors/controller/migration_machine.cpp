// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a migration job comes to a machine of its own, where jobs of its cluster rent or borrow
// theirs: it is asked for at a worker, boots, and its two nodes join with a code that serves them
// alone.
#include <algorithm>

#include "actors/controller/job_layout.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/migration_job.hpp"
#include "actors/controller/nodes.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cloud/exported_disk.hpp"
#include "config/endpoint.hpp"
#include "config/machine_config.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t secret_size = 24;
constexpr std::uint64_t system_gib = 20;         // of the machine itself
constexpr std::uint64_t storage_gib_min = 40;    // that usual images of machines need
constexpr std::uint64_t storage_gib_max = 2048;  // of a system disk of ECS (L10)
constexpr std::uint64_t data_gib_max = 32768;    // of a data disk of ECS
constexpr std::uint32_t missed_max = 3;          // a listing may lag behind

Error error_of(const MachineStatus& status) {
  return {static_cast<Errc>(status.error_code), status.error, status.fix};
}

/// What is looked for: of a borrowed one, the disk that it has for the job.
std::string called(const JobRecord& record) {
  const bool borrowed = !record.settings.machine.instance.empty();
  return (borrowed ? "the temporary disk of instance " : "machine ") + record.machine.id;
}

/// What the cloud can make an image of by itself, said before anything is rented for it.
Result<> check_native(const JobRecord& record) {
  constexpr auto direct = "leave data disks out, or write path = \"direct\" in [image]";
  const auto& disks = record.settings.disks;
  if (changes_disks(record.layout)) {
    return fail(Errc::limit_exceeded, "ECS makes images of whole disks, and this job changes them",
                "create a job without a layout, or write path = \"direct\" in [image]");
  }
  if (disks.size() > 1 + limits::data_disks_max) {
    return fail(Errc::limit_exceeded,
                "ECS exports images of at most " + std::to_string(limits::data_disks_max) +
                    " data disks, and this job has " + std::to_string(disks.size() - 1),
                direct);
  }
  for (const auto& disk : disks) {
    if (disk.index == 0 || disk.size <= limits::data_disk_bytes_max) continue;
    return fail(Errc::limit_exceeded,
                "ECS exports data disks of at most " + human_bytes(limits::data_disk_bytes_max) +
                    ", and disk " + std::to_string(disk.index) + " has " + human_bytes(disk.size),
                direct);
  }
  return {};
}

/// Room for the target disks and for the images that are made of them, if both are made there.
std::uint64_t storage_gib(const JobSettings& settings, bool native) {
  if (native) return storage_gib_min;
  std::uint64_t bytes = 0;
  for (const auto& disk : settings.disks) bytes += 2 * disk.size;
  return std::max((bytes + limits::gib - 1) / limits::gib + system_gib, storage_gib_min);
}

}  // namespace

bool MigrationJob::cloud_makes_images() const {
  return environment_.config->image.path == "native";
}

bool MigrationJob::needs_machine() const {
  if (!record_.machine.token.empty()) return record_.machine.transition_key.empty();
  return record_.instance_token.empty() && environment_.config->machines.kind != "none";
}

void MigrationJob::prepare_machine() {
  progress_.set_step(
      record_.settings.machine.instance.empty() ? "renting a machine" : "borrowing a machine", 0.5);
  if (!record_.machine.id.empty()) return wait_for_machine();
  if (!record_.machine.token.empty()) return rent_machine();
  if (cloud_makes_images()) {
    if (auto good = check_native(record_); !good) return on_failure(good.error());
  }
  const auto storage = storage_gib(record_.settings, cloud_makes_images());
  const auto most = record_.settings.machine.instance.empty() ? storage_gib_max : data_gib_max;
  if (storage > most) {
    return on_failure({Errc::limit_exceeded,
                       "a machine for these disks needs a disk of " + std::to_string(storage) +
                           " GiB, and ECS has " + std::to_string(most) + " at most",
                       "leave data disks out, or use a cluster with a transition node of its own"});
  }
  with_node("worker", [this](const std::string& worker) {
    const auto secret = random_bytes(secret_size);
    const MachineIntended event{machine_token(record_.id), worker, {secret.begin(), secret.end()}};
    record_and_advance(event, [event, job = record_.id](Journal& journal) {
      journal.intend(event.token, job, "machine", event.worker);
    });
  });
}

void MigrationJob::rent_machine() {
  const auto& machine = record_.machine;
  EnsureMachine request;
  request.token = machine.token;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.wish = record_.settings.machine;
  request.bucket = record_.settings.bucket;
  if (request.wish.type.empty() && request.wish.instance.empty()) {
    request.wish.type = environment_.config->machines.type;
  }
  request.storage_gib =
      static_cast<std::uint32_t>(storage_gib(record_.settings, cloud_makes_images()));
  for (const auto& disk : record_.settings.disks) {
    if (!cloud_makes_images()) break;
    request.disks_gib.push_back(static_cast<std::uint32_t>(cloud_disk_gib(disk.size)));
  }
  request.user_data = machine_script(
      *environment_.config,
      to_text(ActivationCode{machine.token, machine.secret, environment_.server_public_key}));
  with_worker_of(record_.places.at(machine.token), [this, request](const std::string& worker) {
    ask<MachineStatus>(worker, "machines", request, [this](const MachineStatus& status) {
      if (status.state == "failed") return on_failure(error_of(status));
      if (status.state != "done") return again_in(poll_interval);
      crash_point("job: a machine runs, not recorded");
      record_and_advance(
          MachineRented{status.id, status.address, status.type, status.disks},
          [token = status.token, id = status.id](Journal& journal) { journal.created(token, id); });
    });
  });
}

void MigrationJob::wait_for_machine() {
  progress_.set_step("waiting for the machine to join", 0.8);
  if (!machine_is_late()) again_in(500ms);
}

/// Fails the job if the machine has had all the time that it may take until its nodes are there.
bool MigrationJob::machine_is_late() {
  if (joining_since_ms_ == 0) joining_since_ms_ = steady_ms();
  const std::chrono::milliseconds waited{steady_ms() - joining_since_ms_};
  if (waited < limits::machine_join_patience) return false;
  joining_since_ms_ = 0;
  const auto minutes = std::chrono::floor<std::chrono::minutes>(waited).count();
  on_failure({Errc::machine_silent,
              "machine " + record_.machine.id + " (" + record_.machine.address +
                  ") runs, but its nodes are not there after " + std::to_string(minutes) +
                  " minutes",
              {}});
  return true;
}

/// After a node of the machine gave no answer: is it still there at all (F19, F99)?
void MigrationJob::look_after_machine() {
  const auto delay = poll_backoff(silences_, environment_.silence_pause);
  if (silences_ < 3) return again_in(delay);
  EnsureMachine request;
  request.token = record_.machine.token;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.create = false;
  with_worker_of(record_.places.at(request.token), [this, request,
                                                    delay](const std::string& worker) {
    ask<MachineStatus>(worker, "machines", request, [this, delay](const MachineStatus& status) {
      waiting_for_ = record_.machine.id;
      if (status.state == "failed") {
        log::warning("a machine can't be looked for",
                     {{"job", record_.id}, {"why", to_string(error_of(status))}});
      }
      machine_missed_ = status.state == "gone" ? machine_missed_ + 1 : 0;
      if (machine_missed_ == 0 && record_.state == JobState::preparing && machine_is_late()) {
        return;
      }
      if (machine_missed_ < missed_max) return again_in(delay);
      machine_missed_ = 0;
      on_failure(
          {Errc::instance_gone, called(record_) + " is gone, and nothing here released it", {}});
    });
  });
}

void MigrationJob::release_machine(const StoredResource& resource) {
  const auto place = record_.places.find(resource.token);
  const auto by =
      place != record_.places.end() ? place->second : WorkPlace{record_.machine.worker, {}, 0};
  with_worker_of(by, [this, resource](const std::string& worker) {
    ask<MachineStatus>(worker, "machines",
                       ReleaseMachine{resource.token, record_.id, record_.epoch},
                       [this, resource](const MachineStatus& status) {
                         if (status.state == "gone") return on_gone(resource, {});
                         again_in(poll_interval);
                       });
  });
}

/// Lets the machine's nodes in, after every start of the controller.
void MigrationJob::enrol_machine() const {
  const auto& machine = record_.machine;
  const bool held =
      std::ranges::find(record_.holds, machine.token, &HeldResource::token) != record_.holds.end();
  if (!held || machine.transition_key.empty()) return;
  environment_.bridge->enrol({machine_node(machine.token, "transition"), Role::transition},
                             machine.transition_key);
  environment_.bridge->enrol({machine_node(machine.token, "worker"), Role::worker},
                             machine.worker_key);
}

void MigrationJob::forget_machine() const {
  for (const auto* role : {"transition", "worker"}) {
    const auto node = machine_node(record_.machine.token, role);
    environment_.bridge->revoke(node);
    caf::anon_send(environment_.nodes, ForgetNode{node});
  }
}

caf::result<MachineJoined> MigrationJob::join(const JoinMachine& m) {
  const auto& machine = record_.machine;
  const auto peer = peer_of(self_->current_sender());
  const bool known = peer.node == machine_node(machine.token, "transition");
  if (!known && peer.node != "?" + m.transition_key) {
    return to_caf({Errc::not_enrolled, "the key to enrol is not the key of this link", {}});
  }
  if (auto same = check_version(m.protocol); !same) return to_caf(same.error());
  const bool over = is_ending(record_.state) || is_final(record_.state);
  if (machine.token != m.token || machine.secret != m.secret || over) {
    return to_caf({Errc::code_unknown, "no job waits for this machine", {}});
  }
  if (!key_bytes(m.worker_key) || m.worker_key == m.transition_key) {
    return to_caf({Errc::key_unreadable, "the key of the machine's worker is not good", {}});
  }
  if (m.listen != "*" && !is_host(m.listen)) {
    return to_caf({Errc::invalid_argument, "its ports can't be opened at '" + m.listen + "'", {}});
  }
  if (m.disk_prefix.size() > limits::file_path_bytes_max) {
    return to_caf({Errc::invalid_argument, "the path of its disks is too long", {}});
  }
  // The provider says how it is reached, and that may be known a moment later than it boots.
  if (machine.id.empty()) return to_caf({Errc::timeout, "it is not known yet that it runs", {}});
  MachinePlace place{machine.token, machine.address, m.listen, {}};
  for (const auto& disk : machine.disks) place.disks.push_back(m.disk_prefix + disk.serial);
  const MachineJoined answer{effective_toml(machine_config(*environment_.config, place))};
  if (!machine.transition_key.empty()) {
    const bool same =
        machine.transition_key == m.transition_key && machine.worker_key == m.worker_key;
    if (!same) return to_caf({Errc::code_used_up, "the machine has joined with other keys", {}});
    enrol_machine();
    return answer;
  }
  auto promise = self_->make_response_promise<MachineJoined>();
  record(MachineEnrolled{m.transition_key, m.worker_key}, {},
         [this, promise, answer, mine = generation_ + 1]() mutable {
           enrol_machine();
           crash_point("job: a machine has joined, not told");
           promise.deliver(std::move(answer));
           advance_if(mine);
         });
  return promise;
}

/// On the job's machine if it has one, else any of the cluster file.
void MigrationJob::with_own_node(const std::string& role,
                                 std::function<void(const std::string&)> then) {
  if (record_.machine.token.empty()) return with_node(role, std::move(then));
  then(machine_node(record_.machine.token, role));
}

}  // namespace ferry
