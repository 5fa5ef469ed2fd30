/**
 * One document with every kind of rule, table, cost and constraint in it, to be solved, moved and spoilt.
 */
import type { ProblemDocument } from '../../../node/core/schedule/problem.js';

/** A fresh copy; the caller may write into it. */
export function sample(): ProblemDocument {
  return structuredClone(SAMPLE);
}

const SAMPLE: ProblemDocument = {
  spec: 'SCHED/1',
  case: 'case-0007',
  revision: 0,
  preparedAt: '2027-03-26T09:00:00Z',
  tzdb: '2026c',
  coverage: { from: '2027-02-20T00:00:00Z', until: '2027-06-20T00:00:00Z' },
  horizon: { start: '2027-04-05T00:00:00Z', end: '2027-05-01T00:00:00Z' },
  objective: 'minimax',
  zones: {
    'America/Los_Angeles': {
      initialOffsetMinutes: -480,
      transitions: [
        { at: '2027-03-14T10:00:00Z', offsetMinutes: -420 },
        { at: '2027-06-10T09:00:00Z', offsetMinutes: -450 },
      ],
    },
    'Asia/Tokyo': { initialOffsetMinutes: 540, transitions: [] },
    UTC: { initialOffsetMinutes: 0, transitions: [] },
  },
  calendars: {
    JP: {
      weekend: ['SA', 'SU'],
      from: '2027-01-01',
      until: '2027-12-31',
      dates: ['2027-04-29', '2027-05-03', '2027-05-04', '2027-05-05'],
    },
  },
  rules: {
    nth: {
      parts: [{ kind: 'nth', weekday: 'TU', ordinals: [2], time: '10:00', zone: 'America/Los_Angeles' }],
    },
    nearest: {
      parts: [
        {
          kind: 'nearest',
          weekday: 'TU',
          day: 17,
          months: [1, 4, 7, 10],
          time: '13:00',
          zone: 'America/Los_Angeles',
        },
      ],
    },
    weekly: { parts: [{ kind: 'weeks', interval: 2, anchor: '2027-04-06', time: '10:00', zone: 'UTC' }] },
    listed: { parts: [{ kind: 'list', dates: ['2027-04-07', '2027-04-20'], time: '16:00', zone: 'UTC' }] },
  },
  tables: {
    'staff-1': {
      kind: 'staff',
      bands: [
        { from: '00:00', cost: 150 },
        { from: '09:00', cost: 0 },
        { from: '18:00', cost: 60 },
      ],
      eve: 80,
      off: 150,
    },
    'cycle-1': {
      kind: 'cycle',
      tiers: [
        { fromMinutes: 0, cost: 0 },
        { fromMinutes: 1440, cost: 20 },
      ],
      none: 200,
    },
    'lead-1': { kind: 'lead', tiers: [{ underMinutes: 1440, cost: 100 }], otherwise: 0 },
  },
  parties: [
    {
      id: 'JPCERT',
      role: 'centre',
      weight: 10,
      fair: true,
      zone: 'Asia/Tokyo',
      soft: [
        { id: 'office', kind: 'office', zone: 'Asia/Tokyo', calendar: 'JP', table: 'staff-1' },
        { id: 'cycle', kind: 'cycle', rule: 'weekly', ready: '2027-04-01T00:00:00Z', table: 'cycle-1' },
        {
          id: 'avoid',
          kind: 'avoid',
          cost: 50,
          dates: [
            { from: '2027-04-08', to: '2027-04-09', zone: 'Asia/Tokyo' },
            { from: '2027-04-22', to: '2027-04-22', zone: 'UTC' },
          ],
        },
        { id: 'near', kind: 'avoidCycle', rule: 'nearest', beforeMinutes: 0, afterMinutes: 1440, cost: 40 },
        { id: 'delay', kind: 'delay', from: '2027-04-05T07:30:00Z', perDay: 2, cap: 40 },
        { id: 'lead', kind: 'leadPreference', from: '2027-04-06T00:00:00Z', table: 'lead-1' },
        { id: 'stay', kind: 'stay', at: '2027-04-14T00:00:00Z', cost: 10, perDay: 1, cap: 60 },
      ],
    },
    {
      id: 'MS',
      role: 'vendor',
      weight: 8,
      fair: false,
      notice: { atLeastMinutes: 4320 },
      soft: [{ id: 'day', kind: 'cycle', rule: 'nth', ready: '2027-04-01T00:00:00Z', table: 'cycle-1' }],
    },
    { id: 'CI', role: 'criticalInfrastructure', weight: 1, fair: true, soft: [] },
  ],
  hard: [
    { id: 'a', kind: 'notBefore', party: 'MS', relax: 30, overrunPerDay: 5, at: '2027-04-07T12:00:00Z' },
    { id: 'b', kind: 'notAfter', party: 'MS', relax: 30, at: '2027-04-30T12:00:00Z' },
    { id: 'c', kind: 'before', party: 'CI', relax: 20, overrunPerDay: 7, at: '2027-04-30T00:00:00Z' },
    {
      id: 'd',
      kind: 'deadline',
      party: 'CI',
      relax: 25,
      count: 'elapsed',
      from: '2027-03-01T00:00:00Z',
      days: 59,
    },
    {
      id: 'e',
      kind: 'deadline',
      party: 'JPCERT',
      relax: 40,
      overrunPerDay: 50,
      count: 'civil',
      from: '2027-03-05T02:00:00Z',
      days: 45,
      zone: 'Asia/Tokyo',
      roll: 'next',
      calendar: 'JP',
    },
    { id: 'f', kind: 'lead', party: 'MS', relax: 10, from: '2027-04-05T00:00:00Z', minutes: 1440 },
    {
      id: 'g',
      kind: 'leadWork',
      party: 'MS',
      relax: 10,
      from: '2027-04-05T00:00:00Z',
      days: 2,
      zone: 'Asia/Tokyo',
      calendar: 'JP',
    },
    {
      id: 'h',
      kind: 'readyQuorum',
      party: 'CI',
      relax: 35,
      percent: 80,
      vendors: [
        { id: 'v2', weight: 8, ready: '2027-04-08T00:00:00Z' },
        { id: 'v1', weight: 2, ready: null },
      ],
    },
    {
      id: 'i',
      kind: 'blackout',
      party: 'CI',
      relax: 'never',
      intervals: [
        { from: '2027-04-12T00:00:00Z', until: '2027-04-12T12:00:00Z' },
        { from: '2027-04-26T00:00:00Z', until: '2027-04-28T00:00:00Z' },
      ],
    },
    {
      id: 'j',
      kind: 'weekly',
      party: 'JPCERT',
      relax: 60,
      zone: 'Asia/Tokyo',
      windows: [{ days: ['MO', 'TU', 'WE', 'TH'], from: '08:00', to: '24:00' }],
      calendar: 'JP',
    },
    {
      id: 'k',
      kind: 'onCycle',
      party: 'MS',
      relax: 15,
      rule: 'nth',
      ready: '2027-04-01T00:00:00Z',
      beforeMinutes: 0,
      afterMinutes: 10080,
    },
  ],
};
