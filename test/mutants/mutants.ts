/**
 * One line of a rule made weaker, and who must notice. Each patch is applied to a copy of the tree; where the line is
 * not found any more, the harness fails, so that this list follows the code.
 */

/** A small wrong change. */
export interface Mutant {
  /** The rule that it weakens. */
  readonly rule: string;
  readonly says: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly line: string;
  readonly becomes: string;
  /** Who catches it: the simulator, in worlds of any kind or of this one (`KINDS` of its plans), or these test files. */
  readonly by: 'simulator' | `simulator ${string}` | readonly string[];
  /** Caught within so few seeds that every test run tries it. */
  readonly soon?: true;
}

const SETTLEMENT = 'node/core/settlement';

export const MUTANTS: readonly Mutant[] = [
  {
    rule: 'quorum',
    says: 'q = ⌊n/2⌋ + 1',
    file: `${SETTLEMENT}/quorum.ts`,
    line: 'return Math.floor((2 * n) / 3) + 1;',
    becomes: 'return Math.floor(n / 2) + 1;',
    by: 'simulator liars',
  },
  {
    rule: 'quorum',
    says: 'one voice less is a quorum',
    file: `${SETTLEMENT}/tally.ts`,
    line: 'const last = list[q - 1];',
    becomes: 'const last = list[Math.max(0, q - 2)];',
    by: 'simulator',
  },
  {
    rule: 'charter',
    says: 'a charter is in force although this node signed a later version',
    file: `${SETTLEMENT}/charter.ts`,
    line: '(signed.includes(self) || joined.includes(id)) && version >= newest;',
    becomes: '(signed.includes(self) || joined.includes(id)) && version >= 0;',
    by: 'simulator charters',
  },
  {
    rule: 'charter',
    says: 'who holds a complete charter signs the next one',
    file: `${SETTLEMENT}/charter.ts`,
    line: 'if (charterStandings(docket).some(({ completeAt }) => completeAt !== undefined))',
    becomes: 'if (charterStandings(docket).some(() => false))',
    by: 'simulator charters',
  },
  {
    rule: 'R1',
    says: 'a key may be written again',
    file: 'node/store/ledger.ts',
    line: "if (before !== undefined && before !== ballot) throw new Breakage({ code: 'BALLOT_TWICE', where: key });",
    becomes: '',
    by: ['test/store/feeds.test.ts'],
  },
  {
    rule: 'R1',
    says: 'what was ordered counts as done before it is on disk',
    file: 'node/corridor/advance.ts',
    line: '        await flush(burst);',
    becomes: '        for (const answer of burst.answers.splice(0)) answer();\n        await flush(burst);',
    by: 'simulator',
  },
  {
    rule: 'R2',
    says: 'a second vote in one round',
    file: `${SETTLEMENT}/moves.ts`,
    line: "if (hasSaid(docket, round, 'vote', 'skip')) return [];",
    becomes: "if (hasSaid(docket, round, 'skip')) return [];",
    by: 'simulator liars',
  },
  {
    rule: 'R2',
    says: '(a) a fresh value is justified whatever the rounds before it say',
    file: `${SETTLEMENT}/judge.ts`,
    line: "if (!round.basis.fresh) return refuse('PROPOSAL_UNJUSTIFIED', { offered: body.round });",
    becomes: '',
    by: 'simulator liars',
  },
  {
    rule: 'R2',
    says: '(b) to (f) asked of carried values too',
    file: `${SETTLEMENT}/judge.ts`,
    line: "if (round.basis.carried.includes(valueHash(body.value))) return ok('vote');",
    becomes: '',
    by: 'simulator',
  },
  {
    rule: 'R2',
    says: '(d) whatever instant is proposed is taken for the solver’s',
    file: `${SETTLEMENT}/judge.ts`,
    line: 'if (answer.value.at !== value.at || answer.value.inputHash !== value.inputHash)',
    becomes: 'if (answer.value.at === undefined)',
    by: 'simulator liars',
  },
  {
    rule: 'R3',
    says: 'a commit after the skip of the round',
    file: `${SETTLEMENT}/moves.ts`,
    line: "if (value === undefined || round.nulled || hasSaid(docket, round, 'commit', 'skip')) return [];",
    becomes: "if (value === undefined || round.nulled || hasSaid(docket, round, 'commit')) return [];",
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R3',
    says: 'with q = n, a commit after the instant',
    file: `${SETTLEMENT}/moves.ts`,
    line: "if (releaseBy(standing.charter.n, standing.charter.q) === 'self' && docket.now >= end) return [];",
    becomes: '',
    by: 'simulator limbo',
  },
  {
    rule: 'R4',
    says: 'a round is skipped before its timer has ended',
    file: `${SETTLEMENT}/moves.ts`,
    line: 'if (!slot.open || ends === undefined || docket.now < ends) return [];',
    becomes: 'if (!slot.open || ends === undefined) return [];',
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R5',
    says: 'an earlier round need not be null',
    file: `${SETTLEMENT}/rounds.ts`,
    line: 'if (!nulled) return { carried, fresh: false, quorums };',
    becomes: 'if (!nulled) continue;',
    by: 'simulator liars',
  },
  {
    rule: 'R5',
    says: 'nothing is carried',
    file: `${SETTLEMENT}/rounds.ts`,
    line: 'if (notar.value !== undefined && !carried.includes(notar.value)) carried.push(notar.value);',
    becomes: '',
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R7',
    says: 'no seal is proposed',
    file: `${SETTLEMENT}/propose.ts`,
    line: "return say(slot, round.round, { kind: 'seal' }, [], wholeSeconds(docket.now));",
    becomes: "return nothing('FROZEN');",
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R8',
    says: 'P1 an hour early',
    file: `${SETTLEMENT}/release.ts`,
    line: "if (sealed) return docket.now >= at ? { kind: 'release', rule: 'P1', epoch, at } : wait('INSTANT', at);",
    becomes:
      "if (sealed) return docket.now >= at - HOUR ? { kind: 'release', rule: 'P1', epoch, at } : wait('INSTANT', at);",
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R8',
    says: 'at the instant without regard to the own commit',
    file: `${SETTLEMENT}/release.ts`,
    line: 'const due = limbo ?? at;',
    becomes: 'const due = at;',
    by: 'simulator limbo',
  },
  {
    rule: 'R8',
    says: 'P3 at the earlier instant',
    file: `${SETTLEMENT}/release.ts`,
    line: 'return instants.length === 0 ? undefined : (Math.max(standing.at, ...instants) as Instant);',
    becomes: 'return instants.length === 0 ? undefined : (Math.min(standing.at, ...instants) as Instant);',
    by: 'simulator limbo',
  },
  {
    rule: 'R8',
    says: 'P4 on one report less',
    file: `${SETTLEMENT}/quorum.ts`,
    line: 'const needed = liarsTolerated(n, q) + 1;',
    becomes: 'const needed = liarsTolerated(n, q);',
    by: 'simulator breach',
  },
  {
    rule: 'R8',
    says: 'with q < n, at the instant without a seal',
    file: `${SETTLEMENT}/release.ts`,
    line: "if (releaseBy(charter.n, charter.q) === 'seal') {",
    becomes: "if (releaseBy(charter.n, charter.q) === ('never' as string)) {",
    by: 'simulator',
    soon: true,
  },
  {
    rule: 'R8',
    says: 'votes and commits after the intent',
    file: `${SETTLEMENT}/docket.ts`,
    line: 'if (docket.intent !== undefined || docket.published !== undefined) return true;',
    becomes: 'if (docket.published !== undefined) return true;',
    by: 'simulator limbo',
  },
  {
    rule: 'R9',
    says: 'an entry is appended before a peer has returned the tail',
    file: 'node/core/life.ts',
    line: 'return to === self.node || life.incarnation === 0 || life.returned.get(to) === life.incarnation;',
    becomes: 'return to !== undefined || life.incarnation === 0 || self.node !== undefined;',
    by: 'simulator memory',
  },
  {
    rule: 'R9',
    says: 'votes before the answers are there',
    file: 'node/core/case/chamber.ts',
    line: "const mutes = mutedBy.length > 0 ? [...docket.mutes, 'PROBATION'] : docket.mutes;",
    becomes: 'const mutes = docket.mutes;',
    by: 'simulator memory',
  },
  {
    rule: 'R9',
    says: 'whoever was restored waits no longer than after a clean start',
    file: `${SETTLEMENT}/probation.ts`,
    line: 'if (lost.length > 0) return { mutedBy: awaited, missing: awaited.length, heldBy: awaited };',
    becomes: '',
    by: 'simulator memory',
  },
  {
    rule: 'R9',
    says: 'votes that others report are no sign of an own commit',
    file: `${SETTLEMENT}/suspects.ts`,
    line: "return body.kind === 'vote' && docket.suspects.has(id) && !hasSkipped(docket, round);",
    becomes: 'return false;',
    by: 'simulator memory',
  },
  {
    rule: 'R9',
    says: 'no fence: words of an older life enter',
    file: 'node/corridor/replicate.ts',
    line: 'if (frame.incarnation < latest)',
    becomes: 'if (frame.incarnation < 0)',
    by: ['test/corridor/restore.test.ts', 'test/security/hostile-peer.test.ts'],
  },
  {
    rule: 'R11',
    says: 'Commit and Skip of one round are no evidence',
    file: `${SETTLEMENT}/evidence.ts`,
    line: "if (body.kind !== 'commit') continue;",
    becomes: "if (body.kind !== ('never' as string)) continue;",
    by: 'simulator liars',
  },
  {
    rule: 'R12',
    says: 'P3 applies to a change of seats',
    file: `${SETTLEMENT}/release.ts`,
    line: "if (known.value.kind === 'change' && !round.nulled) return 'SEAT_CHANGE';",
    becomes: '',
    by: 'simulator seats',
  },
  {
    rule: 'R12',
    says: 'who has left releases all the same',
    file: `${SETTLEMENT}/release.ts`,
    line: "if (!charter.roster.includes(docket.self)) return wait('SEAT');",
    becomes: '',
    by: 'simulator seats',
  },
];
