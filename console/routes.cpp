// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "console/call.hpp"
#include "console/import_routes.hpp"
#include "console/watchers.hpp"

namespace ferry {

const std::vector<ConsoleRoute>& console_routes() {
  static const auto all = [] {
    auto routes = session_routes();
    for (auto part : {source_routes(), activation_routes(), import_routes(), job_routes(),
                      job_action_routes(), workgroup_routes(), cluster_routes(), access_routes(),
                      notification_routes(), watch_routes()}) {
      std::ranges::move(part, std::back_inserter(routes));
    }
    return routes;
  }();
  return all;
}

}  // namespace ferry
