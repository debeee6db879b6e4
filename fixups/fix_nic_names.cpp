// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of network cards. Every setting of a guest's network goes by them, and the target's
// cards sit in other slots and have other addresses: either each name is tied to the card that
// takes its place, or rules that tie names to cards of the past go away.

#include "base/text.hpp"
#include "fixups/fix_up.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr auto rules_file = "/etc/udev/rules.d/70-persistent-net.rules";
constexpr auto generator_file = "/etc/udev/rules.d/75-persistent-net-generator.rules";

/// Replaces one address by another wherever it stands as a whole, in any case.
std::string with_address(std::string text, const std::string& from, const std::string& to) {
  auto small = lower(text);
  for (auto at = small.find(lower(from)); at != std::string::npos;
       at = small.find(lower(from), at + to.size())) {
    text.replace(at, from.size(), to);
    small.replace(at, from.size(), lower(to));
  }
  return text;
}

/// How a rule recognises the card: by its address or, as long as nobody knows that, as the
/// only virtual one.
struct Match {
  std::string link;  // for systemd
  std::string rule;  // for udev before it
};

std::optional<Match> match_of(const Nic& nic, const FixUpSettings& settings) {
  if (!nic.target_mac.empty()) {
    const auto mac = lower(nic.target_mac);
    return Match{"MACAddress=" + mac, "ATTR{address}==\"" + mac + "\""};
  }
  if (settings.nics.size() == 1) {
    return Match{"Driver=virtio_net", "DRIVERS==\"virtio_net\""};
  }
  return {};
}

void draft_addresses(Draft& draft, const FixUpSettings& settings) {
  std::vector<std::string> files;
  const std::pair<const char*, const char*> places[]{{"/etc/netplan", ".yaml"},
                                                     {"/etc/systemd/network", ".network"},
                                                     {"/etc/systemd/network", ".link"},
                                                     {"/etc/NetworkManager/system-connections", ""},
                                                     {"/etc/network/interfaces.d", ""}};
  for (const auto& [folder, suffix] : places) {
    for (auto& file : draft.files(folder, suffix)) files.push_back(std::move(file));
  }
  for (const std::string folder : {"/etc/sysconfig/network-scripts", "/etc/sysconfig/network"}) {
    for (auto& file : draft.files(folder, "")) {
      if (name_of(file).starts_with("ifcfg-")) files.push_back(std::move(file));
    }
  }
  files.emplace_back("/etc/network/interfaces");
  for (const auto& file : files) {
    const auto text = draft.guest().root.has_folder(file) ? std::nullopt : draft.text(file);
    if (!text) continue;
    auto edited = *text;
    for (const auto& nic : settings.nics) {
      if (!nic.mac.empty() && !nic.target_mac.empty()) {
        edited = with_address(std::move(edited), nic.mac, nic.target_mac);
      }
    }
    draft.write(file, std::move(edited), "the card that it names has another address now");
  }
}

void draft_rules(Draft& draft, const std::string& rules) {
  // Rules for other cards stay; one for a card that is gone can't match.
  const auto text = draft.text(rules_file).value_or("");
  std::string kept = edit_lines(text, [&](std::string_view line) -> std::optional<std::string> {
    for (const auto rule : lines_of(rules)) {
      const auto name = rule.substr(rule.rfind("NAME="));
      if (!is_comment_or_empty(line) && line.find(name) != std::string_view::npos) return {};
    }
    return std::string{line};
  });
  for (const auto rule : lines_of(rules)) kept = with_line(std::move(kept), rule);
  draft.write(rules_file, std::move(kept), "network cards keep their names at their new addresses");
}

void keep_names(Draft& draft, const FixUpSettings& settings) {
  std::string rules;
  for (const auto& nic : settings.nics) {
    const auto match = match_of(nic, settings);
    if (!match) {
      draft.note("the address of " + nic.name +
                 " on the target is not known, so its name can't be kept");
      continue;
    }
    rules +=
        "SUBSYSTEM==\"net\", ACTION==\"add\", " + match->rule + ", NAME=\"" + nic.name + "\"\n";
    if (draft.guest().has(Capability::systemd)) {
      draft.write("/etc/systemd/network/10-edgeferry-" + nic.name + ".link",
                  "[Match]\n" + match->link + "\n\n[Link]\nName=" + nic.name + "\n",
                  nic.name + " is the card that took the old one's place");
    }
  }
  if (!rules.empty() && draft.guest().has(Capability::udev)) draft_rules(draft, rules);
  draft_addresses(draft, settings);
}

}  // namespace

void fix_nic_names(Draft& draft, const FixUpSettings& settings) {
  if (settings.network == NetworkMode::keep_names) keep_names(draft, settings);
  if (settings.network != NetworkMode::dhcp) return;
  for (const auto* file : {rules_file, generator_file}) {
    // A link to /dev/null is somebody's way to have no such rules.
    const auto present = draft.name(file);
    if (present && present->kind == Content::Kind::link) continue;
    draft.remove(file, "it gives the names of the source's cards to no others");
  }
}

}  // namespace ferry
