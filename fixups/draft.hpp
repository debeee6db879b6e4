// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What fix-ups want to change in a guest, as patches that nobody has applied yet. A fix-up
// reads the guest through the draft, so it sees what those before it want, and two of them
// may change the same file: each has a patch of its own there, with its own reason.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fixups/guest.hpp"

namespace ferry {

/// One change of one file, for one reason.
struct Patch {
  std::string fix_up;
  std::string file;    // located: no part of it is a link
  std::string reason;  // a sentence
  MaybeContent before;
  MaybeContent after;
};

/// All changes of one file together: from what the guest has to what the last patch wants.
struct Change {
  std::string file;
  std::vector<std::string> reasons;
  MaybeContent before;
  MaybeContent after;
};

class Draft {
 public:
  explicit Draft(const Guest& guest) : guest_{guest} {}

  [[nodiscard]] const Guest& guest() const { return guest_; }
  /// Names the fix-up whose patches and notes follow.
  void begin(std::string_view fix_up) { fix_up_ = fix_up; }

  /// The text of a file; nothing if it isn't there or can't be read, which leaves a note.
  [[nodiscard]] std::optional<std::string> text(std::string_view path);
  /// What a name holds, a link as a link.
  [[nodiscard]] MaybeContent name(std::string_view path);
  /// Names in a folder that end in `suffix`, as full paths, with what the draft adds and
  /// without what it removes; hidden ones are nobody's settings.
  [[nodiscard]] std::vector<std::string> files(const std::string& folder, std::string_view suffix);

  /// Wants this text in the file. One that is there keeps its mode and its owner; a new one is
  /// root's and has `mode`. Nothing happens if it has that text.
  void write(std::string_view path, std::string text, const std::string& reason,
             unsigned mode = 0644);
  /// Wants what `edit` makes of the file's text; a file that isn't there stays away.
  void edit(std::string_view path, const std::string& reason,
            const std::function<std::string(const std::string& text)>& edit);
  /// Wants no such name. Nothing happens if there is none.
  void remove(std::string_view path, const std::string& reason);
  /// Wants a symbolic link. Nothing happens if the name is one to that target.
  void link(std::string_view path, const std::string& target, const std::string& reason);
  /// Something that a person should know and no patch can put right.
  void note(const std::string& text);

  [[nodiscard]] const std::vector<Patch>& patches() const { return patches_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  [[nodiscard]] MaybeContent at(const std::string& located);
  void want(const std::string& located, MaybeContent after, const std::string& reason);

  const Guest& guest_;
  std::string fix_up_;
  std::map<std::string, MaybeContent> wanted_;  // by located path
  std::vector<Patch> patches_;
  std::vector<std::string> notes_;
};

/// One change for each file, in the order of their names; none for a file that ends as it was.
[[nodiscard]] std::vector<Change> changes_of(const std::vector<Patch>& patches);

}  // namespace ferry
