// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Has the ENS registry make an image of one job's objects, and keep its certificate.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/background.hpp"
#include "actors/worker/image_exporter.hpp"
#include "cloud/registry.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

struct ImportedImage {
  EnsImage image;
  std::string location;  // where the registry keeps it
};

class EnsImporter {
 public:
  static constexpr const char* actor_name = "ens_importer";
  static constexpr bool works_for_one_job = true;

  EnsImporter(caf::event_based_actor* self, WorkerOptions options, std::string job);
  caf::behavior make_behavior();

 private:
  caf::result<ImportStatus> import_image(const ImportImage& m);
  caf::result<Done> discard(const DiscardImport& m);
  caf::result<Done> store_certificate(const StoreCertificate& m);
  [[nodiscard]] ImportStatus status() const;

  caf::event_based_actor* self_;
  WorkerOptions options_;
  std::string job_;
  std::uint64_t epoch_ = 0;  // of the newest request; older ones are refused
  WorkLease lease_;
  std::shared_ptr<std::atomic<double>> percent_;
  Background<ImportedImage> work_;
};

/// Spawns the tree of a worker and publishes it.
[[nodiscard]] caf::actor spawn_worker(caf::actor_system& system, WorkerOptions options);

}  // namespace ferry
