// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/source_options.hpp"

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

int modify(Operator& op, const SourceWords& words, const CLI::App& command) {
  auto tags = tag_change(words.tags);
  if (!tags) return print_error(tags.error(), op.json);
  auto change = words.change;
  change.set_description = command.count("--description") > 0;
  change.set_resource_group = command.count("--resource-group") > 0;
  change.tags = std::move(*tags);
  return source_modify(op, change);
}

}  // namespace

void add_source_changes(CLI::App* source, SourceWords& words, const DeclareCommand& command) {
  auto& change = words.change;
  auto given = std::make_shared<CLI::App*>(nullptr);
  auto* sub = command(source, "modify", "Change what a source server is called",
                      [&words, given](Operator& op) { return modify(op, words, **given); });
  *given = sub;
  sub->add_option("id", change.source, "s-...")->type_name("SOURCE")->required();
  sub->add_option("--name", change.name, "Unique among source servers");
  sub->add_option("--description", change.description, "Any text; '' for none");
  sub->add_option("--resource-group", change.resource_group,
                  "Id of a group of your own; '' for none");
  sub->add_option("--tag", words.tags.put, "KEY=VALUE; may be given many times");
  sub->add_option("--untag", words.tags.remove, "KEY of a tag that goes");

  auto* remove = command(source, "delete", "Forget a source server and its key",
                         [&words](Operator& op) { return source_delete(op, words.deletion); });
  remove->add_option("id", words.deletion.source, "s-...")->type_name("SOURCE")->required();
  remove->add_flag("--wait", words.deletion.wait,
                   "One that a job has goes once that job lets it go");
}

void add_access_key_commands(CLI::App* group, AccessKeyWords& words,
                             const DeclareCommand& command) {
  auto& wish = words.wish;
  auto& id = words.id;
  auto* create = command(
      group, "create", "Make a key; its secret is shown only once",
      [&words](Operator& op) { return access_key_create(op, words.wish, words.secret_file); });
  create
      ->add_option("--role", wish.role,
                   "viewer: it can look and change nothing; operator: it can migrate; admin: it "
                   "can also make keys; read-only and full are a viewer and an admin")
      ->check(CLI::IsMember({"viewer", "operator", "admin", "read-only", "full"}))
      ->capture_default_str();
  create->add_option("--name", wish.name, "A name for lists");
  create
      ->add_option("--secret-file", words.secret_file,
                   "Write the secret to this file instead of showing it")
      ->type_name("FILE");
  (void)command(group, "list", "Show all keys", [](Operator& op) { return access_key_list(op); });
  auto* audit =
      command(group, "audit", "Show what was changed, by whom and by which way, newest first",
              [&words](Operator& op) { return access_key_audit(op, words.audit); });
  audit->add_option("--before", words.audit.before_seq,
                    "Only what is older than the entry of this number");
  audit->add_option("--limit", words.audit.limit, "How many entries at most")
      ->check(CLI::Range(std::size_t{1}, std::size_t{limits::audit_listed_max}))
      ->capture_default_str();
  const auto of_key = [&](const char* name, const char* help,
                          int (*run)(Operator&, const std::string&)) {
    command(group, name, help, [&id, run](Operator& op) { return run(op, id); })
        ->add_option("id", id, "EF...")
        ->type_name("ACCESSKEY")
        ->required();
  };
  of_key("disable", "Refuse requests that are signed with a key", access_key_disable);
  of_key("enable", "Take requests that are signed with a key again", access_key_enable);
  of_key("delete", "Forget a key", access_key_delete);
}

}  // namespace ferry
