/** Readers for contacts and profiles as they are typed or come from a file; everything but a name may be missing. */
import { hash } from '../core/bytes.js';
import { LIMITS } from '../core/limits.js';
import type { DocumentMark } from '../core/registry/registration.js';
import {
  type ContactKey,
  contactKey,
  PERSON_ROLES,
  type Person,
  type Product,
  type Profile,
} from '../core/registry/vendor.js';
import {
  branded,
  count,
  list,
  members,
  name,
  oneOf,
  optional,
  orElse,
  type Read,
  text,
  words,
} from './arguments.js';

const names = list(name);
const short = text(LIMITS.nameCharacters.most);
const title = text(LIMITS.titleCharacters.most);

/** A product by its name alone, or with all that is known of it. */
const product: Read<Product> = (value, where) =>
  typeof value === 'string' ? wholeProduct({ name: value }, where) : wholeProduct(value, where);

const wholeProduct = members<Product>({
  name,
  aliases: orElse(names, []),
  cpe: orElse(title, ''),
  purl: orElse(title, ''),
});

const person: Read<Person> = members<Person>({
  name,
  roles: orElse(list(oneOf(...PERSON_ROLES), PERSON_ROLES.length), []),
  mail: orElse(short, ''),
  phone: orElse(short, ''),
});

export const keyArgument: Read<ContactKey> = branded(contactKey);

/** What is typed of a profile: what is absent stays as it was. */
export type ProfilePatch = { readonly [K in keyof Profile]: Profile[K] | undefined };

const profileFields = {
  name: optional(name),
  aliases: optional(names),
  products: optional(list(product)),
  keywords: optional(names),
  zone: optional(short),
  languages: optional(names),
  cycles: optional(names),
  persons: optional(list(person)),
};

/** A profile for registering; only the name must be there. */
export const profileArgument: Read<ProfilePatch> = members<ProfilePatch>(profileFields);

/** What is typed of an entry: what is absent stays as it was. `node`: a peer by name or id; empty for none. */
export interface EntryPatch extends ProfilePatch {
  readonly groups: readonly string[] | undefined;
  readonly class: 'general' | 'individual' | undefined;
  readonly weight: number | undefined;
  readonly certificate: string | undefined;
  readonly node: string | undefined;
  readonly remark: string | undefined;
}

export const entryArgument: Read<EntryPatch> = members<EntryPatch>({
  ...profileFields,
  groups: optional(names),
  class: optional(oneOf('general', 'individual')),
  weight: optional(count(0, 100)),
  certificate: optional(text(LIMITS.contactCharacters.most)),
  node: optional(short),
  remark: optional(words),
});

export const documentArgument: Read<DocumentMark> = members<DocumentMark>({ name, hash: branded(hash) });

/** What of a patch was typed. */
export function patched<T extends object>(
  before: T,
  patch: { readonly [K in keyof T]?: T[K] | undefined },
): T {
  const typed = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  return { ...before, ...typed };
}
