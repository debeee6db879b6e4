// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/watchers.hpp"

#include <charconv>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "console/lists.hpp"
#include "messages/link.hpp"
#include "messages/source.hpp"
#include "messages/workgroup.hpp"

namespace ferry {
namespace {

constexpr auto alive_period_ms = std::chrono::milliseconds{limits::watch_alive_period}.count();

/// When it was heard of last is no change of a thing.
std::vector<SeenThing> seen(std::vector<SourceView> sources) {
  std::vector<SeenThing> things;
  for (auto& source : sources) {
    source.last_seen_ms = 0;
    things.push_back({source.id, to_msgpack(source)});
  }
  return things;
}

std::vector<SeenThing> seen(std::vector<NodeView> nodes) {
  std::vector<SeenThing> things;
  for (auto& node : nodes) {
    node.last_seen_ms = 0;
    node.silent_ms = 0;
    things.push_back({node.node, to_msgpack(node)});
  }
  return things;
}

std::vector<SeenThing> seen(std::vector<JobView> jobs) {
  std::vector<SeenThing> things;
  for (auto& job : jobs) {
    for (auto& held : job.holds) held.cost = -1;  // it grows, and that is no change
    things.push_back({job.id, encode_record(JobView::wire_name, &job)});
  }
  return things;
}

std::vector<SeenThing> seen(const std::vector<WorkgroupView>& workgroups) {
  std::vector<SeenThing> things;
  for (const auto& workgroup : workgroups) things.push_back({workgroup.id, to_msgpack(workgroup)});
  return things;
}

std::string event(std::string_view id, std::string_view name, std::string_view data) {
  std::string text;
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  return text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
}

/// The number in "INCARNATION-SEQ"; nothing if it is of another one, or no such word.
std::optional<std::uint64_t> seq_in(const std::string& id, const std::string& incarnation) {
  if (!id.starts_with(incarnation + "-")) return std::nullopt;
  const auto digits = std::string_view{id}.substr(incarnation.size() + 1);
  std::uint64_t seq = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return seq;
}

}  // namespace

/// What one reader has got. Used on one thread at a time.
class Watchers::Stream {
 public:
  Stream(Watchers& all, std::string last_event, std::function<bool()> may_go_on)
      : all_(all), last_event_(std::move(last_event)), may_go_on_(std::move(may_go_on)) {
    const std::lock_guard lock{all_.mutex_};
    wanted_look_ = all_.looks_ + 1;
  }
  ~Stream() {
    const std::lock_guard lock{all_.mutex_};
    --all_.watchers_;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool go_on(const HttpWrite& write) {
    const auto now_ms = steady_ms();
    if (now_ms - checked_ms_ >= alive_period_ms) {
      if (!may_go_on_()) return false;
      checked_ms_ = now_ms;
    }
    const auto text = next();
    if (!text.empty()) {
      told_ms_ = now_ms;
      return write(text);
    }
    if (now_ms - told_ms_ < alive_period_ms) return true;
    told_ms_ = now_ms;
    return write(alive());
  }

 private:
  /// Waits for something to tell, for a while. Nothing is told before a look that began after the
  /// stream did: what was known before that may be old.
  std::string next() {
    std::unique_lock lock{all_.mutex_};
    const auto has_news = [this] {
      if (all_.seen_looks_ < wanted_look_) return false;
      return !began_ || !ready_ || all_.state_.seq() > seq_;
    };
    if (!all_.changed_.wait_for(lock, limits::watch_period, has_news)) return {};
    std::string text;
    if (!began_) text = begin();
    const auto changes = all_.state_.after(seq_, gone_before_, limits::watch_batch_max);
    const auto now = all_.state_.seq();
    lock.unlock();
    for (const auto& change : changes) {
      seq_ = change.seq;
      text += told(change);
    }
    if (changes.size() < limits::watch_batch_max) {
      seq_ = now;
      if (!ready_) text += event(id(), "ready", "{}");
      ready_ = true;
    }
    return text;
  }

  /// Goes on where its reader was, or says that it begins anew, and why.
  std::string begin() {
    began_ = true;
    const auto known = seq_in(last_event_, all_.incarnation_);
    if (known && *known <= all_.state_.seq() && all_.state_.knows_since(*known)) {
      seq_ = *known;
      return {};
    }
    gone_before_ = all_.state_.seq();
    const auto* why = last_event_.empty() ? "new" : known ? "too_old" : "restarted";
    return event({}, "begin", "{\"reason\":\"" + std::string{why} + "\"}");
  }

  [[nodiscard]] std::string told(const ThingChange& change) const {
    if (change.json != nullptr) return event(id(), change.kind, *change.json);
    return event(id(), "gone", text_of({{"kind", change.kind}, {"id", change.id}}));
  }

  /// How old what was told may be, when there is nothing new.
  std::string alive() {
    const std::lock_guard lock{all_.mutex_};
    const auto age_ms = all_.seen_ms_ == 0 ? -1 : steady_ms() - all_.seen_ms_;
    return event(
        {}, "alive",
        "{\"at_ms\":" + std::to_string(wall_ms()) + ",\"age_ms\":" + std::to_string(age_ms) + "}");
  }

  [[nodiscard]] std::string id() const { return all_.incarnation_ + "-" + std::to_string(seq_); }

  Watchers& all_;
  const std::string last_event_;
  const std::function<bool()> may_go_on_;
  std::uint64_t wanted_look_ = 0;
  std::uint64_t seq_ = 0;
  std::uint64_t gone_before_ = 0;
  std::int64_t told_ms_ = steady_ms();
  std::int64_t checked_ms_ = steady_ms();
  bool began_ = false;
  bool ready_ = false;
};

Watchers::Watchers(ControllerLink controller)
    : controller_(std::move(controller)),
      incarnation_(random_id("l")),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Watchers::~Watchers() {
  thread_.request_stop();
  changed_.notify_all();
}

Result<HttpStream> Watchers::open(const std::string& last_event, std::function<bool()> may_go_on) {
  {
    const std::lock_guard lock{mutex_};
    if (watchers_ >= limits::watchers_max) {
      return fail(Errc::no_capacity, std::to_string(watchers_) + " event streams are open already",
                  "close one that nobody looks at");
    }
    ++watchers_;
  }
  auto stream = std::make_shared<Stream>(*this, last_event, std::move(may_go_on));
  changed_.notify_all();
  return [stream](const HttpWrite& write) { return stream->go_on(write); };
}

std::size_t Watchers::open_streams() {
  const std::lock_guard lock{mutex_};
  return watchers_;
}

void Watchers::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock{mutex_};
      if (!changed_.wait(lock, stop, [this] { return watchers_ > 0; })) return;
      ++looks_;
    }
    const bool complete = look();
    std::unique_lock lock{mutex_};
    if (complete) {
      seen_looks_ = looks_;
      seen_ms_ = steady_ms();
    }
    changed_.notify_all();
    (void)changed_.wait_for(lock, stop, limits::watch_period, [] { return false; });
  }
}

/// False if anything could not be asked: what was seen before stands.
bool Watchers::look() {
  const auto sources = controller_.ask<SourceList>("sources", ListSources{});
  const auto jobs = every_job(controller_);
  const auto nodes = controller_.ask<NodeList>("nodes", ListNodes{});
  const auto workgroups = controller_.ask<WorkgroupList>("workgroups", ListWorkgroups{});
  if (sources) show("source", seen(sources->sources));
  if (jobs) show("job", seen(*jobs));
  if (nodes) show("node", seen(nodes->nodes));
  if (workgroups) show("workgroup", seen(workgroups->workgroups));
  return sources && jobs && nodes && workgroups;
}

void Watchers::show(const std::string& kind, std::vector<SeenThing> things) {
  const std::lock_guard lock{mutex_};
  state_.look(kind, std::move(things));
}

std::vector<ConsoleRoute> watch_routes() {
  return {{.method = "GET",
           .path = "/events",
           .operation = "watch",
           .summary = "All things that lists show, and each change of one, as server-sent events",
           .type = "text/event-stream"}};
}

}  // namespace ferry
