/**
 * What must hold in every run, written from DESIGN §12 and not from the code under test. Each returns what is wrong.
 */
import type { Ballot, BallotBody, CharterTerms } from '../../../node/core/settlement/ballot.js';
import { proofOf, verifyCertificate } from '../../../node/core/settlement/certificate.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { firstRoster, type Roster, rosterAfter } from '../../../node/core/settlement/seats.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { valueHash } from '../../../node/core/settlement/value.js';
import type { Instant } from '../../../node/core/time.js';
import { type Centre, docketAt, type Ended, seeded } from './simulation.js';
import { readWindow } from './world.js';

export function wrongIn(ended: Ended, terms: CharterTerms): readonly string[] {
  const correct = ended.centres.filter(({ lies }) => !lies);
  const said = [...ended.said.values()];
  const decided = decisionsIn(said, terms);
  return [
    ...[...decided].filter(([, values]) => values.size > 1).map(([slot]) => `I1: two values in slot ${slot}`),
    ...correct.flatMap((centre) => wrongAt(centre, ended, terms, decided)),
    ...said.flatMap((ballot) => (isOf(correct, ballot) ? outsideWindow(ballot, ended, terms) : [])),
  ];
}

type Decided = ReadonlyMap<number, ReadonlySet<string>>;

/**
 * Slot → values that q members of that slot committed to in one round, over everything that was ever said. The roster
 * of a slot follows from the slots before it (R12).
 */
function decisionsIn(said: readonly Ballot[], terms: CharterTerms): Decided {
  const decided = new Map<number, Set<string>>();
  for (const [place, { roster, q }] of rostersIn(said, terms).entries()) {
    const found = finals(said, place + 1, roster, q);
    if (found.size > 0) decided.set(place + 1, found);
  }
  return decided;
}

/** The roster of every slot, from 1, as far as slots were decided and one further. */
function rostersIn(said: readonly Ballot[], terms: CharterTerms): readonly Roster[] {
  const rosters = [firstRoster(terms)];
  for (let slot = 1; ; slot += 1) {
    const before = rosters[slot - 1];
    if (before === undefined) return rosters;
    const [value] = finals(said, slot, before.roster, before.q);
    if (value === undefined) return rosters;
    const spelled = said.find(
      ({ body }) => body.kind === 'propose' && body.slot === slot && valueHash(body.value) === value,
    )?.body;
    const change =
      spelled?.kind === 'propose' && spelled.value.kind === 'change' ? spelled.value.change : undefined;
    rosters.push((change && rosterAfter(terms, before, change, slot)) ?? before);
  }
}

function finals(said: readonly Ballot[], slot: number, roster: readonly string[], q: number): Set<string> {
  const voices = new Map<string, Set<string>>();
  const decided = new Set<string>();
  for (const { author, body } of said) {
    if (body.kind !== 'commit' || body.slot !== slot || !roster.includes(author)) continue;
    const key = `${body.round}/${body.value}`;
    const authors = (voices.get(key) ?? new Set()).add(author);
    voices.set(key, authors);
    if (authors.size >= q) decided.add(body.value);
  }
  return decided;
}

function wrongAt(centre: Centre, ended: Ended, terms: CharterTerms, decided: Decided): readonly string[] {
  const wrong: string[] = [];
  const own = [...ended.said.values()].filter(({ author }) => author === centre.node);
  const keys = new Set<string>();
  for (const { body } of own) {
    if (!('round' in body)) continue;
    const key = `${body.kind}/${body.slot}/${body.round}`;
    if (keys.has(key)) wrong.push(`I7: two statements under ${key}`);
    keys.add(key);
  }
  for (const key of keys)
    if (key.startsWith('commit') && keys.has(key.replace('commit', 'skip')))
      wrong.push(`I7: ${key} and skip`);
  const standing = standingOf(docketAt(centre, ended.at));
  for (const { slot, value } of standing?.decisions ?? [])
    if (!decided.get(slot)?.has(valueHash(value))) wrong.push(`I1: slot ${slot} is not decided`);
  if (standing) {
    const proven = verifyCertificate(proofOf(docketAt(centre, ended.at), standing));
    const { epoch, at, sealed } = standing;
    const isSame = proven.ok && proven.value.epoch === epoch && proven.value.at === at;
    if (!isSame || proven.value.sealed !== sealed) wrong.push('R6: the certificate proves something else');
  }
  const { intent, releasedAt } = centre;
  const rosters = rostersIn([...ended.said.values()], terms);
  if (!intent || releasedAt === undefined) {
    const last = rosters.at(-1);
    // A member in limbo of a change waits for an officer, and there is none here; a liar that hides its commit may
    // leave the one who was to be seated waiting with it (R12).
    const isSeated = standing?.charter.roster.includes(centre.node) === true;
    const excused = isSeated ? isInLimbo(centre, ended) : ended.centres.some((one) => isInLimbo(one, ended));
    return last?.roster.includes(centre.node) && !excused ? [...wrong, 'I6: not released'] : wrong;
  }
  const roster = rosters[intent.epoch];
  if (!roster?.roster.includes(centre.node)) wrong.push('R12: released without a seat');
  if (changedAfter(intent.epoch, ended, decided)) wrong.push('R12: released although other seats go on');
  if (!['P1', 'P2', 'P3'].includes(intent.rule)) wrong.push(`I5: released by ${intent.rule}`);
  if (releasedAt < intent.at) wrong.push('I4: released before its instant');
  for (const at of instantsAfter(intent.epoch, ended, decided))
    if (releasedAt < at) wrong.push(`I3: epoch ${intent.epoch} released before a later instant`);
  if ((roster?.q === roster?.n) === (intent.rule === 'P1')) wrong.push('R8: wrong rule');
  return wrong;
}

function isInLimbo(centre: Centre, ended: Ended): boolean {
  const verdict = mayRelease(docketAt(centre, ended.at));
  return !centre.lies && verdict.kind === 'held' && verdict.because.includes('SEAT_CHANGE');
}

/** Whether the slot behind an epoch decided a change of seats: then that epoch is not the last. */
function changedAfter(epoch: number, ended: Ended, decided: Decided): boolean {
  return [...ended.said.values()].some(
    ({ body }) =>
      body.kind === 'propose' &&
      body.slot === epoch + 1 &&
      body.value.kind === 'change' &&
      decided.get(body.slot)?.has(valueHash(body.value)) === true,
  );
}

/** T of every decided amendment behind an epoch. */
function instantsAfter(epoch: number, ended: Ended, decided: Decided): readonly Instant[] {
  const found: Instant[] = [];
  for (const { body } of ended.said.values())
    if (body.kind === 'propose' && body.slot > epoch && body.value.kind === 'amend')
      if (decided.get(body.slot)?.has(valueHash(body.value))) found.push(body.value.at);
  return found;
}

/** I2: nobody correct votes for an instant outside its window, or outside that of the charter while it is silent. */
function outsideWindow({ author, body }: Ballot, ended: Ended, terms: CharterTerms): readonly string[] {
  if (body.kind !== 'vote') return [];
  const proposal = [...ended.said.values()].find(
    (other): other is Ballot & { body: Extract<BallotBody, { kind: 'propose' }> } =>
      other.body.kind === 'propose' &&
      other.body.slot === body.slot &&
      valueHash(other.body.value) === body.value,
  );
  if (proposal?.body.value.kind !== 'amend') return [];
  const { at } = proposal.body.value;
  const members = rostersIn([...ended.said.values()], terms)[body.slot - 1]?.roster ?? [];
  const windows = members.map((node) => {
    const constraint = proposal.body.snapshot
      .map((id) => ended.said.get(id))
      .find((ballot) => ballot?.author === node)?.body;
    return constraint?.kind === 'constraint'
      ? readWindow(constraint.fragment)
      : { from: terms.window.notBefore, until: terms.window.notAfter };
  });
  return windows.every(({ from, until }) => from <= at && at <= until) ? [] : [`I2: ${author} voted outside`];
}

/** The pool in another order gives the same view; with other arrival times it gives the same settlement. */
export function wrongOrder(ended: Ended, seed: number): readonly string[] {
  const random = seeded(seed);
  return ended.centres.flatMap((centre) => {
    const docket = docketAt(centre, ended.at);
    const shuffled = [...centre.ballots].sort(() => random() - 0.5);
    const same = standingOf({ ...docket, ballots: new Map(shuffled) });
    const moved = shuffled.map(
      ([id, { ballot }]) =>
        [id, { ballot, heldAt: (ended.at - Math.floor(random() * 1e9)) as Instant }] as const,
    );
    const other = standingOf({ ...docket, ballots: new Map(moved) });
    const first = standingOf(docket);
    return [
      ...(JSON.stringify(same) === JSON.stringify(first) ? [] : ['order of arrival shows']),
      ...(outline(other) === outline(first) ? [] : ['times of arrival show']),
    ];
  });
}

function outline(standing: ReturnType<typeof standingOf>): string {
  return JSON.stringify([
    standing?.charter.id,
    standing?.epoch,
    standing?.charter.roster,
    standing?.at,
    standing?.sealed,
    standing?.trouble,
    standing?.decisions.map(({ slot, round, value }) => [slot, round, value]),
    standing?.open?.slot,
    standing?.open?.open?.round,
    standing?.open?.open?.basis.carried,
    standing?.open?.open?.basis.fresh,
  ]);
}

function isOf(centres: readonly Centre[], ballot: Ballot): boolean {
  return centres.some(({ node }) => node === ballot.author);
}
