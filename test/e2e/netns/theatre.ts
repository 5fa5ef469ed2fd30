/**
 * Three or four centres as processes, each in a network namespace of its own, with an operator at every console and
 * a hand on the drill clocks and the wires. Everything is typed at a console; nothing reaches into a node.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Document } from '../../../node/cli/call.js';
import { placesIn } from '../../../node/cli/config.js';
import { type Operator, operatorOf } from '../../../node/cli/demo/operator.js';
import { makeHome } from '../../../node/cli/make-home.js';
import { after, type Instant, readInstant, writeInstant } from '../../../node/core/time.js';
import { openYard, type Yard } from '../../support/namespaces.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/node/cli/main.js', import.meta.url));
const PORT = 7_400;
/** What all clocks show first. */
export const START: Instant = instantOf('2027-01-11T14:00:00Z') as Instant;
/** How operators name the case. */
export const CASE = 'VU#900001';

/** For whatever must come true; wires that were cut take long to be believed again. */
const DEADLINE_MS = 120_000;
const LOOK_AGAIN_MS = 40;
const START_MS = 30_000;

const NAMES = ['CERT/CC', 'JPCERT/CC', 'NISCC', 'Fourth Centre'] as const;
const ZONES = ['America/New_York', 'Asia/Tokyo', 'Europe/London', 'Australia/Sydney'] as const;

export interface Centre {
  readonly host: number;
  readonly operator: Operator;
  readonly home: string;
}

export interface Theatre {
  readonly yard: Yard;
  readonly centres: readonly Centre[];
  readonly centre: (host: number) => Operator;
  now(): Instant;
  /** Every node that runs is asked until all answers please. */
  until(
    what: string,
    verb: string,
    pleases: (answer: Document) => boolean,
    hosts?: readonly number[],
  ): Promise<void>;
  /** Nothing is under way between nodes that run and can hear each other. */
  calm(): Promise<void>;
  /** From one due instant to the next and then to `at`, each time from calm. */
  passTo(at: Instant): Promise<void>;
  /** All clocks at once, whatever is under way. */
  leapTo(at: Instant): Promise<void>;
  /** Cuts every wire between hosts of different groups, and joins those within one. */
  part(...groups: readonly (readonly number[])[]): Promise<void>;
  /** SIGKILL. */
  kill(host: number): Promise<void>;
  /** Starts it and sets its clock. */
  start(host: number): Promise<void>;
  /** All processes end of themselves. */
  stop(): Promise<void>;
}

/** @returns the reason where the machine has no such theatre. Cleared when the test is over. */
export async function openTheatre(count: number): Promise<Theatre | string> {
  const yard = await openYard(count);
  return typeof yard === 'string' ? yard : theatreIn(yard, count);
}

async function theatreIn(yard: Yard, count: number): Promise<Theatre> {
  const folder = await mkdtemp(join(tmpdir(), 'isochron-netns-'));
  const running = new Map<number, { readonly child: ChildProcess; readonly gone: Promise<void> }>();
  const centres: Centre[] = [];
  let base: Instant = START;
  let since = performance.now();

  onTestFinished(async () => {
    for (const { operator } of centres) operator.leave();
    for (const { child } of running.values()) child.kill('SIGKILL');
    await Promise.all([...running.values()].map(({ gone }) => gone));
    await yard.clear();
    await rm(folder, { recursive: true, force: true });
  });

  function now(): Instant {
    return after(base, Math.floor(performance.now() - since));
  }

  function centre(host: number): Operator {
    return (centres[host] as Centre).operator;
  }

  const awake = (): readonly number[] => [...running.keys()].sort();

  async function start(host: number): Promise<void> {
    const { home } = centres[host] as Centre;
    const [command = '', ...rest] = yard.on(host);
    const journal = join(home, 'journal.jsonl');
    const args = [...rest, process.execPath, PROGRAM, 'run', '--home', home, '--json', '--journal', journal];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    const gone = new Promise<void>((done) => child.once('close', () => done()));
    running.set(host, { child, gone });
    await new Promise<void>((done, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        words += `${line}\n`;
        if (/"running": ?true/.test(line)) done();
      });
      void gone.then(() => failed(new Error(`${centre(host).name} ended:\n${words}`)));
      setTimeout(() => failed(new Error(`${centre(host).name} does not start:\n${words}`)), START_MS).unref();
    });
    await centre(host).order('drill jump', { to: writeInstant(now()) });
  }

  async function kill(host: number): Promise<void> {
    const held = running.get(host);
    running.delete(host);
    held?.child.kill('SIGKILL');
    await held?.gone;
  }

  async function stop(): Promise<void> {
    for (const { child } of running.values()) child.kill('SIGTERM');
    await Promise.all([...running.values()].map(({ gone }) => gone));
    running.clear();
  }

  async function meet(what: string, met: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + DEADLINE_MS;
    while (!(await met())) {
      if (performance.now() > end) throw new Error(`did not happen in time: ${what}`);
      await new Promise((again) => setTimeout(again, LOOK_AGAIN_MS));
    }
  }

  async function until(
    what: string,
    verb: string,
    pleases: (answer: Document) => boolean,
    hosts = awake(),
  ): Promise<void> {
    await meet(what, async () => {
      const answers = await Promise.all(hosts.map((host) => centre(host).ask(verb, { case: CASE })));
      return answers.every(pleases);
    });
  }

  interface Look {
    readonly entries: number;
    readonly due: Instant | undefined;
    readonly isQuiet: boolean;
  }

  async function lookAt(host: number): Promise<Look> {
    const [status, logs] = await Promise.all([centre(host).ask('node status'), centre(host).ask('log list')]);
    const due = instantOf(status['due']);
    const isDue = due !== undefined && due <= (instantOf(status['now']) as Instant);
    const feeds = logs['feeds'] as unknown as readonly Feed[];
    const heard = awake().filter((other) => other !== host && !yard.isCut(host, other));
    const owes = feeds.some(
      ({ author, recipient, size, acknowledged }) =>
        author.node === centre(host).node &&
        heard.some((other) => centre(other).node === recipient.node) &&
        acknowledged < size,
    );
    const entries = feeds.reduce((sum, { size }) => sum + size, 0);
    const linked = (status['links'] as unknown as readonly { readonly node: string }[]).map(
      ({ node }) => node,
    );
    const isLinked = heard.every((other) => linked.includes(centre(other).node));
    return { entries, due: isDue ? undefined : due, isQuiet: !isDue && !owes && isLinked };
  }

  async function still(): Promise<readonly Look[]> {
    let before: readonly Look[] = [];
    const sum = (looks: readonly Look[]) => looks.reduce((all, { entries }) => all + entries, 0);
    await meet('calm', async () => {
      const looks = await Promise.all(awake().map(lookAt));
      const isStill =
        before.length > 0 && looks.every(({ isQuiet }) => isQuiet) && sum(looks) === sum(before);
      before = looks;
      return isStill;
    });
    return before;
  }

  async function leapTo(at: Instant): Promise<void> {
    const to = writeInstant(at);
    await Promise.all(awake().map((host) => centre(host).order('drill jump', { to })));
    base = at;
    since = performance.now();
  }

  async function passTo(at: Instant): Promise<void> {
    for (;;) {
      const dues = (await still()).flatMap(({ due }) => due ?? []).filter((due) => due < at);
      if (dues.length === 0) break;
      await leapTo(Math.min(...dues) as Instant);
    }
    if (at > now()) await leapTo(at);
    await still();
  }

  async function part(...groups: readonly (readonly number[])[]): Promise<void> {
    const groupOf = (host: number) => groups.findIndex((group) => group.includes(host));
    for (const { host: one } of centres)
      for (const { host: other } of centres)
        if (other > one && yard.isCut(one, other) !== (groupOf(one) !== groupOf(other)))
          await (yard.isCut(one, other) ? yard.join(one, other) : yard.cut(one, other));
  }

  await mkdir(join(folder, 'sockets'), { mode: 0o700 });
  for (let host = 0; host < count; host += 1) {
    const name = NAMES[host] as string;
    const home = join(folder, `home-${host}`);
    const socket = join(folder, 'sockets', `${host}`);
    const address = `${yard.address(host)}:${PORT}`;
    const fields = {
      name,
      role: 'centre',
      mode: 'drill',
      zone: ZONES[host],
      drillStart: writeInstant(START),
      controlSocket: socket,
      namespace: `https://centre-${host}.example`,
      idPrefix: `C${host}`,
      embargoDays: 45,
      // The third one looks at every proposal itself.
      autoAccept: host !== 2,
      officer: `Officer ${host}`,
      transports: ['grpc'],
      grpc: { listen: address, advertise: [address] },
    };
    const made = await makeHome(home, fields);
    if (!made.ok) throw new Error(made.fault.code);
    const place = {
      key: `${host}`,
      name,
      home,
      socket,
      role: 'centre',
      zone: '',
      officer: `Officer ${host}`,
      centre: 'cert',
      fields,
    } as const;
    centres.push({ host, home, operator: operatorOf(place, made.value.node) });
  }
  await Promise.all(centres.map(({ host }) => start(host)));
  return {
    yard,
    centres,
    centre,
    now,
    until,
    calm: async () => void (await still()),
    passTo,
    leapTo,
    part,
    kill,
    start,
    stop,
  };
}

interface Feed {
  readonly author: { readonly node: string };
  readonly recipient: { readonly node: string };
  readonly size: number;
  readonly acknowledged: number;
}

function instantOf(value: unknown): Instant | undefined {
  return typeof value === 'string' ? readInstant(value) : undefined;
}

/** Cards, the case and its charter: what every play begins with. @param instant by default */
export async function openPlay(theatre: Theatre, instant: Instant): Promise<void> {
  const { centres, centre } = theatre;
  for (const { operator, home } of centres) {
    const card = await readFile(placesIn(home).card, 'utf8');
    for (const { operator: other } of centres) {
      if (other === operator) continue;
      await other.order('peer add', { card });
      await other.order('peer verify', {
        peer: operator.node,
        fingerprint: operator.node,
        method: 'telephone',
      });
    }
  }
  const others = centres.slice(1).map(({ operator }) => operator);
  const words = {
    title: 'An invented defect',
    summary: 'An invented summary.',
    details: 'Invented details.',
    products: ['quillwire'],
  };
  await centre(0).order('case open', { ...words, publicIds: [CASE], tlp: 'AMBER' });
  await centre(0).order('case tell', { case: CASE, to: others.map(({ node }) => node) });
  await theatre.calm();
  const members = others.map(({ node }) => ({ peer: node, model: 2 }));
  await centre(0).order('charter propose', {
    case: CASE,
    members,
    instant: writeInstant(instant),
    roundMs: 7_200_000,
  });
  await theatre.calm();
  for (const operator of others) await operator.order('charter sign', { case: CASE });
  await theatre.until('the charter is in force', 'settlement show', ({ charter }) => charter !== null);
  await theatre.calm();
}
