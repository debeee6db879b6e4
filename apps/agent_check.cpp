// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/agent_check.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <netdb.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/findings.hpp"
#include "base/file.hpp"
#include "disk/preflight.hpp"

namespace ferry {
namespace {

constexpr std::chrono::milliseconds reach_wait{5000};

struct CheckOutput {
  std::string hostname;
  std::vector<Finding> findings;
  FERRY_FIELDS(hostname, findings)
};

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> resolve(const std::string& endpoint) {
  constexpr std::string_view scheme = "tcp://";
  const auto colon = endpoint.rfind(':');
  if (!endpoint.starts_with(scheme) || colon <= scheme.size()) {
    return fail(Errc::invalid_argument, "'" + endpoint + "' is no tcp://HOST:PORT");
  }
  auto host = endpoint.substr(scheme.size(), colon - scheme.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const auto code = ::getaddrinfo(host.c_str(), endpoint.substr(colon + 1).c_str(), &hints, &found);
  if (code != 0) return fail(Errc::unreachable, host + ": " + ::gai_strerror(code));
  return Addresses{found, &::freeaddrinfo};
}

Result<> connect_to(const addrinfo& address) {
  const Fd socket{::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) return fail(errno_error(Errc::unreachable, "socket"));
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return {};
  if (errno != EINPROGRESS) return fail(errno_error(Errc::unreachable, "connect"));
  pollfd waiting{socket.get(), POLLOUT, 0};
  const auto ready = ::poll(&waiting, 1, static_cast<int>(reach_wait.count()));
  if (ready == 0) return fail(Errc::unreachable, "no answer to a connection");
  socklen_t size = sizeof errno;
  if (ready < 0 || ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &errno, &size) != 0 ||
      errno != 0) {
    return fail(errno_error(Errc::unreachable, "connect"));
  }
  return {};
}

Finding critical(Errc code, const std::string& name, const std::string& what, const Error& error) {
  return {static_cast<std::uint16_t>(code),
          what,
          std::string{remedy(error)},
          "critical",
          name,
          error.what};
}

}  // namespace

Result<> reach(const std::string& endpoint) {
  const auto addresses = resolve(endpoint);
  if (!addresses) return fail(addresses.error());
  Result<> reached;
  for (const auto* at = addresses->get(); at != nullptr; at = at->ai_next) {
    reached = connect_to(*at);
    if (reached) break;
  }
  return reached;
}

int check_server(const AgentCheck& check) {
  const auto inventory = read_inventory(check.inventory);
  CheckOutput output;
  if (inventory) {
    output.hostname = inventory->hostname;
    output.findings = preflight(*inventory, {});
  } else if (::geteuid() != 0) {
    output.findings = {critical(Errc::not_root, "not_root", "the agent is not root",
                                {Errc::not_root, inventory.error().what, {}})};
  } else {
    std::fprintf(stderr, "edgeferry-agent: %s\n", to_string(inventory.error()).c_str());
    return 1;
  }
  if (!check.controller.empty()) {
    if (const auto reached = reach(check.controller); !reached) {
      auto error = reached.error();
      if (error.fix.empty() && error.code == Errc::unreachable) {
        error.fix = "let this server reach " + check.controller + ", without a proxy";
      }
      output.findings.insert(
          output.findings.begin(),
          critical(error.code, "controller_unreachable", "the controller can't be reached", error));
    }
  }
  if (check.json) {
    std::puts(to_json(output, true).c_str());
  } else {
    std::printf("%s\n", output.hostname.c_str());
    print_findings(output.findings);
  }
  return has_critical(output.findings) ? 1 : 0;
}

}  // namespace ferry
