// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/client.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t nap_us = 200 * ms;  // between two looks at the stop token

}  // namespace

SimulatedClient::SimulatedClient(World& world, SimulatedWire& wire, SimulatedProcess& from,
                                 SimulatedProcess& to)
    : world_(world), wire_(wire), from_(from), to_(to), number_(++from.client_count) {
  from_.clients[number_] = this;
}

SimulatedClient::~SimulatedClient() { from_.clients.erase(number_); }

void SimulatedClient::receive(const std::string& frame) {
  const auto opened = open_frame(frame);
  if (!opened || opened->envelope.reply_to != next_id_ - 1) return;  // late, or damaged
  arrived_ = frame;
  if (waiting_fiber_ != 0) world_.wake(waiting_fiber_);
}

Result<> SimulatedClient::exchange(const std::string& path, std::string_view type,
                                   const void* request, std::string_view answer_type, void* answer,
                                   std::int64_t timeout_us, const std::stop_token& stop) {
  world_.check_alive();
  Envelope envelope;
  envelope.type = type;
  envelope.id = next_id_++;
  envelope.to = path;
  arrived_.reset();
  wire_.send_from_client(from_, number_, to_, make_frame(envelope, encode_record(type, request)));
  const auto deadline_us = world_.now_us() + timeout_us;
  while (!arrived_) {
    if (stop.stop_requested()) return fail(Errc::canceled, "stopped while waiting for an answer");
    const auto left_us = deadline_us - world_.now_us();
    if (left_us <= 0) return fail(Errc::timeout, to_.name + " did not answer");
    waiting_fiber_ = world_.this_fiber();
    world_.sleep(stop.stop_possible() ? std::min(nap_us, left_us) : left_us);
    waiting_fiber_ = 0;
  }
  auto opened = open_frame(*arrived_);
  if (opened->envelope.type == answer_type) return decode_record(answer_type, opened->body, answer);
  auto failure = decode_body<Failure>(opened->body);
  if (opened->envelope.type != Failure::wire_name || !failure) {
    return fail(Errc::malformed, "unexpected answer " + opened->envelope.type);
  }
  return fail(static_cast<Errc>(failure->code), failure->what, failure->fix);
}

}  // namespace ferry::sim
