// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/server.hpp"

#include "base/log.hpp"
#include "config/endpoint.hpp"
#include "console/own_certificate.hpp"
#include "console/refusal.hpp"
#include "downloads/limits.hpp"

namespace ferry {
namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// By "auto": where anything can be overheard, or somebody has given a certificate.
bool wants_tls(const ConsoleConfig& console, const std::string& host) {
  if (console.tls != "auto") return console.tls == "on";
  return !console.certificate.empty() || !is_loopback(host);
}

/// Files of both; empty ones for plain HTTP.
Result<CertificateFiles> files_for(const ClusterConfig& config, const std::string& host) {
  const auto& console = config.console;
  if (!wants_tls(console, host)) return CertificateFiles{};
  if (!console.certificate.empty()) return CertificateFiles{console.certificate, console.key};
  std::vector<std::string> hosts{"localhost", "127.0.0.1"};
  for (const auto& name : {host, this_host(), controller_of(config).advertise}) {
    const bool names_one = !name.empty() && name != "*" && name != "0.0.0.0";
    if (names_one && std::ranges::find(hosts, name) == hosts.end()) hosts.push_back(name);
  }
  return own_certificate(std::filesystem::path{config.state} / "keys", hosts);
}

/// People compare it with what their browser shows.
Result<> tell_fingerprint(const ClusterConfig& config, const CertificateFiles& files) {
  if (files.certificate.empty() || !config.console.certificate.empty()) return {};
  const auto fingerprint = certificate_fingerprint(files.certificate);
  if (!fingerprint) return fail(fingerprint.error());
  log::info("console has a certificate of its own",
            {{"file", files.certificate.string()}, {"sha256", *fingerprint}});
  return {};
}

}  // namespace

Result<std::shared_ptr<AgentDownloads>> open_downloads(const ClusterConfig& config) {
  const auto endpoint = parse_endpoint("tcp://" + config.console.listen);
  if (!endpoint) return fail(endpoint.error());
  const auto files = files_for(config, endpoint->host);
  if (!files) return fail(files.error());
  auto place = download_place(config, files->certificate);
  if (!place) return fail(place.error());
  return std::make_shared<AgentDownloads>(config.console.agent_downloads, std::move(*place));
}

Result<std::unique_ptr<HttpServer>> start_console(caf::actor_system& system, const Bridge& bridge,
                                                  const ClusterConfig& config,
                                                  std::shared_ptr<AgentDownloads> downloads) {
  const auto endpoint = parse_endpoint("tcp://" + config.console.listen);
  if (!endpoint) return fail(endpoint.error());
  const auto files = files_for(config, endpoint->host);
  if (!files) return fail(files.error());
  if (auto told = tell_fingerprint(config, *files); !told) return fail(told.error());
  HttpServerOptions options;
  options.name = "console";
  options.listen = config.console.listen;
  options.certificate = files->certificate;
  options.key = files->key;
  options.threads = limits::http_threads + limits::watchers_max + limits::agent_downloads_max;
  options.body_bytes_max = limits::console_body_bytes_max;
  const DoormanOptions door{!files->certificate.empty(), endpoint->port};
  options.answer = [service = std::make_shared<ConsoleService>(system, bridge, config, door,
                                                               std::move(downloads))](
                       const HttpRequest& request, const std::string& client) {
    return service->answer(request, client);
  };
  options.refuse = [](int status, const std::string&) { return console_refusal(status); };
  return HttpServer::start(std::move(options));
}

}  // namespace ferry
