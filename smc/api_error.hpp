// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Refusals in the words of the SMC API (docs/smc-api.md has the list). Programs of others compare
// codes and now and then texts, so both are the public ones; what is known of a case follows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry {

struct ApiError {
  int status = 400;  // of HTTP
  std::string code;
  std::string message;
  std::int64_t retry_after_ms = 0;  // told as x-acs-retry-after; 0: not
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

[[nodiscard]] inline tl::unexpected<ApiError> refuse(ApiError error) {
  return tl::unexpected<ApiError>{std::move(error)};
}
[[nodiscard]] inline tl::unexpected<ApiError> refuse(int status, std::string code,
                                                     std::string message) {
  return refuse(ApiError{status, std::move(code), std::move(message)});
}
/// "MissingSourceId": a parameter that the action can't do without.
[[nodiscard]] tl::unexpected<ApiError> missing(const std::string& parameter);
/// "InvalidName": a parameter whose value means nothing, and why.
[[nodiscard]] tl::unexpected<ApiError> invalid(const std::string& parameter,
                                               const std::string& why = {});

/// What an action is about, for errors that name it.
struct Subject {
  std::string_view unknown_code;  // "InvalidSourceId.NotFound"
  std::string_view name_taken;    // code of a name that another one has
  std::string_view name_taken_text;
};
extern const Subject about_tokens;
extern const Subject about_sources;
extern const Subject about_jobs;
extern const Subject about_workgroups;

/// An error of the controller in the API's words.
[[nodiscard]] ApiError api_error(const Error& error, const Subject& subject);

}  // namespace ferry
