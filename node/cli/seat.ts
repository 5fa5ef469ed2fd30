/** A seat as an operator types it. */

/** `NISCC:1` is a peer with a process model; a name may hold a colon of its own, so only `:1` and `:2` count. */
export function seatOf(typedSeat: string): { readonly peer: string; readonly model: number } {
  const [, peer = typedSeat, model = '2'] = /^(.+):([12])$/.exec(typedSeat) ?? [];
  return { peer, model: Number(model) };
}
