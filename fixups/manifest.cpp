// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "fixups/guest_files.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr std::string_view heading = "edgeferry fix-ups 1";

bool is_plain(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '%'; }

/// Keeps a word a word whatever bytes a name has.
std::string as_word(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_plain(c)) {
      result += c;
    } else {
      result += '%' + to_hex(std::as_bytes(std::span{&c, 1}));
    }
  }
  return result;
}

std::string unescaped(std::string_view word) {
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = word[i] == '%' ? from_hex(word.substr(i + 1, 2)) : std::string(1, word[i]);
    if (byte && byte->size() == 1) result += *byte;
    if (word[i] == '%') i += 2;
  }
  return result;
}

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(between);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_state(const std::string& text) {
  return text == "absent" ||
         ((text.starts_with("file:") || text.starts_with("link:")) && text.size() == 5 + 64 &&
          text.find_first_not_of("0123456789abcdef", 5) == std::string::npos);
}

bool is_located(const std::string& path) {
  const bool steps = (path + "/").find("/../") != std::string::npos;
  return path.starts_with('/') && path.size() > 1 && !steps && path.find('\0') == std::string::npos;
}

bool read_entry(const std::vector<std::string>& words, ManifestEntry& entry) {
  if (words.size() != 7) return false;
  entry = {unescaped(words[1]), words[2], split(words[3], ','), 0, words[5], unescaped(words[6])};
  const auto& mode = words[4];
  const auto [end, error] = std::from_chars(mode.data(), mode.data() + mode.size(), entry.mode, 8);
  return error == std::errc{} && end == mode.data() + mode.size() && is_located(entry.file) &&
         is_state(entry.before) && std::ranges::all_of(entry.after, is_state);
}

std::string octal(unsigned mode) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), mode, 8).ptr;
  return {text.data(), end};
}

}  // namespace

ManifestEntry* Manifest::find(std::string_view file) {
  const auto found = std::ranges::find(entries, file, &ManifestEntry::file);
  return found == entries.end() ? nullptr : &*found;
}

std::string Manifest::original(const ManifestEntry& entry) {
  const auto digest = sha256(entry.file + '\0' + entry.before);
  return std::string{originals_folder} + "/" +
         to_hex(std::as_bytes(std::span{digest})).substr(0, 40);
}

std::string Manifest::to_text() const {
  std::string text = std::string{heading} + "\n";
  for (const auto& folder : folders) text += "folder " + as_word(folder) + "\n";
  for (const auto& entry : entries) {
    text += "file " + as_word(entry.file) + " " + entry.before + " " + joined(entry.after, ",") +
            " " + octal(entry.mode) + " " + entry.owner + " " + as_word(entry.reason) + "\n";
  }
  return text;
}

Result<Manifest> Manifest::parse(std::string_view text) {
  Manifest manifest;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const auto words = words_of(line);
    ManifestEntry entry;
    if (number == 1 && line == heading) continue;
    if (number > 1 && words.size() == 2 && words[0] == "folder" &&
        is_located(unescaped(words[1]))) {
      manifest.folders.push_back(unescaped(words[1]));
    } else if (number > 1 && !words.empty() && words[0] == "file" && read_entry(words, entry)) {
      manifest.entries.push_back(std::move(entry));
    } else {
      return fail(
          Errc::guest_unusable,
          std::string{manifest_file} + ":" + std::to_string(number) + ": not a line of a manifest",
          "if the guest never was fixed up, remove " + std::string{fixups_folder} + " from it");
    }
  }
  return manifest;
}

Result<Manifest> Manifest::read(const GuestRoot& root) {
  const auto located = root.locate(manifest_file);
  if (!located) return fail(located.error());
  const auto content = root.content(*located, limits::guest_list_bytes_max);
  if (!content) return fail(content.error());
  return *content ? parse((*content)->bytes) : Manifest{};
}

Result<> Manifest::write(const GuestRoot& root) const {
  const auto located = root.locate(manifest_file);
  if (!located) return fail(located.error());
  return put(root, *located, Content{Content::Kind::file, to_text(), 0600});
}

}  // namespace ferry
