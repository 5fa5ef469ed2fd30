/**
 * What the corridor is given: every port, chosen once when the node is composed.
 */
import type { Advisory } from '../core/advisory.js';
import type { Case } from '../core/case/case.js';
import type { NodeId } from '../core/ids.js';
import type { Self } from '../core/state.js';
import type { Instant } from '../core/time.js';
import type {
  Chance,
  Clock,
  Feeds,
  Guard,
  Journal,
  Post,
  PublicFile,
  Publisher,
  Sealer,
  Transport,
} from '../ports.js';
import type { Pledges } from './pledges.js';

/** What is drawn up for one advisory: the page, the machine-readable document, the calendar entry. */
export interface Renderer {
  /** Pure: the same advisory gives the same files. */
  render(advisory: Advisory, held: Case): readonly PublicFile[];
}

export interface Doors {
  readonly self: Self;
  /** What the configuration asks for now (R2 f); entered as an order where it is not the policy on record. */
  readonly autoAccept: boolean;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly sealer: Sealer;
  readonly feeds: Feeds;
  readonly guard: Guard;
  /** What was signed of feeds that lost a part since; absent where nothing was lost. */
  readonly pledges?: Pledges;
  /** In the order in which a peer is tried; of a peer that has a transport of its own choice, that one comes first. */
  readonly transports: readonly Transport[];
  readonly prefer?: ReadonlyMap<NodeId, Transport['name']>;
  /** Others cannot dial this node, or through a relay only; left out, they can. */
  readonly hidden?: boolean;
  readonly publisher: Publisher;
  readonly renderer: Renderer;
  /** Absent where no mail server is configured: letters wait. */
  readonly post?: Post;
  readonly journal: Journal;
}

/** A fact about the corridor for `status`: whom we talk to and since when. */
export interface LinkStanding {
  readonly peer: NodeId;
  readonly transport: Transport['name'];
  readonly since: Instant;
}
