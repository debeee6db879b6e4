// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/borrowed_instances.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cloud/alibaba/borrowed_scripts.hpp"
#include "cloud/alibaba/ecs_network.hpp"
#include "messages/machine.hpp"

namespace ferry {
namespace {

constexpr std::string_view temporary_disk_name = "SMC_Temp_Disk";  // F104
/// The key of the tag that tells the disks of one token apart.
constexpr std::string_view place_tag = "edgeferry-place";

MachineDisk told_disk(const ecs::Disk& disk) {
  return {disk.DiskId, disk.Device, disk.DiskId.substr(ecs::disk_id_begin.size()),
          static_cast<std::uint32_t>(disk.Size)};
}

tl::unexpected<Error> unusable(const std::string& instance, const std::string& why) {
  return fail(Errc::instance_unusable, "instance " + printable(instance) + ' ' + why);
}

}  // namespace

Result<ecs::Instance> BorrowedInstances::instance(const std::string& id,
                                                  const std::stop_token& stop) const {
  if (!is_instance_id(id)) return unusable(id, "has no id of ECS");
  const auto answer = ecs_.call_for<ecs::DescribedInstances>(
      {"DescribeInstances", {{"RegionId", settings_.region}, {"InstanceIds", "[\"" + id + "\"]"}}},
      stop);
  if (!answer) return fail(answer.error().error);
  for (const auto& one : answer->Instances.Instance) {
    if (one.InstanceId == id) return one;
  }
  return fail(Errc::not_found, "instance " + id + " in " + settings_.region);
}

Result<std::vector<ecs::Disk>> BorrowedInstances::disks(std::string_view token,
                                                        const std::string& instance,
                                                        const std::stop_token& stop) const {
  std::vector<ecs::Disk> found;
  RpcCall call{"DescribeDisks",
               {{"RegionId", settings_.region},
                {"DiskName", std::string{temporary_disk_name}},
                {"InstanceId", instance},
                {"Tag.1.Key", std::string{token_tag}},
                {"Tag.1.Value", std::string{token}}}};
  auto done = ecs_.each_page<ecs::DescribedDisks>(
      call,
      [&](const auto& answer) {
        for (const auto& one : answer.Disks.Disk) {
          const auto mark = ecs::tag_of(one.Tags, token_tag);
          const bool ours = !mark.empty() && (token.empty() || mark == token);
          // Its serial becomes a word of a script.
          const bool good = one.DiskId.starts_with(ecs::disk_id_begin) && is_good_token(one.DiskId);
          if (ours && good) found.push_back(one);
        }
        return answer.Disks.Disk.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Machine BorrowedInstances::told(const ecs::Instance& one) const {
  const auto first = [](const std::vector<std::string>& texts) {
    return texts.empty() ? std::string{} : printable(texts.front());
  };
  auto address = first(one.VpcAttributes.PrivateIpAddress.IpAddress);
  if (settings_.public_address) {
    address = one.EipAddress.IpAddress.empty() ? first(one.PublicIpAddress.IpAddress)
                                               : printable(one.EipAddress.IpAddress);
  }
  return {one.InstanceId, address, one.InstanceType};
}

Result<Machine> BorrowedInstances::find(std::string_view token, const std::stop_token& stop) const {
  const auto all = disks(token, {}, stop);
  if (!all) return fail(all.error());
  const auto attached =
      std::ranges::find_if(*all, [](const ecs::Disk& disk) { return !disk.InstanceId.empty(); });
  if (attached == all->end()) {
    return fail(Errc::not_found, "no disk of token " + std::string{token} + " is attached");
  }
  const auto one = instance(attached->InstanceId, stop);
  return one ? Result<Machine>{told(*one)} : fail(one.error());
}

/// Two jobs on one instance would open the same ports.
Result<> BorrowedInstances::check_free(const std::string& token, const std::string& instance,
                                       const std::stop_token& stop) const {
  const auto all = disks({}, instance, stop);
  if (!all) return fail(all.error());
  for (const auto& disk : *all) {
    if (ecs::tag_of(disk.Tags, token_tag) == token) continue;
    return unusable(instance, "works for another job, whose disk " + disk.DiskId + " it has");
  }
  return {};
}

Result<Machine> BorrowedInstances::ensure(const MachineRequest& request,
                                          const std::stop_token& stop) {
  const auto one = instance(request.borrowed, stop);
  if (!one && one.error().code == Errc::not_found) {
    return unusable(request.borrowed, "is not there in " + settings_.region);
  }
  if (!one) return fail(one.error());
  if (!ecs::tag_of(one->Tags, token_tag).empty()) {
    return unusable(request.borrowed, "is rented for another job and goes with it");
  }
  if (one->Status != "Running") {
    return unusable(request.borrowed, "does not run: it is " + printable(one->Status));
  }
  auto machine = told(*one);
  if (machine.address.empty()) {
    return unusable(request.borrowed,
                    "has no public address: give it one, or use the private network");
  }
  if (auto free = check_free(request.token, machine.id, stop); !free) return fail(free.error());
  if (auto good = assistant_.check(machine.id, stop); !good) return fail(good.error());
  auto gib = request.disks_gib;
  gib.insert(gib.begin(), request.storage_gib);
  const auto disks = ensure_disks(request.token, gib, *one, stop);
  if (!disks) return fail(disks.error());
  for (std::size_t i = 1; i < disks->size(); ++i) machine.disks.push_back(told_disk((*disks)[i]));
  const auto serial = told_disk(disks->front()).serial;
  const AssistantScript start{.instance = machine.id,
                              .text = start_script(request.token, serial, request.user_data)};
  if (auto done = assistant_.run(start, stop); !done) return fail(done.error());
  return machine;
}

Result<std::vector<ecs::Disk>> BorrowedInstances::ensure_disks(
    const std::string& token, const std::vector<std::uint32_t>& gib, const ecs::Instance& instance,
    const std::stop_token& stop) {
  std::vector<bool> asked(gib.size());  // a listing may lag behind
  return look_until<std::vector<ecs::Disk>>(
      settings_.patience, "the temporary disks of " + instance.InstanceId, stop,
      [&]() -> Result<std::optional<std::vector<ecs::Disk>>> {
        const auto all = disks(token, {}, stop);
        if (!all) return fail(all.error());
        std::vector<ecs::Disk> ready;
        for (std::size_t place = 0; place < gib.size(); ++place) {
          const auto disk = std::ranges::find_if(*all, [&](const ecs::Disk& known) {
            return ecs::tag_of(known.Tags, place_tag) == std::to_string(place);
          });
          const bool attached = disk != all->end() && disk->Status == "In_use";
          if (attached && disk->InstanceId != instance.InstanceId) {
            return unusable(instance.InstanceId,
                            "has lost disk " + disk->DiskId + " to " + printable(disk->InstanceId));
          }
          if (attached) {
            ready.push_back(*disk);
          } else if (disk != all->end() && disk->Status == "Available") {
            if (auto done = attach(*disk, instance, stop); !done) return fail(done.error());
          } else if (disk == all->end() && !asked[place]) {
            auto done = make_disk(token, place, gib[place], instance, stop);
            if (!done) return fail(done.error());
            asked[place] = true;
          }
        }
        return ready.size() == gib.size() ? std::optional{ready} : std::nullopt;
      });
}

Result<> BorrowedInstances::make_disk(const std::string& token, std::size_t place,
                                      std::uint32_t gib, const ecs::Instance& instance,
                                      const std::stop_token& stop) {
  const auto mark = std::to_string(place);
  const auto made =
      ecs_.call_for<ecs::DiskMade>({"CreateDisk",
                                    {{"RegionId", settings_.region},
                                     {"ZoneId", instance.ZoneId},
                                     {"DiskName", std::string{temporary_disk_name}},
                                     {"Size", std::to_string(gib)},
                                     {"DiskCategory", settings_.disk_category},
                                     {"Tag.1.Key", std::string{token_tag}},
                                     {"Tag.1.Value", token},
                                     {"Tag.2.Key", std::string{place_tag}},
                                     {"Tag.2.Value", mark},
                                     {"ClientToken", client_token(token, "disk " + mark)}}},
                                   stop);
  return made ? Result<>{} : fail(made.error().error);
}

Result<> BorrowedInstances::attach(const ecs::Disk& disk, const ecs::Instance& instance,
                                   const std::stop_token& stop) {
  const auto done = ecs_.call({"AttachDisk",
                               {{"RegionId", settings_.region},
                                {"InstanceId", instance.InstanceId},
                                {"DiskId", disk.DiskId},
                                {"DeleteWithInstance", "false"}}},
                              stop);
  // Said already: an answer was lost.
  if (done || done.error().code.starts_with("IncorrectDiskStatus")) return {};
  return fail(done.error().error);
}

Result<bool> BorrowedInstances::release(std::string_view token, const std::stop_token& stop) {
  const auto all = disks(token, {}, stop);
  if (!all) return fail(all.error());
  std::string stopped;  // the instance whose nodes were told to stop
  for (const auto& disk : *all) {
    if (disk.Status == "Attaching" || disk.Status == "Detaching") continue;
    if (disk.InstanceId.empty()) {
      const RpcCall call{"DeleteDisk", {{"RegionId", settings_.region}, {"DiskId", disk.DiskId}}};
      if (auto done = remove_resource(ecs_, call, stop); !done) return fail(done.error());
      continue;
    }
    if (stopped != disk.InstanceId) {
      const auto one = instance(disk.InstanceId, stop);
      if (!one && one.error().code != Errc::not_found) return fail(one.error());
      if (one && one->Status == "Running") {
        const AssistantScript script{.instance = disk.InstanceId, .text = stop_script(token)};
        if (auto done = assistant_.run(script, stop); !done) return fail(done.error());
      }
      stopped = disk.InstanceId;
    }
    const RpcCall call{
        "DetachDisk",
        {{"RegionId", settings_.region}, {"InstanceId", disk.InstanceId}, {"DiskId", disk.DiskId}}};
    if (auto done = remove_resource(ecs_, call, stop); !done) return fail(done.error());
  }
  return all->empty();
}

Result<std::vector<FoundResource>> BorrowedInstances::list(const std::stop_token& stop) const {
  const auto all = disks({}, {}, stop);
  if (!all) return fail(all.error());
  std::vector<FoundResource> found;
  for (const auto& disk : *all) {
    found.push_back({"temporary_disk", disk.DiskId, ecs::tag_of(disk.Tags, token_tag), 0, 0});
  }
  return found;
}

}  // namespace ferry
