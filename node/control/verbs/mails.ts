/** Letters to vendors without a node, and what an officer makes of their answers. */
import type { Case } from '../../core/case/case.js';
import { VENDOR_STATUS_WORDS } from '../../core/case/vendor-words.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { isByMail, isStuck, type Reply } from '../../core/mail/book.js';
import type { State } from '../../core/state.js';
import type { SpokenBody } from '../../core/statement.js';
import {
  flag,
  list,
  members,
  moment,
  name,
  none,
  oneOf,
  optional,
  orElse,
  text,
  words,
  wrong,
} from '../arguments.js';
import { findCase, findPeer, named, nameOf } from '../find.js';
import { order, type Verbs, view } from '../verb.js';
import { notAffected, verdicts } from '../verdicts.js';
import { lettersView, mailView, repliesView, replyView } from '../views/mail-view.js';

/** What an officer understood. */
const understood = {
  as: oneOf('acknowledge', 'status', 'request', 'remedy', 'inquiry', 'comment', 'attacks'),
  status: optional(oneOf(...VENDOR_STATUS_WORDS)),
  fixProgress: orElse(oneOf('none', 'ready', 'deployed'), 'none'),
  impact: orElse(words, ''),
  plan: orElse(words, ''),
  readyAt: optional(moment),
  statement: orElse(words, ''),
  products: orElse(list(name), []),
  justification: optional(notAffected),
  verdicts: orElse(verdicts, []),
  /** Words of the vendor for a request, a remedy, an inquiry, a comment or an attack; the whole answer if left out. */
  text: optional(text(LIMITS.textCharacters.most, 1)),
  who: optional(name),
} as const;

type Understood = {
  readonly [K in keyof typeof understood]: (typeof understood)[K] extends (
    ...given: never[]
  ) => Outcome<infer T>
    ? T
    : never;
};

export const MAIL_VERBS: Verbs = {
  status: view(none, (_, desk) => ok(mailView(desk))),

  letters: view(
    members({ vendor: optional(name), case: optional(name), stuck: orElse(flag, false) }),
    (given, desk) => {
      const state = desk.state();
      const to = given.vendor === undefined ? ok(undefined) : findPeer(state, given.vendor, 'vendor');
      if (!to.ok) return to;
      const held = given.case === undefined ? ok(undefined) : findCase(state, given.case);
      if (!held.ok) return held;
      return ok(
        lettersView(
          state,
          (letter) =>
            (to.value === undefined || letter.to === to.value) &&
            (held.value === undefined || letter.caseId === held.value.id) &&
            (!given.stuck || isStuck(letter)),
        ),
      );
    },
  ),

  replies: view(members({ all: orElse(flag, false) }), (given, desk) =>
    ok(repliesView(desk.state(), given.all)),
  ),

  show: view(members({ reply: name }), (given, desk) => {
    const reply = findReply(desk.state(), given.reply);
    return reply.ok ? ok(replyView(desk.state(), reply.value)) : reply;
  }),

  confirm: order(members({ reply: name, case: optional(name), ...understood }), async (given, bench) => {
    const state = bench.state();
    const reply = findReply(state, given.reply);
    if (!reply.ok) return reply;
    const held = caseOf(state, reply.value, given.case);
    if (!held.ok) return held;
    const body = bodyOf(state, reply.value, given);
    if (!body.ok) return body;
    const done = await bench.orderIn(held.value, {
      act: 'reply_confirm',
      reply: reply.value.id,
      body: body.value,
    });
    return done.ok ? ok({ reply: reply.value.id, case: held.value.id, as: body.value.kind }) : done;
  }),

  dismiss: order(members({ reply: name, reason: words }), async (given, bench) => {
    const reply = findReply(bench.state(), given.reply);
    if (!reply.ok) return reply;
    const { id } = reply.value;
    const done = await bench.order({ act: 'reply_dismiss', reply: id, reason: given.reason });
    return done.ok ? ok({ reply: id }) : done;
  }),

  again: order(members({ vendor: name }), async (given, bench) => {
    const to = findPeer(bench.state(), given.vendor, 'vendor');
    if (!to.ok) return to;
    if (!isByMail(bench.state(), to.value)) return refuse('PEER_RUNS_NODE', { where: to.value });
    const done = await bench.order({ act: 'mail_again', to: to.value });
    return done.ok ? ok(named(bench.state(), to.value)) : done;
  }),

  resume: order(none, async (_, bench) => {
    const due = bench.state().mail.due.count;
    const done = await bench.order({ act: 'mail_resume' });
    return done.ok ? ok({ due }) : done;
  }),

  collect: order(none, async (_, bench) => {
    const read = await bench.live.node.collectMail();
    return read.ok ? ok({ mails: read.value, ...asMembers(repliesView(bench.state(), false)) }) : read;
  }),
};

function asMembers(view: ReturnType<typeof repliesView>): {
  readonly [member: string]: ReturnType<typeof repliesView>;
} {
  return view as { readonly [member: string]: ReturnType<typeof repliesView> };
}

/** Shortest beginning of an id that names anything. */
const SHORTEST = 6;

/** An answer by its id or the unique beginning of it. Faults: REPLY_UNKNOWN, COMMAND_MALFORMED (several). */
function findReply(state: State, typed: string): Outcome<Reply> {
  const wanted = typed.trim().toLowerCase();
  const found = [...state.mail.replies.values()].filter(
    ({ id }) => wanted.length >= SHORTEST && id.startsWith(wanted),
  );
  const [only] = found;
  if (only === undefined) return refuse('REPLY_UNKNOWN', { where: 'reply' });
  return found.length > 1 ? wrong('reply') : ok(only);
}

/** The case of the letter that it answers; an officer names it where no letter is known. Faults: REPLY_CASE. */
function caseOf(state: State, reply: Reply, typed: string | undefined): Outcome<Case> {
  const letter = reply.letter === undefined ? undefined : state.mail.letters.get(reply.letter);
  if (typed === undefined) return letter === undefined ? wrong('case') : findCase(state, letter.caseId);
  const held = findCase(state, typed);
  if (!held.ok || letter === undefined || letter.caseId === held.value.id) return held;
  return refuse('REPLY_CASE', { where: letter.caseId });
}

/** The officer's understanding as the statement that a node of the vendor would have said. */
function bodyOf(state: State, reply: Reply, given: Understood): Outcome<SpokenBody> {
  const vendor = reply.from;
  if (vendor === undefined) return refuse(reply.code ?? 'MAIL_FOREIGN', { where: reply.id });
  const said = given.text ?? reply.text;
  switch (given.as) {
    case 'acknowledge': {
      const letter = reply.letter === undefined ? undefined : state.mail.letters.get(reply.letter);
      return letter === undefined ? wrong('as') : ok({ kind: 'acknowledge', of: letter.statement });
    }
    case 'status': {
      if (given.status === undefined) return wrong('status');
      const { status, fixProgress, impact, plan, readyAt, statement, products, justification } = given;
      if (justification !== undefined && status !== 'not_affected') return wrong('justification');
      const axes = { status, fixProgress, impact, plan, readyAt, statement, products };
      const rest = { ...axes, justification, verdicts: given.verdicts };
      return ok({
        kind: 'vendor_status',
        report: { vendor, vendorName: nameOf(state, vendor), ...rest },
      });
    }
    case 'request':
      return ok({
        kind: 'detail_request',
        requester: vendor,
        // Who signed it is the best that is known of who asks.
        who: given.who ?? reply.person?.name ?? 'the team that answers mail',
        why: said,
        products: given.products,
      });
    case 'remedy':
      return ok({ kind: 'remedy', vendor, vendorName: nameOf(state, vendor), remedy: said, references: [] });
    case 'attacks':
      return ok({ kind: 'attacks_observed', evidence: said });
    case 'inquiry':
    case 'comment':
      return ok({ kind: given.as, text: said });
  }
}
