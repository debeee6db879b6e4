// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The likeness of actors/agent/replicate.cpp: open, learn what the target holds, send
// what differs, have it verified; the same requests in the same order.
#include <cstring>

#include "base/text.hpp"
#include "simulation/client.hpp"
#include "simulation/effects.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t control_timeout_us = 30 * seconds;
constexpr std::int64_t ack_timeout_us = 10 * seconds;
constexpr std::int64_t verify_poll_us = 100 * ms;
constexpr std::uint32_t verify_attempts_max = 3;
constexpr std::size_t entry_bytes = 16;
constexpr std::uint64_t mbps_at_full_speed = 1000;  // at which a chunk takes `chunk_us`

/// "sim://transition-1/data" is the data end of that process.
SimulatedProcess* process_of(World& world, const std::string& endpoint) {
  constexpr std::string_view scheme = "sim://";
  if (!endpoint.starts_with(scheme)) return nullptr;
  const auto rest = endpoint.substr(scheme.size());
  return world.find_process(rest.substr(0, rest.find('/')));
}

class Copier {
 public:
  Copier(Effects& effects, SimulatedProcess& agent, SimulatedProcess& node,
         const SyncDisks& request, const SyncTarget& target, DiskSyncState& state,
         const std::stop_token& stop)
      : effects_(effects),
        agent_(agent),
        node_(node),
        request_(request),
        target_(target),
        state_(state),
        stop_(stop),
        control_(effects.world, effects.wire, agent, node),
        source_(effects.provider.sources.at(agent.name).at(target.index)) {}

  Result<> run() {
    for (std::uint32_t attempt = 1; attempt <= verify_attempts_max; ++attempt) {
      if (auto done = open(); !done) return done;
      if (auto done = copy(); !done) return done;
      auto equal = verify(attempt);
      if (!equal) return fail(equal.error());
      if (*equal) return {};
    }
    return fail(Errc::verify_mismatch, "source and copy still differ");
  }

 private:
  Result<> open() {
    const OpenTransfer question{request_.token, request_.job, request_.epoch, target_.index};
    auto opened = control_.ask<TransferOpened>("instances", question, control_timeout_us, stop_);
    if (!opened) return fail(opened.error());
    session_ = opened->session;
    held_.assign(source_.size(), 0);
    const GetDigests get{request_.token, target_.index, 0, limits::table_page_chunks_max};
    auto page = control_.ask<DigestPage>("instances", get, control_timeout_us, stop_);
    if (!page) return fail(page.error());
    for (std::size_t i = 0; (i + 1) * entry_bytes <= page->entries.size() && i < held_.size();
         ++i) {
      std::memcpy(&held_[i], page->entries.data() + i * entry_bytes, sizeof held_[i]);
    }
    return {};
  }

  Result<> copy() {
    state_.enter("copying", 1);
    state_.progress.bytes_total = target_.target_size;
    const auto chunk_bytes = target_.target_size / source_.size();
    for (std::size_t i = 0; i < source_.size(); ++i) {
      if (stop_.stop_requested()) return fail(Errc::canceled, "copying is stopped");
      if (held_[i] != source_[i]) {
        if (auto done = send(i); !done) return done;
        state_.progress.bytes_sent_raw += chunk_bytes;
        state_.progress.wire_bytes += chunk_bytes / 2;
      }
      state_.progress.bytes_durable += chunk_bytes;
    }
    state_.end_pass();
    return {};
  }

  /// One chunk there and its acknowledgement back, each of which may be late or lost.
  Result<> send(std::size_t index) {
    auto& world = effects_.world;
    const auto mbps = state_.control.bandwidth_mbps.load();
    const auto slower = mbps == 0 ? 1 : std::max<std::uint64_t>(1, mbps_at_full_speed / mbps);
    world.sleep(effects_.chunk_us * static_cast<std::int64_t>(std::min<std::uint64_t>(slower, 20)));
    auto answer = std::make_shared<std::optional<bool>>();
    const DataChunk message{request_.data, session_, index, source_[index]};
    const auto life = node_.incarnation;
    const auto own_life = agent_.incarnation;
    const auto fiber = world.this_fiber();
    world.after(effects_.wire.data_delay_us(), [=, this_effects = &effects_, agent = &agent_,
                                                node = &node_] {
      auto& there = *this_effects;
      if (!node->lives(life) || !agent->lives(own_life) || there.wire.is_cut(*agent, *node)) return;
      const bool taken = write_chunk(there, message);
      there.world.after(there.wire.data_delay_us(), [=] {
        if (!agent->lives(own_life) || there.wire.is_cut(*node, *agent)) return;
        *answer = taken;
        this_effects->world.wake(fiber);
      });
    });
    const auto deadline_us = world.now_us() + ack_timeout_us;
    while (!*answer) {
      if (stop_.stop_requested()) return fail(Errc::canceled, "copying is stopped");
      if (world.now_us() >= deadline_us) return fail(Errc::transfer_broken, "no acknowledgement");
      world.sleep(200 * ms);
    }
    if (!**answer) return fail(Errc::transfer_refused, "the data session is over");
    return {};
  }

  Result<bool> verify(std::uint32_t attempt) {
    state_.verifying(0, target_.target_size);
    const VerifyDisk question{request_.token, session_, target_.index, root_of(source_), attempt};
    for (;;) {
      auto answer = control_.ask<VerifyStatus>("instances", question, control_timeout_us, stop_);
      if (!answer) return fail(answer.error());
      state_.verifying(answer->bytes_done, answer->bytes_total);
      if (answer->state == "equal") {
        state_.verified(to_hex(std::as_bytes(std::span{question.root})));
        return true;
      }
      if (answer->state == "different") return false;
      effects_.world.sleep(verify_poll_us);
    }
  }

  Effects& effects_;
  SimulatedProcess& agent_;
  SimulatedProcess& node_;
  const SyncDisks& request_;
  const SyncTarget& target_;
  DiskSyncState& state_;
  const std::stop_token& stop_;
  SimulatedClient control_;
  const Chunks& source_;
  Chunks held_;
  std::uint64_t session_ = 0;
};

}  // namespace

ReplicateDisk make_copier(Effects& effects, SimulatedProcess& agent) {
  return [&effects, &agent](const SyncDisks& request, const SyncTarget& target, const std::string&,
                            const ReplicationOptions&, DiskSyncState& state,
                            const std::stop_token& stop) -> Result<> {
    auto* node = process_of(effects.world, request.control);
    if (node == nullptr) return fail(Errc::unreachable, "nobody listens at " + request.control);
    return Copier{effects, agent, *node, request, target, state, stop}.run();
  };
}

}  // namespace ferry::sim
