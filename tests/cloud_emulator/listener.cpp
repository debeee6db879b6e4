// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/listener.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <httplib.h>
#include <stdexcept>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/cloud/received_request.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t threads = 64;  // a client that keeps its connection keeps a thread
constexpr std::size_t body_bytes_max = 1ULL << 30U;
constexpr std::size_t sent_bytes = 256 << 10U;
constexpr std::size_t requests_of_a_connection_max = 10'000;

std::uint16_t port_of(int (*name)(int, sockaddr*, socklen_t*), int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (name(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

/// cpp-httplib doesn't tell its socket: it is the one between these two ports.
void drop_connection(const httplib::Request& request) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const auto name = entry.path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    if (port_of(::getpeername, fd) == request.remote_port &&
        port_of(::getsockname, fd) == request.local_port) {
      ::shutdown(fd, SHUT_RDWR);
      return;
    }
  }
}

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
  httplib::Server server;
  int port = 0;
  std::jthread thread;

  Running(int wanted, Handler handler) {
    const auto answer = [handler = std::move(handler)](const httplib::Request& from,
                                                       httplib::Response& to, std::string body) {
      auto request = test::received_request(from);
      request.body = std::move(body);
      if (const auto reply = handler(request)) return send(*reply, to);
      drop_connection(from);
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
    server.set_keep_alive_max_count(requests_of_a_connection_max);
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
