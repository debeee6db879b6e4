// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/copy_tree.hpp"

#include "base/limits.hpp"

namespace ferry::files {
namespace {

class Copy {
 public:
  Copy(TreeReader& reader, TreeWriter& writer)
      : reader_(reader), writer_(writer), buffer_(limits::chunk_bytes) {}

  Result<CopyCounts> run() {
    for (;;) {
      auto step = reader_.next();
      if (!step) return fail(step.error());
      if (!*step) break;
      auto* listing = std::get_if<Listing>(&**step);
      auto done = listing != nullptr ? take(*listing)
                                     : writer_.end_directory(std::get<DirectoryEnd>(**step));
      if (!done) return fail(done.error());
    }
    if (auto durable = writer_.commit(); !durable) return fail(durable.error());
    return counts_;
  }

 private:
  Result<> take(const Listing& listing) {
    counts_.listed += listing.entries.size();
    const auto wanted = writer_.list(listing);
    if (!wanted) return fail(wanted.error());
    for (const auto i : *wanted) {
      const auto& entry = listing.entries[i];
      auto sent = entry.leader.empty() ? send_file(listing.directory, entry)
                                       : writer_.add_name(listing.directory, entry);
      if (!sent) return sent;
      if (!entry.leader.empty()) ++counts_.names;
    }
    return {};
  }

  Result<> send_file(const std::string& directory, const FileEntry& entry) {
    for (std::uint32_t attempt = 1;; ++attempt) {
      const bool last = attempt == limits::changed_file_attempts;
      const auto done = try_file(directory, entry, last);
      if (!done) return fail(done.error());
      if (*done || last) return {};
    }
  }

  /// Returns false if the file changed meanwhile and was not sent. The last attempt sends it
  /// nevertheless, with the time it had at first, so that the next pass finds it changed.
  Result<bool> try_file(const std::string& directory, const FileEntry& entry, bool last) {
    const auto path = join(directory, entry.name);
    const auto skip = [&](auto& owner, const Error& error) -> Result<bool> {
      if (!is_issue(error)) return fail(error);
      owner.report(path, error);
      return true;
    };
    auto source = reader_.open_file(directory, entry);
    if (!source) return skip(reader_, source.error());
    auto target = writer_.create(directory, source->entry());
    if (!target) return skip(writer_, target.error());
    std::uint64_t bytes = 0;
    for (;;) {
      const auto piece = source->next(buffer_);
      if (!piece) return skip(reader_, piece.error());
      if (!*piece) break;
      bytes += (*piece)->data.size();
      if (auto written = target->write((*piece)->offset, (*piece)->data); !written) {
        return skip(writer_, written.error());
      }
    }
    const auto end = source->finish();
    if (!end) return skip(reader_, end.error());
    if (end->changed && !last) return false;
    if (end->changed) {
      reader_.report(path, {Errc::file_changed, "'" + path + "' changed while it was read", {}});
    }
    if (auto done = writer_.complete(std::move(*target), *end); !done) return fail(done.error());
    ++counts_.files;
    counts_.bytes += bytes;
    return true;
  }

  TreeReader& reader_;
  TreeWriter& writer_;
  std::vector<std::byte> buffer_;
  CopyCounts counts_;
};

}  // namespace

Result<CopyCounts> copy_tree(TreeReader& reader, TreeWriter& writer) {
  return Copy{reader, writer}.run();
}

}  // namespace ferry::files
