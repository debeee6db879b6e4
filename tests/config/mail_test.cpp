// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The mail server in the cluster file.
#include <doctest/doctest.h>

#include "config/mail_address.hpp"
#include "tests/config/mistakes.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// What is wrong with a cluster file that has this [mail].
std::string mail_mistake(const std::string& mail) { return mistake("[mail]\n" + mail); }

}  // namespace

TEST_CASE("a mail server needs a sender, and a password only by TLS and with its user") {
  CHECK(mail_mistake("") == "none");
  CHECK(mail_mistake("server = \"mail.example.org\"\nfrom = \"ferry@example.org\"") == "none");
  CHECK(mail_mistake("server = \"mail\"").find("from is ''") != std::string::npos);
  const std::string good = "server = \"mail\"\nfrom = \"f@example.org\"\n";
  CHECK(mail_mistake(good + "user = \"u\"").find("without password_file") != std::string::npos);
  CHECK(mail_mistake(good + "password_file = \"p\"").find("without user") != std::string::npos);
  const auto login = "user = \"u\"\npassword_file = \"p\"\n";
  CHECK(mail_mistake(good + login) == "none");
  CHECK(mail_mistake(good + login + "tls = \"off\"").find("would read the password") !=
        std::string::npos);
  CHECK(mail_mistake("server = \"mail\"\nfrom = \"a@b\\r\\nBcc: x\"") != "none");
}

TEST_CASE("what could end a header or a command is no mail address") {
  for (const auto* good : {"ops@example.org", "a.b+c=d@x", "o'neil@example.org"}) {
    CHECK_MESSAGE(is_mail_address(good), good);
  }
  for (const auto* bad :
       {"", "ops", "@x", "a@", "a@b@c", "a b@x", "a@b c", "a\r\n@x", "<a@x>", "a>@x", "\"a\"@x",
        ".a@x", "a..b@x", "a@[1.2.3.4]", "a,b@x", "\xc3\xa9@x", "a@-x", "a@x\n"}) {
    CHECK_MESSAGE(!is_mail_address(bad), bad);
  }
  CHECK(!is_mail_address(std::string(65, 'a') + "@x"));
}
