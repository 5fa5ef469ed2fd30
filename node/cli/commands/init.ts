/** `init`: a new home. */
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { makeHome } from '../make-home.js';
import { flagOption, listOption, numberOption, textOption } from '../options.js';

export const COMMANDS: Commands = { '': init };

async function init(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const made = await makeHome(cli.home, fieldsOf(cli, options));
  if (!made.ok) return refused(cli, made.fault);
  const { config, node } = made.value;
  const result = { home: config.home, node, name: config.name, role: config.role, mode: config.mode };
  cli.print.result(result, () => [
    `${config.name} has a home in ${config.home}`,
    `fingerprint  ${node.toUpperCase().replaceAll(/.{4}(?=.)/g, '$& ')}`,
    `passphrase   ${config.passphraseFile} (keep a copy apart: without it the keys are lost)`,
    'next         isochron card export -o FILE, give it to your peers, and read the fingerprint to them',
  ]);
  return 0;
}

/** The configuration file as it will stand in the home; what was not typed is left to its default. */
function fieldsOf(cli: Cli, options: Options): Readonly<Record<string, unknown>> {
  const listen = textOption(options, 'listen');
  const advertise = listOption(options, 'advertise') ?? (listen === undefined ? [] : [listen]);
  const drill = flagOption(options, 'drill');
  const fields: Readonly<Record<string, unknown>> = {
    name: textOption(options, 'name'),
    role: textOption(options, 'role'),
    mode: drill === true ? 'drill' : 'production',
    zone: textOption(options, 'zone'),
    languages: listOption(options, 'languages'),
    namespace: textOption(options, 'namespace'),
    idPrefix: textOption(options, 'idPrefix'),
    embargoDays: numberOption(options, 'embargoDays'),
    replyByDays: numberOption(options, 'replyByDays'),
    autoAccept: flagOption(options, 'autoAccept'),
    cycles: listOption(options, 'cycle'),
    holidays: textOption(options, 'holidays'),
    officer: cli.officer,
    passphraseFile: textOption(options, 'passphraseFile'),
    grpc: { listen: listen ?? null, advertise },
    publicDir: textOption(options, 'publicDir'),
    drillStart: textOption(options, 'drillStart'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
