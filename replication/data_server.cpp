// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/data_server.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <malloc.h>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "replication/disk_session.hpp"
#include "replication/tree_session.hpp"
#include "replication/zmq_message.hpp"

namespace ferry {
namespace {

constexpr std::size_t queued_frames_max = 128;  // of one MiB at most, from strangers too
constexpr std::size_t outgoing_frames_max = 4096;
constexpr std::int64_t keep_alive_ms = 2000;
constexpr std::int64_t fence_answers_per_second = 16;

/// ZeroMQ allocates every frame anew. With glibc's defaults that maps and faults
/// in a fresh MiB each time, which costs more than writing it to the disk does.
void keep_freed_frames() {
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

}  // namespace

class DataServer::Impl {
 public:
  explicit Impl(const DataServerOptions& options)
      : options_(options), socket_(context_, ZMQ_ROUTER) {}

  ~Impl() {
    std::map<std::uint64_t, std::shared_ptr<Session>> sessions;
    {
      const std::scoped_lock lock{sessions_mutex_};
      sessions.swap(sessions_);
    }
    for (auto& [id, session] : sessions) session->close(going_away);
    for (auto& writer : writers_) writer->thread.request_stop();
    pump_.request_stop();
    wake();
    writers_.clear();
    if (pump_.joinable()) pump_.join();
  }

  Result<> start() {
    keep_freed_frames();
    wake_fd_ = Fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!wake_fd_) return fail(errno_error(Errc::internal, "eventfd"));
    socket_.set(ZMQ_RCVHWM, static_cast<int>(limits::credit_chunks_max + 4));
    socket_.set(ZMQ_SNDHWM, 256);
    socket_.set(ZMQ_MAXMSGSIZE, std::int64_t{limits::data_frame_bytes_max});
    socket_.set(ZMQ_ROUTER_MANDATORY, 1);
    socket_.set(ZMQ_HANDSHAKE_IVL, 5000);
    if (zmq_bind(socket_.get(), options_.endpoint.c_str()) != 0) {
      const auto code = errno == EADDRINUSE ? Errc::address_in_use : Errc::invalid_argument;
      return fail(code, "bind " + options_.endpoint + ": " + zmq_strerror(errno));
    }
    char real[256] = {};
    std::size_t size = sizeof real;
    zmq_getsockopt(socket_.get(), ZMQ_LAST_ENDPOINT, real, &size);
    endpoint_ = real;
    const auto cores = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
    const auto count = options_.writer_threads != 0 ? options_.writer_threads : cores;
    for (std::uint32_t i = 0; i < count; ++i) {
      writers_.push_back(std::make_unique<Writer>());
      auto& writer = *writers_.back();
      writer.thread =
          std::jthread{[this, &writer](const std::stop_token& stop) { run_writer(writer, stop); }};
    }
    pump_ = std::jthread{[this](const std::stop_token& stop) { run_pump(stop); }};
    return {};
  }

  using MakeSession = std::function<Result<std::shared_ptr<Session>>(Outbox outbox)>;

  Result<> open(const SessionKey& key, SessionTarget& target, const MakeSession& make) {
    if (key.secret.size() != 32)
      return fail(Errc::invalid_argument, "a session secret has 32 bytes");
    if (!key.sealed && !options_.allow_plain) {
      return fail(Errc::sealing_required, "this instance only accepts sealed data links");
    }
    const std::scoped_lock one_at_a_time{open_mutex_};
    if (key.epoch < target.epoch()) {
      return fail(Errc::fenced, "epoch " + std::to_string(key.epoch) + " is older than " +
                                    std::to_string(target.epoch()));
    }
    std::vector<std::shared_ptr<Session>> older;
    {
      const std::scoped_lock lock{sessions_mutex_};
      for (auto it = sessions_.begin(); it != sessions_.end();) {
        const bool replaced = it->first == key.id || it->second->target() == &target;
        if (replaced) {
          older.push_back(it->second);
          remember(it->second->key());
        }
        it = replaced ? sessions_.erase(it) : std::next(it);
      }
      if (sessions_.size() >= limits::sessions_max) {
        return fail(Errc::limit_exceeded, "too many data sessions");
      }
    }
    for (const auto& session : older) {
      session->close({Errc::fenced, "a newer session of this target was opened", {}});
    }
    target.raise_epoch(key.epoch);
    auto session =
        make([this](const std::string& peer, std::string bytes) { post(peer, std::move(bytes)); });
    if (!session) return fail(session.error());
    const std::scoped_lock lock{sessions_mutex_};
    std::erase_if(gone_, [&key](const SessionKey& old) { return old.id == key.id; });
    sessions_[key.id] = std::move(*session);
    return {};
  }

  void close(std::uint64_t id) {
    const std::scoped_lock one_at_a_time{open_mutex_};
    std::shared_ptr<Session> session;
    {
      const std::scoped_lock lock{sessions_mutex_};
      const auto it = sessions_.find(id);
      if (it == sessions_.end()) return;
      session = it->second;
      remember(session->key());
      sessions_.erase(it);
    }
    session->close(going_away);
  }

  Result<SessionStats> stats(std::uint64_t id) const {
    const std::scoped_lock lock{sessions_mutex_};
    const auto it = sessions_.find(id);
    if (it == sessions_.end()) return fail(Errc::not_found, "data session " + std::to_string(id));
    return it->second->stats();
  }

  DataServerStats stats() const {
    const std::scoped_lock lock{sessions_mutex_};
    auto stats = stats_;
    stats.over_credit = over_credit_;
    return stats;
  }

  const std::string& endpoint() const { return endpoint_; }

 private:
  struct Incoming {
    std::shared_ptr<Session> session;
    std::string peer;
    frame::Prefix prefix;
    ZmqMessage message;
  };

  struct Writer {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::deque<Incoming> queue;
    std::jthread thread;
  };

  inline static const Error going_away{Errc::transfer_refused, "the session was closed", {}};

  /// Keeps the key of a closed session, so that its late frames get an answer
  /// that their sender can trust. The caller holds sessions_mutex_, and forgets the
  /// session under the same lock: no frame comes in between.
  void remember(const SessionKey& key) {
    gone_.push_back(key);
    if (gone_.size() > limits::sessions_max) gone_.pop_front();
  }

  void wake() {
    const std::uint64_t one = 1;
    // A full counter wakes the thread as well, so a failed write needs no care.
    if (::write(wake_fd_.get(), &one, sizeof one) < 0) return;
  }

  void post(const std::string& peer, std::string bytes) {
    {
      const std::scoped_lock lock{outgoing_mutex_};
      if (outgoing_.size() >= outgoing_frames_max) return;  // the sender's time-out finds out
      outgoing_.emplace_back(peer, std::move(bytes));
      if (outgoing_.size() > 1) return;  // the wake-up for the first one is under way
    }
    wake();
  }

  void run_writer(Writer& writer, const std::stop_token& stop) {
    WriterTools tools;
    for (;;) {
      Incoming in;
      {
        std::unique_lock lock{writer.mutex};
        if (!writer.wake.wait(lock, stop, [&writer] { return !writer.queue.empty(); })) return;
        in = std::move(writer.queue.front());
        writer.queue.pop_front();
      }
      in.session->handle(in.peer, in.prefix, in.message.bytes(), tools);
      const std::scoped_lock lock{queued_mutex_};
      --queued_total_;
      if (const auto it = queued_.find(in.peer); --it->second == 0) queued_.erase(it);
    }
  }

  void run_pump(const std::stop_token& stop) {
    auto kept_alive = steady_ms();
    while (!stop.stop_requested()) {
      zmq_pollitem_t items[] = {{nullptr, wake_fd_.get(), ZMQ_POLLIN, 0},
                                {socket_.get(), 0, ZMQ_POLLIN, 0}};
      // A full queue leaves the frames to TCP's own flow control.
      zmq_poll(items, has_room() ? 2 : 1, has_room() ? 500 : 5);
      std::uint64_t count = 0;
      if (::read(wake_fd_.get(), &count, sizeof count) < 0) count = 0;
      flush_outgoing();
      for (int i = 0; i < 16 && has_room() && receive(); ++i) continue;
      if (steady_ms() - kept_alive < keep_alive_ms) continue;
      kept_alive = steady_ms();
      std::vector<std::shared_ptr<Session>> sessions;
      {
        const std::scoped_lock lock{sessions_mutex_};
        for (const auto& [id, session] : sessions_) sessions.push_back(session);
      }
      for (const auto& session : sessions) session->keep_alive();
    }
    flush_outgoing();
  }

  bool has_room() {
    const std::scoped_lock lock{queued_mutex_};
    return queued_total_ < queued_frames_max;
  }

  void flush_outgoing() {
    std::deque<std::pair<std::string, std::string>> out;
    {
      const std::scoped_lock lock{outgoing_mutex_};
      out.swap(outgoing_);
    }
    for (const auto& [peer, bytes] : out) {
      // A peer that is gone or does not read loses its frames; it will notice.
      if (zmq_send(socket_.get(), peer.data(), peer.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        continue;
      }
      zmq_send(socket_.get(), bytes.data(), bytes.size(), ZMQ_DONTWAIT);
    }
  }

  /// Takes one message off the socket; false if there is none.
  bool receive() {
    ZmqMessage peer;
    if (zmq_msg_recv(peer.get(), socket_.get(), ZMQ_DONTWAIT) < 0) return false;
    ZmqMessage body;
    if (!peer.more() || zmq_msg_recv(body.get(), socket_.get(), 0) < 0) return true;
    bool single = true;
    while (body.more()) {
      single = false;
      if (zmq_msg_recv(body.get(), socket_.get(), 0) < 0) break;
    }
    auto prefix = frame::parse_prefix(body.bytes());
    if (!single || !prefix) {
      const std::scoped_lock lock{sessions_mutex_};
      ++stats_.malformed;
      return true;
    }
    dispatch(peer.text(), *prefix, std::move(body));
    return true;
  }

  void dispatch(std::string peer, const frame::Prefix& prefix, ZmqMessage body) {
    std::shared_ptr<Session> session;
    {
      const std::scoped_lock lock{sessions_mutex_};
      const auto it = sessions_.find(prefix.session);
      if (it == sessions_.end()) return answer_fenced(peer, prefix);
      session = it->second;
    }
    {
      const std::scoped_lock lock{queued_mutex_};
      auto& count = queued_[peer];
      if (count > session->credit() + 1) {
        // Its next frame will not follow the last one, and so the link ends.
        ++over_credit_;
        return;
      }
      ++count;
      ++queued_total_;
    }
    auto& writer = *writers_[(prefix.session + prefix.stream) % writers_.size()];
    {
      const std::scoped_lock lock{writer.mutex};
      writer.queue.push_back({std::move(session), std::move(peer), prefix, std::move(body)});
    }
    writer.wake.notify_one();
  }

  /// The caller holds sessions_mutex_.
  void answer_fenced(const std::string& peer, const frame::Prefix& prefix) {
    ++stats_.fenced;
    const auto second = steady_ms() / 1000;
    if (second != fence_second_) {
      fence_second_ = second;
      fence_answers_ = 0;
    }
    if (++fence_answers_ > fence_answers_per_second) return;
    const auto it = std::ranges::find(gone_, prefix.session, &SessionKey::id);
    SessionKey key;
    key.id = prefix.session;
    if (it != gone_.end()) key = *it;
    post(peer, greeting(key, {frame::Type::refuse, prefix.session, prefix.stream, 0},
                        frame::payload({Errc::fenced, "this session is not open here", {}})));
  }

  const DataServerOptions options_;
  std::string endpoint_;
  ZmqContext context_;
  ZmqSocket socket_;
  Fd wake_fd_;

  std::mutex open_mutex_;
  mutable std::mutex sessions_mutex_;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::deque<SessionKey> gone_;
  DataServerStats stats_;
  std::int64_t fence_second_ = 0;
  std::int64_t fence_answers_ = 0;

  std::mutex queued_mutex_;
  std::unordered_map<std::string, std::uint32_t> queued_;  // frames by peer
  std::size_t queued_total_ = 0;
  std::atomic<std::uint64_t> over_credit_{0};

  std::mutex outgoing_mutex_;
  std::deque<std::pair<std::string, std::string>> outgoing_;

  std::vector<std::unique_ptr<Writer>> writers_;
  std::jthread pump_;
};

DataServer::DataServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DataServer::~DataServer() = default;

Result<std::unique_ptr<DataServer>> DataServer::start(const DataServerOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  if (auto done = impl->start(); !done) return fail(done.error());
  return std::unique_ptr<DataServer>{new DataServer{std::move(impl)}};
}

const std::string& DataServer::endpoint() const { return impl_->endpoint(); }
Result<> DataServer::open(const SessionKey& key, TargetDisk& target, std::uint32_t streams,
                          std::uint32_t credit_chunks) {
  return impl_->open(key, target, [&](Outbox outbox) -> Result<std::shared_ptr<Session>> {
    if (target.needs_recovery()) {
      if (auto done = target.recover(); !done) return fail(done.error());
    }
    return std::make_shared<DiskSession>(key, target, streams, credit_chunks, std::move(outbox));
  });
}
Result<> DataServer::open(const SessionKey& key, TreeTarget& target, std::uint32_t credit_chunks) {
  return impl_->open(key, target, [&](Outbox outbox) -> Result<std::shared_ptr<Session>> {
    return std::make_shared<TreeSession>(key, target, credit_chunks, std::move(outbox));
  });
}
void DataServer::close(std::uint64_t session) { impl_->close(session); }
Result<SessionStats> DataServer::stats(std::uint64_t session) const {
  return impl_->stats(session);
}
DataServerStats DataServer::stats() const { return impl_->stats(); }

}  // namespace ferry
