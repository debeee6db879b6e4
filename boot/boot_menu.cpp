// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot_menu.hpp"

#include <algorithm>
#include <array>

#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr std::array menu_files{"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
                                "/boot/extlinux.conf", "/boot/extlinux/extlinux.conf",
                                "/boot/extlinux/linux.cfg"};
constexpr auto entries_folder = "/boot/loader/entries";

std::string text_of(const GuestRoot& root, const std::string& path) {
  const auto located = root.locate(path);
  if (!located) return {};
  const auto content = root.content(*located);
  if (!content || !*content || (*content)->kind != Content::Kind::file) return {};
  return (*content)->bytes;
}

bool starts_kernel(std::string word) {
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  // multiboot starts Xen or memtest, no Linux.
  return word == "linux" || word == "linux16" || word == "linuxefi" || word == "kernel";
}

bool adds_arguments(const std::string& word) {
  return word == "append" || word == "APPEND" || word == "options";
}

/// "(hd0,gpt2)/vmlinuz" and "($root)/vmlinuz" are files of some disk.
std::string without_device(const std::string& path) {
  if (!path.starts_with('(')) return path;
  const auto end = path.find(')');
  return end == std::string::npos ? path : path.substr(end + 1);
}

void read_menu(const std::string& path, const std::string& text, BootMenu& menu) {
  menu.files.push_back(path);
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    const auto place = path + ":" + std::to_string(number);
    if (starts_kernel(words[0])) {
      menu.entries.push_back({place, without_device(words[1]), {words.begin() + 2, words.end()}});
    } else if (adds_arguments(words[0]) && !menu.entries.empty()) {
      auto& arguments = menu.entries.back().arguments;
      arguments.insert(arguments.end(), words.begin() + 1, words.end());
    } else if (words[0] == "search" && line.find("--fs-uuid") != std::string_view::npos) {
      menu.searched.emplace_back(words.back(), place);
    }
  }
}

}  // namespace

BootMenu boot_menu_of(const GuestRoot& root) {
  BootMenu menu;
  for (const std::string path : menu_files) {
    if (const auto text = text_of(root, path); !text.empty()) read_menu(path, text, menu);
  }
  for (const auto& name : root.list(entries_folder)) {
    const auto path = std::string{entries_folder} + "/" + name;
    if (!name.ends_with(".conf")) continue;
    if (const auto text = text_of(root, path); !text.empty()) read_menu(path, text, menu);
  }
  return menu;
}

std::string argument_of(const BootEntry& entry, std::string_view name) {
  for (auto word = entry.arguments.rbegin(); word != entry.arguments.rend(); ++word) {
    if (word->starts_with(name)) return word->substr(name.size());
  }
  return {};
}

}  // namespace ferry
