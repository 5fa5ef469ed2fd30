import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.js';
import { wrongIn, wrongOrder } from './invariants.js';
import { termsFor } from './world.js';
import { HOUR, MINUTE } from '../../../node/core/time.js';

describe('probe', () => {
  it.each([[1,0,100], [2,0,100], [2,1,60], [3,0,60], [3,2,60], [4,0,40],[4,1,40], [5,0,20],[5,1,20], [5,2,20],[7,0,8], [7,2,8]])('n=%i liars=%i', (n, liars, seeds) => {
    const rules = new Map<string, number>();
    for (let seed = 0; seed < seeds; seed++) {
      const terms = termsFor(n, seed % 2 ? {} : { freezeMs: HOUR, roundMs: 30 * MINUTE });
      const ended = simulate({ seed, terms, liars });
      const wrong = [...wrongIn(ended, terms), ...wrongOrder(ended, seed)];
      for (const w of wrong) rules.set(w, (rules.get(w) ?? 0) + 1);
      for (const c of ended.centres) {
        if (c.lies) continue;
        const k = c.intent?.rule ?? 'none';
        rules.set(k, (rules.get(k) ?? 0) + 1);
        const e = 'epoch ' + c.intent?.epoch;
        rules.set(e, (rules.get(e) ?? 0) + 1);
      }
      for (const f of ended.faults) rules.set(f, (rules.get(f) ?? 0) + 1);
    }
    console.log(n, liars, Object.fromEntries(rules));
    expect(true).toBe(true);
  });
});
