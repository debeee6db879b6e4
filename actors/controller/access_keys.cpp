// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/access_keys.hpp"

#include <algorithm>
#include <tuple>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t name_max = limits::name_bytes_max;

struct LoadedKeys {
  using local_message = void;
  std::vector<StoredAccessKey> keys;
  std::vector<StoredNonce> nonces;
};

/// Letters and digits only, as the ids and secrets of clouds: some tools take nothing else.
std::string letters(std::size_t count) {
  std::string text;
  while (text.size() < count) text += random_id("").substr(1);
  return text.substr(0, count);
}

Result<> check(const CreateAccessKey& m, std::size_t keys) {
  if (!access_role(m.role)) {
    return fail(Errc::invalid_argument,
                "role '" + m.role + "' is not viewer, operator or admin, read-only or full");
  }
  if (m.name.size() > name_max) return fail(Errc::invalid_argument, "the name is too long");
  if (keys < limits::access_keys_max) return {};
  return fail(Errc::limit_exceeded, "there are " + std::to_string(keys) + " access keys already",
              "delete one that nobody uses, see 'edgeferry accesskey list'");
}

caf::error unknown_key(const std::string& id) {
  return to_caf(
      {Errc::not_found, "there is no access key " + id, "see 'edgeferry accesskey list'"});
}

AccessKeyView view_of(const StoredAccessKey& key, bool readable) {
  const auto* status = !readable ? "unreadable" : key.disabled ? "disabled" : "enabled";
  return {key.id, key.name, key.role, status, key.created_ms};
}

}  // namespace

AccessKeys::AccessKeys(caf::event_based_actor* self, caf::actor store,
                       std::shared_ptr<const SecretBox> box)
    : self_(self), store_(std::move(store)), box_(std::move(box)) {}

caf::behavior AccessKeys::make_behavior() {
  load();
  return {[this](const CreateAccessKey& m) { return create(m); },
          [this](const ListAccessKeys& m) { return list(m); },
          [this](const DisableAccessKey& m) { return set_disabled(m.id, true); },
          [this](const EnableAccessKey& m) { return set_disabled(m.id, false); },
          [this](const DeleteAccessKey& m) { return remove(m); },
          [this](const FindAccessKey& m) { return find(m); },
          [this](const AdmitRequest& m) { return admit(m); }};
}

/// Before any other message is handled, so that no request is let through a second time.
void AccessKeys::load() {
  self_
      ->request(store_, caf::infinite, Transact{[now_ms = wall_ms()](Database& database) {
                  AccessKeyTable table{database};
                  return caf::make_message(LoadedKeys{table.all(), table.nonces(now_ms)});
                }})
      .await(
          [this](const LoadedKeys& loaded) {
            for (const auto& key : loaded.keys) take(key);
            for (const auto& nonce : loaded.nonces) {
              gate_.remember(nonce.access_key, nonce.digest, nonce.until_ms);
            }
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void AccessKeys::take(const StoredAccessKey& stored) {
  auto secret = box_->open(stored.sealed, stored.id);
  if (!secret) {
    log::error("access key can't be used", {{"key", stored.id}, {"why", secret.error().what}});
  }
  keys_[stored.id] = {stored, secret.value_or(std::string{})};
}

caf::result<AccessKeyCreated> AccessKeys::create(const CreateAccessKey& m) {
  if (auto done = check(m, keys_.size() + making_); !done) return to_caf(done.error());
  const auto id = "EF" + letters(22);
  const auto secret = letters(30);
  const StoredAccessKey stored{id, m.name, m.role, box_->seal(secret, id), wall_ms(), false};
  ++making_;
  auto promise = self_->make_response_promise<AccessKeyCreated>();
  self_
      ->request(store_, caf::infinite, Transact{[stored](Database& database) {
                  AccessKeyTable{database}.add(stored);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, promise, stored, secret](const Done&) mutable {
            --making_;
            keys_[stored.id] = {stored, secret};
            promise.deliver(AccessKeyCreated{stored.id, secret, stored.role});
          },
          [this, promise](caf::error& error) mutable {
            --making_;
            promise.deliver(std::move(error));
          });
  return promise;
}

caf::result<AccessKeyList> AccessKeys::list(const ListAccessKeys& m) const {
  if (!m.id.empty() && !keys_.contains(m.id)) return unknown_key(m.id);
  AccessKeyList answer;
  for (const auto& [id, key] : keys_) {
    if (m.id.empty() || m.id == id) {
      answer.keys.push_back(view_of(key.stored, !key.secret.empty()));
    }
  }
  std::ranges::sort(answer.keys, [](const AccessKeyView& a, const AccessKeyView& b) {
    return std::tie(a.created_ms, a.id) < std::tie(b.created_ms, b.id);
  });
  return answer;
}

caf::result<Done> AccessKeys::set_disabled(const std::string& id, bool disabled) {
  if (!keys_.contains(id)) return unknown_key(id);
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(store_, caf::infinite, Transact{[id, disabled](Database& database) {
                  AccessKeyTable{database}.set_disabled(id, disabled);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, promise, id, disabled](const Done& done) mutable {
            if (const auto key = keys_.find(id); key != keys_.end()) {
              key->second.stored.disabled = disabled;
            }
            promise.deliver(done);
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<Done> AccessKeys::remove(const DeleteAccessKey& m) {
  if (!keys_.contains(m.id)) return unknown_key(m.id);
  // At once: no request that comes from now on may be let through with it.
  const auto removed = keys_.extract(m.id);
  gate_.forget(m.id);
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(store_, caf::infinite, Transact{[id = m.id](Database& database) {
                  AccessKeyTable{database}.remove(id);
                  return caf::make_message(Done{});
                }})
      .then([promise](const Done& done) mutable { promise.deliver(done); },
            [this, promise](caf::error& error) mutable {
              promise.deliver(error);
              self_->quit(std::move(error));  // it is there again after a new start
            });
  return promise;
}

FoundAccessKey AccessKeys::find(const FindAccessKey& m) const {
  const auto found = keys_.find(m.id);
  if (found == keys_.end()) return {};
  const auto& [stored, secret] = found->second;
  return {true, !stored.disabled && !secret.empty(), stored.role, secret};
}

caf::result<Admitted> AccessKeys::admit(const AdmitRequest& m) {
  const auto key = keys_.find(m.key);
  if (key == keys_.end()) return unknown_key(m.key);
  const auto now_ms = wall_ms();
  const StoredNonce nonce{m.key, sha256(m.nonce), m.until_ms};
  const auto admission = gate_.admit(m.key, nonce.digest, m.until_ms, now_ms, steady_ms());
  if (admission.passage != Passage::let_through) return Admitted{admission};
  auto promise = self_->make_response_promise<Admitted>();
  self_
      ->request(store_, caf::infinite, Transact{[nonce, now_ms](Database& database) {
                  AccessKeyTable{database}.add_nonce(nonce, now_ms);
                  return caf::make_message(Done{});
                }})
      .then([promise, admission](const Done&) mutable { promise.deliver(Admitted{admission}); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

}  // namespace ferry
