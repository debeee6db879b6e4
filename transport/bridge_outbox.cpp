// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/bridge_outbox.hpp"

#include <cstring>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "messages/catalogue.hpp"

namespace ferry {
namespace {

/// Ids start anywhere, so that an answer to an earlier incarnation fits no request of this one.
std::uint64_t random_start() {
  std::uint64_t start = 0;
  std::memcpy(&start, random_bytes(sizeof start).data(), sizeof start);
  return start >> 1 | 1;
}

}  // namespace

BridgeOutbox::BridgeOutbox(bool wakes) : next_id_(random_start()) {
  if (wakes) wake_ = Fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
}

void BridgeOutbox::post(const std::string& node, Envelope envelope,
                        const caf::type_erased_tuple& body, caf::strong_actor_ptr sender,
                        caf::message_id mid) {
  auto encoded = encode(body);
  if (encoded.type.empty()) {
    log::error("bridge drops a message that is not in the catalogue",
               {{"node", node}, {"path", envelope.to}, {"message", caf::to_string(body)}});
    return;
  }
  envelope.type = encoded.type;
  if (mid.is_request()) envelope.id = next_id_++;
  auto frame = make_frame(envelope, encoded.body);
  {
    const std::lock_guard lock{mutex_};
    if (closed_ || queue_.size() >= limits::send_queue_frames_max) return;
    if (mid.is_request() && waiting_.size() < limits::pending_requests_max) {
      waiting_[envelope.id] = {std::move(sender), mid, steady_ms(), node};
    }
    queue_.push_back({node, std::move(frame), envelope.id});
    if (queue_.size() > 1) return;  // the thread is awake already
  }
  wake();
}

void BridgeOutbox::post_frame(std::string node, std::string bytes) {
  {
    const std::lock_guard lock{mutex_};
    if (closed_ || queue_.size() >= limits::send_queue_frames_max) return;
    queue_.push_back({std::move(node), std::move(bytes)});
  }
  wake();
}

BridgeOutbox::Waiting BridgeOutbox::take_waiting(const std::string& node, std::uint64_t id) {
  const std::lock_guard lock{mutex_};
  const auto it = waiting_.find(id);
  if (it == waiting_.end() || it->second.node != node) return {};
  auto waiting = std::move(it->second);
  waiting_.erase(it);
  return waiting;
}

std::vector<OutgoingFrame> BridgeOutbox::take_all() {
  const std::lock_guard lock{mutex_};
  return std::exchange(queue_, {});
}

void BridgeOutbox::wake() const {
  if (!wake_) return;
  const std::uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void BridgeOutbox::clear_wake() const {
  std::uint64_t count = 0;
  (void)!::read(wake_.get(), &count, sizeof count);
}

void BridgeOutbox::forget_waiting_before(std::int64_t steady_ms) {
  const std::lock_guard lock{mutex_};
  std::erase_if(waiting_, [&](const auto& entry) { return entry.second.since_ms < steady_ms; });
}

void BridgeOutbox::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  queue_.clear();
  waiting_.clear();
}

}  // namespace ferry
