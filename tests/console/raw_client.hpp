// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A socket that says what it is told, and reads what comes, as an event stream if it is one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace ferry::test {

struct StreamEvent {
  std::string id;
  std::string name;
  std::string data;
};

class RawClient {
 public:
  /// "127.0.0.1:7444". `buffer_bytes`: that its socket keeps unread; 0: as usual.
  explicit RawClient(const std::string& address, int buffer_bytes = 0);

  void write(const std::string& text);
  /// The next event; nothing if none comes in time, or the stream has ended.
  [[nodiscard]] std::optional<StreamEvent> next(int seconds = 10);
  /// Events until one of this name, which is the last of them.
  [[nodiscard]] std::vector<StreamEvent> until(const std::string& name, int seconds = 10);
  [[nodiscard]] const std::string& head() const { return head_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// All that comes when everything is read at last, until the end.
  [[nodiscard]] std::string drain();

 private:
  bool read_more(int milliseconds);
  void take_chunks();

  Fd socket_;
  std::string head_;
  std::string raw_;   // not taken apart yet
  std::string text_;  // of the body
  bool ended_ = false;
};

}  // namespace ferry::test
