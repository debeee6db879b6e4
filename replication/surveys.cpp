// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/surveys.hpp"

#include <algorithm>
#include <utility>

namespace ferry {

using files::FileSurvey;

Result<> Surveys::ask() {
  while (asking() && questions_.size() + answers_.size() < limits::surveys_ahead_max) {
    const auto& file = files_[asked_files_];
    const auto& entry = file.listing->entries[file.entry];
    const auto begin = asked_to_;
    questions_.push_back({first_ + asked_files_, begin});
    asked_to_ += FileSurvey::window_bytes;
    if (asked_to_ >= entry.size) ask_next_file();
    // Its answer may come before `add` returns.
    auto done = batch_.add(frame::StepKind::survey, begin,
                           files::join(file.listing->directory, entry.name));
    if (!done) return done;
  }
  return {};
}

Result<> Surveys::take(frame::Survey survey) {
  auto& [number, found] = survey;
  if (number != answered_) return fail(Errc::transfer_broken, "answers to surveys were lost");
  if (questions_.empty() || questions_.front().begin != found.begin) {
    return fail(Errc::malformed, "a survey that nobody asked for");
  }
  ++answered_;
  const auto file = questions_.front().file;
  questions_.pop_front();
  if (file == no_file) return {};
  // A hole, or the end of the file, may reach over what was to be asked next.
  if (asking() && file == first_ + asked_files_) {
    const auto& entry = files_[asked_files_].listing->entries[files_[asked_files_].entry];
    asked_to_ = std::max(asked_to_, found.end);
    if (found.end == found.begin || asked_to_ >= entry.size) ask_next_file();
  }
  // That there is no such file is said once.
  const bool known = !answers_.empty() && answers_.back().file == file;
  if (found.end > found.begin || !known) answers_.push_back({file, std::move(found)});
  return {};
}

Result<> Surveys::wait() {
  if (auto done = batch_.flush(); !done) return done;
  // An answer goes out before the word that its question is durable.
  if (link_.all_durable()) return fail(Errc::transfer_broken, "a survey was not answered");
  return link_.wait();
}

Result<bool> Surveys::found() {
  for (;;) {
    if (auto done = ask(); !done) return fail(done.error());
    if (!answers_.empty() && answers_.front().file == first_) {
      const auto& found = answers_.front().found;
      return found.end > found.begin;
    }
    if (auto done = wait(); !done) return fail(done.error());
  }
}

Result<const FileSurvey*> Surveys::covering(std::uint64_t offset) {
  const auto is_first = [this](const auto& it) { return it.file == first_; };
  for (;;) {
    while (!answers_.empty() && is_first(answers_.front()) &&
           answers_.front().found.end <= offset) {
      answers_.pop_front();
    }
    if (auto done = ask(); !done) return fail(done.error());
    if (!answers_.empty() && is_first(answers_.front())) return &answers_.front().found;
    const bool more = asked_files_ == 0 || std::ranges::any_of(questions_, is_first);
    if (!more) return nullptr;
    if (auto done = wait(); !done) return fail(done.error());
  }
}

void Surveys::again() {
  for (auto& question : questions_) question.file = no_file;
  answers_.clear();
  asked_files_ = 0;
  asked_to_ = 0;
}

void Surveys::done() {
  for (auto& question : questions_) {
    if (question.file == first_) question.file = no_file;
  }
  std::erase_if(answers_, [this](const Answer& answer) { return answer.file == first_; });
  files_.pop_front();
  ++first_;
  if (asked_files_ == 0) {
    asked_to_ = 0;
  } else {
    --asked_files_;
  }
}

}  // namespace ferry
