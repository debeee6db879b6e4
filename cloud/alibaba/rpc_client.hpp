// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One of Alibaba Cloud's RPC services (ECS, VPC, ENS): calls are signed with ACS3, held back while
// the service throttles, and refusals keep the service's own code, by which callers decide.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "cloud/http/http_client.hpp"
#include "cloud/json_read.hpp"

namespace ferry {

struct RpcService {
  std::string name;     // "ENS", for people
  std::string host;     // "ens.aliyuncs.com", with its port if it has one
  std::string version;  // "2017-11-10"
  HttpEndpoint endpoint = {};
  /// Asked for each call, as temporary credentials change.
  std::function<Result<AccessKey>()> access_key;
};

struct RpcCall {
  std::string action;
  std::vector<NameValue> parameters = {};  // those that are empty are not sent
};

struct RpcError {
  Error error;
  /// Such as "InvalidImageId.NotFound"; empty if no service has answered, and then nobody knows
  /// whether the call has had its effect.
  std::string code = {};
};

template <class T>
using RpcResult = tl::expected<T, RpcError>;

/// Calls block. Any thread may call; one call goes out at a time.
class RpcClient {
 public:
  explicit RpcClient(RpcService service);

  /// Returns the JSON of an answer of status 200. A call that the service throttles, which has had
  /// no effect then, is sent again for `throttled_patience`. Errors: no_capacity (throttled for
  /// longer), unreachable (no connection, or HTTP 5xx), timeout, access_refused, not_found,
  /// service_refused (all else that the service says no to), malformed, tls_refused, canceled.
  [[nodiscard]] RpcResult<std::string> call(const RpcCall& call, const std::stop_token& stop = {});

  /// As above, read into a record whose fields have the API's names.
  template <Record T>
  [[nodiscard]] RpcResult<T> call_for(const RpcCall& call, const std::stop_token& stop = {}) {
    const auto json = this->call(call, stop);
    if (!json) return tl::unexpected{json.error()};
    auto answer = record_from_json<T>(*json, service_.name + ' ' + call.action);
    if (!answer) return tl::unexpected{RpcError{answer.error()}};
    return *answer;
  }

  /// Asks for page after page, from number 1. `take` is given each answer and returns how many
  /// entries it had. Error: also malformed, for a listing without an end.
  template <Record T, class Take>
  [[nodiscard]] Result<> each_page(const RpcCall& call, const Take& take,
                                   const std::stop_token& stop = {}) {
    for (std::size_t page = 1; page <= pages_max; ++page) {
      auto one = call;
      one.parameters.push_back({"PageNumber", std::to_string(page)});
      one.parameters.push_back({"PageSize", std::to_string(page_entries)});
      const auto answer = call_for<T>(one, stop);
      if (!answer) return fail(answer.error().error);
      if (take(*answer) < page_entries) return {};
    }
    return fail(Errc::malformed, service_.name + ' ' + call.action + " has no end");
  }

  [[nodiscard]] const RpcService& service() const { return service_; }

 private:
  static constexpr std::size_t page_entries = 50;  // the services' own bound
  static constexpr std::size_t pages_max = 200;

  [[nodiscard]] Result<HttpRequest> signed_request(const RpcCall& call) const;
  [[nodiscard]] RpcError refusal(const RpcCall& call, const HttpResponse& response) const;

  RpcService service_;
  std::mutex mutex_;
  HttpClient http_;
};

}  // namespace ferry
