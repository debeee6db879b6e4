// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_machines.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/pause.hpp"
#include "base/text.hpp"
#include "cloud/alibaba/ecs_image_answers.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry {
namespace {

constexpr std::string_view instance_name = "No_Delete_SMC_Transition_Instance";  // F18
constexpr std::size_t user_data_bytes_max = 16 * limits::kib;

constexpr std::size_t disks_max = 16;  // beside its own (smc-api 5.1)

std::string disk_name(std::string_view token, std::size_t place) {
  return resource_name(token) + '-' + std::to_string(place);
}

/// Another zone or type may still do (smc-api 5.3).
bool is_about_stock(std::string_view code) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"OperationDenied.NoStock", "InvalidInstanceType.ZoneNotSupported",
       "InvalidInstanceType.ValueNotSupported", "Zone.NotOnSale",
       "InvalidResourceType.NotSupported", "InvalidDiskCategory.NotSupported",
       "OperationDenied.CloudSSDNotSupported"});
  return std::ranges::find(codes, code) != codes.end();
}

/// An earlier call with this token, for another type, has made one.
bool is_token_used(std::string_view code) {
  return code.starts_with("Idempotent") || code.starts_with("Idempotence");
}

std::string first_printable(const std::vector<std::string>& texts) {
  return texts.empty() ? std::string{} : printable(texts.front());
}

}  // namespace

EcsMachines::EcsMachines(EcsSettings settings)
    : settings_(std::move(settings)),
      ecs_(settings_.ecs),
      vpc_(settings_.vpc),
      network_(settings_.network, ecs_, vpc_),
      borrowed_({.region = settings_.network.region,
                 .disk_category = settings_.disk_category,
                 .public_address = settings_.public_address,
                 .patience = {.poll = settings_.network.poll, .most = settings_.network.patience}},
                ecs_) {}

Result<std::vector<EcsMachines::Rented>> EcsMachines::rented(std::string_view token,
                                                             const std::stop_token& stop) const {
  std::vector<Rented> found;
  auto done = ecs_.each_page<ecs::DescribedInstances>(
      {"DescribeInstances",
       {{"RegionId", settings_.network.region},
        {"Tag.1.Key", std::string{token_tag}},
        {"Tag.1.Value", std::string{token}}}},
      [&](const auto& answer) {
        for (const auto& one : answer.Instances.Instance) {
          const auto mark = std::ranges::find(one.Tags.Tag, token_tag, &ecs::Tag::TagKey);
          if (mark == one.Tags.Tag.end()) continue;
          if (!token.empty() && mark->TagValue != token) continue;
          found.push_back({one.InstanceId, one.InstanceType, one.Status, mark->TagValue,
                           first_printable(one.PublicIpAddress.IpAddress),
                           first_printable(one.VpcAttributes.PrivateIpAddress.IpAddress)});
        }
        return answer.Instances.Instance.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Machine EcsMachines::told(const Rented& one) const {
  return {one.id, settings_.public_address ? one.public_address : one.private_address, one.type};
}

Result<Machine> EcsMachines::find(std::string_view token, const std::stop_token& stop) {
  if (!is_good_token(token)) return fail(Errc::invalid_argument, "no token of a machine");
  const auto all = rented(token, stop);
  if (!all) return fail(all.error());
  return all->empty() ? borrowed_.find(token, stop) : told(all->front());
}

Result<Machine> EcsMachines::ensure(const MachineRequest& request, const std::stop_token& stop) {
  if (!is_good_token(request.token) || request.user_data.size() > user_data_bytes_max ||
      request.disks_gib.size() > disks_max) {
    return fail(Errc::invalid_argument,
                "a machine for token " + printable(request.token) + " with user data of " +
                    std::to_string(request.user_data.size()) + " bytes and " +
                    std::to_string(request.disks_gib.size()) + " disks");
  }
  if (!request.borrowed.empty()) return borrowed_.ensure(request, stop);
  const auto deadline_ms = steady_ms() + settings_.network.patience.count();
  GrowingPause pause{settings_.network.poll};
  bool asked = false;
  for (;;) {
    const auto all = rented(request.token, stop);
    if (!all) return fail(all.error());
    if (!all->empty() && all->front().status == "Running") {
      auto machine = told(all->front());
      auto disks = disks_of(machine.id, request, stop);
      if (!disks) return fail(disks.error());
      machine.disks = std::move(*disks);
      const bool whole = machine.disks.size() == request.disks_gib.size();
      if (!machine.address.empty() && whole) return machine;
    }
    if (all->empty() && !asked) {
      if (auto done = rent(request, stop); !done) return fail(done.error());
      asked = true;
    }
    if (steady_ms() >= deadline_ms) {
      return fail(Errc::timeout, "machine " + request.token + " does not run after " +
                                     std::to_string(settings_.network.patience.count() / 1000) +
                                     " s");
    }
    if (!pause.wait(stop)) {
      return fail(Errc::canceled, "waiting for machine " + request.token);
    }
  }
}

/// Those that are there by now.
Result<std::vector<MachineDisk>> EcsMachines::disks_of(const std::string& machine,
                                                       const MachineRequest& request,
                                                       const std::stop_token& stop) const {
  std::vector<MachineDisk> disks;
  if (request.disks_gib.empty()) return disks;
  std::vector<ecs::Disk> found;
  auto done = ecs_.each_page<ecs::DescribedDisks>(
      {"DescribeDisks", {{"RegionId", settings_.network.region}, {"InstanceId", machine}}},
      [&](const auto& answer) {
        found.insert(found.end(), answer.Disks.Disk.begin(), answer.Disks.Disk.end());
        return answer.Disks.Disk.size();
      },
      stop);
  if (!done) return fail(done.error());
  for (std::size_t i = 0; i < request.disks_gib.size(); ++i) {
    const auto one = std::ranges::find(found, disk_name(request.token, i), &ecs::Disk::DiskName);
    if (one == found.end() || !one->DiskId.starts_with(ecs::disk_id_begin)) break;
    disks.push_back({one->DiskId, one->Device, one->DiskId.substr(ecs::disk_id_begin.size()),
                     static_cast<std::uint32_t>(one->Size)});
  }
  return disks;
}

Result<> EcsMachines::rent(const MachineRequest& request, const std::stop_token& stop) {
  const auto zone = network_.zone(stop);
  if (!zone) return fail(zone.error());
  const auto offers = machine_offers(ecs_, settings_.network.region, *zone, request.type, stop);
  if (!offers) return fail(offers.error());
  for (const auto& offer : *offers) {
    const auto done = rent_one(request, offer, stop);
    if (!done) return fail(done.error());
    if (*done) return {};
    log::info("machine type is out of stock", {{"type", offer.type}, {"zone", offer.zone}});
  }
  return fail(Errc::no_stock, "none of " + std::to_string(offers->size()) +
                                  " offers of machines in " + settings_.network.region +
                                  " could be had");
}

/// False: out of stock.
Result<bool> EcsMachines::rent_one(const MachineRequest& request, const MachineOffer& offer,
                                   const std::stop_token& stop) {
  const auto place = network_.ensure(request.token, offer.zone, stop);
  if (!place) return fail(place.error());
  RpcCall call{"RunInstances",
               {{"RegionId", settings_.network.region},
                {"ZoneId", offer.zone},
                {"ImageId", request.image},
                {"InstanceType", offer.type},
                {"SecurityGroupId", place->security_group},
                {"VSwitchId", place->vswitch},
                {"InstanceName", std::string{instance_name}},
                {"InstanceChargeType", "PostPaid"},
                {"SystemDisk.Size", std::to_string(request.storage_gib)},
                {"SystemDisk.Category", settings_.disk_category},
                {"UserData", to_base64(request.user_data)},
                {"RamRoleName", request.role},
                {"Amount", "1"},
                {"Tag.1.Key", std::string{token_tag}},
                {"Tag.1.Value", request.token},
                {"ClientToken", client_token(request.token, "instance")}}};
  if (settings_.public_address) {
    call.parameters.push_back({"InternetChargeType", "PayByTraffic"});
    call.parameters.push_back({"InternetMaxBandwidthOut", "100"});
  }
  for (std::size_t i = 0; i < request.disks_gib.size(); ++i) {
    const auto disk = "DataDisk." + std::to_string(i + 1) + '.';
    const std::array<NameValue, 4> words{{{"Size", std::to_string(request.disks_gib.at(i))},
                                          {"Category", settings_.disk_category},
                                          {"DeleteWithInstance", "true"},
                                          {"DiskName", disk_name(request.token, i)}}};
    for (const auto& word : words) call.parameters.push_back({disk + word.name, word.value});
  }
  const auto made = ecs_.call_for<ecs::InstancesMade>(call, stop);
  if (made) {
    return true;
  }
  const auto& error = made.error();
  if (is_token_used(error.code)) return true;
  if (is_about_stock(error.code)) return false;
  return fail(error.error);
}

Result<> EcsMachines::release(std::string_view token, const std::stop_token& stop) {
  if (!is_good_token(token)) return fail(Errc::invalid_argument, "no token of a machine");
  const auto deadline_ms = steady_ms() + settings_.network.patience.count();
  GrowingPause pause{settings_.network.poll};
  // Listings may lag, so all are read again until two looks in a row have found nothing.
  constexpr int empty_looks = 2;
  for (int empty = 0;;) {
    const auto all = rented(token, stop);
    if (!all) return fail(all.error());
    for (const auto& one : *all) {
      const RpcCall call{"DeleteInstance", {{"InstanceId", one.id}, {"Force", "true"}}};
      if (auto done = remove_resource(ecs_, call, stop); !done) return fail(done.error());
    }
    auto gone = all->empty() ? borrowed_.release(token, stop) : Result<bool>{false};
    if (gone && *gone) gone = network_.release(token, stop);
    if (!gone) return fail(gone.error());
    empty = *gone ? empty + 1 : 0;
    if (empty == empty_looks) return {};
    if (steady_ms() >= deadline_ms) {
      return fail(Errc::timeout, "machine " + std::string{token} + " and its network do not go");
    }
    if (!pause.wait(stop)) {
      return fail(Errc::canceled, "removing machine " + std::string{token});
    }
  }
}

Result<std::vector<FoundResource>> EcsMachines::list(const std::stop_token& stop) const {
  auto found = network_.list(stop);
  if (!found) return fail(found.error());
  const auto all = rented({}, stop);
  if (!all) return fail(all.error());
  for (const auto& one : *all) found->push_back({"machine", one.id, one.token, 0, 0});
  const auto disks = borrowed_.list(stop);
  if (!disks) return fail(disks.error());
  found->insert(found->end(), disks->begin(), disks->end());
  return found;
}

}  // namespace ferry
