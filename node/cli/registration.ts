/** `vendor registration`: list, advance and reject, from either side. */
import type { Json } from '../core/canonical.js';
import { type Outcome, ok } from '../core/fault.js';
import { perform, refused, typed } from './call.js';
import type { Cli, Options } from './command.js';
import { documentOf } from './contact-options.js';
import type { Exit } from './exits.js';
import { flagOption, listOption, textOption } from './options.js';
import { registrationLines, registrationsLines } from './show-contacts.js';

export function registration(
  cli: Cli,
  [act = '', vendor = '']: readonly string[],
  options: Options,
): Promise<Exit> {
  switch (act) {
    case 'list':
      return perform(cli, 'registration list', {}, registrationsLines);
    case 'advance':
      return advance(cli, vendor, options);
    case 'reject':
      return perform(
        cli,
        'registration reject',
        typed({ vendor, reason: textOption(options, 'reason') }),
        registrationLines,
      );
    default:
      return Promise.resolve(refused(cli, { code: 'COMMAND_MALFORMED', where: 'list|advance|reject' }));
  }
}

async function advance(cli: Cli, vendor: string, options: Options): Promise<Exit> {
  const submitted = await documents(listOption(options, 'submit'), 'submit');
  if (!submitted.ok) return refused(cli, submitted.fault);
  const terms = await documents(listed(textOption(options, 'terms')), 'terms');
  if (!terms.ok) return refused(cli, terms.fault);
  const given = typed({
    vendor: vendor === '' ? undefined : vendor,
    documents: listOption(options, 'document'),
    submitted: submitted.value,
    metAt: textOption(options, 'metAt'),
    present: listOption(options, 'present'),
    terms: terms.value?.[0],
    agree: textOption(options, 'agree'),
    who: textOption(options, 'who'),
    method: textOption(options, 'method'),
    key: textOption(options, 'key'),
    replace: flagOption(options, 'replace'),
    unlike: listOption(options, 'unlike'),
    remark: textOption(options, 'remark'),
  });
  return perform(cli, 'registration advance', given, registrationLines);
}

function listed(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : [text];
}

async function documents(
  files: readonly string[] | undefined,
  where: string,
): Promise<Outcome<readonly Json[] | undefined>> {
  if (files === undefined) return ok(undefined);
  const found: Json[] = [];
  for (const file of files) {
    const one = await documentOf(file, where);
    if (!one.ok) return one;
    found.push(one.value);
  }
  return ok(found);
}
