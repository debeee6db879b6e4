// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The pages of the web console, which the program carries in itself: files as web/ builds them,
// for anybody, because nothing in them is secret. What they show, they ask of the API.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/server.hpp"

namespace ferry {

struct EmbeddedPage {
  std::string_view path;  // "/console.js"
  std::string_view bytes;
};
[[nodiscard]] std::span<const EmbeddedPage> embedded_pages();

/// Answers a GET or HEAD of "/" or of one of the files, by its digest with 304 to whoever has it
/// already; nothing if there is no such page.
[[nodiscard]] std::optional<HttpAnswer> page_answer(const HttpRequest& request);

}  // namespace ferry
