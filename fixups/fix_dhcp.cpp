// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The network of an image from which many servers are made: whatever card there is asks for
// its address. A guest with bonds, bridges or VLANs is left as it is, since nobody can tell
// which of them the new place has.
#include <algorithm>

#include "fixups/fix_up.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr auto why_dhcp = "any card asks for its address by DHCP";
constexpr auto why_gone = "its addresses are those of the source's network";

bool names_any(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// True, with a note, if one of the files builds a card out of others.
bool is_composed(Draft& draft, const std::vector<std::string>& files,
                 std::initializer_list<std::string_view> words) {
  for (const auto& file : files) {
    if (!names_any(draft.text(file).value_or(""), words)) continue;
    draft.note(file + " builds a network card out of others; all files of its kind are left alone");
    return true;
  }
  return false;
}

/// True if a card other than the loopback is set up here.
bool names_cards(Draft& draft, const std::vector<std::string>& files) {
  for (const auto& file : files) {
    const auto text = draft.text(file).value_or("");
    for (const auto line : lines_of(text)) {
      const auto words = words_of(line);
      if (words.size() > 1 && words[0] == "iface" && words[1] != "lo") return true;
    }
  }
  return false;
}

void replace_files(Draft& draft, const std::vector<std::string>& files, const std::string& file,
                   const std::string& text, unsigned mode) {
  for (const auto& old : files) {
    if (old != file) draft.remove(old, why_gone);
  }
  draft.write(file, text, why_dhcp, mode);
}

/// Stanzas of /etc/network/interfaces, each with the comments and blank lines before it left
/// where they are.
std::string without_cards(std::string_view text) {
  bool dropping = false;
  return edit_lines(text, [&](std::string_view line) -> std::optional<std::string> {
    const auto words = words_of(line);
    if (words.empty() || is_comment_or_empty(line)) return std::string{line};
    const bool starts = words[0] == "iface" || words[0] == "auto" || words[0] == "mapping" ||
                        words[0].starts_with("allow-") || words[0].starts_with("source") ||
                        words[0] == "no-auto-down" || words[0] == "no-scripts";
    if (starts) {
      const bool of_card = words[0] == "iface" || words[0] == "auto" ||
                           words[0].starts_with("allow-") || words[0] == "mapping";
      dropping = of_card && words.size() > 1 && words[1] != "lo";
    }
    return dropping ? std::nullopt : std::optional{std::string{line}};
  });
}

}  // namespace

void fix_netplan(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp) return;
  const auto files = draft.files("/etc/netplan", ".yaml");
  if (is_composed(draft, files, {"bonds:", "bridges:", "vlans:"})) return;
  replace_files(draft, files, "/etc/netplan/01-edgeferry.yaml",
                "network:\n"
                "  version: 2\n"
                "  ethernets:\n"
                "    any-card:\n"
                "      match:\n"
                "        name: \"e*\"\n"
                "      dhcp4: true\n"
                "      dhcp6: true\n"
                "      dhcp-identifier: mac\n"
                "      optional: true\n",
                0600);
}

void fix_ifupdown(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp || draft.guest().has(Capability::netplan)) return;
  constexpr auto main = "/etc/network/interfaces";
  auto files = draft.files("/etc/network/interfaces.d", "");
  files.emplace_back(main);
  if (is_composed(
          draft, files,
          {"bond-", "bridge_ports", "bridge-ports", "vlan-raw-device", "vlan_raw_device"})) {
    return;
  }
  constexpr auto stanza = "allow-hotplug eth0\niface eth0 inet dhcp\n";
  const auto text = draft.text(main);
  if (!text) return;
  const bool others =
      draft.guest().has(Capability::network_manager) || draft.guest().has(Capability::networkd);
  if (others && !names_cards(draft, files)) return;
  files.pop_back();
  for (const auto& file : files) {
    const auto old = draft.text(file);
    if (old) draft.write(file, without_cards(*old), why_gone);
  }
  auto kept = without_cards(*text);
  while (kept.ends_with("\n\n")) kept.pop_back();
  if (!kept.empty() && kept.back() != '\n') kept += '\n';
  const auto wanted =
      draft.guest().has(Capability::udev) ? stanza : "auto eth0\niface eth0 inet dhcp\n";
  if (!kept.empty()) kept += '\n';
  draft.write(main, kept + wanted, why_dhcp);
}

void fix_network_manager(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp || draft.guest().has(Capability::netplan)) return;
  const auto files = draft.files("/etc/NetworkManager/system-connections", "");
  if (is_composed(draft, files, {"type=bond", "type=bridge", "type=vlan", "type=team"})) return;
  std::vector<std::string> cards;
  for (const auto& file : files) {
    const auto text = draft.text(file).value_or("");
    if (names_any(text, {"type=ethernet", "type=802-3-ethernet"})) cards.push_back(file);
  }
  replace_files(draft, cards, "/etc/NetworkManager/system-connections/edgeferry.nmconnection",
                "[connection]\n"
                "id=edgeferry\n"
                "uuid=7a2c1c8e-3f0b-4d55-9a31-6b1de0f2a7c4\n"
                "type=ethernet\n"
                "multi-connect=3\n\n"
                "[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n",
                0600);
}

void fix_networkd(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp || draft.guest().has(Capability::netplan)) return;
  if (!draft.files("/etc/systemd/network", ".netdev").empty()) {
    draft.note("/etc/systemd/network builds network cards out of others; it is left alone");
    return;
  }
  // The first file that matches wins; the others stay for what this one doesn't match.
  draft.write("/etc/systemd/network/00-edgeferry.network",
              "[Match]\nType=ether\nName=e*\n\n[Network]\nDHCP=yes\n\n"
              "[DHCPv4]\nClientIdentifier=mac\n",
              why_dhcp);
}

void fix_ifcfg(Draft& draft, const FixUpSettings& settings) {
  if (settings.network != NetworkMode::dhcp) return;
  const bool suse = draft.guest().has(Capability::wicked);
  const std::string folder = suse ? "/etc/sysconfig/network" : "/etc/sysconfig/network-scripts";
  std::vector<std::string> cards;
  for (const auto& file : draft.files(folder, "")) {
    const auto name = name_of(file);
    if (name.starts_with("ifcfg-") && name != "ifcfg-lo" && name != "ifcfg-template") {
      cards.push_back(file);
    }
  }
  if (is_composed(draft, cards, {"BOND", "BRIDGE", "VLAN", "SLAVE", "ETHERDEVICE", "TEAM"})) return;
  if (!suse && draft.guest().has(Capability::network_manager)) {
    for (const auto& old : cards) draft.remove(old, why_gone);  // its own file serves every card
    return;
  }
  replace_files(draft, cards, folder + "/ifcfg-eth0",
                suse ? "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n"
                     : "DEVICE=eth0\nTYPE=Ethernet\nBOOTPROTO=dhcp\nONBOOT=yes\n",
                0644);
}

}  // namespace ferry
