// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <set>

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"

using namespace ferry;

TEST_CASE("sizes are read with binary units and refused with advice") {
  CHECK(parse_bytes("512").value() == 512);
  CHECK(parse_bytes("64KiB").value() == 65536);
  CHECK(parse_bytes("1.5 GiB").value() == 1610612736);
  CHECK(parse_bytes("20G").value() == 20ULL << 30);
  for (const auto* bad : {"", "x", "5 parsecs", "-1", "1KB", "99999999999 TiB"}) {
    const auto result = parse_bytes(bad);
    REQUIRE(!result);
    CHECK(!remedy(result.error()).empty());
  }
}

TEST_CASE("times are read with their unit, and written so that they are read again") {
  CHECK(parse_duration_ms("250 ms").value() == 250);
  CHECK(parse_duration_ms("1.5s").value() == 1500);
  CHECK(parse_duration_ms("10 min").value() == 600'000);
  for (const std::uint64_t ms : {0ULL, 1ULL, 1500ULL, 90'000ULL, 120'000ULL, 7'200'000ULL}) {
    CHECK(parse_duration_ms(duration_text(ms)).value() == ms);
  }
  CHECK(duration_text(90'000) == "90 s");
  for (const auto* bad : {"", "5", "x", "-1 s", "1 week"}) CHECK(!parse_duration_ms(bad));
}

TEST_CASE("bytes survive the way through hex and base64url") {
  for (std::size_t size = 0; size < 70; ++size) {
    const auto bytes = random_bytes(size);
    CHECK(from_hex(to_hex(std::as_bytes(std::span{bytes}))).value() == bytes);
    CHECK(from_base64url(to_base64url(bytes)).value() == bytes);
  }
  CHECK(!from_hex("0g"));
  CHECK(!from_base64url("a+b"));
}

TEST_CASE("an id has the shape of the real service's ids and is not repeated") {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(random_id("s"));
  CHECK(ids.size() == 1000);
  CHECK(ids.begin()->size() == 22);
}

TEST_CASE("what a terminal would obey is not printable, lines and other alphabets are") {
  CHECK(printable("a\x1b[2J\r\x7f") == "a?[2J??");
  CHECK(printable("caf\xc3\xa9\t1\n") == "caf\xc3\xa9\t1\n");
}

TEST_CASE("names of any bytes can be shown, and are recognised") {
  CHECK(escaped("plain/caf\xc3\xa9/\xe5\x90\x8d\xf0\x9f\x9a\xa2") ==
        "plain/caf\xc3\xa9/\xe5\x90\x8d\xf0\x9f\x9a\xa2");
  CHECK(escaped("a\nb\x1b[2J\x7f") == "a\\x0ab\\x1b[2J\\x7f");
  CHECK(escaped("\xc3(\xff\xc0\x80\xed\xa0\x80") == "\\xc3(\\xff\\xc0\\x80\\xed\\xa0\\x80");
  CHECK(escaped("\xc2\x9b") == "\\xc2\\x9b");  // a terminal may obey it
  CHECK(escaped("\xe5\x90") == "\\xe5\\x90");  // cut
  CHECK(escaped(escaped("\xff\n")) == escaped("\xff\n"));
  CHECK(escaped("").empty());
}

TEST_CASE("an error prints its stable number, the facts and the next step") {
  const Error error{Errc::source_unsupported, "windows server 2019", ""};
  CHECK(to_string(error).starts_with("FERRY-2031 windows server 2019. Fix: "));
  std::size_t count = 0;
  const auto* table = error_table(&count);
  for (std::size_t i = 0; i < count; ++i) CHECK(!table[i].fix.empty());
}

TEST_CASE("a program's failure is reported in its own words") {
  auto result = run_ok({.argv = {"sh", "-c", "echo no luck >&2; exit 3"}});
  REQUIRE(!result);
  CHECK(result.error().code == Errc::program_failed);
  CHECK(result.error().what == "sh ended with 3: no luck");
  CHECK(run_ok({.argv = {"no-such-program-here"}}).error().code == Errc::program_missing);
  CHECK(run_ok({.argv = {"sleep", "60"}, .timeout = std::chrono::seconds{1}}).error().code ==
        Errc::program_timeout);
}

TEST_CASE("a durable write replaces the whole file") {
  const auto path = std::filesystem::temp_directory_path() / random_id("ferry-test");
  REQUIRE(write_file_durably(path, "first and longer"));
  REQUIRE(write_file_durably(path, "second"));
  CHECK(read_file(path).value() == "second");
  CHECK(read_file(path, 3).error().code == Errc::limit_exceeded);
  std::filesystem::remove(path);
}
