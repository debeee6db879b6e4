// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/notify/mail_server.hpp"

#include <array>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "tests/source_folder.hpp"

namespace ferry::test {
namespace {

/// The system's, which has the system's packages, whatever else is in the path.
constexpr const char* python = "/usr/bin/python3";

void make_certificate(const std::filesystem::path& folder) {
  const auto made = run_ok(
      {.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", (folder / "key.pem").string(),
                "-out", (folder / "certificate.pem").string()}});
  REQUIRE_MESSAGE(made, (made ? "" : made.error().what));
}

}  // namespace

bool has_mail_server() {
  static const bool has = run_ok({.argv = {python, "-c", "import aiosmtpd"}}).has_value();
  if (!has) MESSAGE("python3-aiosmtpd is absent: not tested");
  return has;
}

TestMailServer::TestMailServer(const std::string& tls, const std::string& password)
    : folder_(std::filesystem::temp_directory_path() / random_id("mail")),
      tls_(tls),
      password_(password) {
  std::filesystem::create_directory(folder_);
  if (tls != "off") make_certificate(folder_);
  if (!password.empty()) {
    REQUIRE(write_file_durably(folder_ / "password", password + "\n", 0600));
  }
  auto output = make_pipe();
  auto input = make_pipe();
  const auto log = open_file(folder_ / "log", O_WRONLY | O_CREAT | O_TRUNC);
  REQUIRE((output && input && log));
  std::vector<std::string> argv{python, (source_folder() / "tests/notify/mail_server.py").string(),
                                folder_.string(), tls == "off" ? "plain" : tls};
  if (!password.empty()) argv.push_back(password);
  const auto started = spawn(argv, output->write.get(), log->get(), {}, input->read.get());
  REQUIRE(started);
  pid_ = *started;
  input_ = std::move(input->write);
  output->write = {};
  std::array<char, 16> port{};
  REQUIRE(::read(output->read.get(), port.data(), port.size() - 1) > 0);
  port_ = static_cast<std::uint16_t>(std::stoi(port.data()));
}

TestMailServer::~TestMailServer() {
  input_ = {};
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

MailConfig TestMailServer::config() const {
  MailConfig config{"localhost", port_, tls_, "ferry@example.org", {}, {}, {}};
  if (tls_ != "off") config.ca_file = (folder_ / "certificate.pem").string();
  if (!password_.empty()) {
    config.user = "ferry";
    config.password_file = (folder_ / "password").string();
  }
  return config;
}

std::string TestMailServer::kept(int number, const std::string& what) const {
  const auto file = folder_ / (std::to_string(number) + "." + what);
  return read_file(file, 1 << 20).value_or("");
}

}  // namespace ferry::test
