/** `vendor`: the contact book, registrations, and what vendors say of their products. */
import { type Document, perform, refused, typed } from '../call.js';
import type { Commands } from '../command.js';
import { exportContacts, importContacts } from '../contact-files.js';
import { entryOptions, profileOptions } from '../contact-options.js';
import { fileOption, flagOption, listOption, numberOption, textOption } from '../options.js';
import { registration } from '../registration.js';
import { say } from '../say.js';
import { bookLines, changedLines, contactLines, oddBookLines, registrationLines } from '../show-contacts.js';
import { type ReachedShown, reachLines } from '../show-reach.js';
import { vendorListLines } from '../show-vendors.js';
import { verdict } from '../verdict.js';

export const COMMANDS: Commands = {
  book: (cli, _args, options) =>
    perform(
      cli,
      'vendor book',
      typed({
        search: textOption(options, 'search'),
        group: textOption(options, 'group'),
        all: flagOption(options, 'all'),
      }),
      bookLines,
    ),
  show: (cli, [vendor = '']) => perform(cli, 'vendor show', { vendor }, contactLines),
  check: (cli) => perform(cli, 'vendor check', {}, oddBookLines),
  async add(cli, _args, options) {
    const entry = await entryOptions(options);
    if (!entry.ok) return refused(cli, entry.fault);
    const unlike = listOption(options, 'unlike');
    const given = typed({ key: textOption(options, 'key'), entry: entry.value, unlike });
    return perform(cli, 'vendor add', given, changedLines);
  },
  async change(cli, [vendor = ''], options) {
    const entry = await entryOptions(options);
    if (!entry.ok) return refused(cli, entry.fault);
    const revision = numberOption(options, 'revision');
    const given = typed({ vendor, revision, entry: entry.value, unlike: listOption(options, 'unlike') });
    return perform(cli, 'vendor change', given, changedLines);
  },
  merge: (cli, [vendor = ''], options) =>
    perform(cli, 'vendor merge', typed({ vendor, into: textOption(options, 'into') }), changedLines),
  split: (cli, [vendor = '']) => perform(cli, 'vendor split', { vendor }, changedLines),
  retire: (cli, [vendor = ''], options) =>
    perform(
      cli,
      'vendor retire',
      typed({ vendor, reason: textOption(options, 'reason'), back: flagOption(options, 'back') }),
      changedLines,
    ),
  async key(cli, [vendor = '', person = ''], options) {
    if (flagOption(options, 'withdraw') === true)
      return perform(cli, 'vendor unkey', { vendor, person }, changedLines);
    const certificate = await fileOption(options, 'certificate');
    if (!certificate.ok) return refused(cli, certificate.fault);
    const given = typed({
      vendor,
      person,
      certificate: certificate.value,
      fingerprint: textOption(options, 'fingerprint'),
      method: textOption(options, 'method'),
    });
    return perform(cli, 'vendor key', given, changedLines);
  },
  import: (cli, [file = ''], options) => importContacts(cli, file, options),
  export: (cli, [file = ''], options) => exportContacts(cli, file, options),
  async register(cli, _args, options) {
    const profile = await profileOptions(options);
    if (!profile.ok) return refused(cli, profile.fault);
    const given = typed({
      centre: textOption(options, 'centre'),
      key: textOption(options, 'key'),
      profile: profile.value,
    });
    return perform(cli, 'vendor register', given, registrationLines);
  },
  registration,
  list: (cli, [held = '']) => perform(cli, 'vendor list', { case: held }, vendorListLines),
  status: (cli, [held = '', status = ''], options) =>
    say(
      cli,
      'vendor status',
      typed({
        case: held,
        status,
        vendor: textOption(options, 'vendor'),
        fixProgress: textOption(options, 'fix'),
        impact: textOption(options, 'impact'),
        plan: textOption(options, 'plan'),
        readyAt: textOption(options, 'ready'),
        statement: textOption(options, 'statement'),
        products: listOption(options, 'product'),
        justification: textOption(options, 'justification'),
        verdicts: listOption(options, 'verdict')?.map(verdict),
      }),
      'to',
      told('status'),
    ),
  impact: (cli, [held = '', impact = '']) =>
    say(cli, 'vendor impact', { case: held, impact }, 'to', told('impact')),
  plan: (cli, [held = '', plan = ''], options) =>
    say(
      cli,
      'vendor plan',
      typed({
        case: held,
        plan,
        readyAt: textOption(options, 'ready'),
        fixProgress: textOption(options, 'fix'),
      }),
      'to',
      told('plan'),
    ),
  remedy: (cli, [held = ''], options) =>
    say(
      cli,
      'vendor remedy',
      typed({
        case: held,
        remedy: textOption(options, 'text'),
        references: listOption(options, 'url')?.map((url) => ({ url })),
      }),
      'to',
      told('remedy'),
    ),
};

/** The first line says what was put down, the others how far it got. */
function told(what: string): (result: Document) => readonly string[] {
  return (result) => {
    const { to } = result as unknown as { readonly to: readonly ReachedShown[] };
    return to.length === 0 ? ['entered'] : [`your ${what} is on record`, ...reachLines(to, result['case'])];
  };
}
