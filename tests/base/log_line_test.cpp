// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log_line.hpp"

#include <limits>
#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace ferry;

namespace {

using Fields = std::vector<log::Field>;
using Json = nlohmann::json;

const auto context = trace::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
constexpr std::int64_t at_ms = 1'795'827'600'042;  // 2026-11-28T01:00:00.042Z

Json json_of(const Fields& fields, const trace::Context& of = {}) {
  const auto line = log::to_json({at_ms, log::Level::warning, "worker-1", "it ends", fields, of});
  CHECK(line.find('\n') == std::string::npos);
  return Json::parse(line);  // throws for what is no JSON
}

std::string text_of(const Fields& fields, const trace::Context& of = {}) {
  return log::to_text({at_ms, log::Level::info, "worker-1", "it ends", fields, of});
}

}  // namespace

TEST_CASE("a line as JSON has its parts in order, and its fields apart") {
  const Fields fields{{"job", "j-1"}, {"node", "transition-1"}, {"epoch", 7}, {"part", 0.5}};
  CHECK(log::to_json({at_ms, log::Level::info, "controller", "it ends", fields, context}) ==
        R"({"time":"2026-11-28T01:00:00.042Z","level":"info","node":"controller",)"
        R"("event":"it ends","trace":"4bf92f3577b34da6a3ce929d0e0e4736",)"
        R"("span":"00f067aa0ba902b7","fields":{"job":"j-1","node":"transition-1","epoch":7,)"
        R"("part":0.5}})");
  const auto without = json_of({});
  CHECK(!without.contains("trace"));
  CHECK(!without.contains("span"));
  CHECK(without["level"] == "warning");
  CHECK(without["fields"] == Json::object());
}

TEST_CASE("no value breaks a line of JSON") {
  const std::string all_controls = [] {
    std::string text;
    for (int c = 0; c < 128; ++c) text.push_back(static_cast<char>(c));
    return text;
  }();
  for (const auto& value : {std::string{"\"}\n{\"level\":\"error"}, all_controls, std::string{"\\"},
                            std::string{}, std::string{"\u2028\u202e日本"}}) {
    CHECK(json_of({{"why", value}})["fields"]["why"] == value);
  }
  CHECK(json_of({{"why", "a\xff\xc3"}})["fields"]["why"] == "a\ufffd\ufffd");
  CHECK(json_of({{"cut", std::string{"\xe6\x97"}}})["fields"]["cut"] == "\ufffd");
  std::mt19937_64 random{20261128};
  for (int i = 0; i < 2000; ++i) {
    std::string value(random() % 50, '\0');
    for (auto& c : value) c = static_cast<char>(random());
    CHECK(json_of({{"why", value}}).contains("event"));
  }
}

TEST_CASE("numbers are numbers in JSON, where it has them") {
  const auto fields = json_of({{"most", std::numeric_limits<std::uint64_t>::max()},
                               {"least", std::numeric_limits<std::int64_t>::min()},
                               {"none", std::numeric_limits<double>::quiet_NaN()},
                               {"digits", "17"}})["fields"];
  CHECK(fields["most"] == std::numeric_limits<std::uint64_t>::max());
  CHECK(fields["least"] == std::numeric_limits<std::int64_t>::min());
  CHECK(fields["none"] == "nan");
  CHECK(fields["digits"] == "17");  // a text stays one
}

TEST_CASE("a line for people quotes what has blanks, and obeys nothing") {
  CHECK(text_of({}) == "it ends");
  CHECK(text_of({{"job", "j-1"}, {"n", 3}}, context) ==
        "it ends job=j-1 n=3 trace=4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(text_of({{"why", "no room"}, {"empty", ""}}) == R"(it ends why="no room" empty="")");
  CHECK(text_of({{"why", "a\"b\\c d"}}) == R"(it ends why="a\"b\\c d")");
  CHECK(text_of({{"why", "a=b"}}) == R"(it ends why="a=b")");
  CHECK(text_of({{"why", "a\nI fake line\r\x1b[31m"}}) == R"(it ends why="a I fake line  [31m")");
}

TEST_CASE("levels and formats have names, and what is none is the usual one") {
  for (const auto level :
       {log::Level::debug, log::Level::info, log::Level::warning, log::Level::error}) {
    CHECK(log::level_of(log::to_string(level)) == level);
  }
  CHECK(log::level_of("loud") == log::Level::info);
  CHECK(log::format_of("json") == log::Format::json);
  CHECK(log::format_of("xml") == log::Format::text);
}
