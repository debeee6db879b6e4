// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The service behind a socket: HTTP, or HTTPS with a certificate, in the controller's process.
#pragma once

#include <memory>
#include <string>

#include "smc/service.hpp"

namespace ferry {

/// Answers on threads of its own, at most limits::smc_threads at once, until it is destroyed; what
/// is being answered then is finished first.
class SmcServer {
 public:
  /// Listens when it returns. Errors: address_in_use, and key_unreadable for a certificate or key
  /// that can't be used.
  [[nodiscard]] static Result<std::unique_ptr<SmcServer>> start(
      const SmcConfig& config, std::unique_ptr<SmcService> service);
  ~SmcServer();
  SmcServer(const SmcServer&) = delete;
  SmcServer& operator=(const SmcServer&) = delete;

  /// "127.0.0.1:7480"
  [[nodiscard]] const std::string& address() const;

 private:
  struct Running;
  explicit SmcServer(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace ferry
