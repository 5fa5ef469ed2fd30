/**
 * The script: what operators of centres and vendors do, from the exchange of cards to the publication, in the order
 * of DOMAIN §3. Everything is typed at a console; nothing reaches into a node.
 */
import { HOUR, type Instant, readInstant } from '../../core/time.js';
import type { Document } from '../call.js';
import { exchangeCards, introduceToOrigin } from './cards.js';
import { type Conduct, DRILL_START, ORIGIN } from './cast.js';
import { centresOf, type Exercise, operatorAt, type Player, vendorsOf } from './exercise.js';
import { ExerciseFailed } from './failed.js';
import { forAll, type Operator } from './operator.js';
import { fragmentOf } from './wish.js';

export interface Act {
  readonly name: string;
  /** Hours after the start of the exercise; absent: as soon as the last act has settled. */
  readonly hours?: number;
  play(exercise: Exercise): Promise<void>;
}

/** Everything up to the settlement; the instant itself is `instant.ts`. */
export const ACTS: readonly Act[] = [
  { name: 'cards', hours: 0.1, play: exchangeCards },
  { name: 'opening', hours: 0.5, play: openCase },
  { name: 'charter', hours: 1, play: proposeCharter },
  { name: 'signatures', hours: 19, play: signCharter },
  { name: 'summaries', hours: 20, play: tellVendors },
  { name: 'requests', hours: 44, play: requestDetails },
  { name: 'details', hours: 70, play: grantDetails },
  { name: 'reports', hours: 166, play: reportStatus },
  { name: 'constraints', hours: 216, play: constrain },
  { name: 'amendment', hours: 217, play: requestAmendment },
  { name: 'approval', hours: 236, play: approve },
  { name: 'remedies', hours: 400, play: giveRemedies },
];

/** When an act is played. */
export function hourOf(hours: number): Instant {
  const start = readInstant(DRILL_START) ?? 0;
  return (start + hours * HOUR) as Instant;
}

async function openCase(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const { title, summary, details, products, publicIds } = cast.opening;
  const held = async () => {
    const { cases } = await origin.ask('case list');
    return (cases as unknown as readonly Document[]).at(0);
  };
  await origin.order(
    'case open',
    { title, summary, details, products, publicIds, tlp: 'AMBER' },
    { look: held },
  );
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  const own = vendorsOf(exercise, ORIGIN).map(({ operator }) => operator);
  await origin.order('case tell', { case: caseName, to: [...others, ...own].map(({ node }) => node) });
  exercise.say(`${origin.name} opens ${caseName} and tells ${namesOf(others)} and ${counted(own.length)}`);
}

async function proposeCharter(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const members = cast.centres
    .filter(({ key }) => key !== ORIGIN)
    .map(({ key, model }) => ({ peer: operatorAt(exercise, key).node, model }));
  const look = async () => {
    const shown = await origin.ask('charter show', { case: caseName });
    return shown['newest'] === null ? undefined : shown;
  };
  await origin.order('charter propose', { case: caseName, members }, { look });
  const models = cast.centres.map(({ name, model }) => `${name} model ${model}`).join(', ');
  exercise.say(`${origin.name} proposes the charter: ${models}`);
}

async function signCharter(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  await forAll(others, (centre) => centre.order('charter sign', { case: caseName }));
  await exercise.controller.settle();
  const shown = await origin.ask('settlement show', { case: caseName });
  if (shown['charter'] === null)
    throw new ExerciseFailed('the charter is not in force, although all have signed');
  exercise.say(
    `the charter is in force with all ${others.length + 1} signatures; by default ${local(shown, 'at')}`,
  );
}

async function tellVendors(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const others = centresOf(exercise).filter(({ key }) => key !== ORIGIN);
  await forAll(others, async (centre) => {
    const own = vendorsOf(exercise, centre.centre).map(({ operator }) => operator.node);
    if (own.length > 0) await centre.order('case tell', { case: caseName, to: own });
    exercise.say(`${centre.name} tells ${counted(own.length)} the summary, one envelope each`);
  });
}

async function requestDetails(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const readers = vendorsOf(exercise).filter(({ part }) => part.conduct !== undefined);
  await forAll(readers, ({ operator }) => operator.order('case acknowledge', { case: caseName }));
  const asking = readers.filter(({ part }) => part.conduct?.asks === true);
  await forAll(asking, ({ part, operator }) => {
    const given = {
      case: caseName,
      why: 'our products may be affected',
      products: part.conduct?.products ?? [],
    };
    return operator.order('detail request', given, { look: () => ownRequest(operator, caseName) });
  });
  const silent = vendorsOf(exercise).length - readers.length;
  exercise.say(`${counted(readers.length)} acknowledge, ${asking.length} ask for details, ${silent} silent`);
}

async function ownRequest(operator: Operator, caseName: string): Promise<Document | undefined> {
  const { requests } = await operator.ask('detail list', { case: caseName });
  return (requests as unknown as readonly Document[]).at(0);
}

/** In model 2 the own centre answers; in model 1 the origin, once both operators have verified each other. */
async function grantDetails(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  const origin = operatorAt(exercise, ORIGIN);
  for (const { key, model } of cast.centres) {
    const asking = vendorsOf(exercise, key).filter(({ part }) => part.conduct?.asks === true);
    const isDirect = model === 1 && key !== ORIGIN;
    if (isDirect) await introduceToOrigin(exercise, asking);
    const giver = isDirect ? origin : operatorAt(exercise, key);
    await forAll(asking, ({ operator }) =>
      giver.order(
        'detail grant',
        { case: caseName, request: operator.node },
        { means: ['REQUEST_ANSWERED'] },
      ),
    );
    if (asking.length === 0) continue;
    const how = isDirect ? `model 1, on the list of ${operatorAt(exercise, key).name}` : 'model 2';
    exercise.say(
      `${giver.name} grants details to ${namesOf(asking.map(({ operator }) => operator))} (${how})`,
    );
  }
}

async function reportStatus(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const speaking = vendorsOf(exercise).filter(({ part }) => part.conduct !== undefined);
  await forAll(speaking, (player) => reportOf(player, caseName));
  const wishing = speaking.filter(({ part }) => part.conduct?.wish !== undefined);
  await forAll(wishing, (player) => preferenceOf(exercise, player));
  exercise.say(`${counted(speaking.length)} report their status, ${wishing.length} say when it suits them`);
}

async function reportOf({ part, operator }: Player, caseName: string): Promise<void> {
  const { conduct } = part;
  if (conduct === undefined) return;
  await sayStatus(operator, conduct, caseName, conduct.hasFix);
}

async function sayStatus(
  operator: Operator,
  conduct: Conduct,
  caseName: string,
  isReady: boolean,
): Promise<void> {
  const { status, impact, statement, products } = conduct;
  const fixProgress = isReady ? 'ready' : 'none';
  await operator.order('vendor status', { case: caseName, status, fixProgress, impact, statement, products });
}

async function preferenceOf(exercise: Exercise, { part, operator }: Player): Promise<void> {
  const wish = part.conduct?.wish;
  if (wish === undefined) return;
  const given = fragmentOf(wish, part.zone, exercise.controller.now());
  await operator.order('schedule prefer', { case: exercise.caseName, ...given });
}

async function constrain(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const centres = centresOf(exercise);
  const answers = await forAll(centres, (centre) => centre.order('schedule constrain', { case: caseName }));
  const parties = answers.map(({ parties: list, left }, at) => {
    const gathered = list as unknown as readonly Document[];
    const out = (left as unknown as readonly Document[]).length;
    return `${centres[at]?.name} ${gathered.length}${out === 0 ? '' : ` (${out} left out)`}`;
  });
  exercise.say(
    `each centre signs one constraint from its office and its vendors' wishes: ${parties.join(', ')}`,
  );
}

async function requestAmendment(exercise: Exercise): Promise<void> {
  const origin = operatorAt(exercise, ORIGIN);
  const why = 'fixes are not ready at the default time';
  await origin.order('settlement request', { case: exercise.caseName, why });
  exercise.say(`${origin.name} asks for another time: ${why}`);
}

interface Proposal {
  readonly name: string;
  readonly value: { readonly at?: string };
  readonly local: string | null;
}

/** Whoever does not agree by policy looks at the proposal and names its instant. */
async function approve(exercise: Exercise): Promise<void> {
  const { cast, caseName } = exercise;
  for (const { key } of cast.centres.filter(({ autoAccept }) => !autoAccept)) {
    const centre = operatorAt(exercise, key);
    const shown = await centre.ask('settlement show', { case: caseName });
    const open = shown['open'] as { readonly proposals?: readonly Proposal[] } | null;
    const [proposal] = open?.proposals ?? [];
    if (proposal?.value.at === undefined) throw new ExerciseFailed(`nothing is proposed: ${factsOf(shown)}`);
    await centre.order('settlement approve', { case: caseName, at: proposal.value.at });
    exercise.say(
      `${centre.officer} of ${centre.name} approves the proposal of ${proposal.name}: ${proposal.local}`,
    );
  }
  await exercise.controller.settle();
  for (const centre of centresOf(exercise)) {
    const shown = await centre.ask('settlement show', { case: caseName });
    if (shown['epoch'] !== 1) throw new ExerciseFailed(`${centre.name} has not settled: ${factsOf(shown)}`);
    if (centre.key === ORIGIN) exercise.say(`settled in epoch 1: ${local(shown, 'at')}`);
  }
}

async function giveRemedies(exercise: Exercise): Promise<void> {
  const { caseName } = exercise;
  const ready = vendorsOf(exercise).filter(({ part }) => (part.conduct?.remedy ?? '') !== '');
  await forAll(ready, async ({ part: { conduct }, operator }) => {
    if (conduct === undefined) return;
    if (!conduct.hasFix) await sayStatus(operator, conduct, caseName, true);
    await operator.order('vendor remedy', { case: caseName, remedy: conduct.remedy });
  });
  exercise.say(`${counted(ready.length)} give their counter-measures for the public`);
}

function factsOf(shown: Document): string {
  const facts = (shown['facts'] ?? []) as unknown as readonly { readonly words: string }[];
  return facts.map(({ words }) => words).join('; ');
}

function local(shown: Document, member: string): string {
  return `${String(shown[member])} (${String(shown['local'])})`;
}

function namesOf(operators: readonly Operator[]): string {
  const shown = operators.slice(0, 4).map(({ name }) => name);
  const more = operators.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function counted(vendors: number): string {
  return vendors === 1 ? '1 vendor' : `${vendors} vendors`;
}
