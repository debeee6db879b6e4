// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's network at its new place.
#include <algorithm>

#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a card keeps its name at its new address, for systemd, for udev and in settings") {
  const GuestFolder guest;
  make_debian(guest);
  fix(guest, settings_for(NetworkMode::keep_names));
  CHECK(guest.read("/etc/systemd/network/10-edgeferry-ens192.link") ==
        "[Match]\nMACAddress=52:54:00:00:00:01\n\n[Link]\nName=ens192\n");
  CHECK(guest.read("/etc/udev/rules.d/70-persistent-net.rules") ==
        "# a VMware card\n"
        "SUBSYSTEM==\"net\", ATTR{address}==\"00:50:56:ab:cd:99\", NAME=\"lan7\"\n"
        "SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{address}==\"52:54:00:00:00:01\", "
        "NAME=\"ens192\"\n");
  const auto interfaces = guest.read("/etc/network/interfaces");
  CHECK(interfaces.find("hwaddress ether 52:54:00:00:00:01\n") != std::string::npos);
  CHECK(interfaces.find("address 10.0.0.5/24\n") != std::string::npos);
  CHECK(guest.read("/etc/default/grub").find("ifnames") == std::string::npos);
}

TEST_CASE("addresses of cards are replaced in netplan, ifcfg and NetworkManager alike") {
  const GuestFolder ubuntu;
  make_ubuntu(ubuntu);
  fix(ubuntu, settings_for(NetworkMode::keep_names));
  CHECK(ubuntu.read("/etc/netplan/50-cloud-init.yaml").find("\"52:54:00:00:00:01\"") !=
        std::string::npos);
  const GuestFolder el;
  make_el(el);
  fix(el, settings_for(NetworkMode::keep_names));
  CHECK(el.read("/etc/sysconfig/network-scripts/ifcfg-ens192").find("HWADDR=52:54:00:00:00:01") !=
        std::string::npos);
  CHECK(el.read("/etc/NetworkManager/system-connections/office.nmconnection")
            .find("mac-address=52:54:00:00:00:01") != std::string::npos);
}

TEST_CASE("one card of an unknown address is known as the virtual one; two are not guessed") {
  const GuestFolder one;
  make_debian(one);
  FixUpSettings settings;
  settings.network = NetworkMode::keep_names;
  settings.nics = {{"ens192", "00:50:56:ab:cd:01"}};
  fix(one, settings);
  CHECK(one.read("/etc/systemd/network/10-edgeferry-ens192.link").find("Driver=virtio_net\n") !=
        std::string::npos);
  const GuestFolder two;
  make_debian(two);
  settings.nics.push_back({"ens224", "00:50:56:ab:cd:02"});
  const auto made = plan(two, settings);
  CHECK(made.notes.size() >= 2);
  for (const auto& patch : made.patches) CHECK(!patch.file.ends_with(".link"));
}

TEST_CASE("with DHCP any card gets its address, whoever keeps the network") {
  const auto settings = settings_for(NetworkMode::dhcp);
  const GuestFolder debian;
  make_debian(debian);
  fix(debian, settings);
  CHECK(debian.read("/etc/network/interfaces") ==
        "source /etc/network/interfaces.d/*\n\n# The loopback\nauto lo\niface lo inet loopback\n\n"
        "allow-hotplug eth0\niface eth0 inet dhcp\n");
  CHECK(debian.read("/etc/default/grub").find("ttyS0 net.ifnames=0 biosdevname=0\"") !=
        std::string::npos);
  CHECK(!debian.has("/etc/udev/rules.d/70-persistent-net.rules"));

  const GuestFolder ubuntu;
  make_ubuntu(ubuntu);
  fix(ubuntu, settings);
  CHECK(!ubuntu.has("/etc/netplan/50-cloud-init.yaml"));
  CHECK(ubuntu.read("/etc/netplan/01-edgeferry.yaml").find("dhcp4: true") != std::string::npos);
  CHECK(ubuntu.read("/etc/default/grub").find("ifnames") == std::string::npos);

  const GuestFolder el;
  make_el(el);
  fix(el, settings);
  CHECK(!el.has("/etc/sysconfig/network-scripts/ifcfg-ens192"));
  CHECK(el.has("/etc/sysconfig/network-scripts/ifcfg-lo"));
  const auto connection = el.root / "etc/NetworkManager/system-connections/edgeferry.nmconnection";
  CHECK((fs::status(connection).permissions() & fs::perms::all) == fs::perms{0600});

  const GuestFolder suse;
  make_suse(suse);
  fix(suse, settings);
  CHECK(!suse.has("/etc/sysconfig/network/ifcfg-ens192"));
  CHECK(suse.read("/etc/sysconfig/network/ifcfg-eth0") == "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n");
  CHECK(suse.read("/etc/default/grub").find("net.ifnames=0") != std::string::npos);

  const GuestFolder alpine;
  make_alpine(alpine);
  fix(alpine, settings);
  CHECK(alpine.read("/etc/network/interfaces") ==
        "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n");
}

TEST_CASE("systemd-networkd gets one file that matches first") {
  const GuestFolder guest;
  make_suse(guest);
  fs::remove(guest.root / "usr/sbin/wicked");
  guest.write("/usr/lib/systemd/system/systemd-networkd.service", "[Unit]\n");
  guest.link("/etc/systemd/system/multi-user.target.wants/systemd-networkd.service",
             "/usr/lib/systemd/system/systemd-networkd.service");
  guest.write("/etc/systemd/network/20-lan.network", "[Match]\nName=ens192\n");
  fix(guest, settings_for(NetworkMode::dhcp));
  CHECK(guest.read("/etc/systemd/network/00-edgeferry.network").find("DHCP=yes") !=
        std::string::npos);
  CHECK(guest.has("/etc/systemd/network/20-lan.network"));
}

TEST_CASE("bonds, bridges and VLANs are left alone, and that is told") {
  const GuestFolder guest;
  make_ubuntu(guest);
  guest.write("/etc/netplan/60-bond.yaml", "network:\n  bonds:\n    bond0: {}\n");
  const auto made = plan(guest, settings_for(NetworkMode::dhcp));
  for (const auto& patch : made.patches) CHECK(!patch.file.starts_with("/etc/netplan"));
  CHECK(std::ranges::any_of(made.notes, [](const std::string& note) {
    return note.find("60-bond.yaml") != std::string::npos;
  }));
}

TEST_CASE("a link to /dev/null that keeps rules from being made stays") {
  const GuestFolder guest;
  make_debian(guest);
  guest.link("/etc/udev/rules.d/75-persistent-net-generator.rules", "/dev/null");
  fix(guest, settings_for(NetworkMode::dhcp));
  CHECK(guest.has("/etc/udev/rules.d/75-persistent-net-generator.rules"));
}
