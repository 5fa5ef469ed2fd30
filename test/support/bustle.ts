/**
 * Knows whether a world has come to rest although frames are held back: what a node asked its ports and was not
 * answered is counted. Between two answers a node runs without a pause.
 */

export interface Bustle {
  /** Questions without an answer. */
  busy: number;
}

/** The same port, counting what it was asked and has not answered. */
export function counted<Port extends object>(port: Port, bustle: Bustle): Port {
  const members = Object.entries(port).map(([name, member]: [string, unknown]) => {
    // Read anew each time: what a port says of itself may change.
    if (typeof member !== 'function')
      return [name, { enumerable: true, get: () => port[name as keyof Port] }] as const;
    const call = (...given: readonly unknown[]): unknown => {
      const answer: unknown = member.apply(port, given);
      if (!(answer instanceof Promise)) return answer;
      bustle.busy += 1;
      return answer.finally(() => {
        bustle.busy -= 1;
      });
    };
    return [name, { enumerable: true, value: call }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(members)) as Port;
}
