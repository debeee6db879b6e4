// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can ask about source servers.
#include "apps/commands.hpp"
#include "apps/findings.hpp"
#include "apps/output.hpp"
#include "apps/tag_words.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds refresh_limit = limits::fresh_report_wait + std::chrono::seconds{4};

struct CheckedSource {
  std::string id;
  std::string hostname;
  std::string state;
  std::int64_t reported_ms = 0;
  std::string error;  // why the agent could not look again
  std::vector<Finding> findings;
  FERRY_FIELDS(id, hostname, state, reported_ms, error, findings)
};
struct CheckOutput {
  std::vector<CheckedSource> sources;
  FERRY_FIELDS(sources)
};

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

/// What users call it.
void print_words(const SourceView& source) {
  std::printf("%s  %s  tags %s\n", source.id.c_str(),
              source.name.empty() ? "-" : source.name.c_str(), tags_text(source.tags).c_str());
  if (!source.description.empty()) std::printf("%s\n", source.description.c_str());
  if (!source.resource_group.empty()) {
    std::printf("resource group %s\n", source.resource_group.c_str());
  }
}

/// Returns "1 critical, 2 warnings" or "-".
std::string count_text(const SourceView& source) {
  const auto critical = std::ranges::count_if(source.findings, is_critical);
  auto text = critical == 0 ? std::string{} : std::to_string(critical) + " critical";
  if (source.warnings == 0) return text.empty() ? "-" : text;
  if (!text.empty()) text += ", ";
  return text + std::to_string(source.warnings) + (source.warnings == 1 ? " warning" : " warnings");
}

Result<CheckedSource> check_one(Operator& op, const std::string& id, bool refresh) {
  CheckedSource checked;
  auto answer = refresh ? op.client.ask<SourceList>("sources", RefreshSource{id}, refresh_limit)
                        : op.client.ask<SourceList>("sources", ListSources{id});
  if (!answer && refresh && answer.error().code != Errc::not_found) {
    checked.error = to_string(answer.error());
    answer = op.client.ask<SourceList>("sources", ListSources{id});
  }
  if (!answer) return fail(answer.error());
  if (answer->sources.empty()) return fail(Errc::not_found, "there is no source server " + id);
  auto& source = answer->sources.front();
  checked.id = source.id;
  checked.hostname = source.inventory.hostname;
  checked.state = source.state;
  checked.reported_ms = source.inventory.reported_ms;
  checked.findings = std::move(source.findings);
  return checked;
}

bool is_wanted(const SourceView& source, const ListFilter& filter) {
  const auto& inventory = source.inventory;
  bool found =
      has_part({source.id, source.name, source.description, inventory.hostname, inventory.os_name},
               filter.search);
  for (const auto& nic : inventory.nics) {
    for (const auto& address : nic.addresses) found = found || has_part({address}, filter.search);
  }
  return found && (filter.status.empty() || source.state == filter.status) &&
         has_tags(source.tags, filter.tags);
}

void print_checked(const CheckedSource& source) {
  const auto age = (wall_ms() - source.reported_ms) / 1000;
  std::printf("%s  %s  %s, as its agent reported %s ago\n", source.id.c_str(),
              source.hostname.c_str(), source.state.c_str(),
              source.reported_ms == 0 ? "some time" : human_seconds(age).c_str());
  print_findings(source.findings);
}

}  // namespace

int source_list(Operator& op, const ListFilter& filter) {
  auto list = op.client.ask<SourceList>("sources", ListSources{});
  if (!list) return print_error(list.error(), op.json);
  std::erase_if(list->sources,
                [&](const SourceView& source) { return !is_wanted(source, filter); });
  if (op.json) return print_json(*list);
  Table table{{"ID", "NAME", "STATE", "HOST NAME", "SYSTEM", "DISKS", "FINDINGS", "LAST SEEN"}};
  for (const auto& source : list->sources) {
    const auto& inventory = source.inventory;
    table.add({source.id, source.name.empty() ? "-" : source.name, source.state, inventory.hostname,
               inventory.os_name, std::to_string(inventory.disks.size()), count_text(source),
               time_text(source.last_seen_ms)});
  }
  table.print();
  return exit_ok;
}

int source_show(Operator& op, const std::string& id) {
  return ask_and_print<SourceList>(op, "sources", ListSources{id}, [](const auto& list) {
    for (const auto& source : list.sources) {
      const auto& i = source.inventory;
      std::printf("%s  %s %s\n%s, kernel %s, %s, %s firmware\n%u x %s, %s memory\n",
                  source.id.c_str(), source.state.c_str(), source.error_code.c_str(),
                  i.os_name.c_str(), i.kernel.c_str(), i.architecture.c_str(), i.firmware.c_str(),
                  i.cpu_count, i.cpu_model.c_str(), human_bytes(i.memory_bytes).c_str());
      print_words(source);
      for (const auto& disk : i.disks) print_disk(disk);
      for (const auto& nic : i.nics) {
        std::printf("nic %s  %s  %s\n", nic.name.c_str(), nic.mac.c_str(), nic.up ? "up" : "down");
      }
      std::printf("findings: %s, see 'edgeferry source check %s'\n", count_text(source).c_str(),
                  source.id.c_str());
    }
  });
}

int source_modify(Operator& op, const ModifySource& request) {
  return ask_and_print<SourceList>(op, "sources", request, [](const auto& list) {
    for (const auto& source : list.sources) print_words(source);
  });
}

int source_delete(Operator& op, const DeleteSource& request) {
  return ask_and_print<Done>(op, "sources", request, [&](const Done&) {
    std::printf("source server %s is deleted%s\n", request.source.c_str(),
                request.wait ? ", or will be once its job lets it go" : "");
  });
}

int source_check(Operator& op, const SourceCheck& check) {
  if (check.id.empty() && !check.all) {
    return print_error({Errc::invalid_argument, "no source server is named", "name one, or --all"},
                       op.json);
  }
  std::vector<std::string> ids{check.id};
  if (check.all) {
    const auto all = op.client.ask<SourceList>("sources", ListSources{});
    if (!all) return print_error(all.error(), op.json);
    ids.clear();
    for (const auto& source : all->sources) ids.push_back(source.id);
  }
  CheckOutput output;
  bool good = true;
  for (const auto& one : ids) {
    auto checked = check_one(op, one, check.refresh);
    if (!checked) return print_error(checked.error(), op.json);
    good = good && checked->error.empty() && !has_critical(checked->findings);
    if (!checked->error.empty()) {
      std::fprintf(stderr, "edgeferry: %s\n", checked->error.c_str());
    }
    if (!op.json) print_checked(*checked);
    output.sources.push_back(std::move(*checked));
  }
  if (op.json) print_json(output);
  return good ? exit_ok : exit_failed;
}

}  // namespace ferry
