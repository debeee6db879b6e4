// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What source servers download, from the server's real socket, and what nobody gets from there.
#include "console/downloads.hpp"

#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "cloud/signing/mac.hpp"
#include "downloads/limits.hpp"
#include "tests/console/console.hpp"
#include "tests/console/raw_client.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr auto archive = "edgeferry-agent-0.1.0-linux-x86_64.tar.gz";

/// A console that offers an archive of a mebibyte.
struct Offering {
  Console console;
  std::filesystem::path folder = console.desk.folder.path() / "agents";
  std::string bytes = random_bytes(limits::mib);
  std::shared_ptr<AgentDownloads> downloads;

  explicit Offering(const std::string& tls = "auto") : console(0, tls) {
    std::filesystem::create_directories(folder);
    std::ofstream{folder / archive} << bytes;
    std::ofstream{folder / "secret"} << "not for anybody";
    console.server.reset();
    console.config.console.agent_downloads = folder.string();
    auto opened = open_downloads(console.config);
    REQUIRE(opened);
    downloads = *opened;
    auto started =
        start_console(*console.desk.live, *console.desk.bridge, console.config, downloads);
    REQUIRE(started);
    console.server = std::move(*started);
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    const auto scheme = console.config.console.tls == "on" ? "https://" : "http://";
    return scheme + console.config.console.listen + path;
  }
  /// curl, as source servers have it.
  [[nodiscard]] CommandOutput curl(std::vector<std::string> words, const std::string& path) const {
    words.insert(words.begin(), {"curl", "-sS", "--path-as-is"});
    words.push_back(url(path));
    auto output = run({.argv = words, .output_bytes_max = 4 * limits::mib});
    REQUIRE(output);
    return *output;
  }
  [[nodiscard]] int status(const std::string& path) const {
    return std::stoi(curl({"-o", "/dev/null", "-w", "%{http_code}"}, path).out);
  }
};

}  // namespace

TEST_CASE("anybody gets the list, the script and the archive, without an access key") {
  const Offering offering;
  const auto list = Json::parse(offering.curl({}, "/agent/").out);
  REQUIRE(list["archives"].size() == 1);
  CHECK(list["archives"][0]["file"] == archive);
  CHECK(list["archives"][0]["sha256"] == to_hex(sha256(offering.bytes)));
  const auto script = offering.curl({}, "/agent/install.sh").out;
  CHECK(script.starts_with("#!/bin/sh\n"));
  CHECK(script.find(to_hex(sha256(offering.bytes))) != std::string::npos);
  CHECK(offering.curl({}, std::string{"/agent/"} + archive).out == offering.bytes);
}

TEST_CASE("a download tells its length, and whoever asks for a part of it gets all of it") {
  const Offering offering;
  const auto path = std::string{"/agent/"} + archive;
  CHECK(offering.curl({"-I"}, path).out.find("Content-Length: 1048576\r\n") != std::string::npos);
  CHECK(offering.curl({"-D", "-", "-o", "/dev/null"}, path).out.find("Content-Length: 1048576") !=
        std::string::npos);
  for (const char* range : {"1000000-", "5-9", "-7", "1048576-", "5-9,5-9"}) {
    CAPTURE(range);
    CHECK(offering.curl({"-r", range}, path).out == offering.bytes);
  }
}

TEST_CASE("no path leads to another file") {
  const Offering offering;
  std::filesystem::create_symlink(offering.folder / "secret",
                                  offering.folder / "edgeferry-agent-2-linux-x86_64.tar.gz");
  for (const std::string path :
       {"/agent/secret", "/agent/../agents/secret", "/agent/..%2fagents%2fsecret",
        "/agent//etc/passwd", "/agent/%2e%2e/secret", "/agent/./install.sh", "/agent/install.sh/",
        "/agent/edgeferry-agent-2-linux-x86_64.tar.gz",
        "/agent/edgeferry-agent-..%2f..%2fsecret-linux-x86_64.tar.gz"}) {
    CAPTURE(path);
    CHECK(offering.status(path) == 404);
  }
  CHECK(offering
            .curl({"-X", "DELETE", "-o", "/dev/null", "-w", "%{http_code}"},
                  std::string{"/agent/"} + archive)
            .out == "404");
}

TEST_CASE("more downloads than the bound are told to come again, and others are answered") {
  const Offering offering;
  std::vector<std::shared_ptr<void>> places;
  for (std::size_t i = 0; i < limits::client_downloads_max; ++i) {
    places.push_back(offering.downloads->enter("127.0.0.1"));
  }
  const auto path = std::string{"/agent/"} + archive;
  const auto busy = offering.curl({"-i"}, path).out;
  CHECK(busy.starts_with("HTTP/1.1 503"));
  CHECK(busy.find("Retry-After: 5\r\n") != std::string::npos);
  CHECK(offering.status("/agent/install.sh") == 200);
  places.clear();
  CHECK(offering.status(path) == 200);
}

TEST_CASE("a client that reads nothing keeps its place only for a while") {
  const Offering offering;
  {
    std::vector<RawClient> idle;
    for (std::size_t i = 0; i < limits::client_downloads_max; ++i) {
      idle.emplace_back(offering.console.config.console.listen, 4096);
      idle.back().write("GET /agent/" + std::string{archive} + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }
  }
  const auto path = std::string{"/agent/"} + archive;
  const auto again = offering.curl({"--retry", "5", "-o", "/dev/null", "-w", "%{http_code}"}, path);
  CHECK(again.out == "200");
}

TEST_CASE("the pin of the command is that of the certificate, and no other key is taken") {
  const Offering offering{"on"};
  const auto command = offering.downloads->command("efc1-code");
  REQUIRE(command);
  const auto path = std::string{"/agent/"} + archive;
  CHECK(offering.curl({"-k", "--pinnedpubkey", "sha256//" + command->pin}, path).out ==
        offering.bytes);
  const auto other = to_base64(sha256("another key"));
  CHECK(offering.curl({"-k", "--pinnedpubkey", "sha256//" + other}, path).exit_code == 90);
  CHECK(command->url == "https://" + offering.console.config.console.listen + "/agent");
  const auto script = offering.curl({"-k"}, "/agent/install.sh").out;
  CHECK(to_hex(sha256(script)) == command->script_sha256);
}

TEST_CASE("without an archive the API and the downloads say what to do") {
  Offering offering;
  std::filesystem::remove(offering.folder / archive);
  const auto refused = offering.curl({}, "/agent/install.sh").out;
  const auto error = Json::parse(refused);
  CHECK(error["name"] == "agent_archive_missing");
  CHECK(error["fix"].get<std::string>().find("agent_downloads") != std::string::npos);
  CHECK(offering.status("/agent/") == 409);
}

TEST_CASE("the API says why there is no command where no console offers downloads") {
  Console console;
  const auto reply = console.call(console.viewer, "POST", "/install-command", Json::object());
  check_refused(reply, 409, "config_conflict");
}
