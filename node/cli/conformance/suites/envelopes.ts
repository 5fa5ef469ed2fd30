/**
 * What a target does with entries that no honest node makes. Leaf and checkpoint hold in all of them, so each is stored
 * and receipted; what is inside is refused by name, and the next good words are heard (ENV-M12, ENV-M13).
 */
import { randomBytes } from 'node:crypto';
import type { FaultCode } from '../../../core/fault.js';
import type { CaseId } from '../../../core/ids.js';
import type { Entry, Place, Wording } from '../../../ports.js';
import type { Stage, Suite } from '../check.js';
import type { CheckId } from '../checks.js';
import { about, bytesOf, certificateOf, entryOf, envelopeOf, strangeBytes } from '../craft.js';
import { openScrapCase, saidBy } from '../expect.js';
import type { Visitor } from '../visitor.js';
import { demand } from '../watch.js';

const DAY_MS = 86_400_000;

export const envelopes: Suite = async (stage, check) => {
  const [lead, second] = [stage.visitor('lead'), stage.visitor('second')];
  await lead.visit();
  const target = await certificateOf(stage.target.card.certificate);
  const own = lead.badge.keys.certificate;
  const [ours, theirs] = [lead.badge.keys.openpgp, second.badge.keys.openpgp];
  let held: CaseId | undefined;

  const isOpen = await check('envelopes/good', async () => {
    held = await openScrapCase(stage, lead);
  });
  if (!isOpen || held === undefined) return;
  const caseId: CaseId = held;
  const words = about(caseId, { kind: 'comment', text: 'An exercise.' });

  type Make = (place: Place) => Promise<Entry>;
  const signedBy =
    (...signers: Parameters<typeof envelopeOf>[2]): Make =>
    async (place) => {
      const bytes = bytesOf(words, place);
      return entryOf(place, bytes, await envelopeOf(bytes, place.at, signers, [target, own]));
    };
  /** The envelope is right and made for another place than that of the leaf. */
  const placed =
    (differs: (place: Place) => Partial<Place>): Make =>
    async (place) => {
      const bytes = bytesOf(words, { ...place, ...differs(place) });
      return entryOf(place, bytes, await envelopeOf(bytes, place.at, [ours], [target, own]));
    };

  const refused: readonly (readonly [id: CheckId, codes: readonly FaultCode[], make: Make])[] = [
    ['envelopes/unsigned', ['ENVELOPE_UNSIGNED'], signedBy()],
    ['envelopes/two-signatures', ['ENVELOPE_SIGNATURES'], signedBy(ours, theirs)],
    ['envelopes/other-signer', ['ENVELOPE_FOREIGN'], signedBy(theirs)],
    [
      'envelopes/other-reader',
      ['ENVELOPE_UNDECRYPTABLE'],
      async (place) => {
        const bytes = bytesOf(words, place);
        const reader = second.badge.keys.certificate;
        return entryOf(place, bytes, await envelopeOf(bytes, place.at, [ours], [reader, own]));
      },
    ],
    [
      'envelopes/no-openpgp',
      ['ENVELOPE_MALFORMED'],
      async (place) => entryOf(place, randomBytes(64), new Uint8Array(randomBytes(512))),
    ],
    [
      'envelopes/old-signature',
      ['ENVELOPE_CLOCK'],
      async (place) => {
        const bytes = bytesOf(words, place);
        const late = (place.at + 3 * DAY_MS) as Place['at'];
        return entryOf(place, bytes, await envelopeOf(bytes, late, [ours], [target, own]));
      },
    ],
    [
      'envelopes/other-statement',
      ['STATEMENT_ID'],
      async (place) => {
        const bytes = bytesOf(words, place);
        const envelope = await envelopeOf(bytes, place.at, [ours], [target, own]);
        return entryOf(place, bytes, envelope, { statement: 'ab'.repeat(32) });
      },
    ],
    [
      'envelopes/other-author',
      ['STATEMENT_AUTHOR'],
      placed(({ feed }) => ({ feed: { ...feed, author: second.badge.keys.node } })),
    ],
    [
      'envelopes/other-recipient',
      ['STATEMENT_RECIPIENT'],
      placed(({ feed }) => ({ feed: { ...feed, recipient: second.badge.keys.node } })),
    ],
    [
      'envelopes/other-sequence',
      ['STATEMENT_SEQUENCE'],
      placed(({ sequence }) => ({ sequence: sequence + 1 })),
    ],
    [
      'envelopes/other-life',
      ['STATEMENT_INCARNATION'],
      placed(({ incarnation }) => ({ incarnation: incarnation + 1 })),
    ],
    ['envelopes/other-time', ['STATEMENT_TIME'], placed(({ at }) => ({ at: (at + 1) as Place['at'] }))],
    ['envelopes/unknown-kind', ['STATEMENT_KIND'], strange(1)],
    ['envelopes/unknown-version', ['STATEMENT_VERSION'], strange(2)],
    [
      'envelopes/no-statement',
      ['STATEMENT_MALFORMED'],
      async (place) => {
        const bytes = new Uint8Array([0xff, 0xff, 0xff, 0xff]);
        return entryOf(place, bytes, await envelopeOf(bytes, place.at, [ours], [target, own]));
      },
    ],
  ];
  for (const [id, codes, make] of refused) await check(id, () => isRefused(stage, lead, codes, make, words));

  function strange(version: number): Make {
    return async (place) => {
      const bytes = strangeBytes(caseId, place, version);
      return entryOf(place, bytes, await envelopeOf(bytes, place.at, [ours], [target, own]));
    };
  }

  await check('envelopes/row', async () => {
    const first = lead.said.tip.size;
    for (let count = 0; count < 3; count += 1) lead.append(await signedBy(theirs)(lead.place()));
    await lead.acknowledged();
    await lead.say(words);
    const row = await saidBy(stage, lead, 'unreadable with the end of the row', ({ body }) =>
      body.kind === 'unreadable' && body.sequence === first && body.until !== undefined
        ? body.until
        : undefined,
    );
    demand(row === first + 2, `the row was said to end at ${row} instead of ${first + 2}`);
    const told = lead.heard.filter(
      ({ statement }) =>
        statement?.body.kind === 'unreadable' &&
        statement.body.sequence > first &&
        statement.body.sequence <= first + 2,
    );
    demand(told.length === 0, 'an entry inside the row was complained of by itself');
  });
};

/** Stored, receipted, and complained of with one of these codes; then good words are heard again. */
async function isRefused(
  stage: Stage,
  lead: Visitor,
  codes: readonly FaultCode[],
  make: (place: Place) => Promise<Entry>,
  words: Wording,
): Promise<void> {
  const sequence = lead.said.tip.size;
  lead.append(await make(lead.place()));
  await lead.acknowledged();
  const code = await saidBy(stage, lead, `unreadable for entry ${sequence}`, ({ body }) =>
    body.kind === 'unreadable' && body.sequence === sequence ? body.code : undefined,
  );
  demand(
    codes.some((known) => known === code),
    `it was refused as ${code} instead of ${codes.join(' or ')}`,
  );
  await lead.say(words);
  await saidBy(stage, lead, `the end of the row at entry ${sequence}`, ({ body }) =>
    body.kind === 'unreadable' && body.until === sequence ? true : undefined,
  );
}
