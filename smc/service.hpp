// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The SMC-compatible service without HTTP: a request as a server has read it goes in, status,
// headers and body come out. What comes in is hostile, and every answer, a refusal as well, has
// the form that official clients read.
#pragma once

#include <string>
#include <vector>

#include "config/cluster_config.hpp"
#include "http/server.hpp"
#include "smc/actions.hpp"

namespace ferry {

/// Any thread may call.
class SmcService {
 public:
  /// Borrows all, which must outlive it.
  SmcService(caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config)
      : controller_(system, bridge), config_(config) {}

  /// Blocks for as long as the controller takes, which limits::http_ask_time bounds for each
  /// question. Throws nothing. `client`: the address that it comes from.
  [[nodiscard]] HttpAnswer answer(const HttpRequest& request, const std::string& client = {}) const;

 private:
  struct Told {
    std::string action;
    Json members;  // of the answer
  };
  /// `route`: becomes the name of the action, for counting.
  [[nodiscard]] ApiResult<Told> run(const HttpRequest& request, const std::string& client,
                                    const Parameters& parameters, const std::string& request_id,
                                    std::string_view& route) const;
  [[nodiscard]] HttpAnswer answer_checked(const HttpRequest& request, const std::string& client,
                                          std::string_view& route) const;

  ControllerLink controller_;
  const ClusterConfig& config_;
};

/// An answer for what never became a request, such as one that is too large.
[[nodiscard]] HttpAnswer refusal(const ApiError& error, const std::string& host);

}  // namespace ferry
