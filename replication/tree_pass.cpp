// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/tree_pass.hpp"

#include <utility>

#include "base/text.hpp"
#include "replication/issue_log.hpp"
#include "replication/pass_work.hpp"
#include "replication/tree_sender.hpp"
#include "replication/zmq_message.hpp"

namespace ferry {
namespace {

// As many frames as a slow link holds; more of them would make the agent larger and it not faster.
constexpr std::size_t buffers = 8;

Result<files::TreeReader> open_reader(const TreePassOptions& options, const PassSettings& settings,
                                      IssueLog& issues, const std::stop_token& stop) {
  if (settings.key.secret.size() != 32 || settings.digest_key.size() != 32) {
    return fail(Errc::invalid_argument, "session secret and digest key have 32 bytes");
  }
  return files::TreeReader::open(options.root,
                                 {.filter = options.filter,
                                  .digests = options.digests,
                                  .contents = options.certify,
                                  .digest_key = settings.digest_key,
                                  .on_issue = [&issues](const auto& issue) { issues.note(issue); },
                                  .mount_points = options.mount_points,
                                  .stop = stop});
}

}  // namespace

Result<TreePassResult> run_tree_pass(const TreePassOptions& options, const PassSettings& settings,
                                     PassControl& control, PassProgress& progress,
                                     const std::stop_token& stop) {
  IssueLog issues;
  auto reader = open_reader(options, settings, issues, stop);
  if (!reader) return fail(reader.error());
  PassShared pass{settings, control, progress, stop, 0};
  BufferPool pool{buffers};  // outlives the context, which gives the last buffers back
  const ZmqContext context;
  TreeSender sender{context, pass, pool, *reader};
  if (auto done = sender.send_tree(); !done) return fail(done.error());
  auto result = sender.result();
  result.issues_total += issues.total();
  result.issues.insert(result.issues.begin(), issues.first().begin(), issues.first().end());
  return result;
}

Result<TreeComparison> compare_trees(const TreePassOptions& options, std::int64_t since_ms,
                                     const PassSettings& settings, PassControl& control,
                                     PassProgress& progress, const std::stop_token& stop) {
  IssueLog issues;
  auto with_digests = options;
  with_digests.digests = true;
  auto reader = open_reader(with_digests, settings, issues, stop);
  if (!reader) return fail(reader.error());
  PassShared pass{settings, control, progress, stop, 0};
  BufferPool pool{buffers};
  const ZmqContext context;
  TreeSender sender{context, pass, pool, *reader};
  TreeComparison comparison;
  const auto different = [&](const std::string& directory, const files::FileEntry& entry) {
    const auto changed_ms = entry.ctime.seconds * 1000 + entry.ctime.nanoseconds / 1'000'000;
    if (changed_ms >= since_ms) {
      ++comparison.changed;
      return;
    }
    ++comparison.wrong;
    if (comparison.first_wrong.size() == limits::file_issues_told_max) return;
    comparison.first_wrong.push_back(escaped(files::join(directory, entry.name)));
  };
  files::FileManifest manifest;
  const auto same = [&](const std::string& directory, const files::FileEntry& entry) {
    if (options.certify) (void)manifest.add(files::join(directory, entry.name), entry);
  };
  auto done = sender.compare_tree({options.certify, different, same});
  if (!done) return fail(done.error());
  if (options.certify) comparison.manifest = manifest.finish();
  comparison.compared = sender.result().listed;
  comparison.unheld = sender.result().issues_total;
  return comparison;
}

}  // namespace ferry
