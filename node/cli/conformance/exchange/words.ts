/**
 * Entries in words for transcripts: kinds, places, counts and instants. Never text of a case.
 */
import { unreachable } from '../../../core/fault.js';
import type { NodeId } from '../../../core/ids.js';
import type { Ballot, SeatChange, SettlementValue } from '../../../core/settlement/ballot.js';
import type { Body } from '../../../core/statement.js';
import { writeInstant } from '../../../core/time.js';

type NameOf = (node: NodeId) => string;

/** `commit, slot 1, round 0`. @param author of the feed, so that a relayed ballot shows whose it is. */
export function wordsOf(body: Body, author: NodeId, nameOf: NameOf): string {
  switch (body.kind) {
    case 'ballot': {
      const { ballot } = body;
      const words = ballotWords(ballot, nameOf);
      return ballot.author === author ? words : `${words} of ${nameOf(ballot.author)}`;
    }
    case 'case_summary':
      return `case_summary, model ${body.model}, reply by ${writeInstant(body.replyBy)}`;
    case 'detail_grant': {
      const unasked = body.request === undefined ? ', unasked' : '';
      return `detail_grant, onward ${body.onward}${unasked}`;
    }
    case 'detail_denial':
      return `detail_denial, ${body.reason}`;
    case 'disclosure_list': {
      const vendors = body.entries.map(({ vendor }) => nameOf(vendor)).join(' ');
      return `disclosure_list, model ${body.model}, ${vendors}`;
    }
    case 'vendor_status':
      return `vendor_status, ${nameOf(body.report.vendor)} ${body.report.status}, fix ${body.report.fixProgress}`;
    case 'remedy':
      return `remedy of ${nameOf(body.vendor)}`;
    case 'publication_notice':
      return `publication_notice, ${body.stage}, epoch ${body.epoch}, ${writeInstant(body.at)}`;
    case 'advance_notice':
      return `advance_notice, epoch ${body.epoch}, ${writeInstant(body.at)}`;
    case 'registration':
      return `registration, ${body.step.move}`;
    case 'amend_request':
      return `amend_request, slot ${body.slot}, round ${body.round}${body.change === undefined ? '' : `, ${changeWords(body.change, nameOf)}`}`;
    case 'unreadable':
      return `unreadable, ${body.code}`;
    default:
      return body.kind;
  }
}

function valueWords(value: SettlementValue, nameOf: NameOf): string {
  switch (value.kind) {
    case 'seal':
      return 'seal';
    case 'change':
      return changeWords(value.change, nameOf);
    case 'amend':
      return `amend to ${writeInstant(value.at)}`;
    default:
      return unreachable(value);
  }
}

/** `join of fourth`. */
function changeWords(change: SeatChange, nameOf: NameOf): string {
  return change.kind === 'lead'
    ? `lead to ${nameOf(change.node)}`
    : `${change.kind} of ${nameOf(change.kind === 'join' ? change.member.node : change.node)}`;
}

function ballotWords({ body }: Ballot, nameOf: NameOf): string {
  switch (body.kind) {
    case 'charter':
    case 'charter_sign':
    case 'charter_refuse':
      return `${body.kind} ${body.version}`;
    case 'charter_join':
      return `charter_join, epoch ${body.epoch}`;
    case 'constraint':
      return `constraint ${body.sequence}`;
    case 'propose': {
      return `propose, slot ${body.slot}, round ${body.round}, ${valueWords(body.value, nameOf)}`;
    }
    case 'vote':
    case 'commit':
    case 'skip':
      return `${body.kind}, slot ${body.slot}, round ${body.round}`;
    case 'published':
      return `published, epoch ${body.epoch}, ${writeInstant(body.at)}, revision ${body.revision}`;
    case 'leak':
    case 'manual_release':
      return body.kind;
    default:
      return unreachable(body);
  }
}
