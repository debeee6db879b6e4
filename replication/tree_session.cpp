// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/tree_session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/crash_point.hpp"

namespace ferry {
namespace {

using frame::Type;

// What is complete and nobody adds to becomes durable after this.

}  // namespace

TreeSession::TreeSession(SessionKey key, TreeTarget& target, std::uint32_t credit_chunks,
                         Outbox outbox)
    : Session(std::move(key), target, 1, credit_chunks, std::move(outbox)),
      tree_(target),
      worker_([this](const std::stop_token& stop) { run(stop); }) {}

TreeSession::~TreeSession() { close({Errc::transfer_refused, "the session was closed", {}}); }

std::optional<Error> TreeSession::objection(const frame::Hello& hello) const {
  if (hello.disk_bytes == 0) return std::nullopt;
  return Error{Errc::transfer_refused, "the source sends a disk, the target is a tree", {}};
}

Result<> TreeSession::take(std::uint64_t link, Type type, std::span<const std::byte> payload,
                           WriterTools& tools) {
  arrived_ = {link, type, {}};
  if (type == Type::steps) {
    frame::StepsHead head;
    const auto body = frame::parse_steps(payload, head);
    if (!body) return fail(body.error());
    if (head.codec == frame::Codec::zstd) {
      arrived_.steps.resize(head.raw_bytes);
      auto done = tools.decompressor.decompress(*body, arrived_.steps);
      if (!done) return done;
    } else {
      arrived_.steps.assign(body->begin(), body->end());
    }
  }
  return {};
}

/// Only when it counts on its link may the worker have it, which answers by what counts.
void TreeSession::taken(std::uint32_t /*stream*/, Link& /*link*/) {
  frames_.push_back(std::move(arrived_));
  wake_.notify_one();
}

void TreeSession::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto frame = next_frame(stop);
    if (failed() || stop.stop_requested()) continue;
    busy_ = true;
    const auto done = frame ? work(*frame, stop) : commit();
    busy_ = false;
    if (done || done.error().code == Errc::canceled) continue;
    pass_.reset();  // with what is half written
    fail_session(done.error());
  }
}

std::optional<TreeSession::Frame> TreeSession::next_frame(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  if (!wake_.wait_for(lock, stop, commit_delay, [this] { return !frames_.empty(); })) {
    return std::nullopt;
  }
  auto frame = std::move(frames_.front());
  frames_.pop_front();
  return frame;
}

Result<> TreeSession::work(const Frame& frame, const std::stop_token& stop) {
  if (!pass_ || pass_->link != frame.link) {
    if (auto begun = begin_pass(frame.link, stop); !begun) return begun;
  }
  auto& pass = *pass_;
  if (frame.type == Type::steps) {
    if (auto done = pass.receiver->take(frame.steps); !done) return done;
  }
  // What it made visible by itself was everything before this frame, and some of it.
  if (const auto commits = pass.receiver->commits() - pass.commits; commits > 0) {
    pass.durable = commits > 1 ? pass.done : pass.visible;
    pass.visible = pass.done;
    pass.commits += commits;
  }
  ++pass.done;
  if (frame.type != Type::end) {
    tell_progress();
    return {};
  }
  if (auto ended = pass.receiver->end(); !ended) return ended;
  return commit();
}

/// What a source began before it connected anew is kept as far as it is complete.
Result<> TreeSession::begin_pass(std::uint64_t link, const std::stop_token& stop) {
  if (auto done = commit(); !done) return done;
  pass_.reset();
  const auto answer = [this, link](Type type, const std::string& payload) {
    const std::scoped_lock lock{mutex_};
    if (auto* to = link_with(link)) send(0, *to, type, payload);
  };
  auto receiver = TreeReceiver::open(tree_, unheld_, answer, stop);
  if (!receiver) return fail(receiver.error());
  pass_.emplace(Pass{.link = link, .receiver = std::move(*receiver)});
  return {};
}

Result<> TreeSession::commit() {
  if (!pass_ || pass_->durable == pass_->done) return {};
  if (auto done = pass_->receiver->commit(); !done) return done;
  crash_point("target tree: files are durable, not told");
  pass_->commits = pass_->receiver->commits();
  pass_->durable = pass_->visible = pass_->done;
  tell_progress();
  return {};
}

void TreeSession::tell_progress() {
  const std::scoped_lock lock{mutex_};
  const auto bytes = pass_->receiver->bytes_written();
  stats_.bytes_written += bytes - std::exchange(pass_->told_bytes, bytes);
  if (pass_->durable == pass_->done) stats_.bytes_durable = stats_.bytes_written;
  ++stats_.chunks;
  auto* link = link_with(pass_->link);
  if (link == nullptr) return;  // replaced meanwhile
  link->written = pass_->done;
  if (link->end == pass_->durable) {
    send(0, *link, Type::summary, frame::payload(pass_->receiver->summary()));
  }
  note_durable(*link, pass_->durable);
  send_ack(0, *link);
}

void TreeSession::stop() {
  worker_.request_stop();
  if (worker_.joinable()) worker_.join();
}

void TreeSession::settle() {
  if (!failed()) {
    if (auto done = commit(); !done) fail_session(done.error());
  }
  pass_.reset();
}

}  // namespace ferry
