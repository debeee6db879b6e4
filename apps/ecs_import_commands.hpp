// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can ask about instances of ECS and their imports. Each command returns the
// program's exit code.
#pragma once

#include <string>

#include "apps/commands.hpp"
#include "messages/ecs_import.hpp"

namespace ferry {

int ecs_instances(Operator& op, const ListEcsInstances& request);
/// `wait`: until it has ended; then 0 if all are imported.
int ecs_import_create(Operator& op, const CreateEcsImport& request, bool wait);
/// All, or one with its instances.
int ecs_import_list(Operator& op, const std::string& id);
int ecs_import_cancel(Operator& op, const std::string& id);
int ecs_import_retry(Operator& op, const RetryEcsImport& request);

}  // namespace ferry
