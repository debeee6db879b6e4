// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Changes that come in by other doors than the console's API are in the audit log, too.
#include "messages/audit.hpp"

#include "tests/smc/desk.hpp"
#include "transport/client.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// Newest first.
std::vector<AuditEntry> log_of(Desk& desk) {
  const auto list = desk.ask<AuditList>("audit", ListAudit{});
  REQUIRE(list);
  return list->entries;
}

/// As a command has it.
struct CommandLine {
  KeyPair keys = make_key_pair();
  Client client;

  explicit CommandLine(Desk& desk)
      : client({desk.bridge->endpoint(), desk.keys.public_key, enrolled(desk)}) {}

 private:
  [[nodiscard]] const KeyPair& enrolled(Desk& desk) const {
    desk.bridge->enrol({"operator", Role::operator_}, keys.public_key);
    return keys;
  }
};

}  // namespace

TEST_CASE("a command's change is in the audit log before it is done, and what came of it") {
  Desk desk;
  const auto job = desk.create_job();
  CommandLine root{desk};
  const auto before = log_of(desk).size();
  REQUIRE(root.client.ask<JobView>("jobs", GetJob{job}));
  CHECK(log_of(desk).size() == before);

  ModifyJob wish;
  wish.job = job;
  wish.keep_transfer = true;
  wish.set_description = true;
  wish.description = "by hand";
  const auto changed = root.client.ask<JobView>("jobs", wish);
  REQUIRE_MESSAGE(changed, to_string(changed.error()));
  CHECK(changed->settings.description == "by hand");
  const auto refused = root.client.ask<JobView>("jobs", PauseJob{job, 0});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::job_wrong_status);

  REQUIRE(eventually([&] { return !log_of(desk).front().outcome.empty(); }));
  const auto log = log_of(desk);
  REQUIRE(log.size() == before + 2);
  CHECK(log[0].action == "pauseJob");
  CHECK(log[0].outcome.starts_with("FERRY-5011 "));
  CHECK(log[1].action == "modifyJob");
  CHECK(log[1].who == "root");
  CHECK(log[1].role == "admin");
  CHECK(log[1].from == "command line");
  CHECK(log[1].subject == job);
  CHECK(log[1].outcome == "done");
}

TEST_CASE("a key that a command makes is in the audit log without its secret") {
  Desk desk;
  CommandLine root{desk};
  const auto made =
      root.client.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"viewer", "board"});
  REQUIRE(made);
  const auto entry = log_of(desk).front();
  CHECK(entry.action == "createAccessKey");
  CHECK(entry.subject == "viewer board");
  CHECK(to_json(entry).find(made->secret) == std::string::npos);
}

TEST_CASE("a request that is addressed to the audit log itself does nothing, and is told as that") {
  Desk desk;
  const auto job = desk.create_job();
  CommandLine root{desk};
  CHECK_FALSE(root.client.ask<JobView>("witness", CancelJob{job, 0}));
  REQUIRE(eventually([&] { return !log_of(desk).front().outcome.empty(); }));
  CHECK(log_of(desk).front().action == "cancelJob");
  CHECK(log_of(desk).front().outcome != "done");
  CHECK(desk.job(job)["Status"] == "Ready");
}

TEST_CASE("changes by the SMC-compatible endpoint are in the audit log, looks are not") {
  Desk desk;
  const auto job = desk.create_job();
  const auto made = log_of(desk).front();
  CHECK(made.action == "smc CreateReplicationJob");
  CHECK(made.who == desk.full.id);
  CHECK(made.role == "full");
  CHECK(made.outcome == "done");
  const auto count = log_of(desk).size();
  (void)desk.must("DescribeReplicationJobs");
  CHECK(log_of(desk).size() == count);
  const auto refused = desk.call("StopReplicationJob", {{"JobId", job}});
  CHECK(refused.status >= 400);
  const auto entry = log_of(desk).front();
  CHECK(entry.action == "smc StopReplicationJob");
  CHECK(entry.subject == "JobId=" + job);
  CHECK(entry.outcome.starts_with(refused.code()));
  CHECK(desk.call_as_reader("DeleteReplicationJob", {{"JobId", job}}).status == 403);
  CHECK(log_of(desk).size() == count + 1);
}
