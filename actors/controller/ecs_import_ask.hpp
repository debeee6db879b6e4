// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How an import asks others, for its two source files.
#pragma once

#include "actors/controller/ecs_import.hpp"
#include "messages/machine.hpp"

namespace ferry {

/// Between two looks at a list of instances, which takes seconds.
inline constexpr std::chrono::milliseconds look_pause{300};

/// Whether the same may go well a little later, without anybody doing anything.
[[nodiscard]] inline bool passes(const Error& error) {
  const auto retry = retry_class(error.code);
  return retry == Retry::transient || retry == Retry::throttled || error.code == Errc::canceled;
}

/// What all of it waits for; who gives no answer is asked again.
template <class Answer, class Request>
void EcsImport::ask(const caf::actor& who, const Request& request,
                    std::function<void(const Answer&)> then) {
  busy_ = true;
  self_->request(who, environment_.answer_time, request)
      .then(
          [this, then = std::move(then)](const Answer& answer) {
            busy_ = false;
            then(answer);
          },
          [this](caf::error& error) {
            busy_ = false;
            const auto why = from_caf(error);
            if (!passes(why)) return fail_waiting(why);
            again_in(environment_.poll);
          });
}

/// Of one instance, beside the others. An item that changed meanwhile takes no answer.
template <class Answer, class Request>
void EcsImport::ask_about(EcsImportItem& item, const caf::actor& who, const Request& request,
                          std::function<void(EcsImportItem&, const Answer&)> then) {
  steps_[item.instance].asking = true;
  const auto attempt = item.attempt;
  const auto state = item.state;
  const auto instance = item.instance;
  const auto answered = [this, instance, attempt, state]() -> EcsImportItem* {
    auto* now = find(instance);
    steps_[instance].asking = false;
    return now != nullptr && now->attempt == attempt && now->state == state ? now : nullptr;
  };
  self_->request(who, environment_.answer_time, request)
      .then(
          [answered, then = std::move(then)](const Answer& answer) {
            if (auto* now = answered()) then(*now, answer);
          },
          [this, answered](caf::error& error) {
            auto* now = answered();
            if (now == nullptr) return;
            const auto why = from_caf(error);
            steps_[now->instance].trouble = why.what;
            if (!passes(why)) fail_item(*now, why);
          });
}

}  // namespace ferry
