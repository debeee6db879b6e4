// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// HTTP on a port of 127.0.0.1.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "tests/cloud_emulator/answer.hpp"

namespace ferry::emulator {

class Listener {
 public:
  /// Called from several threads at once. Nothing: the connection is closed without an answer.
  using Handler = std::function<std::optional<Answer>(const HttpRequest&)>;
  /// Port 0 is any free one. Throws std::runtime_error if it can't listen.
  Listener(int port, Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int port() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace ferry::emulator
