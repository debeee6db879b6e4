// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/commands.hpp"

#include "apps/node.hpp"
#include "apps/output.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

std::string time_text(std::int64_t ms) { return ms == 0 ? "-" : utc_text(ms); }

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

void print_job(const JobView& job) {
  std::printf("job %s: %s %s\n", job.id.c_str(), job.status.c_str(), job.business_status.c_str());
}

std::string job_state(const JobView& job) {
  return job.business_status.empty() ? job.status : job.status + "/" + job.business_status;
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

int job_create(Operator& op, const CreateJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, [](const JobView& job) {
    print_job(job);
    std::printf("start it with: edgeferry job start %s\n", job.id.c_str());
  });
}

int job_list(Operator& op, const std::string& status) {
  return ask_and_print<JobList>(op, "jobs", ListJobs{status}, [](const auto& list) {
    Table table{{"ID", "NAME", "STATUS", "PROGRESS", "SOURCE", "IMAGE", "CREATED"}};
    for (const auto& job : list.jobs) {
      table.add({job.id, job.settings.name, job_state(job),
                 std::to_string(static_cast<int>(job.progress)) + " %", job.settings.source,
                 job.image.empty() ? "-" : job.image, utc_text(job.created_ms)});
    }
    table.print();
  });
}

int job_show(Operator& op, const std::string& id) {
  return ask_and_print<JobView>(op, "jobs", GetJob{id}, [](const JobView& job) {
    std::printf("job       %s  %s\nstatus    %s  %.1f %%  %s\nsource    %s\n", job.id.c_str(),
                job.settings.name.c_str(), job_state(job).c_str(), job.progress, job.step.c_str(),
                job.settings.source.c_str());
    std::printf("created   %s\nstarted   %s\nended     %s\n", time_text(job.created_ms).c_str(),
                time_text(job.started_ms).c_str(), time_text(job.ended_ms).c_str());
    for (const auto& disk : job.disks) {
      std::printf("disk %u    %s, sent %s (%s on the wire), skipped %s\n", disk.index,
                  disk.phase.c_str(), human_bytes(disk.bytes_sent).c_str(),
                  human_bytes(disk.wire_bytes).c_str(), human_bytes(disk.bytes_skipped).c_str());
    }
    if (!job.waiting_for.empty()) std::printf("waits for %s\n", job.waiting_for.c_str());
    if (job.error_code != 0) {
      std::printf("error     %s %s\nfix       %s\n",
                  code_text(static_cast<Errc>(job.error_code)).c_str(), job.error.c_str(),
                  job.fix.c_str());
    }
    if (!job.image.empty())
      std::printf("image     %s  %s\n", job.image.c_str(), job.image_path.c_str());
    for (const auto& disk : job.image_disks) {
      std::printf("  %s  %s  sha256 %s\n", disk.file.c_str(), human_bytes(disk.file_size).c_str(),
                  disk.sha256.c_str());
    }
  });
}

int job_events(Operator& op, const std::string& job) {
  return ask_and_print<EventList>(op, "jobs", ListEvents{job, 0}, [](const auto& list) {
    for (const auto& event : list.events) {
      std::printf("%s  %s\n", utc_text(event.at_ms).c_str(), event.text.c_str());
    }
  });
}

int job_start(Operator& op, const std::string& job, const std::string& how) {
  return ask_and_print<JobView>(op, "jobs", StartJob{job, how}, print_job);
}
int job_pause(Operator& op, const std::string& job) {
  return ask_and_print<JobView>(op, "jobs", PauseJob{job}, print_job);
}
int job_cancel(Operator& op, const std::string& job) {
  return ask_and_print<JobView>(op, "jobs", CancelJob{job}, print_job);
}

int job_modify(Operator& op, const ModifyJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, print_job);
}

}  // namespace ferry
