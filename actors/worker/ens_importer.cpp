// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/ens_importer.hpp"

#include "actors/heartbeat.hpp"
#include "actors/provider_inventory.hpp"
#include "actors/roster.hpp"
#include "actors/spawn.hpp"
#include "actors/supervisor.hpp"
#include "actors/work_status.hpp"
#include "actors/worker/instance_importer.hpp"
#include "actors/worker/machine_renter.hpp"
#include "actors/worker/worker_inventory.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

ImportRequest registry_request(const ImportImage& m) {
  ImportRequest request;
  request.client_token = m.token;
  request.name = m.image_name;
  request.region = m.region;
  request.boot_mode = m.origin.boot_mode;
  request.source_id = m.origin.source;
  request.source_hostname = m.origin.hostname;
  request.source_os = m.origin.os_name;
  request.job = m.job;
  for (const auto& object : m.objects) {
    request.disks.push_back(
        {object.index, object.key, object.virtual_size, object.sha256, object.tree_root});
  }
  for (const auto& file : m.files) request.files.push_back({file.name, file.key, file.sha256});
  request.boot = m.boot;
  request.license = m.license;
  return request;
}

}  // namespace

EnsImporter::EnsImporter(caf::event_based_actor* self, WorkerOptions options, std::string job)
    : self_(self),
      options_(std::move(options)),
      job_(std::move(job)),
      lease_(self, options_.lease) {}

caf::behavior EnsImporter::make_behavior() {
  return {[this](const ImportImage& m) { return import_image(m); },
          [this](const DiscardImport& m) { return discard(m); },
          [this](const StoreCertificate& m) { return store_certificate(m); },
          [this](const LeaseCheck&) {
            if (!lease_.has_ended(work_.running())) return;
            log::warning("import ends, nobody has asked about it", {{"job", job_}});
            self_->quit();
          }};
}

caf::result<ImportStatus> EnsImporter::import_image(const ImportImage& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  if (options_.discarded->contains(m.token))
    return to_caf({Errc::fenced, "the import of job " + job_ + " is discarded", {}});
  lease_.renew();
  if (work_.started() && m.epoch == epoch_) return status();
  epoch_ = m.epoch;
  work_.request_stop();
  work_.reset();
  percent_ = std::make_shared<std::atomic<double>>(0);
  log::info("import starts", {{"job", job_}, {"name", m.image_name}, {"epoch", m.epoch}});
  work_.start([options = options_, request = registry_request(m), name = m.bucket,
               percent = percent_](const std::stop_token& stop) -> Result<ImportedImage> {
    const auto tell = [&](std::uint64_t done, std::uint64_t total) {
      *percent =
          total == 0 ? 100.0 : 100.0 * static_cast<double>(done) / static_cast<double>(total);
    };
    auto bucket = options.open_bucket(name, stop);
    if (!bucket) return fail(bucket.error());
    auto registry = options.open_registry(name);
    if (!registry) return fail(registry.error());
    crash_point("importer: an image is asked for, none is made");
    auto image = (*registry)->import_image(request, **bucket, tell, stop);
    if (!image) return fail(image.error());
    crash_point("importer: image is made, not told");
    return ImportedImage{*image, (*registry)->location(image->image_id)};
  });
  return status();
}

ImportStatus EnsImporter::status() const {
  ImportStatus status;
  status.job = job_;
  status.epoch = epoch_;
  status.progress = *percent_;
  const auto* result = work_.result();
  if (result == nullptr) {
    status.state = "running";
  } else if (*result) {
    const auto& image = (*result)->image;
    status.state = "done";
    status.image = image.image_id;
    status.path = (*result)->location;
    for (const auto& disk : image.disks) {
      status.disks.push_back({disk.index, status.path + "/" + disk.file, disk.virtual_size,
                              disk.file_size, disk.sha256, disk.tree_root});
    }
  } else {
    set_failed(status, result->error());
  }
  return status;
}

caf::result<Done> EnsImporter::discard(const DiscardImport& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  crash_point("importer: a release is asked for, nothing is removed");
  epoch_ = m.epoch;
  options_.discarded->add(m.token);  // first: from here on nothing makes it again
  work_.request_stop();
  work_.reset();
  auto registry = options_.open_registry(m.bucket);
  if (!registry) return to_caf(registry.error());
  if (auto done = (*registry)->discard(m.token); !done) return to_caf(done.error());
  log::info("import discarded", {{"job", job_}, {"token", m.token}});
  crash_point("importer: what it made is removed, not told");
  self_->quit();
  return Done{};
}

caf::result<Done> EnsImporter::store_certificate(const StoreCertificate& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  lease_.renew();
  auto registry = options_.open_registry(m.bucket);
  if (!registry) return to_caf(registry.error());
  crash_point("importer: a certificate is there, not stored");
  const std::string_view certificate{m.certificate.data(), m.certificate.size()};
  auto done = (*registry)->store_certificate(m.image, certificate);
  if (!done && done.error().code != Errc::not_found) return to_caf(done.error());
  if (!done) log::warning("a certificate's image is gone", {{"job", job_}, {"image", m.image}});
  crash_point("importer: a certificate is stored, not told");
  return Done{};
}

caf::actor spawn_worker(caf::actor_system& system, WorkerOptions options) {
  auto* bridge = options.bridge;
  const Branch root;
  std::vector<ChildSpec> specs{
      {"exporter",
       [bridge, options, &system, branch = root.at("exporter")](caf::event_based_actor* self) {
         auto exporter = spawn_actor<JobRoster<ImageExporter, ExportImage, DiscardExport>>(
             *self, branch, [&system, options](const std::string& job) {
               return spawn_blocking<ImageExporter>(system, options, job);
             });
         bridge->publish("exporter", exporter, {{Role::controller}});
         return exporter;
       }},
      {"importer",
       [bridge, options, &system, branch = root.at("importer")](caf::event_based_actor* self) {
         auto importer =
             spawn_actor<JobRoster<EnsImporter, ImportImage, DiscardImport, StoreCertificate>>(
                 *self, branch, [&system, options](const std::string& job) {
                   return spawn_blocking<EnsImporter>(system, options, job);
                 });
         bridge->publish("importer", importer, {{Role::controller}});
         return importer;
       }},
      {"machines",
       [bridge, options, &system, branch = root.at("machines")](caf::event_based_actor* self) {
         auto machines = spawn_actor<JobRoster<MachineRenter, EnsureMachine, ReleaseMachine>>(
             *self, branch, [&system, options](const std::string& job) {
               return spawn_blocking<MachineRenter>(system, options, job);
             });
         bridge->publish("machines", machines, {{Role::controller}});
         return machines;
       }},
      {"instances",
       [bridge, options](caf::event_based_actor* self) {
         return spawn_instance_importer(*self, *bridge, options.open_instances);
       }},
      {"inventory",
       [bridge, options](caf::event_based_actor* self) {
         return spawn_provider_inventory(
             *self, bridge,
             {options.node, "worker",
              [options](const GetInventory& m) { return list_found(options, m); },
              [options](const RemoveFound& m) { return remove_found(options, m); }});
       }},
      {"log",
       [bridge, options](caf::event_based_actor* self) {
         return spawn_log_keeper(*self, bridge, {options.node, "worker", options.log});
       }},
      {"heartbeat",
       [bridge, node = options.node, tree = root.tree()](caf::event_based_actor* self) {
         return spawn_heartbeat(*self, bridge, {node, "worker", tree});
       }},
  };
  return spawn_actor<Supervisor>(system, std::move(specs), SupervisorOptions{.branch = root});
}

}  // namespace ferry
