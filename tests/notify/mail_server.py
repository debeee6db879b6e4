#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""mail_server.py FOLDER plain|starttls|tls [PASSWORD]

An SMTP server at a port of 127.0.0.1, which it prints, until its input ends. It keeps each mail in
FOLDER as N.eml, and what Python's own parser reads in it as N.headers, N.subject and N.text. With a
PASSWORD, the user "ferry" has to log in. It refuses refused@..., and busy@... for now.
"""
import asyncio
import email
import email.policy
import os
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode, password = pathlib.Path(sys.argv[1]), sys.argv[2], (sys.argv[3:] or [None])[0]


class Keeper:
    def __init__(self):
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such \x1b[31muser"
        if address.startswith("busy@"):
            return "451 4.3.2 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        keep = lambda what, text: (folder / f"{self.count}.{what}").write_bytes(text)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        keep("eml", envelope.content)
        keep("headers", "\n".join(mail.keys()).encode())
        keep("subject", str(mail["subject"]).encode())
        keep("text", mail.get_content().encode())
        by_tls = server.transport.get_extra_info("ssl_object") is not None
        told = [envelope.mail_from, *envelope.rcpt_tos, str(by_tls), str(session.authenticated)]
        keep("envelope", " ".join(told).encode())
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"ferry" and data.password == password.encode()
    return AuthResult(success=good, handled=False)


async def main():
    context = None
    if mode != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    keeper = Keeper()

    def protocol():
        return SMTP(keeper, tls_context=context if mode == "starttls" else None,
                    require_starttls=mode == "starttls", auth_required=password is not None,
                    auth_require_tls=mode == "starttls",
                    authenticator=authenticate if password else None)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0,
                                      ssl=context if mode == "tls" else None)
    # In one piece: whoever reads it is gone right after.
    os.write(1, f"{server.sockets[0].getsockname()[1]}\n".encode())
    await loop.run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
