// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An error as programs read it: of the command line with --json, and of the console's API.
#pragma once

#include <string>

#include "base/error.hpp"
#include "messages/record.hpp"

namespace ferry {

struct ErrorView {
  std::string error;  // FERRY-nnnn
  std::string name;
  std::string what;
  std::string fix;
  FERRY_FIELDS(error, name, what, fix)
};

[[nodiscard]] inline ErrorView error_view(const Error& error) {
  return {code_text(error.code), std::string{code_name(error.code)}, error.what,
          std::string{remedy(error)}};
}

}  // namespace ferry
