// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/notification_options.hpp"

#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "base/private_file.hpp"

namespace ferry {
namespace {

constexpr std::size_t secret_file_bytes_max = 1024;

/// Never a word of the command line, which others of this machine can read.
Result<std::string> signing_secret(const std::string& file) {
  if (auto fit = check_private_file(file); !fit) return fail(fit.error());
  auto secret = read_file(file, secret_file_bytes_max);
  if (!secret) return fail(Errc::key_unreadable, secret.error().what);
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  return secret;
}

int add(Operator& op, const NotificationWords& words) {
  auto tags = tag_change(words.tags);
  if (!tags) return print_error(tags.error(), op.json);
  const bool is_mail = words.webhook.empty();
  AddNotification request{words.name,
                          is_mail ? "mail" : "webhook",
                          is_mail ? words.mail : words.webhook,
                          words.events,
                          words.job,
                          std::move(tags->put),
                          {}};
  if (!words.secret_file.empty()) {
    auto secret = signing_secret(words.secret_file);
    if (!secret) return print_error(secret.error(), op.json);
    request.secret = std::move(*secret);
  }
  return notification_add(op, request);
}

}  // namespace

void add_notification_commands(CLI::App* group, NotificationWords& words,
                               const DeclareCommand& command) {
  auto* sub = command(group, "add", "Have somebody told what happens to jobs",
                      [&words](Operator& op) { return add(op, words); });
  auto* receiver = sub->add_option_group("receiver");
  receiver->add_option("--mail", words.mail, "Address, by the mail server of the cluster file");
  receiver->add_option("--webhook", words.webhook, "https://HOST/PATH that takes JSON by POST");
  receiver->require_option(1);
  sub->add_option("--on", words.events,
                  "error, done, stalled, leak, offline; several with commas. Default: all")
      ->delimiter(',');
  sub->add_option("--job", words.job, "Only of this job");
  sub->add_option("--tag", words.tags.put,
                  "KEY=VALUE or KEY; only of jobs that have it; may be given many times");
  sub->add_option("--name", words.name, "A name for lists");
  sub->add_option("--secret-file", words.secret_file,
                  "File with the secret that signs (whsec_...); without it, one is made")
      ->type_name("FILE");
  (void)command(group, "list", "Show who is told, and whether they were reached",
                [](Operator& op) { return notification_list(op); });
  const auto of_one = [&](const char* name, const char* help, std::function<int(Operator&)> run) {
    command(group, name, help, std::move(run))->add_option("id", words.id, "n-...")->required();
  };
  of_one("test", "Send a test now, and wait until it is taken; a disabled one is enabled by that",
         [&words](Operator& op) { return notification_test(op, words.id); });
  of_one("remove", "Tell this one nothing any more",
         [&words](Operator& op) { return notification_remove(op, words.id); });
}

}  // namespace ferry
