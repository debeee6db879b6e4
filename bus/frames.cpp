// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/frames.hpp"

#include "bus/limits.hpp"
#include "console/refusal.hpp"
#include "console/schema.hpp"
#include "messages/error_view.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t id_max = 1ULL << 53;  // that every client can write

struct EventsFrame {
  std::uint32_t v = bus_version;
  std::vector<FeedEvent> events;
  FERRY_FIELDS(v, events)
};
struct AliveFrame {
  std::uint32_t v = bus_version;
  BusAlive alive;
  FERRY_FIELDS(v, alive)
};

}  // namespace

Result<Json> read_bus_frame(std::string_view frame) {
  if (frame.size() > limits::bus_request_bytes_max) {
    return fail(Errc::malformed, "a frame of " + std::to_string(frame.size()) + " bytes");
  }
  // This reader knows limits of depth and size, the next one doesn't.
  auto fit = unpack_body(frame, nullptr, [](const msgpack::object&, void*) {});
  if (!fit) return fail(fit.error());
  auto json = Json::from_msgpack(frame, true, false);
  if (json.is_object()) return json;
  return fail(Errc::malformed, "the frame is no map from names to values");
}

std::uint64_t request_id(const Json& frame) {
  const auto id = frame.find("id");
  if (id == frame.end() || !id->is_number_unsigned()) return 0;
  const auto number = id->get<std::uint64_t>();
  return number <= id_max ? number : 0;
}

Result<BusRequest> read_bus_request(Json frame) {
  const auto version = frame.find("v");
  if (version == frame.end() || *version != bus_version) {
    return fail(Errc::protocol_version,
                "requests have version " + std::to_string(bus_version) + " in 'v'");
  }
  const auto type = frame.find("type");
  if (type == frame.end() || !type->is_string()) {
    return fail(Errc::invalid_argument, "the request has no 'type'");
  }
  if (request_id(frame) == 0 && (frame.contains("id") || *type != "credit")) {
    return fail(Errc::invalid_argument, "the request has no 'id', a number from 1 to 2^53");
  }
  BusRequest request{request_id(frame), type->get<std::string>()};
  for (const auto* name : {"v", "id", "type"}) frame.erase(name);
  request.words = std::move(frame);
  return request;
}

std::string bus_answer(std::uint64_t id, int status, Json body) {
  Json answer{{"v", bus_version}};
  if (id != 0) answer["id"] = id;
  answer["status"] = status;
  answer[status < 400 ? "ok" : "error"] = std::move(body);
  return packed(answer);
}

std::string bus_refusal(std::uint64_t id, const Error& error) {
  return bus_answer(id, http_status(error.code), Json::parse(to_json(error_view(error))));
}

std::string bus_events(const std::vector<FeedEvent>& events) {
  return to_msgpack(EventsFrame{bus_version, events});
}

std::string bus_alive(const BusAlive& alive) { return to_msgpack(AliveFrame{bus_version, alive}); }

}  // namespace ferry
