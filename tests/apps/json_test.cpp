// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever a command says to a program is JSON.
#include "http/json.hpp"

#include <doctest/doctest.h>

#include "tests/actors/scratch.hpp"
#include "tests/apps/programs.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

bool is_object(const std::string& text) {
  const auto json = Json::parse(text, nullptr, false);
  return !json.is_discarded() && json.is_object();
}

Json told(const std::vector<std::string>& words) {
  auto with_json = words;
  with_json.emplace_back("--json");
  const auto output = call("edgeferry", with_json);
  CHECK_MESSAGE(output.exit_code == 0, output.err);
  REQUIRE_MESSAGE(is_object(output.out), output.out);
  return Json::parse(output.out);
}

}  // namespace

TEST_CASE("every command says in JSON why it can't, or what it has to say without a cluster") {
  const Folder folder;
  std::size_t count = 0;
  for_commands("edgeferry", [&](std::vector<std::string> words) {
    if (words == std::vector<std::string>{"machine", "resume"}) return;  // it becomes another one
    words.insert(words.end(), {"--json", "--config", (folder.path() / "none.toml").string()});
    const auto output = call("edgeferry", words);
    CAPTURE(words[0] + " " + words[1]);
    CHECK_MESSAGE(is_object(output.exit_code == 0 ? output.out : output.err), output.out,
                  output.err);
    ++count;
  });
  CHECK(count > 60);
}

TEST_CASE("reference pages are tables for programs") {
  const auto errors = told({"reference", "errors"});
  const auto& table = errors["tables"].at(0);
  REQUIRE(table["columns"].size() >= 3);
  CHECK(table["rows"].size() > 10);
  for (const auto& row : table["rows"]) {
    CHECK(row["cells"].size() == table["columns"].size());
    CHECK(row["cells"][0].get<std::string>().starts_with("FERRY-"));
  }
  CHECK(errors["text"].get<std::string>().starts_with("# Errors"));
  for (const auto* page : {"messages", "preflight", "exit-codes"}) {
    CHECK_FALSE(told({"reference", page})["tables"].empty());
  }
}

TEST_CASE("what is written or printed as a whole is named") {
  const Folder folder;
  const auto manual = told({"reference", "manual", folder.path().string()});
  CHECK(manual["pages"].size() > 5);
  for (const auto& page : manual["pages"]) {
    CHECK(std::filesystem::exists(folder.path() / page.get<std::string>()));
  }
  CHECK(told({"completion", "bash"})["script"].get<std::string>().find("complete") !=
        std::string::npos);
  const auto file = (source_folder() / "config" / "quickstart.toml").string();
  CHECK(told({"bucket", "list", file})["buckets"][0]["name"] == "default");
}

TEST_CASE("an agent that can't register says why in JSON") {
  const Folder folder;
  const auto output =
      call("edgeferry-agent", {"register", "--json", "--controller", "tcp://127.0.0.1:1", "--code",
                               "no-code", "--state", (folder.path() / "state").string()});
  CHECK(output.exit_code == 1);
  CHECK_MESSAGE(is_object(output.err), output.err);
  const auto usage = call("edgeferry-agent", {"register", "--json"});
  CHECK(usage.exit_code == 2);
  CHECK_MESSAGE(is_object(usage.err), usage.err);
}
