// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// /etc/fstab and /etc/crypttab: which device is meant, and what a boot does without it. Only
// the words that are wrong are changed, so that columns and comments stay as people left them.
#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "fixups/fix_up.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

enum FstabField : std::size_t { spec = 0, point = 1, type = 2, options = 3 };

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

bool is_network(std::string_view type) {
  return is_any_of(type, {"nfs", "nfs4", "cifs", "smbfs", "smb3", "ceph", "glusterfs", "lustre",
                          "fuse.sshfs", "fuse.glusterfs", "davfs"});
}

/// Folders that only the old hypervisor can offer.
bool is_of_hypervisor(std::string_view type) {
  return is_any_of(type, {"vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs", "9p", "virtiofs"});
}

/// Without these nothing works: better a boot that stops and says so than one that limps on.
bool is_essential(std::string_view point) {
  return is_any_of(point, {"/", "/boot", "/boot/efi", "/usr", "/var"});
}

struct Entry {
  std::string line;
  std::vector<Field> fields;

  explicit Entry(std::string_view text) : line{text}, fields{fields_of(text)} {}

  [[nodiscard]] std::string word(std::size_t index) const {
    if (index >= fields.size()) return {};
    const auto [begin, end] = fields[index];
    return line.substr(begin, end - begin);
  }
  void set(std::size_t index, const std::string& text) {
    const auto [begin, end] = fields[index];
    line.replace(begin, end - begin, text);
    fields = fields_of(line);
  }
  [[nodiscard]] bool has_option(std::string_view wanted) const {
    const auto list = "," + word(options) + ",";
    return list.find("," + std::string{wanted} + ",") != std::string::npos;
  }
  void add_option(const std::string& option) {
    if (has_option(option)) return;
    if (fields.size() > options) return set(options, word(options) + "," + option);
    line = std::string{line.substr(0, fields.back().end)} + " defaults," + option;
    fields = fields_of(line);
  }
};

/// Why a boot must not wait for this entry; empty if it should.
std::string why_optional(const Entry& entry, const FixUpSettings& settings) {
  const auto kind = entry.word(type);
  if (is_network(kind)) {
    return settings.network_mounts_optional ? "a boot goes on without the server of " : "";
  }
  if (is_of_hypervisor(kind)) return "only the old hypervisor offers the folder of ";
  if (is_missing(settings, entry.word(spec))) return "no disk of the image holds ";
  return {};
}

/// Calls `edit` for each entry and drafts what it has changed, reason by reason, so that every
/// entry is explained.
template <class Edit>
void edit_entries(Draft& draft, const std::string& file, Edit edit) {
  const auto first = draft.text(file);
  if (!first) return;
  const auto count = lines_of(*first).size();
  if (count > limits::guest_mounts_max) {
    draft.note(file + " has " + std::to_string(count) + " lines; left alone");
    return;
  }
  for (std::size_t wanted = 0; wanted < count; ++wanted) {
    std::size_t at = 0;
    std::string reason;
    const auto text = edit_lines(*draft.text(file), [&](std::string_view line) {
      if (at++ != wanted || is_comment_or_empty(line)) return std::string{line};
      Entry entry{line};
      reason = edit(entry);
      return entry.line;
    });
    draft.write(file, text, reason);
  }
}

}  // namespace

void fix_fstab(Draft& draft, const FixUpSettings& settings) {
  edit_entries(draft, "/etc/fstab", [&](Entry& entry) -> std::string {
    if (entry.fields.size() <= type) return {};
    const auto device = entry.word(spec);
    if (const auto uuid = uuid_of(settings, device)) {
      entry.set(spec, *uuid);
      return device + " has another name on the target; its UUID stays";
    }
    const auto why = why_optional(entry, settings);
    if (why.empty() || entry.has_option("noauto") || entry.has_option("nofail")) return {};
    if (is_essential(entry.word(point))) {
      draft.note(entry.word(point) + " is on " + device +
                 ", which no disk of the image holds: it will not boot");
      return {};
    }
    entry.add_option("nofail");
    if (is_network(entry.word(type))) entry.add_option("_netdev");
    return why + (entry.word(type) == "swap" ? "the swap " + device : entry.word(point)) +
           ", and a boot must not wait for it";
  });
}

void fix_crypttab(Draft& draft, const FixUpSettings& settings) {
  constexpr std::size_t device = 1, key = 2, crypt_options = 3;
  edit_entries(draft, "/etc/crypttab", [&](Entry& entry) -> std::string {
    const auto old = entry.word(device);
    std::string reason;
    if (const auto uuid = uuid_of(settings, old)) {
      entry.set(device, *uuid);
      reason = old + " has another name on the target; its UUID stays";
    }
    if (is_missing(settings, old)) {
      if (entry.word(crypt_options).find("nofail") != std::string::npos) return {};
      if (entry.fields.size() <= crypt_options) {
        entry.line += entry.fields.size() <= key ? " none nofail" : " nofail";
      } else {
        entry.set(crypt_options, entry.word(crypt_options) + ",nofail");
      }
      return "no disk of the image holds " + entry.word(0) + ", and a boot must not wait for it";
    }
    // A chroot can't see what the root lies on, so the hook that unlocks it must be asked for.
    const bool asks = entry.word(key) == "none" || entry.word(key) == "-";
    if (asks && draft.guest().has(Capability::initramfs_tools) &&
        entry.word(crypt_options).find("initramfs") == std::string::npos) {
      if (entry.fields.size() <= crypt_options) {
        entry.line += " luks,initramfs";
      } else {
        entry.set(crypt_options, entry.word(crypt_options) + ",initramfs");
      }
      reason = (reason.empty() ? "" : reason + "; ") + entry.word(0) +
               " must be unlocked by the rebuilt initramfs";
    }
    return reason;
  });
}

}  // namespace ferry
