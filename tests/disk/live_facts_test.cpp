// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/live_facts.hpp"

#include <cstdlib>

#include <doctest/doctest.h>

#include "disk/firewall.hpp"

using namespace ferry;

TEST_CASE("a firewall is known by the rules that its tools print") {
  const auto inbound = rules_of_nft(
      "table inet filter {\n\tset known {\n\t\ttype ipv4_addr\n\t}\n\tchain input {\n"
      "\t\ttype filter hook input priority filter; policy drop;\n\t\tiif \"lo\" accept\n"
      "\t\ttcp dport 22 accept\n\t}\n\tchain output {\n"
      "\t\ttype filter hook output priority filter; policy accept;\n\t}\n}\n");
  CHECK(inbound.count == 2);
  CHECK(!inbound.output);
  const auto outbound = rules_of_nft(
      "table inet filter {\n\tchain out {\n"
      "\t\ttype filter hook output priority filter; policy accept;\n\t\ttcp dport 8703 "
      "drop\n\t}\n}");
  CHECK(outbound.count == 1);
  CHECK(outbound.output);
  CHECK(rules_of_nft("table ip t {\n\tchain o {\n\t\ttype filter hook output priority 0; policy "
                     "drop;\n\t}\n}")
            .output);
  CHECK(!rules_of_nft("table ip nat {\n\tchain o {\n\t\ttype nat hook output priority -100; policy "
                      "accept;\n\t\tfib daddr type local jump DOCKER\n\t}\n}")
             .output);
  const auto saved = rules_of_iptables(
      "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j DOCKER\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n"
      ":OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n");
  CHECK(saved.count == 2);
  CHECK(!saved.output);
  CHECK(rules_of_iptables("*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n").output);
  CHECK(rules_of_iptables("*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j ufw-out\n").output);
  CHECK(rules_of_iptables("").count == 0);
}

TEST_CASE("a GRUB tells its version") {
  CHECK(grub_version("grub-install (GRUB) 2.06-13+deb12u1\n") == "2.06-13+deb12u1");
  CHECK(grub_version("grub2-install (GRUB) 2.02") == "2.02");
  CHECK(grub_version("something else").empty());
}

TEST_CASE("this machine is measured within its bounds, and nothing of it is told but names") {
  ::setenv("https_proxy", "http://user:secret@proxy:3128", 1);
  ServerFacts facts;
  facts.boot_loader = "grub";
  read_live_facts(facts);
  ::unsetenv("https_proxy");
  CHECK(facts.running);
  CHECK(facts.clock_ms > 1'700'000'000'000);
  CHECK(facts.cpu_percent >= 0);
  CHECK(facts.cpu_percent <= 100);
  CHECK(facts.memory_percent > 0);
  CHECK(facts.memory_percent <= 100);
  for (const auto& use : facts.filesystems) CHECK(use.free <= use.size);
  CHECK(facts.proxies == std::vector<std::string>{"https_proxy"});
  CHECK(to_json(facts).find("secret") == std::string::npos);
}
