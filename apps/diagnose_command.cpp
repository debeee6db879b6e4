// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/diagnose_command.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "apps/output.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "messages/diagnostics.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Nodes that don't answer have a few seconds each, all at once.
constexpr auto bundle_patience = 30s;

struct WrittenDiagnostics {
  std::string job;
  std::string file;
  std::uint64_t bytes = 0;
  std::string sha256;
  std::vector<std::string> notes;
  FERRY_FIELDS(job, file, bytes, sha256, notes)
};

Error exists_already(const fs::path& file) {
  return {Errc::invalid_argument, file.string() + " exists already",
          "name another file with --output"};
}

Result<std::string> fetch(Operator& op, const DiagnosticsMade& made) {
  std::string bytes;
  while (bytes.size() < made.bytes) {
    const auto part = op.client.ask<DiagnosticsPart>("diagnostics",
                                                     GetDiagnosticsPart{made.bundle, bytes.size()});
    if (!part) return fail(part.error());
    if (part->data.empty()) break;
    bytes.append(part->data.begin(), part->data.end());
  }
  if (to_hex(sha256(bytes)) == made.sha256) return bytes;
  return fail(Errc::internal, "the bundle was not received as it was made", "try again");
}

/// The file has all of the bytes or is not there, and is nobody else's to read. Never takes the
/// place of one that is there, also of one that has come meanwhile.
Result<> write_new(const fs::path& file, std::string_view bytes) {
  const fs::path draft = file.string() + "." + random_id("part");
  auto fd = open_file(draft, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!fd) return fail(fd.error());
  auto done = write_at(*fd, bytes.data(), bytes.size(), 0);
  if (done && ::fsync(fd->get()) != 0) {
    done = fail(errno_error(Errc::disk_write_failed, draft.string()));
  }
  if (done && ::link(draft.c_str(), file.c_str()) != 0) {
    done = errno == EEXIST ? Result<>{fail(exists_already(file))}
                           : fail(errno_error(Errc::disk_write_failed, file.string()));
  }
  ::unlink(draft.c_str());
  return done;
}

}  // namespace

int diagnose_job(Operator& op, const DiagnoseWords& words) {
  if (!words.file.empty() && fs::exists(words.file)) {
    return print_error(exists_already(words.file), op.json);
  }
  const auto made =
      op.client.ask<DiagnosticsMade>("diagnostics", MakeDiagnostics{words.job}, bundle_patience);
  if (!made) return print_error(made.error(), op.json);
  // A name of a file, whatever the controller says.
  const auto file = words.file.empty() ? fs::path{made->file}.filename() : fs::path{words.file};
  const auto bytes = fetch(op, *made);
  if (!bytes) return print_error(bytes.error(), op.json);
  if (auto done = write_new(file, *bytes); !done) return print_error(done.error(), op.json);
  if (op.json) {
    return print_json(
        WrittenDiagnostics{words.job, file.string(), made->bytes, made->sha256, made->notes});
  }
  std::printf("written to %s, %s\n", file.c_str(), human_bytes(made->bytes).c_str());
  for (const auto& note : made->notes) std::printf("missing: %s\n", printable(note).c_str());
  std::printf("Secrets are taken out. Names and addresses of your servers are in it.\n");
  return exit_ok;
}

}  // namespace ferry
