// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys of the SMC-compatible endpoint: it makes and keeps them, tells the endpoint in this
// process their secrets, and lets each request through once.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/request_gate.hpp"
#include "actors/controller/store.hpp"
#include "messages/catalogue.hpp"
#include "storage/access_key_table.hpp"
#include "storage/secret_box.hpp"

namespace ferry {

/// Asks for a key with its secret; stays in this process. Answers FoundAccessKey.
struct FindAccessKey {
  using local_message = void;
  std::string id;
};
struct FoundAccessKey {
  using local_message = void;
  bool known = false;
  bool enabled = false;
  std::string role;
  std::string secret;  // empty if the key can't be used
};
/// A request whose signature is right asks to be let through; answers Admission, durably.
struct AdmitRequest {
  using local_message = void;
  std::string key;
  std::string nonce;
  std::int64_t until_ms = 0;  // wall clock; from then on its own time is too old
};
struct Admitted {
  using local_message = void;
  Admission admission;
};

class AccessKeys {
 public:
  static constexpr const char* actor_name = "access_keys";

  AccessKeys(caf::event_based_actor* self, caf::actor store, std::shared_ptr<const SecretBox> box);
  caf::behavior make_behavior();

 private:
  struct Key {
    StoredAccessKey stored;
    std::string secret;  // empty: it can't be opened
  };

  void load();
  void take(const StoredAccessKey& stored);
  caf::result<AccessKeyCreated> create(const CreateAccessKey& m);
  caf::result<AccessKeyList> list(const ListAccessKeys& m) const;
  caf::result<Done> set_disabled(const std::string& id, bool disabled);
  caf::result<Done> remove(const DeleteAccessKey& m);
  [[nodiscard]] FoundAccessKey find(const FindAccessKey& m) const;
  caf::result<Admitted> admit(const AdmitRequest& m);

  caf::event_based_actor* self_;
  caf::actor store_;
  std::shared_ptr<const SecretBox> box_;
  std::map<std::string, Key> keys_;
  std::size_t making_ = 0;  // keys that are not durable yet
  RequestGate gate_;
};

}  // namespace ferry
