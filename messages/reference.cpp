// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/reference.hpp"

#include "base/error.hpp"
#include "messages/catalogue.hpp"

namespace ferry {
namespace {

std::string_view retry_text(Retry retry) {
  switch (retry) {
    case Retry::transient: return "by itself";
    case Retry::throttled: return "by itself, later";
    case Retry::source_changed: return "once the source is as it was, with `job retry`";
    case Retry::user_fixable: return "after the fix, with `job retry`";
    case Retry::fatal: return "no";
  }
  return "";
}

}  // namespace

std::string message_reference() {
  std::string page =
      "# Messages\n\n"
      "Made by `edgeferry reference messages` from messages/catalogue.hpp. What each means is\n"
      "written at its struct; [protocol.md](protocol.md) says how they travel.\n\n"
      "| message | fields |\n|---|---|\n";
  for (const auto name : wire_names()) {
    std::string fields{wire_fields(name)};
    page.append("| `").append(name).append("` | ").append(fields).append(" |\n");
  }
  return page;
}

std::string error_reference() {
  std::string page =
      "# Errors\n\n"
      "Made by `edgeferry reference errors` from base/error.cpp. Numbers are stable and never\n"
      "used again. An error's own text has the facts, and often a more exact next step.\n\n"
      "| number | name | tried again | next step |\n|---|---|---|---|\n";
  std::size_t count = 0;
  const auto* table = error_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    page.append("| ").append(code_text(table[i].code));
    page.append(" | ").append(table[i].name);
    page.append(" | ").append(retry_text(table[i].retry));
    page.append(" | ").append(table[i].fix).append(" |\n");
  }
  return page;
}

}  // namespace ferry
