// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/traced_actor.hpp"

namespace ferry {
namespace {

/// Any message, and what its sender worked for. CAF has a place for this in its own elements, which
/// packages of it are built without.
class TracedElement : public caf::mailbox_element {
 public:
  TracedElement(caf::mailbox_element& from, const trace::Context& context)
      : caf::mailbox_element(std::move(from.sender), from.mid, std::move(from.stages)),
        message_(from.move_content_to_message()),
        context_(context) {}

  caf::type_erased_tuple& content() override {
    if (!message_.vals()) return nothing_;
    return message_.vals().unshared();
  }
  const caf::type_erased_tuple& content() const override {
    if (!message_.cvals()) return nothing_;
    return *message_.cvals();
  }
  caf::message move_content_to_message() override { return std::move(message_); }
  caf::message copy_content_to_message() const override { return message_; }
  [[nodiscard]] const trace::Context& context() const { return context_; }

 private:
  caf::message message_;
  caf::empty_type_erased_tuple nothing_;
  trace::Context context_;
};

}  // namespace

TracedActor::TracedActor(caf::actor_config& config, bool works_for_one_job)
    : caf::event_based_actor(config), works_for_one_job_(works_for_one_job) {
  if (works_for_one_job_) own_ = trace::child(trace::current());
}

void TracedActor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) {
  if (trace::current()) {
    what = caf::mailbox_element_ptr{new TracedElement{*what, trace::current()}};
  }
  caf::event_based_actor::enqueue(std::move(what), unit);
}

caf::invoke_message_result TracedActor::consume(caf::mailbox_element& what) {
  const auto* traced = dynamic_cast<const TracedElement*>(&what);
  const auto came_with = traced != nullptr ? traced->context() : trace::Context{};
  if (works_for_one_job_ && !own_) own_ = trace::child(came_with);
  const trace::Scope scope{own_ ? own_ : came_with};
  return caf::event_based_actor::consume(what);
}

}  // namespace ferry
