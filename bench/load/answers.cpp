// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/answers.hpp"

#include <algorithm>
#include <set>

#include "base/clock.hpp"

namespace ferry::load {
namespace {

constexpr std::uint64_t disk_bytes = 40 * limits::gib;
constexpr std::uint64_t bytes_per_poll = 40 * limits::mib;  // about 100 MiB/s

template <Message M>
EncodedMessage encoded(const M& message) {
  return {M::wire_name, encode_record(M::wire_name, &message)};
}

/// Calls `answer` with the request if it is one of this type.
template <Message M, class Answer>
std::optional<EncodedMessage> reply_to(std::string_view type, std::string_view body,
                                       const Answer& answer) {
  if (type != M::wire_name) return {};
  const auto request = decode_body<M>(body);
  if (!request) return {};
  return encoded(answer(*request));
}

/// The copy of one job on one agent.
struct Copy {
  explicit Copy(std::uint32_t wanted) : polls_until_verified(wanted) {}

  std::uint32_t polls_until_verified;
  std::string job;
  std::uint64_t epoch = 0;
  std::uint32_t polls = 0;

  SyncStatus sync(const SyncDisks& m) {
    if (m.job != job) polls = 0;
    job = m.job;
    epoch = m.epoch;
    ++polls;
    const bool verified = polls_until_verified != 0 && polls >= polls_until_verified;
    SyncStatus status{job, epoch, verified ? "verified" : "running", {}, 0, {}, {}};
    for (const auto& disk : m.disks) {
      DiskProgress progress;
      progress.index = disk.index;
      progress.phase = verified ? "verified" : "copying";
      progress.pass = 1;
      progress.bytes_total = disk.source_size;
      progress.bytes_done = std::min(polls * bytes_per_poll, disk.source_size);
      progress.bytes_sent = progress.bytes_done;
      progress.wire_bytes = progress.bytes_done / 2;
      if (verified) progress.tree_root = std::string(64, 'a');
      status.disks.push_back(std::move(progress));
    }
    return status;
  }
  SyncStatus stop(const StopSync& m) const { return {m.job, m.epoch, "stopped", {}, 0, {}, {}}; }
};

}  // namespace

Answers agent_answers(std::uint32_t polls) {
  return [copy = Copy(polls)](std::string_view type, std::string_view body) mutable {
    auto answer = reply_to<SyncDisks>(type, body, [&](const SyncDisks& m) { return copy.sync(m); });
    if (!answer) {
      answer = reply_to<StopSync>(type, body, [&](const StopSync& m) { return copy.stop(m); });
    }
    if (!answer) {
      answer = reply_to<LookAgain>(type, body, [](const LookAgain&) {
        return ReportInventory{{}, small_server("simulated")};
      });
    }
    return answer;
  };
}

Answers transition_answers(std::string node) {
  return [node = std::move(node), instances = std::set<std::string>{}](
             std::string_view type, std::string_view body) mutable {
    auto answer = reply_to<EnsureInstance>(type, body, [&](const EnsureInstance& m) {
      instances.insert(m.token);
      InstanceStatus status{
          m.token, true, "tcp://127.0.0.1:8080", "tcp://127.0.0.1:8703", std::string(40, '0'), {}};
      for (std::uint32_t i = 0; i < m.disk_bytes.size(); ++i) {
        status.disks.push_back({i, "/instances/" + m.token + "/disk", m.disk_bytes[i], {}});
      }
      return status;
    });
    if (!answer) {
      answer = reply_to<ReleaseInstance>(type, body, [&](const ReleaseInstance& m) {
        instances.erase(m.token);
        return InstanceReleased{m.token};
      });
    }
    if (!answer) {
      answer = reply_to<GetInventory>(type, body, [&](const GetInventory&) {
        NodeInventory inventory{node, "transition", {}, 0};
        for (const auto& token : instances) {
          inventory.resources.push_back({"instance", token, token, disk_bytes, wall_ms()});
        }
        return inventory;
      });
    }
    return answer;
  };
}

Answers worker_answers(std::string node) {
  return [node = std::move(node)](std::string_view type, std::string_view body) {
    auto answer = reply_to<ExportImage>(type, body, [](const ExportImage& m) {
      ExportStatus status{m.job, m.epoch, "done", "exported", 100, {}, 0, {}, {}};
      for (const auto& disk : m.disks) {
        status.objects.push_back({disk.index, m.prefix + "_" + m.image, disk.size / 8, disk.size,
                                  std::string(64, 'b'), disk.tree_root});
      }
      return status;
    });
    const auto done = [](const auto&) { return Done{}; };
    if (!answer) answer = reply_to<DiscardExport>(type, body, done);
    if (!answer) answer = reply_to<DiscardImport>(type, body, done);
    if (!answer) {
      answer = reply_to<ImportImage>(type, body, [](const ImportImage& m) {
        const auto image = "m-" + m.token.substr(2);
        ImportStatus status{m.job, m.epoch, "done", 100, image, "/ens/" + image, {}, 0, {}, {}};
        for (const auto& object : m.objects) {
          status.disks.push_back({object.index, "/ens/" + image + "/system.qcow2",
                                  object.virtual_size, object.size, object.sha256,
                                  object.tree_root});
        }
        return status;
      });
    }
    if (!answer) {
      answer = reply_to<GetInventory>(type, body, [&](const GetInventory&) {
        return NodeInventory{node, "worker", {}, 0};
      });
    }
    return answer;
  };
}

Inventory small_server(const std::string& hostname) {
  Inventory inventory;
  inventory.hostname = hostname;
  inventory.os_id = "debian";
  inventory.os_version = "12";
  inventory.os_name = "Debian GNU/Linux 12 (bookworm)";
  inventory.kernel = "6.1.0-25-amd64";
  inventory.architecture = "x86_64";
  inventory.firmware = "bios";
  inventory.cpu_model = "simulated";
  inventory.cpu_count = 2;
  inventory.memory_bytes = 4 * limits::gib;
  DiskInfo disk;
  disk.path = "/dev/vda";
  disk.size = disk_bytes;
  disk.table = "gpt";
  PartitionInfo root;
  root.number = 1;
  root.offset = limits::mib;
  root.size = disk_bytes - 2 * limits::mib;
  root.type = "linux";
  root.uuid = "part-1";
  root.filesystem = "ext4";
  root.filesystem_uuid = "fs-1";
  root.label = "root";
  root.mount_point = "/";
  root.used_bytes = disk_bytes / 2;
  disk.partitions.push_back(std::move(root));
  inventory.disks.push_back(std::move(disk));
  inventory.nics.push_back({"eth0", "52:54:00:12:34:56", "virtio_net", true, {"192.0.2.7/24"}});
  return inventory;
}

}  // namespace ferry::load
