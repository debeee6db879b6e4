// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/server.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <httplib.h>
#include <mutex>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "config/endpoint.hpp"

namespace ferry {
namespace {

/// Connections wait in a bounded queue, each of which takes a file that agents need as well: when
/// it is full, new ones wait in the kernel's.
class BoundedQueue : public httplib::TaskQueue {
 public:
  BoundedQueue() {
    for (std::size_t i = 0; i < limits::smc_threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }
  void enqueue(std::function<void()> task) override {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [this] { return waiting_.size() < limits::smc_waiting_max; });
    waiting_.push_back(std::move(task));
    work_.notify_one();
  }
  void shutdown() override {
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    work_.notify_all();
    threads_.clear();
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock{mutex_};
      work_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto task = std::move(waiting_.front());
      waiting_.pop_front();
      room_.notify_one();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<std::function<void()>> waiting_;
  bool ended_ = false;
  std::vector<std::jthread> threads_;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void put(const SmcAnswer& answer, httplib::Response& response) {
  response.status = answer.status;
  std::string type;
  for (const auto& [name, value] : answer.headers) {
    if (name == "Content-Type")
      type = value;
    else
      response.set_header(name.c_str(), value);
  }
  response.set_content(answer.body, type.c_str());
}

/// As it came: the query is decoded here, for the library leaves out what comes twice.
ApiResult<HttpRequest> request_of(const httplib::Request& from, std::string body) {
  HttpRequest request;
  request.method = from.method;
  request.path = from.path;
  request.body = std::move(body);
  for (const auto& [name, value] : from.headers) {
    auto lower_name = lower(name);
    if (lower_name == "host")
      request.host = value;
    else
      request.headers.push_back({std::move(lower_name), value});
  }
  const auto mark = from.target.find('?');
  if (mark == std::string::npos) return request;
  auto query = decode_form(std::string_view{from.target}.substr(mark + 1));
  if (!query) return refuse(query.error());
  request.query = std::move(*query);
  return request;
}

/// A body in full, or nothing if it is larger than it may be.
std::optional<std::string> read_body(const httplib::ContentReader& reader) {
  std::string body;
  const bool whole = reader([&](const char* bytes, std::size_t count) {
    if (body.size() + count > limits::smc_body_bytes_max) return false;
    body.append(bytes, count);
    return true;
  });
  if (!whole) return std::nullopt;
  return body;
}

std::unique_ptr<httplib::Server> make_server(const SmcConfig& config) {
  if (config.certificate.empty()) return std::make_unique<httplib::Server>();
  return std::make_unique<httplib::SSLServer>(config.certificate.c_str(), config.key.c_str());
}

}  // namespace

struct SmcServer::Running {
  std::unique_ptr<SmcService> service;
  std::unique_ptr<httplib::Server> server;
  std::string address;
  std::jthread thread;

  void answer(const httplib::Request& from, std::string body, httplib::Response& response) const {
    const auto request = request_of(from, std::move(body));
    if (!request) return put(refusal(request.error(), from.get_header_value("Host")), response);
    put(service->answer(*request), response);
  }

  void declare() {
    server->new_task_queue = [] { return new BoundedQueue; };
    server->set_keep_alive_max_count(limits::smc_keep_alive_requests_max);
    server->set_keep_alive_timeout(limits::smc_keep_alive_idle.count());
    server->set_read_timeout(limits::smc_read_time);
    server->set_write_timeout(limits::smc_write_time);
    server->set_payload_max_length(limits::smc_body_bytes_max);
    server->set_tcp_nodelay(true);
    // The library's own options let a second process listen on the same port.
    server->set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server->Get("/", [this](const httplib::Request& from, httplib::Response& response) {
      answer(from, {}, response);
    });
    server->Post("/", [this](const httplib::Request& from, httplib::Response& response,
                             const httplib::ContentReader& reader) {
      auto body = read_body(reader);
      if (body) return answer(from, std::move(*body), response);
      put(refusal({413, "InvalidParameter", "The body of the request is too large."},
                  from.get_header_value("Host")),
          response);
    });
    // What the library refuses by itself gets an answer that clients can read as well.
    server->set_error_handler([](const httplib::Request& from, httplib::Response& response) {
      if (!response.body.empty()) return;
      put(refusal({response.status, "InvalidApi.NotFound",
                   "Specified api is not found, please check your url and method."},
                  from.get_header_value("Host")),
          response);
    });
  }
};

Result<std::unique_ptr<SmcServer>> SmcServer::start(const SmcConfig& config,
                                                    std::unique_ptr<SmcService> service) {
  const auto endpoint = parse_endpoint("tcp://" + config.listen);
  if (!endpoint) return fail(endpoint.error());
  auto running = std::make_unique<Running>();
  running->service = std::move(service);
  running->server = make_server(config);
  if (!running->server->is_valid()) {
    return fail(
        Errc::key_unreadable,
        "the certificate " + config.certificate + " and the key " + config.key + " can't be used",
        "put a certificate and its own key there, both in PEM");
  }
  running->declare();
  const auto host = endpoint->host == "*" ? std::string{"0.0.0.0"} : endpoint->host;
  if (!running->server->bind_to_port(host, endpoint->port)) {
    return fail(Errc::address_in_use, "the SMC endpoint can't listen on " + config.listen);
  }
  running->address = config.listen;
  auto* server = running->server.get();
  running->thread = std::jthread{[server] { server->listen_after_bind(); }};
  while (!server->is_running()) std::this_thread::yield();
  log::info("smc endpoint listens",
            {{"address", config.listen}, {"tls", config.certificate.empty() ? "no" : "yes"}});
  return std::unique_ptr<SmcServer>{new SmcServer{std::move(running)}};
}

SmcServer::SmcServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}
SmcServer::~SmcServer() { running_->server->stop(); }

const std::string& SmcServer::address() const { return running_->address; }

}  // namespace ferry
