// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The mail server in the cluster file.
#include <doctest/doctest.h>

#include "config/cluster_config.hpp"
#include "config/mail_address.hpp"

using namespace ferry;

namespace {

/// The mistakes of a cluster file with this [mail], one a line.
std::string mistakes(const std::string& mail) {
  const auto read = parse_config("[cluster]\nname = \"lab\"\n[mail]\n" + mail +
                                     "\n[[node]]\nname = \"controller\"\nrole = \"controller\"\n"
                                     "listen = \"tcp://127.0.0.1:7443\"\n",
                                 "/etc/lab.toml");
  std::string text;
  if (!read) {
    for (const auto& error : read.error()) text += to_string(error) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a mail server needs a sender, and a password only by TLS and with its user") {
  CHECK(mistakes("") == "");
  CHECK(mistakes("server = \"mail.example.org\"\nfrom = \"ferry@example.org\"") == "");
  CHECK(mistakes("server = \"mail\"").find("from is ''") != std::string::npos);
  const std::string good = "server = \"mail\"\nfrom = \"f@example.org\"\n";
  CHECK(mistakes(good + "user = \"u\"").find("without password_file") != std::string::npos);
  CHECK(mistakes(good + "password_file = \"p\"").find("without user") != std::string::npos);
  const auto login = "user = \"u\"\npassword_file = \"p\"\n";
  CHECK(mistakes(good + login) == "");
  CHECK(mistakes(good + login + "tls = \"off\"").find("would read the password") !=
        std::string::npos);
  CHECK(mistakes("server = \"mail\"\nfrom = \"a@b\\r\\nBcc: x\"") != "");
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
