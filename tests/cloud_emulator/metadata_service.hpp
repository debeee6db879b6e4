// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What instances are told about themselves: the keys of their role, in the normal and the hardened
// mode. Every instance has the role that the settings name.
#pragma once

#include "tests/cloud_emulator/keyring.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

class MetadataService {
 public:
  MetadataService(World& world, const Keyring& keys) : world_(world), keys_(keys) {}

  /// True for a request to it, and not to OSS: below /latest/.
  [[nodiscard]] static bool is_asked(const HttpRequest& request);
  /// "CreateMetadataToken", "ListInstanceRoles" or "GetInstanceRoleKey"; empty for others.
  [[nodiscard]] static std::string operation_of(const HttpRequest& request);

  [[nodiscard]] Answer answer(const HttpRequest& request);
  [[nodiscard]] static Answer refusal(const Refusal& why);

 private:
  [[nodiscard]] Outcome<std::string> text(const HttpRequest& request);

  World& world_;
  const Keyring& keys_;
};

}  // namespace ferry::emulator
