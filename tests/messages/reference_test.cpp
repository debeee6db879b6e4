// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/reference.hpp"

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;

// A stale page is made anew with: edgeferry reference messages > docs/messages.md
TEST_CASE("the reference pages say what the code says") {
  const auto docs = test::source_folder() / "docs";
  CHECK(read_file(docs / "messages.md").value() == message_reference());
  CHECK(read_file(docs / "errors.md").value() == error_reference());
}
