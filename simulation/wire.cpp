// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/wire.hpp"

#include <algorithm>

#include "messages/catalogue.hpp"
#include "simulation/client.hpp"
#include "transport/route_table.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t latency_min_us = 200;
constexpr std::int64_t latency_max_us = 3 * ms;

bool is_readable(std::string_view frame) {
  const auto opened = open_frame(frame);
  return opened && check_version(opened->envelope.version) &&
         decode(opened->envelope.type, opened->body);
}

}  // namespace

void SimulatedWire::drain(SimulatedProcess& process) {
  for (auto& frame : process.bridge->take_outgoing()) {
    Flight flight;
    flight.from = &process;
    flight.bytes = std::move(frame.bytes);
    if (process.uplink != nullptr && process.uplink->name == frame.node) {
      flight.to = process.uplink;
      flight.to_life = process.uplink->incarnation;
      flight.to_listener = true;
    } else if (const auto route = process.routes.find(frame.node); route != process.routes.end()) {
      flight.to = route->second.process;
      flight.to_life = route->second.incarnation;
      flight.client = route->second.client;
    } else {
      process.bridge->not_sent(frame);  // nobody of this name has connected
      continue;
    }
    send(std::move(flight));
  }
}

void SimulatedWire::send_from_client(SimulatedProcess& from, std::uint64_t client,
                                     SimulatedProcess& to, std::string bytes) {
  Flight flight;
  flight.from = &from;
  flight.to = &to;
  flight.to_life = to.incarnation;
  flight.client = client;
  flight.to_listener = true;
  flight.bytes = std::move(bytes);
  send(std::move(flight));
}

void SimulatedWire::send(Flight flight) {
  auto& chance = world_.wire_chance;
  flight.from_life = flight.from->incarnation;
  flight.survives = chance.happens(0.5);
  const WireFaults now = world_.chaos ? faults : WireFaults{};
  if (!flight.to->alive || is_cut(*flight.from, *flight.to) || chance.happens(now.drop)) {
    ++counters_.lost;
    return note(flight, "is lost");
  }
  const auto latency_us = chance.between(latency_min_us, latency_max_us);
  if (chance.happens(now.corrupt)) {
    corrupt(flight);
  } else if (chance.happens(now.duplicate)) {
    ++counters_.duplicated;
    note(flight, "is duplicated");
    schedule(flight, latency_us + chance.between(0, now.delay_max_us), false);
  }
  const bool slow = chance.happens(now.delay);
  const bool overtaken = chance.happens(now.reorder);
  const auto extra_us = slow || overtaken ? chance.between(0, now.delay_max_us) : 0;
  schedule(std::move(flight), latency_us + extra_us, !overtaken);
}

void SimulatedWire::schedule(Flight flight, std::int64_t delay_us, bool in_order) {
  auto& state = link(*flight.from, *flight.to);
  auto at_us = world_.now_us() + delay_us;
  if (in_order) {
    at_us = std::max({at_us, state.last_arrival_us + 1, state.clogged_until_us + 1});
    state.last_arrival_us = at_us;
  }
  world_.after(at_us - world_.now_us(),
               [this, carried = std::make_shared<Flight>(std::move(flight))] { arrive(*carried); });
}

void SimulatedWire::arrive(Flight& flight) {
  const bool sender_lives = flight.from->lives(flight.from_life);
  if (!flight.to->lives(flight.to_life) || (!sender_lives && !flight.survives) ||
      is_cut(*flight.from, *flight.to) || flight.bytes.empty()) {
    ++counters_.lost;
    return note(flight, "is lost on its way");
  }
  ++counters_.delivered;
  world_.trace.digest(flight.bytes);
  note(flight, "arrives");
  auto& to = *flight.to;
  if (!flight.to_listener && flight.client != 0) {
    const auto client = to.clients.find(flight.client);
    if (client != to.clients.end()) client->second->receive(flight.bytes);
    return;
  }
  Peer peer{flight.from->name, flight.from->role};  // the end that this one connected to
  if (flight.to_listener) {
    // As on real links: the answer to one operator must not go to another.
    peer = peer_of_connection(to.bridge->peer_of_key(flight.from->keys.public_key),
                              std::to_string(flight.client));
    if (sender_lives) to.routes[peer.node] = {flight.from, flight.from_life, flight.client};
  }
  to.bridge->receive(peer, flight.bytes);
  drain(to);  // what it refuses, it answers itself
}

/// A damaged frame must be refused in words. One that still means something is what the
/// link's own authentication would have kept out.
void SimulatedWire::corrupt(Flight& flight) {
  ++counters_.corrupted;
  auto& chance = world_.wire_chance;
  auto& byte = flight.bytes[chance.below(flight.bytes.size())];
  byte = static_cast<char>(byte ^ static_cast<char>(1 + chance.below(255)));
  if (is_readable(flight.bytes)) flight.bytes.clear();
}

void SimulatedWire::note(const Flight& flight, std::string_view what) {
  if (!world_.trace.detailed()) return;
  const auto opened = open_frame(flight.bytes);
  auto text = "frame to " + flight.to->name;
  text.append(" ").append(opened ? opened->envelope.type : "unreadable");
  if (opened && opened->envelope.reply_to != 0) text.append(" (answer)");
  world_.note(flight.from->name, text.append(" ").append(what));
}

SimulatedWire::LinkState& SimulatedWire::link(const SimulatedProcess& from,
                                              const SimulatedProcess& to) {
  return links_[key_of(from, to)];
}

void SimulatedWire::cut(const SimulatedProcess& from, const SimulatedProcess& to,
                        std::int64_t until_us) {
  auto& state = link(from, to);
  state.cut_until_us = std::max(state.cut_until_us, until_us);
}

void SimulatedWire::clog(const SimulatedProcess& from, const SimulatedProcess& to,
                         std::int64_t until_us) {
  auto& state = link(from, to);
  state.clogged_until_us = std::max(state.clogged_until_us, until_us);
}

void SimulatedWire::heal() {
  for (auto& [ends, state] : links_) state.cut_until_us = state.clogged_until_us = 0;
}

bool SimulatedWire::is_cut(const SimulatedProcess& from, const SimulatedProcess& to) const {
  const auto it = links_.find(key_of(from, to));
  return it != links_.end() && it->second.cut_until_us > world_.now_us();
}

std::int64_t SimulatedWire::data_delay_us() {
  auto& chance = world_.wire_chance;
  const auto latency_us = chance.between(latency_min_us, latency_max_us);
  if (!world_.chaos || !chance.happens(faults.delay)) return latency_us;
  return latency_us + chance.between(0, faults.delay_max_us);
}

}  // namespace ferry::sim
