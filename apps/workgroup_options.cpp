// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/workgroup_options.hpp"

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

int create(Operator& op, const WorkgroupWords& words) {
  auto tags = tag_change(words.tags);
  if (!tags) return print_error(tags.error(), op.json);
  return workgroup_create(op, {"", words.name, words.description, std::move(tags->put)});
}

int modify(Operator& op, const WorkgroupWords& words, const CLI::App& command) {
  auto tags = tag_change(words.tags);
  if (!tags) return print_error(tags.error(), op.json);
  return workgroup_modify(op, {words.id, words.name, command.count("--description") > 0,
                               words.description, std::move(*tags)});
}

void add_words(CLI::App* command, WorkgroupWords& words) {
  command->add_option("--name", words.name, "Unique among workgroups");
  command->add_option("--description", words.description, "Any text; '' for none");
  command->add_option("--tag", words.tags.put, "KEY=VALUE; may be given many times");
}

}  // namespace

void add_workgroup_commands(CLI::App* group, WorkgroupWords& words, const DeclareCommand& command) {
  add_words(command(group, "create", "Make a workgroup without source servers",
                    [&words](Operator& op) { return create(op, words); }),
            words);
  (void)command(group, "list", "Show all workgroups, and how far they are",
                [](Operator& op) { return workgroup_list(op); });
  const auto of_group = [&](const char* name, const char* help, std::function<int(Operator&)> run) {
    auto* sub = command(group, name, help, std::move(run));
    sub->add_option("id", words.id, "w-...")->type_name("WORKGROUP")->required();
    return sub;
  };
  of_group("show", "Show one with its source servers, and what is wrong with them",
           [&words](Operator& op) { return workgroup_show(op, words.id); });
  auto given = std::make_shared<CLI::App*>(nullptr);
  auto* change = of_group("modify", "Change what a workgroup is called",
                          [&words, given](Operator& op) { return modify(op, words, **given); });
  *given = change;
  add_words(change, words);
  change->add_option("--untag", words.tags.remove, "KEY of a tag that goes");
  const auto of_sources = [&](const char* name, const char* help,
                              std::function<int(Operator&)> run) {
    of_group(name, help, std::move(run))
        ->add_option("source", words.sources, "s-...; one or more")
        ->type_name("SOURCE")
        ->required();
  };
  of_sources("add", "Put source servers into a workgroup: all of them, or none",
             [&words](Operator& op) {
               return workgroup_add(op, {words.id, words.sources});
             });
  of_sources("remove", "Take source servers out of a workgroup", [&words](Operator& op) {
    return workgroup_remove(op, {words.id, words.sources});
  });
  of_group("delete", "Forget a workgroup that has no source server",
           [&words](Operator& op) { return workgroup_delete(op, words.id); });
}

}  // namespace ferry
