// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Notifications by webhook, to real servers of both kinds.
#include "notify/webhook.hpp"

#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/free_port.hpp"
#include "cloud/signing/mac.hpp"
#include "notify/limits.hpp"
#include "notify/sender.hpp"
#include "tests/cloud/loopback_server.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Notification done_job() {
  Notification n;
  n.id = "msg_1";
  n.type = "done";
  n.at_ms = 1'795'000'000'000;
  n.cluster = "lab";
  n.job = "j-1";
  n.text = "migration \"finished\"";
  return n;
}

SendResult send(const std::string& url, const WebhookConfig& config = {},
                std::chrono::milliseconds time = 10s, const std::stop_token& stop = {}) {
  const NotificationSender sender{{{}, config, ""}};
  return sender.send({"webhook", url, secret}, done_job(), time, stop);
}

}  // namespace

TEST_CASE("a webhook is signed as the Standard Webhooks specification's own example") {
  const auto key = webhook_key(secret);
  REQUIRE(key);
  const auto request =
      webhook_request({"https", "h", "/", {}}, *key, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                      R"({"test": 2432232314})", 1'614'265'330'999);
  CHECK(request.header("webhook-id") == "msg_p5jXN8AQM9LWM0D4loKWxJek");
  CHECK(request.header("webhook-timestamp") == "1614265330");
  CHECK(request.header("webhook-signature") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a secret that is made is good, and no two are the same") {
  const auto one = make_webhook_secret();
  CHECK(webhook_key(one)->size() == 24);
  CHECK(one != make_webhook_secret());
  for (const auto& bad : {std::string{}, std::string{"whsec_"}, std::string{"whsec_AAAA"},
                          std::string{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
                          "whsec_" + to_base64(std::string(65, 'x')), std::string{"whsec_!"}}) {
    CAPTURE(bad);
    const auto key = webhook_key(bad);
    REQUIRE(!key);
    CHECK((bad.size() < 8 || key.error().what.find(bad) == std::string::npos));
  }
}

TEST_CASE("a URL arrives as it was written, whatever is in its path and query") {
  HttpRequest seen;
  const LoopbackServer server{[&](const HttpRequest& request) {
    seen = request;
    return HttpResponse{204, {}, ""};
  }};
  const auto sent =
      send("http://" + server.address() + "/a%20b/T0+%C3%A9/x?sig=a%2Bb%3D&v=1&blank=+&empty=");
  CHECK(sent.why == "");
  CHECK(seen.path == "/a b/T0+\xc3\xa9/x");
  const std::vector<NameValue> query{{"sig", "a+b="}, {"v", "1"}, {"blank", " "}, {"empty", ""}};
  for (const auto& one : query) {
    CHECK_MESSAGE(std::ranges::find(seen.query, one) != seen.query.end(), one.name);
  }
  CHECK(seen.method == "POST");
  CHECK(seen.header("content-type") == "application/json");
  CHECK(seen.body.starts_with(R"({"type":"done","timestamp":"2026-11-18T11:06:40Z","data":{)"));
  CHECK(seen.body.find(R"("text":"migration \"finished\"")") != std::string::npos);
}

TEST_CASE("what isn't a URL of a webhook is refused") {
  for (const auto& bad :
       {"", "ops@example.org", "ftp://h/x", "file:///etc/passwd", "https://", "https://u:p@h/x",
        "https://h/x#y", "https://h/a b", "https://h/\r\nX: y", "https://h:99999/", "//h/x"}) {
    CAPTURE(bad);
    CHECK(!parse_webhook_url(bad));
  }
  CHECK(!parse_webhook_url("https://h/" + std::string(limits::notification_target_bytes_max, 'a')));
  CHECK(parse_webhook_url("https://h:8443/x")->host == "h:8443");
  CHECK(parse_webhook_url("https://[::1]:1/x")->host == "[::1]:1");
}

TEST_CASE("2xx is taken, 410 is gone, all else is refused, and no redirect is followed") {
  std::atomic<int> visits{0};
  const LoopbackServer other{[&](const HttpRequest&) {
    ++visits;
    return HttpResponse{200, {}, ""};
  }};
  const LoopbackServer server{[&](const HttpRequest& request) {
    HttpResponse response{std::stoi(request.path.substr(1)), {}, "words"};
    if (response.status / 100 == 3) response.headers = {{"Location", "http://" + other.address()}};
    return response;
  }};
  const auto taken = [&](const std::string& status) {
    return send("http://" + server.address() + "/" + status);
  };
  for (const auto* status : {"200", "202", "204", "299"}) CHECK(taken(status).taken == Taken::yes);
  CHECK(taken("410").taken == Taken::gone);
  for (const auto* status : {"301", "302", "307", "400", "401", "404", "429", "500", "503"}) {
    CAPTURE(status);
    CHECK(taken(status).taken == Taken::refused);
  }
  CHECK(taken("500").why.ends_with("answered 500"));
  CHECK(visits == 0);
}

TEST_CASE("an answer without an end is not waited for") {
  const LoopbackServer server{[](const HttpRequest&) {
    return HttpResponse{200, {}, std::string(64 << 20, 'x')};
  }};
  const auto began = steady_ms();
  CHECK(send("http://" + server.address() + "/").taken == Taken::yes);
  CHECK(steady_ms() - began < 5'000);
}

TEST_CASE("nothing is sent to a server whose certificate isn't trusted, or is another one's") {
  const TempFolder folder;
  std::atomic<int> visits{0};
  const LoopbackServer server{[&](const HttpRequest&) {
                                ++visits;
                                return HttpResponse{200, {}, ""};
                              },
                              folder.path};
  const WebhookConfig trusting{LoopbackServer::certificate_in(folder.path).string(), ""};
  const auto port = server.address().substr(server.address().find(':'));
  CHECK(send("https://localhost" + port + "/x").taken == Taken::unanswered);
  CHECK(send("https://127.0.0.1" + port + "/x", trusting).taken == Taken::unanswered);
  CHECK(visits == 0);
  CHECK(send("https://localhost" + port + "/x", trusting).why == "");
  CHECK(visits == 1);
}

TEST_CASE("who gives no answer is one, and no error tells the path of a webhook") {
  const auto nobody = "http://127.0.0.1:" + std::to_string(free_port());
  const auto sent = send(nobody + "/services/T0KEN");
  CHECK(sent.taken == Taken::unanswered);
  CHECK(sent.why.find(nobody) != std::string::npos);
  CHECK(sent.why.find("T0KEN") == std::string::npos);
  std::atomic<bool> end{false};
  const LoopbackServer slow{[&](const HttpRequest&) {
    while (!end) std::this_thread::sleep_for(10ms);
    return HttpResponse{200, {}, ""};
  }};
  CHECK(send("http://" + slow.address() + "/T0KEN", {}, 300ms).taken == Taken::unanswered);
  end = true;
}

TEST_CASE("what is being sent ends soon after it is told to") {
  std::atomic<bool> end{false};
  const LoopbackServer slow{[&](const HttpRequest&) {
    while (!end) std::this_thread::sleep_for(10ms);
    return HttpResponse{200, {}, ""};
  }};
  std::stop_source stop;
  const std::jthread soon{[&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  }};
  const auto began = steady_ms();
  CHECK(send("http://" + slow.address() + "/", {}, 20s, stop.get_token()).taken != Taken::yes);
  CHECK(steady_ms() - began < 3'000);
  end = true;
}

TEST_CASE("texts of others are cut between characters, and turn nothing around") {
  CHECK(plain_text("abc", 10) == "abc");
  CHECK(plain_text("a\xe4\xb8\xad", 3) == "a");
  CHECK(plain_text("a\xe4\xb8\xad", 4) == "a\xe4\xb8\xad");
  CHECK(plain_text("\xe2\x80\xae"
                   "a\n\xff",
                   100) == "?a\\x0a\\xff");
  CHECK(plain_text(std::string(10 << 20, '\x01'), 64).size() <= 64);
}

TEST_CASE("the same event has the same id for one receiver, and another one for another") {
  CHECK(notification_id("n-1", "e") == notification_id("n-1", "e"));
  CHECK(notification_id("n-1", "e") != notification_id("n-2", "e"));
  CHECK(notification_id("n-1", "e") != notification_id("n-1", "f"));
}
