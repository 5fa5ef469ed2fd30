/** Who is told what: process models 1 and 2, onward rules, and what nobody gets without a grant (DOMAIN §3). */
import type { CaseId } from '../../../core/ids.js';
import type { SpokenBody, Statement } from '../../../core/statement.js';
import { after, DAY } from '../../../core/time.js';
import type { Stage, Suite } from '../check.js';
import type { CheckId } from '../checks.js';
import { about } from '../craft.js';
import { caughtUp, saidBy, signOfLife } from '../expect.js';
import { type About, openParlour } from '../mind.js';
import { DETAILS, openStory, type Story, signed } from '../story.js';
import type { Visitor } from '../visitor.js';
import { demand } from '../watch.js';

type Kind = SpokenBody['kind'];
type BodyOf<K extends Kind> = Extract<SpokenBody, { readonly kind: K }>;

export const disclosure: Suite = async (stage, check) => {
  if (!stage.operator.present) {
    for (const id of BY_OPERATOR) await check(id, async () => undefined);
    return;
  }
  const [lead, second, vendor] = [stage.visitor('lead'), stage.visitor('second'), stage.visitor('vendor')];
  for (const visitor of [lead, second, vendor]) await visitor.visit();
  const parlour = await openParlour(stage, [lead]);
  const mind = parlour.mind(lead);
  const { node } = vendor.badge.keys;
  const open = (story: Story) => openStory(stage, parlour, [mind], story);
  let held: About | undefined;

  const isOpen = await check('disclosure/before-charter', async () => {
    held = await open({ tlp: 'AMBER', onward: 'own_vendors', model: 2 });
    await stage.operator.act('tell', held.caseId, node);
    await signOfLife(stage, vendor);
    demand(
      wordsIn(vendor, held.caseId).length === 0,
      'a vendor was told of a case without a charter in force',
    );
    await signed(stage, mind, held);
  });
  if (!isOpen || held === undefined) return;
  const it: About = held;

  const isTold = await check('disclosure/summary', async () => {
    await told(stage, it.caseId, node);
    const summary = await heardBy(stage, vendor, it.caseId, 'case_summary');
    demand(summary.body.origin === lead.badge.keys.node, 'the summary names another origin');
    demand(summary.body.model === 2, 'the summary names another process model than the charter');
    demand(summary.tlp === it.tlp, 'the summary has another label than the case');
    demand(!mentions(vendor, it.caseId, DETAILS), 'the details were told unasked');
  });
  if (!isTold) return;

  let request: string | undefined;
  await check('disclosure/notice', async () => {
    const notice = await heardBy(stage, vendor, it.caseId, 'publication_notice');
    demand(notice.body.stage === 'settled' && notice.body.epoch === 0, 'the first notice is not of epoch 0');
  });
  await check('disclosure/request-alone', async () => {
    request = (await asks(vendor, it)).id;
    await signOfLife(stage, vendor);
    demand(!mentions(vendor, it.caseId, DETAILS), 'a request alone was answered with the details');
  });
  const isGranted = await check('disclosure/grant', async () => {
    demand((await stage.operator.act('grant', it.caseId, node)) === 'done', 'the target refused to grant');
    const grant = await heardBy(stage, vendor, it.caseId, 'detail_grant');
    demand(grant.body.request === request, 'the grant answers another request');
    demand(grant.body.details === DETAILS, 'the details are not those of their author');
    demand(grant.body.onward === 'own_vendors', 'the onward rule of the author was changed');
  });
  if (isGranted) {
    await check('disclosure/list-of-grants', async () => {
      const list = await heardBy(stage, lead, it.caseId, 'disclosure_list');
      demand(list.body.model === 2, 'the list is of another process model');
      const named = list.body.entries.map((mark) => `${mark.vendor} ${mark.request}`);
      demand(named.includes(`${node} ${request}`), 'the list does not name the vendor and its request');
    });
    await check('disclosure/granted-once', async () => {
      await stage.operator.act('grant', it.caseId, node);
      await signOfLife(stage, vendor);
      demand(heardAll(vendor, it.caseId, 'detail_grant').length === 1, 'one request was granted twice');
    });
  }
  await check('disclosure/status-upwards', async () => {
    await vendor.say(about(it.caseId, { kind: 'vendor_status', report: reportOf(vendor) }, it.tlp));
    const status = await heardBy(stage, lead, it.caseId, 'vendor_status');
    demand(status.body.report.vendor === node, 'it speaks of another vendor');
    demand(status.body.report.status === 'affected', 'the status of the vendor was changed on the way');
    await vendor.say(about(it.caseId, remedyOf(vendor), it.tlp));
    const remedy = await heardBy(stage, lead, it.caseId, 'remedy');
    demand(remedy.body.vendor === node, 'the counter-measure is of another vendor');
  });
  await check('disclosure/outsider', async () => {
    const outsider = second.badge.keys.node;
    await asks(second, it);
    await stage.operator.act('grant', it.caseId, outsider);
    await caughtUp(stage, second);
    demand(wordsIn(second, it.caseId).length === 0, 'somebody without a part in the case was told of it');
  });

  await check('disclosure/denial', async () => {
    const other = await open({ tlp: 'AMBER', onward: 'own_vendors', model: 2 });
    await signed(stage, mind, other);
    await told(stage, other.caseId, node);
    await heardBy(stage, vendor, other.caseId, 'case_summary');
    const { id } = await asks(vendor, other);
    demand((await stage.operator.act('deny', other.caseId, node)) === 'done', 'the target refused to deny');
    const denial = await heardBy(stage, vendor, other.caseId, 'detail_denial');
    demand(denial.body.request === id, 'the denial answers another request');
    await stage.operator.act('grant', other.caseId, node);
    await signOfLife(stage, vendor);
    demand(!mentions(vendor, other.caseId, DETAILS), 'details went out on a request that was denied');
  });

  const closed: readonly (readonly [id: CheckId, story: Story])[] = [
    ['disclosure/onward-nobody', { tlp: 'AMBER', onward: 'nobody', model: 2 }],
    ['disclosure/strict-without-consent', { tlp: 'AMBER+STRICT', onward: 'own_vendors', model: 2 }],
    ['disclosure/ask-without-consent', { tlp: 'AMBER', onward: 'ask', model: 2 }],
  ];
  for (const [id, story] of closed)
    await check(id, async () => {
      const other = await open(story);
      await signed(stage, mind, other);
      await told(stage, other.caseId, node);
      await heardBy(stage, vendor, other.caseId, 'case_summary');
      await asks(vendor, other);
      await stage.operator.act('grant', other.caseId, node);
      await signOfLife(stage, vendor);
      demand(!mentions(vendor, other.caseId, DETAILS), 'the details went to a third organisation');
    });

  await check('disclosure/model-1', async () => {
    const other = await open({ tlp: 'AMBER', onward: 'own_vendors', model: 1 });
    await signed(stage, mind, other);
    await told(stage, other.caseId, node);
    const summary = await heardBy(stage, vendor, other.caseId, 'case_summary');
    demand(summary.body.model === 1, 'the summary names another process model than the charter');
    demand(summary.body.originCard !== '', 'the card of the origin does not travel with the summary');
    const { id } = await asks(vendor, other);
    const list = await heardBy(stage, lead, other.caseId, 'disclosure_list');
    demand(list.body.model === 1, 'the list is of another process model');
    const [mark] = list.body.entries.filter((entry) => entry.vendor === node);
    demand(mark?.request === id, 'the list does not name the vendor and its request');
    demand(mark?.card !== '', 'the card of the vendor does not travel with the list');
  });
};

const BY_OPERATOR: readonly CheckId[] = ['disclosure/before-charter'];

async function told(stage: Stage, caseId: CaseId, vendor: string): Promise<void> {
  demand(
    (await stage.operator.act('tell', caseId, vendor)) === 'done',
    'the target refused to tell its vendor',
  );
}

/** @returns the statement with its body narrowed. */
function heardBy<K extends Kind>(
  stage: Stage,
  visitor: Visitor,
  caseId: CaseId,
  kind: K,
): Promise<Statement & { readonly body: BodyOf<K> }> {
  return saidBy(stage, visitor, `${visitor.badge.name}: ${kind}`, (statement) =>
    statement.caseId === caseId && statement.body.kind === kind
      ? (statement as Statement & { readonly body: BodyOf<K> })
      : undefined,
  );
}

function heardAll(visitor: Visitor, caseId: CaseId, kind: Kind): readonly Statement[] {
  return wordsIn(visitor, caseId).filter(({ body }) => body.kind === kind);
}

function wordsIn(visitor: Visitor, caseId: CaseId): readonly Statement[] {
  return visitor.heard.flatMap(({ statement }) => (statement?.caseId === caseId ? [statement] : []));
}

function mentions(visitor: Visitor, caseId: CaseId, text: string): boolean {
  return wordsIn(visitor, caseId).some(({ body }) => JSON.stringify(body).includes(text));
}

async function asks(visitor: Visitor, { caseId, tlp }: About): Promise<{ readonly id: string }> {
  const body: SpokenBody = {
    kind: 'detail_request',
    requester: visitor.badge.keys.node,
    who: 'Exercise',
    why: 'We may be affected.',
    products: [],
  };
  const said = await visitor.say(about(caseId, body, tlp));
  await visitor.acknowledged();
  return said;
}

function reportOf({ badge }: Visitor): BodyOf<'vendor_status'>['report'] {
  return {
    vendor: badge.keys.node,
    vendorName: badge.card.name,
    status: 'affected',
    fixProgress: 'none',
    impact: 'Exercise.',
    plan: 'Exercise.',
    readyAt: after(badge.card.expiresAt, -300 * DAY),
    statement: 'Exercise.',
    products: [],
    justification: undefined,
    verdicts: [],
  };
}

function remedyOf({ badge }: Visitor): SpokenBody {
  return {
    kind: 'remedy',
    vendor: badge.keys.node,
    vendorName: badge.card.name,
    remedy: 'Exercise.',
    references: [],
  };
}
