// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What exists in the emulated cloud: things by kind and id, each one JSON object. Members that
// begin with a capital letter are what Describe calls tell; the others are the emulator's own:
//
//   id, region, serial, made_ms   of every thing
//   steps    [[at_ms, changes], ...]: what becomes of it as time passes
//   work     what a worker has to do for it, see worker.hpp
//   absent   so many Describe calls don't tell of it yet
//   tags     {"key": "value"}
//
// All of it is in one file, which is replaced by rename before a call that changed something is
// answered. Bytes of a thing lie in the folder KIND/ID, which goes with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/cloud_emulator/answer.hpp"

namespace ferry::emulator {

namespace kind {
inline constexpr auto vpc = "vpcs";
inline constexpr auto vswitch = "vswitches";
inline constexpr auto security_group = "security_groups";
inline constexpr auto instance = "instances";
inline constexpr auto disk = "disks";
inline constexpr auto snapshot = "snapshots";
inline constexpr auto image = "images";
inline constexpr auto task = "tasks";
inline constexpr auto ens_image = "ens_images";
inline constexpr auto invocation = "invocations";
}  // namespace kind

struct Settings {
  std::int64_t tick_ms = 1000;            // most states last for one tick
  std::int64_t absent_calls = 0;          // see `absent` above, for what is made from now on
  std::uint64_t gib_bytes = 1ULL << 30U;  // so many bytes has a disk file for each GiB
  std::string boot_command = {};          // see machines.hpp
  std::set<std::string> no_stock = {};    // "TYPE" or "TYPE@ZONE"
  bool paused = false;                    // what begins stays as it is, and no work begins
  std::string role = {};                  // of all instances; empty: none
  std::int64_t role_key_ms = 21'600'000;  // how long a new key of it is good
  bool hardened = false;                  // the metadata service is asked with a token only
  Json quotas = {{"vpcs", 10}};           // in a region, by kind; of a kind without one: no limit
};

/// One thread at a time, under `mutex`.
class World {
 public:
  World(std::filesystem::path folder, Settings settings);

  std::mutex mutex;
  Settings settings;

  [[nodiscard]] Json* find(const char* kind, const std::string& id);
  /// By the order in which they were made.
  [[nodiscard]] std::vector<Json*> all(const char* kind);
  /// Adds a thing with a new id of that prefix.
  Json& make(const char* kind, const std::string& prefix, const std::string& region, Json shown);
  /// At once, with its bytes.
  void remove(const char* kind, const std::string& id);
  /// Changes become true so many ticks from now; {"gone": true} removes the thing.
  void later(Json& thing, std::int64_t ticks, Json changes) const;
  /// Lets the time that has passed take effect.
  void settle();
  /// Durable when it returns.
  [[nodiscard]] Outcome<> save() const;

  [[nodiscard]] std::filesystem::path folder_of(const char* kind, const std::string& id) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// What a client token has led to: {"meaning": .., "result": ..}; nullptr if it is new.
  [[nodiscard]] const Json* token(const std::string& name) const;
  void keep_token(const std::string& name, const std::string& meaning, const Json& result);

 private:
  std::filesystem::path folder_;
  Json state_;
};

/// A thing without what only the emulator knows.
[[nodiscard]] Json shown(const Json& thing);
[[nodiscard]] std::string text_of(const Json& thing, const char* member);

}  // namespace ferry::emulator
