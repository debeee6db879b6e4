// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Programs that run beside a test and end with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ferry::cluster_test {

class Background {
 public:
  /// Starts the program with its outputs in `output` and `output`.err.
  Background(const std::vector<std::string>& argv, std::filesystem::path output);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string errors() const;
  /// Waits for the end; returns the exit code, 128 + N after signal N, -1 after 20 s.
  int wait();
  [[nodiscard]] bool running();

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::filesystem::path output_;
};

/// What an nbdkit command serves, as a file that can be opened like a raw image.
class FuseDisk {
 public:
  FuseDisk(const std::filesystem::path& folder, const std::vector<std::string>& nbdkit);
  ~FuseDisk();

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "nbd"; }

 private:
  std::filesystem::path folder_;
  Background server_;
};

}  // namespace ferry::cluster_test
