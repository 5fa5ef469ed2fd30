/** The contact book and registrations ↔ `isochron.v1.Registration` and the JSON of the home feed. */
import { hash } from '../core/bytes.js';
import { nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { ImportRow } from '../core/registry/book.js';
import type { DocumentMark, Move } from '../core/registry/registration.js';
import {
  type ContactKey,
  contactKey,
  type Entry,
  PERSON_ROLES,
  type Person,
  type Product,
  type Profile,
} from '../core/registry/vendor.js';
import {
  blankable,
  branded,
  type ChoiceShape,
  choice,
  list,
  named,
  oneOf,
  type RecordShape,
  record,
  type Shape,
  text,
  time,
  whole,
  word,
} from './shapes.js';

const LIST = LIMITS.listEntries.most;
const name = text(LIMITS.nameCharacters.most);
const words = text(LIMITS.textCharacters.most);
const names = list(name, LIST);
const digest = branded(hash, 'hash');

/** The key of a contact. */
export const key: Shape<ContactKey> = branded(contactKey, 'contact key');

const product: Shape<Product> = record<Product>({
  name,
  aliases: names,
  cpe: text(LIMITS.titleCharacters.most),
  purl: text(LIMITS.titleCharacters.most),
});

const person: Shape<Person> = record<Person>({
  name,
  roles: list(oneOf('PERSON_ROLE', PERSON_ROLES), PERSON_ROLES.length),
  mail: name,
  phone: name,
});

const profileFields: { readonly [K in keyof Profile]-?: Shape<Profile[K]> } = {
  name,
  aliases: names,
  products: list(product, LIST),
  keywords: names,
  zone: name,
  languages: names,
  cycles: names,
  persons: list(person, LIST),
};

const entry: Shape<Entry> = record<Entry>({
  ...profileFields,
  groups: names,
  class: word('general', 'individual'),
  weight: whole(0, 100),
  certificate: text(LIMITS.contactCharacters.most),
  node: blankable(branded(nodeId, 'node id')),
  remark: words,
});

/** Counted from 1; 0 for what is not there yet. */
export const revision: Shape<number> = whole(0, Number.MAX_SAFE_INTEGER);
const document = record<DocumentMark>({ name, hash: digest });
const end = record({ reason: words });

/** One move of a registration. */
export const move: ChoiceShape<Move> = choice<Move, 'move'>('move', {
  apply: record({ profile: record<Profile>(profileFields) }),
  name_documents: named('nameDocuments', record({ documents: names, remark: words })),
  submit_documents: named('submitDocuments', record({ documents: list(document, LIST), remark: words })),
  record_meeting: named(
    'recordMeeting',
    record({ metAt: named('metAtMs', time), present: names, terms: document, remark: words }),
  ),
  agree: record({ terms: digest, who: name }),
  register: record({ key }),
  reject: end,
  withdraw: end,
});

/** A contact as the orders about the book carry it. */
export const entryAt: RecordShape<ImportRow> = record<ImportRow>({ key, revision, entry });

/** A contact that is not on file yet. */
export const newEntry: RecordShape<Omit<ImportRow, 'revision'>> = record<Omit<ImportRow, 'revision'>>({
  key,
  entry,
});
