// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_record.hpp"

#include <set>
#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// All fields of a record in one text, to compare two of them.
std::string all_of(const JobRecord& r) {
  JobCreated made;
  made.settings = r.settings;
  made.source_public_key = r.source_public_key;
  made.source_disk_bytes = r.source_disk_bytes;
  made.origin = r.origin;
  made.digest_key.assign(r.digest_key.begin(), r.digest_key.end());
  std::string text = to_string(made);
  for (const auto& word :
       {r.id, r.instance_token, r.node, r.control, r.data, r.instance_public_key, r.export_token,
        r.worker, r.export_image, r.import_token, r.image, r.image_path, to_string(r.error)}) {
    text += "|" + word;
  }
  text += to_string(InstanceReady{r.control, r.data, r.instance_public_key, r.disk_paths}) +
          to_string(DisksVerified{r.verified}) + to_string(ImageExported{r.objects}) +
          to_string(ImageImported{r.image, r.image_path, r.image_disks});
  for (const auto number : {static_cast<std::int64_t>(r.state), static_cast<std::int64_t>(r.epoch),
                            static_cast<std::int64_t>(r.last_seq), std::int64_t{r.instance_made},
                            r.created_ms, r.started_ms, r.ended_ms}) {
    text += " " + std::to_string(number);
  }
  return text;
}

void check_refused(const std::vector<StoredEvent>& history, const std::string& word) {
  const auto record = replay("j-1", history);
  REQUIRE(!record);
  CHECK(record.error().code == Errc::storage_failed);
  CHECK_MESSAGE(record.error().what.find(word) != std::string::npos, record.error().what);
}

}  // namespace

TEST_CASE("at every moment, replaying the history gives what living through it gave") {
  JobRecord lived;
  lived.id = "j-1";
  const auto history = stored(long_life());
  for (std::size_t i = 0; i < history.size(); ++i) {
    apply(lived, long_life()[i], history[i].at_ms);
    const auto replayed =
        replay("j-1", {history.begin(), history.begin() + static_cast<long>(i) + 1});
    REQUIRE(replayed);
    CHECK(all_of(*replayed) == all_of(lived));
  }
  CHECK(lived.state == JobState::finished);
  CHECK(lived.image == "m-ens");
  CHECK(lived.settings.transfer.bandwidth_mbps == 100);
  CHECK(lived.error.code == Errc::none);
  CHECK(lived.created_ms == 1000);
  CHECK(lived.started_ms == 1001);
  CHECK(lived.ended_ms == 1022);
}

TEST_CASE("whatever ends or begins work takes a new epoch, and nothing else does") {
  JobRecord record;
  for (const auto& event : long_life()) {
    const auto before = record.epoch;
    apply(record, event, 1);
    const bool fences =
        std::holds_alternative<JobStarted>(event) || std::holds_alternative<JobPaused>(event) ||
        std::holds_alternative<JobRestarted>(event) || std::holds_alternative<JobFailed>(event) ||
        std::holds_alternative<JobCanceled>(event);
    CAPTURE(describe(event));
    CHECK(record.epoch == before + (fences ? 1 : 0));
  }
  JobRecord canceled = replay("j-1", stored({created(), JobStarted{"start"}})).value();
  apply(canceled, JobCanceled{}, 5);
  CHECK(canceled.epoch == 2);
}

TEST_CASE("a failure is remembered until the job is started again") {
  const auto events = long_life();
  const auto failed = replay("j-1", stored({events.begin(), events.begin() + 11}));
  REQUIRE(failed);
  CHECK(failed->state == JobState::in_error);
  CHECK(failed->error == Error{Errc::disk_full, "no room", "make room"});
  CHECK(failed->instance_token == "i-1");
  const auto again = replay("j-1", stored({events.begin(), events.begin() + 12}));
  CHECK(again->error == Error{});
}

TEST_CASE("a history with a gap or out of order is refused") {
  auto history = stored(long_life());
  history.erase(history.begin() + 4);
  check_refused(history, "lacks event 5");
  history = stored(long_life());
  history.erase(history.begin());
  check_refused(history, "lacks event 1");
  history = stored(long_life());
  std::swap(history[2], history[3]);
  check_refused(history, "lacks event 3");
  history = stored(long_life());
  history.push_back(history.back());
  check_refused(history, "lacks event");
}

TEST_CASE("an unknown event or a damaged one is refused by its name") {
  auto history = stored(long_life());
  history[3].type = "event.of_a_later_version";
  check_refused(history, "event.of_a_later_version");
  for (const auto& damage : {std::string{}, std::string{"\xc1"}, history[4].body + "x"}) {
    history = stored(long_life());
    history[4].body = damage;
    check_refused(history, "event.transfer_modified");
  }
}

TEST_CASE("a history that breaks the table of states is refused") {
  check_refused(stored({created(), JobPaused{}}), "transition table");
  check_refused(stored({created(), JobFinished{}}), "transition table");
  check_refused(stored({created(), JobStarted{"start"}, JobStarted{"start"}}), "transition table");
  auto after_the_end = long_life();
  after_the_end.emplace_back(JobCanceled{});
  check_refused(stored(after_the_end), "transition table");
}

TEST_CASE("every event survives the journal and says a sentence of its own") {
  auto events = long_life();
  events.emplace_back(JobCanceled{});
  events.emplace_back(JobDeleted{});
  std::set<std::size_t> kinds;
  std::set<std::string> sentences;
  for (const auto& event : events) {
    kinds.insert(event.index());
    const auto bytes = encode_event(7, event, 9);
    CHECK(bytes.seq == 7);
    CHECK(bytes.at_ms == 9);
    CHECK(bytes.type.starts_with("event."));
    const auto read = decode_event(bytes);
    REQUIRE(read);
    CHECK(read->index() == event.index());
    CHECK(encode_event(7, *read, 9).body == bytes.body);
    const auto sentence = describe(event);
    CHECK(sentence.size() > 5);
    CHECK(sentence.find('\n') == std::string::npos);
    sentences.insert(sentence);
  }
  CHECK(kinds.size() == std::variant_size_v<JobEvent>);
  CHECK(sentences.size() >= kinds.size());
  CHECK(describe(JobStarted{"resume"}) == "migration resumed");
  CHECK(describe(JobFailed{2005, "no room", "make room"}).find("make room") != std::string::npos);
}
