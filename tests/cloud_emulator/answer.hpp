// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the emulated cloud answers: a refusal in the services' own words, or a document.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "base/file.hpp"
#include "cloud/http/http_request.hpp"

namespace ferry::emulator {

using Json = nlohmann::json;

/// A code of the service's documentation, with its HTTP status.
struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
};

template <class T = void>
using Outcome = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(int status, std::string code,
                                                    std::string message) {
  return tl::unexpected<Refusal>{Refusal{status, std::move(code), std::move(message)}};
}
[[nodiscard]] inline tl::unexpected<Refusal> refuse(Refusal refusal) {
  return tl::unexpected<Refusal>{std::move(refusal)};
}

/// "Specified parameter X is not valid.", as the gateway says of any parameter.
[[nodiscard]] inline tl::unexpected<Refusal> invalid(const std::string& parameter) {
  return refuse(400, "Invalid" + parameter, "Specified parameter " + parameter + " is not valid.");
}

/// "B57A2C1E-...": what an answer is known by.
inline constexpr std::int64_t skew_ms_max = 15 * 60 * 1000;  // of a signature's time

[[nodiscard]] std::string request_id();

/// One answer on the wire. `file` is sent instead of the body if it is there; of status 200, a
/// range of it if that was asked for.
struct Answer {
  int status = 200;
  std::string refused = {};  // the code of the refusal; for the list of calls
  std::vector<NameValue> headers = {};
  std::string content_type = {};
  std::string body = {};
  std::shared_ptr<const Fd> file = {};
  std::uint64_t file_bytes = 0;
};

}  // namespace ferry::emulator
