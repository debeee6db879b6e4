// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One blocking request at a time to a listening node, for code that isn't an
// actor: the command line, the registration of an agent, and the copying threads.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "messages/envelope.hpp"
#include "transport/keys.hpp"

namespace ferry {

struct ClientOptions {
  std::string endpoint;    // "tcp://host:port"
  std::string server_key;  // Z85
  KeyPair keys;
  /// All requests are idempotent, so one that may be lost with its connection is asked
  /// again over the next one.
  bool repeat = false;
};

/// Not thread-safe. Reconnects by itself.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;

  /// Sends `request` to the actor at `path` and waits for its answer. A Failure
  /// from there comes back as its Error; silence is unreachable, and the text says
  /// whether nobody listens or the keys don't fit.
  template <Message Answer, Message Request>
  [[nodiscard]] Result<Answer> ask(const std::string& path, const Request& request,
                                   std::chrono::milliseconds timeout = std::chrono::seconds{10},
                                   const std::stop_token& stop = {}) {
    Answer answer;
    auto done =
        exchange(path, Request::wire_name, &request, Answer::wire_name, &answer, timeout, stop);
    if (!done) return fail(done.error());
    return answer;
  }

 private:
  Result<> exchange(const std::string& path, std::string_view type, const void* request,
                    std::string_view answer_type, void* answer, std::chrono::milliseconds timeout,
                    const std::stop_token& stop);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ferry
