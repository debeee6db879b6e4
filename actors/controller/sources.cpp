// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/sources.hpp"

#include <algorithm>

#include "actors/controller/gather.hpp"
#include "actors/controller/store.hpp"
#include "actors/controller/user_words.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "storage/enrolment.hpp"

namespace ferry {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
constexpr RosterLimits servers_limits{.children_max = 16'000};

struct LoadedSources {
  using local_message = void;
  std::vector<StoredSource> sources;
};

struct RegisterOutcome {
  using local_message = void;
  Result<StoredSource> source;
};

Result<> check(const CreateActivation& m) {
  if (m.quota < 1 || m.quota > limits::activation_quota_max) {
    return fail(Errc::invalid_argument, "quota " + std::to_string(m.quota) + " is not in 1.." +
                                            std::to_string(limits::activation_quota_max));
  }
  if (m.days < 1 || m.days > limits::activation_days_max) {
    return fail(Errc::invalid_argument, std::to_string(m.days) + " days are not in 1.." +
                                            std::to_string(limits::activation_days_max));
  }
  if (m.name.size() > limits::name_bytes_max) {
    return fail(Errc::invalid_argument, "the name is too long");
  }
  if (auto done = check_description(m.description); !done) return done;
  return check_resource_group(m.resource_group);
}

/// What can be mended on the server keeps it out of jobs, not out of the list.
Result<> check_support(std::vector<Finding> findings) {
  std::erase_if(findings, [](const Finding& finding) {
    return static_cast<Errc>(finding.code) != Errc::source_unsupported;
  });
  return check_findings(findings);
}

/// A list of a thousand servers has to fit into one answer.
void shorten(SourceView& view) {
  std::erase_if(view.findings, [](const Finding& finding) { return !is_critical(finding); });
  view.inventory.facts = {};
}

ActivationView view_of(const StoredActivation& code) {
  const auto* status = code.disabled                   ? "disabled"
                       : code.expires_ms <= wall_ms()  ? "expired"
                       : code.registered >= code.quota ? "used_up"
                                                       : "activated";
  return {code.id,
          code.name,
          code.quota,
          code.registered,
          code.created_ms,
          code.expires_ms,
          status,
          code.description,
          static_cast<std::uint32_t>((code.expires_ms - code.created_ms) / day_ms),
          unpacked_tags(code.tags),
          code.resource_group};
}

}  // namespace

Sources::Sources(caf::event_based_actor* self, caf::actor store, SourcesOptions options)
    : self_(self),
      store_(std::move(store)),
      options_(std::move(options)),
      servers_(
          self, options_.branch,
          [this](const std::string& id) {
            return spawn_actor<SourceServer>(*self_, store_, options_.bridge, stored_.at(id),
                                             options_.limits,
                                             claims_.contains(id) ? claims_.at(id) : "");
          },
          servers_limits) {}

caf::behavior Sources::make_behavior() {
  load();
  return {
      [this](const CreateActivation& m) { return create_activation(m); },
      [this](const ListActivations& m) { return list_activations(m); },
      [this](const DisableActivation& m) {
        return change_activation(m.id, [](Database& database, const std::string& id) {
          return Enrolment{database}.disable_activation(id);
        });
      },
      [this](const DeleteActivation& m) {
        return change_activation(m.id, [](Database& database, const std::string& id) {
          return Enrolment{database}.delete_activation(id);
        });
      },
      [this](const RegisterSource& m) { return register_source(m); },
      [this](const ListSources& m) { return list_sources(m); },
      [this](const Hello& m) { return pass_on<Welcome>(m.node, m); },
      [this](const ReportInventory& m) {
        return pass_on<Done>(peer_of(self_->current_sender()).node, m);
      },
      [this](const RefreshSource& m) { return pass_on<SourceList>(m.source, m); },
      [this](const GetSource& m) { return pass_on<SourceState>(m.source, m); },
      [this](const PlanLayout& m) { return pass_on<LayoutPlan>(m.source, m); },
      [this](const ModifySource& m) { return modify(m); },
      [this](const DeleteSource& m) { return remove(m); },
      [this](const ClaimSource& m) { return claim(m); },
      [this](const UnclaimSource& m) { return unclaim(m); },
      [this](const KeepClaims& m) { keep_claims(m); },
  };
}

/// Waits for the stored sources before any other message is handled, so that no agent
/// is told that it is unknown while the controller starts.
void Sources::load() {
  self_
      ->request(store_, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedSources{Enrolment{database}.sources()});
                }})
      .await(
          [this](const LoadedSources& loaded) {
            for (const auto& source : loaded.sources) let_in(source);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void Sources::let_in(const StoredSource& source) {
  stored_[source.id] = source;
  options_.bridge->enrol({source.id, Role::agent}, source.public_key);
  (void)servers_.find_or_start(source.id);
}

template <class Answer, class M>
caf::result<Answer> Sources::pass_on(const std::string& source, const M& m) {
  if (!stored_.contains(source)) return to_caf(unknown_source(source));
  auto server = servers_.find_or_start(source);
  if (!server) return to_caf(server.error());
  self_->delegate(*server, m);
  return caf::delegated<Answer>{};
}

/// The server decides; the first claim is kept here for the case that it starts again.
caf::result<SourceState> Sources::claim(const ClaimSource& m) {
  if (stored_.contains(m.source)) claims_.emplace(m.source, m.job);
  return pass_on<SourceState>(m.source, m);
}

caf::result<Done> Sources::unclaim(const UnclaimSource& m) {
  const auto claim = claims_.find(m.source);
  if (claim != claims_.end() && claim->second == m.job) claims_.erase(claim);
  const auto stored = stored_.find(m.source);
  if (stored == stored_.end()) return Done{};  // it is deleted
  if (stored->second.deleting && !claims_.contains(m.source)) forget(m.source, {});
  return pass_on<Done>(m.source, m);
}

void Sources::keep_claims(const KeepClaims& m) {
  std::erase_if(claims_, [&](const auto& claim) {
    const auto& [source, job] = claim;
    if (std::ranges::find(m.jobs, job) != m.jobs.end()) return false;
    if (auto server = servers_.find(source)) caf::anon_send(server, UnclaimSource{source, job});
    return true;
  });
  for (const auto& [id, source] : stored_) {
    const bool taken = std::ranges::find(m.sources, id) != m.sources.end();
    if (source.deleting && !taken) forget(id, {});
  }
}

caf::result<ActivationCreated> Sources::create_activation(const CreateActivation& m) {
  if (auto done = check(m); !done) return to_caf(done.error());
  const auto tags = changed_tags({}, TagChange{m.tags});
  if (!tags) return to_caf(tags.error());
  const ActivationCode code{random_id("at"), random_bytes(24), options_.server_public_key};
  const StoredActivation stored{code.activation,
                                m.name,
                                sha256(code.secret),
                                m.quota,
                                0,
                                wall_ms(),
                                wall_ms() + m.days * day_ms,
                                false,
                                m.description,
                                packed(*tags),
                                m.resource_group};
  auto promise = self_->make_response_promise<ActivationCreated>();
  const ActivationCreated answer{code.activation, to_text(code), stored.expires_ms};
  self_
      ->request(store_, caf::infinite, Transact{[stored](Database& database) {
                  Enrolment{database}.create_activation(stored);
                  return caf::make_message(Done{});
                }})
      .then(
          [promise, answer](const Done&) mutable {
            crash_point("sources: an activation is durable, not told");
            promise.deliver(answer);
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<ActivationList> Sources::list_activations(const ListActivations& m) {
  auto promise = self_->make_response_promise<ActivationList>();
  self_
      ->request(store_, caf::infinite, Transact{[id = m.id](Database& database) {
                  ActivationList list;
                  for (const auto& code : Enrolment{database}.activations(id)) {
                    list.activations.push_back(view_of(code));
                  }
                  return caf::make_message(list);
                }})
      .then([promise](const ActivationList& list) mutable { promise.deliver(list); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<Done> Sources::change_activation(const std::string& id,
                                             bool (*change)(Database&, const std::string&)) {
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(store_, caf::infinite, Transact{[id, change](Database& database) {
                  return caf::make_message(Done{change(database, id)});
                }})
      .then(
          [promise, id](const Done& done) mutable {
            if (done.ok) {
              promise.deliver(done);
            } else {
              promise.deliver(to_caf({Errc::not_found, "there is no activation code " + id,
                                      "see 'edgeferry activation list'"}));
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<SourceRegistered> Sources::register_source(const RegisterSource& m) {
  const auto peer = peer_of(self_->current_sender());
  const bool own_key =
      peer.role == Role::unenrolled
          ? peer.node == "?" + m.public_key
          : stored_.contains(peer.node) && stored_[peer.node].public_key == m.public_key;
  if (!own_key) {
    return to_caf({Errc::not_enrolled, "the key to enrol is not the key of this link", {}});
  }
  if (auto same = check_version(m.protocol); !same) return to_caf(same.error());
  if (auto fits = check_support(findings_of(m.inventory, options_.limits)); !fits) {
    return to_caf(fits.error());
  }
  crash_point("sources: a server asks to be enrolled, it is not");
  auto promise = self_->make_response_promise<SourceRegistered>();
  auto inventory = m.inventory;
  inventory.reported_ms = wall_ms();
  self_
      ->request(
          store_, caf::infinite, Transact{[m, bytes = to_msgpack(inventory)](Database& database) {
            return caf::make_message(RegisterOutcome{
                Enrolment{database}.register_source(m.activation, m.secret, m.public_key, bytes)});
          }})
      .then(
          [this, promise](const RegisterOutcome& outcome) mutable {
            if (!outcome.source) {
              promise.deliver(to_caf(outcome.source.error()));
              return;
            }
            crash_point("sources: a server is enrolled, not told");
            let_in(*outcome.source);
            log::info("source server registered", {{"source", outcome.source->id}});
            promise.deliver(SourceRegistered{outcome.source->id});
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<SourceList> Sources::list_sources(const ListSources& m) {
  auto wanted = servers_.children();
  if (!m.id.empty()) std::erase_if(wanted, [&](const auto& entry) { return entry.first != m.id; });
  if (!m.id.empty() && wanted.empty()) return to_caf(unknown_source(m.id));
  auto promise = self_->make_response_promise<SourceList>();
  gather<SourceState>(self_, wanted, GetSource{},
                      [promise, all = m.id.empty()](std::vector<SourceState> states) mutable {
                        SourceList list;
                        for (auto& state : states) {
                          if (all) shorten(state.view);
                          list.sources.push_back(std::move(state.view));
                        }
                        promise.deliver(list);
                      });
  return promise;
}

}  // namespace ferry
