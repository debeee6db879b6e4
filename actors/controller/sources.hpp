// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Activation codes, the registration of source servers, and the way to each of them.
#pragma once

#include <string>

#include <caf/all.hpp>

#include "actors/controller/source_server.hpp"
#include "actors/roster.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct SourcesOptions {
  Bridge* bridge = nullptr;
  std::string server_public_key;  // goes into activation codes
  LimitsConfig limits;
  Branch branch = {};
};

class Sources {
 public:
  static constexpr const char* actor_name = "sources";

  Sources(caf::event_based_actor* self, caf::actor store, SourcesOptions options);
  caf::behavior make_behavior();

 private:
  void load();
  void let_in(const StoredSource& source);
  caf::result<ActivationCreated> create_activation(const CreateActivation& m);
  caf::result<ActivationList> list_activations(const ListActivations& m);
  caf::result<SourceRegistered> register_source(const RegisterSource& m);
  caf::result<SourceList> list_sources(const ListSources& m);
  caf::result<SourceState> claim(const ClaimSource& m);
  caf::result<SourceList> modify(const ModifySource& m);
  void tell_changed(const std::string& source, caf::typed_response_promise<SourceList> promise);
  caf::result<Done> remove(const DeleteSource& m);
  void forget(const std::string& source, caf::typed_response_promise<Done> promise);
  caf::result<Done> unclaim(const UnclaimSource& m);
  void keep_claims(const KeepClaims& m);
  caf::result<Done> change_activation(const std::string& id,
                                      bool (*change)(Database&, const std::string&));
  template <class Answer, class M>
  caf::result<Answer> pass_on(const std::string& source, const M& m);

  caf::event_based_actor* self_;
  caf::actor store_;
  SourcesOptions options_;
  std::map<std::string, StoredSource> stored_;
  std::map<std::string, std::string> claims_;  // job by source; outlives the server's actor
  Roster servers_;
};

}  // namespace ferry
