// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can ask of migration jobs; `job watch` is in watch.cpp.
#include <algorithm>

#include "apps/boot_view.hpp"
#include "apps/commands.hpp"
#include "apps/consistency_words.hpp"
#include "apps/job_words.hpp"
#include "apps/layout_command.hpp"
#include "apps/list_filter.hpp"
#include "apps/output.hpp"
#include "apps/tag_words.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

struct WrittenCertificate {
  std::string image;
  std::string file;
  FERRY_FIELDS(image, file)
};

void print_job(const JobView& job) {
  std::printf("job %s: %s %s\n", job.id.c_str(), job.status.c_str(), job.business_status.c_str());
}

void print_warnings(const JobView& job) {
  for (const auto& warning : job.warnings) {
    std::printf("warning   %s: %s (%s)\n", warning.name.c_str(), warning.what.c_str(),
                warning.evidence.c_str());
  }
}

void print_notices(const JobView& job) {
  for (const auto& notice : job.notices) {
    std::printf("note      %s: %s\n", notice.what.c_str(), notice.fix.c_str());
  }
}

std::string job_state(const JobView& job) {
  return job.business_status.empty() ? job.status : job.status + "/" + job.business_status;
}

/// Of which moment the copy is, and what that cost (docs/consistency.md).
void print_consistency(const DiskProgress& disk) {
  if (disk.consistency.empty() && disk.pause_expected_ms < 0) return;
  const auto level = consistency_words(disk.consistency);
  std::printf("          %s", level.empty() ? "not of one moment yet" : level.c_str());
  if (disk.pause_ms >= 0) {
    std::printf("; paused for %.1f s, expected were %.1f s\n",
                static_cast<double>(disk.pause_ms) / 1000,
                static_cast<double>(disk.pause_expected_ms) / 1000);
  } else if (disk.pause_expected_ms >= 0) {
    std::printf("; the pause would take %.1f s now\n",
                static_cast<double>(disk.pause_expected_ms) / 1000);
  } else {
    std::printf("\n");
  }
}

/// Files that the newest passes have not copied as they are.
void print_file_issues(const DiskProgress& disk) {
  if (disk.file_issues == 0) return;
  std::printf("          %llu file(s) are not copied as they are\n",
              static_cast<unsigned long long>(disk.file_issues));
  for (const auto& issue : disk.first_file_issues) {
    std::printf("          %s %s\n", code_text(static_cast<Errc>(issue.code)).c_str(),
                escaped(issue.what).c_str());
  }
}

/// What both ends have found to be the same.
void print_proven_files(const DiskProgress& disk) {
  for (const auto& proven : disk.files) {
    std::printf("          %s: %llu file(s) are the same as on the source",
                escaped(proven.mount_point).c_str(),
                static_cast<unsigned long long>(proven.entries));
    if (proven.changed != 0) {
      std::printf(", %llu have changed there since",
                  static_cast<unsigned long long>(proven.changed));
    }
    std::printf("\n");
  }
}

void print_state(const JobView& job) {
  std::printf("job       %s  %s\nstatus    %s  %.1f %%  %s\nsource    %s\n", job.id.c_str(),
              job.settings.name.c_str(), job_state(job).c_str(), job.progress, job.step.c_str(),
              job.settings.source.c_str());
  if (!job.settings.description.empty())
    std::printf("about     %s\n", job.settings.description.c_str());
  if (!job.settings.license.empty()) std::printf("licence   %s\n", job.settings.license.c_str());
  if (!job.settings.tags.empty())
    std::printf("tags      %s\n", tags_text(job.settings.tags).c_str());
  std::printf("version   %llu\n", static_cast<unsigned long long>(job.version));
  if (!job.trace.empty()) std::printf("trace     %s\n", job.trace.c_str());
  std::printf("created   %s\nstarted   %s\nended     %s\n", time_text(job.created_ms).c_str(),
              time_text(job.started_ms).c_str(), time_text(job.ended_ms).c_str());
  for (const auto& disk : job.disks) {
    std::printf("disk %u    %s, sent %s (%s on the wire), skipped %s\n", disk.index,
                disk.phase.c_str(), human_bytes(disk.bytes_sent).c_str(),
                human_bytes(disk.wire_bytes).c_str(), human_bytes(disk.bytes_skipped).c_str());
    print_consistency(disk);
    print_proven_files(disk);
    print_file_issues(disk);
  }
  print_excludes(job.settings.excludes);
  print_warnings(job);
  print_notices(job);
  if (!job.waiting_for.empty()) std::printf("waits for %s\n", job.waiting_for.c_str());
  if (!job.machine.id.empty()) {
    std::printf("machine   %s, a %s at %s\n", job.machine.id.c_str(), job.machine.type.c_str(),
                job.machine.address.c_str());
  }
  for (const auto& held : job.holds) {
    std::printf("holds     %s %s on %s since %s", held.kind.c_str(), held.token.c_str(),
                held.node.c_str(), utc_text(held.since_ms).c_str());
    if (held.bytes != 0) std::printf(", at most %s", human_bytes(held.bytes).c_str());
    std::printf("\n");
  }
  if (job.status == "InError" && !job.holds.empty()) {
    std::printf("          'job retry' goes on with it, 'job cancel' releases it\n");
  }
  if (job.error_code != 0) {
    std::printf("error     %s %s\nfix       %s\n",
                code_text(static_cast<Errc>(job.error_code)).c_str(), job.error.c_str(),
                job.fix.c_str());
  }
}

/// When it does something by itself.
void print_plan(const JobView& job) {
  const auto& settings = job.settings;
  if (job.next_run_ms != 0) std::printf("next run  %s\n", utc_text(job.next_run_ms).c_str());
  if (!settings.run_once) {
    std::printf("repeats   every %u h, the newest %u image(s) are kept\n", settings.frequency_hours,
                settings.images_to_keep);
  }
  if (settings.valid_until_ms != 0) {
    std::printf("valid     until %s\n", utc_text(settings.valid_until_ms).c_str());
  }
}

/// How the newest image differs from the source.
void print_fix_ups(const FixUpReport& report) {
  if (report.outcome.empty()) return;
  std::printf("fix-ups   %u change(s)\n", report.patches);
  for (const auto& command : report.rebuilt) {
    std::printf("  ran %s\n", printable(command).c_str());
  }
  for (const auto& disk : report.disks) {
    std::printf("  disk %u: %s in %zu range(s) differ from the source\n", disk.index,
                human_bytes(disk.changed_bytes).c_str(), disk.changed.size());
  }
  for (const auto& note : report.notes) std::printf("  note: %s\n", printable(note).c_str());
}

void print_results(const JobView& job) {
  Table runs{{"  RUN", "TYPE", "STARTED", "ENDED", "IMAGE"}};
  auto number = job.run_number - static_cast<std::uint32_t>(job.runs.size());
  for (const auto& run : job.runs) {
    runs.add({"  " + std::to_string(++number), run.type, time_text(run.started_ms),
              time_text(run.ended_ms), run.image.empty() ? "-" : run.image});
  }
  if (!job.runs.empty()) runs.print();
  if (!job.image.empty())
    std::printf("image     %s  %s\n", job.image.c_str(), job.image_path.c_str());
  for (const auto& disk : job.image_disks) {
    std::printf("  %s  %s  sha256 %s\n", disk.file.c_str(), human_bytes(disk.file_size).c_str(),
                disk.sha256.c_str());
  }
}

void print_jobs(const JobList& list) {
  Table table{{"ID", "NAME", "STATUS", "PROGRESS", "SOURCE", "IMAGE", "CREATED"}};
  for (const auto& job : list.jobs) {
    table.add({job.id, job.settings.name, job_state(job),
               std::to_string(static_cast<int>(job.progress)) + " %", job.settings.source,
               job.image.empty() ? "-" : job.image, utc_text(job.created_ms)});
  }
  table.print();
}

}  // namespace

int job_create(Operator& op, const CreateJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, [](const JobView& job) {
    print_job(job);
    print_warnings(job);
    print_notices(job);
    if (job.next_run_ms != 0) {
      std::printf("it starts by itself at %s\n", utc_text(job.next_run_ms).c_str());
    } else {
      std::printf("start it with: edgeferry job start %s\n", job.id.c_str());
    }
  });
}

/// Asks page by page: one answer holds a limited number of jobs.
Result<JobList> all_jobs(Operator& op, const std::string& status,
                         std::chrono::milliseconds patience, const std::stop_token& stop) {
  JobList all;
  do {
    const ListJobs request{status, static_cast<std::uint32_t>(all.jobs.size())};
    auto page = op.client.ask<JobList>("jobs", request, patience, stop);
    if (!page) return page;
    all.total = page->total;
    if (page->jobs.empty()) break;
    all.jobs.insert(all.jobs.end(), page->jobs.begin(), page->jobs.end());
  } while (all.jobs.size() < all.total);
  return all;
}

int job_list(Operator& op, const ListFilter& filter) {
  auto all = all_jobs(op, filter.status);
  if (!all) return print_error(all.error(), op.json);
  std::vector<std::string> members;
  if (!filter.workgroup.empty()) {
    const auto group = op.client.ask<WorkgroupList>("workgroups", ListWorkgroups{filter.workgroup});
    if (!group) return print_error(group.error(), op.json);
    for (const auto& view : group->workgroups) members = view.sources;
  }
  std::erase_if(all->jobs, [&](const JobView& job) {
    const auto& settings = job.settings;
    const bool found = has_part({job.id, settings.name, settings.description, settings.source,
                                 settings.image_name, job.image},
                                filter.search);
    return !found || !has_tags(settings.tags, filter.tags) ||
           !(filter.source.empty() || settings.source == filter.source) ||
           !(filter.workgroup.empty() || std::ranges::count(members, settings.source) > 0);
  });
  all->total = static_cast<std::uint32_t>(all->jobs.size());
  if (filter.newest_first) std::ranges::reverse(all->jobs);
  if (op.json) return print_json(*all);
  print_jobs(*all);
  return exit_ok;
}

int job_show(Operator& op, const std::string& id) {
  return ask_and_print<JobView>(op, "jobs", GetJob{id}, [](const JobView& job) {
    print_state(job);
    print_plan(job);
    if (!job.layout.disks.empty()) print_layout(job.layout);
    print_results(job);
    print_fix_ups(job.fix_ups);
    print(job.boot);
  });
}

int job_events(Operator& op, const ListEvents& request) {
  return ask_and_print<EventList>(op, "jobs", request, [](const auto& list) {
    for (const auto& event : list.events) {
      std::printf("%s  %s\n", utc_text(event.at_ms).c_str(), event.text.c_str());
    }
  });
}

int job_certificate(Operator& op, const std::string& job, const std::string& file) {
  const auto answer = op.client.ask<CertificateFile>("jobs", GetCertificate{job});
  if (!answer) return print_error(answer.error(), op.json);
  const std::string_view text{answer->certificate.data(), answer->certificate.size()};
  if (file.empty()) {
    std::printf("%.*s", static_cast<int>(text.size()), text.data());
    return exit_ok;
  }
  if (auto done = write_file_durably(file, text, 0644); !done) {
    return print_error(done.error(), op.json);
  }
  if (op.json) return print_json(WrittenCertificate{answer->image, file});
  std::printf("certificate of image %s written to %s; its digests lie beside the image\n",
              answer->image.c_str(), file.c_str());
  return exit_ok;
}

int job_boot_log(Operator& op, const std::string& job) {
  return ask_and_print<BootLog>(op, "jobs", GetBootLog{job}, [](const BootLog& log) {
    // The guest's words: a terminal must not obey them.
    std::fputs(printable({log.console.begin(), log.console.end()}).c_str(), stdout);
  });
}

int job_start(Operator& op, const StartJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, [](const JobView& view) {
    print_job(view);
    print_warnings(view);
  });
}
int job_pause(Operator& op, const PauseJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, print_job);
}
int job_cancel(Operator& op, const CancelJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, print_job);
}
int job_delete(Operator& op, const DeleteJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, print_job);
}
int job_cut_over(Operator& op, const CutOverJob& request) {
  return ask_and_print<JobView>(op, "jobs", request, print_job);
}

int job_modified(Operator& op, const Result<JobView>& answer) {
  if (!answer) return print_error(answer.error(), op.json);
  if (op.json) return print_json(*answer);
  print_job(*answer);
  return exit_ok;
}

}  // namespace ferry
