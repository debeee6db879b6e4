// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/tree_receiver.hpp"

#include <utility>

namespace ferry {
namespace {

using frame::StepKind;

/// A listing that stands for one entry of a directory.
Result<files::Listing> parse_single(std::span<const std::byte> bytes) {
  auto listing = files::parse_listing(bytes);
  if (listing && listing->entries.size() != 1) {
    return fail(Errc::malformed, "a step of one file with several, or with none");
  }
  return listing;
}

}  // namespace

Result<std::unique_ptr<TreeReceiver>> TreeReceiver::open(const TreeTarget& target,
                                                         files::UnheldFiles& unheld, Answer answer,
                                                         const std::stop_token& stop) {
  auto issues = std::make_shared<IssueLog>();
  const auto& options = target.options();
  const auto on_issue = [issues, &unheld](const files::FileIssue& issue) {
    if (unheld.note(issue)) issues->note(issue);
  };
  auto writer = files::TreeWriter::open(options.root, {.filter = options.filter,
                                                       .digest_key = options.digest_key,
                                                       .on_issue = on_issue,
                                                       .stop = stop});
  if (!writer) return fail(writer.error());
  return std::unique_ptr<TreeReceiver>{new TreeReceiver{
      std::move(*writer), target, unheld, std::move(issues), std::move(answer), stop}};
}

Result<> TreeReceiver::take(std::span<const std::byte> batch) {
  batch_surveys_ = 0;
  for (;;) {
    const auto step = frame::take_step(batch);
    if (!step) return fail(step.error());
    if (!*step) break;
    if (auto done = perform(**step); !done) return done;
  }
  tell();
  return {};
}

Result<> TreeReceiver::perform(const frame::Step& step) {
  switch (step.kind) {
    case StepKind::piece: return write(step.number, step.bytes);
    case StepKind::hole: return punch(step.number, step.bytes);
    case StepKind::file_end: return end_file(step.number, step.bytes);
    case StepKind::survey: return survey(step);
    default: break;
  }
  // Whatever else comes, the file before it is given up: the source lost it, or reads it again.
  file_.reset();
  skipping_ = false;
  switch (step.kind) {
    case StepKind::listing: return list(step.bytes);
    case StepKind::comparison: return compare(step.bytes);
    case StepKind::file:
    case StepKind::patch: return begin_file(step);
    case StepKind::name: return add_name(step.bytes);
    default: break;
  }
  auto end = files::parse_directory_end(step.bytes);
  if (!end) return fail(end.error());
  if (!comparer_) return writer_.end_directory(std::move(*end));
  const auto differs = comparer_->end_directory(*end, unheld_);
  if (!differs) return fail(differs.error());
  answer(*differs ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{});
  return {};
}

Result<> TreeReceiver::list(std::span<const std::byte> bytes) {
  const auto listing = files::parse_listing(bytes);
  if (!listing) return fail(listing.error());
  if (!std::exchange(listed_, true)) begin_pass();
  auto entries = writer_.list(*listing);
  if (!entries) return fail(entries.error());
  answer(std::move(*entries));
  return {};
}

/// What an earlier comparison has found doesn't count any more.
void TreeReceiver::begin_pass() {
  unheld_.forget();
  std::error_code ignored;  // there is none, or the next comparison replaces it
  if (!target_.options().manifest.empty()) {
    std::filesystem::remove(target_.options().manifest, ignored);
  }
}

Result<> TreeReceiver::compare(std::span<const std::byte> bytes) {
  const auto listing = files::parse_listing(bytes);
  if (!listing) return fail(listing.error());
  if (!comparer_) {
    const auto& options = target_.options();
    auto opened = files::TreeComparer::open(options.root, options.digest_key, options.manifest);
    if (!opened) return fail(opened.error());
    comparer_.emplace(std::move(*opened));
  }
  auto entries = comparer_->list(*listing, unheld_, stop_);
  if (!entries) return fail(entries.error());
  answer(std::move(*entries));
  return {};
}

/// More of them than a source may have open would only keep the disk busy, and fill the memory with
/// answers.
Result<> TreeReceiver::survey(const frame::Step& step) {
  if (++batch_surveys_ > limits::surveys_ahead_max) {
    return fail(Errc::malformed, "more surveys than may be open");
  }
  const std::string path{reinterpret_cast<const char*>(step.bytes.data()), step.bytes.size()};
  auto found = writer_.survey(path, step.number);
  if (!found) return fail(found.error());
  answer_(frame::Type::survey, frame::payload(frame::Survey{surveys_++, std::move(*found)}));
  return {};
}

Result<> TreeReceiver::begin_file(const frame::Step& step) {
  const auto listing = parse_single(step.bytes);
  if (!listing) return fail(listing.error());
  const auto& entry = listing->entries.front();
  auto file = step.kind == StepKind::patch ? writer_.patch(listing->directory, entry)
                                           : writer_.create(listing->directory, entry);
  if (file) {
    file_.emplace(std::move(*file));
    return {};
  }
  if (!files::is_issue(file.error())) return fail(file.error());
  writer_.report(files::join(listing->directory, entry.name), file.error());
  skipping_ = true;
  return {};
}

Result<> TreeReceiver::write(std::uint64_t offset, std::span<const std::byte> data) {
  if (skipping_) return {};
  if (!file_) return fail(Errc::malformed, "data of no file");
  auto done = file_->write(offset, data);
  if (!done) return give_up_file(done.error());
  bytes_written_ += data.size();
  return {};
}

Result<> TreeReceiver::punch(std::uint64_t offset, std::span<const std::byte> length) {
  if (skipping_) return {};
  if (!file_) return fail(Errc::malformed, "a hole of no file");
  const auto bytes = frame::parse_length(length);
  if (!bytes) return fail(bytes.error());
  const auto done = file_->punch(offset, *bytes);
  return done ? done : give_up_file(done.error());
}

Result<> TreeReceiver::end_file(std::uint64_t size, std::span<const std::byte> bytes) {
  if (skipping_) return {};
  if (!file_) return fail(Errc::malformed, "the end of no file");
  const auto digest = frame::parse_digest(bytes);
  if (!digest) return fail(digest.error());
  auto done = writer_.complete(std::move(*file_), {.size = size, .digest = *digest});
  file_.reset();
  return done;
}

Result<> TreeReceiver::add_name(std::span<const std::byte> bytes) {
  const auto listing = parse_single(bytes);
  if (!listing) return fail(listing.error());
  return writer_.add_name(listing->directory, listing->entries.front());
}

Result<> TreeReceiver::give_up_file(const Error& error) {
  if (!files::is_issue(error)) return fail(error);
  writer_.report(files::join(file_->directory(), file_->entry().name), error);
  file_.reset();
  skipping_ = true;
  return {};
}

void TreeReceiver::answer(std::vector<std::uint32_t> entries) {
  wanted_entries_ += entries.size();
  wanted_.entries.push_back(std::move(entries));
  if (wanted_entries_ >= frame::wanted_entries_full ||
      wanted_.entries.size() == frame::wanted_listings_max) {
    tell();
  }
}

void TreeReceiver::tell() {
  if (wanted_.entries.empty()) return;
  answer_(frame::Type::wanted, frame::payload(wanted_));
  wanted_.first += wanted_.entries.size();
  wanted_.entries.clear();
  wanted_entries_ = 0;
}

frame::Summary TreeReceiver::summary() const {
  return {.removed = writer_.removed(),
          .issues_total = issues_->total() + (comparer_ ? comparer_->unheld() : 0),
          .issues = issues_->first()};
}

}  // namespace ferry
