// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Event streams: everything at first, then each change, whatever breaks in between.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include "base/clock.hpp"
#include "tests/console/console.hpp"
#include "tests/console/raw_client.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

class Watching : public RawClient {
 public:
  Watching(const Console& console, const AccessKeyCreated& key, const std::string& last = "",
           int buffer_bytes = 0)
      : RawClient(console.config.console.listen, buffer_bytes) {
    write("GET /api/v1/events HTTP/1.1\r\nHost: " + console.config.console.listen +
          "\r\nAuthorization: Bearer " + key.id + "." + key.secret +
          (last.empty() ? "" : "\r\nLast-Event-ID: " + last) + "\r\n\r\n");
  }
};

std::size_t count(const std::vector<StreamEvent>& events, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::count(events, name, &StreamEvent::name));
}

}  // namespace

TEST_CASE("a stream begins with all there is, and goes on with what changes") {
  Console console{3};
  const auto job = console.create_job("alpha");
  Watching stream{console, console.viewer};
  const auto all = stream.until("ready");
  CHECK(stream.head().find("text/event-stream") != std::string::npos);
  CHECK(all.front().name == "begin");
  CHECK(all.front().data == R"({"reason":"new"})");
  CHECK(count(all, "source") == 3);
  CHECK(count(all, "job") == 1);
  const auto told = std::ranges::find(all, "job", &StreamEvent::name);
  auto now = console.must("GET", "/jobs")["jobs"][0];
  CHECK(Json::parse(told->data) == now);
  const auto path = "/jobs/" + job["id"].get<std::string>();
  (void)console.must("PATCH", path, {{"description", "new"}});
  const auto change = stream.until("job").back();
  CHECK(Json::parse(change.data)["settings"]["description"] == "new");
  const std::string group = console.must("POST", "/workgroups", {{"name", "wave"}})["id"];
  CHECK(Json::parse(stream.until("workgroup").back().data)["id"] == group);
  (void)console.must("DELETE", "/workgroups/" + group);
  CHECK(Json::parse(stream.until("gone").back().data) ==
        Json{{"kind", "workgroup"}, {"id", group}});
}

TEST_CASE("a broken stream goes on where it was") {
  Console console{2};
  std::string last;
  {
    Watching stream{console, console.viewer};
    last = stream.until("ready").back().id;
  }
  const auto job = console.create_job("alpha");
  Watching stream{console, console.viewer, last};
  const auto events = stream.until("ready");
  CHECK(count(events, "begin") == 0);
  CHECK(count(events, "job") == 1);
  CHECK(count(events, "workgroup") == 0);
}

TEST_CASE("after a new start of the controller a stream says that it begins anew") {
  Console console{2};
  std::string last;
  {
    Watching stream{console, console.viewer};
    last = stream.until("ready").back().id;
  }
  console.restart();
  Watching stream{console, console.viewer, last};
  const auto events = stream.until("ready");
  CHECK(events.front().data == R"({"reason":"restarted"})");
  CHECK(count(events, "source") == 2);
  const std::vector<std::string> odd_ones{"x", "-", "l-1-2-3", last.substr(0, last.rfind('-'))};
  for (const auto& odd : odd_ones) {
    Watching strange{console, console.viewer, odd};
    CHECK(strange.until("ready").front().name == "begin");
  }
}

TEST_CASE("a stream ends with the key of its reader, and needs one") {
  Console console;
  Watching stream{console, console.viewer};
  (void)stream.until("ready");
  (void)console.must("POST", "/access-keys/" + console.viewer.id + "/disable");
  while (stream.next(12)) {
  }
  CHECK(stream.ended());
  check_refused(console.send(api_request("GET", "/events")), 401, "not_logged_in");
}

TEST_CASE("a reader that reads nothing is cut off, and no other one waits for it") {
  Console console{300};
  Watching slow{console, console.viewer, "", 4096};
  Watching quick{console, console.viewer};
  CHECK(count(quick.until("ready"), "source") == 300);
  (void)console.create_job("alpha");
  CHECK(count(quick.until("job"), "job") == 1);
  CHECK(Json::parse(quick.until("alive").back().data)["age_ms"] < 5000);
  // What the kernel keeps for it is bounded as well; then its time runs, for a write and a wait.
  std::this_thread::sleep_for(limits::http_write_time + std::chrono::seconds{1});
  const auto rest = slow.drain();
  CHECK(slow.ended());
  CHECK(rest.find("event: begin") != std::string::npos);
  CHECK(rest.find("event: ready") == std::string::npos);
}

TEST_CASE("only so many streams are open at once, and others are answered nevertheless") {
  Console console;
  std::vector<std::unique_ptr<Watching>> all;
  for (std::size_t i = 0; i < limits::watchers_max; ++i) {
    all.push_back(std::make_unique<Watching>(console, console.viewer));
  }
  for (auto& stream : all) (void)stream->until("ready");
  check_refused(console.call(console.viewer, "GET", "/events"), 503, "no_capacity");
  CHECK(console.call(console.viewer, "GET", "/jobs").status == 200);
  all.clear();
  CHECK(eventually([&] {
    Watching stream{console, console.viewer};
    return stream.next(1) && stream.head().find("200") != std::string::npos;
  }));
}

TEST_CASE("1,000 source servers and 64 streams cost little" * doctest::skip()) {
  Console console{1000};
  std::vector<std::unique_ptr<Watching>> all;
  const auto begin_ms = steady_ms();
  for (std::size_t i = 0; i < limits::watchers_max; ++i) {
    all.push_back(std::make_unique<Watching>(console, console.viewer));
  }
  for (auto& stream : all) CHECK(count(stream->until("ready", 60), "source") == 1000);
  MESSAGE("all are told of everything after ms: " << steady_ms() - begin_ms);
  const auto used = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  };
  const auto before = used();
  std::this_thread::sleep_for(std::chrono::seconds{10});
  const auto share = (used() - before) / 10;
  MESSAGE("share of a core: " << share);
  CHECK(share < 0.5);
}
