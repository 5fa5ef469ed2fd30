/**
 * One key per vendor for the many ways its name is printed. A key proposes, it never decides: the printed name is
 * always kept, and merging two vendors is a person's act that can be undone.
 * @see FORMATS §5 (vendor keys)
 */

/** Company forms, stripped from the end until nothing changes. Dots inside them are ignored. */
const FORMS: ReadonlySet<string> = new Set([
  ...['ab', 'ag', 'as', 'bv', 'co', 'company', 'corp', 'corporation', 'gmbh', 'inc', 'incorporated', 'intl'],
  ...[
    'international',
    'kg',
    'kk',
    'limited',
    'llc',
    'llp',
    'ltd',
    'nv',
    'oy',
    'plc',
    'pty',
    'sa',
    'spa',
    'srl',
  ],
]);

/** Spellings that no rule finds. Left: after the rules; right: the key. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['adobe systems', 'adobe'],
  ['apple computer', 'apple'],
  ['check point software technologies', 'check point'],
  ['cisco systems', 'cisco'],
  ['compaq computer', 'compaq'],
  ['d-link systems', 'd-link'],
  ['debian gnu linux', 'debian'],
  ['debian linux', 'debian'],
  ['dell computer', 'dell'],
  ['engarde', 'engarde secure linux'],
  ['f5 networks', 'f5'],
  ['fedora project', 'fedora'],
  ['freebsd project', 'freebsd'],
  ['gentoo linux', 'gentoo'],
  ['hewlett packard', 'hp'],
  ['hewlett-packard', 'hp'],
  ['ibm corporation (zseries)', 'ibm zseries'],
  ['ibm-zseries', 'ibm zseries'],
  ['immunix communications', 'immunix'],
  ['internet security systems', 'iss'],
  ['internet software consortium', 'isc'],
  ['internet systems consortium', 'isc'],
  ['mandrakesoft', 'mandriva'],
  ['openwall gnu * linux', 'openwall'],
  ['silicon graphics', 'sgi'],
  ['slackware linux', 'slackware'],
  ['sun microsystems', 'sun'],
  ['suse linux', 'suse'],
  ['the sco group (sco linux)', 'sco linux'],
  ['the sco group (sco unix)', 'sco unix'],
  ['ubuntu linux', 'ubuntu'],
]);

/**
 * The key of a printed name: entities decoded, lower case, commas and semicolons to spaces, company forms stripped,
 * slashes to spaces, then the alias table. `vendorKey(vendorKey(name)) = vendorKey(name)`.
 * @returns an empty text for a name of nothing but company forms and spaces.
 */
export function vendorKey(name: string): string {
  const spaced = squeeze(
    decodedFully(name)
      .normalize('NFC')
      .toLowerCase()
      .replace(/[,;\u00a0]/g, ' '),
  );
  const stripped = withoutForms(squeeze(withoutForms(spaced).replace(/\//g, ' ')));
  return ALIASES.get(stripped) ?? stripped;
}

/** Names in old archives were escaped once, twice or never. Each decoding is shorter, so this ends. */
function decodedFully(text: string): string {
  const decoded = decodeEntities(text);
  return decoded === text ? text : decodedFully(decoded);
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function withoutForms(text: string): string {
  const words = text.split(' ');
  // `S. A.` and `s.a.` are one form: dots are dropped before looking it up, and two single letters are joined.
  while (words.length > 1) {
    const last = plain(words.at(-1));
    const pair = plain(words.at(-2)) + last;
    if (last === '' || last === '&' || FORMS.has(last)) words.pop();
    else if (words.length > 2 && pair.length === 2 && FORMS.has(pair)) words.splice(-2);
    else break;
  }
  return words.join(' ').replace(/\.+$/, '');
}

function plain(word: string | undefined): string {
  return (word ?? '').replace(/\./g, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  nbsp: ' ',
  quot: '"',
  auml: 'ä',
  eacute: 'é',
  egrave: 'è',
  ouml: 'ö',
  szlig: 'ß',
  uuml: 'ü',
};

/** Decodes numeric character references and the named ones that occur in names and titles; others stay as they are. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    const printable = code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return printable ? String.fromCodePoint(code) : whole;
  });
}
