// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/commands.hpp"

#include "apps/node.hpp"
#include "apps/output.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

void print_disk(const DiskInfo& disk) {
  std::printf("disk %u  %s  %s  table %s\n", disk.index, disk.path.c_str(),
              human_bytes(disk.size).c_str(), disk.table.empty() ? "none" : disk.table.c_str());
  Table table{{"  PART", "START", "SIZE", "USED", "FILE SYSTEM", "MOUNTED ON"}};
  for (const auto& part : disk.partitions) {
    table.add({"  " + std::to_string(part.number), human_bytes(part.offset), human_bytes(part.size),
               human_bytes(part.used_bytes), part.filesystem.empty() ? "-" : part.filesystem,
               part.mount_point.empty() ? "-" : part.mount_point});
  }
  if (!disk.partitions.empty()) table.print();
}

}  // namespace

Result<Operator> Operator::connect(ClusterConfig config, bool json) {
  const auto file = key_file(config, "operator");
  if (!std::filesystem::exists(file)) {
    return fail(Errc::cluster_not_running, "there is no operator key " + file.string(),
                "start the cluster once with 'edgeferry cluster up FILE' on this host");
  }
  auto keys = load_or_make_key_pair(file);
  if (!keys) return fail(keys.error());
  auto server_key = load_public_key(key_file(config, "controller").string() + ".pub");
  if (!server_key) return fail(server_key.error());
  ClientOptions options{controller_endpoint(config), *server_key, *keys};
  return Operator{std::move(config), json, Client{std::move(options)}};
}

int activation_create(Operator& op, const CreateActivation& request, const std::string& code_file) {
  auto created = op.client.ask<ActivationCreated>("sources", request);
  if (!created) return print_error(created.error(), op.json);
  if (!code_file.empty()) {
    auto written = write_file_durably(code_file, created->code + "\n");
    if (!written) return print_error(written.error(), op.json);
  }
  if (op.json) return print_json(*created);
  std::printf("activation code %s, for %u server(s) until %s\n", created->id.c_str(), request.quota,
              utc_text(created->expires_ms).c_str());
  if (!code_file.empty()) {
    std::printf("written to %s\n", code_file.c_str());
    return exit_ok;
  }
  std::printf(
      "It is shown only now. On each source server, as root:\n\n"
      "  edgeferry-agent register --controller %s --code %s\n\n",
      controller_endpoint(op.config).c_str(), created->code.c_str());
  return exit_ok;
}

int activation_list(Operator& op) {
  return ask_and_print<ActivationList>(op, "sources", ListActivations{}, [](const auto& list) {
    Table table{{"ID", "NAME", "STATUS", "USED", "QUOTA", "EXPIRES"}};
    for (const auto& code : list.activations) {
      table.add({code.id, code.name.empty() ? "-" : code.name, code.status,
                 std::to_string(code.registered), std::to_string(code.quota),
                 utc_text(code.expires_ms)});
    }
    table.print();
  });
}

int activation_disable(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "sources", DisableActivation{id}, [&](const Done&) {
    std::printf("activation code %s is disabled; registered servers stay\n", id.c_str());
  });
}

int activation_delete(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "sources", DeleteActivation{id}, [&](const Done&) {
    std::printf("activation code %s is deleted; registered servers stay\n", id.c_str());
  });
}

int source_list(Operator& op) {
  return ask_and_print<SourceList>(op, "sources", ListSources{}, [](const auto& list) {
    Table table{{"ID", "STATE", "HOST NAME", "SYSTEM", "DISKS", "LAST SEEN"}};
    for (const auto& source : list.sources) {
      const auto& inventory = source.inventory;
      table.add({source.id, source.state, inventory.hostname, inventory.os_name,
                 std::to_string(inventory.disks.size()), time_text(source.last_seen_ms)});
    }
    table.print();
  });
}

int source_show(Operator& op, const std::string& id) {
  return ask_and_print<SourceList>(op, "sources", ListSources{id}, [](const auto& list) {
    for (const auto& source : list.sources) {
      const auto& i = source.inventory;
      std::printf("%s  %s %s\n%s, kernel %s, %s, %s firmware\n%u x %s, %s memory\n",
                  source.id.c_str(), source.state.c_str(), source.error_code.c_str(),
                  i.os_name.c_str(), i.kernel.c_str(), i.architecture.c_str(), i.firmware.c_str(),
                  i.cpu_count, i.cpu_model.c_str(), human_bytes(i.memory_bytes).c_str());
      for (const auto& disk : i.disks) print_disk(disk);
      for (const auto& nic : i.nics) {
        std::printf("nic %s  %s  %s\n", nic.name.c_str(), nic.mac.c_str(), nic.up ? "up" : "down");
      }
      for (const auto& finding : source.findings) {
        std::printf("can't become an ENS image: %s %s. Fix: %s\n",
                    code_text(static_cast<Errc>(finding.code)).c_str(), finding.what.c_str(),
                    finding.fix.c_str());
      }
    }
  });
}

}  // namespace ferry
