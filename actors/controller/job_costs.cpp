// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_costs.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr double hours_of_month = 30 * 24;
constexpr double ms_of_hour = 3'600'000;
constexpr double bytes_of_gib = 1024.0 * limits::mib;

/// Below 0: it is not known.
double price(const std::string& amount) {
  double value = -1;
  std::from_chars(amount.data(), amount.data() + amount.size(), value);
  return value;
}

double gib_month(std::string_view kind, const PricesConfig& prices) {
  for (const auto* disks : {"instance", "temporary_disk", "image_file"}) {
    if (kind == disks) return price(prices.disk_gib_month);
  }
  for (const auto* objects : {"export", "bucket_object", "upload"}) {
    if (kind == objects) return price(prices.object_gib_month);
  }
  return -1;
}

double cost_per_hour(std::string_view kind, std::uint64_t bytes, const PricesConfig& prices) {
  if (kind == "machine") return price(prices.machine_hour);
  const auto of_month = gib_month(kind, prices);
  if (of_month < 0 || bytes == 0) return -1;
  return of_month * static_cast<double>(bytes) / bytes_of_gib / hours_of_month;
}

}  // namespace

void add_costs(JobView& view, const PricesConfig& prices, std::int64_t now_ms) {
  view.currency = prices.currency;
  for (auto& held : view.holds) {
    held.cost_per_hour = cost_per_hour(held.kind, held.bytes, prices);
    const auto ms = static_cast<double>(std::max<std::int64_t>(now_ms - held.since_ms, 0));
    held.cost = held.cost_per_hour < 0 ? -1 : held.cost_per_hour * ms / ms_of_hour;
  }
}

void add_costs(ResourceList& list, const PricesConfig& prices) {
  list.currency = prices.currency;
  for (auto& resource : list.resources) {
    if (!resource.parent.empty()) continue;
    resource.cost_per_hour = cost_per_hour(resource.kind, resource.bytes, prices);
  }
}

}  // namespace ferry
