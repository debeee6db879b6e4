// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/draft.hpp"

#include <algorithm>
#include <set>

namespace ferry {

MaybeContent Draft::at(const std::string& located) {
  if (const auto drafted = wanted_.find(located); drafted != wanted_.end()) return drafted->second;
  auto content = guest_.root.content(located);
  if (content) return std::move(*content);
  note(content.error().what + "; left alone");
  return {};
}

std::optional<std::string> Draft::text(std::string_view path) {
  const auto located = guest_.root.locate(path);
  if (!located) {
    note(located.error().what + "; left alone");
    return {};
  }
  auto content = at(*located);
  if (!content || content->kind != Content::Kind::file) return {};
  return std::move(content->bytes);
}

MaybeContent Draft::name(std::string_view path) {
  const auto located = guest_.root.locate_name(path);
  return located ? at(*located) : MaybeContent{};
}

std::vector<std::string> Draft::files(const std::string& folder, std::string_view suffix) {
  std::set<std::string> paths;
  for (const auto& name : guest_.root.list(folder)) paths.insert(folder + "/" + name);
  const auto located = guest_.root.locate(folder);
  for (const auto& [path, content] : wanted_) {
    if (located && parent_of(path) == *located) paths.insert(folder + "/" + name_of(path));
  }
  std::vector<std::string> found;
  for (const auto& path : paths) {
    const auto real = guest_.root.locate(path);
    // Nobody reads hidden files as settings; one may be what a killed apply left.
    if (!path.ends_with(suffix) || !real || name_of(path).starts_with('.')) continue;
    const auto drafted = wanted_.find(*real);
    if (drafted != wanted_.end() ? drafted->second.has_value() : guest_.root.has(path)) {
      found.push_back(path);
    }
  }
  return found;
}

void Draft::want(const std::string& located, MaybeContent after, const std::string& reason) {
  auto before = at(located);
  if (before == after) return;
  patches_.push_back({fix_up_, located, reason, std::move(before), after});
  wanted_[located] = std::move(after);
}

void Draft::write(std::string_view path, std::string text, const std::string& reason,
                  unsigned mode) {
  const auto located = guest_.root.locate(path);
  if (!located) return note(located.error().what + "; left alone");
  // What is there and can't be read must not be replaced by what was made up without it.
  if (!wanted_.contains(*located)) {
    const auto present = guest_.root.content(*located);
    if (!present) return note(present.error().what + "; left alone");
  }
  const auto before = at(*located);
  if (before) mode = before->mode;
  want(*located, Content{Content::Kind::file, std::move(text), mode}, reason);
}

void Draft::edit(std::string_view path, const std::string& reason,
                 const std::function<std::string(const std::string& text)>& edit) {
  if (const auto old = text(path)) write(path, edit(*old), reason);
}

void Draft::remove(std::string_view path, const std::string& reason) {
  const auto located = guest_.root.locate_name(path);
  if (located) want(*located, {}, reason);
}

void Draft::link(std::string_view path, const std::string& target, const std::string& reason) {
  const auto located = guest_.root.locate_name(path);
  if (!located) return note(located.error().what + "; left alone");
  const auto before = at(*located);
  if (before && before->kind == Content::Kind::file) {
    return note(*located + " is a file where a link should be; left alone");
  }
  want(*located, Content{Content::Kind::link, target, 0777}, reason);
}

void Draft::note(const std::string& text) {
  auto line = fix_up_ + ": " + text;
  if (std::ranges::find(notes_, line) == notes_.end()) notes_.push_back(std::move(line));
}

std::vector<Change> changes_of(const std::vector<Patch>& patches) {
  std::map<std::string, Change> changes;
  for (const auto& patch : patches) {
    auto [place, is_new] = changes.try_emplace(patch.file, Change{patch.file, {}, {}, {}});
    if (is_new) place->second.before = patch.before;
    place->second.reasons.push_back(patch.reason);
    place->second.after = patch.after;
  }
  std::vector<Change> list;
  for (auto& [file, change] : changes) {
    if (change.before != change.after) list.push_back(std::move(change));
  }
  return list;
}

}  // namespace ferry
