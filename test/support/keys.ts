/**
 * Key sets for tests, from `fixtures/keys`: unlocked, parsed once for each test file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readPrivateKey } from 'openpgp';
import { drillCard } from '../../node/cli/conformance/drill-card.js';
import {
  STORY_NOW,
  type StoryNode,
  storyKeys,
  storyNode,
} from '../../node/cli/conformance/exchange/names.js';
import type { NodeId } from '../../node/core/ids.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Instant } from '../../node/core/time.js';
import { assembleKeys, type Keys, type Secrets } from '../../node/envelope/keys.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { openSealer } from '../../node/envelope/sealer.js';
import type { Sealer, Trusted } from '../../node/ports.js';

/** Seven centres for rosters, two vendors, and one that nobody trusts. */
export type TestNode = StoryNode;

/** When tests happen: the fixture keys are in force from four days earlier until 2028-12-30. */
export const TEST_NOW: Instant = STORY_NOW;

interface KeySet {
  readonly node: NodeId;
  readonly openpgp: string;
  readonly secrets: Secrets;
}

const opened = new Map<TestNode, Promise<Keys>>();

/** Opened keys; some milliseconds the first time, then at once. */
export function testKeys(name: TestNode): Promise<Keys> {
  const known = opened.get(name) ?? load(name);
  opened.set(name, known);
  return known;
}

/** Node id of a test node, without opening anything. */
export function testNode(name: TestNode): NodeId {
  return storyNode(name);
}

/** A card of a test node, a centre unless told otherwise; not signed: `writeCard` does that. */
export async function testCard(name: TestNode, differs: Partial<Card> = {}): Promise<Card> {
  return drillCard(`TEST ONLY ${name}`, await testKeys(name), TEST_NOW, differs);
}

/** The map that `Sealer.trust` takes. */
export async function trusting(...names: readonly TestNode[]): Promise<ReadonlyMap<NodeId, Trusted>> {
  const cards = await Promise.all(names.map((name) => testCard(name)));
  return new Map(cards.map((card) => [card.node, { card }]));
}

/** A sealer of one test node that trusts the others named. */
export async function testSealer(name: TestNode, ...peers: readonly TestNode[]): Promise<Sealer> {
  const sealer = openSealer(await testKeys(name));
  await sealer.trust(await trusting(...peers));
  return sealer;
}

/** An armoured certificate of `fixtures/keys` that is no key set. */
export function testCertificate(name: 'rsa-2048' | 'rsa-3072' | 'rsa-3072-sha1'): string {
  return readFileSync(fixture(`${name}.asc`), 'utf8');
}

async function load(name: TestNode): Promise<Keys> {
  const set = keySet(name);
  const openpgp = await readPrivateKey({ armoredKey: set.openpgp, config: OPENPGP });
  const keys = await assembleKeys(openpgp, set.secrets);
  if (!keys.ok) throw new Error(keys.fault.code);
  return keys.value;
}

function keySet(name: TestNode): KeySet {
  return JSON.parse(storyKeys(name)) as KeySet;
}

/** Fixtures lie beside the sources; built tests stand one folder deeper. */
function fixture(file: string): URL {
  const here = new URL(`../../fixtures/keys/${file}`, import.meta.url);
  return existsSync(here) ? here : new URL(`../../../fixtures/keys/${file}`, import.meta.url);
}
