// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/store.hpp"

#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/simulation.hpp"
#include "metrics/counted.hpp"

namespace ferry {
namespace {

constexpr std::size_t batch_max = 256;

struct CommitNow {
  bool now = true;
  FERRY_MESSAGE("store.commit_now", now)
};

}  // namespace

Store::Store(caf::event_based_actor* self, std::filesystem::path file)
    : self_(self), database_(file) {}

/// CAF breaks no promise of an actor that dies, and whoever awaits one is deaf until then.
Store::~Store() {
  for (auto& answer : answers_) {
    answer.promise.deliver(
        to_caf({Errc::storage_failed, "the store ended before it could tell", {}}));
  }
}

caf::behavior Store::make_behavior() {
  return {[this](const Transact& request) { transact(request); },
          [this](const CommitNow&) { commit(); },
          [this](const CopyDatabase& request) { return copy(request); }};
}

void Store::transact(const Transact& request) {
  auto promise = self_->make_response_promise();
  if (!transaction_) {
    transaction_.emplace(database_);
    const trace::Scope for_all{trace::Context{}};
    self_->send(self_, CommitNow{});  // comes after what waits in the mailbox already
  }
  database_.execute("SAVEPOINT request");
  try {
    answers_.push_back({promise, request.work(database_), trace::current()});
    database_.execute("RELEASE request");
    if (!keeps(Protection::commit)) deliver_answers();
  } catch (const StorageFailure& failure) {
    undo(promise, failure.error());
  } catch (const std::exception& failure) {
    undo(promise, {Errc::internal, failure.what(), {}});
  }
  if (answers_.size() >= batch_max) commit();
}

caf::result<DatabaseBackedUp> Store::copy(const CopyDatabase& request) {
  commit();
  try {
    database_.copy_to(request.file);
    return DatabaseBackedUp{request.file, std::filesystem::file_size(request.file)};
  } catch (const StorageFailure& failure) {
    return to_caf(failure.error());
  }
}

void Store::undo(caf::response_promise promise, const Error& error) {
  database_.execute("ROLLBACK TO request");
  database_.execute("RELEASE request");
  promise.deliver(to_caf(error));
}

void Store::commit() {
  if (!transaction_) return;
  crash_point("store: changes are made, not durable");
  const auto begun_us = steady_us();
  try {
    transaction_->commit();
    transaction_.reset();
    counted::commit(steady_us() - begun_us, true);
  } catch (const StorageFailure& failure) {
    counted::commit(steady_us() - begun_us, false);
    log::error("database commit failed", {{"why", failure.error().what}});
    for (auto& answer : std::exchange(answers_, {})) {
      const trace::Scope scope{answer.context};
      answer.promise.deliver(to_caf(failure.error()));
    }
    transaction_.reset();
    throw;
  }
  crash_point("store: changes are durable, not told");
  deliver_answers();
}

void Store::deliver_answers() {
  auto answers = std::exchange(answers_, {});
  for (auto& answer : answers) {
    const trace::Scope scope{answer.context};
    answer.promise.deliver(std::move(answer.message));
  }
}

}  // namespace ferry
