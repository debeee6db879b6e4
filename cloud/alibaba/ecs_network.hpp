// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The network that a rented machine stands in: one that was given, or a VPC with a vSwitch of its
// own (F61 to F63); and the security group that opens ports 8080 and 8703 (F13). What is made is
// named "edgeferry-TOKEN" and found again by that.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/alibaba/rpc_client.hpp"
#include "messages/resource.hpp"

namespace ferry {

struct NetworkSettings {
  std::string region;
  std::string vpc;                        // empty: that of the vSwitch, or one is made
  std::string vswitch;                    // empty: one is made in the VPC
  std::string admit = "0.0.0.0/0";        // addresses of source servers, in CIDR notation
  std::chrono::milliseconds poll{5'000};  // at most, between two looks
  /// How long the service may take with each thing it makes or removes.
  std::chrono::milliseconds patience{600'000};
};

class EcsNetwork {
 public:
  EcsNetwork(NetworkSettings settings, RpcClient& ecs, RpcClient& vpc)
      : settings_(std::move(settings)), ecs_(ecs), vpc_(vpc) {}

  struct Place {
    std::string vswitch;
    std::string security_group;
  };
  /// The zone that a machine must stand in; empty: any.
  [[nodiscard]] Result<std::string> zone(const std::stop_token& stop) const;
  [[nodiscard]] Result<Place> ensure(std::string_view token, const std::string& zone,
                                     const std::stop_token& stop);
  /// Removes what is there and nothing depends on. False: something is left, or only just listed.
  [[nodiscard]] Result<bool> release(std::string_view token, const std::stop_token& stop);
  [[nodiscard]] Result<std::vector<FoundResource>> list(const std::stop_token& stop) const;

 private:
  /// Something with a name that may have been made for a token.
  struct Named {
    std::string id, name, zone;
    bool ready = true;
    std::string vpc = {};
  };
  /// The vSwitch of the settings.
  [[nodiscard]] Result<Named> given_vswitch(const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<Named>> vpcs(const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<Named>> vswitches(const std::string& vpc, const std::string& id,
                                                     const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<Named>> security_groups(const std::string& vpc,
                                                           const std::stop_token& stop) const;
  [[nodiscard]] Result<std::string> ensure_vpc(const std::string& name,
                                               const std::stop_token& stop);
  [[nodiscard]] Result<std::string> ensure_vswitch(const std::string& name, const std::string& vpc,
                                                   const std::string& zone,
                                                   const std::stop_token& stop);
  [[nodiscard]] Result<std::string> ensure_security_group(const std::string& name,
                                                          const std::string& vpc,
                                                          const std::stop_token& stop);

  NetworkSettings settings_;
  RpcClient& ecs_;
  RpcClient& vpc_;
};

/// The key of the tag whose value is the token, on what can have tags.
inline constexpr std::string_view token_tag = "edgeferry";
/// Lower-case letters, digits and hyphens.
[[nodiscard]] bool is_good_token(std::string_view token);
/// What everything of a token is called.
[[nodiscard]] std::string resource_name(std::string_view token);
/// The token in such a name; empty: it is none of ours.
[[nodiscard]] std::string token_in_name(std::string_view name);
/// The same for the same words, in every process: ClientToken of a call that makes something.
[[nodiscard]] std::string client_token(std::string_view token, std::string_view what);
/// Removes something; true if it is gone, false while others depend on it (smc-api 5.1).
[[nodiscard]] Result<bool> remove_resource(RpcClient& client, const RpcCall& call,
                                           const std::stop_token& stop);

}  // namespace ferry
