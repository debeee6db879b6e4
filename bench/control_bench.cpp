// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The control plane alone: messages between two processes over the bridge with
// CURVE, and durable commits of the journal.
//   control_bench FOLDER     prints one line of JSON; the journal is made in FOLDER
// It starts itself again as "control_bench echo PUBLIC-KEY", the other process,
// which says where it listens and ends with its standard input.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "messages/catalogue.hpp"
#include "storage/journal.hpp"
#include "transport/bridge.hpp"

namespace {

using namespace ferry;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t round_trips = 10'000;     // one at a time
constexpr std::uint32_t many_requests = 150'000;  // with a window
constexpr std::uint32_t window = 256;
constexpr std::uint32_t digest_pages = 50;
constexpr std::size_t digest_page_bytes = limits::table_page_chunks_max * 4096;
constexpr std::chrono::seconds answer_timeout{10};
constexpr std::chrono::seconds journal_time{2};  // per size of commit

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

struct Node {
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<Bridge> bridge;

  Result<> start(const std::string& name, const KeyPair& keys,
                 std::optional<std::string> listen = {}) {
    config.set("scheduler.policy", caf::atom("sharing"));  // as the product's nodes do
    system = std::make_unique<caf::actor_system>(config);
    auto started = Bridge::start(*system, {name, keys, std::move(listen)});
    if (!started) return fail(started.error());
    bridge = std::move(*started);
    return {};
  }
  ~Node() { bridge.reset(); }
};

struct Echo : caf::event_based_actor {
  using event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[](const GetJob& m) -> caf::result<JobView> {
              JobView view;
              view.id = m.job;
              return view;
            },
            [](const GetDigests& m) -> caf::result<DigestPage> {
              return DigestPage{m.first_chunk, m.chunk_count,
                                std::vector<char>(digest_page_bytes, 'd')};
            }};
  }
};

int run_echo(const std::string& client_key) {
  const auto keys = make_key_pair();
  Node node;
  if (auto started = node.start("controller", keys, "tcp://127.0.0.1:*"); !started) {
    std::fprintf(stderr, "%s\n", to_string(started.error()).c_str());
    return 1;
  }
  const auto echo = node.system->spawn<Echo>();
  node.bridge->publish("jobs", echo, {{Role::agent}});
  node.bridge->enrol({"client", Role::agent}, client_key);
  std::cout << node.bridge->endpoint() << ' ' << keys.public_key << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  caf::anon_send_exit(echo, caf::exit_reason::kill);
  return 0;
}

/// The echo process with its two pipes; ends it when it goes.
class EchoProcess {
 public:
  explicit EchoProcess(const std::string& client_key) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe(in.data()) != 0 || ::pipe(out.data()) != 0) return;
    pid_ = ::fork();  // before any thread exists
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
      ::execl("/proc/self/exe", "control_bench", "echo", client_key.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    read_address(out[0]);
    ::close(out[0]);
  }
  ~EchoProcess() {
    ::close(in_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  [[nodiscard]] const std::string& server_key() const { return server_key_; }

 private:
  void read_address(int fd) {
    std::string line;
    char c = 0;
    while (line.size() < 256 && ::read(fd, &c, 1) == 1 && c != '\n') line += c;
    const auto space = line.find(' ');
    if (space == std::string::npos) return;
    endpoint_ = line.substr(0, space);
    server_key_ = line.substr(space + 1);
  }

  pid_t pid_ = -1;
  int in_ = -1;
  std::string endpoint_;
  std::string server_key_;
};

struct Load {
  std::uint32_t requests = 0;
  std::uint32_t in_flight_max = 1;
};

struct Figures {
  std::vector<double> micros;  // of each round trip
  double seconds = 0;
  std::string failure;
};

struct AskerState {
  std::uint32_t asked = 0;
  std::uint32_t answered = 0;
  Clock::time_point begun = Clock::now();
  Figures figures;
  const char* name = "asker";
};

using Asker = caf::stateful_actor<AskerState>;

void ask_next(Asker* self, const caf::actor& echo, const caf::actor& waiting, Load load,
              Figures* figures) {
  auto& state = self->state;
  if (state.asked == load.requests) return;
  GetJob question;
  question.job = "j-0123456789abcdefghij";
  ++state.asked;
  const auto sent = Clock::now();
  self->request(echo, answer_timeout, question)
      .then(
          [=](const JobView&) {
            auto& now = self->state;
            now.figures.micros.push_back(seconds_since(sent) * 1e6);
            if (++now.answered == load.requests) {
              now.figures.seconds = seconds_since(now.begun);
              *figures = std::move(now.figures);
              caf::anon_send(waiting, caf::ok_atom::value);
              self->quit();
              return;
            }
            ask_next(self, echo, waiting, load, figures);
          },
          [=](const caf::error& error) {
            figures->failure = to_string(from_caf(error));
            caf::anon_send(waiting, caf::ok_atom::value);
            self->quit();
          });
}

Figures measure(caf::actor_system& system, const caf::actor& echo, Load load) {
  Figures figures;
  caf::scoped_actor waiting{system};
  const caf::actor done = waiting;
  const auto asker = system.spawn([=, &figures](Asker* self) -> caf::behavior {
    self->state.figures.micros.reserve(load.requests);
    for (std::uint32_t i = 0; i < load.in_flight_max; ++i) {
      ask_next(self, echo, done, load, &figures);
    }
    return {[](caf::ok_atom) {}};
  });
  waiting->receive([](caf::ok_atom) {});
  waiting->wait_for(asker);
  std::sort(figures.micros.begin(), figures.micros.end());
  return figures;
}

/// Delivery is at most once, and nothing is delivered before the link is up.
bool link_is_up(caf::actor_system& system, const caf::actor& echo) {
  caf::scoped_actor self{system};
  bool up = false;
  for (int attempt = 0; attempt < 50 && !up; ++attempt) {
    self->request(echo, std::chrono::milliseconds{200}, GetJob{"j-1"})
        .receive([&](const JobView&) { up = true; }, [](const caf::error&) {});
  }
  return up;
}

/// One after the other, as an agent downloads the digest table when a session opens.
double page_milliseconds(caf::actor_system& system, const caf::actor& echo) {
  caf::scoped_actor self{system};
  std::size_t bytes = 0;
  const auto begun = Clock::now();
  for (std::uint32_t i = 0; i < digest_pages; ++i) {
    self->request(echo, answer_timeout, GetDigests{"t", 0, i, limits::table_page_chunks_max})
        .receive([&](const DigestPage& page) { bytes += page.entries.size(); },
                 [](const caf::error&) {});
  }
  if (bytes != digest_pages * digest_page_bytes) return -1;
  return seconds_since(begun) * 1000 / digest_pages;
}

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

/// Commits of `size` events each for a while; returns commits per second.
double commit_rate(const std::filesystem::path& folder, std::uint64_t size) {
  const auto own = folder / random_id("bench-journal");
  std::filesystem::create_directories(own);
  double rate = 0;
  {
    Database database{own / "controller.db"};
    Journal journal{database};
    {
      Transaction transaction{database};
      journal.create_job("j-1", "token");
      transaction.commit();
    }
    const std::string body(120, 'b');  // about what a job's event takes
    std::uint64_t seq = 0;
    std::uint64_t commits = 0;
    const auto begun = Clock::now();
    for (; Clock::now() - begun < journal_time; ++commits) {
      Transaction transaction{database};
      for (std::uint64_t i = 0; i < size; ++i) {
        journal.append("j-1", {++seq, "job.progress", body, wall_ms()});
      }
      transaction.commit();
    }
    rate = static_cast<double>(commits) / seconds_since(begun);
  }
  std::filesystem::remove_all(own);
  return rate;
}

int run_all(const std::filesystem::path& folder) {
  const auto keys = make_key_pair();
  const EchoProcess process{keys.public_key};
  Node node;
  if (auto started = node.start("client", keys); !started) {
    std::fprintf(stderr, "%s\n", to_string(started.error()).c_str());
    return 1;
  }
  node.bridge->connect({"controller", Role::controller}, process.endpoint(), process.server_key());
  const auto echo = node.bridge->remote("controller", "jobs");
  if (!link_is_up(*node.system, echo)) {
    std::fprintf(stderr, "the other process does not answer at %s\n", process.endpoint().c_str());
    return 1;
  }
  measure(*node.system, echo, {1000, 1});  // warms both ends up
  const auto trips = measure(*node.system, echo, {round_trips, 1});
  const auto many = measure(*node.system, echo, {many_requests, window});
  const auto page_ms = page_milliseconds(*node.system, echo);
  if (page_ms < 0) {
    std::fprintf(stderr, "a page of digests was lost\n");
    return 1;
  }
  for (const auto& it : {trips, many}) {
    if (it.failure.empty()) continue;
    std::fprintf(stderr, "%s\n", it.failure.c_str());
    return 1;
  }
  // A request and its answer are two messages.
  std::printf(
      "{\"messages_per_s\": %.0f, \"window\": %u, \"round_trip_us_p50\": %.1f, "
      "\"round_trip_us_p99\": %.1f, \"digest_page_ms\": %.2f, \"journal\": [",
      2.0 * many_requests / many.seconds, window, percentile(trips.micros, 0.5),
      percentile(trips.micros, 0.99), page_ms);
  const char* separator = "";
  for (const std::uint64_t size : {1U, 10U, 100U}) {
    const auto rate = commit_rate(folder, size);
    std::printf("%s{\"events_per_commit\": %d, \"commits_per_s\": %.1f, \"events_per_s\": %.1f}",
                separator, static_cast<int>(size), rate, rate * static_cast<double>(size));
    separator = ", ";
  }
  std::printf("]}\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments.size() == 2 && arguments[0] == "echo") return run_echo(arguments[1]);
    if (arguments.size() == 1 && arguments[0][0] != '-') return run_all(arguments[0]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::fprintf(stderr, "usage: control_bench FOLDER\n");
  return 2;
}
