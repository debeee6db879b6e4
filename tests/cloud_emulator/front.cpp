// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/front.hpp"

#include <chrono>
#include <thread>

#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
Front::Front(World& world, ObjectStore& store, Faults& faults, std::vector<AccessKey> keys,
             int port)
    : world_(world),
      store_(store),
      faults_(faults),
      keys_(std::move(keys)),
      metadata_(world, keys_),
      gateway_(keys_),
      oss_(store, keys_, regions().front()),
      listener_(port, [this](const HttpRequest& request) { return answer(request); }) {}

std::optional<Answer> Front::answer(const HttpRequest& request) {
  if (MetadataService::is_asked(request)) {
    return with_faults(MetadataService::operation_of(request), [&](const Refusal* why) {
      return why != nullptr ? MetadataService::refusal(*why) : metadata_.answer(request);
    });
  }
  if (!is_rpc(request)) {
    const auto read = oss_.read(request);
    return with_faults(OssService::operation_of(read), [&](const Refusal* why) {
      return why != nullptr ? OssService::refusal(read, *why) : oss_.answer(read);
    });
  }
  const auto call = read_call(request);
  return with_faults(call.action, [&](const Refusal* why) {
    if (why != nullptr) return rpc_answer(call, refuse(*why));
    if (const auto admitted = gateway_.verify(request); !admitted) {
      return rpc_answer(call, refuse(admitted.error()));
    }
    return rpc_answer(call, perform(world_, store_, call));
  });
}

std::optional<Answer> Front::with_faults(const std::string& action,
                                         const std::function<Answer(const Refusal*)>& act) {
  const auto fault = faults_.next(action);
  if (fault && fault->kind == FaultKind::drop_before) {
    if (fault->strikes) fault->strikes();
    faults_.record(action, "dropped");
    return std::nullopt;
  }
  if (fault && fault->kind == FaultKind::slow) {
    std::this_thread::sleep_for(std::chrono::milliseconds{fault->ms});
  }
  const bool is_refused = fault && fault->kind == FaultKind::refuse;
  auto answer = act(is_refused ? &fault->refusal : nullptr);
  if (is_refused && fault->retry_after > 0) {
    answer.headers.push_back({"x-acs-retry-after", std::to_string(fault->retry_after)});
  }
  if (fault && fault->kind == FaultKind::lose_reply) {
    if (fault->strikes) fault->strikes();
    faults_.record(action, "lost");
    return std::nullopt;
  }
  faults_.record(action, answer.refused.empty() ? "ok" : answer.refused);
  return answer;
}

}  // namespace ferry::emulator
