// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One connection of a client, as cpp-httplib reads it. The real gateway takes user data of 32 KiB
// in a query, while cpp-httplib refuses request lines of more than 8 KiB: so the query is kept here
// and what cpp-httplib reads has none.
#pragma once

#include <functional>
#include <httplib.h>
#include <string>

namespace ferry::emulator {

class Connection : public httplib::Stream {
 public:
  /// Closes the socket at its end.
  explicit Connection(int fd) : fd_(fd) {}
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Waits for the next request, as long as `goes_on`, and takes the query out of its first line.
  /// False: there is none, or it isn't HTTP.
  [[nodiscard]] bool next_request(const std::function<bool()>& goes_on);
  /// Of the current request, as it came.
  [[nodiscard]] const std::string& query() const { return query_; }
  /// The client gets nothing any more.
  void drop() const;

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return fd_; }

 private:
  int fd_;
  std::string ahead_;  // received, and not read yet from at_ on
  std::size_t at_ = 0;
  std::string query_;
};

}  // namespace ferry::emulator
