/**
 * A network of its own for processes on one machine: a namespace for each of them and a wire between every two, that
 * can be cut, slowed and made to lose. Nothing leads out of it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a wire does to packets, each way. Any kernel makes it narrow; only one with netem delays and loses. */
export type Weather =
  | { readonly kind: 'clear' }
  | { readonly kind: 'narrow'; readonly kbit: number }
  | {
      readonly kind: 'rain';
      readonly delayMs: number;
      readonly jitterMs: number;
      /** Of a hundred packets. */
      readonly lostPercent: number;
    };

/** Hosts are numbered from 0. */
export interface Yard {
  /** Whether the kernel has netem, and so whether it rains. */
  readonly canRain: boolean;
  /** The one address of a host. */
  address(host: number): string;
  /** What goes in front of a command so that it runs on a host. */
  on(host: number): readonly string[];
  /** Swallows every packet between two hosts, without telling either. */
  cut(one: number, other: number): Promise<void>;
  /** The wire carries again, in its weather. */
  join(one: number, other: number): Promise<void>;
  isCut(one: number, other: number): boolean;
  /** The weather of all wires from now on; what is cut stays cut. */
  setWeather(weather: Weather): Promise<void>;
  /** Removes its own namespaces, and with them their wires. Nothing may run in them any more. */
  clear(): Promise<void>;
}

/** @returns a reason where the machine does not allow it. */
export async function openYard(hosts: number): Promise<Yard | string> {
  const name = (host: number) => `isochron-${process.pid}-${host}`;
  const address = (host: number) => `198.18.77.${host + 1}`;
  const wire = (other: number) => `to-${other}`;
  const on = (host: number) => ['ip', 'netns', 'exec', name(host)];
  const all = Array.from({ length: hosts }, (_, host) => host);
  const pairs = all.flatMap((one) =>
    all.filter((other) => other > one).map((other) => [one, other] as const),
  );
  const made: number[] = [];
  const severed = new Set<string>();
  let weather: Weather = { kind: 'clear' };

  const ip = (...args: readonly string[]) => run('ip', [...args]);
  const within = (host: number, ...args: readonly string[]) => ip('-n', name(host), ...args);

  async function set(one: number, other: number): Promise<void> {
    const discipline = yard.isCut(one, other) ? CUT : disciplineOf(weather);
    for (const [host, far] of [
      [one, other],
      [other, one],
    ] as const) {
      const device = ['dev', wire(far), 'root'];
      await run('tc', ['-n', name(host), 'qdisc', 'replace', ...device, ...discipline]);
    }
  }

  const yard: Yard = {
    canRain: await knowsNetem(name(0)),
    address,
    on,
    async cut(one, other) {
      severed.add(spelled(one, other));
      await set(one, other);
    },
    async join(one, other) {
      severed.delete(spelled(one, other));
      await set(one, other);
    },
    isCut: (one, other) => severed.has(spelled(one, other)),
    async setWeather(next) {
      weather = next;
      for (const [one, other] of pairs) await set(one, other);
    },
    async clear() {
      for (const host of made) await ip('netns', 'del', name(host));
    },
  };

  try {
    for (const host of all) {
      await ip('netns', 'add', name(host));
      made.push(host);
      await within(host, 'link', 'set', 'lo', 'up');
      await within(host, 'addr', 'add', `${address(host)}/32`, 'dev', 'lo');
    }
    for (const [one, other] of pairs) {
      const far = ['type', 'veth', 'peer', 'name', wire(one), 'netns', name(other)];
      await within(one, 'link', 'add', wire(other), ...far);
      for (const [host, peer] of [
        [one, other],
        [other, one],
      ] as const) {
        await within(host, 'link', 'set', wire(peer), 'up');
        await within(host, 'route', 'add', address(peer), 'dev', wire(peer), 'src', address(host));
      }
      await set(one, other);
    }
    return yard;
  } catch (cause) {
    await yard.clear();
    return `no network namespaces here: ${String(cause).trimEnd().split('\n').at(-1)}`;
  }
}

/** A bucket that no packet fits into takes none, and says so to nobody. */
const CUT: readonly string[] = ['tbf', 'rate', '8kbit', 'burst', '20', 'limit', '1'];

function disciplineOf(weather: Weather): readonly string[] {
  switch (weather.kind) {
    case 'clear':
      return ['tbf', 'rate', '1gbit', 'burst', '1mb', 'limit', '16mb'];
    case 'narrow':
      return ['tbf', 'rate', `${weather.kbit}kbit`, 'burst', '16kb', 'limit', '4mb'];
    case 'rain': {
      const { delayMs, jitterMs, lostPercent } = weather;
      return [
        'netem',
        'delay',
        `${delayMs}ms`,
        `${jitterMs}ms`,
        'loss',
        `${lostPercent}%`,
        'limit',
        '100000',
      ];
    }
  }
}

/** Tried in a namespace of its own. */
async function knowsNetem(base: string): Promise<boolean> {
  const name = `${base}-trial`;
  const made = await run('ip', ['netns', 'add', name]).then(
    () => true,
    () => false,
  );
  if (!made) return false;
  const netem = ['-n', name, 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'];
  const known = await run('tc', netem).then(
    () => true,
    () => false,
  );
  await run('ip', ['netns', 'del', name]);
  return known;
}

function spelled(one: number, other: number): string {
  return `${Math.min(one, other)} ${Math.max(one, other)}`;
}
