// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What users call source servers, and how one is forgotten.
#include <algorithm>

#include "actors/controller/sources.hpp"
#include "actors/controller/store.hpp"
#include "actors/controller/user_words.hpp"
#include "base/log.hpp"

namespace ferry {

using namespace std::chrono_literals;

/// What is decided here is at once the base of the next decision, and told once it is durable.
caf::result<SourceList> Sources::modify(const ModifySource& m) {
  const auto found = stored_.find(m.source);
  if (found == stored_.end()) return to_caf(unknown_source(m.source));
  auto changed = found->second;
  if (!m.name.empty()) changed.name = m.name;
  if (m.set_description) changed.description = m.description;
  if (m.set_resource_group) changed.resource_group = m.resource_group;
  auto tags = changed_tags(unpacked_tags(changed.tags), m.tags);
  if (!tags) return to_caf(tags.error());
  changed.tags = packed(*tags);
  if (auto done = check_description(changed.description); !done) return to_caf(done.error());
  if (auto done = check_resource_group(changed.resource_group); !done) return to_caf(done.error());
  if (!m.name.empty()) {
    if (auto done = check_name("source name", m.name); !done) return to_caf(done.error());
    const bool taken = std::ranges::any_of(stored_, [&](const auto& entry) {
      return entry.first != m.source && entry.second.name == m.name;
    });
    if (taken) {
      return to_caf({Errc::name_taken, "another source server is called '" + m.name + "'",
                     "choose another name"});
    }
  }
  found->second = changed;
  auto promise = self_->make_response_promise<SourceList>();
  self_
      ->request(store_, caf::infinite, Transact{[changed](Database& database) {
                  Enrolment{database}.update_words(changed);
                  return caf::make_message(Done{});
                }})
      .then([this, promise, id = m.source](const Done&) mutable { tell_changed(id, promise); },
            [this, promise](caf::error& error) mutable {
              promise.deliver(error);
              self_->quit(std::move(error));  // what is stored is read again
            });
  return promise;
}

/// As it is by now: another change may have come after this one.
void Sources::tell_changed(const std::string& source,
                           caf::typed_response_promise<SourceList> promise) {
  const auto stored = stored_.find(source);
  if (stored == stored_.end()) {
    promise.deliver(to_caf(unknown_source(source)));
    return;
  }
  auto server = servers_.find_or_start(source);
  if (!server) {
    promise.deliver(to_caf(server.error()));
    return;
  }
  self_->send(*server, RenewSource{stored->second});
  self_->request(*server, 5s, GetSource{source})
      .then([promise](
                const SourceState& state) mutable { promise.deliver(SourceList{{state.view}}); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
}

caf::result<Done> Sources::remove(const DeleteSource& m) {
  const auto found = stored_.find(m.source);
  if (found == stored_.end()) return to_caf(unknown_source(m.source));
  const auto claim = claims_.find(m.source);
  if (claim != claims_.end() && !m.wait) {
    return to_caf({Errc::source_wrong_state,
                   "source server " + m.source + " has the unfinished job " + claim->second,
                   "cancel that job first"});
  }
  auto promise = self_->make_response_promise<Done>();
  // At once: no job may be made for it any more.
  found->second.deleting = true;
  if (auto server = servers_.find(m.source)) self_->send(server, RenewSource{found->second});
  if (claim == claims_.end()) {
    forget(m.source, promise);
    return promise;
  }
  self_
      ->request(store_, caf::infinite, Transact{[id = m.source](Database& database) {
                  Enrolment{database}.mark_deleting(id);
                  return caf::make_message(Done{});
                }})
      .then([promise](const Done& done) mutable { promise.deliver(done); },
            [this, promise](caf::error& error) mutable {
              promise.deliver(error);
              self_->quit(std::move(error));
            });
  return promise;
}

/// Its key opens nothing from the moment on that this is durable; asked twice, it goes once.
void Sources::forget(const std::string& source, caf::typed_response_promise<Done> promise) {
  self_
      ->request(store_, caf::infinite, Transact{[source](Database& database) {
                  Enrolment{database}.delete_source(source);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, source, promise](const Done& done) mutable {
            options_.bridge->revoke(source);
            stored_.erase(source);
            claims_.erase(source);
            if (auto server = servers_.find(source)) self_->send(server, ForgetSource{});
            log::info("source server deleted", {{"source", source}});
            promise.deliver(done);
          },
          [this, promise](caf::error& error) mutable {
            promise.deliver(error);
            self_->quit(std::move(error));
          });
}

}  // namespace ferry
