/**
 * Charter, constraint, proposal, vote, commit, certificate: the target sits with two scripted centres, and what it may not
 * do before its time is shown by keeping their words back.
 */

import { sameBytes } from '../../../core/bytes.js';
import type { BallotId } from '../../../core/ids.js';
import type { Ballot, BallotBody, BallotKind } from '../../../core/settlement/ballot.js';
import { verifyCertificate } from '../../../core/settlement/certificate.js';
import { QUARTER } from '../../../core/settlement/terms.js';
import { valueHash } from '../../../core/settlement/value.js';
import type { SpokenBody } from '../../../core/statement.js';
import { DAY, type Instant, SECOND, writeInstant } from '../../../core/time.js';
import { signBytes } from '../../../envelope/sign.js';
import { readBallot, writeBallot } from '../../../wire/testimony.js';
import type { Checking, Stage, Suite } from '../check.js';
import type { CheckId } from '../checks.js';
import { about } from '../craft.js';
import { caughtUp, saidBy, signOfLife } from '../expect.js';
import { type About, type Mind, openParlour, type Parlour } from '../mind.js';
import { resolved } from '../resolved.js';
import { fragmentFrom, openStory, type Story, signed } from '../story.js';
import type { Visitor } from '../visitor.js';
import { demand, Failed } from '../watch.js';

type BallotOf<K extends BallotKind> = Ballot & { readonly body: Extract<BallotBody, { readonly kind: K }> };
type Amendment = BallotOf<'propose'> & {
  readonly body: {
    readonly value: Extract<BallotOf<'propose'>['body']['value'], { readonly kind: 'amend' }>;
  };
};

const STORY: Story = { tlp: 'AMBER', onward: 'own_vendors', model: 2 };

export const settlement: Suite = async (stage, check) => {
  if (!stage.operator.present) {
    for (const id of FIRST) await check(id, async () => undefined);
    return;
  }
  const [lead, second, vendor] = [stage.visitor('lead'), stage.visitor('second'), stage.visitor('vendor')];
  for (const visitor of [lead, second, vendor]) await visitor.visit();
  const parlour = await openParlour(stage, [lead, second]);
  const minds = [parlour.mind(lead), parlour.mind(second)] as const;
  await withoutVote(stage, parlour, minds, check);
  await toTheEnd(stage, parlour, minds, check);
};

const FIRST: readonly CheckId[] = ['settlement/charter'];

type Minds = readonly [lead: Mind, second: Mind];

/** Proposals for which nobody may vote. */
async function withoutVote(stage: Stage, parlour: Parlour, minds: Minds, check: Checking): Promise<void> {
  const [lead, second] = minds;
  const { operator } = stage;
  let proposal: Amendment | undefined;
  let it: About | undefined;
  const isReady = await check('settlement/charter', async () => {
    const opened = await openStory(stage, parlour, minds, STORY);
    it = opened;
    await signed(stage, lead, opened);
    const [own] = await Promise.all(
      [lead, second].map(({ visitor }) => ballotBy(stage, visitor, opened, 'charter_sign')),
    );
    demand(own !== undefined && own.body.version === 1, 'it signed another version of the charter');
  });
  if (!isReady || it === undefined) return;
  const known: About = it;
  const isProposed = await check('settlement/constraint', async () => {
    proposal = await proposed(stage, minds, known);
  });
  if (!isProposed || proposal === undefined) return;
  const real: Amendment = proposal;
  const votes = () => ballotsBy(stage, [lead.visitor, second.visitor], known, 'vote');
  /** @param by whose words these are. */
  const isNotVotedFor = async (by: Mind, body: BallotBody) => {
    await casts(stage, by.visitor, known, real.charter, body);
    await caughtUp(stage, by.visitor);
    await caughtUp(stage, second.visitor);
    demand(votes().length === 0, 'the target voted for it');
  };

  await check('settlement/other-proposer', async () => {
    await operator.act('approve', known.caseId, writeInstant(real.body.value.at));
    await isNotVotedFor(lead, real.body);
  });
  await check('settlement/other-solution', () =>
    isNotVotedFor(second, {
      ...real.body,
      value: { ...real.body.value, inputHash: turned(real.body.value.inputHash) },
    }),
  );
  await check('settlement/outside-window', async () => {
    const at = (real.body.value.at - 2 * DAY) as Instant;
    await operator.act('approve', known.caseId, writeInstant(at));
    await isNotVotedFor(second, { ...real.body, value: { ...real.body.value, at } });
  });
  await check('settlement/short-snapshot', () =>
    isNotVotedFor(second, { ...real.body, snapshot: real.body.snapshot.slice(1) }),
  );
}

/** One amendment from the wish to the notice. */
async function toTheEnd(stage: Stage, parlour: Parlour, minds: Minds, check: Checking): Promise<void> {
  const [lead, second] = minds;
  const { operator } = stage;
  const vendor = stage.visitor('vendor');
  const both = [lead.visitor, second.visitor];
  let held: About | undefined;
  let found: Amendment | undefined;
  const isReady = await check('settlement/notice-of-default', async () => {
    const opened = await openStory(stage, parlour, minds, STORY);
    await signed(stage, lead, opened);
    demand(
      (await operator.act('tell', opened.caseId, vendor.badge.keys.node)) === 'done',
      'it did not tell its vendor',
    );
    await noticed(stage, vendor, opened, 0);
    found = await proposed(stage, minds, opened);
    held = opened;
  });
  if (!isReady || held === undefined || found === undefined) return;
  const it: About = held;
  const real: Amendment = found;
  const { slot, round, value } = real.body;
  const votes = () => ballotsBy(stage, both, it, 'vote').filter(({ body }) => body.round === round);
  const commits = () => ballotsBy(stage, both, it, 'commit').filter(({ body }) => body.round === round);
  const allHeard = async () => {
    await parlour.quiet();
    for (const { visitor } of minds) await visitor.acknowledged();
    for (const { visitor } of minds) await caughtUp(stage, visitor);
  };
  const let_ = async (fits: (ballot: Ballot) => boolean) => {
    for (const mind of minds) {
      mind.hold((body) => isSettling(body) && !fits(body.ballot));
      await mind.letGo();
    }
    await allHeard();
  };

  await check('settlement/unapproved', async () => {
    await let_(({ body }) => body.kind === 'propose');
    demand(votes().length === 0, 'it voted before its operator had agreed');
  });
  const hasVoted = await check('settlement/vote', async () => {
    demand(
      (await operator.act('approve', it.caseId, writeInstant(value.at))) === 'done',
      'the approval was refused',
    );
    for (const visitor of both) {
      const vote = await ballotBy(stage, visitor, it, 'vote');
      demand(vote.body.slot === slot && vote.body.round === round, 'it voted in another round');
      demand(vote.body.value === valueHash(value), 'it voted for another value');
    }
  });
  if (!hasVoted) return;
  await check('settlement/votes-once', async () => {
    const other = resolved(lead.state(), it.caseId, real, (real.body.preparedAt - SECOND) as Instant);
    demand(other !== undefined && other.at === value.at, 'the runner found no second value');
    if (other === undefined) return;
    const preparedAt = (real.body.preparedAt - SECOND) as Instant;
    await casts(stage, second.visitor, it, real.charter, {
      ...real.body,
      preparedAt,
      value: { ...value, ...other },
    });
    await allHeard();
    demand(new Set(votes().map(({ id }) => id)).size === 1, 'it voted for two values in one round');
  });
  await check('settlement/evidence', async () => {
    // The lead was told the first of the two by their author, and the target knows that.
    await saidBy(stage, lead.visitor, 'the second proposal under one key, passed on', ({ caseId, body }) => {
      if (caseId !== it.caseId || body.kind !== 'ballot' || body.ballot.body.kind !== 'propose')
        return undefined;
      return (isBy(body.ballot, second) && body.ballot.id !== real.id) || undefined;
    });
  });
  await check('settlement/no-commit-without-notar', async () => {
    await let_((ballot) => ballot.body.kind === 'vote' && isBy(ballot, second));
    demand(commits().length === 0, 'it committed on the votes of two of three');
  });
  const hasCommitted = await check('settlement/commit', async () => {
    await let_(({ body }) => body.kind === 'vote');
    const commit = await ballotBy(stage, lead.visitor, it, 'commit');
    demand(commit.body.value === valueHash(value), 'it committed to another value');
  });
  if (!hasCommitted) return;
  await check('settlement/forged-commit', async () => {
    const sequence = second.visitor.said.tip.size;
    const draft = {
      caseId: it.caseId,
      charter: real.charter,
      body: { kind: 'commit', slot, round, value: valueHash(value) },
    } as const;
    const bytes = writeBallot(draft, lead.visitor.badge.keys.node, stage.incarnation);
    const signature = await signBytes(bytes, stage.now(), second.visitor.badge.keys);
    const ballot = readBallot({ bytes, signature });
    if (!ballot.ok) throw new Error(ballot.fault.code);
    await second.visitor.say(about(it.caseId, { kind: 'ballot', ballot: ballot.value }, it.tlp));
    const code = await saidBy(stage, second.visitor, 'unreadable', ({ body }) =>
      body.kind === 'unreadable' && body.sequence === sequence ? body.code : undefined,
    );
    demand(code === 'BALLOT_SIGNATURE', `it was refused as ${code}`);
  });
  await check('settlement/quorum', async () => {
    await let_((ballot) => ballot.body.kind === 'commit' && isBy(ballot, second));
    await signOfLife(stage, vendor);
    const early = noticesIn(vendor, it).filter(({ epoch }) => epoch > 0);
    demand(early.length === 0, 'it gave notice of an amendment that two of three had committed to');
  });
  await check('settlement/certificate', async () => {
    await let_(() => true);
    const notice = await noticed(stage, vendor, it, 1);
    demand(notice.at === value.at, 'the notice names another instant');
  });
  await check('settlement/one-body', async () => {
    const bodies = new Map<BallotId, Ballot>();
    const keys = new Map<string, BallotId>();
    for (const ballot of ballotsBy(stage, both, it)) {
      const known = bodies.get(ballot.id) ?? ballot;
      bodies.set(ballot.id, known);
      const { bytes, signature } = ballot.signed;
      const isSame = sameBytes(bytes, known.signed.bytes) && sameBytes(signature, known.signed.signature);
      demand(isSame, `a ${ballot.body.kind} has another signature for another recipient`);
      const { body } = ballot;
      if (body.kind !== 'vote' && body.kind !== 'commit' && body.kind !== 'skip') continue;
      const key = `${body.kind} ${body.slot} ${body.round}`;
      demand((keys.get(key) ?? ballot.id) === ballot.id, `it said two bodies as its ${key}`);
      keys.set(key, ballot.id);
    }
    demand(bodies.size > 0, 'it said nothing for third parties');
  });
}

/**
 * Both minds and the target say what they can live with, the lead asks for an amendment, and the second proposes: the
 * proposal, the votes and all that follows stay in the drawers.
 */
async function proposed(stage: Stage, minds: Minds, it: About): Promise<Amendment> {
  const [lead, second] = minds;
  for (const mind of minds) mind.hold(isSettling);
  for (const mind of minds) await mind.order({ act: 'auto_accept', on: true }, it);
  const own = stage.gridIn(20);
  const outcome = await stage.operator.act('constrain', it.caseId, writeInstant(own));
  demand(outcome === 'done', 'the target refused a constraint of its operator');
  for (const { visitor } of minds) await ballotBy(stage, visitor, it, 'constraint');
  for (const mind of minds)
    await mind.order({ act: 'constrain', fragment: fragmentFrom(stage.gridIn(12), stage.now()) }, it);
  const body = { kind: 'amend_request', slot: 1, round: 0, why: 'Exercise.', change: undefined } as const;
  for (const to of [second.visitor.badge.keys.node, stage.target.node])
    await lead.order({ act: 'say', to, body }, it);
  const proposal = await stage.watch.until('a proposal of the runner itself', () => {
    for (const wording of second.held()) {
      const found = wording.body.kind === 'ballot' ? wording.body.ballot : undefined;
      if (found?.caseId === it.caseId && isAmendment(found)) return found;
    }
    return undefined;
  });
  const { at } = proposal.body.value;
  demand(at % QUARTER === 0 && at >= own, 'the runner proposes an instant that suits nobody');
  return proposal;
}

function isAmendment(ballot: Ballot): ballot is Amendment {
  return ballot.body.kind === 'propose' && ballot.body.value.kind === 'amend';
}

function isSettling(body: SpokenBody): body is Extract<SpokenBody, { readonly kind: 'ballot' }> {
  return body.kind === 'ballot' && ['propose', 'vote', 'commit'].includes(body.ballot.body.kind);
}

function isBy({ author }: Ballot, { visitor }: Mind): boolean {
  return author === visitor.badge.keys.node;
}

/** Says a body that the rules do not let this node say. */
async function casts(
  stage: Stage,
  by: Visitor,
  { caseId, tlp }: About,
  charter: BallotId | undefined,
  body: BallotBody,
): Promise<void> {
  const ballot = await by.sealer.sign({ caseId, charter, body }, stage.incarnation, stage.now());
  await by.say(about(caseId, { kind: 'ballot', ballot }, tlp));
  await by.acknowledged();
}

/** The first body of this kind by the target that a visitor has heard. */
function ballotBy<K extends BallotKind>(
  stage: Stage,
  visitor: Visitor,
  { caseId }: About,
  kind: K,
): Promise<BallotOf<K>> {
  return saidBy(stage, visitor, `${visitor.badge.name}: ${kind} of the target`, (statement) => {
    if (statement.caseId !== caseId || statement.body.kind !== 'ballot') return undefined;
    const { ballot } = statement.body;
    return ballot.author === stage.target.node && ballot.body.kind === kind
      ? (ballot as BallotOf<K>)
      : undefined;
  });
}

/** All bodies by the target in a case, as often as they were heard. */
function ballotsBy(stage: Stage, visitors: readonly Visitor[], it: About): readonly Ballot[];
function ballotsBy<K extends BallotKind>(
  stage: Stage,
  visitors: readonly Visitor[],
  it: About,
  kind: K,
): readonly BallotOf<K>[];
function ballotsBy(
  stage: Stage,
  visitors: readonly Visitor[],
  { caseId }: About,
  kind?: BallotKind,
): readonly Ballot[] {
  return visitors.flatMap(({ heard }) =>
    heard.flatMap(({ statement }) => {
      if (statement?.caseId !== caseId || statement.body.kind !== 'ballot') return [];
      const { ballot } = statement.body;
      const isWanted =
        ballot.author === stage.target.node && (kind === undefined || ballot.body.kind === kind);
      return isWanted ? [ballot] : [];
    }),
  );
}

type Notice = Extract<SpokenBody, { readonly kind: 'publication_notice' }>;

function noticesIn(vendor: Visitor, { caseId }: About): readonly Notice[] {
  return vendor.heard.flatMap(({ statement }) =>
    statement?.caseId === caseId && statement.body.kind === 'publication_notice' ? [statement.body] : [],
  );
}

/** A notice of this epoch whose certificate proves it. */
async function noticed(stage: Stage, vendor: Visitor, it: About, epoch: number): Promise<Notice> {
  const notice = await stage.watch.until(`a notice of epoch ${epoch}`, () =>
    noticesIn(vendor, it).find((one) => one.epoch === epoch),
  );
  const proven = verifyCertificate(notice.proof);
  if (!proven.ok)
    throw new Failed(`its certificate is refused: ${proven.fault.code} ${proven.fault.where ?? ''}`);
  const { caseId, epoch: until, at } = proven.value;
  demand(
    caseId === it.caseId && until === epoch && at === notice.at,
    'its certificate proves something else',
  );
  return notice;
}

/** Another hash. */
function turned<H extends string>(hash: H): H {
  return (hash.startsWith('0') ? `1${hash.slice(1)}` : `0${hash.slice(1)}`) as H;
}
