// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/machine_types.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.hpp"
#include "cloud/alibaba/ecs_answers.hpp"

namespace ferry {
namespace {

constexpr std::size_t offers_max = 200;
constexpr std::size_t name_bytes_max = 64;

struct Size {
  int cores;
  int memory_gib;
  int rank;
};
constexpr std::array type_sizes{Size{1, 2, 0}, Size{1, 4, 1}, Size{2, 2, 2}, Size{2, 4, 3},
                                Size{2, 8, 6}};
constexpr int rank_t6 = 4;
constexpr int rank_t5 = 5;
constexpr int rank_named = 0;

struct RankedOffer {
  int rank;
  MachineOffer offer;
};

int rank_of(const std::string& type, const Size& size) {
  if (type.starts_with("ecs.t6-")) return rank_t6;
  if (type.starts_with("ecs.t5-")) return rank_t5;
  return size.rank;
}

/// Words that go back to the service, and into errors.
bool is_plain(const std::string& word) {
  return !word.empty() && word.size() <= name_bytes_max &&
         std::ranges::all_of(word, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
         });
}

bool in_stock(const std::string& status, const std::string& category) {
  return status == "Available" && (category.empty() || category == "WithStock");
}

/// The types that an answer offers, zone by zone.
std::vector<MachineOffer> offers_in(const ecs::DescribedAvailableZones& answer) {
  std::vector<MachineOffer> offers;
  for (const auto& zone : answer.AvailableZones.AvailableZone) {
    if (!in_stock(zone.Status, zone.StatusCategory) || !is_plain(zone.ZoneId)) continue;
    for (const auto& kind : zone.AvailableResources.AvailableResource) {
      for (const auto& one : kind.SupportedResources.SupportedResource) {
        if (in_stock(one.Status, one.StatusCategory) && is_plain(one.Value)) {
          offers.push_back({zone.ZoneId, one.Value});
        }
      }
    }
  }
  return offers;
}

}  // namespace

Result<std::vector<MachineOffer>> machine_offers(RpcClient& ecs, const std::string& region,
                                                 const std::string& zone, const std::string& type,
                                                 const std::stop_token& stop) {
  std::vector<RankedOffer> ranked;
  const auto look = [&](const Size* size) -> Result<> {
    RpcCall call{"DescribeAvailableResource",
                 {{"RegionId", region},
                  {"DestinationResource", "InstanceType"},
                  {"InstanceChargeType", "PostPaid"},
                  {"NetworkCategory", "vpc"},
                  {"ZoneId", zone},
                  {"InstanceType", type}}};
    if (size != nullptr) {
      call.parameters.push_back({"Cores", std::to_string(size->cores)});
      call.parameters.push_back({"Memory", std::to_string(size->memory_gib)});
    }
    const auto answer = ecs.call_for<ecs::DescribedAvailableZones>(call, stop);
    if (!answer) return fail(answer.error().error);
    for (auto& offer : offers_in(*answer)) {
      if (!type.empty() && offer.type != type) continue;
      const auto rank = size == nullptr ? rank_named : rank_of(offer.type, *size);
      if (ranked.size() < offers_max) ranked.push_back({rank, std::move(offer)});
    }
    return {};
  };
  if (type.empty()) {
    for (const auto& size : type_sizes) {
      if (auto done = look(&size); !done) return fail(done.error());
    }
  } else if (auto done = look(nullptr); !done) {
    return fail(done.error());
  }
  if (ranked.empty()) {
    return fail(Errc::no_stock, (type.empty() ? "no machine" : "machine type " + printable(type)) +
                                    " is in stock in " + (zone.empty() ? region : zone));
  }
  // The same stock gives the same order.
  std::ranges::sort(ranked, {}, [](const RankedOffer& one) {
    return std::tie(one.rank, one.offer.type, one.offer.zone);
  });
  std::vector<MachineOffer> offers;
  for (auto& one : ranked) offers.push_back(std::move(one.offer));
  return offers;
}

}  // namespace ferry
