// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// GET /metrics: the cluster as Prometheus sees it (docs/observability.md). Everything is asked of
// the controller, which knows of the other nodes what their heartbeats and answers tell; they
// listen for nobody. How many series there are is bounded by limits, not by what users do.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "config/cluster_config.hpp"
#include "console/watchers.hpp"
#include "http/controller_link.hpp"

namespace ferry {

/// Any thread may call.
class ConsoleMetrics {
 public:
  /// Borrows all, which must outlive it.
  ConsoleMetrics(const ControllerLink& controller, const Bridge& bridge,
                 const ClusterConfig& config, Watchers& watchers)
      : controller_(controller), bridge_(bridge), config_(config), watchers_(watchers) {}

  /// Prometheus' text format, at most limits::metrics_fresh old. What can't be asked now is left
  /// out, and edgeferry_collector_success says so. Whoever asks meanwhile waits for the same page.
  [[nodiscard]] std::string text();

 private:
  [[nodiscard]] std::string make() const;

  const ControllerLink& controller_;
  const Bridge& bridge_;
  const ClusterConfig& config_;
  Watchers& watchers_;
  std::mutex mutex_;
  std::string text_;
  std::int64_t made_ms_ = 0;  // steady clock; 0: never
};

}  // namespace ferry
