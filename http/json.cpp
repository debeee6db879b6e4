// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "http/json.hpp"

template class nlohmann::basic_json<nlohmann::ordered_map>;
