// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every kind of mistake as the sentence a user reads, with its exact position.
#include "tests/config/mistakes.hpp"

#include <random>

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::test;

TEST_CASE("the file the mistakes are added to has none") { CHECK(mistake("") == "none"); }

TEST_CASE("a misspelt key is reported with the one that was meant") {
  CHECK(mistakes("[cluster]\nname = 'x'\n[[node]]\nname = 'c'\nrole = 'controller'\n"
                 "    lisen = 'tcp://127.0.0.1:7443'\n") ==
        std::vector<std::string>{
            "c.toml:3:1: FERRY-1004 listen is missing in [[node]] of role controller. "
            "Fix: add listen = \"...\" with tcp://HOST:PORT",
            "c.toml:6:5: FERRY-1002 unknown key 'lisen' in [[node]]. Fix: did you mean 'listen'?"});
  CHECK(mistake("[transfer]\nsterams = 3\n") ==
        "c.toml:8:1: FERRY-1002 unknown key 'sterams' in [transfer]. "
        "Fix: did you mean 'streams'?");
}

TEST_CASE("a key in the wrong table is sent to the right one") {
  CHECK(mistake("[image]\nstreams = 3\n") ==
        "c.toml:8:1: FERRY-1002 unknown key 'streams' in [image]. Fix: move it to [transfer]");
  CHECK(mistake("[image]\ncolour = 3\n") ==
        "c.toml:8:1: FERRY-1002 unknown key 'colour' in [image]. "
        "Fix: remove the key or correct its name");
}

TEST_CASE("unknown tables and keys outside of tables are reported") {
  CHECK(mistake("[transfr]\n") ==
        "c.toml:7:2: FERRY-1002 unknown table 'transfr'. Fix: did you mean [transfer]?");
  CHECK(mistake("[[nodes]]\nname = 'd'\n") ==
        "c.toml:7:3: FERRY-1002 unknown table 'nodes'. Fix: did you mean [[node]]?");
  CHECK(mistakes("verbose = true\n" + std::string{controller_file}).at(0) ==
        "c.toml:1:1: FERRY-1002 unknown key 'verbose' outside of a table. "
        "Fix: move it below the table it belongs to");
}

TEST_CASE("tables and lists of tables are not confused") {
  CHECK(mistakes("[cluster]\nname = 'x'\n[node]\nname = 'c'\n") ==
        std::vector<std::string>{
            "c.toml:3:2: FERRY-1003 node is [node] but must be a list of tables. "
            "Fix: start each node with [[node]]"});
  CHECK(mistake("[[limits]]\n") ==
        "c.toml:7:3: FERRY-1003 limits is [[limits]] but must be the table [limits]. "
        "Fix: write [limits] once");
  CHECK(mistakes("node = 3\n[cluster]\nname = 'x'\n").at(0) ==
        "c.toml:1:1: FERRY-1003 node is a whole number but must be a list of tables. "
        "Fix: start each node with [[node]]");
}

TEST_CASE("a value of the wrong type is reported with both types") {
  CHECK(mistake("[transfer]\nstreams = 'two'\n") ==
        "c.toml:8:11: FERRY-1003 streams is a string but must be a whole number. "
        "Fix: write 1 to 8");
  CHECK(mistake("[transfer]\nadaptive = 1\n") ==
        "c.toml:8:12: FERRY-1003 adaptive is a whole number but must be true or false. "
        "Fix: write true or false");
  CHECK(mistake("[transfer]\nstreams = 1.5\n") ==
        "c.toml:8:11: FERRY-1003 streams is a number with a fraction but must be a whole number. "
        "Fix: write 1 to 8");
  CHECK(mistake("[[node]]\nname = 'a'\nrole = 'agent'\ndisks = 'disk.raw'\n") ==
        "c.toml:10:9: FERRY-1003 disks is a string but must be a list of strings. "
        "Fix: write a list of up to 64 paths");
  CHECK(mistake("[[node]]\nname = 'a'\nrole = 'agent'\ndisks = ['a', 7]\n") ==
        "c.toml:10:15: FERRY-1003 disks is a whole number but must be a list of strings. "
        "Fix: write a list of up to 64 paths");
}

TEST_CASE("a value out of its range is reported with the range") {
  CHECK(mistake("[transfer]\nstreams = 9\n") ==
        "c.toml:8:11: FERRY-1004 streams is 9, which is not allowed. Fix: write 1 to 8");
  CHECK(mistake("[transfer]\nbandwidth_mbps = -1\n") ==
        "c.toml:8:18: FERRY-1004 bandwidth_mbps is -1, which is not allowed. "
        "Fix: write 0 to 100000");
  // Another worker takes a release over after a minute: until then nobody gives it up.
  CHECK(mistake("[janitor]\nrelease_patience_s = 120\n") ==
        "c.toml:8:22: FERRY-1004 release_patience_s is 120, which is not allowed. "
        "Fix: write 121 to 86400");
  CHECK(mistake("[janitor]\nrelease_patience_s = 121\n") == "none");
  CHECK(mistake("[log]\nformat = 'json'\nlevel = 'debug'\n") == "none");
  CHECK(mistake("[log]\nformat = 'xml'\n") ==
        "c.toml:8:10: FERRY-1004 format is \"xml\", which is not allowed. Fix: write text or json");
  CHECK(mistake("[log]\nlevel = 'loud'\n") ==
        "c.toml:8:9: FERRY-1004 level is \"loud\", which is not allowed. "
        "Fix: write debug, info, warning or error");
  CHECK(mistake("[image]\npart_size = \"99 KiB\"\n") ==
        "c.toml:8:13: FERRY-1004 part_size is \"99 KiB\", which is not allowed. "
        "Fix: write 100 KiB to 1 GiB");
  CHECK(mistake("[image]\npart_size = '8 parsecs'\n") ==
        "c.toml:8:13: FERRY-1004 part_size is \"8 parsecs\", which is not allowed. "
        "Fix: write 100 KiB to 1 GiB");
  CHECK(mistake("[image]\npart_size = 1048576\n") == "none");
  CHECK(mistake("[image]\npart_size = '-1 MiB'\n").find("not allowed") != std::string::npos);
}

TEST_CASE("a price is an amount in a string, and has a currency") {
  const auto priced = [](const std::string& amount) {
    return mistake("[prices]\ncurrency = 'CNY'\nmachine_hour = '" + amount + "'\n");
  };
  for (const auto* amount : {"0", "0.35", "12", "999999999.999999", ""}) {
    CHECK_MESSAGE(priced(amount) == "none", amount);
  }
  for (const auto* amount :
       {"-1", "1,5", ".5", "5.", "1e3", "1.2.3", "cheap", "1234567890", "0.1234567"}) {
    CHECK_MESSAGE(priced(amount).find("FERRY-1004") != std::string::npos, amount);
  }
  CHECK(mistake("[prices]\ncurrency = 'CNY'\nmachine_hour = 'x'\n") ==
        "c.toml:9:16: FERRY-1004 machine_hour is \"x\", which is not allowed. "
        "Fix: write an amount such as \"0.35\", or nothing");
  CHECK(mistake("[prices]\nmachine_hour = '0.5'\n").find("no currency") != std::string::npos);
}

TEST_CASE("words outside of a closed list are refused with the list") {
  CHECK(mistake("[security]\nsealed_data = 'maybe'\n") ==
        "c.toml:8:15: FERRY-1004 sealed_data is \"maybe\", which is not allowed. "
        "Fix: write auto, on or off");
  CHECK(mistake("[registry]\nregion = 'eu-central-1'\n") ==
        "c.toml:8:10: FERRY-1004 region is \"eu-central-1\", which is not allowed. "
        "Fix: write cn-beijing or ap-southeast-1");
  CHECK(mistake("[[node]]\nname = 'a'\nrole = 'king'\n") ==
        "c.toml:9:8: FERRY-1004 role is \"king\", which is not allowed. "
        "Fix: write controller, transition, worker or agent");
}

TEST_CASE("names, prefixes, hosts, paths and endpoints are checked") {
  CHECK(mistake("[[node]]\nname = 'A_1'\nrole = 'worker'\n") ==
        "c.toml:8:8: FERRY-1004 name is \"A_1\", which is not allowed. "
        "Fix: write 1 to 40 of a-z, 0-9 and -");
  CHECK(mistake("[bucket]\nprefix = 'a-b'\n") ==
        "c.toml:8:10: FERRY-1004 prefix is \"a-b\", which is not allowed. "
        "Fix: write 1 to 30 letters and digits");
  CHECK(mistake("[bucket]\nprefix = '" + std::string(31, 'a') + "'\n").find("prefix is") !=
        std::string::npos);
  CHECK(mistake("[bucket]\npath = ''\n") ==
        "c.toml:8:8: FERRY-1004 path is \"\", which is not allowed. Fix: write a path");
  CHECK(mistake("[bucket]\npath = \"a\\u0000b\"\n") ==
        "c.toml:8:8: FERRY-1004 path is \"a\\u0000b\", which is not allowed. Fix: write a path");
  CHECK(mistake("[[node]]\nname = 'w'\nrole = 'worker'\nhost = 'a b'\n") ==
        "c.toml:10:8: FERRY-1004 host is \"a b\", which is not allowed. "
        "Fix: write a host name or address, or nothing");
  CHECK(mistake("[[node]]\nname = 't'\nrole = 'transition'\ncontrol = '127.0.0.1:80'\n"
                "data = 'tcp://127.0.0.1:81'\n") ==
        "c.toml:10:11: FERRY-1004 '127.0.0.1:80' is not an endpoint: it does not start with "
        "tcp://. Fix: write tcp://HOST:PORT, for example \"tcp://127.0.0.1:7443\"");
}

TEST_CASE("missing required keys are reported at their table") {
  CHECK(mistakes("") ==
        std::vector<std::string>{"c.toml:1:1: FERRY-1004 name is missing in [cluster]. "
                                 "Fix: add name = \"...\" with 1 to 40 of a-z, 0-9 and -",
                                 "c.toml:1:1: FERRY-1005 no [[node]] has the role controller. "
                                 "Fix: add one with role = \"controller\" and listen"});
  CHECK(mistake("  [[node]]\nname = 'a'\n") ==
        "c.toml:7:3: FERRY-1004 role is missing in [[node]]. "
        "Fix: add role = \"...\" with controller, transition, worker or agent");
}

TEST_CASE("a key of another role is refused") {
  CHECK(mistake("[[node]]\nname = 'w'\nrole = 'worker'\nlisten = 'tcp://*:1'\n") ==
        "c.toml:10:1: FERRY-1005 listen does not belong in [[node]] of role worker. "
        "Fix: remove it; it is for role controller");
}

TEST_CASE("a store's bucket says what a folder's must not, and the other way round") {
  CHECK(mistake("[bucket]\nkind = 's3'\nbucket = 'images'\nregion = 'eu-west-1'\n") == "none");
  CHECK(mistake("[bucket]\nkind = 's3'\nbucket = 'images'\n") ==
        "c.toml:7:1: FERRY-1004 region is missing in [bucket] of kind s3. "
        "Fix: add region = \"...\" with 1 to 40 of a-z, 0-9 and -");
  CHECK(mistake("[bucket]\nkind = 'oss'\nbucket = 'images'\nregion = 'cn-beijing'\npath = 'b'\n") ==
        "c.toml:11:1: FERRY-1005 path does not belong in [bucket] of kind oss. "
        "Fix: remove it; it is for kind folder");
  CHECK(mistake("[bucket]\nregion = 'cn-beijing'\n") ==
        "c.toml:8:1: FERRY-1005 region does not belong in [bucket] of kind folder. "
        "Fix: remove it; it is for kind oss and s3");
  CHECK(mistake("[bucket]\nkind = 's3'\nbucket = 'images'\nregion = 'r'\nsignature = 'v1'\n") ==
        "c.toml:11:1: FERRY-1005 signature does not belong in [bucket] of kind s3. "
        "Fix: remove it; it is for kind oss");
  CHECK(mistake("[credentials]\nfile = 'keys'\n") ==
        "c.toml:8:1: FERRY-1005 file does not belong in [credentials] of source environment. "
        "Fix: remove it; it is for source profile");
}

TEST_CASE("keys of an instance's role are for services of Alibaba Cloud, and have no profile") {
  const std::string role = "[credentials]\nsource = 'instance'\n";
  CHECK(mistake(role + "role = 'edgeferry-worker'\nmetadata = 'http://127.0.0.1:8000'\n") ==
        "none");
  CHECK(mistake("[credentials]\nrole = 'edgeferry-worker'\n") ==
        "c.toml:8:1: FERRY-1005 role does not belong in [credentials] of source environment. "
        "Fix: remove it; it is for source instance");
  CHECK(mistake(role + "metadata = '100.100.100.200'\n") ==
        "c.toml:9:12: FERRY-1004 metadata is \"100.100.100.200\", which is not allowed. "
        "Fix: write https://HOST[:PORT] or http://HOST[:PORT]");
  CHECK(mistake(role + "[bucket]\nkind = 's3'\nbucket = 'images'\nregion = 'eu-west-1'\n") ==
        "c.toml:8:10: FERRY-1005 the keys of an ECS instance's role are for OSS, and the bucket is "
        "of kind s3. Fix: write source = \"profile\" or \"environment\"");
}

TEST_CASE("a registry in ENS takes its images out of OSS, and has no folder") {
  const std::string oss = "[bucket]\nkind = 'oss'\nbucket = 'images'\nregion = 'cn-beijing'\n";
  CHECK(mistake(oss + "[registry]\nkind = 'ens'\n") == "none");
  CHECK(mistake("[registry]\nkind = 'ens'\n") ==
        "c.toml:8:8: FERRY-1005 ENS takes images out of OSS, and the bucket is of kind folder. "
        "Fix: write kind = \"oss\" in [bucket], or kind = \"folder\" here");
  CHECK(mistake(oss + "[registry]\nkind = 'ens'\npath = 'ens'\n") ==
        "c.toml:13:1: FERRY-1005 path does not belong in [registry] of kind ens. "
        "Fix: remove it; it is for kind folder");
}

TEST_CASE("the place of a store is checked as it is written") {
  const std::string store = "[bucket]\nkind = 's3'\nregion = 'r'\n";
  CHECK(mistake(store + "bucket = 'My_Bucket'\n") ==
        "c.toml:10:10: FERRY-1004 bucket is \"My_Bucket\", which is not allowed. "
        "Fix: write 3 to 63 of a-z, 0-9 and -");
  for (const auto* bad : {"s3.example.org", "https://", "https://a/b", "https://a:0", "ftp://a",
                          "https://u@a", "https://::1", "https://*:80", "https://0.0.0.0"}) {
    CHECK_MESSAGE(mistake(store + "bucket = 'images'\nendpoint = '" + bad + "'\n") ==
                      "c.toml:11:12: FERRY-1004 endpoint is \"" + std::string{bad} +
                          "\", which is not allowed. Fix: write https://HOST[:PORT] or "
                          "http://HOST[:PORT], or nothing",
                  bad);
  }
  const auto at = [&](const std::string& place) {
    return mistake(store + "bucket = 'images'\nendpoint = '" + place + "'\n");
  };
  CHECK(at("https://s3.example.org:8443") == "none");
  CHECK(at("http://127.0.0.1:9000") ==
        "c.toml:11:12: FERRY-1005 addressing is virtual, and no name of a bucket can stand before "
        "the address 127.0.0.1:9000. Fix: add addressing = \"path\"");
  CHECK(at("https://[::1]:9000").starts_with("c.toml:11:12: FERRY-1005 addressing"));
  CHECK(at("http://127.0.0.1:9000'\naddressing = 'path") == "none");
}

TEST_CASE("parts that a store would refuse at the end are refused before anything starts") {
  const std::string store =
      "[bucket]\nkind = 'oss'\nbucket = 'images'\nregion = 'cn-beijing'\n[image]\n";
  CHECK(mistake(store + "part_size = '4 MiB'\n") ==
        "c.toml:12:13: FERRY-1005 part_size is 4194304 bytes, and a bucket of kind oss takes parts "
        "from 5 MiB. Fix: write part_size = \"5 MiB\" or more");
  CHECK(mistake(store + "part_size = '5 MiB'\n") == "none");
  CHECK(mistake("[image]\npart_size = '4 MiB'\n") == "none");
}

TEST_CASE("two nodes may not share a name, and there is one controller") {
  CHECK(mistake("[[node]]\nname = 'c'\nrole = 'worker'\n") ==
        "c.toml:8:8: FERRY-1005 two nodes are named 'c'. Fix: give each node its own name");
  CHECK(mistake("[[node]]\nname = 'd'\nrole = 'controller'\nlisten = 'tcp://127.0.0.1:1'\n") ==
        "c.toml:9:8: FERRY-1005 a second node has the role controller. "
        "Fix: keep exactly one controller");
}

TEST_CASE("ports that can't both be bound on one host are reported") {
  const std::string node = "[[node]]\nname = 't'\nrole = 'transition'\n";
  CHECK(mistake(node + "control = 'tcp://127.0.0.1:7443'\ndata = 'tcp://127.0.0.1:2'\n") ==
        "c.toml:10:11: FERRY-1005 control tcp://127.0.0.1:7443 clashes with listen of node 'c' at "
        "tcp://127.0.0.1:7443 on the same host. Fix: choose another port");
  CHECK(mistake(node + "control = 'tcp://127.0.0.1:2'\ndata = 'tcp://*:7443'\n")
            .starts_with("c.toml:11:8: FERRY-1005 data tcp://*:7443 clashes with listen"));
  CHECK(mistake(node + "control = 'tcp://localhost:2'\ndata = 'tcp://127.0.0.1:2'\n")
            .starts_with("c.toml:11:8: FERRY-1005 data tcp://127.0.0.1:2 clashes with control"));
  CHECK(mistake(node + "control = 'tcp://127.0.0.2:7443'\ndata = 'tcp://127.0.0.1:2'\n") == "none");
  CHECK(mistake(node + "host = 'far'\ncontrol = 'tcp://127.0.0.1:7443'\n"
                       "data = 'tcp://127.0.0.1:2'\n") == "none");
}

TEST_CASE("interfaces have ports of their own, and a certificate comes with its key") {
  CHECK(mistake("[smc]\nlisten = '127.0.0.1:7480'\n[console]\nlisten = '127.0.0.1:7480'\n") ==
        "c.toml:10:10: FERRY-1005 listen 127.0.0.1:7480 clashes with listen of [smc] at "
        "tcp://127.0.0.1:7480 on the same host. Fix: choose another port");
  CHECK(mistake("[console]\nlisten = '127.0.0.1:7443'\n")
            .starts_with("c.toml:8:10: FERRY-1005 listen 127.0.0.1:7443 clashes with listen of "));
  CHECK(mistake("[bus]\nlisten = '127.0.0.1:7443'\n")
            .starts_with("c.toml:8:10: FERRY-1005 listen 127.0.0.1:7443 clashes with listen of "));
  CHECK(mistake("[console]\ncertificate = 'a.pem'\n") ==
        "c.toml:8:15: FERRY-1005 certificate is there without key in [console]. "
        "Fix: name both files, or neither");
  CHECK(mistake("[console]\ntls = 'maybe'\n").starts_with("c.toml:8:7: FERRY-1004 "));
  CHECK(mistake("[console]\nlisten = '*:7444'\ncertificate = 'a.pem'\nkey = 'a.key'\n") == "none");
}

TEST_CASE("a node that binds every address must say where it is reached") {
  const std::string node = "[[node]]\nname = 't'\nrole = 'transition'\n";
  CHECK(mistake(node + "control = 'tcp://0.0.0.0:1'\ndata = 'tcp://*:2'\n") ==
        "c.toml:10:11: FERRY-1005 advertise is missing in [[node]], and control names every "
        "address. Fix: add advertise with the host name or address that others use");
  CHECK(mistake(node + "control = 'tcp://*:1'\ndata = 'tcp://*:2'\nadvertise = 'me'\n") == "none");
  const auto config = parse_config(
      std::string{controller_file} + node + "control='tcp://10.0.0.7:1'\ndata='tcp://*:2'",
      "c.toml");
  REQUIRE(config);
  CHECK(find_node(*config, "t")->advertise == "10.0.0.7");
}

TEST_CASE("limits in the wrong order and disks named twice are conflicts") {
  CHECK(mistake("[limits]\nsystem_disk_max = '1 GiB'\n") ==
        "c.toml:8:19: FERRY-1005 system_disk_min is larger than system_disk_max in [limits]. "
        "Fix: raise system_disk_max or lower system_disk_min");
  CHECK(mistake("[limits]\ndata_disk_min = '2 GiB'\ndata_disk_max = '1 GiB'\n")
            .starts_with("c.toml:8:17: FERRY-1005 data_disk_min is larger"));
  CHECK(mistake("[[node]]\nname = 'a'\nrole = 'agent'\ndisks = ['/a', '/b', '/x/../a']\n") ==
        "c.toml:10:9: FERRY-1005 disks names /a twice. Fix: name it once");
}

TEST_CASE("broken TOML is reported where it breaks") {
  CHECK(mistake("[transfer]\nstreams = = 2\n").starts_with("c.toml:8:11: FERRY-1001 "));
  CHECK(mistake("[transfer]\nstreams = 1\nstreams = 2\n").starts_with("c.toml:9:"));
  CHECK(mistake("[bucket]\npath = 'never closed\n").starts_with("c.toml:8:"));
  CHECK(mistake("[bucket]\npath = 'ab\xff'\n") ==
        "c.toml:8:11: FERRY-1001 the file is not UTF-8 text. Fix: save it as UTF-8");
  for (const auto* header : {"[[[", "[=]", "[", "[[", "[a", "[a.", "[a.=]", "[[a]", "[]", "[\n"}) {
    CHECK_MESSAGE(mistake(header).starts_with("c.toml:"), header);
  }
  CHECK(mistakes(std::string(200'000, '[')).size() == 1);
  CHECK(mistakes("a = " + std::string(200'000, '{')).size() == 1);
}

TEST_CASE("all mistakes are reported in the order of the file, up to fifty") {
  const auto lines = mistakes(std::string{controller_file} +
                              "[transfer]\nstreams = 0\ncompression = 11\nspeed = 1\n"
                              "[bucket]\nkind = 'gcs'\n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].starts_with("c.toml:8:11: FERRY-1004 streams"));
  CHECK(lines[1].starts_with("c.toml:9:15: FERRY-1004 compression"));
  CHECK(lines[2].starts_with("c.toml:10:1: FERRY-1002 unknown key 'speed'"));
  CHECK(lines[3].starts_with("c.toml:12:8: FERRY-1004 kind"));
  std::string many{controller_file};
  many += "[bucket]\n";
  for (int i = 0; i < 80; ++i) many += "k" + std::to_string(i) + " = 1\n";
  const auto fifty = mistakes(many);
  REQUIRE(fifty.size() == 50);
  CHECK(fifty[0].starts_with("c.toml:8:1:"));
}

TEST_CASE("too many nodes are refused before they cost anything") {
  std::string text{controller_file};
  for (int i = 0; i < 300; ++i) text += "[[node]]\nname = 'w" + std::to_string(i) + "'\n";
  CHECK(mistake(text.substr(controller_file.size())) ==
        "c.toml:3:3: FERRY-1004 301 nodes are too many. Fix: write at most 256");
}

TEST_CASE("text from the file can neither steer the terminal nor flood it") {
  const auto text = mistake("[image]\n\"\\u001b[31m" + std::string(5'000, 'x') + "\" = 1\n");
  CHECK(text.starts_with("c.toml:8:1: FERRY-1002 unknown key '?[31mxxx"));
  CHECK(text.size() < 450);
}

TEST_CASE("a damaged file is read or refused with a position, whatever the damage") {
  const std::string whole = std::string{controller_file} +
                            "[image]\npart_size = \"8 MiB\" # part\n[transfer]\nstreams = 2\n"
                            "[[node]]\nname = \"a\"\nrole = \"agent\"\ndisks = [\"x\", 'y']\n";
  using namespace std::string_view_literals;
  constexpr auto alphabet = "[]{}=\"'.,#\\\n\r\t -_+0aeuU:\x00\x7f\xc3\xa4\xff"sv;
  std::minstd_rand random{7};
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto text = whole;
    for (auto hits = 1 + random() % 4; hits > 0; --hits) {
      const auto at = random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      if (random() % 2 == 0) {
        text[at] = c;
      } else {
        text.insert(at, 1, c);
      }
    }
    if (random() % 8 == 0) text.resize(random() % text.size());
    const auto result = parse_config(text, "c.toml");
    if (result) continue;
    ++refused;
    REQUIRE(!result.error().empty());
    REQUIRE(result.error()[0].line >= 1);
    REQUIRE(!to_string(result.error()[0]).empty());
  }
  CHECK(refused > 10'000);
}
