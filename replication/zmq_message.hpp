// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// RAII for the ZeroMQ objects of the data plane. Only .cpp files include this.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <zmq.h>

namespace ferry {

/// Owns one received or outgoing message.
class ZmqMessage {
 public:
  ZmqMessage() { zmq_msg_init(&message_); }
  ~ZmqMessage() { zmq_msg_close(&message_); }
  ZmqMessage(ZmqMessage&& other) noexcept : ZmqMessage() { zmq_msg_move(&message_, other.get()); }
  ZmqMessage& operator=(ZmqMessage&& other) noexcept {
    zmq_msg_move(&message_, other.get());
    return *this;
  }

  [[nodiscard]] zmq_msg_t* get() { return &message_; }
  [[nodiscard]] std::span<std::byte> bytes() {
    return {static_cast<std::byte*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  [[nodiscard]] std::string text() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  [[nodiscard]] bool more() { return zmq_msg_more(&message_) != 0; }

 private:
  zmq_msg_t message_;
};

/// Owns a context; all its sockets must be closed before it goes.
class ZmqContext {
 public:
  ZmqContext() : context_(zmq_ctx_new()) {}
  ~ZmqContext() { zmq_ctx_term(context_); }
  ZmqContext(const ZmqContext&) = delete;
  ZmqContext& operator=(const ZmqContext&) = delete;
  [[nodiscard]] void* get() const { return context_; }

 private:
  void* context_;
};

/// Owns a socket; used by one thread at a time.
class ZmqSocket {
 public:
  ZmqSocket() = default;
  ZmqSocket(const ZmqContext& context, int type) : socket_(zmq_socket(context.get(), type)) {
    set(ZMQ_LINGER, 0);
  }
  ~ZmqSocket() { reset(); }
  ZmqSocket(ZmqSocket&& other) noexcept : socket_(std::exchange(other.socket_, nullptr)) {}
  ZmqSocket& operator=(ZmqSocket&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }

  void reset() {
    if (socket_ != nullptr) zmq_close(socket_);
    socket_ = nullptr;
  }
  void set(int option, int value) { zmq_setsockopt(socket_, option, &value, sizeof value); }
  void set(int option, std::int64_t value) {
    zmq_setsockopt(socket_, option, &value, sizeof value);
  }
  [[nodiscard]] void* get() const { return socket_; }

 private:
  void* socket_ = nullptr;
};

}  // namespace ferry
