/**
 * Recorded exchanges: a transcript as it crossed the wire once. Signatures could be made again, encryption could not;
 * so entries are kept as they were, and what is tested with them is opening.
 *
 * One line each: `clock`, `command` with its line of the transcript, and `frame` with what follows it: for each entry
 * its `leaf` and `envelope`, then the `checkpoint`. Bytes are base64, behind their length.
 */
import { unreachable } from '../../../core/fault.js';
import { type Instant, readInstant, writeInstant } from '../../../core/time.js';
import type { Entry, Frame } from '../../../ports.js';
import type { Lane } from './driver.js';
import { type StoryNode, storyNode } from './names.js';
import { type Exchange, ScriptError } from './script.js';

export type EntriesFrame = Extract<Frame, { kind: 'entries' }>;

export type Recorded =
  | { readonly kind: 'clock'; readonly at: Instant }
  /** By its line in the transcript, counted from 1. */
  | { readonly kind: 'command'; readonly line: number }
  | { readonly kind: 'frame'; readonly lane: Lane; readonly frame: EntriesFrame };

/** `readRecord(writeRecord(a)) = a`. */
export function writeRecord(name: string, exchange: Exchange, recorded: readonly Recorded[]): string {
  const commands = new Map(
    exchange.blocks.flatMap(({ commands: lines }) => lines.map(({ line, text }) => [line, text] as const)),
  );
  return [
    `# ${name}.txt as it crossed the wire once, sealed with the TEST ONLY keys of fixtures/keys.`,
    `# Made by: npm run fixtures -- record ${name}`,
    ...recorded.flatMap((one) => linesOf(one, commands)),
    '',
  ].join('\n');
}

function linesOf(one: Recorded, commands: ReadonlyMap<number, string>): readonly string[] {
  switch (one.kind) {
    case 'clock':
      return [`clock ${writeInstant(one.at)}`];
    case 'command':
      return [`command ${one.line} ${commands.get(one.line)}`];
    case 'frame': {
      const { lane, frame } = one;
      const entries = frame.entries.flatMap(({ leaf, envelope }) => [
        bytesLine('leaf', leaf),
        bytesLine('envelope', envelope),
      ]);
      const head = `frame ${lane.from} ${lane.to} from ${frame.from} entries ${frame.entries.length}`;
      return [head, ...entries, bytesLine('checkpoint', frame.checkpoint)];
    }
    default:
      return unreachable(one);
  }
}

/** @throws ScriptError for any line that is not of the format, with its number. */
export function readRecord(text: string, file: string): readonly Recorded[] {
  const lines = text.split('\n');
  const recorded: Recorded[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new ScriptError(file, at, what);
  };
  const next = () => lines[at++] ?? fail('cut short');
  const bytesOf = (word: string) => {
    const [, length, base64] =
      new RegExp(`^${word} (\\d+) ([A-Za-z0-9+/=]*)$`).exec(next()) ?? fail(`no ${word}`);
    const bytes = new Uint8Array(Buffer.from(base64 ?? '', 'base64'));
    return bytes.length === Number(length) ? bytes : fail(`${word} has ${bytes.length} bytes`);
  };
  while (at < lines.length) {
    const line = next();
    if (line === '' || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(' ');
    switch (word) {
      case 'clock':
        recorded.push({ kind: 'clock', at: readInstant(rest[0] ?? '') ?? fail('no instant') });
        break;
      case 'command':
        recorded.push({ kind: 'command', line: Number(rest[0]) });
        break;
      case 'frame': {
        const [from, to] = rest as [StoryNode, StoryNode];
        const entries = Array.from({ length: Number(rest[5]) }, (): Entry => {
          const leaf = bytesOf('leaf');
          return { leaf, envelope: bytesOf('envelope') };
        });
        const feed = { author: storyNode(from), recipient: storyNode(to) };
        const checkpoint = bytesOf('checkpoint');
        const frame = { kind: 'entries', feed, from: Number(rest[3]), entries, checkpoint } as const;
        recorded.push({ kind: 'frame', lane: { from, to }, frame });
        break;
      }
      default:
        fail(`unknown word ${word}`);
    }
  }
  return recorded;
}

function bytesLine(word: string, bytes: Uint8Array): string {
  return `${word} ${bytes.length} ${Buffer.from(bytes).toString('base64')}`;
}
