// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/envelope.hpp"

#include "base/limits.hpp"

namespace ferry {
namespace {

/// Strings and blobs may point into the bytes instead of being copied first.
bool refer(msgpack::type::object_type, std::size_t, void*) { return true; }

msgpack::unpack_limit body_limits() {
  return {limits::message_array_max,
          limits::message_map_max,
          limits::message_string_max,
          limits::message_binary_max,
          0,
          limits::message_depth_max};
}

}  // namespace

std::string make_frame(const Envelope& envelope, std::string_view body) {
  auto frame = to_msgpack(envelope);
  frame.append(body);
  return frame;
}

Result<OpenedFrame> open_frame(std::string_view frame) {
  if (frame.size() > limits::control_frame_bytes_max) {
    return fail(Errc::malformed, "frame of " + std::to_string(frame.size()) + " bytes");
  }
  const auto head = frame.substr(0, limits::envelope_bytes_max);
  try {
    msgpack::zone zone;
    std::size_t offset = 0;
    bool referenced = false;
    const msgpack::unpack_limit bounds{0, 32, 512, 0, 0, 2};
    const auto object =
        msgpack::unpack(zone, head.data(), head.size(), offset, referenced, refer, nullptr, bounds);
    OpenedFrame opened;
    object.convert(opened.envelope);
    opened.body = frame.substr(offset);
    return opened;
  } catch (const std::exception& error) {
    return fail(Errc::malformed, std::string{"envelope: "} + error.what());
  }
}

Result<> check_version(std::uint32_t version) {
  if (version == protocol_version) return {};
  return fail(Errc::protocol_version, "the other side speaks protocol " + std::to_string(version) +
                                          ", this one " + std::to_string(protocol_version));
}

Result<> unpack_body(std::string_view body, void* record,
                     void (*convert)(const msgpack::object&, void*)) {
  try {
    msgpack::zone zone;
    std::size_t offset = 0;
    bool referenced = false;
    static const auto bounds = body_limits();
    const auto object =
        msgpack::unpack(zone, body.data(), body.size(), offset, referenced, refer, nullptr, bounds);
    if (offset != body.size()) return fail(Errc::malformed, "bytes after the body");
    convert(object, record);
    return {};
  } catch (const std::exception& error) {
    return fail(Errc::malformed, std::string{"body: "} + error.what());
  }
}

}  // namespace ferry
