// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/source_folder.hpp"

namespace ferry::test {

std::filesystem::path source_folder() { return FERRY_SOURCE_FOLDER; }

}  // namespace ferry::test
