// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/operator_changes.hpp"

#include <algorithm>
#include <array>

#include "messages/catalogue.hpp"
#include "messages/diagnostics.hpp"
#include "messages/ecs_import.hpp"
#include "messages/notification.hpp"

namespace ferry {
namespace {

struct Change {
  std::string_view type;
  std::string_view action;
  std::string (*subject)(const caf::message&);
};

template <class Message, std::string Message::*member>
constexpr Change change(std::string_view action) {
  return {Message::wire_name, action,
          [](const caf::message& message) { return message.get_as<Message>(0).*member; }};
}

std::string of_new_job(const caf::message& message) {
  const auto& settings = message.get_as<CreateJob>(0).settings;
  return settings.name + " of " + settings.source;
}

std::string of_new_key(const caf::message& message) {
  const auto& wish = message.get_as<CreateAccessKey>(0);
  return wish.role + " " + wish.name;
}

std::string of_new_notification(const caf::message& message) {
  const auto& wish = message.get_as<AddNotification>(0);
  return wish.kind + " " + wish.name;  // targets may hold tokens
}

constexpr std::array changes{
    Change{CreateJob::wire_name, "createJob", of_new_job},
    change<StartJob, &StartJob::job>("startJob"),
    change<PauseJob, &PauseJob::job>("pauseJob"),
    change<CancelJob, &CancelJob::job>("cancelJob"),
    change<DeleteJob, &DeleteJob::job>("deleteJob"),
    change<CutOverJob, &CutOverJob::job>("cutOverJob"),
    change<ModifyJob, &ModifyJob::job>("modifyJob"),
    change<RefreshSource, &RefreshSource::source>("refreshSource"),
    change<ModifySource, &ModifySource::source>("modifySource"),
    change<DeleteSource, &DeleteSource::source>("deleteSource"),
    change<CreateActivation, &CreateActivation::name>("createActivation"),
    change<DisableActivation, &DisableActivation::id>("disableActivation"),
    change<DeleteActivation, &DeleteActivation::id>("deleteActivation"),
    Change{CreateAccessKey::wire_name, "createAccessKey", of_new_key},
    change<DisableAccessKey, &DisableAccessKey::id>("disableAccessKey"),
    change<EnableAccessKey, &EnableAccessKey::id>("enableAccessKey"),
    change<DeleteAccessKey, &DeleteAccessKey::id>("deleteAccessKey"),
    change<CreateWorkgroup, &CreateWorkgroup::name>("createWorkgroup"),
    change<ModifyWorkgroup, &ModifyWorkgroup::workgroup>("modifyWorkgroup"),
    change<AddToWorkgroup, &AddToWorkgroup::workgroup>("addToWorkgroup"),
    change<RemoveFromWorkgroup, &RemoveFromWorkgroup::workgroup>("removeFromWorkgroup"),
    change<DeleteWorkgroup, &DeleteWorkgroup::workgroup>("deleteWorkgroup"),
    change<ReleaseResource, &ReleaseResource::token>("releaseResource"),
    change<AbandonResource, &AbandonResource::token>("abandonResource"),
    Change{AddNotification::wire_name, "addNotification", of_new_notification},
    change<TestNotification, &TestNotification::id>("testNotification"),
    change<RemoveNotification, &RemoveNotification::id>("removeNotification"),
    change<CreateEcsImport, &CreateEcsImport::region>("createEcsImport"),
    change<CancelEcsImport, &CancelEcsImport::id>("cancelEcsImport"),
    change<RetryEcsImport, &RetryEcsImport::id>("retryEcsImport"),
    change<MakeDiagnostics, &MakeDiagnostics::job>("makeDiagnostics"),
    change<BackUpDatabase, &BackUpDatabase::file>("backUpDatabase"),
};

}  // namespace

std::vector<std::string_view> operator_changes() {
  std::vector<std::string_view> types;
  for (const auto& one : changes) types.push_back(one.type);
  return types;
}

ToldChange tell_change(std::string_view type, const caf::message& message) {
  const auto found = std::ranges::find(changes, type, &Change::type);
  if (found == changes.end()) return {std::string{type}, {}};
  ToldChange told{std::string{found->action}, found->subject(message)};
  if (type == StartJob::wire_name) {
    const auto& wanted = message.get_as<StartJob>(0).wanted;
    if (wanted == "resume" || wanted == "retry") told.action = wanted + "Job";
  }
  return told;
}

}  // namespace ferry
