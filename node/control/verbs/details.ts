/** Detail requests and their answers (DOMAIN §3): who asks, whom to ask, and what may be granted. */
import type { Case } from '../../core/case/case.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import type { State } from '../../core/state.js';
import { list, members, name, oneOf, orElse, text, words, wrong } from '../arguments.js';
import { findCase, findPeer } from '../find.js';
import { reachOf } from '../reach.js';
import { order, type Verbs, view } from '../verb.js';
import { requestsOf } from '../views/case-view.js';

const who = text(200, 1);

export const DETAIL_VERBS: Verbs = {
  list: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    if (!held.ok) return held;
    return ok({ case: held.value.id, requests: requestsOf(desk.state(), held.value) });
  }),

  request: order(
    members({ case: name, who: orElse(who, ''), why: words, products: orElse(list(name), []) }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const { self } = bench.state();
      // A centre asks the origin, a vendor the centre that told it.
      const to = self.role === 'centre' ? held.value.origin : held.value.from;
      if (to === self.node) return refuse('CASE_MEMBER', { where: self.node });
      const asks = given.who === '' ? bench.officer : given.who;
      const { why, products } = given;
      const body = { kind: 'detail_request', requester: self.node, who: asks, why, products } as const;
      const done = await bench.orderIn(held.value, { act: 'say', to, body });
      if (!done.ok) return done;
      const asked = reachOf(bench, held.value.id, to);
      return ok({ case: held.value.id, to, name: asked.name, reached: [asked] });
    },
  ),

  grant: order(members({ case: name, request: name, consent: orElse(words, '') }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const request = findRequest(bench.state(), held.value, given.request);
    if (!request.ok) return request;
    const { consent } = given;
    const done = await bench.orderIn(held.value, { act: 'grant', request: request.value.id, consent });
    if (!done.ok) return done;
    const { id, requester } = request.value;
    return ok({
      case: held.value.id,
      request: id,
      granted: true,
      to: reachOf(bench, held.value.id, requester),
    });
  }),

  deny: order(
    members({
      case: name,
      request: name,
      reason: oneOf('tlp', 'not_affected', 'not_verified', 'policy', 'other'),
      remark: orElse(words, ''),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const request = findRequest(bench.state(), held.value, given.request);
      if (!request.ok) return request;
      const { reason, remark } = given;
      const done = await bench.orderIn(held.value, {
        act: 'deny',
        request: request.value.id,
        reason,
        remark,
      });
      if (!done.ok) return done;
      const { id, via } = request.value;
      return ok({ case: held.value.id, request: id, granted: false, to: reachOf(bench, held.value.id, via) });
    },
  ),
};

type Request = ReturnType<Case['requests']['values']> extends Iterable<infer T> ? T : never;

/** By id, beginning of one, or the requester, where it has one open request. Faults: REQUEST_UNKNOWN. */
function findRequest(state: State, held: Case, typed: string): Outcome<Request> {
  const wanted = typed.trim().toLowerCase();
  const all = [...held.requests.values()];
  const byId = wanted.length >= 8 ? all.filter(({ id }) => id.startsWith(wanted)) : [];
  const found = byId.length > 0 ? byId : openRequestsOf(state, held, all, typed);
  const [only] = found;
  if (only === undefined) return refuse('REQUEST_UNKNOWN', { where: 'request' });
  return found.length > 1 ? wrong('request') : ok(only);
}

function openRequestsOf(
  state: State,
  held: Case,
  all: readonly Request[],
  typed: string,
): readonly Request[] {
  const peer = findPeer(state, typed);
  const node: NodeId | undefined = peer.ok ? peer.value : undefined;
  const open = all.filter(({ id }) => !held.answers.has(id));
  if (node !== undefined) return open.filter(({ requester }) => requester === node);
  // In model 1 the origin has the vendor's name from the list and perhaps nothing else: what it lacks is said next.
  const wanted = typed.trim().toLowerCase();
  return open.filter(
    ({ requester, requesterName }) => requester === wanted || requesterName.toLowerCase() === wanted,
  );
}
