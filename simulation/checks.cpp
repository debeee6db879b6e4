// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/checks.hpp"

#include <algorithm>

#include "messages/job_events.hpp"
#include "messages/resource.hpp"

namespace ferry::sim {
namespace {

bool is_in_table(JobState from, JobState to) {
  return std::ranges::any_of(job_table::transitions, [&](const JobTransition& transition) {
    return transition.from == from && transition.to == to;
  });
}

std::string text_of(JobState state) {
  std::string text{status_text(state)};
  if (!business_status_text(state).empty()) text.append(" ").append(business_status_text(state));
  return text;
}

}  // namespace

Checks::Checks(World& world, Provider& provider, std::int64_t quiet_after_us)
    : world_(world), provider_(provider), quiet_after_us_(quiet_after_us), watch_(*this) {
  provider_.watch = this;
}

// -- at any time -------------------------------------------------------------------------

void Checks::on_event(const std::string& job, const StoredEvent& event) {
  auto& record = jobs_[job];
  record.id = job;
  if (event.seq <= record.last_seq) return;  // read again after a restart
  ++events_;
  if (event.seq != record.last_seq + 1) {
    return world_.violate("the journal of " + job + " lacks event " +
                          std::to_string(record.last_seq + 1));
  }
  const auto decoded = decode_event(event);
  if (!decoded) return world_.violate("the journal of " + job + " holds what can't be read");
  const auto before = record.state;
  try {
    apply(record, *decoded, event.at_ms);
  } catch (const std::logic_error& error) {
    return world_.violate(error.what());
  }
  if (std::holds_alternative<TransferModified>(*decoded)) ++modifications_[job];
  if (before == record.state) return;
  state_since_us_[job] = world_.now_us();
  if (!is_in_table(before, record.state)) {
    world_.violate(job + " went from " + text_of(before) + " to " + text_of(record.state));
  }
}

void Checks::on_resource(const StoredResource& resource) {
  const auto known = resources_.find(resource.token);
  const auto before = known != resources_.end() ? known->second.state : ResourceState::intended;
  if (!is_open(before) && is_open(resource.state)) {
    world_.violate("the ledger opens " + resource.kind + " " + resource.token + " again");
  }
  if (known == resources_.end() && !resource.parent.empty()) {
    parts_[resource.parent].push_back(resource.token);
  }
  resources_[resource.token] = resource;
  if (is_open(before) && !is_open(resource.state)) check_released(resource, before);
}

/// The janitor comes for what nobody foresaw. What it finds in a run is a mistake, but for
/// the scratch files of a worker that was replaced while it was away.
void Checks::on_cluster_event(const std::string& kind, const std::string& text) {
  if (kind == "resource_leaked" && !text.starts_with("image_file ")) {
    world_.violate("the janitor had to find a leak: " + text);
  }
}

/// A row ends when its resource is gone and its parts are, the newest first; an import also
/// when the image is handed over.
void Checks::check_released(const StoredResource& resource, ResourceState before) {
  const auto left = [&](const std::string& what) {
    world_.violate(resource.kind + " " + resource.token + " of " + resource.job +
                   " counts as released, but " + what + " exists");
  };
  const auto check_parts = [&](const std::string& token, const std::string& after) {
    bool behind = after.empty();
    for (const auto& part : parts_[token]) {
      if (behind && is_open(resources_.at(part).state)) left("its part " + part);
      behind |= part == after;
    }
  };
  check_parts(resource.token, {});
  if (before == ResourceState::releasing) check_parts(resource.parent, resource.token);
  for (const auto& [path, instance] : provider_.instances) {
    if (instance->token == resource.token) left(path);
    for (std::uint32_t i = 0; i < instance->disks.size(); ++i) {
      const auto part = instance->token + "/" + part_of_disk("disk", i);
      if (part == resource.token && !instance->disks[i].gone) left("disk " + part);
    }
  }
  if (resource.kind == "bucket_object" && provider_.objects.contains(resource.name)) {
    left("object " + resource.name);
  }
  for (const auto& [id, upload] : provider_.uploads) {
    if (resource.kind == "upload" && upload.key == resource.name) left("upload " + id);
  }
  for (const auto& [id, image] : provider_.images) {
    const bool own = image.client_token == resource.token || image.client_token == resource.name;
    if (own && jobs_[resource.job].image != id) left("image " + id);
  }
}

/// Whether the ledger has an open row for it.
bool Checks::may_exist(const std::string& kind, const std::string& name) const {
  return std::ranges::any_of(resources_, [&](const auto& entry) {
    const auto& row = entry.second;
    return row.kind == kind && is_open(row.state) && (row.name == name || row.token == name);
  });
}

void Checks::on_made(const std::string& kind, const std::string& name, const std::string& job) {
  if (may_exist(kind, name)) return;
  world_.violate(kind + " " + name + (job.empty() ? "" : " of " + job) +
                 " is made without an open row in the ledger");
}

void Checks::on_write(const InstanceState& instance, std::uint64_t epoch) {
  if (epoch < instance.newest_epoch) {
    world_.violate("instance " + instance.token + " takes a write of epoch " +
                   std::to_string(epoch) + " after one of epoch " +
                   std::to_string(instance.newest_epoch));
  }
  const auto state = jobs_[instance.job].state;
  const bool at_rest = state == JobState::stopped || state == JobState::deleting || is_final(state);
  if (at_rest && world_.now_us() - state_since_us_[instance.job] > quiet_after_us_) {
    world_.violate(instance.job + " still sends data long after it became " + text_of(state));
  }
}

/// A worker that replaces another imports under a token of its own; what the lost one has
/// made under the first is released with its row.
void Checks::on_image(const EnsImage& image) {
  if (++images_made_[image.client_token] > 1) {
    world_.violate("a second ENS image is made for import " + image.client_token + " of " +
                   image.job);
  }
}

void Checks::on_acknowledged(const Acknowledged& command) {
  if (command.what == "modify") ++modifications_acknowledged_[command.job];
  acknowledged_.push_back(command);
  check_acknowledged(command);
}

/// What was acknowledged is durable, whatever has crashed since.
void Checks::check_acknowledged(const Acknowledged& command) {
  const auto job = jobs_.find(command.job);
  const auto lost = [&](const std::string& why) {
    world_.violate("'" + command.what + "' of " + command.job + " was acknowledged and " + why);
  };
  if (job == jobs_.end()) return lost("is not in the journal");
  if (job->second.epoch < command.epoch) {
    return lost("the journal knows epoch " + std::to_string(job->second.epoch) + " only, not " +
                std::to_string(command.epoch));
  }
  if (command.what == "modify" &&
      modifications_[command.job] < modifications_acknowledged_[command.job]) {
    lost("its change is not in the journal");
  }
}

// -- at the end ----------------------------------------------------------------------------

void Checks::check_end() {
  for (const auto& command : acknowledged_) check_acknowledged(command);
  for (const auto& [id, record] : jobs_) {
    if (!is_final(record.state)) {
      world_.violate(id + " ends as " + text_of(record.state) + ": " + to_string(record.error));
    }
  }
  check_images();
  check_leftovers();
}

/// What is delivered is what was on the source's disks, and nothing else is there.
void Checks::check_images() {
  std::map<std::string, const JobRecord*> wanted;
  for (const auto& [id, record] : jobs_) {
    if (record.state == JobState::finished) wanted[record.image] = &record;
  }
  for (const auto& [id, image] : provider_.images) {
    if (!wanted.contains(id)) world_.violate("image " + id + " of " + image.job + " is left over");
  }
  for (const auto& [id, record] : wanted) {
    const auto image = provider_.images.find(id);
    if (image == provider_.images.end()) {
      world_.violate("image " + id + " of " + record->id + " is missing");
      continue;
    }
    const auto& source = provider_.sources.at(record->settings.source);
    for (const auto& disk : image->second.disks) {
      const auto& bytes = provider_.image_files[id + "/" + disk.file];
      if (image_chunks(bytes) != source.at(disk.index)) {
        world_.violate("image " + id + " differs from the source in disk " +
                       std::to_string(disk.index));
      }
    }
    if (image->second.disks.size() != record->settings.disks.size()) {
      world_.violate("image " + id + " lacks disks");
    }
  }
}

void Checks::check_leftovers() {
  for (const auto& [token, row] : resources_) {
    if (is_open(row.state)) {
      world_.violate(row.kind + " " + token + " is open in the ledger after " + row.job + " ended");
    }
  }
  for (const auto& [path, instance] : provider_.instances) {
    world_.violate("instance " + path + " is left over");
  }
  for (const auto& [key, bytes] : provider_.objects) {
    world_.violate("object " + key + " is left over");
  }
  for (const auto& [id, upload] : provider_.uploads) {
    world_.violate("an upload of " + upload.key + " is left over");
  }
}

}  // namespace ferry::sim
