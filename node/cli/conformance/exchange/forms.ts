/**
 * The commands of transcripts and their form. What they do is in `script-verbs.ts`.
 */

export type Verb =
  | 'introduce'
  | 'case'
  | 'merge'
  | 'copy'
  | 'restore'
  | 'open'
  | 'tell'
  | 'charter propose'
  | 'charter sign'
  | 'charter refuse'
  | 'request'
  | 'grant'
  | 'deny'
  | 'registration'
  | 'contact'
  | 'select'
  | 'advance'
  | 'status'
  | 'remedy'
  | 'acknowledge'
  | 'inquiry'
  | 'prefer'
  | 'constrain'
  | 'want'
  | 'seats'
  | 'join'
  | 'approve'
  | 'reject'
  | 'auto'
  | 'breach report'
  | 'breach confirm'
  | 'release'
  | 'skew'
  | 'clock'
  | 'pass'
  | 'replicate'
  | 'settle'
  | 'duplicate'
  | 'restart'
  | 'show'
  | 'states';

export interface Form {
  readonly verb: Verb;
  /** How many plain words belong to it. */
  readonly least: number;
  readonly most: number;
  /** So many of the first plain words name nodes of the world. */
  readonly names: number;
  /** Option → how many words follow it. */
  readonly options: Readonly<Record<string, number | 'many'>>;
  readonly says: string;
}

const ALL = 10;

/** Every command. fixtures/README.md lists them for people. */
export const FORMS: readonly Form[] = [
  form('introduce', [2, 2, 2], {}, 'two nodes add and verify each other’s cards'),
  form(
    'case',
    [1, 1, 0],
    {},
    'what follows is about this case of the story, by number; about 1 from the beginning',
  ),
  form('open', [1, 1, 1], { tlp: 1, onward: 1, details: 1 }, 'a centre opens the case and leads it'),
  form('tell', [2, ALL, ALL], { 'reply-by': 1 }, 'the first node tells the summary to the others'),
  form(
    'charter propose',
    [1, ALL, ALL],
    { model1: 'many', quorum: 1, default: 1, freeze: 1, round: 1 },
    'the first node proposes a charter; the roster is all nodes named, itself first',
  ),
  form('charter sign', [1, ALL, ALL], {}, 'operators order to sign the newest charter'),
  form('charter refuse', [1, ALL, ALL], {}, 'operators refuse the newest charter'),
  form('request', [2, 2, 2], {}, 'a vendor asks a centre for details'),
  form('grant', [2, 2, 2], { consent: 0 }, 'a centre answers the open request of a vendor'),
  form('deny', [3, 3, 2], {}, 'a centre denies the open request of a vendor, with a reason'),
  form(
    'registration',
    [3, 3, 2],
    {},
    'one of vendor and centre makes a move towards the other: apply, documents, submit, meeting, agree, identity, register, reject or withdraw',
  ),
  form('contact', [2, 2, 2], { class: 1, product: 1 }, 'a centre corrects what its book has of a vendor'),
  form('select', [1, 1, 1], {}, 'whom a centre would be proposed to tell, and who is not to be told'),
  form(
    'advance',
    [3, 3, 2],
    { consent: 0 },
    'a centre grants a site advance notice, so long before the instant',
  ),
  form('status', [3, 3, 2], { fix: 1, of: 1 }, 'a vendor says where it stands; `of` speaks for another'),
  form('remedy', [2, 2, 2], {}, 'a vendor hands in its counter-measure'),
  form('acknowledge', [2, 2, 2], {}, 'a node acknowledges the summary to who told it'),
  form('inquiry', [2, 2, 2], {}, 'a node asks another one something'),
  form('prefer', [3, 3, 2], {}, 'a vendor tells its centre before when it cannot be ready'),
  form('constrain', [2, 2, 1], { until: 1 }, 'a centre wants nothing before (and after) an instant'),
  form('want', [1, 1, 1], { slot: 1, round: 1 }, 'a centre asks all other members for an amendment'),
  form(
    'seats',
    [3, 3, 1],
    { model1: 0, reject: 0 },
    'an operator wants (or rejects) that a centre gets a seat, gives it up or leads: join, leave or lead',
  ),
  form('join', [1, 1, 1], {}, 'the operator of an invited centre agrees to charter and epoch'),
  form('approve', [2, 2, 1], {}, 'an operator approves an instant'),
  form('reject', [2, 2, 1], {}, 'an operator rejects an instant'),
  form('auto', [2, 2, 1], {}, 'recorded policy: accept what suits our constraints, on or off'),
  form('merge', [2, 2, 1], {}, 'an officer says that it is the same defect as another case of the story'),
  form('breach report', [1, 1, 1], {}, 'a centre reports a leak to the roster; a vendor to its centre'),
  form('breach confirm', [1, ALL, ALL], {}, 'operators confirm the breach'),
  form('release', [1, 1, 1], {}, 'a named officer orders the release'),
  form('skew', [2, 2, 1], {}, 'the clock of a node is ahead by a length from now on, or behind: 90s, -90s'),
  form('clock', [1, 1, 0], {}, 'time passes to an instant, or by a length such as 3d; nothing is delivered'),
  form('pass', [1, 1, 0], {}, 'time passes and everything is delivered as it is said'),
  form('replicate', [2, 2, 2], {}, 'delivers what the first node owes the second'),
  form('settle', [0, ALL, ALL], {}, 'delivers everything that is owed, among all nodes or those named'),
  form('duplicate', [2, 2, 2], {}, 'the last frame from the first node to the second arrives once more'),
  form('restart', [1, 1, 1], {}, 'a node dies and starts from what is on its disk'),
  form('copy', [1, 1, 1], {}, 'somebody copies what is on the disk of a node'),
  form(
    'restore',
    [1, 1, 1],
    {},
    'a node dies, and its copy is put back; its guard was not copied and knows better',
  ),
  form('show', [1, 1, 1], {}, 'codes of what the settlement waits for'),
  form('states', [0, ALL, ALL], {}, 'what every node knows, or those named'),
];

function form(
  verb: Verb,
  [least, most, names]: readonly [number, number, number],
  options: Form['options'],
  says: string,
): Form {
  return { verb, least, most, names, options, says };
}
