/** Intake as a pure machine: what may be put down when, and by what consent a name leaves (DESIGN §5.4). */
import { describe, expect, test } from 'vitest';
import {
  type CoreWorld,
  introduceCores,
  openCoreWorld,
  refold,
} from '../../node/cli/conformance/exchange/core-world.js';
import { advisoryOf } from '../../node/core/case/publish.js';
import { type ReportId, reportId } from '../../node/core/ids.js';
import { likenesses } from '../../node/core/intake/alike.js';
import { type ReportEntry, type ReportText, stageOf } from '../../node/core/intake/report.js';
import { after, DAY } from '../../node/core/time.js';
import { CASE, opening } from '../support/case-play.js';
import { SUMMARY } from '../support/world.js';

const ONE = reportId('0f7e8a5c-2f54-4d3e-9b1a-6c1d2e3f4a5b') as ReportId;
const OTHER = reportId('1f7e8a5c-2f54-4d3e-9b1a-6c1d2e3f4a5b') as ReportId;
const CANARY = 'QUILLWIREPERSON';

const TEXT: ReportText = {
  kind: 'software_product',
  title: 'Overlong names stop the parser',
  product: 'libquill',
  version: '1.2',
  description: 'A name of more than 4,096 letters makes the parser of libquill write behind its buffer.',
  impact: 'Remote code.',
  exploit: '',
  discovery: '',
  plans: '',
  publicIds: ['CVE-2027-0001'],
  saysPublic: false,
  saysExploited: false,
};
const REPORTER = { name: CANARY, organisation: 'Finders', contact: 'finder@person.example' };

function world(): CoreWorld {
  const seats = [
    { name: 'cert', role: 'centre' },
    { name: 'vendor', role: 'vendor' },
  ] as const;
  const opened = openCoreWorld(seats);
  introduceCores(opened, seats);
  return opened;
}

function put(at: CoreWorld, entry: ReportEntry, report: ReportId = ONE): string | undefined {
  return at.order('cert', { act: 'report', report, entry })?.code;
}

function entered(): CoreWorld {
  const at = world();
  put(at, { kind: 'enter', source: 'form', receivedAt: at.now, text: TEXT });
  put(at, { kind: 'reporter', reporter: REPORTER });
  return at;
}

const VALID: ReportEntry = { kind: 'assess', verdict: { kind: 'vulnerability' }, remark: '' };
const ROUTE: ReportEntry = { kind: 'route', into: CASE, duplicateOf: undefined };

function routed(): CoreWorld {
  const at = entered();
  put(at, VALID);
  put(at, ROUTE);
  at.order('cert', opening({ details: TEXT.description }), { caseId: CASE, tlp: 'AMBER' });
  return at;
}

const consent = (scope: 'credit' | 'contact', given: boolean): ReportEntry => ({
  kind: 'consent',
  scope,
  given,
  words: 'I agree.',
});
const tell = (at: CoreWorld) => {
  const to = [at.node('vendor').node];
  at.order('cert', { act: 'tell', to, replyBy: after(at.now, 7 * DAY) }, { caseId: CASE, tlp: 'AMBER' });
  at.settle();
};
const heldIn = (at: CoreWorld) => at.node('cert').state.reports.get(ONE);

describe('from a report to a case', () => {
  test.each([
    ['a report that nobody entered', VALID, 'REPORT_UNKNOWN'],
    ['a reporter of no report', { kind: 'reporter', reporter: REPORTER }, 'REPORT_UNKNOWN'],
  ] as const)('%s is refused', (_, entry, code) => {
    expect(put(world(), entry)).toBe(code);
  });

  test('REPORT_EXISTS: a report is entered once', () => {
    const at = entered();
    expect(put(at, { kind: 'enter', source: 'mail', receivedAt: at.now, text: TEXT })).toBe('REPORT_EXISTS');
    expect(heldIn(at)?.source).toBe('form');
  });

  test('REPORT_NOT_VALID: nothing becomes a case before a person has found it to be a vulnerability', () => {
    const at = entered();
    expect(put(at, ROUTE)).toBe('REPORT_NOT_VALID');
    put(at, { kind: 'assess', verdict: { kind: 'excluded', because: 'malware' }, remark: '' });
    expect(put(at, ROUTE)).toBe('REPORT_NOT_VALID');
    put(at, VALID);
    expect(put(at, ROUTE)).toBeUndefined();
  });

  test('REPORT_ROUTED: what became a case is neither routed nor assessed again', () => {
    const at = routed();
    expect(put(at, ROUTE)).toBe('REPORT_ROUTED');
    expect(put(at, VALID)).toBe('REPORT_ROUTED');
  });

  test('a duplicate names a report that is there', () => {
    const at = entered();
    put(at, VALID);
    expect(put(at, { ...ROUTE, duplicateOf: OTHER })).toBe('REPORT_UNKNOWN');
  });

  test.each([
    [[], 'received'],
    [[{ kind: 'assess', verdict: { kind: 'question' }, remark: '' }], 'question'],
    [[{ kind: 'assess', verdict: { kind: 'excluded', because: 'attack_tool' }, remark: '' }], 'invalid'],
    [[VALID], 'valid'],
    [[VALID, ROUTE], 'accepted'],
  ] as const)('stage after %j is %s', (entries, stage) => {
    const at = entered();
    for (const entry of entries) put(at, entry);
    const held = heldIn(at);
    expect(held && stageOf(held)).toBe(stage);
  });

  test('severities of finder and vendor stand side by side; the newest of each side and name holds', () => {
    const at = entered();
    const judge = (side: 'finder' | 'vendor', words: string) =>
      put(at, { kind: 'severity', side, name: 'X', vector: '', words });
    judge('finder', 'Critical.');
    judge('vendor', 'Low.');
    judge('finder', 'High.');
    expect(heldIn(at)?.severities.map(({ side, words }) => [side, words])).toEqual([
      ['vendor', 'Low.'],
      ['finder', 'High.'],
    ]);
  });

  test('a fold over the home feed gives the same reports', () => {
    const at = routed();
    put(at, consent('credit', true));
    const { state, arrivals } = at.node('cert');
    expect(refold(state.self, arrivals).reports).toEqual(state.reports);
  });
});

describe('who reported it', () => {
  test('REPORTER_CONSENT: name and contact leave by recorded consent only, and not after it was taken back', () => {
    const at = routed();
    const share: ReportEntry = { kind: 'share', to: at.node('vendor').node };
    expect(put(at, share)).toBe('REPORTER_CONSENT');
    put(at, consent('credit', true));
    expect(put(at, share)).toBe('REPORTER_CONSENT');
    put(at, consent('contact', true));
    put(at, consent('contact', false));
    expect(put(at, share)).toBe('REPORTER_CONSENT');
    put(at, consent('contact', true));
    tell(at);
    expect(put(at, share)).toBeUndefined();
    expect(heldIn(at)?.sharedWith.has(at.node('vendor').node)).toBe(true);
  });

  test('CASE_UNTOLD: nor does it go to a peer that was never told of the case, with consent or without', () => {
    const at = routed();
    const vendor = at.node('vendor');
    put(at, consent('contact', true));
    const share: ReportEntry = { kind: 'share', to: vendor.node };
    expect(put(at, share)).toBe('CASE_UNTOLD');
    at.settle();
    expect(heldIn(at)?.sharedWith.size).toBe(0);
    expect(vendor.arrivals.filter(({ feed }) => feed.author === at.node('cert').node)).toEqual([]);
    tell(at);
    expect(put(at, share)).toBeUndefined();
  });

  test.each([
    ['REPORTER_ABSENT', 'without a reporter', (at: CoreWorld) => put(at, { kind: 'looked' }, OTHER)],
    [
      'CASE_UNKNOWN',
      'without a case',
      (at: CoreWorld) => put(at, { kind: 'share', to: at.node('vendor').node }),
    ],
  ] as const)('%s: nothing is shared %s', (code, _, act) => {
    const at = entered();
    put(at, { kind: 'enter', source: 'cve', receivedAt: at.now, text: TEXT }, OTHER);
    put(at, consent('contact', true));
    expect(act(at)).toBe(code);
  });

  test.each([
    [true, [{ name: CANARY, organisation: 'Finders', consent: true }]],
    [false, []],
  ])('is named in the advisory where that was agreed to (%j)', (given, credits) => {
    const at = routed();
    put(at, consent('contact', true));
    put(at, consent('credit', given));
    const { state } = at.node('cert');
    const held = state.cases.get(CASE);
    expect(held && advisoryOf(state, held, at.now).credits).toEqual(credits);
  });

  test('the name is in no case, whatever the report became', () => {
    const at = routed();
    expect(JSON.stringify([...(at.node('cert').state.cases.values() ?? [])], mapsToo)).not.toContain(CANARY);
  });
});

function mapsToo(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

describe('likeness', () => {
  const other = (changes: Partial<ReportText>): readonly string[] => {
    const at = entered();
    put(
      at,
      { kind: 'enter', source: 'form', receivedAt: at.now, text: { ...TEXT, publicIds: [], ...changes } },
      OTHER,
    );
    return likenesses(at.node('cert').state, TEXT, ONE).map(({ what, why }) => `${what.kind} ${why}`);
  };

  test.each([
    [
      'a shared public id, however it is written',
      { publicIds: [' cve-2027-0001 '], title: 'Something', description: '' },
      ['report public_id'],
    ],
    ['nearly the same words', { product: 'another' }, ['report words']],
    [
      'the same product and some of the words',
      {
        title: 'libquill crashes',
        description: 'The parser of libquill reads behind its buffer with long names.',
      },
      ['report product'],
    ],
    [
      'the same product and another defect',
      { title: 'Weak default password', description: 'Everybody can log in at once.' },
      [],
    ],
    [
      'a whole sentence between another greeting and signature, its line broken elsewhere, without a product',
      {
        product: '',
        title: 'Something to look at',
        description: `Dear colleagues of the centre,\n\nplease look at what our laboratory saw last week.\n${TEXT.description.replace(' ', '\n')}\n\nWith kind regards from the whole laboratory,\nGwen\n+44 20 0000 0000`,
      },
      ['report sentence'],
    ],
    ['another product and other words', { product: 'x', title: 'y', description: 'z' }, []],
  ])('%s', (_, changes, found) => {
    expect(other(changes)).toEqual(found);
  });

  test('cases are offered as well, and the report itself is not', () => {
    const at = routed();
    const { state } = at.node('cert');
    const like = {
      ...TEXT,
      title: SUMMARY.title,
      description: SUMMARY.summary,
      publicIds: SUMMARY.publicIds,
    };
    expect(likenesses(state, like, ONE).map(({ what }) => what)).toContainEqual({ kind: 'case', id: CASE });
    expect(likenesses(state, TEXT, ONE).map(({ what }) => what.id)).not.toContain(ONE);
  });
});
