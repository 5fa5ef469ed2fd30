/** `init`: a new home. */
import { systemClock } from '../../../adapters/clock/system.js';
import { type Fault, type Outcome, ok, refuse } from '../../core/fault.js';
import { readInstant } from '../../core/time.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { enterFirstCentre, type FirstCentre, readFirstCentre } from '../first-centre.js';
import { makeHome } from '../make-home.js';
import { fileOption, flagOption, listOption, numberOption, textOption } from '../options.js';

export const COMMANDS: Commands = { '': init };

async function init(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const centre = await centreOf(cli, options);
  if (!centre.ok) return refused(cli, centre.fault, hintFor(centre.fault));
  const made = await makeHome(cli.home, fieldsOf(cli, options));
  if (!made.ok) return refused(cli, made.fault);
  const { config, node } = made.value;
  const first = centre.value;
  const entered = first === undefined ? ok(true) : await enterFirstCentre(config, first, cli.officer ?? '');
  // The home is made; only the card is missing, and `peer add` can do that later.
  if (!entered.ok) return refused(cli, entered.fault);
  const result = {
    home: config.home,
    node,
    name: config.name,
    role: config.role,
    mode: config.mode,
    centre: first === undefined ? null : { node: first.card.node, name: first.card.name },
  };
  cli.print.result(result, () => [
    `${config.name} has a home in ${config.home}`,
    `fingerprint  ${inFours(node)}`,
    `passphrase   ${config.passphraseFile} (keep a copy apart: without it the keys are lost)`,
    'next         isochron card export -o FILE, give it to your peers, and read the fingerprint to them',
    ...(first === undefined ? [] : centreLines(first)),
  ]);
  return 0;
}

function inFours(node: string): string {
  return node.toUpperCase().replaceAll(/.{4}(?=.)/g, '$& ');
}

function centreLines({ card, fingerprint }: FirstCentre): readonly string[] {
  const then = '             then: isochron run, isochron vendor register';
  if (fingerprint !== undefined) return [`centre       ${card.name}, verified`, then];
  return [
    `centre       ${card.name}, whose card says ${inFours(card.node)}`,
    `             have it read to you over the telephone, then: isochron peer verify '${card.name}' --fingerprint … --method telephone`,
    then,
  ];
}

/** What would do, where the code says only that something does not. */
function hintFor({ code, where }: Fault): string | undefined {
  if (code !== 'COMMAND_MALFORMED') return undefined;
  if (where === 'officer') return '--officer NAME: who puts the card of the centre on file';
  return where === 'centre'
    ? 'with --role vendor, a file that can be read with the card of a centre'
    : undefined;
}

/** Faults: COMMAND_MALFORMED where the node is no vendor's, or nobody is named who says so; those of the card. */
async function centreOf(cli: Cli, options: Options): Promise<Outcome<FirstCentre | undefined>> {
  const fingerprint = textOption(options, 'centreFingerprint');
  const text = await fileOption(options, 'centre');
  if (!text.ok) return text;
  if (text.value === undefined)
    return fingerprint === undefined ? ok(undefined) : refuse('COMMAND_MALFORMED', { where: 'centre' });
  if (textOption(options, 'role') !== 'vendor') return refuse('COMMAND_MALFORMED', { where: 'centre' });
  if (cli.officer === undefined) return refuse('COMMAND_MALFORMED', { where: 'officer' });
  const start = readInstant(textOption(options, 'drillStart') ?? '');
  const mode = flagOption(options, 'drill') === true ? 'drill' : 'production';
  return readFirstCentre(text.value, fingerprint, mode, start ?? systemClock().now());
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
