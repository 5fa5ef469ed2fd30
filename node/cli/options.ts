/** Options as typed, as JSON arguments; the control room checks what they say. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text as wholeText } from 'node:stream/consumers';
import type { Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Options } from './command.js';
import { systemCode } from './path-refused.js';

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOption(options: Options, name: string): readonly string[] | undefined {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

export function flagOption(options: Options, name: string): true | undefined {
  return options[name] === true ? true : undefined;
}

/** A number, or the text as it is: the control room names the field that is wrong. */
export function numberOption(options: Options, name: string): Json | undefined {
  const value = textOption(options, name);
  if (value === undefined) return undefined;
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `72h`, `90m`, `10s`, `3d` in milliseconds, or the text as it is. */
export function lengthOption(options: Options, name: string): Json | undefined {
  const value = textOption(options, name);
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(value ?? '') ?? [];
  return count === '' ? value : Number(count) * (UNITS[unit] ?? 1);
}

/** Under its own name, too: where it is a socket the system refuses to open it a second time. */
function isStandardInput(path: string): boolean {
  return path === '-' || path === '/dev/stdin';
}

/** The text of a file that was named, `-` for standard input. Faults: COMMAND_MALFORMED, LIMIT_EXCEEDED. */
export async function fileOption(options: Options, name: string): Promise<Outcome<string | undefined>> {
  const path = textOption(options, name);
  return path === undefined ? ok(undefined) : readText(path, name);
}

/** Faults: COMMAND_MALFORMED where it cannot be read, LIMIT_EXCEEDED where it is too long. */
export async function readText(path: string, where: string): Promise<Outcome<string>> {
  try {
    const read = isStandardInput(path) ? await wholeText(process.stdin) : await readFile(path, 'utf8');
    // Editors put a mark of the byte order before what they save; it says nothing here.
    const text = read.startsWith('\ufeff') ? read.slice(1) : read;
    const most = LIMITS.importFileBytes.most;
    return text.length > most ? refuse('LIMIT_EXCEEDED', { where, offered: text.length, most }) : ok(text);
  } catch (cause) {
    return refuse('COMMAND_MALFORMED', { where, expects: fileExpected(cause) });
  }
}

/**
 * The bytes of a file, `-` for standard input: for readers that must see what is no UTF-8 themselves.
 * @returns at most one byte more than asked, so that the reader sees that it is too long. Faults: COMMAND_MALFORMED.
 */
export async function readBytes(path: string, where: string, most: number): Promise<Outcome<Uint8Array>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const source: AsyncIterable<Uint8Array> = isStandardInput(path) ? process.stdin : createReadStream(path);
    for await (const piece of source) {
      pieces.push(piece.subarray(0, most + 1 - length));
      length += piece.length;
      if (length > most) break;
    }
  } catch (cause) {
    return refuse('COMMAND_MALFORMED', { where, expects: fileExpected(cause) });
  }
  return ok(Buffer.concat(pieces));
}

/** What is wanted instead of a path that the system refused to read. */
function fileExpected(cause: unknown): string {
  switch (systemCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'a file that is there';
    case 'EISDIR':
      return 'a file, not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'a file that this account may read';
    case 'ERR_STRING_TOO_LONG':
    case 'ERR_FS_FILE_TOO_LARGE':
      return 'a file of a size that can be read';
    default:
      return 'a file that can be read';
  }
}
