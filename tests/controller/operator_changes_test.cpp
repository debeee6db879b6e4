// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/operator_changes.hpp"

#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "messages/catalogue.hpp"
#include "messages/notification.hpp"

using namespace ferry;

namespace {

/// Conversations that an operator takes part in.
constexpr std::array<std::string_view, 10> conversations{
    "accesskey.", "activation.",   "controller.", "diagnostics.", "ecs_import.",
    "job.",       "notification.", "resource.",   "source.",      "workgroup."};

/// What there is in them besides changes: looks, answers, and what other nodes say.
constexpr std::array<std::string_view, 40> no_changes{"accesskey.created",
                                                      "accesskey.list",
                                                      "accesskey.list_answer",
                                                      "activation.created",
                                                      "activation.list",
                                                      "activation.list_answer",
                                                      "controller.backed_up",
                                                      "diagnostics.get_part",
                                                      "diagnostics.made",
                                                      "diagnostics.part",
                                                      "ecs_import.list",
                                                      "ecs_import.list_answer",
                                                      "ecs_import.view",
                                                      "job.boot_log",
                                                      "job.certificate",
                                                      "job.event_list",
                                                      "job.get",
                                                      "job.get_boot_log",
                                                      "job.get_certificate",
                                                      "job.list",
                                                      "job.list_answer",
                                                      "job.list_events",
                                                      "job.view",
                                                      "notification.added",
                                                      "notification.list",
                                                      "notification.list_answer",
                                                      "resource.get_inventory",
                                                      "resource.list",
                                                      "resource.list_answer",
                                                      "resource.node_inventory",
                                                      "resource.remove_found",
                                                      "source.list",
                                                      "source.list_answer",
                                                      "source.look_again",
                                                      "source.register",
                                                      "source.registered",
                                                      "source.report_inventory",
                                                      "workgroup.list",
                                                      "workgroup.list_answer",
                                                      "workgroup.view"};

bool lists(const auto& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

}  // namespace

TEST_CASE("every message by which an operator changes something is one that the audit log tells") {
  const auto changes = operator_changes();
  for (const auto name : wire_names()) {
    const bool of_operators = std::ranges::any_of(
        conversations, [&](std::string_view start) { return name.starts_with(start); });
    if (!of_operators || lists(no_changes, name)) continue;
    CHECK_MESSAGE(lists(changes, name), name, " is in no list: operator_changes.cpp, or here");
  }
  for (const auto name : changes) CHECK_MESSAGE(lists(wire_names(), name), name);
}

TEST_CASE("a change is told by its action and what it is about, and no secret is") {
  ModifyJob change;
  change.job = "j-1";
  const auto told = tell_change(ModifyJob::wire_name, caf::make_message(change));
  CHECK(told.action == "modifyJob");
  CHECK(told.subject == "j-1");
  CHECK(tell_change(StartJob::wire_name, caf::make_message(StartJob{"j-1", "retry", 0})).action ==
        "retryJob");
  AddNotification wish;
  wish.kind = "webhook";
  wish.name = "desk";
  wish.target = "https://hooks.example.org/T0KEN";
  wish.secret = "whsec_c2VjcmV0";
  const auto added = tell_change(AddNotification::wire_name, caf::make_message(wish));
  CHECK(added.subject == "webhook desk");
}
