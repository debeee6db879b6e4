// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real mail server beside the test (mail_server.py), which ends with it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/file.hpp"
#include "config/cluster_config.hpp"

namespace ferry::test {

/// False where Python's aiosmtpd is absent; says so.
bool has_mail_server();

class TestMailServer {
 public:
  /// `tls`: as in [mail]; the certificate is one for "localhost".
  explicit TestMailServer(const std::string& tls, const std::string& password = {});
  ~TestMailServer();
  TestMailServer(const TestMailServer&) = delete;
  TestMailServer& operator=(const TestMailServer&) = delete;

  /// As a cluster file that is right would have it.
  [[nodiscard]] MailConfig config() const;
  /// What it keeps of the mail of this number, from 1: "eml", "subject", ...; empty: it has none.
  [[nodiscard]] std::string kept(int number, const std::string& what) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string tls_;
  std::string password_;
  pid_t pid_ = -1;
  Fd input_;  // while it is open, the server runs
  std::uint16_t port_ = 0;
};

}  // namespace ferry::test
