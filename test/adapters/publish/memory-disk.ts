/**
 * A disk in memory that keeps apart what was written and what would survive: it can end at any step, and it can
 * lose everything that was not synced, or a part of it.
 */
import { posix } from 'node:path';
import type { Disk } from '../../../adapters/publish/disk.js';
import { Breakage } from '../../../node/core/fault.js';

type Node =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | Folder;

interface Folder {
  readonly kind: 'folder';
  readonly mode: number;
  names: Map<string, Node>;
  synced: Map<string, Node>;
}

export interface MemoryDisk extends Disk {
  /** How many steps that change something were taken. */
  steps(): number;
  /** Every step from this one on fails, as if the process had ended. */
  endAt(step: number): void;
  /** One step fails for want of room and the process goes on: a file may be there, cut short. */
  fullAt(step: number): void;
  /**
   * The process starts again.
   * @param survives asked of each name that was changed and not synced; absent where the machine went on, so that
   *   nothing is lost and nothing is synced.
   */
  comeBack(survives: ((name: string) => boolean) | undefined): void;
  /** Every file that a reader finds under a path, with links followed; `undefined` where the path leads nowhere. */
  tree(path: string): ReadonlyMap<string, string> | undefined;
  modeOf(path: string): number | undefined;
}

class Ended extends Error {}

const NO_ROOM = new Breakage({ code: 'STORE_FULL', where: 'public directory' });

export function memoryDisk(): MemoryDisk {
  const root = folder(0o755);
  let steps = 0;
  let end = Number.POSITIVE_INFINITY;
  let full = Number.POSITIVE_INFINITY;

  function step(): void {
    if (steps >= end) throw new Ended('the process has ended');
    steps += 1;
    if (steps - 1 === full) throw NO_ROOM;
  }

  function at(path: string): Node | undefined {
    let node: Node | undefined = root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      if (node?.kind !== 'folder') return undefined;
      node = node.names.get(name);
    }
    return node;
  }

  function parentOf(path: string): Folder {
    const parent = at(posix.dirname(path));
    if (parent?.kind !== 'folder') throw new Error(`no folder above ${path}`);
    return parent;
  }

  function put(path: string, node: Node): void {
    const [parent, name] = [parentOf(path), posix.basename(path)];
    if (parent.names.has(name)) throw new Error(`${path} is there`);
    parent.names.set(name, node);
  }

  /** With every link on the way followed, as a reader's `open` does. */
  function follow(path: string): Node | undefined {
    let [reached, node]: [string, Node | undefined] = ['/', root];
    for (const name of path.split('/').filter((part) => part !== '')) {
      if (node?.kind !== 'folder') return undefined;
      const next: Node | undefined = node.names.get(name);
      const place = posix.join(reached, name);
      reached = next?.kind === 'link' ? posix.resolve(reached, next.target) : place;
      node = next?.kind === 'link' ? follow(reached) : next;
    }
    return node;
  }

  return {
    async makeDirectory(path, mode) {
      step();
      if (at(path)?.kind !== 'folder') put(path, folder(mode));
    },
    async writeNew(path, bytes, mode) {
      if (steps === full) put(path, { kind: 'file', bytes: bytes.subarray(0, bytes.length >> 1), mode });
      step();
      put(path, { kind: 'file', bytes, mode });
    },
    async link(from, to) {
      step();
      const node = follow(from);
      if (node?.kind !== 'file') throw new Error(`${from} is no file`);
      put(to, node);
    },
    async rename(from, to) {
      step();
      const node = at(from);
      if (node === undefined) throw new Error(`${from} is not there`);
      const old = at(to);
      if (old?.kind === 'folder') throw new Error(`${to} is there`);
      parentOf(to).names.set(posix.basename(to), node);
      parentOf(from).names.delete(posix.basename(from));
    },
    async symlink(target, path) {
      step();
      put(path, { kind: 'link', target });
    },
    async remove(path) {
      step();
      const parent = at(posix.dirname(path));
      if (parent?.kind === 'folder') parent.names.delete(posix.basename(path));
    },
    async syncDirectory(path) {
      step();
      const node = at(path);
      if (node?.kind !== 'folder') throw new Error(`${path} is no folder`);
      node.synced = new Map(node.names);
    },
    async read(path) {
      const node = follow(path);
      return node?.kind === 'file' ? node.bytes : undefined;
    },
    async readLink(path) {
      const node = at(path);
      return node?.kind === 'link' ? node.target : undefined;
    },
    async list(path) {
      const node = at(path);
      return node?.kind === 'folder' ? [...node.names.keys()] : [];
    },
    steps: () => steps,
    endAt(last) {
      end = last;
    },
    fullAt(at) {
      full = at;
    },
    comeBack(survives) {
      end = Number.POSITIVE_INFINITY;
      if (survives) forget(root, survives, new Set());
    },
    tree(path) {
      const node = follow(path);
      if (node === undefined) return undefined;
      const found = new Map<string, string>();
      collect(node, '', found);
      return found;
    },
    modeOf(path) {
      const node = follow(path);
      return node === undefined || node.kind === 'link' ? undefined : node.mode;
    },
  };
}

function folder(mode: number): Folder {
  return { kind: 'folder', mode, names: new Map(), synced: new Map() };
}

/** Also in folders that only their old name leads to: a rename may be what was lost. */
function forget(node: Node, survives: (name: string) => boolean, seen: Set<Node>): void {
  if (node.kind !== 'folder' || seen.has(node)) return;
  seen.add(node);
  const { names, synced } = node;
  const kept = new Map<string, Node>();
  for (const name of new Set([...names.keys(), ...synced.keys()])) {
    const [now, before] = [names.get(name), synced.get(name)];
    const chosen = now === before || survives(name) ? now : before;
    if (chosen !== undefined) kept.set(name, chosen);
  }
  node.names = kept;
  node.synced = new Map(kept);
  for (const child of kept.values()) forget(child, survives, seen);
}

function collect(node: Node, path: string, found: Map<string, string>): void {
  if (node.kind === 'file') found.set(path, new TextDecoder().decode(node.bytes));
  if (node.kind !== 'folder') return;
  for (const [name, child] of node.names) collect(child, path === '' ? name : `${path}/${name}`, found);
}
