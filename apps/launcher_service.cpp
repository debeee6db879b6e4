// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/launcher_service.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/subprocess.hpp"

namespace ferry {
namespace {

constexpr std::size_t token_bytes_max = 64;

bool is_name(std::string_view token) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !token.empty() && token.size() <= token_bytes_max && std::ranges::all_of(token, good);
}

/// One word of a command line of systemd, which would else take quotes, '%' and '$' for its own.
std::string unit_word(std::string_view word) {
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '%' || c == '$') text += c;
    text += c;
  }
  return text + '"';
}

}  // namespace

bool systemd_runs() {
  std::error_code absent;
  return std::filesystem::is_directory("/run/systemd/system", absent);  // as sd_booted(3)
}

std::string service_name(std::string_view token) {
  return "edgeferry-machine-" + std::string{token} + ".service";
}

std::string service_unit(const MachineService& service) {
  auto command = unit_word(service.program.string()) + " machine resume --state " +
                 unit_word(service.state.string());
  if (!service.storage.empty()) command += " --storage " + unit_word(service.storage);
  // Nodes are ended by the launcher, in its order; of what outlives it, nothing is worth a wait.
  return "# Written by 'edgeferry machine join', and removed when the machine is given back.\n"
         "[Unit]\n"
         "Description=edgeferry nodes of machine " +
         service.token +
         "\n"
         "Wants=network-online.target\n"
         "After=network-online.target\n"
         "StartLimitIntervalSec=0\n"
         "\n"
         "[Service]\n"
         "Type=exec\n"
         "EnvironmentFile=-/etc/edgeferry/machine.env\n"
         "ExecStart=" +
         command +
         "\n"
         "Restart=always\n"
         "RestartSec=5\n"
         "KillMode=mixed\n"
         "TimeoutStopSec=60\n"
         "UMask=0077\n"
         "\n"
         "[Install]\n"
         "WantedBy=multi-user.target\n";
}

Result<> start_service(const MachineService& service, const std::filesystem::path& units) {
  if (!is_name(service.token)) {
    return fail(Errc::invalid_argument, "the machine's token can't be the name of a service");
  }
  const auto name = service_name(service.token);
  auto done = write_file_durably(units / name, service_unit(service), 0644);
  if (!done) return done;
  // Not by `systemctl enable`: a program of its own may outlive this one, and whoever takes the
  // service away ends this one first.
  const auto wanted = units / "multi-user.target.wants";
  if (done = make_folder(wanted); !done) return done;
  std::error_code failed;
  if (!std::filesystem::is_symlink(wanted / name, failed)) {
    std::filesystem::create_symlink(units / name, wanted / name, failed);
    if (failed) return fail(Errc::internal, "link " + name + ": " + failed.message());
  }
  if (auto read = run_ok({.argv = {"systemctl", "daemon-reload"}}); !read) {
    return fail(read.error());
  }
  auto started = run_ok({.argv = {"systemctl", "start", name}});
  return started ? Result<>{} : fail(started.error());
}

}  // namespace ferry
