// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/downloads.hpp"

#include "base/clock.hpp"
#include "cloud/signing/mac.hpp"
#include "config/endpoint.hpp"
#include "console/own_certificate.hpp"
#include "console/refusal.hpp"
#include "downloads/limits.hpp"

namespace ferry {
namespace {

constexpr std::string_view script_name = "install.sh";

struct DownloadList {
  std::string script;  // its name
  std::vector<AgentArchive> archives;
  FERRY_FIELDS(script, archives)
};

HttpAnswer file_answer(const std::string& type) {
  return {200,
          {{"Content-Type", type},
           {"Cache-Control", "no-cache"},
           {"X-Content-Type-Options", "nosniff"},
           {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
           {"Referrer-Policy", "no-referrer"}},
          {}};
}

HttpAnswer list_answer(const AgentDownloads& downloads) {
  auto archives = downloads.archives().newest();
  if (!archives) return refused(archives.error());
  return json_answer(200, to_json(DownloadList{std::string{script_name}, std::move(*archives)}));
}

HttpAnswer script_answer(const AgentDownloads& downloads) {
  auto script = downloads.script();
  if (!script) return refused(script.error());
  auto answer = file_answer("text/x-shellscript; charset=utf-8");
  answer.body = std::move(*script);
  return answer;
}

/// Pieces of the file until it is over, or has taken too long.
HttpAnswer archive_answer(OpenArchive archive, std::shared_ptr<void> place) {
  auto answer = file_answer("application/gzip");
  answer.headers.push_back({"ETag", '"' + archive.facts.sha256 + '"'});
  answer.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + archive.facts.file + '"'});
  answer.headers.push_back({"Content-Length", std::to_string(archive.facts.bytes)});
  const std::chrono::milliseconds most = limits::agent_download_time;
  answer.stream = [file = std::make_shared<const Fd>(std::move(archive.file)),
                   place = std::move(place), deadline_ms = steady_ms() + most.count(),
                   bytes = archive.facts.bytes,
                   offset = std::uint64_t{0}](const HttpWrite& write) mutable {
    if (steady_ms() > deadline_ms) return false;
    std::string piece(std::min<std::uint64_t>(bytes - offset, limits::download_piece_bytes), '\0');
    if (!read_at(*file, piece.data(), piece.size(), offset)) return false;
    offset += piece.size();
    return write(piece) && offset < bytes;
  };
  return answer;
}

/// Under which source servers reach this console.
std::string address_of(const ClusterConfig& config, const Endpoint& listens) {
  auto reached = listens;
  if (reached.is_wildcard()) reached.host = controller_of(config).advertise;
  if (reached.host.empty()) reached.host = this_host();
  constexpr std::string_view scheme = "tcp://";
  return to_string(reached).substr(scheme.size());
}

}  // namespace

Result<DownloadPlace> download_place(const ClusterConfig& config,
                                     const std::filesystem::path& certificate) {
  const auto listens = parse_endpoint("tcp://" + config.console.listen);
  if (!listens) return fail(listens.error());
  DownloadPlace place;
  place.controller = controller_endpoint(config);
  place.url = config.console.url;
  if (place.url.empty()) {
    place.url = (certificate.empty() ? "http://" : "https://") + address_of(config, *listens);
  }
  if (!certificate.empty() && place.url.starts_with("https://")) {
    const auto digest = public_key_digest(certificate);
    if (!digest) return fail(digest.error());
    place.pin = to_base64(*digest);
  }
  place.url += download_base.substr(0, download_base.size() - 1);
  return place;
}

std::optional<HttpAnswer> download_answer(const HttpRequest& request, const std::string& client,
                                          AgentDownloads& downloads) {
  if (!request.path.starts_with(download_base)) return std::nullopt;
  const auto name = request.path.substr(download_base.size());
  if (name.empty()) return list_answer(downloads);
  if (name == script_name) return script_answer(downloads);
  if (!parse_archive_name(name)) return refused({Errc::not_found, "there is no such download", {}});
  auto place = downloads.enter(client);
  if (place == nullptr) {
    const std::chrono::milliseconds pause = limits::agent_download_pause;
    return refused({Errc::no_capacity, "too many servers download at this moment",
                    "try again in a few seconds"},
                   pause.count());
  }
  auto archive = downloads.archives().open(name);
  if (!archive) return refused({Errc::not_found, "there is no such download", {}});
  return archive_answer(std::move(*archive), std::move(place));
}

}  // namespace ferry
