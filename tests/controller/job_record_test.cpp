// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_record.hpp"

#include <set>
#include <stdexcept>

#include <doctest/doctest.h>

#include "actors/controller/job_alarm.hpp"
#include "base/limits.hpp"
#include "base/trace.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

// As the first version wrote them: maps with the fields of then.
struct OldSettings {
  std::string source = "s-1", name = "web", image_name = "web";
  FERRY_FIELDS(source, name, image_name)
};
struct OldCreated {
  OldSettings settings;
  FERRY_FIELDS(settings)
};
struct OldStarted {
  std::string how = "start";
  FERRY_FIELDS(how)
};
struct OldCanceled {
  bool ok = true;
  FERRY_FIELDS(ok)
};

/// All fields of a record in one text, to compare two of them.
std::string all_of(const JobRecord& r) {
  JobCreated made;
  made.settings = r.settings;
  made.source_public_key = r.source_public_key;
  made.source_disk_bytes = r.source_disk_bytes;
  made.origin = r.origin;
  made.digest_key.assign(r.digest_key.begin(), r.digest_key.end());
  std::string text = to_string(made) + to_string(view_of(r));
  for (const auto& word : {r.node, r.control, r.data, r.instance_public_key, r.export_token,
                           r.worker, r.export_image, r.import_token, to_string(r.error)}) {
    text += "|" + word;
  }
  text += to_string(InstanceReady{r.control, r.data, r.instance_public_key, r.disk_paths}) +
          to_string(ImageExported{r.objects});
  for (const auto& [token, place] : r.places) {
    text += "|" + token + " " + place.worker + " " + place.image + std::to_string(place.lost_ms);
  }
  for (const auto& kept : r.images) {
    text += "|" + kept.image + " " + kept.token + " " + kept.worker + (kept.retired ? "-" : "+");
  }
  for (const auto number :
       {static_cast<std::int64_t>(r.state), static_cast<std::int64_t>(r.last_seq),
        std::int64_t{r.instance_made}, std::int64_t{r.cutting_over}, r.expired_ms,
        std::int64_t{r.copies_refuted}}) {
    text += " " + std::to_string(number);
  }
  return text;
}

std::vector<JobEvent> all_lives() {
  std::vector<JobEvent> events;
  for (const auto& life : {long_life(), long_incremental_life(), life_with_rot()}) {
    events.insert(events.end(), life.begin(), life.end());
  }
  return events;
}

void check_refused(const std::vector<StoredEvent>& history, const std::string& word) {
  const auto record = replay("j-1", history);
  REQUIRE(!record);
  CHECK(record.error().code == Errc::storage_damaged);
  CHECK_MESSAGE(record.error().what.find(word) != std::string::npos, record.error().what);
}

}  // namespace

TEST_CASE("at every moment, replaying the history gives what living through it gave") {
  for (const auto& life : {long_life(), long_incremental_life(), life_with_rot()}) {
    JobRecord lived;
    lived.id = "j-1";
    const auto history = stored(life);
    for (std::size_t i = 0; i < history.size(); ++i) {
      apply(lived, life[i], history[i].at_ms);
      const auto replayed =
          replay("j-1", {history.begin(), history.begin() + static_cast<long>(i) + 1});
      REQUIRE(replayed);
      CHECK(all_of(*replayed) == all_of(lived));
    }
  }
}

TEST_CASE("a finished job knows its image and its times") {
  const auto lived = replay("j-1", stored(long_life())).value();
  CHECK(lived.state == JobState::finished);
  CHECK(lived.image == "m-ens");
  CHECK(lived.settings.transfer.bandwidth_mbps == 100);
  CHECK(lived.error.code == Errc::none);
  CHECK(lived.created_ms == 1000);
  CHECK(lived.started_ms == 1001);
  CHECK(lived.ended_ms == 1022);
  REQUIRE(lived.runs.size() == 1);
  CHECK(to_string(lived.runs[0]) == to_string(JobRun{"m-ens", 1001, 1022, "Manual"}));
}

TEST_CASE("whatever ends or begins work takes a new epoch, and nothing else does") {
  auto events = all_lives();
  JobRecord record;
  for (const auto& event : events) {
    if (std::holds_alternative<JobCreated>(event)) record = {};
    const auto before = record.epoch;
    apply(record, event, 1);
    const bool fences =
        std::holds_alternative<JobStarted>(event) || std::holds_alternative<JobPaused>(event) ||
        std::holds_alternative<JobRestarted>(event) || std::holds_alternative<JobFailed>(event) ||
        std::holds_alternative<WorkerReplaced>(event) ||
        std::holds_alternative<CopyRefuted>(event) || std::holds_alternative<JobExpired>(event) ||
        std::holds_alternative<JobCanceled>(event);
    CAPTURE(describe(event));
    CHECK(record.epoch == before + (fences ? 1 : 0));
  }
  JobRecord canceled = replay("j-1", stored({created(), JobStarted{"start"}})).value();
  apply(canceled, JobCanceled{}, 5);
  CHECK(canceled.epoch == 2);
}

TEST_CASE("a new run keeps the instance and the images, and makes all else anew") {
  const auto events = long_incremental_life();
  const auto record = replay("j-1", stored({events.begin(), events.begin() + 13})).value();
  CHECK(record.state == JobState::preparing);
  CHECK(record.run_number == 2);
  CHECK(image_name(record) == "web_CYCLE_2");
  CHECK(record.instance_token == "i-1");
  CHECK(record.instance_made);
  CHECK(record.verified.empty());
  CHECK(record.objects.empty());
  CHECK(record.export_token.empty());
  CHECK(record.import_token.empty());
  REQUIRE(record.images.size() == 1);
  CHECK(record.images[0].token == "t-1");
  REQUIRE(record.runs.size() == 2);
  CHECK(to_string(record.runs[0]) == to_string(JobRun{"m-ens1", 1001, 1010, "Schedule"}));
  CHECK(to_string(record.runs[1]) == to_string(JobRun{"", 1012, 0, "Manual"}));
}

TEST_CASE("what a lost worker had begun is kept in mind, and is done anew under new names") {
  const auto events = long_incremental_life();
  auto record = replay("j-1", stored({events.begin(), events.begin() + 17})).value();
  CHECK(record.export_token.empty());
  CHECK(record.export_image.empty());
  CHECK(record.worker == "w-2");
  REQUIRE(record.places.contains("e-2"));
  CHECK(record.places.at("e-2").worker == "w-1");
  CHECK(record.places.at("e-2").image == "m-2");
  CHECK(record.places.at("e-2").lost_ms == 1016);
  // An exported image needs no worker, so only its import is done anew.
  record = replay("j-1", stored({events.begin(), events.begin() + 22})).value();
  CHECK(record.export_token == "e-3");
  CHECK(record.objects.size() == 1);
  CHECK(record.import_token.empty());
  CHECK(record.places.at("t-2").worker == "w-2");
}

TEST_CASE("a copy that is refuted counts as not proven, and its export keeps its names") {
  const auto events = life_with_rot();
  const auto after = [&](long count) {
    return replay("j-1", stored({events.begin(), events.begin() + count})).value();
  };
  for (const auto& [count, refuted] : {std::pair{7L, 1U}, std::pair{10L, 2U}}) {
    const auto record = after(count);
    CHECK(record.state == JobState::preparing);
    CHECK(record.verified.empty());
    CHECK(record.copies_refuted == refuted);
    CHECK(record.export_token == "e-1");
    CHECK(after(count + (count == 7 ? 1 : 2)).state == JobState::syncing);
  }
  // Given up: whoever retries has every attempt again, and begins with the copy.
  CHECK(after(14).state == JobState::in_error);
  CHECK(after(14).verified.empty());
  CHECK(after(15).copies_refuted == 0);
  CHECK(after(16).state == JobState::syncing);
}

TEST_CASE("a failure that has nothing to do with the copy leaves it proven") {
  const auto events = long_life();
  auto record = replay("j-1", stored({events.begin(), events.begin() + 15})).value();
  apply(record, JobFailed{4011, "no bucket", ""}, 5);
  CHECK(!record.verified.empty());
}

TEST_CASE("a new run counts refuted copies from the beginning") {
  auto record = replay("j-1", stored(life_with_rot())).value();
  record.settings.run_once = false;
  record.copies_refuted = 3;
  record.state = JobState::waiting;
  apply(record, CutOverStarted{true}, 5);
  CHECK(record.copies_refuted == 0);
}

TEST_CASE("a cut-over with data is one more run, without it there is only cleaning") {
  const auto events = long_incremental_life();
  const std::vector<JobEvent> waits{events.begin(), events.begin() + 11};
  auto record = replay("j-1", stored(waits)).value();
  REQUIRE(record.state == JobState::waiting);
  CHECK(!is_last_run(record));
  apply(record, CutOverStarted{true}, 5);
  CHECK(record.state == JobState::preparing);
  CHECK(record.run_number == 2);
  CHECK(is_last_run(record));
  record = replay("j-1", stored(waits)).value();
  apply(record, CutOverStarted{false}, 5);
  CHECK(record.state == JobState::cleaning);
  CHECK(record.run_number == 1);
  CHECK(is_last_run(record));
}

TEST_CASE("events of the first version, without the newer fields, are read as before") {
  const auto old_event = [](const std::string& type, const auto& fields) {
    return StoredEvent{0, type, to_msgpack(fields), 7};
  };
  std::vector<StoredEvent> history{old_event("event.job_created", OldCreated{}),
                                   old_event("event.job_started", OldStarted{}),
                                   old_event("event.job_canceled", OldCanceled{})};
  for (std::size_t i = 0; i < history.size(); ++i) history[i].seq = i + 1;
  const auto started = replay("j-1", {history.begin(), history.begin() + 2});
  REQUIRE(started);
  CHECK(started->settings.run_once);
  CHECK(is_last_run(*started));
  CHECK(started->settings.fixups.empty());      // its image stays a copy
  CHECK(started->settings.boot_proof.empty());  // and is not booted
  CHECK(started->runs.size() == 1);
  CHECK(started->runs[0].type == "Manual");
  CHECK(next_alarm_ms(*started) == 0);
  CHECK(started->trace == trace::trace_of("j-1"));
  const auto canceled = replay("j-1", history);
  REQUIRE(canceled);
  CHECK(canceled->state == JobState::deleting);
}

TEST_CASE("of many runs the newest are kept, and all are counted") {
  auto record = replay("j-1", stored({created()})).value();
  record.settings.run_once = false;
  for (std::size_t i = 0; i <= limits::runs_kept_max; ++i) {
    record.state = JobState::waiting;
    apply(record, JobStarted{"start"}, 10);
    record.state = JobState::cleaning;
    apply(record, RunFinished{}, 11);
  }
  CHECK(record.runs.size() == limits::runs_kept_max);
  CHECK(record.run_number == limits::runs_kept_max + 1);
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
  check_refused(history, "at event 5 (event.job_paused): the next event has number 6");
  history = stored(long_life());
  history.erase(history.begin());
  check_refused(history, "at event 1 (event.job_started): the next event has number 2");
  history = stored(long_life());
  std::swap(history[2], history[3]);
  check_refused(history, "at event 3 (event.instance_ready): the next event has number 4");
  history = stored(long_life());
  history.push_back(history.back());
  check_refused(history, "at event 24 (event.job_finished): the next event has number 23");
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
  auto events = all_lives();
  events.emplace_back(CutOverStarted{});
  events.emplace_back(CutOverStarted{true});
  events.emplace_back(JobCanceled{});
  events.emplace_back(JobCanceled{true, "delete"});
  events.emplace_back(ReleaseStalled{"i-1", "instance", "t-1", 6001, "no answer", "start it"});
  events.emplace_back(ResourceAbandoned{"i-1", "instance", "t-1"});
  events.emplace_back(ImageRemoved{"m-1", true});
  events.emplace_back(MachineIntended{"vm-1", "w-1", {'s'}});
  events.emplace_back(MachineRented{"i-1", "203.0.113.9", "ecs.n1.small", {{"d-1", "1"}}});
  events.emplace_back(MachineEnrolled{"a", "b"});
  events.emplace_back(BootSeen{"m-1", {'x'}});
  events.emplace_back(JobStalled{"copying disk 0", 5, "s-1"});
  events.emplace_back(JobMoved{});
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
  CHECK(kinds.size() == std::variant_size_v<AnyJobEvent>);
  CHECK(sentences.size() >= kinds.size());
  CHECK(describe(JobStarted{"resume"}) == "migration resumed");
  const FixUpReport report{"applied", 6, {"dracut"}, {}, {{0, 1 << 20, {}}, {1, 1 << 18, {}}}};
  CHECK(describe(ImageExported{{}, report}) ==
        "image exported, 0 B in the bucket; boot fix-ups: 6 changes, 1 rebuilt; 1.2 MiB of the "
        "image differ from the source");
  CHECK(describe(ImageExported{{}, {"no_guest", 0, {}, {"no root on it"}, {}}})
            .ends_with("; boot fix-ups: none, no root on it"));
  ImageBoot boot;
  boot.outcome = "booted";
  boot.seconds = 83.7;
  boot.accelerator = "tcg";
  CHECK(describe(ImageExported{{}, {}, boot}).ends_with("in the bucket; it boots (83 s, tcg)"));
  boot.outcome = "failed";
  boot.cause = "root_wrong";
  boot.what = "no such root";
  CHECK(describe(ImageExported{{}, {}, boot})
            .ends_with("; warning: that it boots is not proven: no such root (root_wrong)"));
  CHECK(describe(JobFailed{2005, "no room", "make room"}).find("make room") != std::string::npos);
}

TEST_CASE("a job holds what it intended until that is released, given up or handed over") {
  const auto kinds_after = [](const std::vector<JobEvent>& life, std::size_t count) {
    const auto record =
        replay("j-1", stored({life.begin(), life.begin() + static_cast<std::ptrdiff_t>(count)}));
    REQUIRE(record);
    std::string kinds;
    for (const auto& held : record->holds) kinds += held.kind + " ";
    return kinds;
  };
  const auto life = long_life();
  CHECK(kinds_after(life, 2).empty());
  CHECK(kinds_after(life, 3) == "instance ");
  CHECK(kinds_after(life, 11) == "instance ");  // in error
  CHECK(kinds_after(life, 19) == "instance export import ");
  CHECK(kinds_after(life, 20) == "instance export ");
  CHECK(kinds_after(life, 21) == "instance ");
  CHECK(kinds_after(life, life.size()).empty());
  CHECK(kinds_after(long_incremental_life(), 19) == "instance export export ");
  CHECK(kinds_after(long_incremental_life(), 31) == "instance ");
}

TEST_CASE("what keeps a job from its end is told until it is released or given up") {
  auto life = long_life();
  life.resize(21);  // cleaning, with the instance
  life.emplace_back(ReleaseStalled{"i-1", "instance", "t-1", 6001, "no answer", "start it"});
  auto record = replay("j-1", stored(life));
  REQUIRE(record);
  CHECK(view_of(*record).error == "no answer");
  CHECK(view_of(*record).fix == "start it");
  SUBCASE("released") { life.emplace_back(ResourceReleased{"i-1", "instance"}); }
  SUBCASE("given up") { life.emplace_back(ResourceAbandoned{"i-1", "instance", "t-1"}); }
  life.emplace_back(JobFinished{});
  record = replay("j-1", stored(life));
  REQUIRE(record);
  CHECK(view_of(*record).error_code == 0);
  CHECK(record->holds.empty());
}
