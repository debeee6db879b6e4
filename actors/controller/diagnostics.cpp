// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/diagnostics.hpp"

#include <algorithm>
#include <set>

#include "actors/controller/bundle_archive.hpp"
#include "actors/controller/job_record.hpp"
#include "actors/controller/known_secrets.hpp"
#include "actors/controller/log_collector.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_time = 4s;  // of this process's own actors, the janitor's look among them
constexpr std::size_t cluster_events_told = 1000;  // the newest

/// What the database knows of a job, and the secrets in it, sealed.
struct LoadedFacts {
  using local_message = void;
  std::vector<EventView> events;
  std::uint64_t events_left_out = 0;
  std::vector<ClusterEvent> cluster_events;
  std::vector<StoredLog> stored;
  std::vector<std::string> nodes;
  std::vector<StoredAccessKey> keys;
  std::vector<StoredNotification> notifications;
  std::string machine_secret;
};

struct BuildBundle {
  using local_message = void;
  std::shared_ptr<BundleFacts> facts;
  std::vector<KnownSecret> secrets;
  const ClusterConfig* config = nullptr;
};
struct BuiltBundle {
  using local_message = void;
  std::string bytes;
};

class BundleBuilder {
 public:
  static constexpr const char* actor_name = "bundle_builder";

  explicit BundleBuilder(caf::event_based_actor*) {}
  caf::behavior make_behavior() {
    return {[](const BuildBundle& m) { return build(m); }};
  }

 private:
  static caf::result<BuiltBundle> build(const BuildBundle& m) {
    auto secrets = secrets_of_host(*m.config);
    secrets.insert(secrets.end(), m.secrets.begin(), m.secrets.end());
    const Redactor redactor{secrets};
    auto& facts = *m.facts;
    auto packed = bundle_archive(bundle_name(facts.job.id, facts.made_ms),
                                 bundle_files(facts, *m.config, redactor), facts.made_ms);
    if (!packed) return to_caf(packed.error());
    return BuiltBundle{std::move(*packed)};
  }
};

EventView view_of(const StoredEvent& stored) {
  const auto event = decode_event(stored);
  EventView view{stored.seq, stored.at_ms, stored.type, {}};
  view.text = event ? describe(*event) : event.error().what;
  if (event) view.facts = facts_of(*event);
  return view;
}

void load_events(LoadedFacts& facts, const std::vector<StoredEvent>& all) {
  const auto left_out = all.size() - std::min(all.size(), limits::bundle_events_max);
  facts.events_left_out = left_out;
  for (std::size_t i = left_out; i < all.size(); ++i) facts.events.push_back(view_of(all[i]));
}

LoadedFacts load_facts(Database& database, const std::string& job) {
  LoadedFacts facts;
  const auto all = Journal{database}.events(job);
  load_events(facts, all);
  if (const auto record = replay(job, all)) facts.machine_secret = record->machine.secret;
  auto cluster = ClusterLog{database}.after(0, limits::cluster_events_max);
  const auto skipped = cluster.size() - std::min(cluster.size(), cluster_events_told);
  for (auto i = skipped; i < cluster.size(); ++i) {
    auto& event = cluster[i];
    facts.cluster_events.push_back({event.seq, event.at_ms, std::move(event.kind),
                                    std::move(event.subject), std::move(event.text)});
  }
  JobLogTable logs{database};
  facts.stored = logs.of_job(job);
  facts.nodes = logs.nodes_of(job, limits::log_nodes_max);
  facts.keys = AccessKeyTable{database}.all();
  facts.notifications = NotificationTable{database}.all();
  return facts;
}

}  // namespace

Diagnostics::Diagnostics(caf::event_based_actor* self, DiagnosticsOptions options)
    : self_(self), options_(std::move(options)), builder_(spawn_blocking<BundleBuilder>(*self)) {}

Diagnostics::~Diagnostics() { caf::anon_send_exit(builder_, caf::exit_reason::kill); }

caf::behavior Diagnostics::make_behavior() {
  return {[this](const MakeDiagnostics& m) { return make(m); },
          [this](const GetDiagnosticsPart& m) { return part(m); }};
}

caf::result<DiagnosticsMade> Diagnostics::make(const MakeDiagnostics& m) {
  if (making_ >= limits::bundles_at_once) {
    return to_caf({Errc::too_many_requests,
                   std::to_string(making_) + " bundles of diagnostics are being made",
                   "try again in ten seconds"});
  }
  ++making_;
  auto draft = std::make_shared<Draft>();
  draft->promise = self_->make_response_promise<DiagnosticsMade>();
  draft->facts.made_ms = wall_ms();
  self_->request(options_.jobs, answer_time, GetJob{m.job})
      .then(
          [this, draft](const JobView& job) {
            draft->facts.job = job;
            load(draft);
          },
          [this, draft](const caf::error& error) { refuse(draft, error); });
  return draft->promise;
}

void Diagnostics::load(const DraftPtr& draft) {
  auto work = [job = draft->facts.job.id](Database& database) {
    return caf::make_message(load_facts(database, job));
  };
  self_->request(options_.store, answer_time, Transact{std::move(work)})
      .then(
          [this, draft](const LoadedFacts& loaded) {
            auto& facts = draft->facts;
            facts.events = loaded.events;
            facts.events_left_out = loaded.events_left_out;
            if (loaded.events_left_out > 0) {
              facts.notes.push_back(std::to_string(loaded.events_left_out) + " older events");
            }
            facts.cluster_events = loaded.cluster_events;
            facts.stored = loaded.stored;
            draft->secrets = secrets_of_database(*options_.box, loaded.keys, loaded.notifications);
            draft->secrets.push_back({"code", loaded.machine_secret});
            draft->nodes = {loaded.nodes.begin(), loaded.nodes.end()};
            ask_all(draft);
          },
          [this, draft](const caf::error& error) { refuse(draft, error); });
}

template <class Answer, class Request>
void Diagnostics::ask(const DraftPtr& draft, const caf::actor& target, const Request& request,
                      const std::string& what, bool quiet,
                      std::function<void(const Answer&)> take) {
  ++draft->missing;
  self_->request(target, answer_time, request)
      .then(
          [this, draft, take = std::move(take)](const Answer& answer) {
            take(answer);
            one_less(draft);
          },
          [this, draft, what, quiet](const caf::error& error) {
            if (!quiet) draft->facts.notes.push_back(what + ": " + from_caf(error).what);
            one_less(draft);
          });
}

void Diagnostics::ask_all(const DraftPtr& draft) {
  auto& facts = draft->facts;
  const auto& id = facts.job.id;
  ++draft->missing;  // until all are asked
  ask<SourceList>(draft, options_.sources, ListSources{facts.job.settings.source},
                  "the source server", false,
                  [&facts](const SourceList& list) { facts.source = list; });
  ask<ResourceList>(draft, options_.janitor, ListResources{false, true}, "the ledger", false,
                    [&facts, id](const ResourceList& list) {
                      facts.ledger = list;
                      std::erase_if(facts.ledger.resources,
                                    [&](const auto& resource) { return resource.job != id; });
                    });
  ask<CertificateFile>(draft, options_.jobs, GetCertificate{id}, "the certificate", true,
                       [&facts](const CertificateFile& file) {
                         facts.certificate = {file.certificate.begin(), file.certificate.end()};
                       });
  ask<BootLog>(draft, options_.jobs, GetBootLog{id}, "the boot console", true,
               [&facts](const BootLog& log) {
                 facts.boot_console = {log.console.begin(), log.console.end()};
               });
  ask<NodeList>(draft, options_.nodes, ListNodes{}, "the nodes", false,
                [this, draft](const NodeList& list) { ask_nodes(draft, list); });
  one_less(draft);
}

/// Nodes of the job are asked for lines, others for what they run on; agents of other servers for
/// nothing.
void Diagnostics::ask_nodes(const DraftPtr& draft, const NodeList& list) {
  auto& facts = draft->facts;
  const auto& agent = facts.job.settings.source;
  auto wanted = draft->nodes;
  wanted.insert(agent);
  for (const auto& node : list.nodes) {
    const bool of_job = wanted.contains(node.node);
    if (node.role == "agent" && !of_job) continue;
    facts.nodes.push_back(node);
    if (!node.online) continue;
    wanted.erase(node.node);
    const bool switched_off = node.node == agent && !facts.job.settings.diagnostic_logs;
    if (switched_off) {
      facts.notes.push_back("node " + node.node + ": " + std::string{switched_off_note});
    }
    ask_log(draft, node.node, options_.bridge->remote(node.node, "log"), of_job && !switched_off);
  }
  for (const auto& node : wanted) {
    facts.notes.push_back("node " + node +
                          " is away: only lines that were stored at an end of the "
                          "job can be here");
  }
  ask_log(draft, std::string{controller_log_name}, options_.own_log, true);
}

void Diagnostics::ask_log(const DraftPtr& draft, const std::string& node, const caf::actor& keeper,
                          bool lines_wanted) {
  auto& facts = draft->facts;
  std::int64_t last_ms = 0;
  for (const auto& stored : facts.stored) {
    if (stored.node == node) last_ms = std::max(last_ms, stored.last_ms);
  }
  auto request = lines_since(facts.job.created_ms, last_ms, facts.made_ms);
  request.lines_wanted = lines_wanted;
  ask<NodeLog>(draft, keeper, request, "node " + node + " does not tell its log", false,
               [&facts, node](const NodeLog& log) {
                 auto& told = facts.told[node] = log;
                 if (auto why = unfit(log); !why.empty()) {
                   told.packed.clear();
                   told.bytes = 0;
                   told.refused = why;
                 }
               });
}

void Diagnostics::one_less(const DraftPtr& draft) {
  if (--draft->missing == 0) build(draft);
}

void Diagnostics::build(const DraftPtr& draft) {
  BuildBundle order{std::shared_ptr<BundleFacts>{draft, &draft->facts}, draft->secrets,
                    options_.config};
  self_->request(builder_, caf::infinite, std::move(order))
      .then([this, draft](BuiltBundle& built) { keep(draft, std::move(built.bytes)); },
            [this, draft](const caf::error& error) { refuse(draft, error); });
}

void Diagnostics::refuse(const DraftPtr& draft, const caf::error& error) {
  --making_;
  draft->promise.deliver(error);
}

void Diagnostics::keep(const DraftPtr& draft, std::string bytes) {
  --making_;
  drop_old();
  const auto& facts = draft->facts;
  DiagnosticsMade made{random_id("d"), bundle_name(facts.job.id, facts.made_ms) + ".tar.gz",
                       bytes.size(), to_hex(sha256(bytes)), facts.notes};
  if (made.notes.size() > limits::log_nodes_max) made.notes.resize(limits::log_nodes_max);
  while (bundles_.size() >= limits::bundles_kept_max) {
    bundles_.erase(std::ranges::min_element(
        bundles_, {}, [](const auto& entry) { return entry.second.until_ms; }));
  }
  const auto kept_ms = std::chrono::milliseconds{limits::bundle_kept}.count();
  bundles_[made.bundle] = {std::move(bytes), steady_ms() + kept_ms};
  log::info("diagnostics are made", {{"job", facts.job.id}, {"bytes", made.bytes}});
  draft->promise.deliver(std::move(made));
}

caf::result<DiagnosticsPart> Diagnostics::part(const GetDiagnosticsPart& m) {
  drop_old();
  const auto found = bundles_.find(m.bundle);
  if (found == bundles_.end()) {
    return to_caf({Errc::not_found, "there is no bundle " + m.bundle,
                   "bundles are kept for a few minutes: make another one"});
  }
  const auto& bytes = found->second.bytes;
  const auto from = std::min<std::uint64_t>(m.offset, bytes.size());
  const auto count = std::min<std::uint64_t>(limits::bundle_part_bytes, bytes.size() - from);
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
  return DiagnosticsPart{from, {begin, begin + static_cast<std::ptrdiff_t>(count)}};
}

void Diagnostics::drop_old() {
  std::erase_if(bundles_,
                [now_ms = steady_ms()](const auto& b) { return b.second.until_ms <= now_ms; });
}

}  // namespace ferry
