// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_decide.hpp"

#include "actors/controller/job_changes.hpp"
#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_plan.hpp"
#include "actors/controller/user_words.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// A comma list of the statuses (or business statuses) in which `allows` is true.
template <class Allows>
std::string words_of(std::string_view (*text)(JobState), Allows allows) {
  std::string list;
  std::string_view last;
  for (std::size_t i = 0; i < job_state_count; ++i) {
    const auto state = static_cast<JobState>(i);
    if (!allows(state) || text(state).empty() || text(state) == last) continue;
    last = text(state);
    list.append(list.empty() ? "" : ", ").append(last);
  }
  return list;
}

/// Refuses a call in this state, naming those in which it is allowed.
template <class Allows>
tl::unexpected<Error> refuse(const JobRecord& record, Allows allows) {
  const auto statuses = words_of(status_text, allows);
  const bool wrong_phase =
      is_running(record.state) && statuses.find("Running") != std::string::npos;
  if (wrong_phase) {
    return fail(
        Errc::job_wrong_business_status,
        "The specified business status: " + std::string{business_status_text(record.state)} +
            " of the replication job is invalid. This operation can only be performed in "
            "the following status: " +
            words_of(business_status_text, allows) + ".");
  }
  return fail(Errc::job_wrong_status,
              "The specified replication job status: " + std::string{status_text(record.state)} +
                  " is invalid. This operation can only be performed in the following status: " +
                  statuses + ".");
}

tl::unexpected<Error> refuse(const JobRecord& record, JobTrigger trigger) {
  return refuse(record,
                [trigger](JobState state) { return next_state(state, trigger).has_value(); });
}

std::string_view how_to_start(JobState state) {
  if (state == JobState::stopped) return "resume";
  return state == JobState::in_error ? "retry" : "start";
}

bool is_waited_for(JobState state) {
  return state == JobState::ready || state == JobState::waiting;
}

bool before_cleaning(JobState state) {
  return state != JobState::cleaning && state != JobState::finished && state != JobState::expired &&
         state != JobState::deleting && state != JobState::deleted;
}

/// While a run is on, one part of its copy would go by the old rules and one by the new.
bool takes_excludes(JobState state) {
  return state == JobState::ready || state == JobState::waiting || state == JobState::stopped ||
         state == JobState::in_error;
}

bool takes_validity(JobState state) {
  return before_cleaning(state) || state == JobState::cleaning;
}

bool takes_a_name(JobState state) {
  return state != JobState::deleting && state != JobState::deleted;
}

/// Each change needs a state of its own; the first that doesn't fit refuses them all.
Result<> check_states(const JobRecord& record, const ModifyJob& m) {
  const auto check = [&](bool wanted, auto allows) -> Result<> {
    if (!wanted || allows(record.state)) return {};
    return refuse(record, allows);
  };
  if (auto done = check(true, takes_a_name); !done) return done;
  if (auto done = check(!m.keep_transfer, before_cleaning); !done) return done;
  if (auto done = check(m.valid_until_ms != 0, takes_validity); !done) return done;
  if (auto done = check(m.frequency_hours != 0 || m.images_to_keep != 0, is_waited_for); !done) {
    return done;
  }
  const bool of_image = !m.fixups.empty() || !m.network.empty() || !m.boot_proof.empty();
  if (auto done = check(of_image, before_cleaning); !done) return done;
  if (auto done = check(m.set_excludes, takes_excludes); !done) return done;
  const bool of_beginning = m.scheduled_start_ms >= 0 || !m.image_name.empty() ||
                            !m.remember.empty() || m.set_layout || m.set_machine;
  return check(of_beginning, [](JobState state) { return state == JobState::ready; });
}

/// Two who act at once must not undo what they have not seen of each other.
Result<> check_version(const JobRecord& record, std::uint64_t based_on) {
  if (based_on == 0 || based_on == record.changed_seq) return {};
  return fail(Errc::changed_meanwhile, "job " + record.id + " has changed: its version is " +
                                           std::to_string(record.changed_seq) + ", not " +
                                           std::to_string(based_on));
}

/// Instead of an older value; an empty one is forgotten.
void remember(std::vector<Tag>& remembered, const Tag& parameter) {
  std::erase_if(remembered, [&](const Tag& old) { return old.key == parameter.key; });
  if (!parameter.value.empty()) remembered.push_back(parameter);
}

}  // namespace

Result<JobEvent> decide(const JobRecord& record, const StartJob& m) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  const auto how = how_to_start(record.state);
  const auto allows = [&](JobState state) {
    return next_state(state, JobTrigger::start) &&
           (m.wanted.empty() || m.wanted == how_to_start(state));
  };
  if (!allows(record.state)) return refuse(record, allows);
  if (record.error.code == Errc::instance_gone) return fail(record.error);  // F99
  return JobStarted{std::string{how}};
}

Result<JobEvent> decide(const JobRecord& record, const PauseJob& m) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  if (!next_state(record.state, JobTrigger::pause)) return refuse(record, JobTrigger::pause);
  return JobPaused{};
}

Result<JobEvent> decide(const JobRecord& record, const CancelJob& m) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  if (!next_state(record.state, JobTrigger::cancel)) return refuse(record, JobTrigger::cancel);
  return JobCanceled{};
}

Result<JobEvent> decide(const JobRecord& record, const DeleteJob& m) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  if (!next_state(record.state, JobTrigger::remove)) return refuse(record, JobTrigger::remove);
  return JobCanceled{true, "delete"};
}

Result<JobEvent> decide(const JobRecord& record, const CutOverJob& m) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  if (!next_state(record.state, JobTrigger::cut_over)) return refuse(record, JobTrigger::cut_over);
  return CutOverStarted{m.sync_data};
}

Result<JobEvent> decide(const JobRecord& record, const AbandonResource& m) {
  const auto& stalled = record.stalled;
  if (stalled.token == m.token && !m.token.empty()) {
    const auto image = std::ranges::find(record.images, m.token, &KeptImage::token);
    if (image != record.images.end()) return ImageRemoved{image->image, true};
    return ResourceAbandoned{stalled.token, stalled.kind, stalled.node};
  }
  if (is_ending(record.state)) {
    return fail(Errc::invalid_argument, m.token + " is being released by job " + record.id,
                "wait for it; once 'edgeferry job show " + record.id +
                    "' says that it can't be released, it can be given up");
  }
  return fail(Errc::invalid_argument, m.token + " is in use by the unfinished job " + record.id,
              "cancel the job: that releases all it holds");
}

Result<JobEvent> decide(const JobRecord& record, const ModifyJob& m, const ClusterConfig& config,
                        std::int64_t now_ms) {
  if (auto same = check_version(record, m.based_on); !same) return fail(same.error());
  if (auto done = check_states(record, m); !done) return fail(done.error());
  if (!m.diagnostic_logs.empty() && m.diagnostic_logs != "on" && m.diagnostic_logs != "off") {
    return fail(Errc::invalid_argument,
                "diagnostic_logs '" + printable(m.diagnostic_logs) + "' is neither on nor off");
  }
  auto tags = changed_tags(record.settings.tags, m.tags);
  if (!tags) return fail(tags.error());
  auto settings = record.settings;
  if (!m.keep_transfer) settings.transfer = m.transfer;
  if (!m.name.empty()) settings.name = m.name;
  if (m.set_description) settings.description = m.description;
  if (m.valid_until_ms != 0) settings.valid_until_ms = m.valid_until_ms;
  if (m.scheduled_start_ms >= 0) settings.scheduled_start_ms = m.scheduled_start_ms;
  if (m.frequency_hours != 0) settings.frequency_hours = m.frequency_hours;
  if (m.images_to_keep != 0) settings.images_to_keep = m.images_to_keep;
  if (!m.fixups.empty()) settings.fixups = m.fixups;
  if (!m.network.empty()) settings.network = m.network;
  if (!m.boot_proof.empty()) settings.boot_proof = m.boot_proof;
  if (!m.diagnostic_logs.empty()) settings.diagnostic_logs = m.diagnostic_logs == "on";
  if (!m.image_name.empty()) settings.image_name = m.image_name;
  if (m.set_machine) settings.machine = m.machine;
  settings.tags = std::move(*tags);
  for (const auto& parameter : m.remember) remember(settings.remembered, parameter);
  if (m.set_excludes) {
    settings.excludes = m.excludes;
    auto done = check_excludes(settings, record.layout);
    if (!done) return fail(done.error());
  }
  if (auto done = check_fix_ups(settings); !done) return fail(done.error());
  if (auto done = check_boot_proof(settings); !done) return fail(done.error());
  if (auto done = check_machine(settings.machine, config); !done) return fail(done.error());
  if (auto done = check_names(settings); !done) return fail(done.error());
  if (!m.image_name.empty()) {
    if (auto done = check_image_name(settings); !done) return fail(done.error());
  }
  if (auto done = check_remembered(settings); !done) return fail(done.error());
  if (auto done = check_transfer(settings.transfer, config); !done) return fail(done.error());
  if (auto done = check_runs(settings); !done) return fail(done.error());
  // A time that isn't changed may have passed meanwhile.
  if (m.valid_until_ms != 0) {
    auto done = check_validity(settings.valid_until_ms, record.created_ms, now_ms);
    if (!done) return fail(done.error());
  }
  if (m.scheduled_start_ms > 0) {
    auto done = check_schedule(settings, now_ms);
    if (!done) return fail(done.error());
  }
  auto changes = changes_of(record.settings, settings);
  auto only_transfer = record.settings;
  only_transfer.transfer = settings.transfer;
  if (to_msgpack(only_transfer) == to_msgpack(settings)) {
    return TransferModified{settings.transfer, std::move(changes)};
  }
  JobModified modified{std::move(settings)};
  modified.changes = std::move(changes);
  return modified;
}

JobEvent with_warnings(JobEvent event, const JobRecord& record, const SourceView& source) {
  auto* start = std::get_if<JobStarted>(&event);
  if (start == nullptr) return event;
  for (const auto& finding : source.findings) {
    const bool told = std::ranges::any_of(record.warnings, [&](const Finding& known) {
      return known.name == finding.name && known.what == finding.what;
    });
    const auto kept = record.warnings.size() + start->warnings.size();
    if (finding.level == "warning" && !told && kept < limits::job_warnings_max) {
      start->warnings.push_back(finding);
    }
  }
  return event;
}

Result<> check_available(const SourceView& source, std::string_view allowed) {
  if (source.state != "Unavailable" && source.state != "Deleting") return {};
  return fail(Errc::source_wrong_state,
              "The specified source server status: " + source.state +
                  " is invalid. This operation can only be performed in the following status: " +
                  std::string{allowed} + ".",
              source.state == "Deleting" ? "use another source server"
                                         : "start edgeferry-agent on the source server");
}

}  // namespace ferry
