// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Start here: every message that may cross a process boundary. A message that
// isn't listed can't be sent to another node, and a name that isn't listed can't
// be received.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/access_key.hpp"
#include "messages/actor_message.hpp"
#include "messages/audit.hpp"
#include "messages/boot_log.hpp"
#include "messages/certificate.hpp"
#include "messages/envelope.hpp"
#include "messages/image.hpp"
#include "messages/job.hpp"
#include "messages/layout.hpp"
#include "messages/link.hpp"
#include "messages/machine.hpp"
#include "messages/resource.hpp"
#include "messages/source.hpp"
#include "messages/transfer.hpp"
#include "messages/transition.hpp"
#include "messages/tree.hpp"
#include "messages/workgroup.hpp"

namespace ferry {

template <Message... Ts>
struct MessageList {};

/// The cluster: who is there, what runs, and which source servers belong to it.
using ClusterMessages = MessageList<
    // every node -> controller: I am here
    Hello, Welcome, Failure, Done, ListNodes, NodeList,
    // operator -> controller -> every node: what runs where, and what happened
    GetTree, NodeTree, GetClusterTree, ClusterTree, ListClusterEvents, ClusterEventList,
    // operator -> controller: a copy of its database
    BackUpDatabase, DatabaseBackedUp,
    // operator -> controller -> provider's node: temporary resources
    ListResources, ResourceList, ReleaseResource, AbandonResource, GetInventory, NodeInventory,
    RemoveFound,
    // operator -> controller: activation codes
    CreateActivation, ActivationCreated, ListActivations, ActivationList, DisableActivation,
    DeleteActivation,
    // operator -> controller: access keys of its HTTP interfaces, and what was done with them
    CreateAccessKey, AccessKeyCreated, ListAccessKeys, AccessKeyList, DisableAccessKey,
    EnableAccessKey, DeleteAccessKey, ListAudit, AuditList,
    // agent -> controller: a source server
    RegisterSource, SourceRegistered, ReportInventory, ListSources, SourceList,
    // operator -> controller: what users call it, and its end
    ModifySource, DeleteSource,
    // operator -> controller: source servers that are migrated together
    CreateWorkgroup, WorkgroupView, ListWorkgroups, WorkgroupList, ModifyWorkgroup, AddToWorkgroup,
    RemoveFromWorkgroup, DeleteWorkgroup,
    // operator -> controller: what the disks of an image would be like
    PlanLayout, LayoutPlan,
    // operator -> controller -> agent: look at it again
    RefreshSource, LookAgain>;

/// Migration jobs: what operators ask, and the work that follows from it.
using JobMessages = MessageList<
    // operator -> controller: migration jobs
    CreateJob, StartJob, PauseJob, CancelJob, DeleteJob, CutOverJob, ModifyJob, GetJob, JobView,
    ListJobs, JobList, ListEvents, EventList, GetCertificate, CertificateFile, GetBootLog, BootLog,
    // controller -> transition node
    EnsureInstance, InstanceStatus, ReleaseInstance, InstanceReleased,
    // controller -> agent
    SyncDisks, StopSync, SyncStatus,
    // agent -> transition node
    OpenTransfer, TransferOpened, GetDigests, DigestPage, VerifyDisk, VerifyStatus, SealDisk,
    SealStatus,
    // controller -> worker: machines; machine -> controller: its nodes
    EnsureMachine, ReleaseMachine, MachineStatus, JoinMachine, MachineJoined,
    // controller -> worker
    ExportImage, ExportStatus, DiscardExport, ImportImage, ImportStatus, DiscardImport,
    StoreCertificate>;

/// A message as it goes on the wire. `type` is empty if it isn't in the catalogue.
struct EncodedMessage {
  std::string_view type;
  std::string body;
};

[[nodiscard]] EncodedMessage encode(const caf::type_erased_tuple& message);
/// Unknown names and bodies that break a limit or don't fit are malformed.
[[nodiscard]] Result<caf::message> decode(std::string_view type, std::string_view body);

/// The same for a record in memory, by its wire name. Code that uses these instead of
/// the templates behind them compiles in a fraction of the time.
[[nodiscard]] std::string encode_record(std::string_view type, const void* record);
[[nodiscard]] Result<> decode_record(std::string_view type, std::string_view body, void* record);

/// All wire names, in catalogue order.
[[nodiscard]] std::vector<std::string_view> wire_names();
/// The field names of a message, for the reference page; "" if unknown.
[[nodiscard]] std::string_view wire_fields(std::string_view type);

}  // namespace ferry
