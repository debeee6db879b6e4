// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace ferry::test {

/// The tree that these tests were built from.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace ferry::test
