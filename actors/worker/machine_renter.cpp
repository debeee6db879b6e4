// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/machine_renter.hpp"

#include "actors/work_status.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

/// That the provider may take with each thing it makes or removes.
constexpr std::chrono::minutes patience{10};

Result<std::shared_ptr<MachineProvider>> provider_of(const WorkerOptions& options,
                                                     const MachineWish& wish) {
  auto machines = options.open_machines(wish, patience);
  if (machines && *machines == nullptr) {
    return fail(Errc::invalid_argument, "worker " + options.node + " rents no machines",
                "start it with the cluster file of the controller, which has [machines]");
  }
  return machines;
}

/// Bucket and registry, before anything is rented: what can't be used now would be paid for in vain
/// (F04, F26 to F28).
Result<> check_services(const WorkerOptions& options, const std::string& name,
                        const std::stop_token& stop) {
  auto bucket = options.open_bucket(name, stop);
  if (!bucket) return fail(bucket.error());
  auto registry = options.open_registry(name);
  if (!registry) return fail(registry.error());
  return (*registry)->check();
}

MachineRequest request_of(const WorkerOptions& options, const EnsureMachine& m) {
  return {.token = m.token,
          .image = options.machine_image,
          .type = m.wish.type,
          .role = options.machine_role,
          .storage_gib = m.storage_gib,
          .user_data = m.user_data,
          .disks_gib = m.disks_gib,
          .borrowed = m.wish.instance};
}

}  // namespace

MachineRenter::MachineRenter(caf::event_based_actor* self, WorkerOptions options, std::string job)
    : self_(self),
      options_(std::move(options)),
      job_(std::move(job)),
      lease_(self, options_.lease) {}

caf::behavior MachineRenter::make_behavior() {
  return {[this](const EnsureMachine& m) { return ensure(m); },
          [this](const ReleaseMachine& m) { return release(m); },
          [this](const LeaseCheck&) {
            if (!lease_.has_ended(work_.running())) return;
            log::warning("renting ends, nobody has asked about it", {{"job", job_}});
            self_->quit();
          }};
}

bool MachineRenter::goes_on(Work work, std::uint64_t epoch) {
  lease_.renew();
  if (work_.started() && working_ == work && epoch == epoch_) return true;
  epoch_ = epoch;
  working_ = work;
  work_.request_stop();
  work_.reset();
  return false;
}

caf::result<MachineStatus> MachineRenter::ensure(const EnsureMachine& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  if (options_.discarded->contains(m.token)) {
    return to_caf({Errc::fenced, "machine " + m.token + " is being given back", {}});
  }
  token_ = m.token;
  if (!m.create) return look(m);
  if (goes_on(Work::rent, m.epoch)) return status();
  work_.start([options = options_, m](const std::stop_token& stop) -> Result<Machine> {
    if (auto done = check_services(options, m.bucket, stop); !done) return fail(done.error());
    auto machines = provider_of(options, m.wish);
    if (!machines) return fail(machines.error());
    crash_point("renter: a machine is asked for, none is made");
    auto machine = (*machines)->ensure(request_of(options, m), stop);
    crash_point("renter: a machine runs, not told");
    return machine;
  });
  return status();
}

/// One short question, so it is answered at once.
MachineStatus MachineRenter::look(const EnsureMachine& m) const {
  MachineStatus status;
  status.token = m.token;
  status.epoch = m.epoch;
  const auto machines = provider_of(options_, m.wish);
  const auto found = machines ? (*machines)->find(m.token, {}) : fail(machines.error());
  if (found) {
    status.state = "done";
  } else if (found.error().code == Errc::not_found) {
    status.state = "gone";
  } else {
    set_failed(status, found.error());
  }
  return status;
}

caf::result<MachineStatus> MachineRenter::release(const ReleaseMachine& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  options_.discarded->add(m.token);  // first: from here on nothing makes it again
  token_ = m.token;
  const auto* result = work_.result();
  if (working_ == Work::release && result != nullptr && !*result) {
    trouble_ = result->error();
    work_.reset();
  }
  if (!goes_on(Work::release, m.epoch)) {
    work_.start(
        [options = options_, token = m.token](const std::stop_token& stop) -> Result<Machine> {
          auto machines = provider_of(options, {});
          if (!machines) return fail(machines.error());
          crash_point("renter: a release is asked for, nothing is removed");
          if (auto done = (*machines)->release(token, stop); !done) return fail(done.error());
          crash_point("renter: a machine is removed, not told");
          return Machine{};
        });
  }
  auto now = status();
  if (now.state == "gone") self_->quit();
  // Tried anew all the time, and told until it succeeds.
  if (now.state == "running" && trouble_.code != Errc::none) return to_caf(trouble_);
  return now;
}

MachineStatus MachineRenter::status() const {
  MachineStatus status;
  status.token = token_;
  status.epoch = epoch_;
  const auto* result = work_.result();
  if (result == nullptr) {
    status.state = "running";
  } else if (!*result) {
    set_failed(status, result->error());
  } else if (working_ == Work::release) {
    status.state = "gone";
  } else {
    status.state = "done";
    status.id = (*result)->id;
    status.address = (*result)->address;
    status.type = (*result)->type;
    for (const auto& disk : (*result)->disks) status.disks.push_back({disk.id, disk.serial});
  }
  return status;
}

}  // namespace ferry
