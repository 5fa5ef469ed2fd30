/** Cases as an operator sees them: everything that this node holds of one, and nothing that it does not. */

import type { Json } from '../../core/canonical.js';
import { isAsked } from '../../core/case/advance.js';
import type { Case, Stamp } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { awaited } from '../../core/case/last-heard.js';
import { tellingsOf } from '../../core/case/needless.js';
import { publishedBy } from '../../core/case/published.js';
import { unnamedProducts } from '../../core/case/unnamed-products.js';
import { heldOf } from '../../core/settlement/docket.js';
import { standingOf } from '../../core/settlement/settle.js';
import type { State } from '../../core/state.js';
import type { VendorReport } from '../../core/statement.js';
import type { Instant } from '../../core/time.js';
import { named, nameOf } from '../find.js';
import { localWhen, when } from './when.js';

/** One line of `case list`. */
export function caseLine(state: State, held: Case, now: Instant): Json {
  const settled = settledAt(state, held, now);
  const published = publishedBy(held, state.self.node);
  return {
    case: held.id,
    title: held.summary.value.title,
    publicIds: [...held.summary.value.publicIds],
    tlp: held.tlp,
    kind: held.summary.value.kind,
    origin: named(state, held.origin),
    openedAt: when(held.openedAt),
    epoch: settled?.epoch ?? null,
    at: when(settled?.at),
    publishedAt: when(published?.publishedAt),
    closed: held.closed !== undefined,
    mergedInto: held.mergedInto ?? null,
  };
}

/** Where a case is settled, for a centre by its own count and for a vendor by the newest notice. */
export function settledAt(
  state: State,
  held: Case,
  now: Instant,
): { readonly epoch: number; readonly at: Instant } | undefined {
  const standing = standingOf(docketOf(state, held, now));
  if (standing !== undefined) return { epoch: standing.epoch, at: standing.at };
  const notices = [...held.notices.values()].sort((left, right) => left.epoch - right.epoch);
  return notices.at(-1);
}

/** Everything that `case show` says. */
export function caseView(state: State, held: Case, now: Instant): Json {
  const { value: summary } = held.summary;
  const settled = settledAt(state, held, now);
  const details = held.details?.value;
  const { staged, breachConfirmed } = held.chamber;
  const published = publishedBy(held, state.self.node);
  return {
    case: held.id,
    title: summary.title,
    kind: summary.kind,
    scope: summary.scope,
    summary: summary.summary,
    products: [...summary.products],
    publicIds: [...summary.publicIds],
    tlp: held.tlp,
    origin: named(state, held.origin),
    from: named(state, held.from),
    model: held.model,
    openedAt: when(held.openedAt),
    replyBy: when(held.replyBy),
    details:
      details === undefined
        ? null
        : { text: details.text, onward: details.onward, tlp: details.tlp, from: named(state, details.from) },
    attachments: attachmentsOf(held),
    told: toldOf(state, held, now),
    tellings: { ...tellingsOf(state, held) },
    requests: requestsOf(state, held),
    vendors: vendorsOf(state, held),
    remedies: remediesOf(state, held),
    lists: [...held.lists].map(([node, marks]) => ({
      centre: named(state, node),
      vendors: marks.map(({ vendor, name, request, at }) => ({ node: vendor, name, request, at: when(at) })),
    })),
    words: wordsOf(state, held),
    preferences: [...held.preferences].map(([node, { stamp }]) => ({
      ...named(state, node),
      at: when(stamp.at),
    })),
    notices: noticesOf(state, held),
    advances: [...held.advances].map(([node, { agreement, offsetMs, text, by, grantedAt }]) => ({
      ...named(state, node),
      agreement,
      beforeMs: offsetMs,
      text,
      by,
      grantedAt: when(grantedAt),
      told: [...held.advised].filter((key) => key.startsWith(`${node}/`)).length,
    })),
    advice: [...held.advice.values()].map(({ stamp, value: { from, agreement, text, at, epoch } }) => ({
      from: named(state, from),
      agreement,
      text,
      at: when(at),
      epoch,
      saidAt: when(stamp.at),
    })),
    settled:
      settled === undefined
        ? null
        : { epoch: settled.epoch, at: when(settled.at), local: localWhen(state, settled.at) },
    staged: staged === undefined ? null : { epoch: staged.epoch, digest: staged.digest },
    published:
      published === undefined
        ? null
        : {
            epoch: published.epoch,
            at: when(published.at),
            publishedAt: when(published.publishedAt),
            rule: published.rule,
            digest: published.digest,
            revision: published.revision,
          },
    publications: publicationsOf(state, held),
    breachConfirmed,
    closed: held.closed ?? null,
    mergedInto: held.mergedInto ?? null,
  };
}

export function attachmentsOf(held: Case): Json {
  return [...held.attachments.values()].map(({ mark, count, parts }) => ({
    hash: mark.hash,
    bytes: mark.bytes,
    mediaType: mark.mediaType,
    parts: count,
    held: parts.size,
  }));
}

function toldOf(state: State, held: Case, now: Instant): Json {
  const waiting = awaited(state, held);
  return [...held.told].map(([node, { at, replyBy, statement }]) => ({
    ...named(state, node),
    at: when(at),
    replyBy: when(replyBy),
    acknowledgedAt: when(held.acknowledged.get(statement)?.at),
    answered: isAsked(state, node) && !waiting.has(node),
    overdue: (waiting.get(node) ?? Number.POSITIVE_INFINITY) <= now,
    noticed: [...held.noticed].filter((key) => key.startsWith(`${node}/`)).length,
  }));
}

export function requestsOf(state: State, held: Case): Json {
  return [...held.requests.values()]
    .sort((left, right) => left.at - right.at)
    .map(({ id, via, requester, requesterName, who, why, products, at }) => {
      const answer = held.answers.get(id);
      return {
        request: id,
        requester: { node: requester, name: requesterName || nameOf(state, requester) },
        via: named(state, via),
        who,
        why,
        products: [...products],
        at: when(at),
        answer:
          answer === undefined
            ? null
            : { kind: answer.kind, reason: answer.reason ?? null, at: when(answer.at) },
      };
    });
}

/** Vendors with what they said, vendors that are only listed, each once. */
export function vendorsOf(state: State, held: Case): Json {
  const unnamed = unnamedProducts(state, held);
  const spoken = [...held.reports].map(([node, { stamp, value, via }]) => ({
    ...named(state, node),
    name: value.vendorName || nameOf(state, node),
    via: named(state, via),
    ...reportView(value, stamp),
    unnamed: [...unnamed(value, node)],
  }));
  const listed = [...held.listed.values()].map(({ stamp, value }) => ({
    node: null,
    name: value.vendorName,
    via: named(state, state.self.node),
    ...reportView(value, stamp),
    unnamed: [...unnamed(value, undefined)],
  }));
  return [...spoken, ...listed];
}

/** Counter-measures for the public, by vendor. */
export function remediesOf(state: State, held: Case): Json {
  return [...held.remedies].map(([node, { stamp, value }]) => ({
    ...named(state, node),
    name: value.vendorName || nameOf(state, node),
    remedy: value.remedy,
    references: value.references.map(({ url, summary }) => ({ url, summary })),
    at: when(stamp.at),
  }));
}

function reportView(report: VendorReport, { at }: Stamp): { readonly [member: string]: Json } {
  const { status, fixProgress, impact, plan, statement, products, justification, verdicts } = report;
  return {
    status,
    fixProgress,
    impact,
    plan,
    readyAt: when(report.readyAt),
    statement,
    products: [...products],
    justification: justification ?? null,
    verdicts: verdicts.map(({ product, state, justification: why }) => ({
      product,
      state,
      justification: why ?? null,
    })),
    at: when(at),
  };
}

function wordsOf(state: State, held: Case): Json {
  return [...held.words.values()]
    .sort((left, right) => left.at - right.at)
    .map(({ id, from, to, kind, text, at }) => ({
      statement: id,
      from: named(state, from),
      to: named(state, to),
      kind,
      text,
      at: when(at),
    }));
}

/** What the centres said that they published, ourselves among them. */
function publicationsOf(state: State, held: Case): Json {
  return heldOf(held.chamber.ballots, 'published').map(({ ballot, heldAt }) => ({
    ...named(state, ballot.author),
    epoch: ballot.body.epoch,
    at: when(ballot.body.at),
    digest: ballot.body.digest,
    revision: ballot.body.revision,
    heardAt: when(heldAt),
  }));
}

function noticesOf(state: State, held: Case): Json {
  return [...held.notices.values()]
    .sort((left, right) => left.epoch - right.epoch || (left.stage < right.stage ? 1 : -1))
    .map(({ stage, epoch, at, local, from }) => ({
      stage,
      epoch,
      at: when(at),
      local,
      from: named(state, from),
      roster: `verified, roster per ${nameOf(state, from)}`,
    }));
}
