// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What strangers may send to the message bus, and how much of it.
#include "bus/clients.hpp"
#include "bus/limits.hpp"
#include "tests/bus/site.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a frame that is no request is refused in words, and its link goes on") {
  BusSite site;
  BusLink link{site};
  link.log_in(site.viewer);
  const auto refused_as = [&](const std::string& bytes, int status, const std::string& name) {
    link.send_bytes(bytes);
    const auto answer = link.receive();
    REQUIRE(answer);
    check_refused(*answer, status, name);
  };
  refused_as("", 400, "malformed");
  refused_as("\xC1", 400, "malformed");
  refused_as("GET / HTTP/1.1", 400, "malformed");
  refused_as(std::string(100'000, '\x91'), 400, "malformed");     // lists within lists
  refused_as("\x81\xA1v\xDD\xFF\xFF\xFF\xFF", 400, "malformed");  // a list of 2^32 - 1
  refused_as("\x81\x01\x02", 400, "malformed");                   // a name that is a number
  refused_as("\x81\xA1v\xD4\x01\x01", 400, "malformed");          // an extension
  refused_as("\x81\xA1v\x01\x81", 400, "malformed");              // bytes after the map
  refused_as("\x93\x01\x02\x03", 400, "malformed");
  const auto packed_as = [&](const Json& json, int status, const std::string& name) {
    const auto bytes = Json::to_msgpack(json);
    refused_as({bytes.begin(), bytes.end()}, status, name);
  };
  packed_as(Json::object(), 400, "protocol_version");
  packed_as({{"v", 2}, {"type", "ping"}}, 400, "protocol_version");
  packed_as({{"v", "1"}, {"type", "ping"}}, 400, "protocol_version");
  packed_as({{"v", 1}, {"id", 9}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", 5}, {"id", 9}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", "dance"}, {"id", 9}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", "ping"}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", "ping"}, {"id", -1}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", "ping"}, {"id", ~0ULL}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"id", 9}, {"type", "login"}, {"key", "a"}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"id", 9}, {"type", "follow"}, {"after", -1}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"type", "credit"}, {"credit", 1ULL << 40}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"id", 9}, {"type", "snapshot"}, {"after", 1}}, 400, "invalid_argument");
  packed_as({{"v", 1}, {"id", 9}, {"type", "call"}, {"parameters", 1}}, 400, "invalid_argument");
  link.send_bytes("a", true);
  link.send_bytes("b");
  check_refused(*link.receive(), 400, "malformed");
  CHECK(link.must("ping")["at_ms"] > 0);
}

TEST_CASE("a frame of 10 MB ends its link and nobody else's") {
  BusSite site;
  BusLink other{site};
  other.log_in(site.viewer);
  BusLink link{site};
  link.log_in(site.viewer);
  link.send_bytes(std::string(10'000'000, 'x'));
  CHECK(!link.receive(1000));
  CHECK(other.must("ping")["at_ms"] > 0);
  BusLink again{site};
  again.log_in(site.viewer);
}

TEST_CASE("a socket with a routing id of its own is not served") {
  BusSite site;
  BusLink link{site.endpoint(), site.desk.keys.public_key, "mine"};
  link.send({{"v", 1},
             {"id", 1},
             {"type", "login"},
             {"access_key", site.viewer.id},
             {"secret", site.viewer.secret}});
  check_refused(*link.receive(), 400, "invalid_argument");
}

TEST_CASE("a link that another key has now is nobody's") {
  BusClients clients;
  const BusOrigin from{"link", "key", "127.0.0.1"};
  const auto session = clients.add(from, {"EF1", AccessRole::viewer}, 0).session;
  CHECK(clients.find(from) != nullptr);
  CHECK(clients.find("link", session) != nullptr);
  CHECK(clients.find({"link", "another", "127.0.0.1"}) == nullptr);
  CHECK(clients.find(from) == nullptr);
  CHECK(clients.find("link", session) == nullptr);
  CHECK(clients.add(from, {"EF1", AccessRole::viewer}, 0).session != session);
}

TEST_CASE("a client of which nothing is heard is forgotten") {
  BusClients clients;
  const auto silence_ms = std::chrono::milliseconds{limits::bus_silence_max}.count();
  clients.add({"quiet", "a", ""}, {"EF1", AccessRole::viewer}, 0);
  clients.add({"busy", "b", ""}, {"EF1", AccessRole::viewer}, 0).heard_ms = 1;
  clients.forget_silent(silence_ms - 1);
  CHECK(clients.all().size() == 2);
  clients.forget_silent(silence_ms);
  CHECK(clients.all().size() == 1);
  CHECK(clients.find({"busy", "b", ""}) != nullptr);
}

TEST_CASE("an address that asks too often is told to wait") {
  BusSite site;
  BusLink link{site};
  link.log_in(site.viewer);
  const int many = static_cast<int>(limits::client_requests_burst) + 100;
  for (int i = 1; i <= many; ++i) link.send({{"v", 1}, {"id", 1000 + i}, {"type", "credit"}});
  std::string last;
  while (const auto answer = link.receive(1000)) {
    if (answer->contains("error")) last = (*answer)["error"]["name"];
  }
  CHECK(last == "too_many_requests");
}

TEST_CASE("only so many clients are logged in at once, and those that are gone make room") {
  BusSite site;
  std::vector<std::unique_ptr<BusLink>> all;
  for (std::size_t i = 0; i < limits::bus_clients_max; ++i) {
    all.push_back(std::make_unique<BusLink>(site));
    all.back()->log_in(site.viewer);
  }
  BusLink late{site};
  const Json words{{"access_key", site.viewer.id}, {"secret", site.viewer.secret}};
  check_refused(late.ask("login", words), 503, "no_capacity");
  all.pop_back();
  CHECK(eventually([&] { return late.ask("login", words).contains("ok"); }));
  CHECK(all.front()->must("ping")["at_ms"] > 0);
}

TEST_CASE("requests that wait are counted, and too many are refused") {
  BusSite site;
  BusLink link{site};
  link.log_in(site.viewer);
  const int many = 60;
  for (int i = 1; i <= many; ++i) {
    link.send({{"v", 1}, {"id", 1000 + i}, {"type", "call"}, {"operation", "listSources"}});
  }
  int told = 0;
  int refused = 0;
  for (int i = 0; i < many; ++i) {
    const auto answer = link.receive();
    REQUIRE(answer);
    if (answer->contains("ok")) {
      ++told;
    } else {
      check_refused(*answer, 429, "too_many_requests");
      ++refused;
    }
  }
  CHECK(told >= static_cast<int>(limits::bus_pending_max));
  CHECK(told + refused == many);
  CHECK(link.must("ping")["at_ms"] > 0);
}
