// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes migration jobs, starts one actor for each that has anything left to do, and
// starts it again from its journal when it fails. Of a finished job only its view is
// kept; a call on one starts its actor for as long as the call needs it.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/migration_job.hpp"
#include "actors/controller/source_server.hpp"
#include "base/trace.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

[[nodiscard]] Error unknown_job(const std::string& id);

class Jobs {
 public:
  static constexpr const char* actor_name = "jobs";

  Jobs(caf::event_based_actor* self, JobEnvironment environment);
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  caf::behavior make_behavior();

 private:
  using Promise = caf::typed_response_promise<JobView>;

  // -- actors and views of jobs; jobs.cpp ----------------------------------------------
  void load_all();
  void load(const std::string& job);
  void start_job(JobRecord record);
  void on_down(const caf::down_msg& down);
  void on_retiring(const JobRetiring& m);
  void put_to_rest(const JobView& view);
  void keep_view(JobView view);
  [[nodiscard]] Error not_found(const std::string& job) const;
  template <class M>
  caf::result<JobView> pass_on(const M& m);
  void wake(const std::string& job, const caf::message& call, Promise promise);
  caf::result<MachineJoined> join(const JoinMachine& m);
  caf::result<JobView> get(const GetJob& m);
  caf::result<Done> abandon(const AbandonResource& m);
  caf::result<JobList> list(const ListJobs& m);

  // -- what the journal keeps of them; jobs_history.cpp ----------------------------------
  template <class Event, class Answer>
  caf::result<Answer> from_newest(const std::string& job, const Error& none,
                                  Answer (*read)(const Event&));
  caf::result<EventList> events(const ListEvents& m);
  caf::result<CertificateFile> certificate(const GetCertificate& m);
  caf::result<BootLog> boot_log(const GetBootLog& m);

  // -- making a job; jobs_create.cpp -----------------------------------------------------
  /// A request that is being decided, and those that repeat it meanwhile.
  struct Making {
    std::string id;
    CreateJob request;
    trace::Context context;  // of whoever asked first
    std::vector<Promise> promises;
  };
  caf::result<JobView> create(CreateJob m);
  void claim(const std::string& token);
  void plan(const std::string& token, const SourceState& source);
  void store(const std::string& token, const JobCreated& created);
  void answer_known(const std::string& token, const std::string& id, const JobSettings& wish);
  void made(const std::string& token, const JobView& view);
  void not_made(const std::string& token, const caf::error& error);

  // -- names of jobs and of their images; jobs_names.cpp -----------------------------------
  /// The name of an image that an unfinished job has, or is getting.
  struct ImageName {
    std::string region;
    std::string name;
    std::string job;
    friend auto operator<=>(const ImageName&, const ImageName&) = default;
  };
  [[nodiscard]] Result<> check_name(const std::string& name, const std::string& job) const;
  [[nodiscard]] Result<> check_image_name(const ImageName& wish) const;
  [[nodiscard]] std::string image_region(const std::string& job) const;
  void take_names(const std::string& job, const JobSettings& settings);
  /// Frees all others that it has.
  void keep_names(const std::string& job, const JobSettings& settings);
  [[nodiscard]] bool renames(const ModifyJob& m) const;
  caf::result<JobView> rename(const ModifyJob& m);

  caf::event_based_actor* self_;
  JobEnvironment environment_;
  std::map<std::string, caf::actor> jobs_;    // with anything left to do
  std::map<std::string, JobView> at_rest_;    // finished and, for a while, deleted ones
  std::map<std::string, Error> unreadable_;   // why the history of a job makes no record
  std::deque<std::string> deleted_;           // of these, oldest first
  std::map<std::string, std::string> names_;  // job by the name it has or is getting; unfinished
  std::set<ImageName> image_names_;           // jobs may share one, unless they ask not to
  std::map<std::string, Making> making_;      // by client token
  std::map<std::string, std::uint32_t> failures_;
};

}  // namespace ferry
