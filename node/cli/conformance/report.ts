/** What came of a run: a table for people, one document for programs, JUnit XML for whoever collects test reports. */
import type { Json } from '../../core/canonical.js';
import { table } from '../print.js';
import type { Result, Verdict } from './check.js';
import { CHECKS, SUITES, suiteOf } from './checks.js';

/** How many checks came to which end. */
export function countOf(results: readonly Result[]): Readonly<Record<Verdict, number>> {
  const count = { passed: 0, failed: 0, 'left out': 0 };
  for (const { verdict } of results) count[verdict] += 1;
  return count;
}

/** One line for each check; a failed one with its reason, its sentence and its rules. */
export function tableOf(results: readonly Result[]): readonly string[] {
  const rows = results.map(({ id, verdict, says, ms }) => [MARKS[verdict], id, `${ms} ms`, says]);
  const failed = results.filter(({ verdict }) => verdict === 'failed');
  const count = countOf(results);
  return [
    ...table(rows),
    '',
    ...failed.flatMap(({ id, says }) => [
      `${id}  (${CHECKS[id].rules.join(', ')})`,
      `  should be: ${CHECKS[id].says}`,
      `  was:       ${says}`,
    ]),
    `${count.passed} passed, ${count.failed} failed, ${count['left out']} left out`,
  ];
}

const MARKS: Readonly<Record<Verdict, string>> = { passed: 'ok', failed: 'FAILED', 'left out': '-' };

/** The same for programs; stable. */
export function documentOf(results: readonly Result[]): Json {
  const checks = results.map(({ id, verdict, says, ms }) => ({
    id,
    verdict: verdict === 'left out' ? 'skipped' : verdict,
    rules: [...CHECKS[id].rules],
    says,
    ms,
  }));
  const { passed, failed, 'left out': skipped } = countOf(results);
  return { passed, failed, skipped, checks };
}

/** JUnit XML: one suite each, `skipped` for what was left out. */
export function junitOf(results: readonly Result[]): string {
  const suites = SUITES.flatMap((name) => {
    const own = results.filter(({ id }) => suiteOf(id) === name);
    if (own.length === 0) return [];
    const { failed, 'left out': skipped } = countOf(own);
    const head = `  <testsuite name="isochron.${name}" tests="${own.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds(own)}">`;
    return [head, ...own.flatMap(caseOf), '  </testsuite>'];
  });
  const { failed, 'left out': skipped } = countOf(results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="isochron conformance" tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds(results)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(result: Result): readonly string[] {
  const { id, verdict, says } = result;
  const name = id.slice(id.indexOf('/') + 1);
  const open = `    <testcase classname="isochron.${suiteOf(id)}" name="${escaped(`${name}: ${CHECKS[id].says}`)}" time="${seconds([result])}"`;
  if (verdict === 'passed') return [`${open}/>`];
  const inner =
    verdict === 'failed'
      ? `      <failure message="${escaped(says)}">${escaped(CHECKS[id].rules.join(', '))}</failure>`
      : `      <skipped message="${escaped(says)}"/>`;
  return [`${open}>`, inner, '    </testcase>'];
}

function seconds(results: readonly Result[]): string {
  return (results.reduce((sum, { ms }) => sum + ms, 0) / 1_000).toFixed(3);
}

/** Messages may name what a stranger sent: no character that XML 1.0 forbids stays. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
