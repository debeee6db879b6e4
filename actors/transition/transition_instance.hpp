// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One job's transition instance: its disks with their digest tables, and the right of
// one agent to write to them. Runs on a thread of its own, because opening and closing
// disks takes time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "actors/background.hpp"
#include "actors/log_keeper.hpp"
#include "actors/transition/instance_storage.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct TransitionOptions {
  std::shared_ptr<InstanceStorage> storage;
  std::string control;  // endpoints that agents are told
  std::string data;
  std::string public_key;  // Z85, of the control endpoint
  Bridge* bridge = nullptr;
  KeptLog log = {};
  Branch branch = {};  // of the instances in the tree of this process
};

class TransitionInstance {
 public:
  static constexpr const char* actor_name = "transition_instance";
  static constexpr bool works_for_one_job = true;

  TransitionInstance(caf::event_based_actor* self, TransitionOptions options, std::string token);
  ~TransitionInstance();
  caf::behavior make_behavior();

 private:
  struct Verification {
    std::uint64_t session = 0;
    std::uint32_t attempt = 0;
    Background<VerifyResult> work;
    std::unique_ptr<VerifyProgress> progress;
  };
  struct Sealing {
    Background<SealedDisk> work;
    std::unique_ptr<VerifyProgress> progress;
  };

  caf::result<InstanceStatus> ensure(const EnsureInstance& m);
  caf::result<InstanceReleased> release(const ReleaseInstance& m);
  caf::result<TransferOpened> open_transfer(const OpenTransfer& m);
  caf::result<DigestPage> get_digests(const GetDigests& m);
  caf::result<VerifyStatus> verify(const VerifyDisk& m);
  caf::result<SealStatus> seal(const SealDisk& m);

  Result<> take_epoch(std::uint64_t epoch);
  Result<> begin_opening(const EnsureInstance& m);
  [[nodiscard]] InstanceStatus status() const;
  Result<> check_source() const;
  Result<> check_part(std::uint32_t index) const;
  void close_sessions();
  void close_session(std::uint32_t part);

  caf::event_based_actor* self_;
  TransitionOptions options_;
  std::string token_;
  std::uint64_t epoch_ = 0;
  bool writable_ = false;
  std::string source_;  // the one agent that may write
  Background<std::shared_ptr<InstanceDisks>> opening_;
  std::shared_ptr<InstanceDisks> disks_;
  std::vector<std::uint64_t> sessions_;      // by part; 0: none is open
  std::vector<Verification> verifications_;  // by part
  std::vector<Sealing> sealings_;            // by disk
};

}  // namespace ferry
