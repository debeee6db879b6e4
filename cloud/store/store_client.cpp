// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_client.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/signing/store_signature.hpp"
#include "cloud/store/store_refusal.hpp"
#include "cloud/store/store_xml.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr int attempts_max = 4;
constexpr auto store_first_pause = 250ms;  // doubled with each attempt
constexpr std::size_t store_words_max = 300;
constexpr auto no_answer =
    "check endpoint and proxy of the bucket in the cluster file, and the way to the service";
constexpr std::size_t told_refusal_bytes_max = 64 * limits::kib;

/// A part of a gigabyte over a thin line takes its time; a line that is dead does not get it.
constexpr HttpLimits store_limits{.timeout = 2h, .stall_timeout = 60s};

bool may_pass(Errc code) {
  return code == Errc::unreachable || code == Errc::timeout || code == Errc::no_capacity ||
         code == Errc::transfer_corrupt;
}

std::string without_dot(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

bool is_for_people(Errc code) {
  return code == Errc::access_refused || code == Errc::bucket_unavailable;
}

/// "Fri, 27 Nov 2026 09:07:26 GMT", in no other language.
std::string http_date(std::time_t seconds) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                months.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text.data();
}

}  // namespace

StoreClient::StoreClient(StoreSettings settings)
    : settings_(std::move(settings)), http_(settings_.endpoint) {}

std::string StoreClient::own_header(std::string_view name) const {
  const auto& dialect = settings_.kind == StoreKind::oss ? oss_v4() : s3_v4();
  return std::string{dialect.header_prefix} + std::string{name};
}

HttpRequest StoreClient::signed_request(const StoreCall& call, const AccessKey& key) const {
  HttpRequest request;
  request.method = call.method;
  request.host = settings_.path_style ? settings_.host : settings_.bucket + '.' + settings_.host;
  request.path = settings_.path_style ? '/' + settings_.bucket + '/' + call.key : '/' + call.key;
  request.query = call.query;
  request.headers = call.headers;
  request.body = call.body;
  const auto now = wall_ms() / 1000;
  const StoreTarget target{settings_.bucket, call.key};
  if (settings_.kind == StoreKind::oss && settings_.oss_v1) {
    request.headers.push_back({"date", http_date(now)});
    sign_oss_v1(request, target, key);
  } else {
    const auto& dialect = settings_.kind == StoreKind::oss ? oss_v4() : s3_v4();
    sign_v4(dialect, request, target, settings_.region, key, now);
  }
  return request;
}

Error StoreClient::refusal(const StoreCall& call, const HttpResponse& response) const {
  const auto words = store_error(response.body);
  auto what = call.method + " of " + (call.key.empty() ? "the bucket" : call.key) + " in " +
              settings_.bucket + " at " + settings_.host + ": HTTP " +
              std::to_string(response.status);
  if (!words.code.empty()) what += ", " + printable(words.code);
  // The stores end them with a dot, and ours never do.
  if (!words.message.empty()) what += ": " + printable(without_dot(words.message));
  if (what.size() > store_words_max) what.resize(store_words_max);
  return store_refusal(response.status, words, std::move(what));
}

Result<HttpResponse> StoreClient::exchange(const StoreCall& call) const {
  auto limits = store_limits;
  limits.body_bytes_max = call.answer_bytes_max;
  const auto key = settings_.key();
  if (!key) return fail(key.error());
  auto response = http_.send(signed_request(call, *key), limits, settings_.stop);
  if (response && response->status / 100 == 2) return response;
  if (response) return fail(refusal(call, *response));
  auto& error = response.error();
  // No store of this kind is there, or not of this region: for people to correct.
  if (error.code == Errc::malformed) error.code = Errc::bucket_unavailable;
  if (error.code == Errc::unreachable || error.code == Errc::timeout) error.fix = no_answer;
  return response;
}

Result<HttpResponse> StoreClient::call(const StoreCall& call) const {
  auto pause = std::chrono::milliseconds{store_first_pause};
  for (int attempt = 1;; ++attempt) {
    Result<HttpResponse> response = fail(Errc::internal, "no attempt");
    {
      const std::lock_guard lock{mutex_};
      response = exchange(call);
      // The answer to a HEAD has no words: who may not even look is told why by another question.
      if (!response && call.method == "HEAD" && is_for_people(response.error().code)) {
        auto why = exchange({.key = call.key, .answer_bytes_max = told_refusal_bytes_max});
        if (!why && is_for_people(why.error().code)) response = std::move(why);
      }
    }
    if (response || !may_pass(response.error().code) || attempt == attempts_max) return response;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

}  // namespace ferry
