// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of the catalogue that few files need: how servers come to be source servers.
#pragma once

#include "messages/agent_download.hpp"
#include "messages/catalogue.hpp"
#include "messages/ecs_import.hpp"

namespace ferry {

/// Downloads of the agent, and imports of instances of ECS.
using ImportMessages = MessageList<
    // operator -> controller: the command that people run on a server
    GetInstallCommand, InstallCommand,
    // operator -> controller: instances of ECS
    ListEcsInstances, EcsInstanceList, CreateEcsImport, EcsImportView, ListEcsImports,
    EcsImportList, CancelEcsImport, RetryEcsImport,
    // controller -> worker
    FindInstances, InstancesFound, EnsureCommand, StopCommand, CommandStatus>;

struct CatalogueEntry;
[[nodiscard]] std::vector<CatalogueEntry> import_entries();

}  // namespace ferry
