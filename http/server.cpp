// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <httplib.h>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"
#include "config/endpoint.hpp"
#include "metrics/counted.hpp"

namespace ferry {
namespace {

/// Connections wait in a bounded queue, each of which takes a file that agents need as well: when
/// it is full, new ones wait in the kernel's.
class BoundedQueue : public httplib::TaskQueue {
 public:
  BoundedQueue(std::size_t threads, std::string server) : server_(std::move(server)) {
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }
  void enqueue(std::function<void()> task) override {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [this] { return waiting_.size() < limits::http_waiting_max; });
    waiting_.push_back(std::move(task));
    counted::http_waiting(server_, 1);
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
      counted::http_waiting(server_, -1);
      room_.notify_one();
      lock.unlock();
      task();
    }
  }

  const std::string server_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<std::function<void()>> waiting_;
  bool ended_ = false;
  std::vector<std::jthread> threads_;
};

/// Whose length is known: clients see how far it is, and whether all of it has come. A request for
/// a part of it gets all of it, in chunks, for the library would cut out the part by itself.
void put_stream(HttpStream stream, std::uint64_t bytes, bool is_ranged, const std::string& type,
                httplib::Response& response) {
  auto step = [stream = std::move(stream), left = bytes](httplib::DataSink& sink,
                                                         bool chunked) mutable {
    bool there = true;
    const bool goes_on = stream([&](std::string_view some) {
      left -= std::min<std::uint64_t>(left, some.size());
      return there = sink.write(some.data(), some.size());
    });
    if (left == 0 && chunked) sink.done();
    return there && (goes_on || left == 0);
  };
  if (is_ranged) {
    response.set_chunked_content_provider(
        type, [step](std::size_t, httplib::DataSink& sink) mutable { return step(sink, true); });
  } else {
    response.set_content_provider(
        static_cast<std::size_t>(bytes), type,
        [step](std::size_t, std::size_t, httplib::DataSink& sink) mutable {
          return step(sink, false);
        });
  }
}

/// What the library takes together with a body, and sets itself.
struct BodyFacts {
  std::string type;
  std::uint64_t length = 0;  // of a stream that has an end
};

BodyFacts put_head(const HttpAnswer& answer, httplib::Response& response) {
  response.status = answer.status;
  BodyFacts body;
  for (const auto& [name, value] : answer.headers) {
    if (name == "Content-Type")
      body.type = value;
    else if (name == "Content-Length")
      body.length = std::strtoull(value.c_str(), nullptr, 10);
    else
      response.set_header(name.c_str(), value);
  }
  return body;
}

void put(HttpAnswer answer, const httplib::Request& from, httplib::Response& response) {
  const auto [type, length] = put_head(answer, response);
  if (!answer.stream) {
    response.set_content(answer.body, type.c_str());
    return;
  }
  if (length > 0) {
    return put_stream(std::move(answer.stream), length, !from.ranges.empty(), type, response);
  }
  response.set_chunked_content_provider(
      type, [stream = std::move(answer.stream)](std::size_t, httplib::DataSink& sink) {
        bool there = true;
        const bool goes_on = stream(
            [&](std::string_view bytes) { return there = sink.write(bytes.data(), bytes.size()); });
        return goes_on && there;
      });
}

/// For an answer after which nothing more is read: of a request whose end isn't known for certain,
/// what follows would be taken as the next one, and a client could have another's requests
/// answered. The library ends a connection whose body can't be written to its end, so the last
/// write fails.
void put_and_close(HttpAnswer answer, httplib::Response& response) {
  const auto type = put_head(answer, response).type;
  response.set_header("Connection", "close");
  if (answer.body.empty()) answer.body = "\n";
  const auto size = answer.body.size();
  response.set_content_provider(
      size, type,
      [body = std::move(answer.body)](std::size_t, std::size_t, httplib::DataSink& sink) {
        sink.write(body.data(), body.size());
        return false;
      });
}

/// That the library reads, all others it takes for requests without a body.
bool takes_body(const std::string& method) {
  constexpr std::array<std::string_view, 4> methods{"POST", "PUT", "PATCH", "DELETE"};
  return std::ranges::find(methods, method) != methods.end();
}

/// Whether everybody on the way, the library and we take the same bytes for the body.
bool has_certain_end(const httplib::Request& from) {
  const auto lengths = from.get_header_value_count("Content-Length");
  const auto codings = from.get_header_value_count("Transfer-Encoding");
  if (lengths + codings == 0) return true;
  if (lengths + codings > 1) return false;
  if (!takes_body(from.method)) return from.get_header_value("Content-Length") == "0";
  if (codings == 1) return lower(from.get_header_value("Transfer-Encoding")) == "chunked";
  const auto length = from.get_header_value("Content-Length");
  constexpr std::size_t digits_max = 18;
  return !length.empty() && length.size() <= digits_max &&
         std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_within_limits(const httplib::Request& from) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : from.headers) bytes += name.size() + value.size();
  return from.headers.size() <= limits::http_headers_max && bytes <= limits::http_headers_bytes_max;
}

/// As it came: the query is decoded here, for the library leaves out what comes twice.
Result<HttpRequest> request_of(const httplib::Request& from, std::string body) {
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
  if (!query) return fail(query.error());
  request.query = std::move(*query);
  return request;
}

/// A request that says which trace it belongs to is part of it; any other begins one.
trace::Context context_of(const httplib::Request& from) {
  const bool once = from.get_header_value_count("traceparent") == 1;
  const auto given = once ? trace::parse(from.get_header_value("traceparent")) : trace::Context{};
  return given ? trace::child(given) : trace::begin();
}

std::unique_ptr<httplib::Server> make_server(const HttpServerOptions& options) {
  if (options.certificate.empty()) return std::make_unique<httplib::Server>();
  return std::make_unique<httplib::SSLServer>(options.certificate.c_str(), options.key.c_str());
}

}  // namespace

struct HttpServer::Running {
  HttpServerOptions options;
  std::unique_ptr<httplib::Server> server;
  std::jthread thread;

  void refuse(int status, const httplib::Request& from, httplib::Response& response) const {
    counted::http_request(options.name, "unread", status, 0);
    put(options.refuse(status, from.get_header_value("Host")), from, response);
  }

  void refuse_and_close(int status, const httplib::Request& from,
                        httplib::Response& response) const {
    counted::http_request(options.name, "unread", status, 0);
    put_and_close(options.refuse(status, from.get_header_value("Host")), response);
  }

  void answer(const httplib::Request& from, std::string body, httplib::Response& response) const {
    if (!is_within_limits(from)) return refuse(431, from, response);
    const auto request = request_of(from, std::move(body));
    if (!request) return refuse(400, from, response);
    const trace::Scope scope{context_of(from)};
    auto answer = options.answer(*request, from.remote_addr);
    answer.headers.push_back({"traceresponse", trace::traceparent(trace::current())});
    put(std::move(answer), from, response);
  }

  /// A body in full, or nothing if it is larger than it may be.
  [[nodiscard]] std::optional<std::string> read_body(const httplib::ContentReader& reader) const {
    std::string body;
    const bool whole = reader([&](const char* bytes, std::size_t count) {
      if (body.size() + count > options.body_bytes_max) return false;
      body.append(bytes, count);
      return true;
    });
    if (!whole) return std::nullopt;
    return body;
  }

  void declare() {
    server->new_task_queue = [this] { return new BoundedQueue{options.threads, options.name}; };
    server->set_keep_alive_max_count(limits::http_keep_alive_requests_max);
    server->set_keep_alive_timeout(limits::http_keep_alive_idle.count());
    server->set_read_timeout(limits::http_read_time);
    server->set_write_timeout(limits::http_write_time);
    server->set_payload_max_length(options.body_bytes_max);
    server->set_tcp_nodelay(true);
    // The library's own options let a second process listen on the same port.
    server->set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      // Connections have it from here: what waits for a slow reader is no more than this.
      const int bytes = http_send_buffer_bytes;
      ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    });
    server->set_pre_routing_handler(
        [this](const httplib::Request& from, httplib::Response& response) {
          if (has_certain_end(from)) return httplib::Server::HandlerResponse::Unhandled;
          // No body would be written to it, and so the connection not ended. The request itself is
          // no constant, and nobody else has it.
          if (from.method == "HEAD") const_cast<httplib::Request&>(from).method = "GET";
          refuse_and_close(400, from, response);
          return httplib::Server::HandlerResponse::Handled;
        });
    const httplib::Server::HandlerWithContentReader with_body =
        [this](const httplib::Request& from, httplib::Response& response,
               const httplib::ContentReader& reader) {
          // The library would wait for the end of the connection.
          if (!from.has_header("Content-Length") && !from.has_header("Transfer-Encoding")) {
            return answer(from, {}, response);
          }
          auto body = read_body(reader);
          if (!body) return refuse_and_close(413, from, response);
          answer(from, std::move(*body), response);
        };
    server->Get(".*", [this](const httplib::Request& from, httplib::Response& response) {
      answer(from, {}, response);
    });
    server->Post(".*", with_body);
    server->Put(".*", with_body);
    server->Patch(".*", with_body);
    server->Delete(".*", with_body);
    // What the library refuses by itself gets an answer that clients can read as well.
    server->set_error_handler([this](const httplib::Request& from, httplib::Response& response) {
      const bool answered = !response.body.empty() || response.has_header("Connection");
      if (!answered) refuse(response.status, from, response);
    });
  }
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options) {
  const auto endpoint = parse_endpoint("tcp://" + options.listen);
  if (!endpoint) return fail(endpoint.error());
  auto running = std::make_unique<Running>();
  running->options = std::move(options);
  const auto& with = running->options;
  running->server = make_server(with);
  if (!running->server->is_valid()) {
    return fail(
        Errc::key_unreadable,
        "the certificate " + with.certificate + " and the key " + with.key + " can't be used",
        "put a certificate and its own key there, both in PEM");
  }
  running->declare();
  const auto host = endpoint->host == "*" ? std::string{"0.0.0.0"} : endpoint->host;
  if (!running->server->bind_to_port(host, endpoint->port)) {
    return fail(Errc::address_in_use, "the " + with.name + " can't listen on " + with.listen);
  }
  auto* server = running->server.get();
  running->thread = std::jthread{[server] { server->listen_after_bind(); }};
  while (!server->is_running()) std::this_thread::yield();
  log::info(with.name + " listens",
            {{"address", with.listen}, {"tls", with.certificate.empty() ? "no" : "yes"}});
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(running)}};
}

HttpServer::HttpServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}
HttpServer::~HttpServer() { running_->server->stop(); }

const std::string& HttpServer::address() const { return running_->options.listen; }

}  // namespace ferry
