// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/controller/histories.hpp"

namespace ferry::test {

JobCreated created(const std::string& source) {
  JobCreated event;
  event.settings.source = source;
  event.settings.name = "web";
  event.settings.image_name = "web";
  event.settings.image_prefix = "edge";
  event.settings.region = "cn-beijing";
  event.settings.disks = {{0, 1 << 20}, {1, 2 << 20}};
  event.source_disk_bytes = {1 << 20, 1 << 20};
  event.source_public_key = "source-key";
  event.origin = {source, "web-1", "Debian", "bios"};
  event.digest_key.assign(32, 'k');
  return event;
}

InstanceReady instance_ready() {
  return {
      "tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "instance-key", {"/t/disk0.raw", "/t/disk1.raw"}};
}

std::vector<JobEvent> long_life() {
  DisksVerified verified;
  verified.disks.resize(2);
  verified.disks[1].index = 1;
  verified.disks[1].tree_root = "aa";
  TransferModified modified;
  modified.transfer.bandwidth_mbps = 100;
  return {
      created(),
      JobStarted{"start"},
      InstanceIntended{"i-1", "t-1"},
      instance_ready(),
      modified,
      JobPaused{},
      JobStarted{"resume"},
      instance_ready(),
      JobRestarted{6001, "no answer in time"},
      instance_ready(),
      JobFailed{2005, "no room", "make room"},
      JobStarted{"retry"},
      instance_ready(),
      verified,
      ExportIntended{"e-1", "w-1", "m-1"},
      JobRestarted{6001, "worker gone"},
      instance_ready(),
      ImageExported{{{0, "edge_m-1_system.qcow2", 10, 20, "bb", "aa"}}},
      ImportIntended{"t-1"},
      ImageImported{"m-ens", "/ens/m-ens", {{0, "/ens/m-ens/system.qcow2", 20, 10, "bb", "aa"}}},
      ResourceReleased{"e-1", "export"},
      ResourceReleased{"i-1", "instance"},
      JobFinished{}};
}

std::vector<JobEvent> life_with_rot() {
  DisksVerified verified;
  verified.disks.resize(2);
  verified.disks[1].index = 1;
  const CopyRefuted refuted{"target disk 1 has changed"};
  return {created(),
          JobStarted{"start"},
          InstanceIntended{"i-1", "t-1"},
          instance_ready(),
          verified,
          ExportIntended{"e-1", "w-1", "m-1"},
          refuted,
          instance_ready(),
          verified,
          refuted,
          JobRestarted{6001, "no answer in time"},
          instance_ready(),
          verified,
          JobFailed{3008, "does not keep what is written", "check it"},
          JobStarted{"retry"},
          instance_ready(),
          FilesDiffer{1, {"/srv", 2, 3, "/srv: open 'a': Input/output error"}},
          verified,
          ImageExported{{{0, "edge_m-1_system.qcow2", 10, 20, "bb", "aa"}}},
          ImportIntended{"t-1"},
          ImageImported{"m-ens", "/ens/m-ens", {}},
          ImageCertified{"m-ens", {'{', '}'}},
          ResourceReleased{"e-1", "export"},
          ResourceReleased{"i-1", "instance"},
          JobFinished{}};
}

std::vector<JobEvent> long_incremental_life() {
  auto first = created();
  first.settings.run_once = false;
  first.settings.frequency_hours = 24;
  first.settings.images_to_keep = 1;
  JobModified modified{first.settings};
  modified.settings.images_to_keep = 2;
  DisksVerified verified;
  verified.disks.resize(2);
  verified.disks[1].index = 1;
  const std::vector<ImageObject> objects{{0, "edge_m-1_system.qcow2", 10, 20, "bb", "aa"}};
  return {first,
          JobStarted{"start", "Schedule"},
          InstanceIntended{"i-1", "t-1"},
          instance_ready(),
          verified,
          ExportIntended{"e-1", "w-1", "m-1"},
          ImageExported{objects},
          ImportIntended{"t-1"},
          ImageImported{"m-ens1", "/ens/m-ens1", {}},
          ResourceReleased{"e-1", "export"},
          RunFinished{},
          modified,
          JobStarted{"start"},
          instance_ready(),
          verified,
          ExportIntended{"e-2", "w-1", "m-2"},
          WorkerReplaced{"w-1", "w-2"},
          instance_ready(),
          ExportIntended{"e-3", "w-2", "m-3"},
          ImageExported{objects},
          ImportIntended{"t-2"},
          WorkerReplaced{"w-2", "w-3"},
          instance_ready(),
          ImportIntended{"t-3"},
          ImageImported{"m-ens3", "/ens/m-ens3", {}},
          ResourceReleased{"t-2", "import"},
          ResourceReleased{"e-3", "export"},
          ResourceReleased{"e-2", "export"},
          ImageRetired{"m-ens1"},
          ImageRemoved{"m-ens1"},
          RunFinished{},
          JobPaused{},
          JobExpired{},
          JobCanceled{true, "expiry"},
          JobDeleted{}};
}

std::vector<StoredEvent> stored(const std::vector<JobEvent>& events) {
  std::vector<StoredEvent> history;
  for (const auto& event : events) {
    history.push_back(
        encode_event(history.size() + 1, event, 1'000 + static_cast<std::int64_t>(history.size())));
  }
  return history;
}

}  // namespace ferry::test
