// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot_marker.hpp"

#include "base/limits.hpp"
#include "base/random.hpp"
#include "fixups/guest_files.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr auto program_path = "/etc/edgeferry-boot-proof";
constexpr auto unit_path = "/etc/systemd/system/edgeferry-boot-proof.service";
constexpr auto unit_link =
    "/etc/systemd/system/multi-user.target.wants/edgeferry-boot-proof.service";
constexpr auto service_path = "/etc/init.d/edgeferry-boot-proof";
constexpr auto service_link = "/etc/runlevels/default/edgeferry-boot-proof";

/// The line goes to the kernel's log: one written to the terminal is lost when getty hangs it up.
/// At the highest level, or a quiet kernel keeps it to itself. What a guest doesn't have is left
/// out; waiting is bounded, because a unit may wait for ever for what stays behind.
std::string program_text(const std::string& text) {
  return R"(#!/bin/sh
state=started
failed=
if command -v systemctl >/dev/null 2>&1; then
  state=$(timeout 120 systemctl is-system-running --wait 2>/dev/null)
  [ -n "$state" ] || state=starting
  failed=$(systemctl --failed --no-legend --plain 2>/dev/null | cut -d ' ' -f 1 | head -n 6 |
    tr '\n' ',')
fi
addresses=$(ip -o -4 address 2>/dev/null |
  sed -n 's/.* inet \([0-9./]*\).*/\1/p' | grep -v '^127\.' | head -n 6 | tr '\n' ',')
echo "<1>)" +
         text + R"( state=$state failed=$failed addresses=$addresses end" >/dev/kmsg
)";
}

/// With the labels of /etc/fstab: where SELinux rules, nobody may read a file without any.
Result<> write_file(const GuestRoot& root, const std::string& path, std::string bytes) {
  if (auto made = make_folders(root, parent_of(path)); !made) return made;
  const auto located = root.locate_name(path);
  if (!located) return fail(located.error());
  const std::string like = root.open_regular("/etc/fstab") ? "/etc/fstab" : "";
  return put(root, *located, {Content::Kind::file, std::move(bytes)}, like);
}

Result<> write_link(const GuestRoot& root, const std::string& path, const std::string& target) {
  if (auto made = make_folders(root, parent_of(path)); !made) return made;
  const auto located = root.locate_name(path);
  if (!located) return fail(located.error());
  return put(root, *located, {Content::Kind::link, target});
}

Result<> plant_unit(const GuestRoot& root) {
  // Not "oneshot": the boot would wait for a unit that waits for the boot.
  const std::string unit = std::string{"[Unit]\nDescription=Boot proof\n[Service]\n"} +
                           "ExecStart=/bin/sh " + program_path +
                           "\n[Install]\nWantedBy=multi-user.target\n";
  if (auto done = write_file(root, unit_path, unit); !done) return done;
  return write_link(root, unit_link, unit_path);
}

Result<> plant_service(const GuestRoot& root) {
  const std::string service = std::string{"#!/sbin/openrc-run\ncommand=/bin/sh\n"} +
                              "command_args=" + program_path +
                              "\ncommand_background=true\npidfile=/run/edgeferry-boot-proof.pid\n" +
                              "depend() {\n  after *\n}\n";
  const auto located = root.locate_name(service_path);
  if (!located) return fail(located.error());
  if (auto done = put(root, *located, {Content::Kind::file, service, 0755}); !done) return done;
  return write_link(root, service_link, service_path);
}

Result<> plant_line(const GuestRoot& root) {
  const auto located = root.locate("/etc/inittab");
  if (!located) return fail(located.error());
  const auto content = root.content(*located);
  if (!content) return fail(content.error());
  if (!*content) return fail(Errc::guest_unusable, "/etc/inittab is no file");
  // busybox has no runlevels and takes the first field for a terminal.
  const auto init = root.locate("/sbin/init");
  const bool busybox = init && init->ends_with("/busybox");
  const std::string line =
      std::string{busybox ? "::once:/bin/sh " : "efbp:2345:once:/bin/sh "} + program_path;
  return put(root, *located,
             {Content::Kind::file, with_line((*content)->bytes, line), (*content)->mode}, *located);
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty() && list.size() < limits::evidence_lines_max) {
    const auto comma = std::min(text.find(','), text.size());
    if (comma > 0) list.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

}  // namespace

Result<std::optional<BootMarker>> plant_boot_marker(const Guest& guest) {
  BootMarker marker{"EDGEFERRY-BOOT-PROOF nonce=" + random_id("boot"), {}};
  Result<> planted;
  if (guest.has(Capability::systemd)) {
    marker.how = "systemd unit";
    planted = plant_unit(guest.root);
  } else if (guest.has(Capability::openrc)) {
    marker.how = "OpenRC service";
    planted = plant_service(guest.root);
  } else if (guest.has(Capability::inittab)) {
    marker.how = "line of inittab";
    planted = plant_line(guest.root);
  } else {
    return std::nullopt;
  }
  if (planted) planted = write_file(guest.root, program_path, program_text(marker.text));
  if (!planted) return fail(planted.error());
  return marker;
}

BootProof parse_boot_proof(std::string_view line) {
  BootProof proof;
  for (const auto& word : words_of(line)) {
    const std::string_view text{word};
    if (text.starts_with("state=")) proof.state = text.substr(6);
    if (text.starts_with("failed=")) proof.failed_units = list_of(text.substr(7));
    if (text.starts_with("addresses=")) proof.addresses = list_of(text.substr(10));
  }
  return proof;
}

}  // namespace ferry
