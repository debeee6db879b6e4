// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The console's API without a socket: a request as a server has read it goes in, an answer comes
// out. What comes in is hostile. Nothing is done before its request is known to be allowed, and no
// change before it stands in the audit log.
#pragma once

#include <memory>
#include <string>

#include "console/downloads.hpp"
#include "console/metrics.hpp"
#include "console/operations.hpp"
#include "console/watchers.hpp"
#include "http/server.hpp"

namespace ferry {

/// Any thread may call.
class ConsoleService {
 public:
  /// Borrows system, bridge and config, which must outlive it.
  ConsoleService(caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config,
                 DoormanOptions door, std::shared_ptr<AgentDownloads> downloads = nullptr)
      : controller_(system, bridge),
        config_(config),
        downloads_(std::move(downloads)),
        doorman_(controller_, door),
        watchers_(controller_),
        metrics_(controller_, bridge, config, watchers_) {}

  /// Blocks for as long as the controller takes, which limits::http_ask_time bounds for each
  /// question. `client`: its address. Throws nothing.
  [[nodiscard]] HttpAnswer answer(const HttpRequest& request, const std::string& client);

 private:
  struct Found {
    const ConsoleRoute* route = nullptr;
    std::vector<std::string> ids;
  };
  /// `route`: becomes the name of what was asked for, for counting.
  [[nodiscard]] HttpAnswer answer_checked(const HttpRequest& request, const std::string& client,
                                          std::string_view& route);
  [[nodiscard]] HttpAnswer answer_api(const HttpRequest& request, const std::string& client,
                                      std::string_view& route);
  [[nodiscard]] HttpAnswer metrics(const HttpRequest& request, const std::string& client);
  [[nodiscard]] HttpAnswer ready() const;
  [[nodiscard]] HttpAnswer watch(const HttpRequest& request, const ConsoleUser& user);
  [[nodiscard]] HttpAnswer log_in(const HttpRequest& request, const std::string& client);
  [[nodiscard]] HttpAnswer run(const HttpRequest& request, const Found& found,
                               const ConsoleUser& user, const std::string& client);

  ControllerLink controller_;
  const ClusterConfig& config_;
  std::shared_ptr<AgentDownloads> downloads_;  // null: there are none
  Doorman doorman_;
  Operations operations_{controller_, config_, doorman_};
  Watchers watchers_;
  ConsoleMetrics metrics_;
  RateLimit requests_{limits::client_requests_per_second, limits::client_requests_burst};
};

}  // namespace ferry
