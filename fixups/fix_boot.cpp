// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The arguments of the kernel, wherever a guest keeps them: in the settings of grub, in the
// entries that boot loaders read directly, and in those of extlinux.
#include <algorithm>
#include <functional>

#include "fixups/fix_up.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

using Words = std::vector<std::string>;

bool starts_with_any(const std::string& word, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts, [&](std::string_view s) { return word.starts_with(s); });
}

bool is_console(const std::string& word) { return word.starts_with("console="); }

/// Consoles of other machines and of the screen; what else is there, such as netconsole's
/// port, stays.
Words without_consoles(const Words& words) {
  Words kept;
  std::ranges::remove_copy_if(words, std::back_inserter(kept), is_console);
  return kept;
}

/// The last console is the one that /dev/console, and so every message of a boot, goes to.
Words with_consoles(const Words& words, const std::string& port) {
  auto serial = "console=" + port;
  for (const auto& word : words) {
    if (word == serial || word.starts_with(serial + ",")) serial = word;  // with its speed
  }
  Words consoles;
  std::ranges::copy_if(words, std::back_inserter(consoles), is_console);
  if (consoles == Words{"console=tty0", serial}) return words;
  auto result = without_consoles(words);
  result.push_back("console=tty0");
  result.push_back(serial);
  return result;
}

Words with_devices(const Words& words, const FixUpSettings& settings) {
  Words result;
  for (const auto& word : words) {
    if (!starts_with_any(word, {"root=", "resume="})) {
      result.push_back(word);
      continue;
    }
    const auto equals = word.find('=') + 1;
    const auto device = word.substr(equals);
    if (const auto uuid = uuid_of(settings, device)) {
      result.push_back(word.substr(0, equals) + *uuid);
    } else if (!word.starts_with("resume=") || !is_missing(settings, device)) {
      result.push_back(word);
    }
  }
  return result;
}

/// Names such as eth0 need the kernel's own naming, which these bring back.
bool wants_kernel_names(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp) return false;
  const auto interfaces = draft.text("/etc/network/interfaces").value_or("");
  return interfaces.find("iface eth0 inet dhcp") != std::string::npos ||
         draft.name("/etc/sysconfig/network/ifcfg-eth0") ||
         draft.name("/etc/sysconfig/network-scripts/ifcfg-eth0");
}

struct Step {
  std::string reason;
  std::function<Words(const Words&, bool is_main)> edit;
};

/// `is_main`: these arguments are for every entry, or are an entry's only ones.
std::vector<Step> steps_for(Draft& draft, const FixUpSettings& settings) {
  std::vector<Step> steps;
  steps.push_back(
      {"device names change on the target; UUIDs stay",
       [&settings](const Words& words, bool) { return with_devices(words, settings); }});
  if (!settings.serial_port.empty()) {
    steps.push_back({"a virtual server is watched through its serial console",
                     [&settings](const Words& words, bool is_main) {
                       return is_main ? with_consoles(words, settings.serial_port)
                                      : without_consoles(words);
                     }});
  }
  if (wants_kernel_names(draft, settings)) {
    steps.push_back({"its network settings are for eth0, whatever slot the card is in",
                     [](const Words& words, bool is_main) {
                       auto result = words;
                       for (const std::string name : {"net.ifnames=0", "biosdevname=0"}) {
                         if (is_main && std::ranges::find(words, name) == words.end()) {
                           result.push_back(name);
                         }
                       }
                       return result;
                     }});
  }
  return steps;
}

/// Edits the words after `head` of each line that `head_of` finds one in.
void edit_arguments(Draft& draft, const std::string& file, const Step& step,
                    std::size_t (*head_of)(std::string_view line)) {
  const auto edit_line = [&](std::string_view line) {
    const auto head = head_of(line);
    const auto words = words_of(line.substr(std::min(head, line.size())));
    if (head == std::string_view::npos || words.empty()) return std::string{line};
    const auto edited = step.edit(words, true);
    if (edited == words) return std::string{line};
    return std::string{line.substr(0, head)} + joined(edited, " ");
  };
  draft.edit(file, step.reason,
             [&](const std::string& text) { return edit_lines(text, edit_line); });
}

/// As Draft::edit, for a shell file's assignments.
void edit_values(Draft& draft, const std::string& file, const std::string& reason,
                 const std::function<void(Assignment&)>& edit) {
  draft.edit(file, reason, [&](const std::string& text) { return edit_assignments(text, edit); });
}

/// The value's words are joined anew only if one of them changes.
void edit_words(Assignment& assignment, const Step& step, bool is_main) {
  const auto words = words_of(assignment.value);
  const auto edited = step.edit(words, is_main);
  if (edited != words) assignment.value = joined(edited, " ");
}

void edit_grub_file(Draft& draft, const std::string& file, const Step& step) {
  edit_values(draft, file, step.reason, [&](Assignment& found) {
    const bool is_all = found.name == "GRUB_CMDLINE_LINUX";
    if (!is_all && found.name != "GRUB_CMDLINE_LINUX_DEFAULT") return;
    // "$GRUB_CMDLINE_LINUX more": the rest of it is set, and edited, elsewhere.
    edit_words(found, step, is_all && found.value.find('$') == std::string::npos);
  });
}

void edit_grub(Draft& draft, const Step& step) {
  constexpr auto file = "/etc/default/grub";
  auto text = draft.text(file);
  if (!text) return;
  if (!value_of(*text, "GRUB_CMDLINE_LINUX")) {
    const auto arguments = step.edit({}, true);
    const bool present = text->find("\nGRUB_CMDLINE_LINUX=") != std::string::npos ||
                         text->starts_with("GRUB_CMDLINE_LINUX=");
    if (present) draft.note("GRUB_CMDLINE_LINUX in /etc/default/grub is no plain text; left alone");
    if (!arguments.empty() && !present) {
      const Assignment line{"GRUB_CMDLINE_LINUX", joined(arguments, " "), '"', {}};
      draft.write(file, with_line(*text, assignment_line(line)), step.reason);
    }
  }
  edit_grub_file(draft, file, step);
  for (const auto& drop_in : draft.files("/etc/default/grub.d", ".cfg")) {
    edit_grub_file(draft, drop_in, step);
  }
}

std::size_t after_word(std::string_view line, std::initializer_list<std::string_view> any_of) {
  const auto fields = fields_of(line);
  if (fields.size() < 2) return std::string_view::npos;
  const auto first = line.substr(fields[0].begin, fields[0].end - fields[0].begin);
  return std::ranges::find(any_of, first) != any_of.end() ? fields[1].begin
                                                          : std::string_view::npos;
}

std::size_t options_head(std::string_view line) { return after_word(line, {"options"}); }
std::size_t append_head(std::string_view line) { return after_word(line, {"APPEND", "append"}); }
std::size_t no_head(std::string_view) { return 0; }

/// After the kernel of a line of grub's menu.
std::size_t linux_head(std::string_view line) {
  const auto fields = fields_of(line);
  const bool starts = after_word(line, {"linux", "linux16", "linuxefi"}) != std::string_view::npos;
  return starts && fields.size() > 2 ? fields[2].begin : std::string_view::npos;
}

/// Root and the rest are two values in update-extlinux.conf of Alpine and in Debian's settings.
void edit_extlinux(Draft& draft, const Step& step, const FixUpSettings& settings) {
  for (const auto* menu :
       {"/boot/extlinux.conf", "/boot/extlinux/extlinux.conf", "/boot/extlinux/linux.cfg"}) {
    edit_arguments(draft, menu, step, append_head);
  }
  edit_values(draft, "/etc/default/extlinux", step.reason, [&](Assignment& found) {
    if (found.name == "EXTLINUX_PARAMETERS") edit_words(found, step, true);
    if (found.name == "EXTLINUX_ROOT") {
      found.value = joined(with_devices(words_of(found.value), settings), " ");
    }
  });
  edit_values(draft, "/etc/update-extlinux.conf", step.reason, [&](Assignment& found) {
    if (found.name == "default_kernel_opts") edit_words(found, step, true);
    if (found.name == "root") found.value = uuid_of(settings, found.value).value_or(found.value);
  });
}

}  // namespace

void fix_kernel_arguments(Draft& draft, const FixUpSettings& settings) {
  for (const auto& step : steps_for(draft, settings)) {
    edit_grub(draft, step);
    edit_extlinux(draft, step, settings);
    edit_arguments(draft, "/etc/kernel/cmdline", step, no_head);
    for (const auto* menu : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"}) {
      if (settings.edit_menu) edit_arguments(draft, menu, step, linux_head);
    }
    for (const auto& entry : draft.files("/boot/loader/entries", ".conf")) {
      // "$kernelopts" is a variable of grub's, with the arguments of all entries.
      const auto text = draft.text(entry);
      if (text && text->find("$kernelopts") == std::string::npos) {
        edit_arguments(draft, entry, step, options_head);
      } else if (text) {
        draft.note(entry + " takes its arguments from grubenv, which is left alone");
      }
    }
  }
  edit_values(draft, "/etc/default/grub",
              "the root's device name changes on the target; its UUID stays",
              [](Assignment& found) {
                const bool is_it = found.name == "GRUB_DISABLE_LINUX_UUID";
                if (is_it && found.value == "true") found.value = "false";
              });
}

void fix_device_map(Draft& draft, const FixUpSettings&) {
  for (const auto* file : {"/boot/grub/device.map", "/boot/grub2/device.map"}) {
    draft.remove(file, "it names the disks of the source; the boot loader finds the new ones");
  }
}

}  // namespace ferry
