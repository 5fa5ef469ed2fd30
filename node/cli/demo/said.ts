/** Small turns of phrase for the lines of progress. */
import type { Document } from '../call.js';
import type { Operator } from './operator.js';

/** What `settlement show` says in words. */
export function factsOf(shown: Document): string {
  const facts = (shown['facts'] ?? []) as unknown as readonly { readonly words: string }[];
  return facts.map(({ words }) => words).join('; ');
}

/** An instant of a view with its wall clock beside it. */
export function local(shown: Document, member: string): string {
  return `${String(shown[member])} (${String(shown['local'])})`;
}

/** The first few by name. */
export function namesOf(operators: readonly Operator[]): string {
  const shown = operators.slice(0, 4).map(({ name }) => name);
  const more = operators.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** `1 vendor`, `7 vendors`. */
export function counted(vendors: number): string {
  return vendors === 1 ? '1 vendor' : `${vendors} vendors`;
}
