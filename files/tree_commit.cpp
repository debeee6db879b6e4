// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of TreeWriter that makes files visible: the queue of what is complete, and how it
// becomes durable.
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "files/tree_writer.hpp"

namespace ferry::files {

Result<TargetFile> TreeWriter::create(const std::string& directory, const FileEntry& entry) {
  if (!valid_path(directory)) return fail(Errc::malformed, "data for a path that can't be");
  auto fd = directories_.open(directory);
  if (!fd) return fail(directory_error(directory));
  return TargetFile::create(std::move(fd), directory, temporary_names_, entry, hasher_);
}

Result<FileSurvey> TreeWriter::survey(const std::string& path, std::uint64_t begin) const {
  if (path.empty() || path.size() > limits::file_path_bytes_max || !valid_path(path) ||
      begin > limits::file_bytes_max || begin % limits::granule_bytes != 0) {
    return fail(Errc::malformed, "a survey of what can't be");
  }
  return survey_file(*root_, path, begin, hasher_);
}

Result<TargetFile> TreeWriter::patch(const std::string& directory, const FileEntry& entry) {
  if (!valid_path(directory)) return fail(Errc::malformed, "data for a path that can't be");
  auto fd = directories_.open(directory);
  if (!fd) return fail(directory_error(directory));
  return TargetFile::patch(*root_, std::move(fd), directory, entry, hasher_);
}

Result<> TreeWriter::complete(TargetFile file, const FileEnd& end) {
  const auto path = join(file.directory(), file.entry().name);
  if (auto done = file.complete(end); !done) return issue_or_fail(path, std::move(done));
  if (auto done = settled(path, file.settle()); !done) return done;
  uncommitted_bytes_ += end.size;
  Step step{Step::Kind::file, file.directory(), {}, file.entry(), file.is_patched()};
  step.temporary = file.release();
  return queue(std::move(step));
}

Result<> TreeWriter::add_name(const std::string& directory, const FileEntry& entry) {
  if (auto good = check(entry); !good) return good;
  if (!valid_path(directory) || entry.leader.empty()) {
    return fail(Errc::malformed, "a further name of nothing");
  }
  return queue({Step::Kind::name, directory, {}, entry});
}

Result<> TreeWriter::end_directory(DirectoryEnd end) {
  if (auto good = check(end); !good) return good;
  return queue({Step::Kind::directory, std::move(end.path), {}, std::move(end.entry)});
}

Result<> TreeWriter::queue(Step step) {
  uncommitted_bytes_ += step.directory.size() + encoded_bytes_max(step.entry);
  steps_.push_back(std::move(step));
  if (steps_.size() < limits::file_commit_steps && uncommitted_bytes_ < limits::file_commit_bytes) {
    return {};
  }
  return make_visible();
}

Result<> TreeWriter::sync() {
  if (::syncfs(root_->fd()) == 0) return {};
  return fail(errno_error(Errc::disk_write_failed, "make the target's files durable"));
}

Result<> TreeWriter::commit() {
  if (!steps_.empty()) {
    if (auto visible = make_visible(); !visible) return visible;
  }
  return sync();
}

/// Makes the data durable and then its files what they are. What that does becomes durable with
/// the next data, which spares a second wait for the disk; a crash until then costs one commit.
Result<> TreeWriter::make_visible() {
  if (auto synced = sync(); !synced) return synced;
  ++commits_;
  const auto steps = std::exchange(steps_, {});
  uncommitted_bytes_ = 0;
  for (const auto& step : steps) {
    const auto path =
        step.kind == Step::Kind::directory ? step.directory : join(step.directory, step.entry.name);
    if (auto done = issue_or_fail(path, perform(step)); !done) return done;
  }
  return {};
}

Result<> TreeWriter::perform(const Step& step) {
  if (step.kind == Step::Kind::directory) return settle_directory(step);
  const auto fd = directories_.open(step.directory);
  if (!fd) return fail(directory_error(step.directory));
  const Place place{fd->get(), step.entry.name, join(step.directory, step.entry.name)};
  if (step.kind == Step::Kind::name) return link(place, step.entry);
  if (step.temporary.empty()) {
    if (auto done = set_time(place, step.entry); !done) return done;
  } else if (auto named = give_name(place, step.temporary); !named) {
    (void)::unlinkat(fd->get(), step.temporary.c_str(), 0);
    return named;
  }
  // What is new has no flags yet.
  if (step.entry.flags == 0 && !step.patched) return {};
  return settled(place.path, settle(place, step.entry, Settle::all));
}

/// Puts the finished file in the place of what has this name now.
Result<> TreeWriter::give_name(const Place& place, const std::string& temporary) {
  const auto rename = [&] {
    return ::renameat(place.directory, temporary.c_str(), place.directory, place.name.c_str());
  };
  if (rename() == 0) return {};
  if (errno == EPERM && lift_flags(place) && rename() == 0) return {};
  return fail(target_error("give its name to", place.path));
}

Result<> TreeWriter::link(const Place& place, const FileEntry& entry) {
  const auto [directory, name] = split(entry.leader);
  const auto leading = leading_.open(std::string{directory});
  const std::string leader{name};
  struct statx from {};
  if (!leading && errno == ELOOP) return fail(directory_error(directory));
  if (!leading || !look(leading->get(), leader.c_str(), from)) {
    return fail(Errc::file_changed, "'" + place.path + "' is another name of '" + entry.leader +
                                        "', which isn't there");
  }
  struct statx now {};
  const bool exists = look(place.directory, place.name.c_str(), now);
  if (exists && now.stx_ino == from.stx_ino && root_->holds(now) && root_->holds(from)) return {};
  const auto temporary = exists ? temporary_names_.next() : place.name;
  const auto make = [&] {
    return ::linkat(leading->get(), leader.c_str(), place.directory, temporary.c_str(), 0) == 0;
  };
  bool made = make();
  // An immutable file gets no further name, so it is mutable while it gets this one.
  const auto flags = entry.flags & (flag_immutable | flag_append);
  if (!made && errno == EPERM && lift_flags({leading->get(), leader, entry.leader})) made = make();
  if (!made) return fail(target_error("link", place.path));
  if (exists) {
    if (auto named = give_name(place, temporary); !named) {
      (void)::unlinkat(place.directory, temporary.c_str(), 0);
      return named;
    }
  }
  return flags == 0 ? Result<>{} : settled(place.path, settle(place, entry, Settle::all));
}

Result<> TreeWriter::settle_directory(const Step& step) {
  if (step.directory.empty()) {
    return settled({}, settle({root_->fd(), ".", {}}, step.entry, Settle::all));
  }
  const auto [directory, name] = split(step.directory);
  const auto fd = directories_.open(std::string{directory});
  if (!fd) return fail(directory_error(directory));
  struct statx status {};
  const Place place{fd->get(), std::string{name}, step.directory};
  if (!look(place.directory, place.name.c_str(), status)) {
    return fail(target_error("look at", step.directory));
  }
  if (!root_->holds(status)) return {};  // a mount point, which whoever mounted it looks after
  return settled(step.directory, settle(place, step.entry, Settle::all));
}

}  // namespace ferry::files
