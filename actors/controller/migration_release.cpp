// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a migration job gives back what it holds, at the end of a run and at its own
// end, and how it finds another worker when one is gone.
#include <algorithm>

#include "actors/controller/job_certificate.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/migration_job.hpp"
#include "actors/controller/source_server.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "certificate/signed_certificate.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

/// Of what is stored and not released.
const std::string certificate_kind = "certificate";

struct OpenResources {
  using local_message = void;
  std::vector<StoredResource> resources;
};

bool is_of_cluster_and_online(const NodeView& node) {
  return node.online && !is_machine_node(node.node);
}

Error orphan(const StoredResource& part) {
  return {Errc::internal, "ledger row " + part.token + " is a part of nothing", {}};
}

ReleaseStalled stalled_release(const ResourceReleased& resource, const std::string& node,
                               const Error& error, std::int64_t since_ms) {
  const auto& [token, kind] = resource;
  const auto give_up = "'edgeferry resource release --forget " + token + "'";
  const bool stored = kind == certificate_kind;
  const auto what =
      kind + " " + token + " on " + node + (stored ? " can't be stored: " : " can't be released: ");
  ReleaseStalled event{token, kind, node, static_cast<std::uint16_t>(error.code), {}, {}};
  if (is_silence(error) && kind != "machine") {
    event.why = what + "the node does not answer since " + utc_text(since_ms);
    event.fix = "start the node" + (stored ? "" : ", or " + give_up + " if it is gone for good");
  } else {
    event.why = what + error.what + ", since " + utc_text(since_ms);
    event.fix =
        std::string{remedy(error)} + (stored ? "" : "; or " + give_up + " to leave it behind");
  }
  return event;
}

}  // namespace

/// Cleaning, Expired and Deleting: walks the ledger backwards until no row of this job
/// is open. Between two runs the instance stays. `gone`: the part that has just been removed.
void MigrationJob::clean_up(const std::string& gone) {
  if (record_.state != JobState::cleaning) {
    caf::anon_send(environment_.bridge->remote(record_.settings.source, "sync"),
                   StopSync{record_.id, record_.epoch});
  }
  progress_.set_step("releasing temporary resources", 99);
  const auto asked_in = generation_;
  auto work = [job = record_.id, gone](Database& database) {
    Journal journal{database};
    if (!gone.empty()) journal.released(gone);
    return caf::make_message(OpenResources{journal.open_resources(job)});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this, asked_in](const OpenResources& open) {
            if (asked_in != generation_) return;
            if (record_.state == JobState::cleaning) return clean_up_run(open.resources);
            if (!open.resources.empty()) return release_newest(open.resources);
            on_released();
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void MigrationJob::on_released() {
  if (record_.state == JobState::expired) return wait_for_clock();
  caf::anon_send(environment_.sources, UnclaimSource{record_.settings.source, record_.id});
  crash_point("job: a source is given back, the job is not over");
  if (record_.state == JobState::cleaning) return record_and_advance(JobFinished{});
  record_and_advance(JobDeleted{});
}

/// The end of a run: its objects go, and images that are too many. The instance goes
/// with the last one.
void MigrationJob::clean_up_run(const std::vector<StoredResource>& open) {
  if (environment_.signing_key && wants_certificate(record_)) return certify();
  auto rows = open;
  if (!is_last_run(record_)) {
    std::erase_if(rows, [this](const StoredResource& row) {
      return row.token == record_.instance_token || row.parent == record_.instance_token ||
             row.token == record_.machine.token;
    });
  }
  if (!rows.empty()) return release_newest(rows);
  const auto& images = record_.images;
  const auto retired = std::ranges::find_if(images, &KeptImage::retired);
  if (retired != images.end()) return remove_image(*retired);
  if (!record_.settings.run_once && images.size() > record_.settings.images_to_keep) {
    return record_and_advance(ImageRetired{images.front().image});
  }
  if (is_last_run(record_)) return on_released();
  record_and_advance(RunFinished{});
}

/// Before anything is given back: what the certificate says is still there then.
void MigrationJob::certify() {
  const auto file = signed_certificate(certificate_of(record_), *environment_.signing_key);
  if (!file) return self_->quit(to_caf(file.error()));
  const ImageCertified event{record_.image, {file->begin(), file->end()}};
  const auto kept = std::ranges::find(record_.images, record_.image, &KeptImage::image);
  const auto worker = kept != record_.images.end() ? kept->worker : record_.worker;
  begin_release({record_.image, certificate_kind});
  with_worker_of({worker, {}, 0}, [this, event](const std::string& name) {
    ask<Done>(name, "importer",
              StoreCertificate{record_.id, record_.epoch, event.image, event.certificate,
                               record_.settings.bucket},
              [this, event](const Done&) {
                crash_point("job: a certificate is stored, not recorded");
                record_and_advance(event);
              });
  });
}

void MigrationJob::remove_image(const KeptImage& image) {
  begin_release({image.token, "image"});
  with_worker_of({image.worker, {}, 0}, [this, image](const std::string& worker) {
    ask<Done>(worker, "importer",
              DiscardImport{record_.id, record_.epoch, image.token, record_.settings.bucket},
              [this, image](const Done&) {
                crash_point("job: an old image is removed, not recorded");
                record_and_advance(ImageRemoved{image.image});
              });
  });
}

/// Each resource is given the whole patience: who was silent before says nothing about it.
void MigrationJob::begin_release(const ResourceReleased& resource) {
  if (releasing_.token != resource.token) {
    silences_ = 0;
    silent_since_ms_ = 0;
    waiting_for_.clear();
  }
  releasing_ = resource;
}

/// The newest row is a part, as long as its resource has one. The one part of an import is
/// all that there is of it, so both go at once. An instance goes with its machine.
void MigrationJob::release_newest(const std::vector<StoredResource>& rows) {
  const auto row_of = [&](const std::string& token) {
    return std::ranges::find(rows, token, &StoredResource::token);
  };
  const auto machine = row_of(record_.machine.token);
  auto newest = rows.end() - 1;
  auto resource = newest->parent.empty() ? newest : row_of(newest->parent);
  if (resource == rows.end()) return self_->quit(to_caf(orphan(*newest)));
  if (resource->kind == "instance" && machine != rows.end()) newest = resource = machine;
  begin_release({resource->token, resource->kind});
  const bool whole = newest->parent.empty() || resource->kind == "import";
  const auto part = whole ? std::string{} : newest->token.substr(newest->parent.size() + 1);
  if (newest->state == ResourceState::releasing) return release(*resource, part);
  const auto asked_in = generation_;
  self_
      ->request(environment_.store, caf::infinite,
                Transact{[token = newest->token](Database& database) {
                  Journal{database}.releasing(token);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, asked_in, resource = *resource, part](const Done&) {
            crash_point("job: a row says releasing, nobody is asked");
            if (asked_in == generation_) release(resource, part);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void MigrationJob::release(const StoredResource& resource, const std::string& part) {
  if (resource.kind == "machine") return release_machine(resource);
  if (resource.kind == "instance") {
    if (!record_.machine.token.empty()) return on_gone(resource, {});  // with its machine
    return ask<InstanceReleased>(
        record_.node, "instances", ReleaseInstance{resource.token, record_.id, record_.epoch, part},
        [this, resource, part](const InstanceReleased&) { on_gone(resource, part); });
  }
  const auto place = record_.places.find(resource.token);
  // A row that no event tells of can't be: both are written together.
  discard(resource, part,
          place != record_.places.end() ? place->second
                                        : WorkPlace{record_.worker, record_.export_image, 0});
}

void MigrationJob::on_gone(const StoredResource& resource, const std::string& part) {
  if (!part.empty()) {
    crash_point("job: a part is removed, its row is open");
    return clean_up(resource.token + "/" + part);
  }
  crash_point("job: a resource is released, its row is open");
  if (resource.kind == "machine") forget_machine();
  record_and_advance(ResourceReleased{resource.token, resource.kind},
                     [token = resource.token](Journal& journal) { journal.released(token); });
}

/// Removes what an export or import has made or was about to make.
void MigrationJob::discard(const StoredResource& resource, const std::string& part,
                           const WorkPlace& place) {
  with_worker_of(place, [this, resource, part, place](const std::string& worker) {
    const auto done = [this, resource, part](const Done&) { on_gone(resource, part); };
    if (resource.kind == "import") {
      return ask<Done>(
          worker, "importer",
          DiscardImport{record_.id, record_.epoch, resource.token, record_.settings.bucket}, done);
    }
    const auto disks = static_cast<std::uint32_t>(record_.settings.disks.size());
    ask<Done>(worker, "exporter",
              DiscardExport{record_.id, record_.epoch, place.image, record_.settings.image_prefix,
                            disks, part, record_.settings.bucket},
              done);
  });
}

/// The worker that began it, because it may still be at it; once that is gone for so
/// long that its lease has ended, any other: bucket and registry are shared.
void MigrationJob::with_worker_of(const WorkPlace& place,
                                  std::function<void(const std::string&)> then) {
  const auto asked_in = generation_;
  self_->request(environment_.nodes, 3s, ListNodes{"worker", false})
      .then(
          [this, asked_in, place, then = std::move(then)](const NodeList& list) {
            if (asked_in != generation_) return;
            const auto known = std::ranges::find(list.nodes, place.worker, &NodeView::node);
            const auto other = std::ranges::find_if(list.nodes, is_of_cluster_and_online);
            const bool heard_of = known != list.nodes.end();
            const bool there = heard_of && known->online;
            // The journal has wall time only, and a wall clock that jumps ahead must not end the
            // lease of a worker that lives: what this process has seen for itself counts as well.
            const bool silent = !heard_of || known->silent_ms > ms_of(limits::work_lease);
            const bool lost =
                place.lost_ms == 0 || wall_ms() - place.lost_ms > ms_of(limits::work_lease);
            const bool quiet = (silent && lost && (heard_of || place.lost_ms != 0)) ||
                               (silent_since_ms_ != 0 &&
                                steady_ms() - silent_since_ms_ > ms_of(limits::work_lease));
            if (!there && quiet && other != list.nodes.end()) return then(other->node);
            // Asked even if it seems to be away: that it is may not be known yet.
            then(place.worker);
          },
          [this, asked_in](caf::error&) {
            if (asked_in == generation_) again_in(1s);
          });
}

/// After a release that did not succeed: says so, once, if it has not for long. It goes on
/// being tried. Returns false if there is nothing to tell.
bool MigrationJob::tell_stalled_release(const std::string& node, const Error& error) {
  const auto waited_ms = steady_ms() - silent_since_ms_;
  const std::chrono::seconds patience{environment_.config->janitor.release_patience_s};
  if (!is_ending(record_.state) || record_.stalled.token == releasing_.token ||
      waited_ms < ms_of(patience)) {
    return false;
  }
  record_and_advance(stalled_release(releasing_, node, error, wall_ms() - waited_ms));
  return true;
}

/// After an unanswered question: the work goes to another worker once this one has sent
/// no heartbeat for limits::heartbeat_timeout. Without another one the job waits.
void MigrationJob::replace_worker_if_gone() {
  const auto asked_in = generation_;
  self_->request(environment_.nodes, 3s, ListNodes{"worker", false})
      .then(
          [this, asked_in](const NodeList& list) {
            if (asked_in != generation_) return;
            const auto known = std::ranges::find(list.nodes, record_.worker, &NodeView::node);
            const auto other = std::ranges::find_if(list.nodes, is_of_cluster_and_online);
            // A controller that has just started has not heard of anybody yet.
            const bool gone = known != list.nodes.end() ? !known->online
                                                        : steady_ms() - silent_since_ms_ >
                                                              ms_of(limits::heartbeat_timeout);
            if (!gone || other == list.nodes.end()) {
              return again_in(poll_backoff(
                  silences_, std::min<std::chrono::milliseconds>(1s, environment_.silence_pause)));
            }
            instance_closed_ = false;
            record_and_advance(WorkerReplaced{record_.worker, other->node});
          },
          [this, asked_in](caf::error&) {
            if (asked_in == generation_) again_in(1s);
          });
}

}  // namespace ferry
