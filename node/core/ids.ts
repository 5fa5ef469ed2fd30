/**
 * Names of nodes, cases and statements. One reader makes each; afterwards it is trusted.
 */
import type { Hash } from './bytes.js';

declare const brand: unique symbol;
type Named<Name extends string> = string & { readonly [brand]: Name };

/** Fingerprint of an organisation's OpenPGP v4 primary key: 40 lower-case hex digits (DESIGN §1). */
export type NodeId = Named<'NodeId'>;

/** A case: a random UUIDv4 in lower case, which reveals nothing (DESIGN §5). */
export type CaseId = Named<'CaseId'>;

/** A report that came to this house: a random UUIDv4 in lower case (DESIGN §5.4). */
export type ReportId = Named<'ReportId'>;

/** SHA-256 of a statement's signed bytes (ENV-1). */
export type StatementId = Hash;

/** SHA-256 of a body for third parties; snapshots, R1, R9 and R11 use nothing else (ENV-3). */
export type BallotId = Hash;

/** Version 4, in lower case. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** @returns `undefined` for any other spelling, so that one node has one name in every feed. */
export function nodeId(text: string): NodeId | undefined {
  return /^[0-9a-f]{40}$/.test(text) ? (text as NodeId) : undefined;
}

/** @returns `undefined` for any other spelling, so that one case has one name in every feed. */
export function caseId(text: string): CaseId | undefined {
  return UUID.test(text) ? (text as CaseId) : undefined;
}

/** @returns `undefined` for any other spelling. */
export function reportId(text: string): ReportId | undefined {
  return UUID.test(text) ? (text as ReportId) : undefined;
}

/** One direction of one relationship: what `author` says to `recipient`. The home feed has one node as both. */
export interface FeedId {
  readonly author: NodeId;
  readonly recipient: NodeId;
}

/** Key of a feed in maps and stores; order is author, then recipient. */
export function feedKey(feed: FeedId): string {
  return `${feed.author}>${feed.recipient}`;
}
