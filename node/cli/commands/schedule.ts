/** `schedule`: wishes, constraints, and the solver. */
import type { Json } from '../../core/canonical.js';
import { type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands } from '../command.js';
import type { Exit } from '../exits.js';
import { fileOption, listOption, numberOption, readText, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';

export const COMMANDS: Commands = {
  async prefer(cli, [held = ''], options) {
    const fragment = await fileOption(options, 'file');
    if (!fragment.ok) return refused(cli, fragment.fault);
    const given = typed({
      case: held,
      readyAt: textOption(options, 'ready'),
      cycle: textOption(options, 'cycle'),
      blackouts: listOption(options, 'blackout')?.map(spanOf),
      fragment: fragment.value,
    });
    return perform(cli, 'schedule prefer', given, (result) => [
      `told ${(result as unknown as { to: { name: string } }).to.name}`,
    ]);
  },

  async constrain(cli, [held = ''], options) {
    const fragment = await fileOption(options, 'file');
    if (!fragment.ok) return refused(cli, fragment.fault);
    const given = typed({
      case: held,
      notBefore: textOption(options, 'notBefore'),
      notAfter: textOption(options, 'notAfter'),
      delayPerDay: numberOption(options, 'delayPerDay'),
      weights: listOption(options, 'weight')?.map(weightOf),
      fragment: fragment.value,
    });
    return perform(cli, 'schedule constrain', given, constrained);
  },

  show: (cli, [held = '']) => perform(cli, 'schedule show', { case: held }, shown),
  solve: (cli, [file = '']) => solve(cli, file),
};

/** Needs no node: the answer document of SCHED/1, and the exit status of SCHEDULING §10. */
async function solve(cli: Cli, file: string): Promise<Exit> {
  const text = await readText(file, 'file');
  if (!text.ok) return refused(cli, text.fault);
  const { answerFor } = await import('../../core/schedule/answer.js');
  const answer = answerFor(text.value);
  cli.print.result(answer as unknown as Json, () => {
    switch (answer.status) {
      case 'solved':
        return [
          `best ${answer.best.at}, cost ${answer.best.sum}`,
          ...answer.best.local.map(({ zone, weekday, local }) => `  ${local} ${weekday} ${zone}`),
          ...answer.best.pays
            .filter(({ cost }) => cost > 0)
            .map(({ party, cost }) => `  ${party} pays ${cost}`),
          ...answer.alternatives.map(({ at, sum }) => `or ${at}, cost ${sum}`),
        ];
      case 'infeasible':
        return [
          `no instant suits every hard constraint; these clash: ${answer.conflict.join(', ')}`,
          `cheapest way out ${answer.relaxation.at}: waive ${answer.relaxation.drop.map(({ constraint }) => constraint).join(', ')}`,
        ];
      case 'error':
        return answer.errors.map(({ code, path, message }) => `${code} at ${path || '/'}: ${message}`);
    }
  });
  return answer.status === 'solved' ? 0 : answer.status === 'infeasible' ? 1 : 2;
}

/** `A..B`, each an RFC 3339 instant; the control room checks them. */
function spanOf(text: string): Document {
  const [from = '', until = ''] = text.split('..');
  return { from, until };
}

/** `PEER=4`. */
function weightOf(text: string): Document {
  const at = text.lastIndexOf('=');
  const weight = Number(text.slice(at + 1));
  return at < 0 ? { peer: text, weight: null } : { peer: text.slice(0, at), weight };
}

function constrained(result: Document): readonly string[] {
  const { parties, left } = result as unknown as {
    readonly parties: readonly {
      readonly party: string;
      readonly vendors: readonly { readonly name: string }[];
    }[];
    readonly left: readonly { readonly name: string; readonly where: string }[];
  };
  return [
    'the constraint is signed and sent to the roster',
    ...parties.map(
      ({ party, vendors }) => `  ${party} stands for ${vendors.map(({ name }) => name).join(', ')}`,
    ),
    ...left.map(({ name, where }) => `  left out: ${name} (${where})`),
  ];
}

interface Shown {
  readonly epoch: number;
  readonly at: string;
  readonly zones: readonly { readonly name: string; readonly local: string }[];
  readonly basis: string | null;
  readonly parties: readonly {
    readonly party: string;
    readonly name: string | null;
    readonly centre: string;
  }[];
  readonly answer: {
    readonly status: string;
    readonly best: {
      readonly at: string;
      readonly sum: number;
      readonly pays: readonly {
        readonly party: string;
        readonly cost: number;
        readonly items: readonly { soft: string; cost: number }[];
      }[];
    } | null;
    readonly alternatives: readonly { readonly at: string; readonly sum: number }[];
    readonly conflict: readonly string[] | null;
  } | null;
}

function shown(result: Document, zone: string): readonly string[] {
  const { epoch, at, zones, basis, answer, parties } = result as unknown as Shown;
  const called = (id: string): string => {
    const found = parties.find(({ party }) => party === id);
    return found?.name ?? (found === undefined ? id : `a vendor of ${found.centre}`);
  };
  const head = [
    `in force ${sayTime(at, zone)}, epoch ${epoch}`,
    ...zones.map(({ name, local }) => `  ${name}: ${local}`),
  ];
  if (answer === null)
    return [...head, basis === null ? 'no constraints yet' : 'the constraints make no document'];
  if (answer.best === null)
    return [...head, `${basis}: no instant suits all; ${answer.conflict?.join(', ')} clash`];
  const { best, alternatives } = answer;
  return [
    ...head,
    `${basis}: best ${sayTime(best.at, zone)}, cost ${best.sum}`,
    ...table(
      best.pays
        .filter(({ cost }) => cost > 0)
        .map(({ party, cost, items }) => [
          `  ${called(party)}`,
          `pays ${cost}`,
          items
            .filter((one) => one.cost > 0)
            .map((one) => `${/^[0-9a-f]{16}$/.test(one.soft) ? 'own wish' : one.soft} ${one.cost}`)
            .join(', '),
        ]),
    ),
    ...alternatives.map(({ at: other, sum }) => `or ${sayTime(other, zone)}, cost ${sum}`),
  ];
}
