// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/clients.hpp"

#include "base/log.hpp"

namespace ferry {
namespace {

constexpr auto silence_ms_max = std::chrono::milliseconds{limits::bus_silence_max}.count();

}  // namespace

BusClient* BusClients::find(const BusOrigin& from) {
  const auto found = all_.find(from.link);
  if (found == all_.end()) return nullptr;
  if (found->second.from.key == from.key) return &found->second;
  all_.erase(found);  // a connection that is gone, whose routing id somebody else has now
  return nullptr;
}

BusClient* BusClients::find(const std::string& link, std::uint64_t session) {
  const auto found = all_.find(link);
  return found == all_.end() || found->second.session != session ? nullptr : &found->second;
}

BusClient& BusClients::add(const BusOrigin& from, const ConsoleUser& user, std::int64_t now_ms) {
  auto& client = all_[from.link];
  client = {};
  client.from = from;
  client.user = user;
  client.session = ++sessions_;
  client.heard_ms = client.told_ms = now_ms;
  return client;
}

void BusClients::forget_silent(std::int64_t now_ms) {
  std::erase_if(all_, [now_ms](const auto& entry) {
    const auto& client = entry.second;
    if (now_ms - client.heard_ms < silence_ms_max) return false;
    log::info("bus client is silent and forgotten",
              {{"key", client.user.access_key}, {"client", client.from.address}});
    return true;
  });
}

bool BusClients::anyone_follows() const {
  return std::ranges::any_of(all_, [](const auto& entry) { return entry.second.follows; });
}

}  // namespace ferry
