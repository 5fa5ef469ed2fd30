/**
 * Reports as an officer sees them. Who reported is in none of these views; the words of a report are shown as they came,
 * its title without the name.
 */
import type { Json } from '../../core/canonical.js';
import type { Likeness } from '../../core/intake/alike.js';
import { withoutName } from '../../core/intake/named-in.js';
import {
  consentsTo,
  isAcknowledged,
  isReturned,
  productsOf,
  type Report,
  stageOf,
} from '../../core/intake/report.js';
import { foldCase } from '../../core/selection/spelling.js';
import type { State } from '../../core/state.js';
import { named } from '../find.js';
import { when } from './when.js';

/** One line of `report list`. */
export function reportLine(state: State, report: Report): { readonly [member: string]: Json } {
  const { id, source, text, route } = report;
  return {
    report: id,
    title: withoutName(report.reporter, text.title),
    source,
    kind: text.kind,
    receivedAt: when(report.receivedAt),
    stage: stageOf(report),
    acknowledged: isAcknowledged(report),
    returned: isReturned(report),
    answers: report.answers.length,
    answeredAt: when(report.answers.at(-1)?.at),
    case: route?.into ?? null,
    // The case of a route is opened right after it; a crash may come between.
    opened: route === undefined ? null : state.cases.has(route.into),
    duplicateOf: route?.duplicateOf ?? null,
    lacking: lackingIn(state, report).map((product) => withoutName(report.reporter, product)),
  };
}

export function reportView(state: State, report: Report): Json {
  const { text, assessment, severities, letters, consents, sharedWith } = report;
  return {
    ...reportLine(state, report),
    enteredAt: when(report.enteredAt),
    product: text.product,
    version: text.version,
    description: text.description,
    impact: text.impact,
    exploit: text.exploit,
    discovery: text.discovery,
    plans: text.plans,
    publicIds: [...text.publicIds],
    saysPublic: text.saysPublic,
    saysExploited: text.saysExploited,
    assessment:
      assessment === undefined
        ? null
        : {
            verdict: assessment.verdict.kind,
            because: assessment.verdict.kind === 'excluded' ? assessment.verdict.because : null,
            remark: assessment.remark,
            products: productsOf(report).map((product) => withoutName(report.reporter, product)),
            by: assessment.by,
            at: when(assessment.at),
          },
    severities: severities.map(({ side, name, vector, words, by, at }) => ({
      side,
      name,
      vector,
      words,
      by,
      at: when(at),
    })),
    letters: letters.map(({ letter, channel, text: words, by, at }, place) => ({
      letter,
      channel,
      text: words,
      by,
      at: when(at),
      returnedAt: when(report.returned.get(place)?.at),
      returned: report.returned.get(place)?.status ?? null,
    })),
    answered: report.answers.map(({ note, reply, encrypted, code, text: words, at }) => ({
      letter: letters[note]?.letter ?? null,
      reply,
      encrypted,
      code: code ?? null,
      // People sign what they write.
      text: withoutName(report.reporter, words),
      at: when(at),
    })),
    reporter: {
      known: report.reporter !== undefined,
      credit: consentsTo(report, 'credit'),
      contact: consentsTo(report, 'contact'),
      consents: [...consents].map(([scope, { given, words, by, at }]) => ({
        scope,
        given,
        words,
        by,
        at: when(at),
      })),
      sharedWith: [...sharedWith].map(([node, at]) => ({ ...named(state, node), at: when(at) })),
    },
  };
}

/** Products that it concerns and that the case it became does not name: a case is changed by a word of its own. */
function lackingIn({ cases }: State, report: Report): readonly string[] {
  const held = report.route === undefined ? undefined : cases.get(report.route.into);
  if (held === undefined || report.assessment?.products === undefined) return [];
  const named = new Set(held.summary.value.products.map(foldCase));
  return report.assessment.products.filter((product) => !named.has(foldCase(product)));
}

export function likenessView(state: State, { what, why, share }: Likeness): Json {
  const report = what.kind === 'report' ? state.reports.get(what.id) : undefined;
  const title =
    what.kind === 'report'
      ? withoutName(report?.reporter, report?.text.title ?? '')
      : state.cases.get(what.id)?.summary.value.title;
  return { kind: what.kind, id: what.id, title: title ?? '', why, share: Math.round(100 * share) };
}
