// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/listener.hpp"

#include <algorithm>
#include <httplib.h>
#include <stdexcept>
#include <thread>

#include "tests/cloud/received_request.hpp"
#include "tests/cloud_emulator/connection.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t threads = 64;  // a client that keeps its connection keeps a thread
constexpr std::size_t body_bytes_max = 1ULL << 30U;
constexpr std::size_t sent_bytes = 256 << 10U;
constexpr std::size_t requests_told = 10'000;  // that a connection may have: there is no limit

/// The one that this thread serves.
thread_local const Connection* current = nullptr;

void send(const Answer& answer, httplib::Response& to) {
  if (answer.status != 200) to.status = answer.status;  // else 206 for a range, by itself
  for (const auto& [name, value] : answer.headers) to.set_header(name, value);
  if (!answer.file) {
    if (!answer.content_type.empty()) to.set_content(answer.body, answer.content_type);
    return;
  }
  if (answer.file_bytes == 0) return to.set_content("", answer.content_type);
  to.set_content_provider(
      answer.file_bytes, answer.content_type,
      [file = answer.file](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        std::string buffer(std::min(length, sent_bytes), '\0');
        if (!read_at(*file, buffer.data(), buffer.size(), offset)) return false;
        return sink.write(buffer.data(), buffer.size());
      });
}

}  // namespace

struct Listener::Running {
  class Server : public httplib::Server {
    bool process_and_close_socket(socket_t fd) override {
      Connection connection{fd};
      current = &connection;
      const auto goes_on = [this] { return svr_sock_ != INVALID_SOCKET; };
      const auto with_query = [&](httplib::Request& request) {
        if (!connection.query().empty()) request.target += '?' + connection.query();
      };
      bool is_good = true;
      bool is_closed = false;
      while (is_good && !is_closed && connection.next_request(goes_on)) {
        is_good = process_request(connection, false, is_closed, with_query);
      }
      current = nullptr;
      return is_good;
    }
  };

  Server server;
  int port = 0;
  std::jthread thread;

  Running(int wanted, Handler handler) {
    const auto answer = [handler = std::move(handler)](const httplib::Request& from,
                                                       httplib::Response& to, std::string body) {
      auto request = test::received_request(from);
      request.body = std::move(body);
      if (const auto reply = handler(request)) return send(*reply, to);
      current->drop();
    };
    const auto without_body = [answer](const httplib::Request& from, httplib::Response& to) {
      answer(from, to, {});
    };
    const auto with_body = [answer](const httplib::Request& from, httplib::Response& to,
                                    const httplib::ContentReader& reader) {
      std::string body;
      if (from.method == "PUT" && !from.has_header("Content-Length") &&
          !from.has_header("Transfer-Encoding")) {
        to.status = 411;
        to.set_header("Connection", "close");
        return;
      }
      const bool is_whole = reader([&](const char* data, std::size_t size) {
        body.append(data, size);
        return true;
      });
      if (is_whole) answer(from, to, std::move(body));
    };
    server.Get(".*", without_body).Delete(".*", without_body);
    server.Post(".*", with_body).Put(".*", with_body).Delete(".*", with_body);
    server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
    server.set_payload_max_length(body_bytes_max);
    server.set_keep_alive_max_count(requests_told);
    server.set_tcp_nodelay(true);
    port = wanted == 0 ? server.bind_to_any_port("127.0.0.1")
                       : (server.bind_to_port("127.0.0.1", wanted) ? wanted : -1);
    if (port <= 0) throw std::runtime_error{"port " + std::to_string(wanted) + " is in use"};
    thread = std::jthread{[this] { server.listen_after_bind(); }};
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Running() { server.stop(); }
};

Listener::Listener(int port, Handler handler)
    : running_(std::make_unique<Running>(port, std::move(handler))) {}
Listener::~Listener() = default;
int Listener::port() const { return running_->port; }

}  // namespace ferry::emulator
