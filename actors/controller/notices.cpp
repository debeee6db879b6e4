// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/notices.hpp"

#include <algorithm>

#include "actors/controller/job_record.hpp"
#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "notify/limits.hpp"
#include "notify/notification.hpp"
#include "storage/cluster_log.hpp"
#include "storage/enrolment.hpp"
#include "storage/notification_table.hpp"

namespace ferry {
namespace {

/// A notice, with all by which somebody may want it.
struct Told {
  Notification n;
  std::vector<Tag> tags;  // of the job; of the source server if there is none
};

std::string word(std::string_view text) {
  return plain_text(text, limits::notification_word_bytes_max);
}

std::string sentence(std::string_view text) {
  return plain_text(text, limits::notification_text_bytes_max);
}

void add_error(Notification& n, std::uint16_t code, const std::string& why,
               const std::string& fix) {
  const Error error{static_cast<Errc>(code), why, fix};
  n.code = code_text(error.code);
  n.text = sentence(why);
  n.fix = sentence(remedy(error));
}

/// The event's own words; errors come apart, as programs want them.
void add_event(Notification& n, const JobEvent& event) {
  n.text = sentence(describe(event));
  if (const auto* failed = std::get_if<JobFailed>(&event)) {
    add_error(n, failed->code, failed->why, failed->fix);
  }
  if (std::holds_alternative<JobStalled>(event)) {
    n.fix = "see what it waits for: 'edgeferry job show " + n.job + "'";
  }
  if (const auto* stalled = std::get_if<ReleaseStalled>(&event)) {
    add_error(n, stalled->code, stalled->why, stalled->fix);
  }
}

/// What is known of the job at that event, by its history up to there: later ones may have deleted
/// it.
void add_job(Told& told, Journal& journal, const StoredNotice& notice) {
  auto& n = told.n;
  n.job = word(notice.job);
  const auto history =
      journal.events(notice.job, 0, notice.number != 0 ? notice.number : 1'000'000);
  const auto record = replay(notice.job, history);
  const auto event =
      history.empty() ? fail(Errc::not_found, "it has no history") : decode_event(history.back());
  if (!record || !event) {
    n.text =
        sentence(notice.text.empty() ? "what happened can't be read, see 'edgeferry job events'"
                                     : notice.text);
    return;
  }
  told.tags = record->settings.tags;
  n.job_name = word(record->settings.name);
  n.source = word(record->settings.source);
  if (notice.number == 0) return;
  if (notice.word == "done") n.image = word(record->image);
  add_event(n, *event);
}

Told tell(Database& database, const StoredNotice& notice, const std::string& cluster) {
  Told told;
  auto& n = told.n;
  n.type = notice.word;
  n.at_ms = notice.at_ms;
  n.cluster = cluster;
  n.text = sentence(notice.text);
  Journal journal{database};
  if (!notice.job.empty()) add_job(told, journal, notice);
  if (notice.word != "offline") return told;
  n.source = word(notice.subject);
  if (!notice.job.empty()) return told;
  const auto sources = Enrolment{database}.sources();
  const auto source = std::ranges::find(sources, notice.subject, &StoredSource::id);
  if (source != sources.end()) told.tags = unpacked_tags(source->tags);
  return told;
}

bool has_tag(const std::vector<Tag>& tags, const Tag& wanted) {
  return std::ranges::any_of(tags, [&](const Tag& tag) {
    return tag.key == wanted.key && (wanted.value.empty() || tag.value == wanted.value);
  });
}

/// Not by std::views::split, which clang 14 doesn't compile.
bool has_word(const std::string& words, const std::string& word) {
  return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

bool wants(const StoredNotification& who, const Told& told, const StoredNotice& notice) {
  if (who.disabled || (!who.job.empty() && who.job != notice.job)) return false;
  if (!who.events.empty() && !has_word(who.events, notice.word)) return false;
  return std::ranges::all_of(unpacked_tags(who.tags),
                             [&](const Tag& tag) { return has_tag(told.tags, tag); });
}

void make_room(Database& database, const StoredNotification& who) {
  NotificationTable table{database};
  const auto waiting = table.waiting(who.id);
  if (waiting < limits::notification_queue_max) return;
  const auto given_up = table.give_up_oldest(who.id, waiting - limits::notification_queue_max / 2);
  log::warning("a receiver takes nothing, and older notifications are given up",
               {{"notification", who.id}, {"count", given_up}});
  ClusterLog{database}.append({0, wall_ms(), "notifications_given_up", who.id,
                               std::to_string(given_up) + " notifications by " + who.kind +
                                   " are given up: too many wait"});
}

}  // namespace

void address_notices(Database& database, const std::string& cluster) {
  NotificationTable table{database};
  const auto notices = table.notices(limits::notices_at_once);
  if (notices.empty()) return;
  const auto all = table.all();
  for (const auto& notice : notices) {
    auto told = tell(database, notice, cluster);
    // With these, an event is known from all others.
    const auto what = notice.word + "\n" + notice.job + "\n" + std::to_string(notice.number) +
                      "\n" + notice.subject + "\n" + std::to_string(notice.at_ms);
    const auto& lane = notice.job.empty() ? notice.subject : notice.job;
    for (const auto& who : all) {
      if (!wants(who, told, notice)) continue;
      make_room(database, who);
      told.n.id = notification_id(who.id, what);
      table.enqueue(who.id, lane, to_msgpack(told.n));
    }
    table.forget_notice(notice.seq);
  }
}

}  // namespace ferry
