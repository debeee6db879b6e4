// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the journal keeps of jobs for people to read.
#include "actors/controller/jobs.hpp"
#include "actors/controller/store.hpp"

namespace ferry {
namespace {

constexpr std::size_t job_events_per_answer = 1000;

}  // namespace

Error unknown_job(const std::string& id) {
  return {Errc::not_found, "there is no job " + id, "see 'edgeferry job list'"};
}

/// Answers with what the newest event of this kind says.
template <class Event, class Answer>
caf::result<Answer> Jobs::from_newest(const std::string& job, const Error& none,
                                      Answer (*read)(const Event&)) {
  auto promise = self_->make_response_promise<Answer>();
  auto work = [job, read](Database& database) {
    Journal journal{database};
    const auto last = journal.last(job, Event::wire_name);
    if (last == 0) return caf::make_message(Answer{});
    const auto event = decode_event(journal.events(job, last - 1, 1).at(0));
    const auto* found = event ? std::get_if<Event>(&*event) : nullptr;
    return caf::make_message(found != nullptr ? read(*found) : Answer{});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [promise, none](const Answer& answer) mutable {
            if (answer.image.empty()) {
              promise.deliver(to_caf(none));
            } else {
              promise.deliver(answer);
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<EventList> Jobs::events(const ListEvents& m) {
  auto promise = self_->make_response_promise<EventList>();
  auto work = [m](Database& database) {
    EventList list;
    for (const auto& stored : Journal{database}.events(m.job, m.after_seq, job_events_per_answer)) {
      auto event = decode_event(stored);
      EventView view{stored.seq, stored.at_ms, stored.type, {}};
      view.text = event ? describe(*event) : event.error().what;
      if (event) view.facts = facts_of(*event);
      list.events.push_back(std::move(view));
    }
    return caf::make_message(list);
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [promise, m](const EventList& list) mutable {
            if (list.events.empty() && m.after_seq == 0) {
              promise.deliver(to_caf(unknown_job(m.job)));
            } else {
              promise.deliver(list);
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

/// The journal keeps it, whatever became of the registry's.
caf::result<CertificateFile> Jobs::certificate(const GetCertificate& m) {
  const Error none{Errc::not_found, "job " + m.job + " has no certificate",
                   "it gets one with its image, see 'edgeferry job events " + m.job + "'"};
  return from_newest<ImageCertified, CertificateFile>(m.job, none, [](const ImageCertified& e) {
    return CertificateFile{e.image, e.certificate};
  });
}

caf::result<BootLog> Jobs::boot_log(const GetBootLog& m) {
  const Error none{Errc::not_found, "no boot proof of job " + m.job + " has a console yet",
                   "it has one once its image was seen to boot, or not to"};
  return from_newest<BootSeen, BootLog>(m.job, none, [](const BootSeen& e) {
    return BootLog{e.image, e.console};
  });
}

}  // namespace ferry
