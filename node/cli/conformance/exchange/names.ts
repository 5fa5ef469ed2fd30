/**
 * Who plays in the stories: nodes whose ids are those of the test keys, so that a transcript comes out the same on machines
 * without keys and on nodes with them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NodeId, nodeId } from '../../../core/ids.js';
import { type Instant, readInstant } from '../../../core/time.js';

/** Seven centres for rosters, two vendors, and one that nobody trusts. */
export type StoryNode =
  | 'cert'
  | 'jpcert'
  | 'nisc'
  | 'fourth'
  | 'fifth'
  | 'sixth'
  | 'seventh'
  | 'vendor'
  | 'supplier'
  | 'stranger';

/** When stories without a clock of their own happen: the test keys are in force from four days earlier. */
export const STORY_NOW: Instant = readInstant('2027-01-05T00:00:00Z') as Instant;

let folder = shipped();
const ids = new Map<StoryNode, NodeId>();

/** Where the test keys lie from now on, `NAME.json` each. */
export function findKeysIn(place: string): void {
  folder = place;
  ids.clear();
}

/** The text of a key set of the stories. @throws Error of the file system where it is not there. */
export function storyKeys(name: StoryNode): string {
  return readFileSync(join(folder, `${name}.json`), 'utf8');
}

/** Node id of a player. @throws Error where its key set is missing or no such thing. */
export function storyNode(name: StoryNode): NodeId {
  const known = ids.get(name) ?? nodeId((JSON.parse(storyKeys(name)) as { readonly node: string }).node);
  if (known === undefined) throw new Error(`${name}.json is no key set`);
  ids.set(name, known);
  return known;
}

/** The keys of a checkout: beside the sources, and one folder up from what was built of them. */
function shipped(): string {
  const places = ['../../../../fixtures/keys', '../../../../../fixtures/keys'];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return found.find((place) => existsSync(place)) ?? 'keys';
}
