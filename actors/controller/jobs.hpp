// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes migration jobs, starts one actor for each, and starts it again from its
// journal when it fails.
#pragma once

#include <map>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/migration_job.hpp"
#include "actors/controller/source_server.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

class Jobs {
 public:
  static constexpr const char* actor_name = "jobs";

  Jobs(caf::event_based_actor* self, JobEnvironment environment);
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  caf::behavior make_behavior();

 private:
  void load(const std::string& only_job);
  void start_job(const std::string& id, const std::vector<StoredEvent>& events);
  void on_down(const caf::down_msg& down);
  caf::result<JobView> create(const CreateJob& m);
  void plan(const CreateJob& m, const std::string& id, const SourceState& source,
            caf::typed_response_promise<JobView> promise);
  void answer_view(const std::string& id, caf::typed_response_promise<JobView> promise);
  caf::result<JobList> list(const ListJobs& m);
  caf::result<EventList> events(const ListEvents& m);
  template <class M>
  caf::result<JobView> pass_on(const M& m);

  caf::event_based_actor* self_;
  JobEnvironment environment_;
  std::map<std::string, caf::actor> jobs_;
  std::map<std::string, std::uint32_t> failures_;
};

}  // namespace ferry
