// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/tree_sender.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "replication/file_patch.hpp"

namespace ferry {
namespace {

using files::DirectoryEnd;
using files::FileEntry;
using files::Listing;
using frame::StepKind;
using frame::Type;

// Listings travel at the latest when so many wait, so that answers come while others go.
constexpr std::size_t listings_sent_together = limits::tree_steps_ahead_max / 4;

std::string single(const std::string& directory, const FileEntry& entry) {
  return files::encode(Listing{.directory = directory, .entries = {entry}});
}

}  // namespace

TreeSender::TreeSender(const ZmqContext& context, PassShared& pass, BufferPool& pool,
                       files::TreeReader& reader)
    : pass_(pass),
      reader_(reader),
      link_(context, pass, 0, pool,
            [this](Type type, std::span<const std::byte> payload) {
              return take_reply(type, payload);
            }),
      batch_(pass, pool, link_),
      hasher_(pass.settings.digest_key) {}

Result<> TreeSender::send_tree() {
  if (pass_.settings.patches) surveys_.emplace(batch_, link_);
  if (auto done = walk({}, [this](Ahead& next) { return send_answered(next); }); !done) {
    return done;
  }
  return finish();
}

Result<> TreeSender::compare_tree(const Comparison& comparison) {
  // Directories that the target hasn't. What is below goes without saying, and only the end of one
  // says whether it is new.
  std::set<std::string, std::less<>> missing;
  const auto is_below_missing = [&](std::string_view path) {
    for (; !path.empty(); path = files::split(path).directory) {
      if (missing.contains(path)) return true;
    }
    return false;
  };
  const auto use = [&](Ahead& next) -> Result<> {
    if (const auto* end = std::get_if<DirectoryEnd>(&next.step)) {
      const std::string directory{files::split(end->path).directory};
      const bool differs = next.answer && !next.answer->empty();
      const bool lacking = missing.erase(end->path) > 0;
      if (lacking || (differs && !is_below_missing(directory))) {
        comparison.different(directory, end->entry);
      }
      if (next.answer && !differs) comparison.same(directory, end->entry);
      return {};
    }
    const auto& [directory, entries, last, complete] = std::get<Listing>(next.step);
    const bool below_missing = is_below_missing(directory);
    auto differing = next.answer->begin();
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const bool is_directory = entries[i].type == files::FileType::directory;
      if (differing == next.answer->end() || *differing != i) {
        if (!is_directory) comparison.same(directory, entries[i]);
        continue;
      }
      ++differing;
      if (below_missing) continue;
      if (is_directory) {
        missing.insert(files::join(directory, entries[i].name));
      } else {
        comparison.different(directory, entries[i]);
      }
    }
    for (const auto& entry : entries) pass_.progress.bytes_durable += entry.size;
    pass_.progress.files_done += entries.size();
    return {};
  };
  const Asked asked{StepKind::comparison, comparison.directories};
  if (auto done = walk(asked, use); !done) return done;
  return finish();
}

/// Takes the steps of the reader to `use` in their order, those that were sent with their answers.
Result<> TreeSender::walk(const Asked& asked, const Use& use) {
  if (auto done = link_.connect(); !done) return done;
  for (;;) {
    if (auto done = look_ahead(asked); !done) return done;
    if (ahead_.empty()) return {};
    auto& next = ahead_.front();
    if (next.sent) {
      if (auto done = await_answer(next); !done) return done;
    }
    if (auto done = use(next); !done) return done;
    ahead_bytes_ -= next.bytes;
    ahead_.pop_front();
  }
}

Result<> TreeSender::look_ahead(const Asked& asked) {
  while (!walked_ && ahead_.size() < limits::tree_steps_ahead_max &&
         ahead_bytes_ < limits::tree_bytes_ahead_max) {
    auto step = read_step();
    if (!step) return fail(step.error());
    walked_ = !*step;
    if (walked_) break;
    Ahead ahead{std::move(**step), 0, false, {}};
    if (auto done = send_ahead(asked, ahead); !done) return done;
    ahead_bytes_ += ahead.bytes;
    ahead_.push_back(std::move(ahead));
    const bool many = unsent_ >= listings_sent_together;
    if (many) unsent_ = 0;
    if (auto done = many ? batch_.flush() : batch_.flush_old(); !done) return done;
  }
  return {};
}

Result<> TreeSender::send_ahead(const Asked& asked, Ahead& ahead) {
  const auto* listing = std::get_if<Listing>(&ahead.step);
  if (listing == nullptr && !asked.ends) return {};
  const auto bytes = listing != nullptr ? files::encode(*listing)
                                        : files::encode(std::get<DirectoryEnd>(ahead.step));
  const auto kind = listing != nullptr ? asked.listings : StepKind::directory_end;
  if (auto done = batch_.add(kind, 0, bytes); !done) return done;
  ahead.bytes = bytes.size();
  ahead.sent = true;
  ++unsent_;
  if (listing == nullptr) return {};
  result_.listed += listing->entries.size();
  pass_.progress.files_total += listing->entries.size();
  for (const auto& entry : listing->entries) pass_.progress.bytes_total += entry.size;
  return {};
}

Result<> TreeSender::await_answer(const Ahead& next) {
  if (next.answer) return {};
  unsent_ = 0;
  if (auto done = batch_.flush(); !done) return done;
  while (!next.answer) {
    // The answer goes out before the word that its listing is durable.
    if (link_.all_durable()) {
      return fail(Errc::transfer_broken, "the receiver has not answered a listing");
    }
    if (auto done = link_.wait(); !done) return done;
  }
  return {};
}

Result<> TreeSender::send_answered(Ahead& next) {
  if (const auto* end = std::get_if<DirectoryEnd>(&next.step)) {
    return batch_.add(StepKind::directory_end, 0, files::encode(*end));
  }
  const auto& listing = std::get<Listing>(next.step);
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < listing.entries.size(); ++i) {
    const auto& entry = listing.entries[i];
    if (wanted < next.answer->size() && next.answer->at(wanted) == i) {
      ++wanted;
      const bool further_name = !entry.leader.empty();
      if (!further_name && entry.type != files::FileType::regular) {
        return fail(Errc::malformed, "the receiver wants the data of what has none");
      }
      auto sent = further_name
                      ? batch_.add(StepKind::name, 0, single(listing.directory, entry), entry.size)
                      : send_file(listing.directory, entry);
      if (!sent) return sent;
      if (further_name) ++result_.names;
    } else {
      pass_.progress.bytes_durable += entry.size;
      pass_.progress.bytes_skipped_equal += entry.size;
    }
    ++pass_.progress.files_done;
  }
  return {};
}

/// Says so of the wanted files whose data the receiver may have in an older state. The same for one
/// entry always.
bool TreeSender::is_surveyed(const FileEntry& entry) const {
  return surveys_ && entry.type == files::FileType::regular && entry.leader.empty() &&
         entry.size >= limits::patched_file_bytes_min;
}

Result<> TreeSender::send_file(const std::string& directory, const FileEntry& entry) {
  if (auto asked = surveys_ ? surveys_->ask() : Result<>{}; !asked) return asked;
  for (std::uint32_t attempt = 1;; ++attempt) {
    const bool last = attempt == limits::changed_file_attempts;
    const auto done = try_file(directory, entry, last);
    if (!done) return fail(done.error());
    if (*done || last) break;
    if (is_surveyed(entry)) surveys_->again();
  }
  if (is_surveyed(entry)) surveys_->done();
  return {};
}

/// Returns false if the file changed meanwhile, and its data is not to be used. The last attempt
/// lets it be used, with the time it had at first, so that the next pass finds it changed.
Result<bool> TreeSender::try_file(const std::string& directory, const FileEntry& entry, bool last) {
  const auto path = files::join(directory, entry.name);
  auto source = reader_.open_file(directory, entry);
  if (!source) return skip(path, source.error());
  const auto patched = is_surveyed(entry) ? surveys_->found() : Result<bool>{false};
  if (!patched) return fail(patched.error());
  auto done = batch_.add(*patched ? StepKind::patch : StepKind::file, 0,
                         single(directory, source->entry()));
  if (!done) return fail(done.error());
  const auto sent = *patched ? send_changes(*source) : send_data(*source);
  if (!sent) return skip(path, sent.error());
  const auto end = source->finish();
  if (!end) return skip(path, end.error());
  if (end->changed && !last) return false;
  if (end->changed) {
    reader_.report(path, {Errc::file_changed, "'" + path + "' changed while it was read", {}});
  }
  // Holes count as done, and so does what was cut off meanwhile.
  const auto rest = entry.size - std::min(entry.size, sent->settles);
  done = batch_.add(StepKind::file_end, end->size, frame::encode(end->digest), rest);
  if (!done) return fail(done.error());
  ++result_.files;
  result_.bytes += sent->bytes;
  return true;
}

Result<std::optional<files::TreeReader::Step>> TreeSender::read_step() {
  const InStage reading{link_.clock(), Stage::source_disk};
  return reader_.next();
}

Result<std::optional<files::FilePiece>> TreeSender::read_piece(files::SourceFile& source,
                                                               std::span<std::byte> into) {
  const InStage reading{link_.clock(), Stage::source_disk};
  return source.next(into);
}

/// Reads to where it is sent from.
Result<TreeSender::Sent> TreeSender::send_data(files::SourceFile& source) {
  const auto size = source.entry().size;
  Sent sent;
  for (std::uint64_t offset = 0;;) {
    const auto room = batch_.room(size - std::min(size, offset));
    if (!room) return fail(room.error());
    const auto piece = read_piece(source, *room);
    if (!piece) return fail(piece.error());
    if (!*piece) break;
    batch_.add_piece((*piece)->offset, (*piece)->data.size());
    offset = (*piece)->offset + (*piece)->data.size();
    sent.bytes += (*piece)->data.size();
  }
  sent.settles = sent.bytes;
  return sent;
}

Result<TreeSender::Sent> TreeSender::send_changes(files::SourceFile& source) {
  FilePatch patch{hasher_, *surveys_, batch_, pass_.progress};
  scratch_.resize(limits::chunk_bytes - limits::granule_bytes);  // all of it fits into a frame
  for (;;) {
    const auto piece = read_piece(source, scratch_);
    if (!piece) return fail(piece.error());
    auto done = *piece ? patch.add(**piece) : patch.end(source.size());
    if (!done) return fail(done.error());
    if (!*piece) return Sent{patch.bytes_sent(), patch.bytes_settled()};
  }
}

/// Goes on with the next file: the receiver gives this one up when another step comes.
Result<bool> TreeSender::skip(const std::string& path, const Error& error) {
  if (!files::is_issue(error)) return fail(error);
  reader_.report(path, error);
  return true;
}

Result<> TreeSender::finish() {
  if (auto done = batch_.flush(); !done) return done;
  if (auto done = link_.finish(); !done) return done;
  if (!summary_) return fail(Errc::transfer_broken, "the receiver did not say what it has done");
  result_.removed = summary_->removed;
  result_.issues_total = summary_->issues_total;
  result_.issues = std::move(summary_->issues);
  return {};
}

Result<> TreeSender::take_reply(Type type, std::span<const std::byte> payload) {
  if (type == Type::wanted) {
    const auto wanted = frame::parse_wanted(payload);
    return wanted ? take_wanted(*wanted) : fail(wanted.error());
  }
  if (type == Type::survey) {
    auto survey = frame::parse_survey(payload);
    if (!survey) return fail(survey.error());
    if (surveys_) return surveys_->take(std::move(*survey));
  }
  auto summary = type == Type::summary ? frame::parse_summary(payload)
                                       : fail(Errc::malformed, "an unexpected answer");
  if (!summary) return fail(summary.error());
  summary_ = std::move(*summary);
  return {};
}

/// Answers come in the order of the listings; one that is missing was lost on its way.
Result<> TreeSender::take_wanted(const frame::Wanted& wanted) {
  if (wanted.first != answered_) {
    return fail(Errc::transfer_broken, "answers to listings were lost");
  }
  auto at = ahead_.begin();
  for (const auto& entries : wanted.entries) {
    at = std::find_if(at, ahead_.end(),
                      [](const Ahead& ahead) { return ahead.sent && !ahead.answer; });
    if (at == ahead_.end()) return fail(Errc::malformed, "an answer to no listing");
    const auto* listing = std::get_if<Listing>(&at->step);
    const auto listed = listing != nullptr ? listing->entries.size() : 1;
    if (!entries.empty() && entries.back() >= listed) {
      return fail(Errc::malformed, "an answer about more than was listed");
    }
    for (const auto i : entries) {
      if (listing != nullptr && is_surveyed(listing->entries[i])) surveys_->expect(*listing, i);
    }
    at->answer = entries;
    ++answered_;
  }
  return {};
}

}  // namespace ferry
