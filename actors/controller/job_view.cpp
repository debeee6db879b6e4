// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is told of a job.
#include "actors/controller/job_alarm.hpp"
#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_record.hpp"

namespace ferry {
namespace {

/// When a thing that is held goes, as HeldResource::until has it.
std::string until(const JobRecord& record, const HeldResource& held) {
  const bool of_run = held.kind == "export" || held.kind == "import";
  const bool cleans = record.state == JobState::cleaning;
  if (is_ending(record.state) && !cleans) return "now";
  if (cleans && (of_run || is_last_run(record))) return "now";
  return of_run ? "run" : "job";
}

}  // namespace

JobView view_of(const JobRecord& record) {
  JobView view;
  view.id = record.id;
  view.settings = record.settings;
  view.status = status_text(record.state);
  view.business_status = business_status_text(record.state);
  view.epoch = record.epoch;
  view.version = record.changed_seq;
  view.disks = record.verified;
  if (record.state == JobState::finished) view.progress = 100;
  view.instance = record.instance_token;
  const auto& machine = record.machine;
  view.machine = {machine.token, machine.id, machine.address, machine.type};
  view.image = record.image;
  view.image_path = record.image_path;
  view.image_disks = record.image_disks;
  const auto& error = record.stalled.token.empty() ? record.error : record.stalled.error;
  view.error_code = static_cast<std::uint16_t>(error.code);
  view.error = error.what;
  view.fix = error.code != Errc::none ? std::string{remedy(error)} : "";
  view.created_ms = record.created_ms;
  view.started_ms = record.started_ms;
  view.ended_ms = record.ended_ms;
  view.runs = record.runs;
  view.run_number = record.run_number;
  view.next_run_ms = next_run_ms(record);
  for (const auto& kept : record.images) view.images.push_back(kept.image);
  view.holds = record.holds;
  for (auto& held : view.holds) held.until = until(record, held);
  view.restarts = record.restarts;
  view.resent_bytes = record.resent_bytes;
  view.notices = record.notices;
  view.trace = record.trace;
  view.warnings = record.warnings;
  if (auto warning = excludes_warning(record.settings, record.layout)) {
    view.warnings.push_back(std::move(*warning));
  }
  view.fix_ups = record.fix_ups;
  view.boot = record.boot;
  view.layout = record.layout;
  view.still_since_ms = record.still_since_ms;
  return view;
}

}  // namespace ferry
