/*
 * One slot of a settlement (docs/SETTLEMENT.md, R1 to R9) for Spin.
 *
 * Members that keep the rules are modelled one by one; LIARS further members say anything to anybody at any time, so
 * they are no more than that number in every count. A statement of a member that keeps the rules is a bit; whoever
 * needs a quorum may use any statements that were said, whenever it likes. That is the asynchronous network: a
 * statement that is not used yet is late or lost. Proposers are left out: any justified value may be voted for in any
 * round, as if every proposer lied. Clocks only go forward and are moved where a rule asks for a later time.
 *
 * Members 0 .. RESTORABLE-1 may come back from an older copy of themselves, RESTORES times in all. What they forgot
 * is then in flight, or held by others; others hand it back in their answers (R9).
 *
 * -D N, Q, LIARS, ROUNDS, VALUES; RESTORABLE, RESTORES, KNOWN (the guard tells); a mutant is one more -D.
 */
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef VALUES
#define VALUES 2
#endif
#ifndef RESTORABLE
#define RESTORABLE 0
#endif
#ifndef RESTORES
#define RESTORES 1
#endif
#ifndef EMPTY_DISK
#define EMPTY_DISK 0
#endif
#ifndef KNOWN
#define KNOWN 1
#endif
#ifndef DOWN
#define DOWN 0 /* members that never say anything */
#endif
#define M (N - LIARS - DOWN)
#define SELF (Q == N)

/* Values: a later instant; with q = n an earlier one, else the seal, and the earlier one if there are three. */
#define LATER 0
#define EARLIER 1
#if Q < N
#define SEAL (VALUES - 1)
#else
#define SEAL 9
#endif

/* Clocks: 0 before every freeze, 1 frozen, 2 the earlier instant, 3 the instant in force, 4 the later instant. */
#define FROZEN 1
#define IN_FORCE 3
#define INSTANT(v) ((v) == LATER -> 4 : ((v) == SEAL -> IN_FORCE : 2))
/* R3: with q = n a commit only before both instants. */
#define COMMIT_BEFORE(v) ((v) == LATER -> IN_FORCE : 2)

/* What one member said, a bit for each statement; a round has votes, commits, and the skip. */
#define WIDTH (2 * VALUES + 1)
#define VOTE(r, v) ((r) * WIDTH + (v))
#define COMMIT(r, v) ((r) * WIDTH + VALUES + (v))
#define SKIP(r) ((r) * WIDTH + 2 * VALUES)
#define SET(b) (1 << (b))
#define OF_VALUES ((1 << VALUES) - 1)
#define VOTES(r) (OF_VALUES << VOTE(r, 0))
#define COMMITS(r) (OF_VALUES << COMMIT(r, 0))
#if ROUNDS == 1
#define OVER_ROUNDS(m) m(0)
#elif ROUNDS == 2
#define OVER_ROUNDS(m) (m(0) | m(1))
#else
#define OVER_ROUNDS(m) (m(0) | m(1) | m(2))
#endif
#define ALL_VOTES OVER_ROUNDS(VOTES)
#define ALL_COMMITS OVER_ROUNDS(COMMITS)
#define COMMITS_TO_LATER(r) SET(COMMIT(r, LATER))

#if ROUNDS * WIDTH < 15
#define BITS short
#else
#define BITS int
#endif
typedef Member {
  BITS mem;       /* what it remembers having said */
  byte clock;
  byte published; /* its clock when it published; 0 while it has not */
#ifdef TWO_STEPS
  bit checked;    /* mutant: it once looked and found that it may publish */
#endif
}
Member member[M];

#if RESTORABLE > 0
typedef Copy {
  BITS lost;      /* said and forgotten */
  BITS backup;
  bit taken;      /* the backup has been taken; before, it is the empty disk */
  bit intent;     /* it remembers having published */
  bit backedUp;   /* the backup remembers it */
  byte mode;
  byte answers;   /* a bit for each member that answered */
  BITS relayed;   /* of its statements: held by somebody who forgot them; a relay may be in flight */
  BITS asIf;      /* commits that count as its own (R9, q = n) */
}
Copy copy[M];
/* [holder * M + author]: what the holder used or received of the author; what it will take off the wire
   no more. */
BITS holds[M * M];
BITS fenced[M * M];
byte restores = RESTORES;
#define WELL 0
#define CLEAN 1    /* started, and believes that it remembers everything */
#define RESTORED 2
#define HOLDS(x, a) holds[(x) * M + (a)]
#define FENCED(x, a) fenced[(x) * M + (a)]
#define EVERYBODY(a) (((1 << M) - 1) & ~(1 << (a)))
#endif

/* What anybody can use of what member a said: what it remembers, and what others hold and pass on. A liar holds
   everything. */
#if RESTORABLE == 0
#define SAID(a) member[a].mem
#elif LIARS > 0
#define SAID(a) (member[a].mem | copy[a].lost)
#else
#if M == 1
#define HELD(a) HOLDS(0, a)
#elif M == 2
#define HELD(a) (HOLDS(0, a) | HOLDS(1, a))
#elif M == 3
#define HELD(a) (HOLDS(0, a) | HOLDS(1, a) | HOLDS(2, a))
#else
#define HELD(a) (HOLDS(0, a) | HOLDS(1, a) | HOLDS(2, a) | HOLDS(3, a))
#endif
#define SAID(a) (member[a].mem | HELD(a) | copy[a].relayed)
#endif
#define SAYS(a, b) ((SAID(a) >> (b)) & 1)
#if M == 1
#define COUNT(b) (SAYS(0, b) + LIARS)
#elif M == 2
#define COUNT(b) (SAYS(0, b) + SAYS(1, b) + LIARS)
#elif M == 3
#define COUNT(b) (SAYS(0, b) + SAYS(1, b) + SAYS(2, b) + LIARS)
#else
#define COUNT(b) (SAYS(0, b) + SAYS(1, b) + SAYS(2, b) + SAYS(3, b) + LIARS)
#endif
#ifdef SMALL_QUORUM
#define ENOUGH (Q - 1)
#else
#define ENOUGH Q
#endif
#define NOTAR(r, v) (COUNT(VOTE(r, v)) >= ENOUGH)
#define NULL_ROUND(r) (COUNT(SKIP(r)) >= ENOUGH)
#define FINAL(r, v) (COUNT(COMMIT(r, v)) >= ENOUGH)

/* R5. */
#define NULL_BELOW_0 true
#define NULL_BELOW_1 NULL_ROUND(0)
#define NULL_BELOW_2 (NULL_ROUND(0) && NULL_ROUND(1))
#ifdef NO_CARRY
#define FRESH_IN(r) true
#else
#define FRESH_IN(r) NULL_BELOW_##r
#endif
#ifdef CARRY_ANY
#define BETWEEN_0_2 true
#else
#define BETWEEN_0_2 NULL_ROUND(1)
#endif

/* What a member remembers, and whether R9 lets it speak or release. */
#if RESTORABLE > 0
#define ANSWERS(i) ((copy[i].answers & 1) + ((copy[i].answers >> 1) & 1) + ((copy[i].answers >> 2) & 1) + ((copy[i].answers >> 3) & 1) + LIARS)
#ifdef NO_ANSWERS
#define HEARD_ALL(i) true
#elif defined(ONE_ANSWER)
#define HEARD_ALL(i) (ANSWERS(i) >= 1)
#else
#define HEARD_ALL(i) (ANSWERS(i) >= N - 1)
#endif
#if Q == N
#define CLEAN_SPEAKS (N - 1)
#else
#define CLEAN_SPEAKS (N - Q + 1)
#endif
#ifndef CLEAN_RELEASES
#define CLEAN_RELEASES 1
#endif
#define MODE(i) copy[i].mode
#define SPEAKS(i) (MODE(i) == WELL || (MODE(i) == CLEAN && ANSWERS(i) >= CLEAN_SPEAKS) || (MODE(i) == RESTORED && HEARD_ALL(i)))
#define RELEASES(i) (MODE(i) == WELL || (MODE(i) == CLEAN && ANSWERS(i) >= CLEAN_RELEASES) || (MODE(i) == RESTORED && HEARD_ALL(i)))
#ifdef NO_AS_IF
#define AS_IF(i) 0
#elif defined(AS_IF_RESTORED_ONLY)
#define AS_IF(i) ((SELF && copy[i].mode != CLEAN) -> copy[i].asIf : 0)
#else
#define AS_IF(i) (SELF -> copy[i].asIf : 0)
#endif
#define INTENT(i) copy[i].intent
#else
#define SPEAKS(i) true
#define RELEASES(i) true
#define AS_IF(i) 0
#define INTENT(i) (member[i].published > 0)
#endif
#ifdef SKIP_NOT_AS_IF
#define BOUND(i) member[i].mem
#else
#define BOUND(i) (member[i].mem | AS_IF(i))
#endif
#define LIMBO(i) ((member[i].mem | AS_IF(i)) & (ALL_COMMITS))

/* What the rules promise. Each is a bit so that Spin names it. */
bit agreement = 1, notEarly = 1, oneLimbo = 1, commitXorSkip = 1, keepsCommits = 1, valid = 1, released = 1;
byte fresh; /* values that a member which keeps the rules voted when they were fresh, within the rules */

/* One holder uses one statement of whoever may be restored, so it holds it from then on. Only where it is needed. */
#if RESTORABLE > 0
#define USE_OF(x, a, b) if :: x != a && SAYS(a, b) && COUNT(b) - 1 < ENOUGH -> HOLDS(x, a) = HOLDS(x, a) | SET(b) :: else fi;
#if RESTORABLE == 1
#define USE(x, b) USE_OF(x, 0, b)
#else
#define USE(x, b) USE_OF(x, 0, b) USE_OF(x, 1, b)
#endif
#else
#define USE(x, b)
#endif

#ifdef ANY_CLOCK
#define RAISE(i, least)
#define READS(i, least) (least)
#else
#define RAISE(i, least) if :: member[i].clock < (least) -> member[i].clock = (least) :: else fi;
#define READS(i, least) member[i].clock
#endif
#define SAY(i, b) member[i].mem = member[i].mem | SET(b);

#if ROUNDS == 1
#define DECIDED(v) FINAL(0, v)
#define NOTARISED(v) NOTAR(0, v)
#elif ROUNDS == 2
#define DECIDED(v) (FINAL(0, v) || FINAL(1, v))
#define NOTARISED(v) (NOTAR(0, v) || NOTAR(1, v))
#else
#define DECIDED(v) (FINAL(0, v) || FINAL(1, v) || FINAL(2, v))
#define NOTARISED(v) (NOTAR(0, v) || NOTAR(1, v) || NOTAR(2, v))
#endif

/* Whoever published did so at or after every instant that is decided, now or later. */
#define TIMELY(i, v) (!DECIDED(v) || member[i].published == 0 || member[i].published >= INSTANT(v))
#define SOUND(v) (!NOTARISED(v) || ((fresh >> (v)) & 1))
#define HAS(i, v) (((member[i].mem >> COMMIT(0, v)) & 1) || (ROUNDS > 1 && ((member[i].mem >> COMMIT(1, v)) & 1)) || (ROUNDS > 2 && ((member[i].mem >> COMMIT(2, v)) & 1)))
#define KEEPS(i, r) (!(copy[i].lost & COMMITS(r)) || !((member[i].mem >> SKIP(r)) & 1))
/* Where a liar may hide what a restored member forgot, that member itself may say two things. */
#define REMEMBERS_ALL(i) ((i) >= RESTORABLE || (LIARS == 0 && RESTORABLE == 1))
#define EXCLUDES(i, r) !(((SAID(i) | member[i].mem) >> SKIP(r)) & 1) || !((SAID(i) | member[i].mem) & COMMITS(r))

/* What no later step can ask for is forgotten, so that states that differ in it only are one. */
#if RESTORABLE > 0
#define FORGET(a) \
  if \
  :: restores == 0 && copy[a].mode == WELL -> \
    copy[a].backup = 0; copy[a].taken = 0; copy[a].backedUp = 0; \
    copy[a].lost = copy[a].lost & WITHIN_REACH(a); \
    copy[a].relayed = copy[a].relayed & copy[a].lost \
  :: else \
  fi; \
  x = 0; \
  do \
  :: x < M -> \
    if \
    :: restores == 0 -> HOLDS(x, a) = HOLDS(x, a) & copy[a].lost \
    :: else -> HOLDS(x, a) = HOLDS(x, a) & (copy[a].lost | ~(copy[a].backup & member[a].mem)) \
    fi; \
    FENCED(x, a) = FENCED(x, a) & copy[a].lost & ~HOLDS(x, a); \
    x++ \
  :: else -> break \
  od;
#if LIARS > 0
#define WITHIN_REACH(a) copy[a].lost
#else
#define WITHIN_REACH(a) (HELD(a) | copy[a].relayed) /* when all have answered the rest is fenced */
#endif
#ifdef NO_FENCE
#undef WITHIN_REACH
#define WITHIN_REACH(a) copy[a].lost
#endif
#endif

/* Where nobody is told from another, members are kept in order: fewer states, the same behaviours. */
#if RESTORABLE > 0
#define BEFORE(i, j) (member[i].mem < member[j].mem || (member[i].mem == member[j].mem && HOLDS(i, 0) <= HOLDS(j, 0)))
#define SWAP_REST(i, j) \
  k = HOLDS(i, 0); HOLDS(i, 0) = HOLDS(j, 0); HOLDS(j, 0) = k; \
  k = FENCED(i, 0); FENCED(i, 0) = FENCED(j, 0); FENCED(j, 0) = k; \
  k = copy[i].intent; copy[i].intent = copy[j].intent; copy[j].intent = k; \
  if \
  :: ((copy[0].answers >> i) & 1) != ((copy[0].answers >> j) & 1) -> copy[0].answers = copy[0].answers ^ ((1 << i) | (1 << j)) \
  :: else \
  fi;
#else
#define BEFORE(i, j) (member[i].mem < member[j].mem || (member[i].mem == member[j].mem && KEY(i) <= KEY(j)))
#define KEY(i) (member[i].clock * 8 + member[i].published)
#define SWAP_REST(i, j)
#endif
#define SWAP(i, j) \
  if \
  :: BEFORE(i, j) \
  :: else -> \
    k = member[i].mem; member[i].mem = member[j].mem; member[j].mem = k; \
    k = member[i].clock; member[i].clock = member[j].clock; member[j].clock = k; \
    k = member[i].published; member[i].published = member[j].published; member[j].published = k; \
    SWAP_REST(i, j) \
    k = 0 \
  fi;
#if !defined(SYMMETRIC) || M - RESTORABLE < 2 || RESTORABLE > 1
#define SORT
#elif M - RESTORABLE == 2
#define SORT SWAP(RESTORABLE, RESTORABLE + 1)
#elif M - RESTORABLE == 3
#define SORT SWAP(RESTORABLE, RESTORABLE + 1) SWAP(RESTORABLE + 1, RESTORABLE + 2) SWAP(RESTORABLE, RESTORABLE + 1)
#else
#define SORT SWAP(0, 1) SWAP(2, 3) SWAP(0, 2) SWAP(1, 3) SWAP(1, 2)
#endif

inline look() {
  d_step {
#if RESTORABLE > 0
    FORGET(0)
#endif
#if RESTORABLE > 1
    FORGET(1)
#endif
    /* R3, R4: nobody's commit and skip of one round can both be used. A liar may use what a restored one forgot. */
#if RESTORABLE == 0 || (LIARS == 0 && RESTORABLE == 1)
    x = 0;
    do
    :: x < M ->
      commitXorSkip = commitXorSkip && (EXCLUDES(x, 0)) && (ROUNDS < 2 || EXCLUDES(x, 1)) && (ROUNDS < 3 || EXCLUDES(x, 2));
      x++
    :: else -> break
    od;
#endif
    /* R9: whoever comes back skips no round that it committed in, although it forgot so. */
#if RESTORABLE > 0 && Q == N
    keepsCommits = keepsCommits && KEEPS(0, 0) && (ROUNDS < 2 || KEEPS(0, 1));
#endif
    agreement = agreement && !(DECIDED(0) && DECIDED(1));
#if VALUES > 2
    agreement = agreement && !(DECIDED(0) && DECIDED(2)) && !(DECIDED(1) && DECIDED(2));
#endif
    valid = valid && SOUND(0) && SOUND(1);
#if VALUES > 2
    valid = valid && SOUND(2);
#endif
    x = 0;
    lim = 0;
    do
    :: x < M ->
      notEarly = notEarly && TIMELY(x, 0) && TIMELY(x, 1);
#if VALUES > 2
      notEarly = notEarly && TIMELY(x, 2);
#endif
      if :: HAS(x, 0) && REMEMBERS_ALL(x) -> lim = lim | 1 :: else fi;
      if :: HAS(x, 1) && REMEMBERS_ALL(x) -> lim = lim | 2 :: else fi;
      x++
    :: else -> break
    od;
#if Q == N
    oneLimbo = oneLimbo && lim != 3;
#endif
    SORT
    x = 0;
    lim = 0;
  }
  assert(agreement);
  assert(notEarly);
#ifndef HARM
  assert(oneLimbo);
  assert(commitXorSkip);
  assert(keepsCommits);
  assert(valid);
#endif
}

/* R2. */
#if defined(PUBLISH_THEN_SPEAK)
#define SILENT(i) false
#else
#define SILENT(i) INTENT(i)
#endif
#ifdef VOTE_TWICE
#define VOTED(i, r, v) ((member[i].mem >> VOTE(r, v)) & 1)
#elif defined(SEAL_APART)
#define VOTED(i, r, v) ((v) == SEAL -> ((member[i].mem >> VOTE(r, v)) & 1) : (member[i].mem & VOTES(r) & ~SET(VOTE(r, SEAL))) != 0)
#else
#define VOTED(i, r, v) ((member[i].mem & VOTES(r)) != 0)
#endif
#define MAY_VOTE(i, r, v) (PROPOSED(r, v) && SPEAKS(i) && !SILENT(i) && !VOTED(i, r, v) && !((member[i].mem >> SKIP(r)) & 1))
/* Liveness: up to some moment anything may happen in round 0; then the world is healed, proposers keep the rules (but
   that of DOWN_ROUND, who is silent), and nobody's timer ends while there is something to say. */
#ifdef LIVE
bool healed;
#define LATEST_1(v) (NOTAR(0, v) || (!NOTAR(0, 0) && !NOTAR(0, 1) && NULL_ROUND(0) && v == SEAL))
#define LATEST_2(v) (NOTAR(1, v) || (!NOTAR(1, 0) && !NOTAR(1, 1) && NULL_ROUND(1) && LATEST_1(v)))
#define PROPOSED_0(v) true
#define PROPOSED_1(v) (healed && DOWN_ROUND != 1 && LATEST_1(v))
#define PROPOSED_2(v) (healed && DOWN_ROUND != 2 && LATEST_2(v))
#define PROPOSED(r, v) PROPOSED_##r(v)
#ifndef DOWN_ROUND
#define DOWN_ROUND 9
#endif
#define CAN_VOTE(i, r, v) ((member[i].mem & (VOTES(r) | SET(SKIP(r)))) == 0 && PROPOSED(r, v) && FRESH_OR_CARRIED_##r)
#define FRESH_OR_CARRIED_0 true
#define FRESH_OR_CARRIED_1 (NULL_ROUND(0) || NOTAR(0, 0) || NOTAR(0, 1))
#define FRESH_OR_CARRIED_2 (NULL_ROUND(1) || NOTAR(1, 0) || NOTAR(1, 1))
#define CAN_COMMIT(i, r, v) ((member[i].mem & (COMMITS(r) | SET(SKIP(r)))) == 0 && NOTAR(r, v))
#define CAN_SAY(i, r) (CAN_VOTE(i, r, 0) || CAN_VOTE(i, r, 1) || CAN_COMMIT(i, r, 0) || CAN_COMMIT(i, r, 1))
#if M == 3
#define TO_SAY(r) (CAN_SAY(0, r) || CAN_SAY(1, r) || CAN_SAY(2, r))
#else
#define TO_SAY(r) (CAN_SAY(0, r) || CAN_SAY(1, r) || CAN_SAY(2, r) || CAN_SAY(3, r))
#endif
#define TIMER(r) (healed -> !TO_SAY(r) : r == 0)
#else
#define PROPOSED(r, v) true
#define TIMER(r) true
#endif
#define FRESH_NOW(i, v) ((v) == SEAL || member[i].clock < FROZEN) /* with ANY_CLOCK it stays 0 */

#define USE_NULL_0(x) USE(x, SKIP(0))
#define USE_NULLS_BELOW_0(x)
#define USE_NULLS_BELOW_1(x) USE_NULL_0(x)
#define USE_NULLS_BELOW_2(x) USE_NULL_0(x) USE(x, SKIP(1))

#define VOTE_FRESH(i, r, v) \
  :: d_step { \
    MAY_VOTE(i, r, v) && FRESH_IN(r) && FRESH_NOW(i, v) -> \
    printf("%d votes %d, fresh, in round %d\n", i, v, r); \
    USE_NULLS_BELOW_##r(i) \
    if :: v == SEAL -> RAISE(i, FROZEN) :: else fi; \
    fresh = fresh | SET(v); \
    SAY(i, VOTE(r, v)) \
    }
#define VOTE_CARRIED_1(i, v) \
  :: d_step { \
    MAY_VOTE(i, 1, v) && NOTAR(0, v) -> \
    printf("%d votes %d, carried, in round 1\n", i, v); \
    USE(i, VOTE(0, v)) SAY(i, VOTE(1, v)) }
#define VOTE_CARRIED_2(i, v) \
  :: d_step { \
    MAY_VOTE(i, 2, v) && NOTAR(1, v) -> \
    printf("%d votes %d, carried, in round 2\n", i, v); \
    USE(i, VOTE(1, v)) SAY(i, VOTE(2, v)) } \
  :: d_step { \
    MAY_VOTE(i, 2, v) && NOTAR(0, v) && BETWEEN_0_2 -> \
    printf("%d votes %d, carried over a null round, in round 2\n", i, v); \
    USE(i, VOTE(0, v)) USE(i, SKIP(1)) SAY(i, VOTE(2, v)) }

/* R3. */
#ifdef COMMIT_AFTER_SKIP
#define SKIPPED(i, r) false
#else
#define SKIPPED(i, r) ((member[i].mem >> SKIP(r)) & 1)
#endif
#ifdef LATE_COMMIT
#define IN_TIME(i, v) true
#else
#define IN_TIME(i, v) (!SELF || member[i].clock < COMMIT_BEFORE(v))
#endif
#ifdef SEAL_APART
#define COMMITTED(i, r, v) ((v) == SEAL -> ((member[i].mem >> COMMIT(r, v)) & 1) : (member[i].mem & COMMITS(r) & ~SET(COMMIT(r, SEAL))) != 0)
#else
#define COMMITTED(i, r, v) ((member[i].mem & COMMITS(r)) != 0)
#endif
#define DO_COMMIT(i, r, v) \
  :: d_step { \
    SPEAKS(i) && !SILENT(i) && !COMMITTED(i, r, v) && !SKIPPED(i, r) && IN_TIME(i, v) && NOTAR(r, v) -> \
    printf("%d commits %d in round %d\n", i, v, r); \
    USE(i, VOTE(r, v)) SAY(i, COMMIT(r, v)) }

/* R4. The round before must have ended, however that is known. */
#if VALUES == 2
#define ENDED(r) (NULL_ROUND(r) || NOTAR(r, 0) || NOTAR(r, 1))
#else
#define ENDED(r) (NULL_ROUND(r) || NOTAR(r, 0) || NOTAR(r, 1) || NOTAR(r, 2))
#endif
#define OPENED_0 true
#define OPENED_1 ENDED(0)
#define OPENED_2 ENDED(1)
#ifdef SKIP_AFTER_COMMIT
#define MAY_SKIP(i, r) true
#else
#define MAY_SKIP(i, r) ((BOUND(i) & COMMITS(r)) == 0)
#endif
#define DO_SKIP(i, r) \
  :: d_step { \
    SPEAKS(i) && !((member[i].mem >> SKIP(r)) & 1) && MAY_SKIP(i, r) && OPENED_##r && TIMER(r) -> \
    printf("%d skips round %d\n", i, r); \
    SAY(i, SKIP(r)) }

/* R8. Check and intent are one step; the act follows, and a second one is the same. */
#if RESTORABLE > 0
#define KEEP_INTENT(i) copy[i].intent = 1;
#else
#define KEEP_INTENT(i)
#endif
#define PUBLISH(i, least) \
    RAISE(i, least) \
    member[i].published = READS(i, least); \
    KEEP_INTENT(i)
#ifdef NO_PUBLISHING
#define MAY_PUBLISH(i) false
#else
#define MAY_PUBLISH(i) (member[i].published == 0 && !INTENT(i))
#endif
#define PUBLISH_DECIDED(i, r, v) \
  :: d_step { \
    MAY_PUBLISH(i) && FINAL(r, v) && (v == SEAL || (SELF && RELEASES(i))) -> \
    printf("%d publishes, %d is final\n", i, v); \
    USE(i, COMMIT(r, v)) \
    PUBLISH(i, INSTANT(v)) }

#if Q == N || defined(SEALLESS)
#ifdef NO_P3
#define P2(i) MAY_PUBLISH(i) && RELEASES(i)
#else
#define P2(i) MAY_PUBLISH(i) && RELEASES(i) && LIMBO(i) == 0
#endif
#ifdef TWO_STEPS
#define PUBLISH_UNDECIDED(i) \
  :: d_step { P2(i) && !member[i].checked -> printf("%d finds that it may publish\n", i); RAISE(i, IN_FORCE) member[i].checked = 1 } \
  :: d_step { MAY_PUBLISH(i) && member[i].checked -> printf("%d publishes what it checked\n", i); PUBLISH(i, IN_FORCE) }
#else
#define PUBLISH_UNDECIDED(i) \
  :: d_step { P2(i) -> printf("%d publishes by P2\n", i); PUBLISH(i, IN_FORCE) } \
  :: d_step { \
    MAY_PUBLISH(i) && RELEASES(i) && LIMBO(i) != 0 -> \
    printf("%d publishes by P3\n", i); \
    if \
    :: P3_WAITS && (LIMBO(i) & (OVER_ROUNDS(COMMITS_TO_LATER))) -> PUBLISH(i, INSTANT(LATER)) \
    :: else -> PUBLISH(i, IN_FORCE) \
    fi }
#endif
#ifdef P3_AT_ONCE
#define P3_WAITS false
#else
#define P3_WAITS true
#endif
#else
#define PUBLISH_UNDECIDED(i)
#endif

/* R9. */
#if RESTORABLE > 0
#define TAKE_BACKUP(a) \
  :: d_step { \
    !EMPTY_DISK && !copy[a].taken && copy[a].mode == WELL && restores > 0 && member[a].mem != 0 -> \
    printf("%d is backed up\n", a); \
    copy[a].taken = 1; copy[a].backup = member[a].mem; copy[a].backedUp = copy[a].intent }
#define RESTORE(a) \
  :: d_step { \
    restores > 0 && (member[a].mem != copy[a].backup || copy[a].intent != copy[a].backedUp) -> \
    printf("%d comes back from the backup\n", a); \
    restores--; \
    copy[a].lost = (copy[a].lost | member[a].mem) & ~copy[a].backup; \
    member[a].mem = copy[a].backup; \
    copy[a].intent = copy[a].backedUp; \
    copy[a].mode = (KNOWN -> RESTORED : CLEAN); \
    copy[a].answers = 0; copy[a].asIf = 0; \
    FORGETS_OTHERS(a) }
#if RESTORABLE > 1 && LIARS == 0
#define FORGETS_OTHERS(a) copy[1 - a].relayed = copy[1 - a].relayed | HOLDS(a, 1 - a); HOLDS(a, 1 - a) = 0;
#else
#define FORGETS_OTHERS(a)
#endif
/* What was forgotten arrives off the wire, unless the fence is up. */
#if LIARS == 0
#define RECEIVE(x, a, b) \
  :: d_step { \
    ((copy[a].lost & ~HOLDS(x, a) & ~FENCED(x, a)) >> (b)) & 1 -> \
    printf("%d receives what %d forgot: %d\n", x, a, b); \
    HOLDS(x, a) = HOLDS(x, a) | SET(b) }
#else
#define RECEIVE(x, a, b)
#endif
#ifdef NO_FENCE
#define FENCE(x, a)
#else
#define FENCE(x, a) FENCED(x, a) = FENCED(x, a) | (copy[a].lost & ~HOLDS(x, a));
#endif
#define ANSWER(x, a) \
  :: d_step { \
    copy[a].mode != WELL && !((copy[a].answers >> (x)) & 1) -> \
    printf("%d answers %d\n", x, a); \
    FENCE(x, a) \
    copy[a].asIf = copy[a].asIf | ((member[x].mem & (ALL_VOTES)) << VALUES) | ((HOLDS(x, a) & (ALL_VOTES)) << VALUES); \
    if \
    :: (HOLDS(x, a) & copy[a].lost) != 0 -> \
      copy[a].mode = RESTORED; \
      member[a].mem = member[a].mem | (HOLDS(x, a) & copy[a].lost); \
      copy[a].lost = copy[a].lost & ~member[a].mem \
    :: else \
    fi; \
    copy[a].answers = copy[a].answers | (1 << (x)); \
    if \
    :: copy[a].answers == EVERYBODY(a) -> \
      if :: copy[a].mode == CLEAN || !SELF -> copy[a].asIf = 0 :: else fi; \
      copy[a].mode = WELL; \
      copy[a].answers = 0 \
    :: else \
    fi }
#endif

/* The cases of each of these, spelled out: every choice is a guard of one step, and nothing lies between. */
#if ROUNDS == 1
#define EACH_ROUND(m, i) m(i, 0)
#elif ROUNDS == 2
#define EACH_ROUND(m, i) m(i, 0) m(i, 1)
#else
#define EACH_ROUND(m, i) m(i, 0) m(i, 1) m(i, 2)
#endif
#if VALUES == 2
#define EACH_VALUE(m, i, r) m(i, r, 0) m(i, r, 1)
#define EACH_VALUE_OF(m, i) m(i, 0) m(i, 1)
#else
#define EACH_VALUE(m, i, r) m(i, r, 0) m(i, r, 1) m(i, r, 2)
#define EACH_VALUE_OF(m, i) m(i, 0) m(i, 1) m(i, 2)
#endif
#define SPEAK_IN(i, r) EACH_VALUE(VOTE_FRESH, i, r) EACH_VALUE(DO_COMMIT, i, r) DO_SKIP(i, r) EACH_VALUE(PUBLISH_DECIDED, i, r)
#if ROUNDS == 1 || defined(NO_NOTAR_OPENS)
#define CARRIED(i)
#elif ROUNDS == 2
#define CARRIED(i) EACH_VALUE_OF(VOTE_CARRIED_1, i)
#else
#define CARRIED(i) EACH_VALUE_OF(VOTE_CARRIED_1, i) EACH_VALUE_OF(VOTE_CARRIED_2, i)
#endif
#define ACT(i) EACH_ROUND(SPEAK_IN, i) CARRIED(i) PUBLISH_UNDECIDED(i)

#if RESTORABLE > 0
#define RECEIVE_IN(x, a, r) EACH_BIT(x, a, (r) * WIDTH)
#if VALUES == 2
#define EACH_BIT(x, a, b) RECEIVE(x, a, (b)) RECEIVE(x, a, (b) + 1) RECEIVE(x, a, (b) + 2) RECEIVE(x, a, (b) + 3) RECEIVE(x, a, (b) + 4)
#else
#define EACH_BIT(x, a, b) RECEIVE(x, a, (b)) RECEIVE(x, a, (b) + 1) RECEIVE(x, a, (b) + 2) RECEIVE(x, a, (b) + 3) RECEIVE(x, a, (b) + 4) RECEIVE(x, a, (b) + 5) RECEIVE(x, a, (b) + 6)
#endif
#if ROUNDS == 1
#define BETWEEN(x, a) ANSWER(x, a) RECEIVE_IN(x, a, 0)
#elif ROUNDS == 2
#define BETWEEN(x, a) ANSWER(x, a) RECEIVE_IN(x, a, 0) RECEIVE_IN(x, a, 1)
#else
#define BETWEEN(x, a) ANSWER(x, a) RECEIVE_IN(x, a, 0) RECEIVE_IN(x, a, 1) RECEIVE_IN(x, a, 2)
#endif
#if M == 1
#define WITH_OTHERS_0
#elif M == 2
#define WITH_OTHERS_0 BETWEEN(1, 0)
#define WITH_OTHERS_1 BETWEEN(0, 1)
#elif M == 3
#define WITH_OTHERS_0 BETWEEN(1, 0) BETWEEN(2, 0)
#define WITH_OTHERS_1 BETWEEN(0, 1) BETWEEN(2, 1)
#else
#define WITH_OTHERS_0 BETWEEN(1, 0) BETWEEN(2, 0) BETWEEN(3, 0)
#define WITH_OTHERS_1 BETWEEN(0, 1) BETWEEN(2, 1) BETWEEN(3, 1)
#endif
#endif

active proctype slot() {
  byte x, lim;
  int k;
  do
  :: atomic {
    if
    ACT(0)
#if M > 1
    ACT(1)
#endif
#if M > 2
    ACT(2)
#endif
#if M > 3
    ACT(3)
#endif
#ifdef LIVE
    :: d_step { !healed -> healed = 1 }
#endif
#if RESTORABLE > 0
    TAKE_BACKUP(0)
    RESTORE(0)
    WITH_OTHERS_0
#endif
#if RESTORABLE > 1
    TAKE_BACKUP(1)
    RESTORE(1)
    WITH_OTHERS_1
#endif
    fi;
    look()
  }
  :: timeout -> break
  od;
  /* Nothing is left to do, whoever was slow: then it is done. */
#if defined(LIVE)
  released = DECIDED(0) || DECIDED(1);
#elif Q == N && !defined(NO_PUBLISHING)
  released = member[0].published > 0 && member[M - 1].published > 0 && member[M / 2].published > 0;
#endif
  assert(released)
}
