// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bus/site.hpp"

#include "base/free_port.hpp"
#include "base/random.hpp"

namespace ferry::test {

namespace opt = zmq::sockopt;

BusSite::BusSite(int servers)
    : desk(servers),
      viewer(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"viewer"})),
      operator_(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"operator"})),
      admin(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"admin"})),
      config(desk.config) {
  config.bus.listen = "127.0.0.1:" + std::to_string(free_port());
  start_server();
}

void BusSite::start_server() {
  auto started = BusServer::start(*desk.live, *desk.bridge, config, desk.keys);
  REQUIRE_MESSAGE(started, (started ? "" : to_string(started.error())));
  server = std::move(*started);
}

void BusSite::restart(const std::function<void()>& meanwhile) {
  server.reset();
  desk.stop();
  (*desk.live).await_all_actors_done();
  meanwhile();
  desk.start();
  desk.heartbeats();
  start_server();
}

std::string BusSite::create_job(const std::string& name) {
  CreateJob request{random_id("c"), {}};
  request.settings.source = desk.sources.at(0);
  request.settings.name = name;
  request.settings.region = "cn-beijing";
  const auto job = desk.ask<JobView>("jobs", request);
  REQUIRE_MESSAGE(job, (job ? "" : to_string(job.error())));
  return job->id;
}

void BusSite::describe_job(const std::string& id, const std::string& description) {
  ModifyJob change;
  change.job = id;
  change.keep_transfer = true;
  change.set_description = true;
  change.description = description;
  REQUIRE(desk.ask<JobView>("jobs", change));
}

BusLink::BusLink(const BusSite& site, int receive_max)
    : BusLink(site.endpoint(), site.desk.keys.public_key, "", receive_max) {}

BusLink::BusLink(const std::string& endpoint, const std::string& server_key,
                 const std::string& routing_id, int receive_max) {
  const auto own = make_key_pair();
  socket_.set(opt::linger, 0);
  socket_.set(opt::curve_serverkey, server_key);
  socket_.set(opt::curve_publickey, own.public_key);
  socket_.set(opt::curve_secretkey, own.secret_key);
  if (!routing_id.empty()) socket_.set(opt::routing_id, routing_id);
  if (receive_max > 0) {
    socket_.set(opt::rcvhwm, receive_max);
    socket_.set(opt::rcvbuf, 65'536);
  }
  socket_.connect(endpoint);
}

void BusLink::send(const Json& message) {
  const auto bytes = Json::to_msgpack(message);
  send_bytes({bytes.begin(), bytes.end()});
}

void BusLink::send_bytes(const std::string& bytes, bool more) {
  (void)socket_.send(zmq::buffer(bytes), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
}

std::optional<Json> BusLink::receive(int milliseconds) {
  socket_.set(opt::rcvtimeo, milliseconds);
  zmq::message_t message;
  if (!socket_.recv(message, zmq::recv_flags::none)) return std::nullopt;
  heard_ += message.to_string_view();
  return Json::from_msgpack(message.to_string_view());
}

Json BusLink::ask(const std::string& type, Json words) {
  words["v"] = 1;
  words["id"] = ++ids_;
  words["type"] = type;
  send(words);
  while (auto message = receive()) {
    if (message->value("id", std::uint64_t{0}) == ids_) return *message;
    pushed_.push_back(*message);
  }
  FAIL("no answer to " << type);
  return {};
}

Json BusLink::must(const std::string& type, Json words) {
  const auto answer = ask(type, std::move(words));
  REQUIRE_MESSAGE(answer.contains("ok"), text_of(answer));
  return answer["ok"];
}

Json BusLink::call(const std::string& operation, Json parameters, Json body) {
  return ask("call", {{"operation", operation}, {"parameters", parameters}, {"body", body}});
}

void BusLink::log_in(const AccessKeyCreated& key) {
  const auto told = must("login", {{"access_key", key.id}, {"secret", key.secret}});
  CHECK(told["access_key"] == key.id);
}

std::optional<Json> BusLink::pushed(int milliseconds) {
  if (pushed_.empty()) return receive(milliseconds);
  const auto first = pushed_.front();
  pushed_.erase(pushed_.begin());
  return first;
}

std::vector<Json> BusLink::events(std::size_t count) {
  std::vector<Json> all;
  while (all.size() < count) {
    const auto message = pushed();
    REQUIRE(message);
    if (message->contains("alive")) continue;
    REQUIRE_MESSAGE(message->contains("events"), text_of(*message));
    for (const auto& event : (*message)["events"]) {
      REQUIRE(event["seq"] == last + 1);
      last = event["seq"];
      all.push_back(event);
    }
  }
  CHECK(all.size() == count);
  return all;
}

void check_refused(const Json& answer, int status, const std::string& name) {
  CHECK_MESSAGE(answer.value("status", 0) == status, text_of(answer));
  CHECK(!answer.contains("ok"));
  REQUIRE(answer.contains("error"));
  CHECK(answer["error"].value("name", std::string{}) == name);
  CHECK(answer["error"].value("error", std::string{}).starts_with("FERRY-"));
  CHECK(!answer["error"].value("what", std::string{}).empty());
}

}  // namespace ferry::test
