// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/data_session.hpp"

#include "base/crash_point.hpp"

namespace ferry {

using namespace std::chrono_literals;

Result<TransferOpened> open_transfer(Client& control, const SyncDisks& request, std::uint32_t index,
                                     const std::vector<ExcludeRules>& excludes,
                                     const ReplicationOptions& options,
                                     const std::stop_token& stop) {
  const OpenTransfer open{request.token,
                          request.job,
                          request.epoch,
                          index,
                          request.streams,
                          request.credit_chunks,
                          request.transfer.ssl != "off",
                          excludes};
  if (!open.sealed && !options.allow_plain) {
    return fail(Errc::sealing_required, "this agent does not allow plain data links",
                "start the agent with --allow-plain, or set ssl to auto");
  }
  auto opened = control.ask<TransferOpened>("instances", open, 60s, stop);
  if (opened) crash_point("agent: a data session is open, nothing is sent");
  return opened;
}

PassSettings pass_settings(const SyncDisks& request, const TransferOpened& session) {
  PassSettings settings;
  settings.endpoint = request.data;
  settings.key = {session.session, session.secret, session.sealed, request.epoch};
  settings.digest_key = request.digest_key;
  settings.streams = request.streams;
  settings.adaptive = request.transfer.adaptive_compression;
  settings.patches = session.patches;
  return settings;
}

}  // namespace ferry
