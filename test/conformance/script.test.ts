/**
 * The transcript format itself: what it refuses, each with its line, and that it gives back what it read.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCoreDriver } from '../../node/cli/conformance/exchange/core.js';
import { FORMS } from '../../node/cli/conformance/exchange/forms.js';
import { playExchange } from '../../node/cli/conformance/exchange/play.js';
import { readExchange, writeExchange } from '../../node/cli/conformance/exchange/script.js';
import { EXCHANGES, openExchange } from './exchanges.js';

const TOP = 'clock 2027-01-05T00:00:00Z\nseed 1\nworld cert vendor@cert\n';

describe('transcripts', () => {
  it.each([
    ['an unknown header key', `${TOP}mood good\n\nopen cert\n----\n`, ':4: unknown header key mood'],
    ['a header key without words', `${TOP}auto\n\nopen cert\n----\n`, ':4: auto says nothing'],
    ['no clock', 'seed 1\nworld cert\n\nopen cert\n----\n', ':1: no instant for clock'],
    [
      'a clock that is none',
      'clock now\nseed 1\nworld cert\n\nopen cert\n----\n',
      ':1: no instant for clock',
    ],
    [
      'no seed',
      'clock 2027-01-05T00:00:00Z\nworld cert\n\nopen cert\n----\n',
      ':1: no whole number for seed',
    ],
    ['nothing but a header', TOP, ':1: no header'],
    [
      'a stranger in the world',
      `${TOP.replace('vendor@', 'acme@')}\nopen cert\n----\n`,
      ':3: no fixture keys for acme',
    ],
    [
      'a centre that is not there',
      `${TOP.replace('@cert', '@nisc')}\nopen cert\n----\n`,
      ':3: no node nisc in this world',
    ],
    ['a zone for nobody', `${TOP}zone nisc UTC\n\nopen cert\n----\n`, ':4: no node nisc in this world'],
    ['an unknown command', `${TOP}\nclose cert\n----\n`, ':5: unknown command close'],
    ['half a command', `${TOP}\ncharter cert\n----\n`, ':5: unknown command charter'],
    ['a node that is not there', `${TOP}\nopen nisc\n----\n`, ':5: open: no node nisc in this world'],
    ['too few words', `${TOP}\ntell cert\n----\n`, ':5: tell: 1 words where 2 to 10 belong'],
    ['an unknown option', `${TOP}\nopen cert colour red\n----\n`, ':5: open: 3 words where 1 to 1 belong'],
    ['an option without its word', `${TOP}\nopen cert tlp\n----\n`, ':5: open: tlp lacks a word'],
    ['an option said twice', `${TOP}\nopen cert tlp RED tlp RED\n----\n`, ':5: open: tlp is said twice'],
    ['a rule without a command', `${TOP}\n----\n`, ':5: no command above this line'],
    ['a command without a rule', `${TOP}\nopen cert\n`, ':5: no ---- below this command'],
  ])('%s is refused with its line', (_, text, words) => {
    expect(() => readExchange(text, 'x.txt')).toThrow(`x.txt${words}`);
  });

  it('names the line of a command that cannot be played', async () => {
    const exchange = readExchange(`${TOP}\nopen cert\ngrant cert vendor\n----\n`, 'x.txt');
    const { places, clock } = exchange.header;
    await expect(playExchange(exchange, openCoreDriver(places, clock))).rejects.toThrow(
      'x.txt:6: cert holds no request of vendor',
    );
  });

  it.each(EXCHANGES)('%s: write(read(text)) = text', (name) => {
    const exchange = openExchange(name);
    const text = readFileSync(new URL(`../../fixtures/exchanges/${name}.txt`, import.meta.url), 'utf8');
    expect(
      writeExchange(
        exchange,
        exchange.blocks.map(({ expected }) => expected),
      ),
    ).toBe(text);
  });

  it('every command occurs in some exchange', () => {
    const used = new Set(
      EXCHANGES.flatMap((name) =>
        openExchange(name).blocks.flatMap(({ commands }) => commands.map(({ form }) => form.verb)),
      ),
    );
    expect(FORMS.map(({ verb }) => verb).filter((verb) => !used.has(verb))).toEqual([]);
  });

  it('fixtures/README.md lists every command', () => {
    const readme = readFileSync(new URL('../../fixtures/README.md', import.meta.url), 'utf8');
    const rows = readme.replace(/ +/g, ' ');
    expect(FORMS.filter(({ verb, says }) => !rows.includes(`| \`${verb}\` | ${says} |`))).toEqual([]);
  });
});
