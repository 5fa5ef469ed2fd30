/** What is staged, released or held, and the release by a named officer. */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { publishedBy } from '../../core/case/published.js';
import { dutiesIn } from '../../core/duties.js';
import { ok, refuse } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { mayRelease } from '../../core/settlement/release.js';
import { freezeOf } from '../../core/settlement/rounds.js';
import { standingOf } from '../../core/settlement/settle.js';
import { flag, members, name, optional, orElse, text } from '../arguments.js';
import type { Desk } from '../desk.js';
import { findCase } from '../find.js';
import { order, type Verbs, view } from '../verb.js';
import { settledAt } from '../views/case-view.js';
import { localWhen, when } from '../views/when.js';

export const PUBLISH_VERBS: Verbs = {
  status: view(members({ case: optional(name) }), async (given, desk) => {
    const state = desk.state();
    if (given.case === undefined) {
      const all = [...state.cases.values()].map((held) => publishView(desk, held));
      return ok({ cases: await Promise.all(all) });
    }
    const held = findCase(state, given.case);
    return held.ok ? ok({ cases: [await publishView(desk, held.value)] }) : held;
  }),

  release: order(
    members({ case: name, reason: text(LIMITS.textCharacters.most, 1), early: orElse(flag, false) }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      if (!given.early && liesAhead(bench, held.value))
        return refuse('RELEASE_EARLY', {
          where: held.value.id,
          expects: '--early, where it has to be public before the instant, in this centre alone and for good',
        });
      const done = await bench.orderIn(held.value, { act: 'manual_release', reason: given.reason });
      if (!done.ok) return done;
      return ok(await publishView(bench, bench.state().cases.get(held.value.id) ?? held.value));
    },
  ),
};

/** Nothing would be released yet and nothing is held: whoever releases now does what the instant is there to prevent. */
function liesAhead(desk: Desk, held: Case): boolean {
  const docket = docketOf(desk.state(), held, desk.now());
  const standing = standingOf(docket);
  if (standing === undefined || desk.now() >= standing.at) return false;
  return mayRelease(docket, standing).kind === 'wait';
}

async function publishView(desk: Desk, held: Case): Promise<Json> {
  const state = desk.state();
  const now = desk.now();
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  const verdict = mayRelease(docket, standing);
  const { staged, released } = await desk.publisher.standing(held.id);
  const { manualRelease } = held.chamber;
  const published = publishedBy(held, state.self.node);
  const seat = state.self.role === 'centre';
  const at = settledAt(state, held, now)?.at;
  return {
    case: held.id,
    /** Without a vote nothing is released here. */
    seat,
    at: when(at),
    local: localWhen(state, at),
    freezeAt: standing === undefined ? null : when(freezeOf(standing.charter, standing.at)),
    verdict: verdict.kind,
    rule: verdict.kind === 'release' ? verdict.rule : (published?.rule ?? null),
    because:
      verdict.kind === 'held' ? [...verdict.because] : verdict.kind === 'wait' ? [verdict.because] : [],
    until: verdict.kind === 'wait' ? when(verdict.until) : null,
    due: dutiesIn(state, held, now).map(({ kind }) => kind),
    staged: staged ?? null,
    released: released ?? null,
    publishedAt: when(published?.publishedAt),
    lateMs: published === undefined ? null : published.publishedAt - published.at,
    manualRelease: manualRelease === undefined ? null : { ...manualRelease },
  };
}
