/** The contact book: looking, adding, changing, merging, taking in a file (DESIGN §5.3). */
import type { Json } from '../../core/canonical.js';
import { vendorKey } from '../../core/case/vendor-key.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { type ImportRow, keysInForce } from '../../core/registry/book.js';
import { checkedEntry } from '../../core/registry/entry-flaw.js';
import { mistakenFor, type NamesSeen } from '../../core/registry/look-alike.js';
import {
  bareEntry,
  type Contact,
  type ContactKey,
  contactKey,
  type Entry,
  isActive,
} from '../../core/registry/vendor.js';
import { foldCase } from '../../core/selection/spelling.js';
import type { State } from '../../core/state.js';
import { count, flag, list, members, name, optional, orElse, type Read, text } from '../arguments.js';
import { type EntryPatch, entryArgument, keyArgument, patched } from '../contact-arguments.js';
import type { Desk } from '../desk.js';
import { findContact, findPeer, spelled } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { contactLine, contactView, entryView, namesOf, odditiesIn, seenIn } from '../views/contact-view.js';

const revision = count(1, Number.MAX_SAFE_INTEGER);
const cardText = text(LIMITS.cardBytes.most, 1);
const reason = text(LIMITS.textCharacters.most, 1);
/** Keys of contacts that the names look like and that an officer says are somebody else. */
export const unlike: Read<readonly string[]> = orElse(list(name), []);
/** So much of an import goes into one order: a statement is bounded. */
const IMPORT_BYTES = LIMITS.statementBytes.most / 4;

export const CONTACT_VERBS: Verbs = {
  book: view(
    members({ search: optional(name), group: optional(name), all: orElse(flag, false) }),
    ({ search, group, all }, desk) => {
      const wanted = foldCase(search ?? '');
      const lines = [...desk.state().contacts.values()]
        .filter((contact) => all || isActive(contact))
        .filter(({ entry }) => group === undefined || entry.groups.includes(group))
        .filter(({ key, entry }) => isNamed(key, entry, wanted))
        .sort((left, right) => (left.key < right.key ? -1 : 1))
        .map((contact) => contactLine(desk.state(), contact));
      return ok({ contacts: lines });
    },
  ),

  show: view(members({ vendor: name }), (given, desk) => {
    const held = findContact(desk.state(), given.vendor);
    return held.ok ? ok(contactView(desk.state(), held.value)) : held;
  }),

  /** Everything, for a file. */
  export: view(members({ all: orElse(flag, false) }), ({ all }, desk) => {
    const contacts = [...desk.state().contacts.values()].filter((contact) => all || isActive(contact));
    return ok({
      contacts: contacts.map(({ key, revision: at, entry }) => ({ key, revision: at, ...entryView(entry) })),
    });
  }),

  check: view(members({}), async (_, desk) => ok({ odd: await oddContacts(desk) })),

  add: order(
    members({ key: optional(keyArgument), entry: entryArgument, unlike }),
    async ({ key: typed, entry: patch, unlike: known }, bench) => {
      const entry = await entryFrom(bench, bareEntry(''), patch);
      if (!entry.ok) return entry;
      const key = typed ?? contactKey(vendorKey(entry.value.name));
      if (key === undefined) return refuse('VENDOR_FIELD', { where: 'name' });
      const alone = unmistaken(bench.state(), seenIn(bench.state()), key, namesOf(entry.value), known);
      if (!alone.ok) return alone;
      const done = await bench.order({ act: 'contact_add', key, entry: entry.value });
      return done.ok ? shown(bench, key) : done;
    },
  ),

  change: order(members({ vendor: name, revision, entry: entryArgument, unlike }), async (given, bench) => {
    const held = findContact(bench.state(), given.vendor);
    if (!held.ok) return held;
    const { key } = held.value;
    // Judged before anything is read into it: what was typed was meant for the contact that was looked at.
    if (held.value.revision !== given.revision)
      return refuse('VENDOR_REVISION', {
        where: 'revision',
        held: held.value.revision,
        offered: given.revision,
      });
    const entry = await entryFrom(bench, held.value.entry, given.entry);
    if (!entry.ok) return entry;
    const seen = seenIn(bench.state());
    const names = namesOf(entry.value).filter((one) => !namesOf(held.value.entry).includes(one));
    const alone = unmistaken(bench.state(), seen, key, names, given.unlike);
    if (!alone.ok) return alone;
    const done = await bench.order({
      act: 'contact_change',
      key,
      revision: given.revision,
      entry: entry.value,
    });
    return done.ok ? shown(bench, key) : done;
  }),

  merge: order(
    members({ vendor: name, into: name, revision: optional(revision), intoRevision: optional(revision) }),
    async (given, bench) => {
      const from = findContact(bench.state(), given.vendor);
      if (!from.ok) return from;
      const into = findContact(bench.state(), given.into, 'into');
      if (!into.ok) return into;
      const done = await bench.order({
        act: 'contact_merge',
        from: from.value.key,
        into: into.value.key,
        revision: given.revision ?? from.value.revision,
        intoRevision: given.intoRevision ?? into.value.revision,
      });
      return done.ok ? shown(bench, into.value.key) : done;
    },
  ),

  split: order(members({ vendor: name }), async (given, bench) => {
    const held = findContact(bench.state(), given.vendor);
    if (!held.ok) return held;
    const { key, revision: at } = held.value;
    const done = await bench.order({ act: 'contact_split', key, revision: at });
    return done.ok ? shown(bench, key) : done;
  }),

  retire: order(
    members({ vendor: name, revision: optional(revision), reason, back: orElse(flag, false) }),
    async (given, bench) => {
      const held = findContact(bench.state(), given.vendor);
      if (!held.ok) return held;
      const { key, revision: at } = held.value;
      const retire = !given.back;
      const done = await bench.order({
        act: 'contact_retire',
        key,
        revision: given.revision ?? at,
        reason: given.reason,
        retire,
      });
      return done.ok ? shown(bench, key) : done;
    },
  ),

  /** A person's key, whose fingerprint the officer typed; a newer copy of one that is on file takes its place. */
  key: order(
    members({ vendor: name, person: name, certificate: cardText, fingerprint: name, method: name }),
    async ({ vendor, person, certificate, fingerprint: typed, method }, bench) => {
      const held = findContact(bench.state(), vendor);
      if (!held.ok) return held;
      const { key, revision: at } = held.value;
      const read = await readPersonKey(bench, held.value, certificate);
      if (!read.ok) return read;
      const { node: fingerprint, armoured } = read.value;
      if (spelled(typed) !== fingerprint) return refuse('FINGERPRINT_MISMATCH', { where: fingerprint });
      const said = { person, fingerprint, certificate: armoured, method };
      const done = await bench.order({ act: 'contact_key_add', key, revision: at, ...said });
      return done.ok ? shown(bench, key) : done;
    },
  ),

  unkey: order(members({ vendor: name, person: name }), async ({ vendor, person }, bench) => {
    const held = findContact(bench.state(), vendor);
    if (!held.ok) return held;
    const { key, revision: at } = held.value;
    const done = await bench.order({ act: 'contact_key_withdraw', key, revision: at, person });
    return done.ok ? shown(bench, key) : done;
  }),

  import: order(
    members({
      rows: list<unknown>(ok, LIMITS.contacts.most),
      /** Replaces what a row says of contacts that are on file; else those rows are left out. */
      update: orElse(flag, false),
      unlike,
    }),
    async ({ rows, update, unlike: known }, bench) => importRows(bench, rows, update, known),
  ),
};

/**
 * A key in force; or one that is on file and was revoked or expired since, for then what it signs is refused by that name.
 * Faults: KEY_*.
 */
async function readPersonKey(
  desk: Desk,
  { keys }: Contact,
  armour: string,
): Promise<Outcome<{ readonly node: NodeId; readonly armoured: string }>> {
  const read = await desk.readMailCertificate(armour, desk.now());
  if (read.ok || (read.fault.code !== 'KEY_REVOKED' && read.fault.code !== 'KEY_EXPIRED')) return read;
  const { where } = read.fault;
  const known = keys.find(({ fingerprint }) => fingerprint === where);
  return known === undefined ? read : ok({ node: known.fingerprint, armoured: armour.trim() });
}

interface Given {
  readonly key: ContactKey | undefined;
  readonly entry: EntryPatch;
}

const row = members<Given>({ key: optional(keyArgument), entry: entryArgument });

/** A row that is refused is named by its place and code; the others are taken. */
async function importRows(
  bench: Bench,
  rows: readonly unknown[],
  update: boolean,
  known: readonly string[],
): Promise<Outcome<Json>> {
  const refused: Json[] = [];
  const before = seenIn(bench.state());
  const kept: Json[] = [];
  const taken = new Map<ContactKey, ImportRow>();
  let same = 0;
  for (const [at, typed] of rows.entries()) {
    const read = row(typed, '');
    const judged = read.ok ? await judgedRow(bench, read.value) : read;
    if (!judged.ok) {
      refused.push({ row: at, code: judged.fault.code, where: judged.fault.where ?? null });
      continue;
    }
    const { key, held, entry } = judged.value;
    const former = held === undefined ? [] : namesOf(held.entry);
    const names = namesOf(entry).filter((one) => !former.includes(one));
    const alone = unmistaken(bench.state(), before, key, names, known);
    if (!alone.ok) refused.push({ row: at, code: alone.fault.code, where: alone.fault.where ?? null });
    else if (taken.has(key)) refused.push({ row: at, code: 'VENDOR_EXISTS', where: 'key' });
    else if (held !== undefined && JSON.stringify(held.entry) === JSON.stringify(entry)) same += 1;
    else if (held !== undefined && (!update || !isActive(held))) kept.push(key);
    else taken.set(key, { key, revision: held?.revision ?? 0, entry });
  }
  const added = [...taken.values()].filter((row) => row.revision === 0).length;
  for (const part of parted([...taken.values()])) {
    const done = await bench.order({ act: 'contact_import', rows: part });
    if (!done.ok) return done;
  }
  const seen = seenIn(bench.state());
  const odd = [...taken.values()]
    .map(({ key, entry }) => ({ key, odd: odditiesIn(seen, key, entry) }))
    .filter((one) => (one.odd as readonly Json[]).length > 0);
  return ok({ added, changed: taken.size - added, same, kept, refused, odd });
}

/** Faults: VENDOR_LOOKS_LIKE with the key of the contact that it may be mistaken for. */
export function unmistaken(
  { contacts }: State,
  seen: NamesSeen,
  key: string,
  names: readonly string[],
  known: readonly string[],
): Outcome<true> {
  const other = mistakenFor(contacts, seen, key, names, known);
  return other === undefined ? ok(true) : refuse('VENDOR_LOOKS_LIKE', { where: other });
}

/** What a row would make of the contact that it names. */
async function judgedRow(
  desk: Desk,
  { key: typed, entry: patch }: Given,
): Promise<Outcome<{ readonly key: ContactKey; readonly held: Contact | undefined; readonly entry: Entry }>> {
  const key = typed ?? contactKey(vendorKey(patch.name ?? ''));
  if (key === undefined) return refuse('VENDOR_FIELD', { where: 'name' });
  const held = desk.state().contacts.get(key);
  const entry = await entryFrom(desk, held?.entry ?? bareEntry(''), patch);
  return entry.ok ? ok({ key, held, entry: entry.value }) : entry;
}

/** As many orders as their length needs. */
function parted(rows: readonly ImportRow[]): readonly (readonly ImportRow[])[] {
  const parts: ImportRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const longer = 3 * JSON.stringify(row).length;
    if (bytes + longer > IMPORT_BYTES || (parts.at(-1)?.length ?? 0) >= LIMITS.listEntries.most) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(row);
    bytes += longer;
  }
  return parts;
}

/** Faults: VENDOR_FIELD, PEER_UNKNOWN, KEY_* for a certificate that could not be written to. */
async function entryFrom(desk: Desk, before: Entry, patch: EntryPatch): Promise<Outcome<Entry>> {
  const { node: typed, certificate: armour, ...rest } = patch;
  const peer = typed === undefined || typed === '' ? undefined : findPeer(desk.state(), typed, 'node');
  if (peer?.ok === false) return peer;
  const node = typed === undefined ? before.node : peer?.value;
  const entry = checkedEntry<Entry>({
    ...patched<Omit<Entry, 'node'>>(before, { ...rest, certificate: armour?.trim() }),
    node,
  });
  if (!entry.ok) return entry;
  const cycle = entry.value.cycles.findIndex((called) => desk.calendar.cycle(called) === undefined);
  if (cycle >= 0) return refuse('VENDOR_FIELD', { where: `cycles/${cycle}` });
  if (entry.value.zone !== '' && !isZone(desk, entry.value.zone))
    return refuse('VENDOR_FIELD', { where: 'zone' });
  const { certificate } = entry.value;
  if (certificate === '' || certificate === before.certificate) return entry;
  const judged = await desk.readMailCertificate(certificate, desk.now());
  return judged.ok ? entry : judged;
}

function isZone(desk: Desk, zone: string): boolean {
  const day = (year: number) => `${year}-01-01T00:00:00Z`;
  return desk.calendar.zone(zone, { from: day(2026), until: day(2027) }).ok;
}

/** Contacts with names that look like others, or with a key that nothing can be written to or that signs nothing. */
async function oddContacts(desk: Desk): Promise<Json> {
  const seen = seenIn(desk.state());
  const found: Json[] = [];
  for (const contact of [...desk.state().contacts.values()].filter(isActive)) {
    const { key, entry } = contact;
    const odd = odditiesIn(seen, key, entry);
    const judged =
      entry.certificate === '' ? undefined : await desk.readMailCertificate(entry.certificate, desk.now());
    const fault = judged?.ok === false ? judged.fault.code : null;
    const keys: Json[] = [];
    for (const { person, fingerprint, certificate } of keysInForce(contact)) {
      const read = await desk.readMailCertificate(certificate, desk.now());
      if (!read.ok) keys.push({ person, fingerprint, code: read.fault.code });
    }
    if ((odd as readonly Json[]).length > 0 || fault !== null || keys.length > 0)
      found.push({ key, odd, certificate: fault, keys });
  }
  return found;
}

function isNamed(key: ContactKey, { name: called, aliases, products }: Entry, wanted: string): boolean {
  const names = [
    key,
    called,
    ...aliases,
    ...products.flatMap((product) => [product.name, ...product.aliases]),
  ];
  return names.some((one) => foldCase(one).includes(wanted));
}

function shown(bench: Bench, key: ContactKey): Outcome<Json> {
  const held: Contact | undefined = bench.state().contacts.get(key);
  if (held === undefined) return refuse('VENDOR_UNKNOWN', { where: 'key' });
  const odd = odditiesIn(seenIn(bench.state()), key, held.entry);
  return ok({ ...(contactLine(bench.state(), held) as { readonly [member: string]: Json }), odd });
}
