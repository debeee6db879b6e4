// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Log lines that are fetched at a job's end, and the files that they become a part of.
#include "actors/controller/diagnostics.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "actors/controller/bundle_files.hpp"
#include "actors/controller/known_secrets.hpp"
#include "actors/controller/log_collector.hpp"
#include "actors/log_keeper.hpp"
#include "actors/spawn.hpp"
#include "base/kept_log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "diagnostics/packed_text.hpp"
#include "tests/controller/calls.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::vector<WantedLog> wanted(Office& office) {
  return office.with_database([](Database& database) { return JobLogTable{database}.wanted(100); });
}

std::vector<StoredLog> stored_of(Office& office, const std::string& job) {
  return office.with_database(
      [&](Database& database) { return JobLogTable{database}.of_job(job); });
}

std::vector<std::string> tasks_of(Office& office) {
  return office.with_database([](Database& database) {
    Transaction transaction{database};
    std::vector<std::string> nodes;
    for (const auto& task : log_tasks(database, 5)) nodes.push_back(task.wanted.node);
    transaction.commit();
    std::ranges::sort(nodes);
    return nodes;
  });
}

void name_node(Office& office, const std::string& token, const std::string& node) {
  office.with_database([&](Database& database) {
    return Statement{database, "UPDATE resource SET node=? WHERE token=?"}.bind(node, token).run();
  });
}

/// A folder of a process that has kept these lines, just now.
void keep_lines(const std::filesystem::path& folder, const std::string& text) {
  REQUIRE(make_folder(folder));
  REQUIRE(write_file_durably(folder / log::kept_log_name,
                             log::moment_text(wall_ms()) + " I x " + text + "\n"));
}

BundleFacts facts_of_job() {
  BundleFacts facts;
  facts.job.id = "j-1";
  facts.job.settings.source = "s-1";
  facts.job.settings.description = "password=hunter2 and topSecretValue";
  facts.events = {{1, 0, "event.job_created", "made", {}}};
  facts.made_ms = 1'700'000'000'000;
  return facts;
}

const BundleFile& file_of(const std::vector<BundleFile>& files, const std::string& name) {
  const auto found = std::ranges::find(files, name, &BundleFile::name);
  REQUIRE_MESSAGE(found != files.end(), name);
  return *found;
}

bool says(const BundleFile& file, const std::string& words) {
  return file.text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("an end of a job wants the lines of its nodes, by the same transaction") {
  Office office;
  const auto source = office.add_source();
  const auto running = add_job(office, source, first_of_life(2));
  CHECK(wanted(office).empty());
  const auto failed = add_job(office, source, first_of_life(11));
  const auto now = wanted(office);
  REQUIRE(now.size() == 1);
  CHECK(now[0].job == failed);
  CHECK(now[0].node.empty());
  name_node(office, "i-1", "t-1");
  CHECK(tasks_of(office) == std::vector<std::string>{"controller", source, "t-1"});
  // Dividing it again changes nothing.
  CHECK(tasks_of(office).size() == 3);
}

TEST_CASE("of a job that wants no agent's lines a note says so, and the agent is not asked") {
  Office office;
  const auto source = office.add_source();
  auto events = first_of_life(11);
  std::get<JobCreated>(events[0]).settings.diagnostic_logs = false;
  const auto job = add_job(office, source, events);
  CHECK(tasks_of(office) == std::vector<std::string>{"controller"});
  const auto logs = stored_of(office, job);
  REQUIRE(logs.size() == 1);
  CHECK(logs[0].node == source);
  CHECK(logs[0].note == switched_off_note);
}

TEST_CASE("what is too much of stored lines goes, the oldest first, and each job has its own") {
  Office office;
  const auto source = office.add_source();
  const auto one = add_job(office, source, first_of_life(2));
  const auto two = add_job(office, source, first_of_life(2));
  office.with_database([&](Database& database) {
    JobLogTable table{database};
    for (const auto& [job, name] : {std::pair{one, "a"}, {two, "b"}, {one, "c"}, {one, "d"}}) {
      table.add({job, name, 1, 7, "", "", std::string(10, 'x'), 10}, 20, 30);
    }
    return 0;
  });
  const auto names = [&](const std::string& job) {
    std::string text;
    for (const auto& log : stored_of(office, job)) text += log.node;
    return text;
  };
  CHECK(names(one) == "cd");
  CHECK(names(two) == "b");
  office.with_database([&](Database& database) {
    JobLogTable{database}.add({two, "e", 1, 0, "", "", std::string(10, 'x'), 10}, 20, 30);
    return 0;
  });
  CHECK(names(two) == "e");
}

TEST_CASE("the controller's lines are stored at a job's end, and an agent that is away waits") {
  Office office;
  const auto source = office.add_source();
  const auto job = add_job(office, source, first_of_life(11));
  office.with_database([](Database& database) {
    return Statement{database, "UPDATE log_wanted SET since_ms=?"}.bind(wall_ms()).run();
  });
  const auto folder = office.folder.path() / "kept";
  keep_lines(folder, "something happened, secret=abc");
  office.start();
  KeptLog kept;
  kept.folder = folder;
  const auto keeper =
      spawn_actor<LogKeeper>(*office.live, LogKeeperOptions{"controller", "controller", kept});
  const auto collector = spawn_actor<LogCollector>(
      *office.live, LogCollectorOptions{office.store, office.nodes, keeper, office.bridge.get(),
                                        std::chrono::milliseconds{30}});
  const auto count = [&] {
    std::size_t logs = 0;
    const auto answer = office.ask<Done>(office.store, Transact{[&](Database& database) {
                                           logs = JobLogTable{database}.of_job(job).size();
                                           return caf::make_message(Done{});
                                         }});
    return answer ? logs : 0;
  };
  CHECK(eventually([&] { return count() == 1; }));
  kill_and_wait(*office.live, collector);
  kill_and_wait(*office.live, keeper);
  office.stop();
  const auto left = wanted(office);
  REQUIRE(left.size() == 1);
  CHECK(left[0].node == source);
  const auto log = stored_of(office, job).at(0);
  const auto text = unpacked_text(log.packed, log.bytes, 1 << 20);
  REQUIRE(text);
  CHECK(text->find("something happened, secret=[redacted:secret]") != std::string::npos);
}

TEST_CASE("a bundle is made, fetched in parts, and refused for a job that isn't there") {
  Office office;
  const auto source = office.add_source();
  const auto job = add_job(office, source, first_of_life(11));
  office.start();
  office.start_janitor();
  const auto keeper = spawn_actor<LogKeeper>(*office.live, LogKeeperOptions{"c", "c", {}});
  auto box = SecretBox::load_or_make(office.folder.path() / "box");
  REQUIRE(box);
  const auto diagnostics = spawn_actor<Diagnostics>(
      *office.live, DiagnosticsOptions{&office.config, office.bridge.get(), office.store,
                                       office.sources, office.nodes, office.janitor, office.jobs,
                                       keeper, std::make_shared<const SecretBox>(*box)});
  const auto made = office.ask<DiagnosticsMade>(diagnostics, MakeDiagnostics{job});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(made->file.starts_with("edgeferry-diagnose-" + job + "-"));
  CHECK(made->file.ends_with("Z.tar.gz"));
  CHECK(std::ranges::any_of(made->notes, [&](const std::string& note) {
    return note.find(source + " is away") != std::string::npos;
  }));
  const auto part = office.ask<DiagnosticsPart>(diagnostics, GetDiagnosticsPart{made->bundle, 0});
  REQUIRE(part);
  const std::string bytes{part->data.begin(), part->data.end()};
  CHECK(bytes.size() == made->bytes);
  CHECK(to_hex(sha256(bytes)) == made->sha256);
  CHECK(bytes.starts_with("\x1f\x8b"));
  const auto end =
      office.ask<DiagnosticsPart>(diagnostics, GetDiagnosticsPart{made->bundle, ~0ULL});
  REQUIRE(end);
  CHECK(end->data.empty());
  CHECK(office.ask<DiagnosticsMade>(diagnostics, MakeDiagnostics{"j-none"}).error().code ==
        Errc::not_found);
  CHECK(office.ask<DiagnosticsPart>(diagnostics, GetDiagnosticsPart{"d-none", 0}).error().code ==
        Errc::not_found);
  kill_and_wait(*office.live, diagnostics);
  kill_and_wait(*office.live, keeper);
}

TEST_CASE("no file of a bundle has a secret in it, neither a name of one nor its value") {
  auto facts = facts_of_job();
  const Redactor redactor{{{"access-key", "topSecretValue"}}};
  ClusterConfig config;
  config.bucket.proxy = "http://joe:proxyWord@proxy:3128";
  facts.certificate = "{\"job\": \"topSecretValue\"}";
  facts.boot_console = "login with topSecretValue\x1b[2J";
  facts.notes = {"node t-1: topSecretValue"};
  facts.told["../w-1"].packed = packed_text("line with topSecretValue\n");
  facts.told["../w-1"].bytes = 25;
  const auto files = bundle_files(facts, config, redactor);
  for (const auto& file : files) {
    CAPTURE(file.name);
    CHECK(!says(file, "topSecretValue"));
    CHECK(!says(file, "hunter2"));
    CHECK(!says(file, "proxyWord"));
    CHECK(!says(file, "\x1b"));
  }
  CHECK(files[0].name == "README.txt");
  CHECK(says(file_of(files, "job.json"), "password=[redacted:password] and [redacted:access-key]"));
  CHECK(says(file_of(files, "logs/_._w-1.log"), "line with [redacted:access-key]"));
  CHECK(says(file_of(files, "events.json"), "event.job_created"));
  CHECK(says(files[0], "node t-1: [redacted:access-key]"));
  CHECK(facts.notes[0] == "node t-1: [redacted:access-key]");
}

TEST_CASE("stored lines come before those of now, and lines that can't be unpacked are a note") {
  auto facts = facts_of_job();
  const auto packed = packed_text("first\n");
  facts.stored = {{"j-1", "w-1", 5, 5, "", "", {packed.begin(), packed.end()}, 6},
                  {"j-1", "t-1", 5, 5, "", "", "no zstd", 6},
                  {"j-1", "s-1", 5, 0, "", "it was away", "", 0}};
  facts.told["w-1"].packed = packed_text("second\n");
  facts.told["w-1"].bytes = 7;
  facts.told["w-1"].kernel = "6.1";
  const auto files = bundle_files(facts, {}, Redactor{});
  CHECK(file_of(files, "logs/w-1.log").text == "first\nsecond\n");
  CHECK(says(file_of(files, "logs/t-1.log"), "damaged"));
  CHECK(says(file_of(files, "logs/s-1.log"), "it was away"));
  CHECK(says(files[0], "node s-1: it was away"));
  CHECK(says(file_of(files, "versions.json"), "\"kernel\": \"6.1\""));
}

TEST_CASE("secrets in files of keys and credentials are found, and their names are not") {
  const auto values = [](const std::string& text) {
    std::vector<std::string> found;
    for (const auto& secret : secrets_in(text, "k")) found.push_back(secret.value);
    return found;
  };
  const auto of_aws = values(
      "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
  REQUIRE(of_aws.size() == 2);  // it could be a key in Z85, too
  CHECK(of_aws[0] == "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  CHECK(values(R"({"access_key_secret":"abcdefghijklmnopqrstuvwxyz0123"})") ==
        std::vector<std::string>{"abcdefghijklmnopqrstuvwxyz0123"});
  CHECK(values("key=abcdefghijklmnopqrstuvwxyz==\n") ==
        std::vector<std::string>{"abcdefghijklmnopqrstuvwxyz=="});
  CHECK(values("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END").size() == 1);
  CHECK(values("00112233445566778899aabbccddeeff\n").size() == 2);  // and the bytes
}
