// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A control frame is two msgpack values in one ZeroMQ frame: the envelope and the
// body. One frame, because libzmq 4.3.4 can abort when a peer dies inside a
// multipart message. The envelope's format is fixed for all protocol versions, so
// that any version can refuse any other in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "messages/link.hpp"
#include "messages/record.hpp"

namespace ferry {

struct Envelope {
  std::uint32_t version = protocol_version;
  std::string type;            // wire name of the body
  std::uint64_t id = 0;        // of a request, unique per sender incarnation; 0: no answer wanted
  std::uint64_t reply_to = 0;  // id of the request this answers; 0: not an answer
  std::string from;            // actor path on the sending node, may be empty
  std::string to;              // actor path on the receiving node
  std::string trace = {};  // traceparent of what the sender works for (base/trace.hpp); empty: none
  FERRY_FIELDS(version, type, id, reply_to, from, to, trace)
};

/// A frame taken apart. `body` points into the frame.
struct OpenedFrame {
  Envelope envelope;
  std::string_view body;
};

[[nodiscard]] std::string make_frame(const Envelope& envelope, std::string_view body);
/// Checks sizes and form of the envelope, not its version; anything wrong is malformed.
[[nodiscard]] Result<OpenedFrame> open_frame(std::string_view frame);
/// Refuses a foreign protocol version in words for both ends.
[[nodiscard]] Result<> check_version(std::uint32_t version);

/// Checks limits (base/limits.hpp) and that exactly one value is there, then
/// calls `convert` with it. Returns malformed with the reason otherwise.
[[nodiscard]] Result<> unpack_body(std::string_view body, void* record,
                                   void (*convert)(const msgpack::object&, void*));

/// Reads a body as the record T.
template <Record T>
[[nodiscard]] Result<T> decode_body(std::string_view body) {
  T record;
  auto done = unpack_body(body, &record, [](const msgpack::object& object, void* into) {
    object.convert(*static_cast<T*>(into));
  });
  if (!done) return fail(done.error());
  return record;
}

}  // namespace ferry
