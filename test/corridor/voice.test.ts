import { describe, expect, it } from 'vitest';
import { Breakage, type FaultCode } from '../../node/core/fault.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import type { Doors } from '../../node/corridor/doors.js';
import { checkpointsOf, noGrowth, speak } from '../../node/corridor/voice.js';
import { TEST_NOW, testNode } from '../support/keys.js';

/** Doors behind which no words have a name. */
function mute(code: FaultCode): Doors {
  const doors = {
    self: { node: testNode('cert') },
    guard: { incarnation: 1 },
    feeds: { head: () => ({ tip: EMPTY_TIP }) },
    sealer: {
      name: () => {
        throw new Breakage({ code });
      },
    },
  };
  return doors as unknown as Doors;
}

const effect = {
  kind: 'say',
  draft: {
    to: testNode('vendor'),
    caseId: undefined,
    tlp: undefined,
    body: { kind: 'comment', text: 'too long' },
  },
} as const;

describe('words that cannot be said', () => {
  it.each(['ENVELOPE_OVERSIZE', 'STATEMENT_FIELD'] as const)(
    '§10: take no place and stop nothing: %s',
    async (code) => {
      const growth = noGrowth();
      const unsaid: FaultCode[] = [];
      const cause = { major: 1, minor: 0 };
      const doors = mute(code);
      const facts = await speak([effect], cause, TEST_NOW, growth, doors, (fault) => unsaid.push(fault.code));
      expect([facts, growth.said, unsaid]).toEqual([[], [], [code]]);
      expect(checkpointsOf(growth, doors)).toEqual([]);
    },
  );

  it('are breakage where our own key is the reason', async () => {
    const spoken = speak(
      [effect],
      { major: 1, minor: 0 },
      TEST_NOW,
      noGrowth(),
      mute('KEY_EXPIRED'),
      () => undefined,
    );
    await expect(spoken).rejects.toMatchObject({ fault: { code: 'KEY_EXPIRED' } });
  });
});
