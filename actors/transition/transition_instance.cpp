// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/transition_instance.hpp"

#include <algorithm>
#include <cstring>

#include "actors/work_status.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t disks_max = 1 + limits::data_disks_max;
constexpr std::size_t bad_chunks_told_max = 1000;

std::uint64_t random_session() {
  std::uint64_t id = 0;
  std::memcpy(&id, random_bytes(sizeof id).data(), sizeof id);
  return id | 1;
}

}  // namespace

TransitionInstance::TransitionInstance(caf::event_based_actor* self, TransitionOptions options,
                                       std::string token)
    : self_(self), options_(std::move(options)), token_(std::move(token)) {}

TransitionInstance::~TransitionInstance() { close_sessions(); }

caf::behavior TransitionInstance::make_behavior() {
  return {[this](const EnsureInstance& m) { return ensure(m); },
          [this](const ReleaseInstance& m) { return release(m); },
          [this](const OpenTransfer& m) { return open_transfer(m); },
          [this](const GetDigests& m) { return get_digests(m); },
          [this](const VerifyDisk& m) { return verify(m); },
          [this](const SealDisk& m) { return seal(m); }};
}

/// A newer epoch ends what an older one may still be writing.
Result<> TransitionInstance::take_epoch(std::uint64_t epoch) {
  if (auto done = check_epoch("instance " + token_, epoch, epoch_); !done) return done;
  if (epoch > epoch_) close_sessions();
  epoch_ = epoch;
  return {};
}

caf::result<InstanceStatus> TransitionInstance::ensure(const EnsureInstance& m) {
  if (keeps(Protection::tombstone) && options_.storage->released(token_)) {
    return to_caf({Errc::instance_gone, "transition instance " + token_ + " was released", {}});
  }
  if (auto done = take_epoch(m.epoch); !done) return to_caf(done.error());
  // Asked even while they are open here: a removed file would go on taking data.
  if (!m.create) {
    if (auto found = options_.storage->find(token_, m.disk_bytes.size()); !found) {
      close_sessions();
      return to_caf(found.error());
    }
  }
  if (m.writable) {
    source_ = m.source;
    options_.bridge->enrol({m.source, Role::agent}, m.source_public_key);
  } else {
    close_sessions();
    crash_point("transition: disks are closed to writers, not told");
  }
  writable_ = m.writable;
  if (!disks_ && !opening_.started()) {
    if (auto done = begin_opening(m); !done) return to_caf(done.error());
  }
  if (!disks_ && opening_.result() != nullptr) {
    const auto opened = *opening_.result();
    opening_.reset();
    if (!opened) return to_caf(opened.error());
    disks_ = *opened;
    const auto parts = disks_->parts().size();
    sessions_.assign(parts, 0);
    verifications_ = std::vector<Verification>(parts);
    sealings_ = std::vector<Sealing>(disks_->list().size());
  }
  return status();
}

/// Opens the disks beside the actor, because it may take long.
Result<> TransitionInstance::begin_opening(const EnsureInstance& m) {
  if (m.disk_bytes.empty() || m.disk_bytes.size() > disks_max) {
    return fail(Errc::invalid_argument,
                "an instance has 1 to " + std::to_string(disks_max) + " disks");
  }
  opening_.start([storage = options_.storage, request = m](const std::stop_token& stop) {
    crash_point("transition: disks are asked for, none is made");
    auto disks = storage->open(request, stop);
    crash_point("transition: disks are made, not told");
    return disks;
  });
  return {};
}

InstanceStatus TransitionInstance::status() const {
  InstanceStatus status;
  status.token = token_;
  status.ready = disks_ != nullptr;
  status.control = options_.control;
  status.data = options_.data;
  status.public_key = options_.public_key;
  if (disks_) status.disks = disks_->list();
  return status;
}

caf::result<InstanceReleased> TransitionInstance::release(const ReleaseInstance& m) {
  if (auto done = take_epoch(m.epoch); !done) return to_caf(done.error());
  crash_point("transition: a release is asked for, nothing is removed");
  close_sessions();
  verifications_.clear();
  sealings_.clear();
  opening_.reset();
  disks_.reset();
  for (std::uint32_t i = 0; i < disks_max && !m.part.empty(); ++i) {
    if (m.part != part_of_disk("disk", i)) continue;
    if (auto done = options_.storage->release_disk(token_, i); !done) return to_caf(done.error());
    crash_point("transition: a disk is removed, not told");
    return InstanceReleased{token_};
  }
  if (!m.part.empty()) {
    return to_caf({Errc::invalid_argument, "an instance has no part '" + m.part + "'", {}});
  }
  if (auto done = options_.storage->release(token_); !done) return to_caf(done.error());
  crash_point("transition: instance is released, not told");
  if (!source_.empty()) options_.bridge->revoke(source_);
  log::info("transition instance released", {{"instance", token_}});
  self_->quit();
  return InstanceReleased{token_};
}

Result<> TransitionInstance::check_source() const {
  if (peer_of(self_->current_sender()).node != source_) {
    return fail(Errc::not_enrolled, "instance " + token_ + " belongs to another source server");
  }
  return {};
}

Result<> TransitionInstance::check_part(std::uint32_t index) const {
  if (auto done = check_source(); !done) return done;
  if (!disks_ || index >= sessions_.size()) {
    return fail(Errc::transfer_refused,
                "instance " + token_ + " has no open disk " + std::to_string(index));
  }
  return {};
}

caf::result<TransferOpened> TransitionInstance::open_transfer(const OpenTransfer& m) {
  if (auto done = check_part(m.disk); !done) return to_caf(done.error());
  if ((m.epoch != epoch_ && keeps(Protection::fence)) || !writable_) {
    return to_caf({m.epoch < epoch_ ? Errc::fenced : Errc::transfer_refused,
                   "instance " + token_ + " takes no data of epoch " + std::to_string(m.epoch),
                   {}});
  }
  close_session(m.disk);
  verifications_[m.disk].work.reset();
  for (auto& sealing : sealings_) sealing.work.reset();
  const SessionKey key{random_session(), random_bytes(32), m.sealed, m.epoch};
  crash_point("transition: a session is asked for, none is open");
  if (auto done = disks_->open_session(key, m); !done) return to_caf(done.error());
  crash_point("transition: a session is open, not told");
  sessions_[m.disk] = key.id;
  log::info("data session opened", {{"instance", token_}, {"disk", m.disk}, {"epoch", m.epoch}});
  return TransferOpened{key.id, key.secret, key.sealed, 0, true, true};
}

caf::result<DigestPage> TransitionInstance::get_digests(const GetDigests& m) {
  if (auto done = check_part(m.disk); !done) return to_caf(done.error());
  const auto count = std::min<std::uint32_t>(m.chunk_count, limits::table_page_chunks_max);
  auto bytes = disks_->digests(m.disk, m.first_chunk, count);
  if (!bytes) return to_caf(bytes.error());
  return DigestPage{m.first_chunk, count, {bytes->begin(), bytes->end()}};
}

caf::result<VerifyStatus> TransitionInstance::verify(const VerifyDisk& m) {
  if (auto done = check_part(m.disk); !done) return to_caf(done.error());
  auto& verification = verifications_[m.disk];
  if (!verification.work.started() || verification.session != m.session ||
      verification.attempt != m.attempt) {
    close_session(m.disk);
    verification.session = m.session;
    verification.attempt = m.attempt;
    verification.work.reset();
    verification.progress = std::make_unique<VerifyProgress>();
    verification.work.start([disks = disks_, index = m.disk,
                             progress = verification.progress.get()](const std::stop_token& stop) {
      crash_point("transition: a proof is asked for, not begun");
      auto found = disks->verify(index, *progress, stop);
      crash_point("transition: a disk is read back, not told");
      return found;
    });
  }
  VerifyStatus status{"running", disks_->parts()[m.disk], verification.progress->bytes_checked, {}};
  const auto* result = verification.work.result();
  if (result == nullptr) return status;
  if (!*result) {
    auto error = result->error();
    verification.work.reset();
    return to_caf(error);
  }
  status.state =
      (*result)->root == m.root && (*result)->bad_chunks_total == 0 ? "equal" : "different";
  status.bad_chunks = (*result)->bad_chunks;
  status.bad_chunks.resize(std::min(status.bad_chunks.size(), bad_chunks_told_max));
  return status;
}

caf::result<SealStatus> TransitionInstance::seal(const SealDisk& m) {
  if (auto done = check_source(); !done) return to_caf(done.error());
  if (!disks_ || m.disk >= sealings_.size()) {
    return to_caf({Errc::transfer_refused,
                   "instance " + token_ + " has no open disk " + std::to_string(m.disk),
                   {}});
  }
  if ((m.epoch != epoch_ && keeps(Protection::fence)) || !writable_) {
    return to_caf({m.epoch < epoch_ ? Errc::fenced : Errc::transfer_refused,
                   "instance " + token_ + " seals no disk of epoch " + std::to_string(m.epoch),
                   {}});
  }
  auto& sealing = sealings_[m.disk];
  if (!sealing.work.started()) {
    close_sessions();
    sealing.progress = std::make_unique<VerifyProgress>();
    sealing.work.start([disks = disks_, place = m.disk, files = m.files,
                        progress = sealing.progress.get()](const std::stop_token& stop) {
      crash_point("transition: a disk is complete, not sealed");
      auto sealed = disks->seal(place, files, *progress, stop);
      crash_point("transition: a disk is sealed, not told");
      return sealed;
    });
  }
  SealStatus status{
      "running", disks_->list()[m.disk].size, sealing.progress->bytes_checked, {}, {}};
  const auto* result = sealing.work.result();
  if (result == nullptr) return status;
  if (!*result) {
    auto error = result->error();
    sealing.work.reset();
    return to_caf(error);
  }
  status.state = "sealed";
  status.root = (*result)->root;
  status.files = (*result)->files;
  return status;
}

void TransitionInstance::close_session(std::uint32_t part) {
  if (sessions_[part] != 0) disks_->close_session(sessions_[part]);
  sessions_[part] = 0;
}

void TransitionInstance::close_sessions() {
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) close_session(i);
}

}  // namespace ferry
