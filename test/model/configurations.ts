/**
 * What Spin is asked about the model `slot.pml`: the rules as they stand, with and without members that come back from
 * an older copy; what is known to break, because it is more than the rules promise to bear; and small wrong changes of
 * the rules, each of which must be found.
 */

/** What the model asserts, by the names of its bits. */
export type Promised =
  | 'agreement'
  | 'notEarly'
  | 'oneLimbo'
  | 'commitXorSkip'
  | 'keepsCommits'
  | 'valid'
  | 'released';

export interface Configuration {
  readonly name: string;
  /** What it shows, in a few words. */
  readonly shows: string;
  readonly n: number;
  readonly q: number;
  /** Members that say anything; the other n − liars keep the rules and are modelled one by one. */
  readonly liars: number;
  readonly rounds: number;
  /** Further definitions for the model. */
  readonly flags: readonly string[];
  readonly expect: 'holds' | Promised;
  /**
   * `all` visits every state; `shortest` visits them in breadth, for a short counterexample; `part` keeps bits instead
   * of states and ends when its time is over, so that to find nothing proves nothing.
   */
  readonly search: 'all' | 'shortest' | 'part';
}

type Sketch = Pick<Configuration, 'name' | 'shows' | 'n' | 'q'> & Partial<Configuration>;

/** Where nobody comes back from a copy, clocks may show anything at any time: then R3's bound and R7 bind nobody. */
const ANY_CLOCK = 'ANY_CLOCK';
/** With q < n only the seal releases, so agreement is all there is to ask after a restore. */
const SPEECH_ONLY = [ANY_CLOCK, 'NO_PUBLISHING', 'EMPTY_DISK=1'];
/** As far as progress goes a decision is all there is to ask. */
const HEALING = ['LIVE', ANY_CLOCK, 'NO_PUBLISHING'];
const ONE = 'RESTORABLE=1';
const TWO = ['RESTORABLE=2', 'RESTORES=2', 'EMPTY_DISK=1'];
/** The guard went back together with the store, so that the node believes its start to be clean. */
const UNKNOWING = [ONE, 'KNOWN=0'];

/** The rules, whatever the clocks show. */
export const RULES: readonly Configuration[] = (
  [
    { name: 'two', shows: 'q = n', n: 2, q: 2, rounds: 3 },
    { name: 'two, one lies', shows: 'fS = 1', n: 2, q: 2, liars: 1, rounds: 3 },
    { name: 'three', shows: 'q = n', n: 3, q: 3, rounds: 3 },
    { name: 'three, one lies', shows: '', n: 3, q: 3, liars: 1, rounds: 3 },
    { name: 'three, two lie', shows: 'fS = 2', n: 3, q: 3, liars: 2, rounds: 3 },
    { name: 'four', shows: 'seal or amendment', n: 4, q: 3 },
    { name: 'four, one lies', shows: 'fS = 1', n: 4, q: 3, liars: 1 },
    {
      name: 'four, one lies, longer',
      shows: 'agreement only',
      n: 4,
      q: 3,
      liars: 1,
      rounds: 3,
      flags: ['NO_PUBLISHING'],
    },
    { name: 'four, three values', shows: 'later, earlier, seal', n: 4, q: 3, liars: 1, flags: ['VALUES=3'] },
    { name: 'four of four, one lies', shows: 'a charter with q = n', n: 4, q: 4, liars: 1, rounds: 3 },
    { name: 'five, two lie', shows: 'fS = 2, q < n', n: 5, q: 4, liars: 2, rounds: 3 },
  ] satisfies readonly Sketch[]
).map((sketch: Sketch) => complete({ ...sketch, flags: ['SYMMETRIC', ANY_CLOCK, ...(sketch.flags ?? [])] }));

/** The rules with members that come back from an older copy; liars and restored together are no more than fS. */
export const RESTORES: readonly Configuration[] = (
  [
    { name: 'two, one restored', shows: 'an old backup or an empty disk', n: 2, q: 2, flags: [ONE] },
    { name: 'two, one restored twice', shows: '', n: 2, q: 2, flags: [ONE, 'RESTORES=2'] },
    { name: 'two, one unknowing', shows: 'the guard went back too', n: 2, q: 2, flags: UNKNOWING },
    { name: 'three, one restored', shows: '', n: 3, q: 3, flags: [ONE] },
    { name: 'three, one restored, one lies', shows: '1 + 1 = fS', n: 3, q: 3, liars: 1, flags: [ONE] },
    { name: 'three, one unknowing', shows: 'one answer is enough', n: 3, q: 3, flags: UNKNOWING },
    { name: 'three, two restored', shows: '2 = fS', n: 3, q: 3, rounds: 1, flags: TWO },
    { name: 'four, one restored', shows: '1 = fS', n: 4, q: 3, rounds: 1, flags: [ONE] },
    {
      name: 'four, one restored, longer',
      shows: 'in part only',
      n: 4,
      q: 3,
      flags: [ONE, ...SPEECH_ONLY],
      search: 'part',
    },
  ] satisfies readonly Sketch[]
).map((sketch: Sketch) => complete({ ...sketch, flags: ['SYMMETRIC', ...(sketch.flags ?? [])] }));

/**
 * Where q < n, up to some moment anything may happen in round 0, and then the world is healed: every run ends with a
 * decision. Where q = n the other lists ask it too: every run ends with everybody's release.
 */
export const HEALED: readonly Configuration[] = (
  [
    { name: 'four, healed', shows: 'nobody is down', n: 4, q: 3 },
    { name: 'four, one down, healed', shows: 'fL = 1', n: 4, q: 3, flags: ['DOWN=1'] },
    {
      name: 'four, a proposer down, healed',
      shows: 'round 1 is lost',
      n: 4,
      q: 3,
      flags: ['DOWN=1', 'DOWN_ROUND=1'],
    },
  ] satisfies readonly Sketch[]
).map((sketch: Sketch) =>
  complete({ rounds: 3, ...sketch, flags: ['SYMMETRIC', ...HEALING, ...(sketch.flags ?? [])] }),
);

/** More than the rules promise to bear; `docs/SETTLEMENT.md` names each of them as a limit. */
export const BEYOND: readonly Configuration[] = (
  [
    {
      name: 'two of three',
      shows: 'a majority',
      n: 3,
      q: 2,
      liars: 1,
      flags: [ANY_CLOCK],
      expect: 'agreement',
    },
    { name: 'four, two lie', shows: '2 > fS', n: 4, q: 3, liars: 2, flags: [ANY_CLOCK], expect: 'agreement' },
    {
      name: 'two, restored and liar',
      shows: '1 + 1 > fS',
      n: 2,
      q: 2,
      liars: 1,
      flags: [ONE],
      expect: 'notEarly',
    },
    {
      name: 'four, restored and liar',
      shows: '1 + 1 > fS',
      n: 4,
      q: 3,
      liars: 1,
      flags: [ONE, ...SPEECH_ONLY],
      expect: 'agreement',
    },
    {
      name: 'three, unknowing and liar',
      shows: 'the one answer is a lie',
      n: 3,
      q: 3,
      liars: 1,
      flags: UNKNOWING,
      expect: 'notEarly',
    },
  ] satisfies readonly Sketch[]
).map((sketch: Sketch) =>
  complete({ rounds: 1, search: 'shortest', ...sketch, flags: ['HARM', ...(sketch.flags ?? [])] }),
);

const SPEAKING = { n: 2, q: 2, rounds: 2, flags: [ANY_CLOCK, 'HARM'], expect: 'agreement' } as const;
const SEALING = { n: 4, q: 3, flags: [ANY_CLOCK, 'HARM'] } as const;
const RELEASING = { n: 2, q: 2, flags: [ANY_CLOCK, 'HARM'], expect: 'notEarly' } as const;
const RETURNING = { n: 2, q: 2, flags: [ONE, 'HARM'], expect: 'notEarly' } as const;
const LIED_TO = { n: 3, q: 3, liars: 1, flags: [ONE, 'HARM'], expect: 'notEarly' } as const;

/** One wrong change each, by the name that it has in the model, and the promise that it breaks. */
export const MUTANTS: readonly Configuration[] = (
  [
    { name: 'VOTE_TWICE', shows: 'R2: two votes in one round', ...SPEAKING },
    { name: 'COMMIT_AFTER_SKIP', shows: 'R3: a commit after the skip', ...SPEAKING },
    { name: 'SKIP_AFTER_COMMIT', shows: 'R4: a skip after the commit', ...SPEAKING },
    { name: 'NO_CARRY', shows: 'R5: a fresh value before the null', ...SPEAKING },
    { name: 'CARRY_ANY', shows: 'R5: carried over a round with a Notar', ...SPEAKING, rounds: 3 },
    {
      name: 'NO_NOTAR_OPENS',
      shows: 'R5: only a null round opens the next',
      ...SEALING,
      rounds: 3,
      flags: [...HEALING, 'DOWN=1', 'HARM'],
      expect: 'released',
    },
    { name: 'SMALL_QUORUM', shows: 'q − 1 are enough', ...SEALING, expect: 'agreement' },
    { name: 'SEAL_APART', shows: 'R7: seal and amendment not one election', ...SEALING, expect: 'agreement' },
    { name: 'SEALLESS', shows: 'P2 where q < n', ...SEALING, expect: 'notEarly' },
    { name: 'NO_P3', shows: 'P2 in spite of an own commit', ...RELEASING },
    { name: 'P3_AT_ONCE', shows: 'P3 before the later instant', ...RELEASING },
    { name: 'PUBLISH_THEN_SPEAK', shows: 'R8: a commit after the intent', ...RELEASING },
    { name: 'TWO_STEPS', shows: 'R8: a commit between check and intent', ...RELEASING },
    { name: 'LATE_COMMIT', shows: 'R3: a commit after T, the intent forgotten', ...RETURNING },
    { name: 'NO_ANSWERS', shows: 'R9: restored, and asks nobody', ...RETURNING },
    { name: 'ONE_ANSWER', shows: 'R9: restored, and asks one, who lies', ...LIED_TO },
    { name: 'NO_AS_IF', shows: 'R9: a vote that is told counts for nothing', ...LIED_TO },
    {
      name: 'AS_IF_RESTORED_ONLY',
      shows: 'R9: it counts only if the guard tells',
      n: 3,
      q: 3,
      flags: [...UNKNOWING, 'HARM'],
      expect: 'notEarly',
    },
    {
      name: 'SKIP_NOT_AS_IF',
      shows: 'R9: it forbids no skip',
      ...LIED_TO,
      flags: [ONE],
      expect: 'keepsCommits',
    },
    {
      name: 'NO_FENCE',
      shows: 'R9: old statements still come in',
      ...RETURNING,
      flags: [ONE],
      expect: 'commitXorSkip',
    },
  ] satisfies readonly Sketch[]
).map((sketch: Sketch) =>
  complete({ rounds: 1, search: 'shortest', ...sketch, flags: [sketch.name, ...(sketch.flags ?? [])] }),
);

function complete(sketch: Sketch): Configuration {
  return { liars: 0, rounds: 2, flags: [], expect: 'holds', search: 'all', ...sketch };
}
