/**
 * The numbers of DESIGN §7.1. Everything that a settlement promises hangs on them: any two quorums share
 * 2q − n members, which is one more than may lie.
 */

export type SelfOrSeal = 'self' | 'seal';

/** q = ⌊2n/3⌋ + 1, the least that a charter may ask for; n is the size of the roster, 1 to 10. */
export function quorumOf(n: number): number {
  return Math.floor((2 * n) / 3) + 1;
}

/** fS = 2q − n − 1: liars or amnesiacs that cannot split a case. */
export function liarsTolerated(n: number, q: number): number {
  return 2 * q - n - 1;
}

/** fL = n − q: members that may be down while amendments stay possible. */
export function downTolerated(n: number, q: number): number {
  return n - q;
}

/** With q = n each member releases at T by itself; with q < n only a seal releases (R8). */
export function releaseBy(n: number, q: number): SelfOrSeal {
  return q === n ? 'self' : 'seal';
}

/**
 * How many *other* centres must report a breach before a node releases without its operator (P4).
 * @returns `undefined` where there are not that many others, so that it is always the operator (n ≤ 3, or q = n).
 */
export function breachReportersNeeded(n: number, q: number): number | undefined {
  const needed = liarsTolerated(n, q) + 1;
  return needed <= n - 1 ? needed : undefined;
}
