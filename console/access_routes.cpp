// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys, and what was done with them.
#include "console/call.hpp"
#include "messages/audit.hpp"

namespace ferry {
namespace {

Result<ConsoleReply> list_access_keys(const ConsoleCall& call) {
  return ask_and_reply<AccessKeyList>(call, "access_keys", ListAccessKeys{});
}

/// A word is missing sooner than chosen here: without one, nobody gets a role by accident.
Result<ConsoleReply> create_access_key(const ConsoleCall& call) {
  const auto request = read_record<CreateAccessKey>(call.body, CreateAccessKey{""});
  if (!request) return fail(request.error());
  return ask_and_reply<AccessKeyCreated>(call, "access_keys", *request, 201);
}

Result<ConsoleReply> disable_access_key(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "access_keys", DisableAccessKey{call.ids[0]});
}

Result<ConsoleReply> enable_access_key(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "access_keys", EnableAccessKey{call.ids[0]});
}

Result<ConsoleReply> remove_access_key(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "access_keys", DeleteAccessKey{call.ids[0]});
}

Result<ConsoleReply> audit(const ConsoleCall& call) {
  const auto limit = std::min<std::uint64_t>(
      call.query.number("limit", limits::console_page_default), limits::audit_listed_max);
  return ask_and_reply<AuditList>(
      call, "audit", ListAudit{call.query.number("before", 0), static_cast<std::uint32_t>(limit)});
}

}  // namespace

std::vector<ConsoleRoute> access_routes() {
  using enum AccessRole;
  using enum ConsoleWord::Kind;
  const ConsoleWord before{"before", "older ones than the entry of this number", number};
  const ConsoleWord limit{"limit", "how many are told at most; 100, at most 500", number};
  return {
      {"GET", "/access-keys", "listAccessKeys", "Access keys, without their secrets", admin,
       told<AccessKeyList>, list_access_keys},
      {.method = "POST",
       .path = "/access-keys",
       .operation = "createAccessKey",
       .summary = "Makes one, of role viewer, operator or admin; its secret is told here only",
       .role = admin,
       .answer = told<AccessKeyCreated>,
       .run = create_access_key,
       .body = asked<CreateAccessKey>,
       .status = 201},
      {"POST", "/access-keys/{key}/disable", "disableAccessKey",
       "Refuses requests with it, and its sessions", admin, told<Done>, disable_access_key},
      {"POST", "/access-keys/{key}/enable", "enableAccessKey", "Takes them again", admin,
       told<Done>, enable_access_key},
      {"DELETE", "/access-keys/{key}", "deleteAccessKey", "Forgets it", admin, told<Done>,
       remove_access_key},
      {"GET",
       "/audit",
       "listAudit",
       "Every change that was asked for here, newest first",
       admin,
       told<AuditList>,
       audit,
       nullptr,
       {before, limit}},
  };
}

}  // namespace ferry
