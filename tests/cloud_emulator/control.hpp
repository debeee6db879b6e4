// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What tests ask of the emulator besides what its clients may: plain JSON over HTTP.
//
//   GET    /inventory           everything that exists and costs, by kind
//   GET    /calls               [{"at_ms":, "action":, "outcome":}], the last 20000
//   DELETE /calls
//   POST   /faults              see faults.hpp
//   DELETE /faults
//   POST   /settings            any of tick_ms, absent_calls, paused, no_stock (a list), quotas,
//                               role, role_key_ms, hardened
//   POST   /buckets             {"name":, "region":}
#pragma once

#include "tests/cloud_emulator/faults.hpp"
#include "tests/cloud_emulator/listener.hpp"
#include "tests/cloud_emulator/object_store.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

class Control {
 public:
  Control(World& world, ObjectStore& store, Faults& faults, int port);

  [[nodiscard]] int port() const { return listener_.port(); }

 private:
  [[nodiscard]] Answer answer(const HttpRequest& request);
  [[nodiscard]] Json inventory();
  [[nodiscard]] Answer make_instance(const Json& wanted);
  [[nodiscard]] Answer change_settings(const Json& wanted);

  World& world_;
  ObjectStore& store_;
  Faults& faults_;
  Listener listener_;
};

}  // namespace ferry::emulator
