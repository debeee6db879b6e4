// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/commands.hpp"

#include <cstdlib>

#include "apps/install_command.hpp"
#include "apps/node.hpp"
#include "apps/output.hpp"
#include "apps/secret_words.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"

namespace ferry {
namespace {

/// What is asked of the cluster belongs to the trace that the environment names, as other programs
/// have it, too.
void take_trace_from_environment() {
  const char* given = std::getenv("TRACEPARENT");
  static const trace::Scope for_good{trace::child(trace::parse(given != nullptr ? given : ""))};
}

}  // namespace

Result<Operator> Operator::connect(ClusterConfig config, bool json) {
  take_trace_from_environment();
  const auto file = key_file(config, "operator");
  if (!std::filesystem::exists(file)) {
    return fail(Errc::cluster_not_running, "there is no operator key " + file.string(),
                "start the cluster once with 'edgeferry cluster up FILE' on this host");
  }
  auto keys = load_or_make_key_pair(file);
  if (!keys) return fail(keys.error());
  auto server_key = load_public_key(key_file(config, "controller").string() + ".pub");
  if (!server_key) return fail(server_key.error());
  ClientOptions options{controller_endpoint(config), *server_key, *keys};
  return Operator{std::move(config), json, Client{std::move(options)}};
}

int activation_create(Operator& op, CreateActivation request, const TagWords& tags,
                      const std::string& code_file) {
  auto change = tag_change(tags);
  if (!change) return print_error(change.error(), op.json);
  request.tags = std::move(change->put);
  if (!code_file.empty()) {
    if (auto fits = check_secret_file(code_file); !fits) return print_error(fits.error(), op.json);
  }
  auto created = op.client.ask<ActivationCreated>("sources", request);
  if (!created) return print_error(created.error(), op.json);
  if (!code_file.empty()) {
    const auto undo = [&]() -> Result<> {
      const auto deleted = op.client.ask<Done>("sources", DeleteActivation{created->id});
      return deleted ? Result<>{} : fail(deleted.error());
    };
    auto written = write_secret(code_file, created->code, "activation code " + created->id, undo);
    if (!written) return print_error(written.error(), op.json);
  }
  if (op.json) return print_json(*created);
  std::printf("activation code %s, for %u server(s) until %s\n", created->id.c_str(), request.quota,
              utc_text(created->expires_ms).c_str());
  if (!code_file.empty()) {
    std::printf("written to %s\n", code_file.c_str());
    return exit_ok;
  }
  const auto command = op.client.ask<InstallCommand>("downloads", GetInstallCommand{created->code});
  if (command) {
    std::printf("It is shown only now. On each source server, as root or with sudo:\n\n%s\n\n",
                command->curl.c_str());
    return exit_ok;
  }
  std::printf(
      "It is shown only now. On each source server that has the agent, as root:\n\n"
      "  echo %s |\n    edgeferry-agent register --controller %s --code-file -\n\n",
      created->code.c_str(), controller_endpoint(op.config).c_str());
  std::fprintf(stderr, "edgeferry: servers can't download the agent from here: %s\n",
               to_string(command.error()).c_str());
  return exit_ok;
}

int install_command(Operator& op, const GetInstallCommand& request, bool wget) {
  return ask_and_print<InstallCommand>(op, "downloads", request, [&](const auto& command) {
    std::printf("%s\n", (wget ? command.wget : command.curl).c_str());
  });
}

int activation_list(Operator& op) {
  return ask_and_print<ActivationList>(op, "sources", ListActivations{}, [](const auto& list) {
    Table table{{"ID", "NAME", "STATUS", "USED", "QUOTA", "EXPIRES"}};
    for (const auto& code : list.activations) {
      table.add({code.id, code.name.empty() ? "-" : code.name, code.status,
                 std::to_string(code.registered), std::to_string(code.quota),
                 utc_text(code.expires_ms)});
    }
    table.print();
  });
}

int activation_disable(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "sources", DisableActivation{id}, [&](const Done&) {
    std::printf("activation code %s is disabled; registered servers stay\n", id.c_str());
  });
}

int activation_delete(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "sources", DeleteActivation{id}, [&](const Done&) {
    std::printf("activation code %s is deleted; registered servers stay\n", id.c_str());
  });
}

}  // namespace ferry
