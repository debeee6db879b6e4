// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_client.hpp"

#include <chrono>
#include <thread>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/signing/store_signature.hpp"
#include "cloud/store/store_xml.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr int attempts_max = 4;
constexpr auto first_pause = 250ms;  // doubled with each attempt
constexpr std::size_t words_max = 300;

/// A part of a gigabyte over a thin line takes its time; a line that is dead does not get it.
constexpr HttpLimits store_limits{.timeout = 2h, .stall_timeout = 60s};

bool may_pass(Errc code) {
  return code == Errc::unreachable || code == Errc::timeout || code == Errc::no_capacity;
}

}  // namespace

StoreClient::StoreClient(StoreSettings settings)
    : settings_(std::move(settings)), http_(settings_.endpoint) {}

std::string StoreClient::own_header(std::string_view name) const {
  const auto& dialect = settings_.kind == StoreKind::oss ? oss_v4() : s3_v4();
  return std::string{dialect.header_prefix} + std::string{name};
}

HttpRequest StoreClient::signed_request(const StoreCall& call) const {
  HttpRequest request;
  request.method = call.method;
  request.host = settings_.path_style ? settings_.host : settings_.bucket + '.' + settings_.host;
  request.path = settings_.path_style ? '/' + settings_.bucket + '/' + call.key : '/' + call.key;
  request.query = call.query;
  request.headers = call.headers;
  request.body = call.body;
  const auto& dialect = settings_.kind == StoreKind::oss ? oss_v4() : s3_v4();
  sign_v4(dialect, request, {settings_.bucket, call.key}, settings_.region, settings_.key,
          wall_ms() / 1000);
  return request;
}

Error StoreClient::refusal(const StoreCall& call, const HttpResponse& response) const {
  const auto words = store_error(response.body);
  auto what = call.method + " of " + (call.key.empty() ? "the bucket" : call.key) + " in " +
              settings_.bucket + " at " + settings_.host + ": HTTP " +
              std::to_string(response.status);
  if (!words.code.empty()) what += ", " + printable(words.code + ": " + words.message);
  if (what.size() > words_max) what.resize(words_max);
  switch (response.status) {
    case 404:
      if (words.code == "NoSuchBucket") {
        return {Errc::bucket_unavailable, what,
                "make the bucket, or correct its name and region in the cluster file"};
      }
      return {Errc::object_missing, what, {}};
    case 401:
    case 403: return {Errc::access_refused, what, {}};
    case 429:
    case 503: return {Errc::no_capacity, what, {}};
    default: break;
  }
  if (response.status >= 500) return {Errc::unreachable, what, {}};
  return {Errc::bucket_unavailable, what, {}};
}

Result<HttpResponse> StoreClient::call(const StoreCall& call) const {
  auto limits = store_limits;
  limits.body_bytes_max = call.answer_bytes_max;
  auto pause = std::chrono::milliseconds{first_pause};
  for (int attempt = 1;; ++attempt) {
    Error error;
    {
      const std::lock_guard lock{mutex_};
      auto response = http_.send(signed_request(call), limits);
      if (response && response->status / 100 == 2) return response;
      error = response ? refusal(call, *response) : response.error();
    }
    if (!may_pass(error.code) || attempt == attempts_max) return fail(std::move(error));
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

}  // namespace ferry
