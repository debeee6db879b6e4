// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A small object store within the test, OSS or S3, that verifies each signature (version 4, and
// version 1 of OSS) and keeps what it is given in memory. It stands in for the real services, which
// no test can reach.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "cloud/store/store_client.hpp"
#include "tests/cloud/loopback_server.hpp"

namespace ferry::test {

class StoreService {
 public:
  explicit StoreService(StoreKind kind);
  ~StoreService() { open_gate(); }
  StoreService(const StoreService&) = delete;
  StoreService& operator=(const StoreService&) = delete;

  /// What a client of it is made with.
  [[nodiscard]] StoreSettings settings() const;

  struct Object {
    std::string bytes;
    std::string etag;
    std::string sha256;
  };
  struct Upload {
    std::string key;
    std::string sha256;
    std::map<std::uint32_t, std::string> parts;
  };
  // Held by whoever looks at what follows.
  std::mutex mutex;
  std::map<std::string, Object> objects;
  std::map<std::string, Upload> uploads;
  std::size_t page_entries = 1000;            // of listings
  int busy = 0;                               // so many requests are refused with 503
  int lost_answers = 0;                       // so many requests are done and answered with 500
  std::string flipped_key;                    // completed with a flipped bit
  std::string refused_method;                 // answered with 403 AccessDenied
  AccessKey owner{"test-id", "test-secret"};  // whose signatures are good
  std::size_t bytes_received = 0;
  /// How often each part of each upload was put.
  std::map<std::pair<std::string, std::uint32_t>, int> puts;

  /// Once so many parts are there, whoever brings another one waits until the gate opens.
  void close_gate(std::size_t parts);
  void open_gate();
  /// Whether somebody waits there.
  [[nodiscard]] bool waits_at_gate();

 private:
  HttpResponse answer(const HttpRequest& request);
  HttpResponse act(const HttpRequest& request, const std::string& key);
  HttpResponse put(const HttpRequest& request, const std::string& key);
  HttpResponse post(const HttpRequest& request, const std::string& key);
  HttpResponse get(const HttpRequest& request, const std::string& key);
  HttpResponse list(const HttpRequest& request);
  [[nodiscard]] bool is_signed_well(const HttpRequest& request, const std::string& key) const;

  void pass_gate(const HttpRequest& request);

  StoreKind kind_;
  std::condition_variable opened_;
  std::size_t gate_ = SIZE_MAX;
  std::size_t waiting_ = 0;
  std::uint64_t next_upload_ = 1;
  LoopbackServer server_;
};

}  // namespace ferry::test
