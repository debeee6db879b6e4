// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Manual pages, read by real readers of them, where they are installed.
#include "apps/manual.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "apps/exit_codes.hpp"
#include "apps/roff.hpp"
#include "base/file.hpp"
#include "tests/apps/programs.hpp"
#include "tests/shell.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;
namespace fs = std::filesystem;

namespace {

/// All pages of both programs.
struct Pages {
  TempFolder folder;
  std::vector<fs::path> files;
  Pages() {
    REQUIRE(call("edgeferry", {"reference", "manual", folder.path.string()}).exit_code == 0);
    REQUIRE(call("edgeferry-agent", {"manual", folder.path.string()}).exit_code == 0);
    for (const auto& entry : fs::directory_iterator{folder.path}) files.push_back(entry.path());
  }
  [[nodiscard]] std::string text(const std::string& page) const {
    return sh("man -l -E UTF-8 " + (folder / page) + " | col -b");
  }
};

}  // namespace

TEST_CASE("groff reads every page without a warning") {
  if (!is_installed("groff")) return;
  const Pages pages;
  CHECK(pages.files.size() > 18);
  for (const auto& file : pages.files) {
    CAPTURE(file.string());
    const auto output = run({.argv = {"groff", "-ww", "-man", "-Tutf8", "-z", file.string()}});
    REQUIRE(output);
    CHECK(output->exit_code == 0);
    CHECK(output->err == "");
  }
}

TEST_CASE("mandoc finds nothing wrong with any page") {
  if (!is_installed("mandoc")) return;
  const Pages pages;
  for (const auto& file : pages.files) {
    CAPTURE(file.string());
    const auto output = run({.argv = {"mandoc", "-T", "lint", "-W", "warning", file.string()}});
    REQUIRE(output);
    CHECK(output->out == "");
    CHECK(output->exit_code == 0);
  }
}

TEST_CASE("man shows commands, options, exit codes and an example") {
  if (!is_installed("man") || !is_installed("col")) return;
  const Pages pages;
  const auto job = pages.text("edgeferry-job.1");
  for (const auto* words :
       {"NAME", "Migration jobs", "edgeferry job create [OPTION...] --source SOURCE",
        "--boot-proof required|warn|off", "EXIT STATUS", "EDGEFERRY_CONFIG",
        "edgeferry job create --source s-d2lqhh38dnv8k1dm0zha --name web-1",
        "The command line is not understood."}) {
    CAPTURE(words);
    CHECK(job.find(words) != std::string::npos);
  }
  const auto program = pages.text("edgeferry.1");
  CHECK(program.find("edgeferry-job(1)") != std::string::npos);
  CHECK(program.find("job cutover") != std::string::npos);
  const auto agent = pages.text("edgeferry-agent.8");
  CHECK(agent.find("--code-file FILE") != std::string::npos);
  CHECK(agent.find("freeze-hooks.d") != std::string::npos);
}

TEST_CASE("edgeferry.toml(5) has every key of docs/configuration.md") {
  if (!is_installed("man") || !is_installed("col")) return;
  const Pages pages;
  const auto page = pages.text("edgeferry.toml.5");
  for (const auto* words : {"[cluster]", "[[node]]", "sealed_data", "Default: \"auto\".",
                            "Allowed: auto, on or off.", "Encryption of the data link."}) {
    CAPTURE(words);
    CHECK(page.find(words) != std::string::npos);
  }
  CHECK(page.find('`') == std::string::npos);
}

TEST_CASE("text on a page is never a request, an escape or a mark") {
  CHECK(Roff::plain(".so /etc/passwd \\fB'x'-y") == ".so /etc/passwd \\efB\\(aqx\\(aq\\-y");
  Roff page{"X", "1"};
  page.paragraph(".so /etc/passwd");
  CHECK(page.text().ends_with(".PP\n\\&.so /etc/passwd\n"));
}
