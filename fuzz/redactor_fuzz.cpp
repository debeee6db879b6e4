// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Feeds text to the redaction of diagnostics: as log lines of others may have any. A secret that is
// known is planted in the middle, and must not come out again in any of its forms.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "diagnostics/redactor.hpp"
#include "diagnostics/secret_forms.hpp"

using namespace ferry;

namespace {

const std::string secret = "q7~Hv\"2\\Zk/9+Wm";

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Redactor redactor{{{"planted", secret}}};
  static const auto forms = secret_forms(secret);
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto& form = forms[size % forms.size()];
  const auto half = size / 2;
  const auto planted = std::string{text.substr(0, half)} + form + std::string{text.substr(half)};
  const auto once = redactor.redacted(planted);
  const auto twice = redactor.redacted(once);
  for (const auto& any : forms) {
    check(once.find(any) == std::string::npos);
    check(twice.find(any) == std::string::npos);
  }
  const auto value = redactor.redacted_value("password", text);
  check(value.empty() || value == "[redacted:password]");
  return 0;
}
