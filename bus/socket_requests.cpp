// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What clients send to the message bus.
#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "bus/socket.hpp"
#include "console/schema.hpp"

namespace ferry {
namespace {

struct LogInWords {
  std::string access_key;
  std::string secret;
  FERRY_FIELDS(access_key, secret)
};
struct FollowWords {
  std::uint64_t after = 0;
  std::uint32_t credit = 0;
  FERRY_FIELDS(after, credit)
};
struct CreditWords {
  std::uint32_t credit = 0;
  FERRY_FIELDS(credit)
};

Error busy(const char* what) {
  return {Errc::too_many_requests, what, "wait for answers before you ask more"};
}

/// A file goes as it is: what is signed are its bytes, and a text is no JSON. One that is no text
/// is binary in msgpack, too.
Json file_of(const HttpAnswer& answer) {
  const bool is_text = std::ranges::none_of(answer.headers, [](const NameValue& header) {
    return header.name == "Content-Type" && header.value == "application/gzip";
  });
  if (is_text) return answer.body;
  return Json::binary({answer.body.begin(), answer.body.end()});
}

std::string answer_of(std::uint64_t id, const HttpAnswer& answer) {
  const bool is_file = std::ranges::any_of(answer.headers, [](const NameValue& header) {
    return header.name == "Content-Disposition" ||
           (header.name == "Content-Type" && header.value != "application/json");
  });
  auto body = is_file ? Json{{"file", file_of(answer)}} : Json::parse(answer.body, nullptr, false);
  return bus_answer(id, answer.status, std::move(body));
}

std::string answer_of(std::uint64_t id, Result<Json> body) {
  return body ? bus_answer(id, 200, std::move(*body)) : bus_refusal(id, body.error());
}

/// What can't be told whole is refused.
std::string bounded(std::uint64_t id, std::string frame) {
  if (frame.size() <= limits::bus_answer_bytes_max) return frame;
  return bus_refusal(
      id, {Errc::limit_exceeded, "the answer has " + std::to_string(frame.size()) + " bytes",
           "ask for less at once, see limit and offset"});
}

}  // namespace

void BusSocket::handle(const BusOrigin& from, std::string_view frame) {
  auto read = read_bus_frame(frame);
  if (!read) return refuse(from, 0, read.error());
  const auto id = request_id(*read);
  auto request = read_bus_request(std::move(*read));
  if (!request) return refuse(from, id, request.error());
  if (request->type == "login") return log_in(from, *request);
  auto* client = clients_.find(from);
  if (client == nullptr) {
    return refuse(from, id, {Errc::not_logged_in, "this link has not logged in", {}});
  }
  client->heard_ms = steady_ms();
  serve(*client, std::move(*request));
}

void BusSocket::log_in(const BusOrigin& from, const BusRequest& request) {
  const auto words = read_record<LogInWords>(request.words);
  if (!words) return refuse(from, request.id, words.error());
  const bool taken = calls_.add([this, from, id = request.id, words = *words] {
    auto user = desk_.log_in({words.access_key, words.secret}, from.address);
    post([this, from, id, user = std::move(user)] { let_in(from, id, user); });
  });
  if (!taken) refuse(from, request.id, busy("too many requests wait"));
}

void BusSocket::let_in(const BusOrigin& from, std::uint64_t id, const Result<ConsoleUser>& user) {
  if (!user) return refuse(from, id, user.error());
  if (clients_.is_full()) forget_gone();
  if (clients_.find(from) == nullptr && clients_.is_full()) {
    return refuse(
        from, id,
        {Errc::no_capacity, "too many clients are logged in", "close one that nobody needs"});
  }
  auto& client = clients_.add(from, *user, steady_ms());
  const Json told{{"access_key", user->access_key},
                  {"role", to_string(user->role)},
                  {"alive_ms", std::chrono::milliseconds{limits::bus_alive_period}.count()},
                  {"silence_ms", std::chrono::milliseconds{limits::bus_silence_max}.count()}};
  tell(client, bus_answer(id, 200, told));
}

void BusSocket::serve(BusClient& client, BusRequest request) {
  if (request.type == "credit") return grant(client, request);
  if (request.type == "follow") return follow(client, request);
  if (request.type == "ping") {
    return tell(client, bus_answer(request.id, 200, {{"at_ms", wall_ms()}}));
  }
  const auto id = request.id;
  const auto& user = client.user;
  if (request.type == "snapshot") {
    return ask(client, id, [this, user, id, words = std::move(request.words)] {
      return answer_of(id, desk_.snapshot(user, words));
    });
  }
  if (request.type == "call") {
    return ask(client, id,
               [this, user, id, words = std::move(request.words), address = client.from.address] {
                 return answer_of(id, desk_.call(user, words, address));
               });
  }
  refuse(client.from, id,
         {Errc::invalid_argument, "there is no request '" + escaped(request.type) + "'",
          "send login, ping, snapshot, follow, credit or call"});
}

void BusSocket::ask(BusClient& client, std::uint64_t id, std::function<std::string()> make) {
  if (client.is_busy()) {
    return refuse(client.from, id, busy("too many requests of this client are being answered"));
  }
  const bool taken = calls_.add(
      [this, link = client.from.link, session = client.session, id, make = std::move(make)] {
        post([this, link, session, answer = bounded(id, make())] {
          auto* asker = clients_.find(link, session);
          if (asker == nullptr) return;
          --asker->pending;
          tell(*asker, answer);
        });
      });
  if (!taken) return refuse(client.from, id, busy("too many requests wait"));
  ++client.pending;
}

/// A grant that fits is not answered unless it has an id.
void BusSocket::grant(BusClient& client, const BusRequest& request) {
  const auto words = read_record<CreditWords>(request.words);
  if (!words) return refuse(client.from, request.id, words.error());
  client.grant(words->credit);
  if (request.id == 0) return;
  tell(client, bus_answer(request.id, 200, {{"credit", client.credit}}));
}

void BusSocket::follow(BusClient& client, const BusRequest& request) {
  const auto words = read_record<FollowWords>(request.words);
  if (!words) return refuse(client.from, request.id, words.error());
  client.follows = false;
  client.after = words->after;
  client.credit = 0;
  client.grant(words->credit);
  ++client.stream;
  const bool taken =
      reads_.add([this, link = client.from.link, session = client.session, stream = client.stream,
                  user = client.user, after = client.after, id = request.id] {
        auto page = desk_.read(user, after, 0);
        post([this, link, session, stream, id, page = std::move(page)] {
          auto* follower = clients_.find(link, session);
          if (follower != nullptr && follower->stream == stream) begin_stream(*follower, id, page);
        });
      });
  if (!taken) refuse(client.from, request.id, busy("too many requests wait"));
}

void BusSocket::begin_stream(BusClient& client, std::uint64_t id, const Result<FeedPage>& page) {
  if (!page) return refuse(client.from, id, page.error());
  client.follows = true;
  client.reading = false;
  client.not_before_ms = 0;
  client.told_ms = steady_ms();
  newest_ = std::max(newest_, page->newest);
  tell(client, bus_answer(id, 200, {{"after", client.after}, {"newest", page->newest}}));
}

}  // namespace ferry
