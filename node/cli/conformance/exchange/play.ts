/**
 * Plays a transcript on a driver and prints what can be seen: refusals, who said what to whom, what was taken, and
 * every line of what a node knows that has changed.
 */

import type { CaseId } from '../../../core/ids.js';
import type { Instant } from '../../../core/time.js';
import type { Driver, Lane, Said } from './driver.js';
import { type Facts, factsOf, houseFacts } from './facts.js';
import { nameOf, readMoment, readSkew } from './given.js';
import { type StoryNode, storyNode } from './names.js';
import { type Command, type Exchange, ScriptError } from './script.js';
import { choicesOf, storyCase } from './story.js';
import { isOrder, runOrder } from './verbs.js';
import { wordsOf } from './words.js';

/** How entries travel where the transcript leaves it open. */
export interface Manner {
  /** `settle` and `pass` deliver frame by frame, the feed drawn by lot; one feed keeps its order. */
  readonly shuffled?: boolean;
  /** Every frame arrives twice. */
  readonly twice?: boolean;
}

export interface Played {
  /** For each block, the lines that it printed. */
  readonly outputs: readonly (readonly string[])[];
  /** What everybody knows at the end, with everything delivered. */
  readonly states: readonly string[];
  /** Every entry that was said to another node. */
  readonly said: readonly Said[];
}

/** Told of each command before it runs and of each setting of the clock; for recordings. */
export interface Witness {
  command?(command: Command): void;
  clock?(to: Instant): void;
}

/** @throws ScriptError where a command cannot be played, with its line. */
export async function playExchange(
  exchange: Exchange,
  driver: Driver,
  manner: Manner = {},
  witness: Witness = {},
): Promise<Played> {
  const { header } = exchange;
  const everybody = header.places.map(({ name }) => name);
  const chance = choicesOf(header.seed);
  const known = new Map<StoryNode, Facts>();
  const outputs: (readonly string[])[] = [];
  const saidAtAll: Said[] = [];
  /** Numbers of the cases of the story so far; the last one that was named is what commands are about. */
  const cases = [1];
  let about = 1;
  for (const { name, at } of header.places) for (const centre of at) await driver.introduce(name, centre);
  const centres = header.places.filter(({ role }) => role === 'centre').map(({ name }) => name);
  for (const [index, one] of centres.entries())
    for (const other of centres.slice(index + 1)) await driver.introduce(one, other);

  for (const { commands } of exchange.blocks) {
    const lines: string[] = [];
    for (const command of commands) {
      witness.command?.(command);
      try {
        lines.push(...(await run(command)));
        lines.push(...(await seen()));
      } catch (cause) {
        throw new ScriptError(
          exchange.file,
          command.line,
          cause instanceof Error ? cause.message : String(cause),
        );
      }
    }
    outputs.push(lines);
  }
  await settle(everybody);
  await seen();
  return { outputs, states: everybody.flatMap(statesOf), said: saidAtAll };

  async function run(command: Command): Promise<readonly string[]> {
    const { form, words } = command;
    if (isOrder(form.verb)) return await runOrder(form.verb, command, header, driver, storyCase(about));
    const [one, other] = words as [StoryNode, StoryNode];
    switch (form.verb) {
      case 'introduce':
        await driver.introduce(one, other);
        return [];
      case 'case':
        about = Number(words[0]);
        if (!cases.includes(about)) cases.push(about);
        return [];
      case 'copy':
        await driver.copy(one);
        return [];
      case 'restore':
        await driver.restore(one);
        return [];
      case 'skew': {
        const length = readSkew(words[1] ?? '');
        if (length === undefined) throw new Error(`no length ${words[1]}`);
        await driver.setSkew(one, length);
        return [];
      }
      case 'clock':
        return await pass(momentOf(words[0]), false);
      case 'pass':
        return await pass(momentOf(words[0]), true);
      case 'replicate': {
        const lane = { from: one, to: other };
        let took = 0;
        while (driver.owed(lane) > 0) took += await deliver(lane);
        return [`${other} took ${took}, receipt at size ${driver.receipted(lane)}`];
      }
      case 'settle': {
        const crossed = await settle(words.length === 0 ? everybody : (words as StoryNode[]));
        return [`${crossed} entries crossed`];
      }
      case 'duplicate':
        await driver.repeat({ from: one, to: other });
        return [`${other} took 0, receipt at size ${driver.receipted({ from: one, to: other })}`];
      case 'restart':
        await driver.restart(one);
        return [];
      case 'states':
        return (words.length === 0 ? everybody : (words as StoryNode[])).flatMap(statesOf);
      default:
        throw new Error(`${form.verb} is no command`);
    }
  }

  async function pass(to: Instant, delivering: boolean): Promise<readonly string[]> {
    let crossed = delivering ? await settle(everybody) : 0;
    for (let leap = 0; leap < 500; leap += 1) {
      const due = driver.due().filter((at) => at <= to);
      const next = due.length === 0 ? to : (Math.min(...due) as Instant);
      witness.clock?.(next);
      await driver.setClock(next);
      if (delivering) crossed += await settle(everybody);
      if (due.length === 0) return delivering ? [`${crossed} entries crossed`] : [];
    }
    throw new Error('time does not pass');
  }

  async function settle(among: readonly StoryNode[]): Promise<number> {
    let crossed = 0;
    for (let owed = lanesOwed(among); owed.length > 0; owed = lanesOwed(among)) {
      if (manner.shuffled === true) {
        const lane = owed[Math.floor(chance() * owed.length)];
        if (lane !== undefined) crossed += await deliver(lane);
        continue;
      }
      for (const lane of owed) while (driver.owed(lane) > 0) crossed += await deliver(lane);
    }
    return crossed;
  }

  function lanesOwed(among: readonly StoryNode[]): readonly Lane[] {
    const lanes = among.flatMap((from) => among.filter((to) => to !== from).map((to) => ({ from, to })));
    return lanes.filter((lane) => driver.owed(lane) > 0);
  }

  async function deliver(lane: Lane): Promise<number> {
    const took = await driver.deliver(lane);
    if (manner.twice === true) await driver.repeat(lane);
    return took;
  }

  /** What became visible since the last look. */
  async function seen(): Promise<readonly string[]> {
    const said: string[] = [];
    const refused: string[] = [];
    const changed: string[] = [];
    for (const name of everybody) {
      const entries = await driver.said(name);
      saidAtAll.push(...entries);
      for (const { to, sequence, body, caseId } of entries) {
        const words = `${markOf(caseId)}${wordsOf(body, storyNode(name), (node) => nameOf(header, node))}`;
        said.push(`${`${name} → ${to}`.padEnd(18)}  ${`entry ${sequence}`.padEnd(8)}  ${words}`);
      }
      for (const { from, sequence, code } of driver.refusals(name))
        refused.push(`${name} refuses entry ${sequence} of ${from}: ${code}`);
      const before = known.get(name);
      const now = currentFacts(name);
      known.set(name, now);
      for (const [key, line] of now) if (before?.get(key) !== line) changed.push(`${name} ${line}`);
      for (const [key, line] of before ?? []) if (!now.has(key)) changed.push(`${name} no more: ${line}`);
    }
    return [...said, ...refused, ...changed];
  }

  function statesOf(name: StoryNode): readonly string[] {
    const facts = [...currentFacts(name).values()].sort();
    return facts.length === 0
      ? [`${name} knows nothing of the case`]
      : facts.map((line) => `${name} ${line}`);
  }

  function currentFacts(name: StoryNode): Facts {
    const state = driver.state(name);
    const facts = new Map(houseFacts(state, (node) => nameOf(header, node)));
    for (const number of cases) {
      const mark = markOf(storyCase(number));
      // Alarms are those of the node, whatever case they are about.
      for (const [key, line] of factsOf(state, storyCase(number), driver.nowOf(name), (node) =>
        nameOf(header, node),
      ))
        if (mark === '' || !key.startsWith('alarm ')) facts.set(`${mark}${key}`, `${mark}${line}`);
    }
    return facts;
  }

  /** Cases beside the first one are named in front. */
  function markOf(caseId: CaseId | undefined): string {
    if (caseId === undefined || caseId === storyCase(1)) return '';
    return `case ${cases.find((number) => storyCase(number) === caseId)}: `;
  }

  function momentOf(text: string | undefined): Instant {
    const at = readMoment(text, driver.now());
    if (at === undefined) throw new Error(`no instant ${text}`);
    return at;
  }
}
