// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/ecs_import_options.hpp"

#include <CLI/CLI.hpp>

#include "apps/ecs_import_commands.hpp"

namespace ferry {
namespace {

int import_chosen(Operator& op, const EcsImportWords& words) {
  auto change = tag_change(words.tags);
  if (!change) return print_error(change.error(), op.json);
  auto request = words.wish;
  request.tags = std::move(change->put);
  return ecs_import_create(op, request, words.wait);
}

}  // namespace

void add_ecs_import_commands(CLI::App* source, EcsImportWords& words,
                             const DeclareCommand& command) {
  auto* looked = command(source, "ecs-instances", "Show instances of ECS that can be imported",
                         [&words](Operator& op) { return ecs_instances(op, words.looked); });
  looked->add_option("--region", words.looked.region, "Default: that of the cluster file");
  looked->add_option("--search", words.looked.search, "Part of an id, a name or an address");
  auto* made =
      command(source, "import-ecs", "Have Cloud Assistant make instances of ECS source servers",
              [&words](Operator& op) { return import_chosen(op, words); });
  made->add_option("instances", words.wish.instances, "i-..., up to 100")->required();
  made->add_option("--region", words.wish.region, "Default: that of the cluster file");
  made->add_option("--tag", words.tags.put,
                   "KEY=VALUE, for the source servers; may be given many times");
  made->add_option("--resource-group", words.wish.resource_group,
                   "An id of your own, for the source servers");
  made->add_option("--client-token", words.wish.client_token,
                   "The same token makes the same import once");
  made->add_flag("--wait", words.wait, "Until all have ended; 0: all are imported");
  command(source, "ecs-imports", "Show imports of instances, or one of them",
          [&words](Operator& op) { return ecs_import_list(op, words.id); })
      ->add_option("id", words.id, "ei-...");
  command(source, "ecs-cancel", "End an import; what is imported stays",
          [&words](Operator& op) { return ecs_import_cancel(op, words.id); })
      ->add_option("id", words.id, "ei-...")
      ->required();
  auto* retried = command(source, "ecs-retry", "Begin failed instances of an import anew",
                          [&words](Operator& op) {
                            return ecs_import_retry(op, {words.id, words.instances});
                          });
  retried->add_option("id", words.id, "ei-...")->required();
  retried->add_option("instances", words.instances, "Only these, as i-...");
}

}  // namespace ferry
