"""Who talks to whom, as the envelope takes it: read from the store for each round and kept nowhere else."""

from dataclasses import dataclass

from edge import identity, log, practice, suite_policy
from edge.database import Connection
from edge.errors import problem
from edge.identity import CentreSet, Identity
from edge.key_words import NO_POLICY, Policy
from sync.envelope import EnvelopeError, OpenKeys, SealKeys, peek
from sync.suites import key_id


@dataclass(frozen=True, slots=True)
class Parties:
    """The node, its keys, and the centre that it belongs to.

    `own` is the node's set in use, `theirs` the centre's newest of the same suite: with these two an envelope goes up.
    `own_sets` and `centre_sets` are all with which an answer may still come down. `time`: the latest that the centre
    signed; the policy is judged by it.
    """

    node: str
    own: Identity
    centre: identity.Centre
    theirs: CentreSet
    own_sets: tuple[Identity, ...] = ()
    centre_sets: tuple[CentreSet, ...] = ()
    policy: Policy = NO_POLICY
    time: str = ""

    @property
    def seals(self) -> SealKeys:
        return SealKeys(self.own.sign.private, self.own.sign.public, self.theirs.box_key, self.own.suite)

    @property
    def opens(self) -> OpenKeys:
        return _opens(self.own, self.theirs)

    def opens_answer(self, answer: bytes) -> OpenKeys:
        """The keys of the two sets that an answer names: one suite, allowed, not retired. Raises EnvelopeError."""
        header = peek(answer)
        own = next((one for one in self.own_sets if key_id(one.box.public) == header.recipient_key_id), None)
        if own is None:
            raise EnvelopeError("not_for_us", "sealed to another key")
        theirs = next((one for one in self.centre_sets if key_id(one.sign_key) == header.sender_key_id), None)
        if theirs is None or theirs.retired:
            raise EnvelopeError("bad_signature", "signed with another key, or with one that was replaced")
        if theirs.suite is not own.suite or not self.policy.allows(own.suite, self.time):
            raise EnvelopeError("unknown_suite", f"{own.suite.name} is not agreed")
        return _opens(own, theirs)


def _opens(own: Identity, theirs: CentreSet) -> OpenKeys:
    return OpenKeys(own.box.private, own.box.public, theirs.sign_key, own.suite)


def read(tx: Connection) -> Parties:
    """Raises practice_never_sent, centre_not_set (no enrolment file), suite_lapsed (its keys count no more)."""
    practice.must_be_sent(tx)
    centre = identity.centre(tx)
    if centre is None:
        raise problem("centre_not_set")
    own, policy, time = identity.load(tx), suite_policy.current(tx), tx.clock.centre_time()
    sets = tuple(identity.centre_sets(tx))
    usable = [one for one in sets if one.suite is own.suite and not one.retired]
    if not usable or not policy.allows(own.suite, time):
        raise problem("suite_lapsed", suite=own.suite.name)
    return Parties(log.node_id(tx), own, centre, usable[-1], tuple(identity.own_sets(tx)), sets, policy, time)
