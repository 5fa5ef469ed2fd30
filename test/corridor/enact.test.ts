import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import { sha256 } from '../../node/core/bytes.js';
import { Breakage, type FaultCode, ok } from '../../node/core/fault.js';
import type { State } from '../../node/core/state.js';
import { after, HOUR } from '../../node/core/time.js';
import type { Machine } from '../../node/corridor/advance.js';
import type { Doors } from '../../node/corridor/doors.js';
import { digestOf, enactor } from '../../node/corridor/enact.js';
import type { PublicFile } from '../../node/ports.js';
import { about, CASE } from '../support/case-play.js';
import { agreeCores, openCores } from '../support/core-play.js';
import { testNode } from '../support/keys.js';
import { until } from '../support/until.js';
import { SUMMARY } from '../support/world.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
];

let world: CoreWorld;
/** How often documents were drawn up, and what was reported. */
let drawn = 0;
let reports: string[] = [];
let staged: readonly PublicFile[] | undefined;
let released: readonly PublicFile[] | undefined;
/** Why no document can be drawn up. */
let flaw: FaultCode | undefined;
/** What waits to be tried again. */
let again: (() => void)[] = [];

const state = (): State => world.node('cert').state;

/** An enactor over a machine that hears nothing of its reports. */
function open() {
  const machine = {
    state,
    say: async ({ body }: { body: { kind: string } }) => {
      reports.push(body.kind);
      return ok(true);
    },
  } as unknown as Machine;
  const doors = {
    clock: {
      now: () => world.now,
      elapse: (_: number, ring: () => void) => {
        again.push(ring);
        return () => undefined;
      },
    },
    journal: { write: () => undefined },
    sealer: { signFile: async () => 'signature' },
    publisher: {
      standing: async () => ({
        staged: staged === undefined ? undefined : digestOf(staged),
        released: released === undefined ? undefined : digestOf(released),
      }),
      stage: async (_: string, files: readonly PublicFile[]) => {
        staged = files;
      },
      release: async () => {
        released = staged;
      },
    },
    renderer: {
      render: (advisory: unknown) => {
        drawn += 1;
        if (flaw !== undefined) throw new Breakage({ code: flaw });
        return [{ path: 'a.json', bytes: new TextEncoder().encode(sha256(JSON.stringify(advisory))) }];
      },
    },
  } as unknown as Doors;
  return enactor(machine, doors, (cause) => {
    throw cause;
  });
}

/** A charter is in force, and its instant so near that the documents lie ready. */
beforeEach(() => {
  drawn = 0;
  reports = [];
  staged = undefined;
  released = undefined;
  flaw = undefined;
  again = [];
  world = openCores(SEATS);
  const terms = agreeCores(world, ['cert', 'jpcert']);
  world.now = after(terms.defaultInstant, -HOUR);
});

describe('documents from the freeze on', () => {
  it('§8: are drawn up once, and anew only when a word of the advisory changes', async () => {
    const enact = open();
    const look = async () => {
      enact.look();
      await until('the enactor rests', () => enact.isIdle());
      return drawn;
    };
    expect(await look()).toBe(1);
    expect(await look()).toBe(1);
    const comment = { kind: 'comment', text: 'Nearly there.' } as const;
    world.order('jpcert', { act: 'say', to: testNode('cert'), body: comment }, about());
    world.settle();
    expect(state().cases.get(CASE)?.words.size).toBe(1);
    expect(await look()).toBe(1);
    world.order('cert', { act: 'case_update', caseSummary: { ...SUMMARY, title: 'Another' } }, about());
    expect(await look()).toBe(2);
    expect(new Set(reports)).toEqual(new Set(['stage_report']));
  });

  it('§8: are drawn up again where they no longer lie ready at the instant', async () => {
    const enact = open();
    enact.look();
    await until('the enactor rests', () => enact.isIdle());
    staged = undefined;
    world.order('cert', { act: 'case_close', reason: 'done' }, about());
    enact.look();
    await until('the enactor rests', () => enact.isIdle());
    expect([drawn, staged === undefined]).toEqual([2, false]);
  });
});

describe('what is public and was lost', () => {
  it('§8: is published again once its documents can be drawn up, not only at the next start', async () => {
    const at = after(world.now, HOUR);
    world.now = at;
    world.report('cert', { kind: 'publish_intent', epoch: 0, at, rule: 'P2' }, about());
    const done = { epoch: 0, at, publishedAt: at, digest: sha256('what was public'), revision: 1 } as const;
    world.report('cert', { kind: 'publish_report', ...done }, about());
    const enact = open();
    flaw = 'FORMAT_CONTRADICTION';
    enact.look();
    await until('the enactor rests', () => enact.isIdle());
    expect(released).toBeUndefined();
    flaw = undefined;
    for (const ring of again) ring();
    await until('the enactor rests', () => enact.isIdle());
    expect(released).toBeDefined();
    // Seen once, it is not looked for again.
    released = undefined;
    enact.look();
    await until('the enactor rests', () => enact.isIdle());
    expect(released).toBeUndefined();
  });
});
