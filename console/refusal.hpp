// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers of the console's API as every one of them is: JSON that nobody keeps or takes for
// anything else.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "http/server.hpp"

namespace ferry {

/// Its first header is Content-Type.
[[nodiscard]] HttpAnswer json_answer(int status, std::string json);
/// An ErrorView. `retry_after_ms`: told as Retry-After, in seconds; 0: by the error's kind.
[[nodiscard]] HttpAnswer refused(const Error& error, std::int64_t retry_after_ms = 0);
/// An answer for what never became a request, such as one that is too large.
[[nodiscard]] HttpAnswer console_refusal(int status);
/// The status of HTTP that an error has.
[[nodiscard]] int http_status(Errc code);

}  // namespace ferry
