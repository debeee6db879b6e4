// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The service before a real controller in this process, and a client that signs as official ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"
#include "smc/service.hpp"
#include "tests/actors/scratch.hpp"
#include "transport/bridge.hpp"

namespace ferry::test {

using Words = std::vector<NameValue>;

struct Told {
  int status = 0;
  Json body = Json::object();

  [[nodiscard]] std::string code() const { return body.value("Code", std::string{}); }
  [[nodiscard]] std::string message() const { return body.value("Message", std::string{}); }
};

class Desk {
 public:
  Folder folder;
  LiveSystem live;
  ClusterConfig config;
  KeyPair keys = make_key_pair();
  std::unique_ptr<Bridge> bridge;
  caf::actor root;
  std::unique_ptr<SmcService> service;
  AccessKeyCreated full, reader;
  std::vector<std::string> sources;  // ids

  /// `servers`: source servers that are registered.
  explicit Desk(int servers = 1);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void start();
  void stop();
  /// What the agents do every two seconds.
  void heartbeats();

  template <class Answer, class Request>
  Result<Answer> ask(const std::string& path, const Request& request) {
    return test::ask<Answer>(*live, bridge->published(path), request);
  }

  /// Signed as ACS3, with all parameters in the query.
  [[nodiscard]] HttpRequest acs3(const std::string& action, Words parameters) const;
  /// Signed as RPC version 1, in the query or in a form.
  [[nodiscard]] HttpRequest rpc(const std::string& action, Words parameters,
                                const std::string& method = "GET") const;
  [[nodiscard]] Told send(const HttpRequest& request) const;
  [[nodiscard]] Told call(const std::string& action, Words parameters = {}) const {
    return send(acs3(action, std::move(parameters)));
  }
  /// The same with the read-only key.
  [[nodiscard]] Told call_as_reader(const std::string& action, Words parameters = {}) const;
  /// Of a call that must succeed.
  [[nodiscard]] Json must(const std::string& action, Words parameters = {}) const;

  /// A job for the first source server, or with these parameters.
  [[nodiscard]] std::string create_job(Words parameters = {}) const;
  [[nodiscard]] Json job(const std::string& id) const;
  [[nodiscard]] Json source(const std::string& id) const;

 private:
  void register_servers(int count);
};

/// A request to 127.0.0.1:7480.
[[nodiscard]] HttpRequest make_request(const std::string& method, Words query = {},
                                       Words headers = {}, std::string body = {});
/// Signs a request that was changed after it had been signed.
void sign_again(HttpRequest& request, const AccessKeyCreated& key);

/// Of two disks with partitions; 30 and 2 GiB.
Inventory two_disk_server();

}  // namespace ferry::test
