// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can do with access keys of the controller's HTTP interfaces.
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "apps/secret_words.hpp"
#include "base/text.hpp"

namespace ferry {

int access_key_create(Operator& op, const CreateAccessKey& request,
                      const std::string& secret_file) {
  if (!secret_file.empty()) {
    if (auto fits = check_secret_file(secret_file); !fits)
      return print_error(fits.error(), op.json);
  }
  auto key = op.client.ask<AccessKeyCreated>("access_keys", request);
  if (!key) return print_error(key.error(), op.json);
  if (!secret_file.empty()) {
    const auto undo = [&]() -> Result<> {
      const auto deleted = op.client.ask<Done>("access_keys", DeleteAccessKey{key->id});
      return deleted ? Result<>{} : fail(deleted.error());
    };
    auto done = write_secret(secret_file, key->secret, "access key " + key->id, undo);
    if (!done) return print_error(done.error(), op.json);
    key->secret.clear();
  }
  if (op.json) return print_json(*key);
  std::printf("access key %s (%s)\n", key->id.c_str(), key->role.c_str());
  if (secret_file.empty()) {
    std::printf("secret     %s\nIt is shown only now.\n", key->secret.c_str());
  } else {
    std::printf("its secret is written to %s\n", secret_file.c_str());
  }
  return exit_ok;
}

int access_key_list(Operator& op) {
  return ask_and_print<AccessKeyList>(op, "access_keys", ListAccessKeys{}, [](const auto& list) {
    Table table{{"ID", "NAME", "ROLE", "STATUS", "CREATED"}};
    for (const auto& key : list.keys) {
      table.add({key.id, key.name.empty() ? "-" : key.name, key.role, key.status,
                 utc_text(key.created_ms)});
    }
    table.print();
  });
}

int access_key_disable(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "access_keys", DisableAccessKey{id}, [&](const Done&) {
    std::printf("access key %s is disabled\n", id.c_str());
  });
}

int access_key_enable(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "access_keys", EnableAccessKey{id}, [&](const Done&) {
    std::printf("access key %s is enabled\n", id.c_str());
  });
}

int access_key_delete(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "access_keys", DeleteAccessKey{id}, [&](const Done&) {
    std::printf("access key %s is deleted\n", id.c_str());
  });
}

int access_key_audit(Operator& op, const ListAudit& request) {
  return ask_and_print<AuditList>(op, "audit", request, [](const AuditList& list) {
    Table table{{"TIME", "WHO", "ROLE", "FROM", "ACTION", "SUBJECT", "OUTCOME"}};
    for (const auto& entry : list.entries) {
      table.add({utc_text(entry.at_ms), entry.who, entry.role, entry.from, entry.action,
                 entry.subject, entry.outcome.empty() ? "unknown" : entry.outcome});
    }
    table.print();
  });
}

}  // namespace ferry
