// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns the controller's database. Work is sent to it as a function that runs inside
// a transaction; what waits together is committed together, so one fdatasync serves
// many jobs. The answer comes only after the commit: durable before acknowledged.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include <caf/all.hpp>

#include "base/trace.hpp"
#include "messages/actor_message.hpp"
#include "messages/tree.hpp"
#include "storage/database.hpp"

namespace ferry {

/// `work` returns the message that answers this request. If it throws, its own
/// changes are undone, the others' stay, and the request fails.
struct Transact {
  std::function<caf::message(Database&)> work;
};

/// Copies what is committed to a new file; answers BackUpDatabase's answer. The store does
/// nothing else meanwhile.
struct CopyDatabase {
  std::string file;
  FERRY_MESSAGE("store.copy", file)
};

/// Makes a record of this process's own types fit for local messages.
template <class T>
concept LocalMessage = requires {
  typename T::local_message;
};

class Store {
 public:
  static constexpr const char* actor_name = "store";

  Store(caf::event_based_actor* self, std::filesystem::path file);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  caf::behavior make_behavior();

 private:
  struct Answer {
    caf::response_promise promise;
    caf::message message;
    trace::Context context;  // of whoever asked: others are answered in the same go
  };

  void transact(const Transact& request);
  caf::result<DatabaseBackedUp> copy(const CopyDatabase& request);
  void undo(caf::response_promise promise, const Error& error);
  void commit();
  void deliver_answers();

  caf::event_based_actor* self_;
  Database database_;
  std::optional<Transaction> transaction_;
  std::vector<Answer> answers_;
};

}  // namespace ferry

namespace caf {

template <>
struct allowed_unsafe_message_type<ferry::Transact> : std::true_type {};
template <ferry::LocalMessage T>
struct allowed_unsafe_message_type<T> : std::true_type {};

}  // namespace caf
