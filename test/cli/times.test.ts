import { describe, expect, it } from 'vitest';
import { sayLength, sayTime } from '../../node/cli/times.js';

describe('instants for people', () => {
  it.each([
    ['2027-04-21T12:00:00Z', 'Asia/Tokyo', '2027-04-21 12:00Z (Wed 21 Apr 21:00 Asia/Tokyo)'],
    ['2027-04-21T20:30:05Z', 'Asia/Tokyo', '2027-04-21 20:30:05Z (Thu 22 Apr 05:30 Asia/Tokyo)'],
    // SCHEDULING §18: Vancouver stays on −07:00 from November 2026 on, whatever older runtimes believe.
    ['2027-01-12T18:00:00Z', 'America/Vancouver', '2027-01-12 18:00Z (Tue 12 Jan 11:00 America/Vancouver)'],
    ['2027-04-21T12:00:00Z', 'UTC', '2027-04-21 12:00Z'],
    ['2027-04-21T12:00:00Z', 'Nowhere/Else', '2027-04-21 12:00Z'],
    [null, 'UTC', '–'],
    ['soon', 'UTC', 'soon'],
  ])('%s in %s', (text, zone, said) => {
    expect(sayTime(text, zone)).toBe(said);
  });

  it.each([
    [0, '0 s'],
    [999, '999 ms'],
    [61_000, '1 min 1 s'],
    [-90_000_000, '−1 d 1 h'],
  ])('%i ms is %s', (millis, said) => {
    expect(sayLength(millis)).toBe(said);
  });
});
