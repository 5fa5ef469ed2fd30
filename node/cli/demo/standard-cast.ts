/** The exercise that runs without a file: an invented defect and seven invented vendors. */
import { CYCLES } from '../../../adapters/calendar/cycles.js';
import type { Rule } from '../../core/schedule/problem.js';
import { type Instant, readInstant } from '../../core/time.js';
import { type Cast, CENTRES, type Conduct, type VendorPart } from './cast.js';

const AFFECTED: Conduct = {
  status: 'affected',
  products: [],
  impact: 'A remote party can stop the service.',
  statement: 'Our product is affected; an update is available.',
  asks: true,
  remedy: 'Install the update that was released with this advisory.',
  hasFix: false,
  wish: undefined,
};

const VENDORS: readonly VendorPart[] = [
  {
    key: 'redwood',
    name: 'Redwood Software',
    centre: 'cert',
    zone: 'America/Los_Angeles',
    officer: 'Redwood PSIRT',
    conduct: {
      ...AFFECTED,
      products: ['Redwood Directory 9'],
      wish: { readyAt: at('2027-02-22T18:00:00Z'), cycle: 'microsoft' },
    },
  },
  {
    key: 'meridian',
    name: 'Meridian Database',
    centre: 'cert',
    zone: 'America/Los_Angeles',
    officer: 'Meridian Security',
    conduct: {
      ...AFFECTED,
      products: ['Meridian Server 12'],
      wish: { readyAt: at('2027-02-26T20:00:00Z'), cycle: quarterly() },
    },
  },
  {
    key: 'atlas',
    name: 'Atlas Networks',
    centre: 'cert',
    zone: 'America/New_York',
    officer: 'Atlas PSIRT',
    conduct: {
      ...AFFECTED,
      status: 'not_affected',
      impact: '',
      statement: 'Our products do not parse this field.',
      asks: false,
      remedy: '',
    },
  },
  {
    key: 'hinode',
    name: 'Hinode Electric 日の出電機',
    centre: 'jpcert',
    zone: 'Asia/Tokyo',
    officer: '日の出電機 PSIRT',
    conduct: {
      ...AFFECTED,
      products: ['Hinode Gateway HG-7'],
      wish: { readyAt: at('2027-02-19T08:00:00Z'), cycle: undefined },
    },
  },
  {
    key: 'sakura',
    name: 'Sakura Systems さくらシステム',
    centre: 'jpcert',
    zone: 'Asia/Tokyo',
    officer: 'さくらシステム',
    conduct: undefined,
  },
  {
    key: 'albion',
    name: 'Albion Telecom',
    centre: 'niscc',
    zone: 'Europe/London',
    officer: 'Albion CERT',
    conduct: {
      ...AFFECTED,
      products: ['Albion Exchange 4'],
      wish: { readyAt: at('2027-02-17T12:00:00Z'), cycle: undefined },
    },
  },
  {
    key: 'thames',
    name: 'Thames Instruments',
    centre: 'niscc',
    zone: 'Europe/London',
    officer: 'Thames Security',
    conduct: {
      ...AFFECTED,
      status: 'under_investigation',
      impact: '',
      statement: 'We are looking into it.',
      asks: false,
      remedy: '',
    },
  },
];

export const STANDARD_CAST: Cast = {
  about: 'an invented defect',
  opening: {
    title: 'Name services do not check the length of the second label',
    summary:
      'Several implementations of a name service stop when they receive a query with an unusual label. No login is needed.',
    details:
      'The length octet of the second label is added to the offset before it is checked; 192 and above lead outside the query. A query of 40 bytes shows it.',
    products: ['name services'],
    publicIds: ['VU#900001'],
  },
  centres: CENTRES,
  vendors: VENDORS,
  ownProcesses: VENDORS.length,
};

/** Oracle's Critical Patch Update: the third Tuesday of January, April, July and October. */
export function quarterly(): Rule {
  const [first] = CYCLES['oracle']?.parts ?? [];
  if (first === undefined) throw new Error('the catalogue has the cycle of Oracle');
  return { parts: [first] };
}

function at(text: string): Instant {
  const read = readInstant(text);
  if (read === undefined) throw new Error('an instant is RFC 3339');
  return read;
}
