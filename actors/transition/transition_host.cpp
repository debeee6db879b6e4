// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/transition_host.hpp"

#include <algorithm>
#include <cctype>

#include "actors/heartbeat.hpp"
#include "actors/provider_inventory.hpp"
#include "actors/spawn.hpp"
#include "actors/supervisor.hpp"

namespace ferry {
namespace {

/// A token becomes the name of a folder.
bool is_token(const std::string& token) {
  return token.size() >= 3 && token.size() <= 64 && token.starts_with("i-") &&
         std::ranges::all_of(token, [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
         });
}

}  // namespace

TransitionHost::TransitionHost(caf::event_based_actor* self, TransitionOptions options)
    : self_(self),
      options_(std::move(options)),
      instances_(self, options_.branch, [this](const std::string& token) {
        return spawn_blocking<TransitionInstance>(*self_, options_, token);
      }) {}

caf::behavior TransitionHost::make_behavior() {
  return {[this](const EnsureInstance& m) { return pass_on<InstanceStatus>(m, true); },
          [this](const ReleaseInstance& m) { return pass_on<InstanceReleased>(m, true); },
          [this](const OpenTransfer& m) { return pass_on<TransferOpened>(m, false); },
          [this](const GetDigests& m) { return pass_on<DigestPage>(m, false); },
          [this](const VerifyDisk& m) { return pass_on<VerifyStatus>(m, false); },
          [this](const SealDisk& m) { return pass_on<SealStatus>(m, false); }};
}

template <class Answer, class M>
caf::result<Answer> TransitionHost::pass_on(const M& m, bool start) {
  if (!is_token(m.token)) return to_caf({Errc::invalid_argument, "not an instance's token", {}});
  auto instance = instances_.find(m.token);
  if (!instance && start) {
    auto started = instances_.find_or_start(m.token);
    if (!started) return to_caf(started.error());
    instance = *started;
  }
  // After a restart of this node the controller opens the instance again first.
  if (!instance) {
    return to_caf({Errc::transfer_refused, "instance " + m.token + " is not open here", {}});
  }
  self_->delegate(instance, m);
  return caf::delegated<Answer>{};
}

caf::actor spawn_transition(caf::actor_system& system, TransitionOptions options,
                            const std::string& node) {
  auto* bridge = options.bridge;
  const Branch root;
  options.branch = root.at("instances");
  std::vector<ChildSpec> specs{
      {"instances",
       [bridge, options](caf::event_based_actor* self) {
         auto host = spawn_actor<TransitionHost>(*self, options);
         bridge->publish(
             "instances", host,
             {{Role::controller, {EnsureInstance::wire_name, ReleaseInstance::wire_name}},
              {Role::agent,
               {OpenTransfer::wire_name, GetDigests::wire_name, VerifyDisk::wire_name,
                SealDisk::wire_name}}});
         return host;
       }},
      {"inventory",
       [bridge, node, storage = options.storage](caf::event_based_actor* self) {
         return spawn_provider_inventory(
             *self, bridge,
             {node, "transition", [storage](const GetInventory&) { return storage->list(); },
              [storage](const RemoveFound& m) -> Result<> {
                if (is_token(m.name)) return storage->release(m.name);
                return fail(Errc::invalid_argument, "'" + m.name + "' is no instance");
              }});
       }},
      {"log",
       [bridge, node, log = options.log](caf::event_based_actor* self) {
         return spawn_log_keeper(*self, bridge, {node, "transition", log});
       }},
      {"heartbeat",
       [bridge, node, tree = root.tree()](caf::event_based_actor* self) {
         return spawn_heartbeat(*self, bridge, {node, "transition", tree});
       }},
  };
  return spawn_actor<Supervisor>(system, std::move(specs), SupervisorOptions{.branch = root});
}

}  // namespace ferry
