// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Feeds bytes to everything that reads control frames. The first byte chooses the
// message whose body the rest is, or that the rest is a whole frame.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "messages/catalogue.hpp"

using namespace ferry;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

/// What was accepted must survive the way out and in again unchanged.
void check_body(std::string_view type, std::string_view body) {
  const auto message = decode(type, body);
  if (!message) {
    check(message.error().code == Errc::malformed);
    return;
  }
  const auto first = encode(message->content());
  check(first.type == type);
  check(!json_from_msgpack(first.body, false).empty());
  const auto again = decode(type, first.body);
  check(again.has_value());
  check(encode(again->content()).body == first.body);
}

void check_frame(std::string_view frame) {
  const auto opened = open_frame(frame);
  if (!opened) {
    check(opened.error().code == Errc::malformed);
    return;
  }
  check(opened->body.size() <= frame.size());
  const auto copy = make_frame(opened->envelope, opened->body);
  const auto again = open_frame(copy);  // its body lies in the copy
  if (again) check(again->body == opened->body);
  check_body(opened->envelope.type, opened->body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const auto names = wire_names();
  const std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::size_t choice = data[0];
  if (choice < names.size()) {
    check_body(names[choice], rest);
  } else {
    check_frame(rest);
  }
  return 0;
}
