// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/faults.hpp"

#include "base/clock.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t calls_max = 20'000;
constexpr std::size_t faults_max = 1000;

const Refusal throttled{400, "Throttling.User", "Request was denied due to user flow control."};
const Refusal sold_out{403, "OperationDenied.NoStock", "The resource is out of usage."};
const Refusal no_quota{400, "QuotaExceeded", "The quota of the resource is used up."};
const Refusal internal_error{
    500, "InternalError",
    "An error occurred while processing your request. Please try again. If the "
    "problem still exists, please submit a ticket."};
const Refusal unavailable{503, "ServiceUnavailable",
                          "The request has failed due to a temporary failure of the server."};

/// A quota's code is the one of its service: QuotaExceeded.Vpc, QuotaExceed.Image, ...
Refusal quota_of(const std::string& action) {
  if (action == "CreateVpc") return {400, "QuotaExceeded.Vpc", no_quota.message};
  if (action == "CreateImage") return {400, "QuotaExceed.Image", no_quota.message};
  if (action == "CreateSnapshot") return {400, "QuotaExceed.Snapshot", no_quota.message};
  if (action == "RunInstances") return {403, "QuotaExceed.ElasticQuota", no_quota.message};
  if (action == "ExportImage") return {403, "ConcurrentQuotaExceed.ExportImage", no_quota.message};
  if (action == "ImportImage") {
    return {400, "QuotaExceed", "The custom image quota has been used up."};
  }
  return no_quota;
}

}  // namespace

std::optional<Fault> fault_of(const Json& json) {
  if (!json.is_object() || text_of(json, "action").empty()) return std::nullopt;
  Fault fault{.action = text_of(json, "action")};
  const auto number = [&](const char* name, std::int64_t otherwise) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                             : otherwise;
  };
  fault.calls = number("calls", 1);
  fault.after = number("after", 0);
  fault.ms = number("ms", 0);
  fault.retry_after = number("retry_after", 0);
  const auto word = text_of(json, "kind");
  if (word == "crash-connection-before") {
    fault.kind = FaultKind::drop_before;
  } else if (word == "lose-reply") {
    fault.kind = FaultKind::lose_reply;
  } else if (word == "slow") {
    fault.kind = FaultKind::slow;
  } else if (word == "throttle") {
    fault.refusal = throttled;
  } else if (word == "no-stock") {
    fault.refusal = sold_out;
  } else if (word == "quota") {
    fault.refusal = quota_of(fault.action);
  } else if (word == "status") {
    fault.refusal = number("status", 503) == 500 ? internal_error : unavailable;
  } else if (word == "error") {
    fault.refusal = {static_cast<int>(number("status", 400)), text_of(json, "code"),
                     text_of(json, "message")};
  } else {
    return std::nullopt;
  }
  return fault;
}

void Faults::add(Fault fault) {
  const std::lock_guard lock{mutex_};
  if (faults_.size() < faults_max) faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::lock_guard lock{mutex_};
  faults_.clear();
}

std::optional<Fault> Faults::next(const std::string& action) {
  const std::lock_guard lock{mutex_};
  for (auto it = faults_.begin(); it != faults_.end(); ++it) {
    if (it->action != action && it->action != "*") continue;
    if (it->after > 0) {
      --it->after;
      continue;
    }
    const auto fault = *it;
    if (--it->calls <= 0) faults_.erase(it);
    return fault;
  }
  return std::nullopt;
}

void Faults::record(const std::string& action, const std::string& outcome) {
  const std::lock_guard lock{mutex_};
  calls_.push_back({wall_ms(), action, outcome});
  if (calls_.size() > calls_max) calls_.pop_front();
}

Json Faults::calls() const {
  const std::lock_guard lock{mutex_};
  Json list = Json::array();
  for (const auto& [at_ms, action, outcome] : calls_) {
    list.push_back({{"at_ms", at_ms}, {"action", action}, {"outcome", outcome}});
  }
  return list;
}

void Faults::forget_calls() {
  const std::lock_guard lock{mutex_};
  calls_.clear();
}

}  // namespace ferry::emulator
