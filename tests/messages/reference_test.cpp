// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/reference.hpp"

#include <doctest/doctest.h>

#include "base/file.hpp"

using namespace ferry;

// A stale page is made anew with: edgeferry reference messages > docs/messages.md
TEST_CASE("the reference pages say what the code says") {
  const std::filesystem::path docs = FERRY_SOURCE_FOLDER "/docs";
  CHECK(read_file(docs / "messages.md").value() == message_reference());
  CHECK(read_file(docs / "errors.md").value() == error_reference());
}
