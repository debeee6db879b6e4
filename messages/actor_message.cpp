// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/actor_message.hpp"

namespace ferry {

caf::error to_caf(const Error& error) {
  // caf::error has one byte for a code, so ours rides in the context with the text.
  return {1, error_category,
          caf::make_message(static_cast<std::uint16_t>(error.code), error.what, error.fix)};
}

Error from_caf(const caf::error& error) {
  if (error.category() == error_category &&
      error.context().match_elements<std::uint16_t, std::string, std::string>()) {
    return {static_cast<Errc>(error.context().get_as<std::uint16_t>(0)),
            error.context().get_as<std::string>(1), error.context().get_as<std::string>(2)};
  }
  if (error == caf::sec::request_timeout) return {Errc::timeout, "no answer in time", {}};
  if (error == caf::sec::request_receiver_down || error == caf::exit_reason::unreachable ||
      error == caf::exit_reason::remote_link_unreachable) {
    return {Errc::unreachable, "the other side is gone", {}};
  }
  return {Errc::internal, caf::to_string(error), {}};
}

}  // namespace ferry
