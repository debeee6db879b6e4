# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""A client of edgeferry's message bus (docs/message-bus.md) on pyzmq and msgpack.

One thread uses a Bus at a time. It connects again by itself, and goes on with the next event.
"""

import collections
import time

import msgpack
import zmq

VERSION = 1
CREDIT = 500  # events that may be on their way
QUIET_S = 2   # without a message; then it is looked whether the bus is still there
ANSWER_S = 5  # for what is answered at once
CALL_S = 30   # for what the cluster works on


class BusError(Exception):
    """What the bus has refused. `error` has error, name, what and fix; of jobs also job."""

    def __init__(self, status, error):
        super().__init__(f"{error.get('error')} {error.get('what')}. Fix: {error.get('fix')}")
        self.status = status
        self.error = error
        self.name = error.get("name")


class Bus:
    def __init__(self, endpoint, server_key, access_key, secret, patience_s=60):
        """`server_key`: what `edgeferry cluster key` shows as the bus key. `patience_s`: for a
        bus that is not there, before a TimeoutError."""
        self._endpoint, self._server_key = endpoint, server_key.encode()
        self._login = {"access_key": access_key, "secret": secret}
        self._patience_s = patience_s
        self._context = zmq.Context()
        self._socket = None
        self._ids = 0
        self._pushed = collections.deque()
        self._connect()

    def close(self):
        self._context.destroy(linger=0)

    def call(self, operation, parameters=None, body=None):
        """Does what the console's API does by this operationId; returns its answer. After a
        TimeoutError it is not known whether it was done."""
        words = {"operation": operation, "parameters": parameters or {}, "body": body or {}}
        return self._ask_again("call", CALL_S, words)

    def snapshot(self):
        """All jobs, nodes, sources and workgroups, and `seq`: follow from there."""
        everything = page = self._ask_again("snapshot", CALL_S, {})
        while page["next"]:
            page = self._ask_again("snapshot", CALL_S, {"after": page["next"]})
            for kind in ("jobs", "nodes", "sources", "workgroups"):
                everything[kind] += page[kind]
        return everything

    def follow(self, after):
        """Yields every event with a number above `after` once, in order, for ever. A BusError of
        the name events_gone says that a new snapshot is needed."""
        self._follow(after)
        while True:
            message = self._pushed.popleft() if self._pushed else self._receive(QUIET_S)
            if message is None:
                if not self._is_there():
                    self._follow(after)
            elif "error" in message:
                if message["error"]["name"] == "events_gone":
                    raise BusError(message["status"], message["error"])
                self._follow(after)  # another link, or too many requests
            elif events := message.get("events"):
                for event in events:
                    if event["seq"] == after + 1:
                        after += 1
                        yield event
                if events[-1]["seq"] > after:
                    self._follow(after)
                else:
                    self._send({"type": "credit", "credit": len(events)})

    def _follow(self, after):
        self._ask_again("follow", ANSWER_S, {"after": after, "credit": CREDIT})

    def _is_there(self):
        try:
            self._ask("ping", ANSWER_S, {})
            return True
        except BusError as refused:
            return refused.status != 401
        except TimeoutError:
            self._connect()
            return False

    def _connect(self):
        """A new socket with a key that nobody needs to know, logged in."""
        until = time.monotonic() + self._patience_s
        while True:
            if self._socket is not None:
                self._socket.close(linger=0)
            public, secret = zmq.curve_keypair()
            self._socket = self._context.socket(zmq.DEALER)
            self._socket.curve_serverkey = self._server_key
            self._socket.curve_publickey, self._socket.curve_secretkey = public, secret
            self._socket.connect(self._endpoint)
            self._pushed.clear()
            try:
                return self._ask("login", ANSWER_S, self._login)
            except TimeoutError:
                if time.monotonic() > until:
                    raise

    def _ask_again(self, kind, seconds, words):
        """Once more over a link that is logged in, if this one is not: then nothing was done."""
        try:
            return self._ask(kind, seconds, words)
        except BusError as refused:
            if refused.status != 401:
                raise
        except TimeoutError:
            if kind == "call":
                raise
        self._connect()
        return self._ask(kind, seconds, words)

    def _ask(self, kind, seconds, words):
        self._ids += 1
        self._send({"id": self._ids, "type": kind, **words})
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            message = self._receive(left)
            if message is None:
                continue
            if message.get("id") != self._ids:
                self._pushed.append(message)
            elif "error" in message:
                raise BusError(message["status"], message["error"])
            else:
                return message["ok"]
        raise TimeoutError(f"{self._endpoint} did not answer to {kind}")

    def _send(self, words):
        self._socket.send(msgpack.packb({"v": VERSION, **words}))

    def _receive(self, seconds):
        if not self._socket.poll(max(1, int(seconds * 1000))):
            return None
        return msgpack.unpackb(self._socket.recv())
