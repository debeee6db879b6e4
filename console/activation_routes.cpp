// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Activation codes.
#include "console/call.hpp"
#include "messages/agent_download.hpp"
#include "messages/source.hpp"

namespace ferry {
namespace {

Result<ConsoleReply> list_activations(const ConsoleCall& call) {
  return ask_and_reply<ActivationList>(call, "sources", ListActivations{});
}

Result<ConsoleReply> create_activation(const ConsoleCall& call) {
  const auto request = read_record<CreateActivation>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<ActivationCreated>(call, "sources", *request, 201);
}

Result<ConsoleReply> disable_activation(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "sources", DisableActivation{call.ids[0]});
}

Result<ConsoleReply> remove_activation(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "sources", DeleteActivation{call.ids[0]});
}

Result<ConsoleReply> install_command(const ConsoleCall& call) {
  const auto request = read_record<GetInstallCommand>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<InstallCommand>(call, "downloads", *request);
}

}  // namespace

std::vector<ConsoleRoute> activation_routes() {
  using enum AccessRole;
  return {
      {"GET", "/activations", "listActivations", "Activation codes, without the codes", viewer,
       told<ActivationList>, list_activations},
      {.method = "POST",
       .path = "/activations",
       .operation = "createActivation",
       .summary = "Makes a code, which is told here and never again",
       .role = operator_,
       .answer = told<ActivationCreated>,
       .run = create_activation,
       .body = asked<CreateActivation>,
       .status = 201},
      {.method = "POST",
       .path = "/install-command",
       .operation = "getInstallCommand",
       .summary = "The one command that downloads and installs the agent and registers a server",
       .role = viewer,
       .answer = told<InstallCommand>,
       .run = install_command,
       .body = asked<GetInstallCommand>,
       .changes = false},
      {"POST", "/activations/{activation}/disable", "disableActivation",
       "No further server can register with it", operator_, told<Done>, disable_activation},
      {"DELETE", "/activations/{activation}", "deleteActivation", "Forgets it", operator_,
       told<Done>, remove_activation},
  };
}

}  // namespace ferry
