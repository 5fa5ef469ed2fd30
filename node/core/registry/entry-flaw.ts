/** What is wrong with an entry of the contact book, by place: nothing that stands in it is repeated. */
import { type Outcome, ok, refuse } from '../fault.js';
import { LIMITS } from '../limits.js';
import { type Entry, isOneLine, type Person, type Profile } from './vendor.js';

/** A mailbox in the plain form; quoted local parts and comments are refused, they are used by nobody but attackers. */
const MAIL =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
const PHONE = /^\+?[\d ()./-]{3,40}(?: ?(?:x|ext\.?) ?\d{1,8})?$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;

/** Faults: VENDOR_FIELD with the place, such as `persons/0/mail`; LIMIT_EXCEEDED for an entry that is too long. */
export function checkedEntry<T extends Profile | Entry>(entry: T): Outcome<T> {
  const place = profileFlaw(entry) ?? ('class' in entry ? ownFlaw(entry) : undefined);
  if (place !== undefined) return refuse('VENDOR_FIELD', { where: place });
  const offered = JSON.stringify(entry).length;
  const { most } = LIMITS.contactCharacters;
  return offered > most ? refuse('LIMIT_EXCEEDED', { where: 'vendor', offered, most }) : ok(entry);
}

function profileFlaw(profile: Profile): string | undefined {
  const { name, aliases, products, keywords, zone, languages, cycles, persons } = profile;
  if (!isName(name)) return 'name';
  return (
    badIn('aliases', aliases, isName) ??
    badIn('products', products, (product) => isName(product.name) && product.aliases.every(isName)) ??
    badIn('products', products, ({ cpe }) => cpe === '' || /^cpe:(?:2\.3:|\/)\S+$/i.test(cpe)) ??
    badIn('products', products, ({ purl }) => purl === '' || /^pkg:[a-z][a-z0-9.+-]*\/\S+$/i.test(purl)) ??
    badIn('keywords', keywords, isName) ??
    (zone === '' || (ZONE.test(zone) && zone.length <= LIMITS.nameCharacters.most) ? undefined : 'zone') ??
    badIn('languages', languages, (tag) => LANGUAGE.test(tag)) ??
    badIn('cycles', cycles, isName) ??
    personsFlaw(persons)
  );
}

function ownFlaw({ groups, weight, remark }: Entry): string | undefined {
  const isWeight = Number.isSafeInteger(weight) && weight >= 0 && weight <= 100;
  return (
    badIn('groups', groups, isName) ??
    (isWeight ? undefined : 'weight') ??
    (remark.length <= LIMITS.textCharacters.most ? undefined : 'remark')
  );
}

function personsFlaw(persons: readonly Person[]): string | undefined {
  for (const [at, { name, roles, mail, phone }] of persons.entries()) {
    if (!isName(name)) return `persons/${at}/name`;
    if (new Set(roles).size !== roles.length) return `persons/${at}/roles`;
    if (mail !== '' && !MAIL.test(mail)) return `persons/${at}/mail`;
    if (phone !== '' && !PHONE.test(phone)) return `persons/${at}/phone`;
  }
  return undefined;
}

function badIn<T>(where: string, list: readonly T[], isGood: (one: T) => boolean): string | undefined {
  const at = list.findIndex((one) => !isGood(one));
  return at < 0 ? undefined : `${where}/${at}`;
}

function isName(text: string): boolean {
  return text.trim() !== '' && text.length <= LIMITS.nameCharacters.most && isOneLine(text);
}
