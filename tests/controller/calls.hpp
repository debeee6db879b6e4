// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs that are in the database already, and calls on them.
#pragma once

#include <doctest/doctest.h>

#include "tests/controller/histories.hpp"
#include "tests/controller/office.hpp"

namespace ferry::test {

/// What the ledger says beside these events.
void keep_ledger(Journal& journal, const std::string& id, const std::vector<JobEvent>& events);
/// Puts a job with this history into the database; returns its id.
std::string add_job(Office& office, const std::string& source, std::vector<JobEvent> events);

std::vector<JobEvent> first_of_life(long count);
/// The first events of a job of several runs: 11 lead to Waiting.
std::vector<JobEvent> first_of_incremental_life(long count);

std::string status_words(const std::string& is, const std::string& allowed);

ModifyJob transfer_change(const std::string& job);
ModifyJob name_change(const std::string& job, const std::string& name);

template <class Request>
void check_changes_nothing(Office& office, const Request& request, Errc code,
                           const std::string& words) {
  const auto before = office.job(request.job);
  REQUIRE(before);
  const auto events = office.events(request.job).size();
  const auto answer = office.ask<JobView>(office.jobs, request);
  REQUIRE_MESSAGE(!answer, to_string(request));
  CHECK(answer.error().code == code);
  CHECK(answer.error().what == words);
  CHECK(office.events(request.job).size() == events);
  CHECK(office.job(request.job)->status == before->status);
  CHECK(office.job(request.job)->epoch == before->epoch);
}

}  // namespace ferry::test
