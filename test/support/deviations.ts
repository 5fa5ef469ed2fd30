/**
 * What strangers get wrong, planted in a node of ours through its ports: each with the check of the conformance runner
 * that catches it. Nothing of this is in the product.
 */
import { decrypt, readMessage } from 'openpgp';
import { type OpenLink, openLink } from '../../adapters/transport/link.js';
import type { CheckId } from '../../node/cli/conformance/checks.js';
import type { FaultCode } from '../../node/core/fault.js';
import { ok } from '../../node/core/fault.js';
import { feedKey } from '../../node/core/ids.js';
import { type Ballot, ballotKey } from '../../node/core/settlement/ballot.js';
import { valueHash } from '../../node/core/settlement/value.js';
import type { Statement } from '../../node/core/statement.js';
import type { Doors } from '../../node/corridor/doors.js';
import type { Keys } from '../../node/envelope/keys.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { STATEMENT_PLACE } from '../../node/envelope/seal.js';
import type { Frame, Link, Sealer } from '../../node/ports.js';
import { readStatement } from '../../node/wire/codec.js';
import { readFrame, writeFrame } from '../../node/wire/frames.js';
import type { Deviation } from './live-node.js';

/** One mistake and what catches it. */
export interface Mistake {
  /** As a sentence about the node that makes it. */
  readonly says: string;
  readonly caughtBy: CheckId;
  /** Stands in what the check says of it. */
  readonly reason: string;
  /** Made anew for each node. */
  readonly plant: () => Deviation;
}

export const MISTAKES: readonly Mistake[] = [
  {
    says: 'trusts a card as soon as it is on file',
    caughtBy: 'handshake/unverified',
    reason: 'said hello',
    plant: () => ({ trusting: true }),
  },
  {
    says: 'takes any version for its own',
    caughtBy: 'handshake/no-common-version',
    reason: 'the end of the conversation',
    plant: () => onFrames((frame) => (frame.kind === 'hello' ? { ...frame, versions: [1] } : frame)),
  },
  {
    says: 'lets an older life of a peer speak',
    caughtBy: 'handshake/older-life',
    reason: 'the end of the conversation',
    plant: () => {
      let latest = 0;
      return onFrames((frame) => {
        if (frame.kind !== 'hello') return frame;
        latest = Math.max(latest, frame.incarnation);
        return { ...frame, incarnation: latest };
      });
    },
  },
  {
    says: 'passes over a second Hello',
    caughtBy: 'handshake/second-hello',
    reason: 'the end of the conversation',
    plant: () => {
      const greeted = new WeakSet<object>();
      return onFrames((frame, link) => {
        if (frame.kind !== 'hello') return frame;
        if (greeted.has(link)) return undefined;
        greeted.add(link);
        return frame;
      });
    },
  },
  {
    says: 'takes a statement under two signatures',
    caughtBy: 'envelopes/two-signatures',
    reason: 'unreadable for entry',
    plant: () => lenient('ENVELOPE_SIGNATURES'),
  },
  {
    says: 'takes the signature of any verified node',
    caughtBy: 'envelopes/other-signer',
    reason: 'unreadable for entry',
    plant: () => lenient('ENVELOPE_FOREIGN'),
  },
  {
    says: 'takes a statement that was made for somebody else',
    caughtBy: 'envelopes/other-recipient',
    reason: 'unreadable for entry',
    plant: () => lenient('STATEMENT_RECIPIENT'),
  },
  {
    says: 'takes a statement out of another place of the feed',
    caughtBy: 'envelopes/other-sequence',
    reason: 'unreadable for entry',
    plant: () => lenient('STATEMENT_SEQUENCE'),
  },
  {
    says: 'gives a receipt for entries behind a gap',
    caughtBy: 'replication/gap',
    reason: 'a receipt for entries behind a gap',
    plant: () =>
      onLinks(({ sealer, feeds }) => (frame, link) => {
        if (frame.kind !== 'entries' || frame.from <= feeds.head(frame.feed).tip.size) return frame;
        const read = sealer.readCheckpoint(frame.feed, frame.checkpoint);
        if (read.ok) {
          const note = sealer.cosign(read.value, Date.now() as Parameters<Sealer['cosign']>[1]);
          void link.send({ kind: 'receipt', feed: frame.feed, note });
        }
        return undefined;
      }),
  },
  {
    says: 'bears a fork: what it holds already it does not look at',
    caughtBy: 'replication/fork-leaf',
    reason: 'the end of the conversation',
    plant: () =>
      onLinks(({ feeds, self }) => (frame, link) => {
        if (frame.kind !== 'entries' || frame.feed.author === self.node) return frame;
        const { tip, checkpoint } = feeds.head(frame.feed);
        if (frame.from + frame.entries.length > tip.size || checkpoint === undefined) return frame;
        void link.send({ kind: 'receipt', feed: frame.feed, note: checkpoint });
        return undefined;
      }),
  },
  {
    says: 'gives a receipt for less than it took',
    caughtBy: 'replication/receipt',
    reason: 'a receipt for 2 entries',
    plant: () => {
      const before = new Map<string, Uint8Array>();
      return onSending((frame, send) => {
        if (frame.kind !== 'receipt') return send(frame);
        const note = before.get(feedKey(frame.feed)) ?? frame.note;
        before.set(feedKey(frame.feed), frame.note);
        return send({ ...frame, note });
      });
    },
  },
  {
    says: 'encrypts anew what it streams again',
    caughtBy: 'replication/resume',
    reason: 'came again in other bytes',
    plant: () => {
      const sent = new Set<string>();
      return onSending((frame, send) => {
        if (frame.kind !== 'entries') return send(frame);
        const entries = frame.entries.map((entry, index) => {
          const place = `${feedKey(frame.feed)} ${frame.from + index}`;
          const isAgain = sent.has(place);
          sent.add(place);
          return isAgain ? { ...entry, envelope: Uint8Array.from([...entry.envelope, 0]) } : entry;
        });
        return send({ ...frame, entries });
      });
    },
  },
  {
    says: 'sends what is not acknowledged again and again without waiting',
    caughtBy: 'replication/window',
    reason: 'under way without a receipt',
    plant: () =>
      onSending(async (frame, send) => {
        const times = frame.kind === 'entries' ? 3 : 1;
        for (let time = 0; time < times; time += 1) await send(frame);
      }),
  },
  {
    says: 'forgets that the author lets details go no further',
    caughtBy: 'disclosure/onward-nobody',
    reason: 'to a third organisation',
    plant: () =>
      hearing((statement) =>
        statement.body.kind === 'detail_grant'
          ? { ...statement, body: { ...statement.body, onward: 'own_vendors' } }
          : statement,
      ),
  },
  {
    says: 'takes AMBER+STRICT for AMBER',
    caughtBy: 'disclosure/strict-without-consent',
    reason: 'to a third organisation',
    plant: () =>
      hearing((statement) =>
        statement.body.kind === 'detail_grant' ? { ...statement, tlp: 'AMBER' } : statement,
      ),
  },
  {
    says: 'votes for whatever is proposed',
    caughtBy: 'settlement/other-proposer',
    reason: 'voted for it',
    plant: () => voting(() => true),
  },
  {
    says: 'votes again for a second proposal of the round',
    caughtBy: 'settlement/votes-once',
    reason: 'voted for two values',
    plant: () => {
      const keys = new Map<string | undefined, string>();
      return voting((ballot) => {
        const key = `${ballot.author} ${ballotKey(ballot.caseId, ballot.charter, ballot.body)}`;
        const first = keys.get(key) ?? ballot.id;
        keys.set(key, first);
        return first !== ballot.id;
      });
    },
  },
  {
    says: 'counts a relayed vote or commit for who relays it',
    caughtBy: 'settlement/no-commit-without-notar',
    reason: 'on the votes of two of three',
    plant: () =>
      hearing((statement) => {
        const { body, author } = statement;
        if (body.kind !== 'ballot' || body.ballot.author === author) return statement;
        if (body.ballot.body.kind !== 'vote' && body.ballot.body.kind !== 'commit') return statement;
        const id = `${author.slice(0, 24)}${body.ballot.id.slice(24)}` as Ballot['id'];
        return { ...statement, body: { kind: 'ballot', ballot: { ...body.ballot, author, id } } };
      }),
  },
  {
    says: 'throws frames over their bound away and goes on',
    caughtBy: 'hostile/oversize-frame',
    reason: 'the end of the conversation',
    plant: () => deafTo('FRAME_OVERSIZE'),
  },
  {
    says: 'passes over frames of an unknown kind',
    caughtBy: 'hostile/unknown-frame',
    reason: 'the end of the conversation',
    plant: () => deafTo('FRAME_UNKNOWN'),
  },
  {
    says: 'answers a fault with a fault',
    caughtBy: 'hostile/fault-not-answered',
    reason: 'answered with a fault',
    plant: () =>
      onLinks(() => (frame, link) => {
        if (frame.kind === 'fault')
          void link.send({ kind: 'fault', fault: { code: 'FRAME_ORDER' }, fatal: true });
        return frame;
      }),
  },
];

/** Rewrites what arrives before the link reads it; `undefined` throws a frame away. */
function onFrames(rewrite: (frame: Frame, link: object) => Frame | undefined): Deviation {
  const open: OpenLink = (peer, wire) => {
    const end = openLink(peer, wire);
    const arrived = (bytes: Uint8Array) => {
      const read = readFrame(bytes);
      if (!read.ok) return end.arrived(bytes);
      const frame = rewrite(read.value, end);
      if (frame !== undefined) end.arrived(writeFrame(frame));
    };
    return { ...end, arrived };
  };
  return { open };
}

function deafTo(code: FaultCode): Deviation {
  const open: OpenLink = (peer, wire) => {
    const end = openLink(peer, wire);
    const arrived = (bytes: Uint8Array) => {
      const read = readFrame(bytes);
      if (read.ok || read.fault.code !== code) end.arrived(bytes);
    };
    return { ...end, arrived };
  };
  return { open };
}

type Filter = (frame: Frame, link: Link) => Frame | undefined;

/** Rewrites what a link hands on, with the doors at hand. */
function onLinks(filterOf: (doors: Doors) => Filter): Deviation {
  return linked((link, doors) => {
    const filter = filterOf(doors);
    const { frames } = link;
    return {
      ...link,
      frames: {
        [Symbol.asyncIterator]() {
          const iterator = frames[Symbol.asyncIterator]();
          return {
            async next() {
              for (;;) {
                const taken = await iterator.next();
                if (taken.done === true) return taken;
                const frame = filter(taken.value, link);
                if (frame !== undefined) return { done: false, value: frame };
              }
            },
          };
        },
      },
    };
  });
}

/** Rewrites what a link is given to send. */
function onSending(sending: (frame: Frame, send: Link['send']) => Promise<void>): Deviation {
  return linked((link) => ({ ...link, send: (frame) => sending(frame, link.send) }));
}

function linked(wrap: (link: Link, doors: Doors) => Link): Deviation {
  return {
    doors: (doors) => ({
      ...doors,
      transports: doors.transports.map((transport) => ({
        ...transport,
        listen: (accept) => transport.listen((link) => accept(wrap(link, doors))),
      })),
    }),
  };
}

type Open = Sealer['open'];

function opening(wrap: (open: Open, keys: Keys, doors: Doors) => Open): Deviation {
  return {
    doors: (doors, keys) => ({
      ...doors,
      sealer: { ...doors.sealer, open: wrap(doors.sealer.open, keys, doors) },
    }),
  };
}

/** Reads a statement however it is signed, where this is all that speaks against it. */
function lenient(code: FaultCode): Deviation {
  return opening((open, keys) => async (entry, place, now) => {
    const opened = await open(entry, place, now);
    if (opened.ok || opened.fault.code !== code) return opened;
    const message = await readMessage({ binaryMessage: entry.envelope, config: OPENPGP });
    const options = { message, decryptionKeys: keys.openpgp, format: 'binary', config: OPENPGP } as const;
    const bytes = new Uint8Array((await decrypt(options)).data as Uint8Array);
    const statement = readStatement(bytes);
    if (!statement.ok) return statement;
    const { feed, sequence } = place;
    return ok({
      statement: { ...statement.value, ...feed, sequence },
      rest: keys.vault.seal(STATEMENT_PLACE, bytes),
    });
  });
}

/** Hears something else than was said. */
function hearing(rewrite: (statement: Statement) => Statement): Deviation {
  return opening((open) => async (entry, place, now) => {
    const opened = await open(entry, place, now);
    return opened.ok ? ok({ ...opened.value, statement: rewrite(opened.value.statement) }) : opened;
  });
}

/** Votes for the proposals that fit, beside what its machine does. */
function voting(fits: (proposal: Ballot) => boolean): Deviation {
  let order: NonNullable<Parameters<NonNullable<Deviation['begun']>>[0]>['order'] | undefined;
  const planted = opening((open, _keys, { sealer, guard, self }) => async (entry, place, now) => {
    const opened = await open(entry, place, now);
    if (!opened.ok) return opened;
    const { body, caseId, tlp, author } = opened.value.statement;
    if (body.kind !== 'ballot' || body.ballot.body.kind !== 'propose' || !fits(body.ballot)) return opened;
    const { slot, round, value } = body.ballot.body;
    const draft = {
      caseId: body.ballot.caseId,
      charter: body.ballot.charter,
      body: { kind: 'vote', slot, round, value: valueHash(value) },
    } as const;
    const ballot = await sealer.sign(draft, guard.incarnation, now);
    if (caseId !== undefined && tlp !== undefined && author !== self.node)
      setImmediate(() => {
        void order?.('nobody', { act: 'say', to: author, body: { kind: 'ballot', ballot } }, { caseId, tlp });
      });
    return opened;
  });
  return {
    ...planted,
    begun: (running) => {
      order = running.order;
    },
  };
}
