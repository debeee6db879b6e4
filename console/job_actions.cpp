// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is done with migration jobs. Whoever acts says which version of the job they have seen, and
// is refused if it is another one by now.
#include "base/random.hpp"
#include "base/text.hpp"
#include "console/call.hpp"
#include "messages/job.hpp"

namespace ferry {
namespace {

constexpr int merges_max = 3;

/// `based_on`: JobView::version; 0: whichever it is.
struct JobAction {
  std::uint64_t based_on = 0;
  FERRY_FIELDS(based_on)
};
struct CutOver {
  bool sync_data = false;
  std::uint64_t based_on = 0;
  FERRY_FIELDS(sync_data, based_on)
};

/// What is absent stays as it is, also within `transfer`.
struct JobChange {
  std::string name;
  std::string description;
  TransferSettings transfer;
  std::int64_t scheduled_start_ms = -1;
  std::int64_t valid_until_ms = 0;
  std::uint32_t frequency_hours = 0;
  std::uint32_t images_to_keep = 0;
  std::string fixups;
  std::string network;
  std::string boot_proof;
  std::vector<std::string> excludes;
  std::string image_name;
  bool unique_image_name = false;
  TagChange tags;
  LayoutWish layout;
  MachineWish machine;
  std::uint64_t based_on = 0;
  std::string diagnostic_logs;  // on or off
  FERRY_FIELDS(name, description, transfer, scheduled_start_ms, valid_until_ms, frequency_hours,
               images_to_keep, fixups, network, boot_proof, excludes, image_name, unique_image_name,
               tags, layout, machine, based_on, diagnostic_logs)
};

/// As `edgeferry job create`: a request without a token or a name gets one.
Result<ConsoleReply> create_job(const ConsoleCall& call) {
  auto request = read_record<CreateJob>(call.body);
  if (!request) return fail(request.error());
  if (request->client_token.empty()) request->client_token = random_id("c");
  if (request->settings.name.empty()) {
    constexpr std::size_t length = 6;
    request->settings.name = "migration-" + to_hex(sha256(request->client_token)).substr(0, length);
  }
  return ask_and_reply<JobView>(call, "jobs", *request, 201);
}

ModifyJob request_of(const ConsoleCall& call, const JobChange& change) {
  const auto given = [&](const char* name) { return call.body.contains(name); };
  ModifyJob request;
  request.job = call.ids[0];
  request.transfer = change.transfer;
  request.keep_transfer = !given("transfer");
  request.name = change.name;
  request.set_description = given("description");
  request.description = change.description;
  request.scheduled_start_ms = change.scheduled_start_ms;
  request.valid_until_ms = change.valid_until_ms;
  request.frequency_hours = change.frequency_hours;
  request.images_to_keep = change.images_to_keep;
  request.fixups = change.fixups;
  request.network = change.network;
  request.boot_proof = change.boot_proof;
  request.set_excludes = given("excludes");
  request.excludes = change.excludes;
  request.image_name = change.image_name;
  request.unique_image_name = change.unique_image_name;
  request.tags = change.tags;
  request.set_layout = given("layout");
  request.layout = change.layout;
  request.set_machine = given("machine");
  request.machine = change.machine;
  request.based_on = change.based_on;
  request.diagnostic_logs = change.diagnostic_logs;
  return request;
}

/// A part of the transfer settings is merged with the rest as it is now; should that change in
/// between, it is merged anew.
Result<ConsoleReply> modify_job(const ConsoleCall& call) {
  for (int i = 1;; ++i) {
    const auto now = call.controller.ask<JobView>("jobs", GetJob{call.ids[0]});
    if (!now) return fail(now.error());
    JobChange start;
    start.transfer = now->settings.transfer;
    const auto change = read_record<JobChange>(call.body, start);
    if (!change) return fail(change.error());
    auto request = request_of(call, *change);
    const bool chosen = request.based_on != 0;
    if (!chosen && !request.keep_transfer) request.based_on = now->version;
    auto done = ask_and_reply<JobView>(call, "jobs", request);
    const bool again = !done && !chosen && done.error().code == Errc::changed_meanwhile;
    if (!again || i == merges_max) return done;
  }
}

template <class Request>
Result<ConsoleReply> act(const ConsoleCall& call, Request request) {
  const auto action = read_record<JobAction>(call.body);
  if (!action) return fail(action.error());
  request.job = call.ids[0];
  request.based_on = action->based_on;
  return ask_and_reply<JobView>(call, "jobs", request);
}

Result<ConsoleReply> start_job(const ConsoleCall& call) { return act(call, StartJob{"", "start"}); }
Result<ConsoleReply> resume_job(const ConsoleCall& call) {
  return act(call, StartJob{"", "resume"});
}
Result<ConsoleReply> retry_job(const ConsoleCall& call) { return act(call, StartJob{"", "retry"}); }
Result<ConsoleReply> pause_job(const ConsoleCall& call) { return act(call, PauseJob{}); }
Result<ConsoleReply> cancel_job(const ConsoleCall& call) { return act(call, CancelJob{}); }

Result<ConsoleReply> cut_over_job(const ConsoleCall& call) {
  const auto wish = read_record<CutOver>(call.body);
  if (!wish) return fail(wish.error());
  return ask_and_reply<JobView>(call, "jobs",
                                CutOverJob{call.ids[0], wish->sync_data, wish->based_on});
}

Result<ConsoleReply> remove_job(const ConsoleCall& call) {
  return ask_and_reply<JobView>(call, "jobs",
                                DeleteJob{call.ids[0], call.query.number("based_on", 0)});
}

ConsoleRoute action(std::string_view path, std::string_view operation, std::string_view summary,
                    RunRoute run) {
  return {"POST",        path, operation,       summary, AccessRole::operator_,
          told<JobView>, run,  asked<JobAction>};
}

}  // namespace

std::vector<ConsoleRoute> job_action_routes() {
  using enum AccessRole;
  const ConsoleWord based_on{"based_on", "version of the job that whoever asks has seen",
                             ConsoleWord::Kind::number};
  return {
      {.method = "POST",
       .path = "/jobs",
       .operation = "createJob",
       .summary = "Makes a job; the same client_token and settings again make no second one",
       .role = operator_,
       .answer = told<JobView>,
       .run = create_job,
       .body = asked<CreateJob>,
       .status = 201},
      {"PATCH", "/jobs/{job}", "modifyJob", "Changes what its state allows to change", operator_,
       told<JobView>, modify_job, asked<JobChange>},
      action("/jobs/{job}/start", "startJob", "Starts a Ready job, or a run of a Waiting one",
             start_job),
      action("/jobs/{job}/resume", "resumeJob", "Goes on with a Stopped job", resume_job),
      action("/jobs/{job}/retry", "retryJob", "Goes on with a job in error", retry_job),
      action("/jobs/{job}/pause", "pauseJob", "Pauses a job that is Syncing or Waiting", pause_job),
      action("/jobs/{job}/cancel", "cancelJob", "Ends a job, and releases all that it holds",
             cancel_job),
      {"POST", "/jobs/{job}/cut-over", "cutOverJob",
       "Ends a Waiting job with the image that it has, or after one last run", operator_,
       told<JobView>, cut_over_job, asked<CutOver>},
      {"DELETE",
       "/jobs/{job}",
       "deleteJob",
       "Deletes a job that doesn't run; its images stay",
       operator_,
       told<JobView>,
       remove_job,
       nullptr,
       {based_on}},
  };
}

}  // namespace ferry
