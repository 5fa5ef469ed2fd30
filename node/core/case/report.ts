/**
 * What was done outside the feeds comes back as a report in the home feed (STYLE §2.1, rule 7).
 */
import { type Outcome, ok, refuse } from '../fault.js';
import { mayRelease } from '../settlement/release.js';
import type { State } from '../state.js';
import type { HomeBody } from '../statement.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';
import { docketOf } from './chamber.js';
import { tellTheUntold } from './disclose.js';
import type { Heard } from './heard.js';
import { withChamber } from './settle-words.js';

type ReportBody = Extract<HomeBody, { kind: 'publish_intent' | 'publish_report' | 'stage_report' }>;

/**
 * Intent before the act, report after it (R8); that others are told of it follows from the report (`follow.ts`).
 *
 * The intent is judged here once more, in the order of arrivals: between the look at the clock and this place no
 * commit of ours can have slipped in. So check and promise are one step, and the release follows a promise on disk.
 * Faults: PUBLISHED_ALREADY, RELEASE_REFUSED.
 */
export function report(state: State, held: Case, body: ReportBody, now: Instant): Outcome<Heard> {
  switch (body.kind) {
    case 'stage_report':
      return ok({
        held: withChamber(held, { staged: { epoch: body.epoch, digest: body.digest } }),
        effects: [],
      });
    case 'publish_intent': {
      if (held.chamber.intent !== undefined) return refuse('PUBLISHED_ALREADY', { where: held.id });
      const verdict = mayRelease(docketOf(state, held, now));
      if (verdict.kind !== 'release' || verdict.rule !== body.rule || verdict.epoch !== body.epoch)
        return refuse('RELEASE_REFUSED', { where: held.id });
      const { epoch, at, rule } = body;
      const early = rule === 'P4' || rule === 'MANUAL';
      return ok({
        held: withChamber(held, { intent: { epoch, at, rule } }),
        effects: early ? tellTheUntold(state, held) : [],
      });
    }
    case 'publish_report': {
      const { epoch, at, publishedAt, digest, revision } = body;
      const rule = held.chamber.intent?.rule ?? 'MANUAL';
      return ok({
        held: withChamber(held, { published: { epoch, at, publishedAt, digest, revision, rule } }),
        effects: [],
      });
    }
  }
}
