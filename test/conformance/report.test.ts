/** What a run of the conformance runner leaves behind: table, document, JUnit XML; and that its checks are about rules. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../node/cli/conformance/check.js';
import { CHECKS, type CheckId, SUITES, suiteOf } from '../../node/cli/conformance/checks.js';
import { countOf, documentOf, junitOf, tableOf } from '../../node/cli/conformance/report.js';

const PROTOCOL = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');

const RESULTS: readonly Result[] = [
  { id: 'handshake/hello', verdict: 'passed', says: '', ms: 12 },
  { id: 'envelopes/unsigned', verdict: 'failed', says: 'it said <"&\u0000', ms: 30 },
  { id: 'disclosure/grant', verdict: 'left out', says: 'needs somebody to grant', ms: 0 },
];

describe('the checks of the conformance runner', () => {
  it('name rules of docs/PROTOCOL.md, and each has one at least', () => {
    const rows = Object.entries(CHECKS);
    expect(rows.filter(([, { rules }]) => rules.length === 0)).toEqual([]);
    const unknown = rows.flatMap(([id, { rules }]) =>
      rules.filter((rule) => !PROTOCOL.includes(`- **${rule}**`)).map((rule) => `${id} ${rule}`),
    );
    expect(unknown).toEqual([]);
  });

  it('belong to a suite each, and every suite has some', () => {
    const suites = new Set((Object.keys(CHECKS) as CheckId[]).map(suiteOf));
    expect([...suites]).toEqual([...SUITES]);
  });
});

describe('the report of a run', () => {
  it('counts what passed, failed and was left out', () => {
    expect(countOf(RESULTS)).toEqual({ passed: 1, failed: 1, 'left out': 1 });
  });

  it('tells people what should have been and what was', () => {
    const text = tableOf(RESULTS).join('\n');
    expect(text).toContain('envelopes/unsigned  (ENV-M6, ENV-M12, ENV-M13)');
    expect(text).toContain('1 passed, 1 failed, 1 left out');
  });

  it('is one document for programs', () => {
    expect(documentOf(RESULTS)).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 1,
      checks: [{ id: 'handshake/hello', verdict: 'passed' }, { verdict: 'failed' }, { verdict: 'skipped' }],
    });
  });

  it('is JUnit XML: one suite each, and no character that XML forbids', () => {
    const xml = junitOf(RESULTS);
    expect(xml).toContain(
      '<testsuites name="isochron conformance" tests="3" failures="1" errors="0" skipped="1"',
    );
    expect(xml).toContain('<failure message="it said &lt;&quot;&amp;\ufffd">');
    expect(xml).toContain('<skipped message="needs somebody to grant"/>');
    expect(xml.match(/<testsuite /g)).toHaveLength(3);
  });
});
