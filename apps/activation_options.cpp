// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/activation_options.hpp"

#include <CLI/CLI.hpp>

#include "apps/install_command.hpp"
#include "apps/secret_words.hpp"

namespace ferry {
namespace {

int command_for(Operator& op, const ActivationWords& words) {
  GetInstallCommand request;
  if (!words.code_file.empty()) {
    auto code = read_secret(words.code_file);
    if (!code) return print_error(code.error(), op.json);
    request.code = std::move(*code);
  }
  return install_command(op, request, words.wget);
}

}  // namespace

void add_activation_commands(CLI::App* group, ActivationWords& words,
                             const DeclareCommand& command) {
  auto* create =
      command(group, "create", "Make a code; it is shown only once", [&words](Operator& op) {
        return activation_create(op, words.wish, words.tags, words.code_file);
      });
  create->add_option("--quota", words.wish.quota, "Servers that may register, 1..1000")
      ->capture_default_str();
  create->add_option("--days", words.wish.days, "Days it is valid, 1..90")->capture_default_str();
  create->add_option("--name", words.wish.name, "A name for lists");
  create->add_option("--description", words.wish.description, "Any text");
  create->add_option("--tag", words.tags.put,
                     "KEY=VALUE, for servers that register; may be given many times");
  create->add_option("--resource-group", words.wish.resource_group,
                     "An id of your own, for servers that register");
  create
      ->add_option("--code-file", words.code_file,
                   "Write the code to this file instead of showing it")
      ->type_name("FILE");
  auto* told = command(group, "command", "Print the one line that makes a server a source server",
                       [&words](Operator& op) { return command_for(op, words); });
  told->add_option("--code-file", words.code_file,
                   "File with the code that is to be in it; -: standard input. Default: CODE")
      ->type_name("FILE");
  told->add_flag("--wget", words.wget, "For servers without curl");
  (void)command(group, "list", "Show all codes", [](Operator& op) { return activation_list(op); });
  const auto of_one = [&](const char* name, const char* help, std::function<int(Operator&)> run) {
    command(group, name, help, std::move(run))
        ->add_option("id", words.id, "at-...")
        ->type_name("ACTIVATION")
        ->required();
  };
  of_one("disable", "Let no further server register with a code",
         [&words](Operator& op) { return activation_disable(op, words.id); });
  of_one("delete", "Forget a code",
         [&words](Operator& op) { return activation_delete(op, words.id); });
}

}  // namespace ferry
