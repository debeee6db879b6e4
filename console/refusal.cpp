// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/refusal.hpp"

#include "messages/error_view.hpp"

namespace ferry {
namespace {

constexpr std::int64_t retry_after_default_ms = 1000;

}  // namespace

HttpAnswer json_answer(int status, std::string json) {
  return {status,
          {{"Content-Type", "application/json"},
           {"Cache-Control", "no-store"},
           {"X-Content-Type-Options", "nosniff"},
           {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
           {"Referrer-Policy", "no-referrer"}},
          std::move(json)};
}

HttpAnswer refused(const Error& error, std::int64_t retry_after_ms) {
  auto answer = json_answer(http_status(error.code), to_json(error_view(error)));
  if (answer.status == 401) answer.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (answer.status != 429 && answer.status != 503) return answer;
  const auto wait_ms = retry_after_ms > 0 ? retry_after_ms : retry_after_default_ms;
  answer.headers.push_back({"Retry-After", std::to_string((wait_ms + 999) / 1000)});
  return answer;
}

HttpAnswer console_refusal(int status) {
  auto error = Error{Errc::malformed, "the request can't be read", {}};
  if (status == 413) error = {Errc::limit_exceeded, "the body of the request is too large", {}};
  if (status == 414) error = {Errc::limit_exceeded, "the address of the request is too long", {}};
  if (status == 431) error = {Errc::limit_exceeded, "the headers of the request are too large", {}};
  if (status == 404) error = {Errc::not_found, "the API has no such path", {}};
  auto answer = refused(error);
  answer.status = status;
  return answer;
}

int http_status(Errc code) {
  switch (code) {
    case Errc::not_logged_in: return 401;
    case Errc::forbidden:
    case Errc::cross_site: return 403;
    case Errc::not_found: return 404;
    case Errc::events_gone: return 410;
    case Errc::changed_meanwhile: return 412;
    case Errc::too_many_requests: return 429;
    case Errc::job_wrong_status:
    case Errc::job_wrong_business_status:
    case Errc::source_wrong_state:
    case Errc::source_not_ready:
    case Errc::source_offline:
    case Errc::source_unsupported:
    case Errc::layout_outdated:
    case Errc::instance_gone:
    case Errc::name_taken:
    case Errc::token_reused:
    case Errc::image_name_used:
    case Errc::config_conflict:
    case Errc::agent_archive_missing:
    case Errc::import_wrong_state:
    case Errc::in_another_workgroup:
    case Errc::workgroup_not_empty: return 409;
    case Errc::notification_refused: return 502;
    case Errc::timeout:
    case Errc::unreachable:
    case Errc::no_capacity: return 503;
    case Errc::storage_failed:
    case Errc::storage_damaged:
    case Errc::internal: return 500;
    default: return 400;
  }
}

}  // namespace ferry
