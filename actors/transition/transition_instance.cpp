// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/transition_instance.hpp"

#include <algorithm>
#include <cstring>

#include "actors/work_status.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t disks_max = 1 + limits::data_disks_max;
constexpr std::size_t bad_chunks_told_max = 1000;

std::filesystem::path disk_path(const std::filesystem::path& folder, std::size_t index) {
  return folder / ("disk" + std::to_string(index) + ".raw");
}

std::uint64_t random_session() {
  std::uint64_t id = 0;
  std::memcpy(&id, random_bytes(sizeof id).data(), sizeof id);
  return id | 1;
}

}  // namespace

TransitionInstance::TransitionInstance(caf::event_based_actor* self, TransitionOptions options,
                                       std::string token)
    : self_(self),
      options_(std::move(options)),
      token_(std::move(token)),
      folder_(options_.storage / token_) {}

TransitionInstance::~TransitionInstance() { close_sessions(); }

caf::behavior TransitionInstance::make_behavior() {
  return {[this](const EnsureInstance& m) { return ensure(m); },
          [this](const ReleaseInstance& m) { return release(m); },
          [this](const OpenTransfer& m) { return open_transfer(m); },
          [this](const GetDigests& m) { return get_digests(m); },
          [this](const VerifyDisk& m) { return verify(m); }};
}

/// A newer epoch ends what an older one may still be writing.
Result<> TransitionInstance::take_epoch(std::uint64_t epoch) {
  if (auto done = check_epoch("instance " + token_, epoch, epoch_); !done) return done;
  if (epoch > epoch_) close_sessions();
  epoch_ = epoch;
  return {};
}

caf::result<InstanceStatus> TransitionInstance::ensure(const EnsureInstance& m) {
  if (std::filesystem::exists(tombstone())) {
    return to_caf({Errc::instance_gone, "transition instance " + token_ + " was released", {}});
  }
  if (auto done = take_epoch(m.epoch); !done) return to_caf(done.error());
  if (m.writable) {
    source_ = m.source;
    options_.bridge->enrol({m.source, Role::agent}, m.source_public_key);
  } else {
    close_sessions();
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
    sessions_.assign(disks_->size(), 0);
    verifications_ = std::vector<Verification>(disks_->size());
  }
  return status();
}

/// Opens the disks beside the actor: what a crash left unsettled is read again first.
Result<> TransitionInstance::begin_opening(const EnsureInstance& m) {
  if (m.disk_bytes.empty() || m.disk_bytes.size() > disks_max) {
    return fail(Errc::invalid_argument,
                "an instance has 1 to " + std::to_string(disks_max) + " disks");
  }
  for (std::size_t i = 0; !m.create && i < m.disk_bytes.size(); ++i) {
    if (!std::filesystem::exists(disk_path(folder_, i))) {
      return fail(Errc::instance_gone, disk_path(folder_, i).string() + " is gone");
    }
  }
  if (auto done = make_folder(folder_); !done) return done;
  opening_.start([folder = folder_, sizes = m.disk_bytes, key = m.digest_key](
                     const std::stop_token& stop) -> Result<std::shared_ptr<Disks>> {
    auto disks = std::make_shared<Disks>();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      TargetOptions target{disk_path(folder, i), folder / ("disk" + std::to_string(i) + ".digests"),
                           sizes[i], key};
      auto disk = TargetDisk::open(target, stop);
      if (!disk) return fail(disk.error());
      disks->push_back(std::move(*disk));
    }
    if (auto done = sync_folder(folder.parent_path()); !done) return fail(done.error());
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
  for (std::size_t i = 0; disks_ && i < disks_->size(); ++i) {
    status.disks.push_back({static_cast<std::uint32_t>(i),
                            disk_path(folder_, i).string(),
                            disks_->at(i)->bytes(),
                            {}});
  }
  return status;
}

caf::result<InstanceReleased> TransitionInstance::release(const ReleaseInstance& m) {
  if (auto done = take_epoch(m.epoch); !done) return to_caf(done.error());
  close_sessions();
  verifications_.clear();
  opening_.reset();
  disks_.reset();
  // The tombstone first: a creation that comes late must find it.
  if (auto done = make_folder(options_.storage / "released"); !done) return to_caf(done.error());
  if (auto done = write_file_durably(tombstone(), ""); !done) return to_caf(done.error());
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  if (error) {
    return to_caf(
        {Errc::disk_write_failed, "remove " + folder_.string() + ": " + error.message(), {}});
  }
  if (!source_.empty()) options_.bridge->revoke(source_);
  log::info("transition instance released", {{"instance", token_}});
  self_->quit();
  return InstanceReleased{token_};
}

Result<TargetDisk*> TransitionInstance::disk_for(std::uint32_t index) {
  if (peer_of(self_->current_sender()).node != source_) {
    return fail(Errc::not_enrolled, "instance " + token_ + " belongs to another source server");
  }
  if (!disks_ || index >= disks_->size()) {
    return fail(Errc::transfer_refused,
                "instance " + token_ + " has no open disk " + std::to_string(index));
  }
  return disks_->at(index).get();
}

caf::result<TransferOpened> TransitionInstance::open_transfer(const OpenTransfer& m) {
  auto disk = disk_for(m.disk);
  if (!disk) return to_caf(disk.error());
  if (m.epoch != epoch_ || !writable_) {
    return to_caf({m.epoch < epoch_ ? Errc::fenced : Errc::transfer_refused,
                   "instance " + token_ + " takes no data of epoch " + std::to_string(m.epoch),
                   {}});
  }
  close_session(m.disk);
  verifications_[m.disk].work.reset();
  const SessionKey key{random_session(), random_bytes(32), m.sealed, m.epoch};
  auto done = options_.data_server->open(key, **disk, m.streams, m.credit_chunks);
  if (!done) return to_caf(done.error());
  sessions_[m.disk] = key.id;
  log::info("data session opened", {{"instance", token_}, {"disk", m.disk}, {"epoch", m.epoch}});
  return TransferOpened{key.id, key.secret, key.sealed, 0};
}

caf::result<DigestPage> TransitionInstance::get_digests(const GetDigests& m) {
  auto disk = disk_for(m.disk);
  if (!disk) return to_caf(disk.error());
  const auto count = std::min<std::uint32_t>(m.chunk_count, limits::table_page_chunks_max);
  DigestPage page{m.first_chunk, count, {}};
  const auto next = (*disk)->table().next_chunk(m.first_chunk);
  if (!next || *next >= m.first_chunk + count) return page;
  auto bytes = (*disk)->table().page(m.first_chunk, count);
  if (!bytes) return to_caf(bytes.error());
  page.entries.assign(bytes->begin(), bytes->end());
  return page;
}

caf::result<VerifyStatus> TransitionInstance::verify(const VerifyDisk& m) {
  auto disk = disk_for(m.disk);
  if (!disk) return to_caf(disk.error());
  auto& verification = verifications_[m.disk];
  if (!verification.work.started() || verification.session != m.session ||
      verification.attempt != m.attempt) {
    close_session(m.disk);
    verification.session = m.session;
    verification.attempt = m.attempt;
    verification.work.reset();
    verification.progress = std::make_unique<VerifyProgress>();
    verification.work.start(
        [target = *disk, progress = verification.progress.get()](const std::stop_token& stop) {
          return target->verify(*progress, stop);
        });
  }
  VerifyStatus status{"running", (*disk)->bytes(), verification.progress->bytes_checked, {}};
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

void TransitionInstance::close_session(std::uint32_t disk) {
  if (sessions_[disk] != 0) options_.data_server->close(sessions_[disk]);
  sessions_[disk] = 0;
}

void TransitionInstance::close_sessions() {
  for (std::uint32_t i = 0; i < sessions_.size(); ++i) close_session(i);
}

std::filesystem::path TransitionInstance::tombstone() const {
  return options_.storage / "released" / token_;
}

}  // namespace ferry
