// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Names: a job's own is unique among unfinished jobs, that of its image if its maker asks for it.
#include <algorithm>

#include "actors/controller/jobs.hpp"

namespace ferry {

using namespace std::chrono_literals;

Result<> Jobs::check_name(const std::string& name, const std::string& job) const {
  const auto taken = names_.find(name);
  if (taken == names_.end() || taken->second == job) return {};
  return fail(Errc::name_taken, "The specified replication job name already exists.",
              "choose another name than '" + name + "', which job " + taken->second + " has");
}

Result<> Jobs::check_image_name(const ImageName& wish) const {
  const auto used = std::ranges::find_if(image_names_, [&](const ImageName& one) {
    return one.region == wish.region && one.name == wish.name && one.job != wish.job;
  });
  if (used == image_names_.end()) return {};
  return fail(Errc::image_name_used,
              "The specified imageName: \"" + wish.name +
                  "\" was used by another replication job in the current region.",
              "choose another image name than that of job " + used->job);
}

/// Every unfinished job has a name for its image.
std::string Jobs::image_region(const std::string& job) const {
  const auto own = std::ranges::find(image_names_, job, &ImageName::job);
  return own == image_names_.end() ? std::string{} : own->region;
}

void Jobs::take_names(const std::string& job, const JobSettings& settings) {
  names_[settings.name] = job;
  image_names_.insert({settings.region, settings.image_name, job});
}

void Jobs::keep_names(const std::string& job, const JobSettings& settings) {
  std::erase_if(names_, [&](const auto& e) { return e.second == job && e.first != settings.name; });
  std::erase_if(image_names_, [&](const ImageName& one) {
    return one.job == job && one.name != settings.image_name;
  });
}

bool Jobs::renames(const ModifyJob& m) const {
  return (!m.name.empty() || !m.image_name.empty()) && jobs_.contains(m.job);
}

/// New names are taken before the job is asked, so that two wishes can't both get one.
caf::result<JobView> Jobs::rename(const ModifyJob& m) {
  if (auto free = check_name(m.name, m.job); !free) return to_caf(free.error());
  const ImageName image{image_region(m.job), m.image_name, m.job};
  if (m.unique_image_name) {
    if (auto free = check_image_name(image); !free) return to_caf(free.error());
  }
  if (!m.name.empty()) names_[m.name] = m.job;
  if (!m.image_name.empty()) image_names_.insert(image);
  auto promise = self_->make_response_promise<JobView>();
  self_->request(jobs_.at(m.job), 20s, m)
      .then(
          [this, promise](const JobView& view) mutable {
            keep_names(view.id, view.settings);
            promise.deliver(view);
          },
          [this, promise, job = m.job](caf::error& error) mutable {
            promise.deliver(std::move(error));
            if (!jobs_.contains(job)) return keep_names(job, {});
            self_->request(jobs_.at(job), 20s, GetJob{job})
                .then([this](const JobView& view) { keep_names(view.id, view.settings); },
                      [](caf::error&) {});  // it keeps all of them until the next start
          });
  return promise;
}

}  // namespace ferry
