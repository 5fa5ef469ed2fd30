/** An invented contact book and invented cases. */
import type { CaseText, Contact, PastCase } from '../../../node/core/selection/contact.js';

export function contact(key: string, more: Partial<Contact> = {}): Contact {
  return { key, names: [], products: [], keywords: [], groups: [], class: 'general', weight: 0, ...more };
}

export function text(more: Partial<CaseText>): CaseText {
  return { title: '', overview: '', description: '', keywords: [], makers: [], isMany: false, ...more };
}

export const BOOK: readonly Contact[] = [
  contact('nordwind', {
    names: ['Nordwind Systems GmbH', 'Nordwind'],
    products: ['HafenGate', 'Lotsen OS 9'],
  }),
  contact('quellmark', { names: ['Quellmark Software, Inc.'], groups: ['routers'] }),
  contact('tide works', { names: ['Tide Works'], groups: ['routers', 'printers'] }),
  contact('signal', { names: ['Signal Corporation'], groups: ['routers'] }),
  contact('yamakawa', { names: ['株式会社山川電機', 'Yamakawa Electric'], products: ['ミナトルータ'] }),
  contact('yamakawa chem', { names: ['山川電機化学'] }),
  contact('lumen ab', { names: ['Lümen AB'], keywords: ['web browser', 'SNMP'] }),
  contact('org-7', { names: ['Esker Electric'] }),
  contact('solo', { names: ['Solitaire Ltd'], class: 'individual', keywords: ['SNMP'], groups: ['routers'] }),
];

/** Four earlier cases of one template, and one that is small. */
export const PAST: readonly PastCase[] = [
  { id: 'ECC#1', vendors: many('nordwind', 'quellmark', 'lumen ab'), likeness: 12 },
  { id: 'ECC#2', vendors: many('nordwind', 'quellmark'), likeness: 8 },
  { id: 'ECC#3', vendors: ['yamakawa'], likeness: 7 },
  { id: 'ECC#4', vendors: many('nordwind'), likeness: 6 },
];

function many(...keys: readonly string[]): readonly string[] {
  return [...keys, ...Array.from({ length: 10 }, (_, at) => `elsewhere ${at}`)];
}
