// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What runs in the guest once it is up: the login on the serial console, what cloud-init may
// do, and what was remembered of the source's disks. The machine stays the one it was: its
// host keys, its machine id and its SELinux policy are not touched.
#include <algorithm>

#include "fixups/fix_up.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

using enum Capability;

void draft_inittab(Draft& draft, const std::string& port) {
  constexpr auto file = "/etc/inittab";
  const auto text = draft.text(file);
  if (!text) return;
  for (const auto line : lines_of(*text)) {
    const auto words = words_of(line);
    const bool names_port = std::ranges::find(words, port) != words.end();
    if (!is_comment_or_empty(line) && names_port) return;
  }
  // busybox takes the terminal from the first field, sysvinit a short name and runlevels.
  const bool busybox = text->find("::") != std::string::npos;
  const auto line = busybox ? port + "::respawn:/sbin/getty -L 115200 " + port + " vt100"
                            : "T0:2345:respawn:/sbin/getty -L 115200 " + port + " vt100";
  draft.write(file, with_line(*text, line), "a login on the serial console");
}

void draft_securetty(Draft& draft, const std::string& port) {
  const auto text = draft.text("/etc/securetty");
  if (!text) return;
  for (const auto line : lines_of(*text)) {
    if (trimmed(line) == port) return;
  }
  draft.write("/etc/securetty", with_line(*text, port), "root may log in on the serial console");
}

}  // namespace

void fix_getty(Draft& draft, const FixUpSettings& settings) {
  const auto& port = settings.serial_port;
  if (port.empty()) return;
  if (draft.guest().has(systemd)) {
    const auto unit = "serial-getty@" + port + ".service";
    const auto masked = draft.name("/etc/systemd/system/" + unit);
    if (masked && masked->kind == Content::Kind::link && masked->bytes == "/dev/null") {
      draft.remove("/etc/systemd/system/" + unit, "the login on the serial console is masked");
    }
    for (const std::string folder : {"/usr/lib/systemd/system", "/lib/systemd/system"}) {
      if (!draft.guest().root.has(folder + "/serial-getty@.service")) continue;
      draft.link("/etc/systemd/system/getty.target.wants/" + unit,
                 folder + "/serial-getty@.service", "a login on the serial console");
      break;
    }
  } else {
    draft_inittab(draft, port);
  }
  draft_securetty(draft, port);
}

void fix_cloud_init(Draft& draft, const FixUpSettings&) {
  draft.write("/etc/cloud/cloud.cfg.d/99-edgeferry.cfg",
              "# This server was moved here with its settings and its identity.\n"
              "network:\n"
              "  config: disabled\n"
              "preserve_hostname: true\n"
              "manage_etc_hosts: false\n"
              "ssh_deletekeys: false\n",
              "a new instance id would make it write the network and the host keys anew");
}

void fix_caches(Draft& draft, const FixUpSettings&) {
  for (const auto* file : {"/etc/lvm/cache/.cache", "/etc/lvm/devices/system.devices"}) {
    draft.remove(file, "it lists the disks of the source, and LVM would use no others");
  }
  for (const auto* file : {"/etc/blkid.tab", "/etc/blkid/blkid.tab"}) {
    draft.remove(file, "it remembers the disks of the source");
  }
  const auto lvm = draft.text("/etc/lvm/lvm.conf").value_or("");
  for (const auto line : lines_of(lvm)) {
    const auto text = trimmed(line);
    if (text.starts_with("filter") || text.starts_with("global_filter")) {
      draft.note("/etc/lvm/lvm.conf chooses devices by '" + std::string{text} +
                 "': check that it lets the target's disks in");
    }
  }
}

void fix_labels(Draft& draft, const FixUpSettings&) {
  // New files have no label, and a policy that enforces would keep daemons from reading them.
  const auto is_other = [](const Patch& patch) { return patch.file != "/.autorelabel"; };
  if (std::ranges::any_of(draft.patches(), is_other)) {
    draft.write("/.autorelabel", "", "SELinux stays on, and the files changed need their labels");
  }
}

}  // namespace ferry
