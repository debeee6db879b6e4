// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can ask of a running controller. Each command returns the
// program's exit code.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "apps/list_filter.hpp"
#include "apps/output.hpp"
#include "apps/tag_words.hpp"
#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"
#include "messages/notification.hpp"
#include "transport/client.hpp"

namespace ferry {

/// The operator's link to the controller of one cluster file.
struct Operator {
  ClusterConfig config;
  bool json = false;
  Client client;

  /// Reads the operator's key, which `cluster up` made beside the controller's.
  [[nodiscard]] static Result<Operator> connect(ClusterConfig config, bool json);
};

/// Sends a request and prints the answer as JSON or by `print`.
template <Message Answer, Message Request, class Print>
int ask_and_print(Operator& op, const std::string& path, const Request& request, Print print) {
  auto answer = op.client.ask<Answer>(path, request);
  if (!answer) return print_error(answer.error(), op.json);
  if (op.json) return print_json(*answer);
  print(*answer);
  return exit_ok;
}

int activation_create(Operator& op, CreateActivation request, const TagWords& tags,
                      const std::string& code_file);
int activation_list(Operator& op);
int activation_disable(Operator& op, const std::string& id);
int activation_delete(Operator& op, const std::string& id);

int source_list(Operator& op, const ListFilter& filter);
int source_show(Operator& op, const std::string& id);
/// What `source check` is asked.
struct SourceCheck {
  std::string id;
  bool all = false;      // instead of one
  bool refresh = false;  // their agents look again first
};
/// The findings, by level: 0 if nothing is critical and every look that was asked for was taken.
int source_check(Operator& op, const SourceCheck& check);

int source_modify(Operator& op, const ModifySource& request);
int source_delete(Operator& op, const DeleteSource& request);

int workgroup_create(Operator& op, const CreateWorkgroup& request);
int workgroup_list(Operator& op);
int workgroup_show(Operator& op, const std::string& id);
int workgroup_modify(Operator& op, const ModifyWorkgroup& request);
int workgroup_add(Operator& op, const AddToWorkgroup& request);
int workgroup_remove(Operator& op, const RemoveFromWorkgroup& request);
int workgroup_delete(Operator& op, const std::string& id);

/// Writes the secret to the file instead of showing it, unless its name is empty.
int access_key_create(Operator& op, const CreateAccessKey& request, const std::string& secret_file);
int access_key_list(Operator& op);
int access_key_disable(Operator& op, const std::string& id);
int access_key_enable(Operator& op, const std::string& id);
int access_key_delete(Operator& op, const std::string& id);
/// What was done over the console's API, newest first.
int access_key_audit(Operator& op, const ListAudit& request);
/// Which tags there are on source servers and jobs, and on how many.
int tag_list(Operator& op);

int notification_add(Operator& op, const AddNotification& request);
int notification_list(Operator& op);
int notification_remove(Operator& op, const std::string& id);
/// 0 once the receiver has taken a test.
int notification_test(Operator& op, const std::string& id);

int node_list(Operator& op);
/// The actors of all processes, each under its supervisor.
int cluster_tree(Operator& op);
int cluster_events(Operator& op, const ListClusterEvents& request);
/// Needs no controller that runs, only its host.
int cluster_key(const ClusterConfig& config, bool json);
/// Copies the controller's database to a new file on the controller's host.
int cluster_backup(Operator& op, const std::string& file);

/// Needs no cluster that runs.
int bucket_list(const ClusterConfig& config, bool json);
/// Of this name; empty: of [bucket].
int bucket_check(const ClusterConfig& config, const std::string& name, bool json);

/// Of one job if `job` is not empty.
int resource_list(Operator& op, const ListResources& request, const std::string& job);
int resource_release(Operator& op, const std::string& token);
/// Ends the row of something that can't be released.
int resource_abandon(Operator& op, const std::string& token);

int job_create(Operator& op, const CreateJob& request);
/// Oldest first; of all statuses if it is empty.
[[nodiscard]] Result<JobList> all_jobs(
    Operator& op, const std::string& status,
    std::chrono::milliseconds patience = std::chrono::seconds{10},
    const std::stop_token& stop = {});
int job_list(Operator& op, const ListFilter& filter);
int job_show(Operator& op, const std::string& job);
int job_events(Operator& op, const ListEvents& request);
int job_certificate(Operator& op, const std::string& job, const std::string& file);
int job_boot_log(Operator& op, const std::string& job);
int job_start(Operator& op, const StartJob& request);
int job_pause(Operator& op, const PauseJob& request);
int job_cancel(Operator& op, const CancelJob& request);
int job_delete(Operator& op, const DeleteJob& request);
int job_cut_over(Operator& op, const CutOverJob& request);
/// Prints what came of a change.
int job_modified(Operator& op, const Result<JobView>& answer);

}  // namespace ferry
