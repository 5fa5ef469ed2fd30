/**
 * The catalogue of patch cycles, as rules of SCHED/1; state of November 2026. A starting point for documents, never a source of hard
 * constraints without the vendor's word: `confidence` grades the day and `timeConfidence` the hour, and what is
 * `unconfirmed` is a default nobody has verified. It must be shown as such and be editable.
 * @see SCHEDULING §15
 */
import type { Confidence, CostTable, Named, Rule } from '../../node/core/schedule/problem.js';

/**
 * Rules by name, most vendors having one. Vendors without a machine rule are absent on purpose: a guess would be
 * taken for a promise.
 */
export const CYCLES: Named<Rule> = {
  microsoft: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'primary',
        timeConfidence: 'primary',
        cite: 'Windows release cycle',
      },
    ],
  },
  oracle: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [3],
        months: [1, 4, 7, 10],
        time: '13:00',
        zone: 'America/Los_Angeles',
        confidence: 'primary',
        timeConfidence: 'primary',
        cite: 'Critical Patch Update FAQ',
      },
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [3],
        months: [2, 3, 5, 6, 8, 9, 11, 12],
        time: '13:00',
        zone: 'America/Los_Angeles',
        validFrom: '2026-05-01',
        except: ['2026-05-19'],
        add: ['2026-05-28'],
        confidence: 'primary',
        timeConfidence: 'primary',
        cite: 'same, monthly updates',
      },
    ],
  },
  'oracle-legacy': {
    parts: [
      {
        kind: 'nearest',
        weekday: 'TU',
        day: 17,
        months: [1, 4, 7, 10],
        time: '13:00',
        zone: 'America/Los_Angeles',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
        note: 'older wording; end of validity unknown; do not combine with oracle',
      },
    ],
  },
  adobe: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '10:00',
        zone: 'America/Los_Angeles',
        validTo: '2026-06-30',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
      },
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2, 4],
        time: '10:00',
        zone: 'America/Los_Angeles',
        validFrom: '2026-07-01',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  sap: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '09:00',
        zone: 'Europe/Berlin',
        validFrom: '2010-09-01',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  siemens: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '10:00',
        zone: 'Europe/Berlin',
        validFrom: '2018-11-13',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'A Rhythm for Security',
        note: 'start of validity secondary',
      },
    ],
  },
  schneider: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '10:00',
        zone: 'Europe/Paris',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'vulnerability policy',
      },
    ],
  },
  fortinet: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '09:00',
        zone: 'America/Los_Angeles',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'PSIRT note: Pacific business hours',
        note: 'an older text says first Tuesday',
      },
    ],
  },
  cisco: {
    parts: [
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [4],
        months: [3, 9],
        time: '16:00',
        zone: 'UTC',
        validFrom: '2008-03-01',
        validTo: '2026-06-30',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        note: 'IOS and IOS XE bundle; whether it goes on is unknown',
      },
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [1, 3],
        time: '16:00',
        zone: 'UTC',
        validFrom: '2026-07-01',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
        note: 'technologies named 7 days before',
      },
    ],
  },
  juniper: {
    parts: [
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [2],
        months: [1, 4, 7, 10],
        time: '09:00',
        zone: 'America/Los_Angeles',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'KB16613; leaves the cycle for instants negotiated by an external coordinator',
      },
    ],
  },
  'palo-alto': {
    parts: [
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [2],
        time: '09:00',
        zone: 'America/Los_Angeles',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  f5: {
    parts: [
      {
        kind: 'list',
        dates: ['2026-02-04'],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
        note: 'quarterly, announced a year ahead: a list to be kept up',
      },
    ],
  },
  'intel-amd': {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        months: [2, 5, 8, 11],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  ivanti: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        time: '10:00',
        zone: 'America/Denver',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  atlassian: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TU',
        ordinals: [3],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  android: {
    parts: [
      {
        kind: 'nth',
        weekday: 'MO',
        ordinals: [1],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        note: 'generally',
      },
    ],
  },
  'android-full': {
    parts: [
      {
        kind: 'nth',
        weekday: 'MO',
        ordinals: [1],
        months: [3, 6, 9, 12],
        time: '10:00',
        zone: 'America/Los_Angeles',
        validFrom: '2025-07-01',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'Android Enterprise community announcement',
      },
    ],
  },
  'handset-chips': {
    parts: [
      {
        kind: 'nth',
        weekday: 'MO',
        ordinals: [1],
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
        note: 'Qualcomm, MediaTek, Samsung',
      },
    ],
  },
  chrome: {
    parts: [
      {
        kind: 'weeks',
        interval: 2,
        anchor: '2026-09-08',
        time: '10:00',
        zone: 'America/Los_Angeles',
        confidence: 'secondary',
        timeConfidence: 'unconfirmed',
        note: 'milestones; security refresh weekly since 2023',
      },
    ],
  },
  gitlab: {
    parts: [
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [2, 4],
        time: '12:00',
        zone: 'UTC',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
        cite: 'handbook: best effort',
      },
    ],
  },
  'gitlab-monthly': {
    parts: [
      {
        kind: 'nth',
        weekday: 'TH',
        ordinals: [3],
        time: '12:00',
        zone: 'UTC',
        confidence: 'primary',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  'drupal-core': {
    parts: [
      {
        kind: 'nth',
        weekday: 'WE',
        ordinals: [3],
        time: '12:00',
        zone: 'America/New_York',
        confidence: 'primary',
        timeConfidence: 'primary',
        cite: 'security release process: usually',
      },
    ],
  },
  'drupal-contrib': {
    parts: [
      {
        kind: 'weeks',
        interval: 1,
        anchor: '2026-01-07',
        time: '12:00',
        zone: 'America/New_York',
        confidence: 'primary',
        timeConfidence: 'primary',
        note: "avoids 1 May, its own conferences, US Thanksgiving, year's end and start",
      },
    ],
  },
  postgresql: {
    parts: [
      {
        kind: 'nth',
        weekday: 'TH',
        ordinals: [2],
        months: [2, 5, 8, 11],
        time: '13:00',
        zone: 'UTC',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
  'cisa-ics': {
    parts: [
      {
        kind: 'weeks',
        interval: 1,
        anchor: '2026-01-06',
        time: '10:00',
        zone: 'America/New_York',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
      {
        kind: 'weeks',
        interval: 1,
        anchor: '2026-01-08',
        time: '10:00',
        zone: 'America/New_York',
        confidence: 'unconfirmed',
        timeConfidence: 'unconfirmed',
      },
    ],
  },
};

/** Version 1 of the cost tables: proposals, to be frozen in a charter (SCHEDULING §3.6). */
export const TABLES_1: Named<CostTable> = {
  'staff-1': {
    kind: 'staff',
    eve: 80,
    off: 300,
    bands: [
      { from: '00:00', cost: 150 },
      { from: '06:00', cost: 60 },
      { from: '08:00', cost: 20 },
      { from: '10:00', cost: 0 },
      { from: '16:00', cost: 20 },
      { from: '19:00', cost: 60 },
      { from: '22:00', cost: 150 },
    ],
  },
  'cycle-1': {
    kind: 'cycle',
    none: 400,
    tiers: [
      { fromMinutes: 0, cost: 0 },
      { fromMinutes: 1440, cost: 20 },
      { fromMinutes: 4320, cost: 50 },
      { fromMinutes: 10080, cost: 100 },
      { fromMinutes: 20160, cost: 200 },
    ],
  },
  'lead-1': {
    kind: 'lead',
    otherwise: 0,
    tiers: [
      { underMinutes: 1440, cost: 150 },
      { underMinutes: 4320, cost: 60 },
      { underMinutes: 10080, cost: 10 },
    ],
  },
};

/** The weakest grade among the days and hours of a rule; a part without a grade counts as unconfirmed. */
export function weakestConfidence(rule: Rule): Confidence {
  const grades = rule.parts.flatMap((part) => [
    part.confidence ?? 'unconfirmed',
    part.timeConfidence ?? 'unconfirmed',
  ]);
  if (grades.includes('unconfirmed')) return 'unconfirmed';
  return grades.includes('secondary') ? 'secondary' : 'primary';
}
