// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A client of edgeferry's message bus (docs/message-bus.md) on zeromq and @msgpack/msgpack. It
// connects again by itself, and goes on with the next event.
'use strict';

const { encode, decode } = require('@msgpack/msgpack');
const zeromq = require('zeromq');

const credit = 500;      // events that may be on their way
const quietMs = 2000;    // without a message; then it is looked whether the bus is still there
const answerMs = 5000;   // for what is answered at once
const callMs = 30000;    // for what the cluster works on

/** What the bus has refused. `error` has error, name, what and fix; of jobs also job. */
class BusError extends Error {
  constructor(status, error) {
    super(`${error.error} ${error.what}. Fix: ${error.fix}`);
    Object.assign(this, { status, error, name: error.name });
  }
}

class BusTimeout extends Error {}

class Bus {
  /** `serverKey`: what `edgeferry cluster key` shows as the bus key. `patienceMs`: for a bus that
   * is not there, before a BusTimeout. */
  constructor({ endpoint, serverKey, accessKey, secret, patienceMs = 60000 }) {
    Object.assign(this, { endpoint, serverKey, patienceMs });
    this.login = { access_key: accessKey, secret };
    this.ids = 0;
    this.waiting = new Map();  // what is done with an answer, by its number
    this.pushed = [];
    this.wake = () => {};
    this.sent = Promise.resolve();
  }

  close() { this.socket?.close(); this.socket = undefined; }

  /** Does what the console's API does by this operationId, and resolves to its answer. After a
   * BusTimeout it is not known whether it was done. */
  call(operation, parameters = {}, body = {}) {
    return this.askAgain('call', callMs, { operation, parameters, body });
  }

  /** All jobs, nodes, sources and workgroups, and `seq`: follow from there. */
  async snapshot() {
    const all = await this.askAgain('snapshot', callMs, {});
    for (let { next } = all; next;) {
      const page = await this.askAgain('snapshot', callMs, { after: next });
      for (const kind of ['jobs', 'nodes', 'sources', 'workgroups']) all[kind].push(...page[kind]);
      next = page.next;
    }
    return all;
  }

  /** Yields every event with a number above `after` once, in order, for ever. A BusError of the
   * name events_gone says that a new snapshot is needed. */
  async* follow(after) {
    const begin = () => this.askAgain('follow', answerMs, { after, credit });
    for (await begin(); ;) {
      const message = this.pushed.shift() || await this.nextPushed();
      if (!message) {
        if (!await this.isThere()) await begin();
      } else if (message.error) {
        if (message.error.name === 'events_gone') throw new BusError(message.status, message.error);
        await begin();  // another link, or too many requests
      } else if (message.events) {
        for (const event of message.events) {
          if (event.seq === after + 1) { after += 1; yield event; }
        }
        if (message.events.at(-1).seq > after) await begin();
        else await this.send({ type: 'credit', credit: message.events.length });
      }
    }
  }

  /** Undefined if nothing comes for a while. */
  async nextPushed() {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, quietMs);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
    return this.pushed.shift();
  }

  isThere() {
    return this.ask('ping', answerMs, {}).then(() => true, (error) => {
      if (!(error instanceof BusError)) this.close();
      return error.status === 429;
    });
  }

  /** A new socket with a key that nobody needs to know, logged in; one at a time. */
  connect() {
    this.connecting ??= this.logIn().finally(() => { this.connecting = undefined; });
    return this.connecting;
  }

  async logIn() {
    for (const until = Date.now() + this.patienceMs; ;) {
      this.close();
      const { publicKey, secretKey } = zeromq.curveKeyPair();
      this.socket = new zeromq.Dealer({
        curveServerKey: this.serverKey, curvePublicKey: publicKey, curveSecretKey: secretKey,
        linger: 0,
      });
      this.socket.connect(this.endpoint);
      this.listen(this.socket).catch(() => {});  // it ends when the socket is closed
      try {
        return await this.ask('login', answerMs, this.login);
      } catch (error) {
        if (error instanceof BusError || Date.now() > until) throw error;
      }
    }
  }

  async listen(socket) {
    for await (const [frame] of socket) {
      const message = decode(frame);
      const answered = this.waiting.get(message.id);
      if (answered) answered(message);
      else { this.pushed.push(message); this.wake(); }
    }
  }

  /** Once more over a link that is logged in, if this one is not: then nothing was done. */
  async askAgain(type, ms, words) {
    try {
      if (this.socket) return await this.ask(type, ms, words);
    } catch (error) {
      if (error instanceof BusError ? error.status !== 401 : type === 'call') throw error;
    }
    await this.connect();
    return this.ask(type, ms, words);
  }

  async ask(type, ms, words) {
    const id = ++this.ids;
    let timer;
    const message = await new Promise((resolve, reject) => {
      const late = new BusTimeout(`${this.endpoint} did not answer to ${type}`);
      timer = setTimeout(reject, ms, late);
      this.waiting.set(id, resolve);
      this.send({ id, type, ...words }).catch(reject);
    }).finally(() => { clearTimeout(timer); this.waiting.delete(id); });
    if (message.error) throw new BusError(message.status, message.error);
    return message.ok;
  }

  /** One message at a time, as zeromq wants it. */
  send(words) {
    const { socket } = this;
    this.sent = this.sent.catch(() => {}).then(() => socket.send(encode({ v: 1, ...words })));
    return this.sent;
  }
}

module.exports = { Bus, BusError, BusTimeout };
