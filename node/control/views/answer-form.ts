/**
 * The answer form of a letter, as far as a program can read it. What it reads is a proposal for the officer, who enters
 * what the vendor meant.
 */
import type { Json } from '../../core/canonical.js';
import { readVendorStatus } from '../../core/case/vendor-words.js';

/** Names of the lines, as a letter asks for them. */
const LINES = {
  status: 'status',
  fix: 'fixProgress',
  ready: 'readyAt',
  products: 'products',
  impact: 'impact',
  plan: 'plan',
  details: 'details',
  'statement for the public': 'statement',
} as const;

type Line = (typeof LINES)[keyof typeof LINES];

/** `Name: words`, after marks of quotation; who writes Japanese may have typed a wide colon. */
const NAMED = /^(?:>\s*)*([A-Za-z ]{2,30})[:：][ \t\u3000]*(.*)$/;

/** What was filled in. An empty line, or one that still offers the choice, is not. */
export function answerForm(text: string): { readonly [name in Line]?: Json } {
  const found = new Map<Line, string>();
  let open: Line | undefined;
  for (const line of text.split('\n')) {
    const [, name = '', words = ''] = NAMED.exec(line) ?? [];
    const known = LINES[name.trim().toLowerCase() as keyof typeof LINES];
    if (known !== undefined) {
      open = known;
      if (!/^[(（]/.test(words)) found.set(known, words.trim());
    } else if (line.startsWith('>') || line.trim() === '--') open = undefined;
    // A statement goes on over several lines; the other answers are one line each.
    else if (open === 'statement') found.set(open, `${found.get(open) ?? ''}\n${line}`.trim());
  }
  // Who deletes the other choices may leave the explanation behind the one that is meant.
  const [chosen = ''] = (found.get('status') ?? '').toLowerCase().split(/\s/);
  const status = readVendorStatus(chosen);
  if (status === undefined) found.delete('status');
  else found.set('status', status);
  const filled = [...found].filter(([, words]) => words !== '');
  return Object.fromEntries(
    filled.map(([name, words]) => [name, name === 'products' ? words.split(/\s*[;,]\s*/) : words]),
  );
}
