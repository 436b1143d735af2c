"""Holds a chain of disclosures against itself: every entry, every link, every head that was kept. Pure."""

from collections.abc import Iterable, Mapping

from gateway.disclosures.entry import BEFORE_THE_FIRST, Recorded, canonical, hash_of
from gateway.disclosures.tree import Frontier
from shared.contracts.disclosures import DisclosureEntry, TreeHead


class Broken(Exception):
    """A chain does not hold: `number` is its first broken entry, `fault` what is wrong with it, in a clause."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"entry {number}: {fault}")
        self.number = number
        self.fault = fault


class Verifier:
    """Takes the entries of one custodian's chain in order. `heads` are roots that were kept, by their size."""

    def __init__(self, custodian: str, heads: Mapping[int, str]) -> None:
        self.erased = 0
        self._custodian = custodian
        self._heads = heads
        self._tree = Frontier()
        self._previous = BEFORE_THE_FIRST

    @property
    def size(self) -> int:
        """How many entries were taken."""
        return self._tree.size

    @property
    def head(self) -> TreeHead:
        """What fixes the chain as far as it was taken."""
        return TreeHead(custodian=self._custodian, size=self.size, root=self._tree.root.hex())

    def take(self, recorded: Recorded) -> None:
        """Take the next entry. Raises Broken where it does not hold."""
        number = self.size + 1
        if fault := self._fault(recorded, number):
            raise Broken(number, fault)
        self._tree.add(bytes.fromhex(recorded.hash))
        self._previous = recorded.hash
        self.erased += recorded.salted is None
        if self._heads.get(number) not in (None, self._tree.root.hex()):
            raise Broken(number, "the chain up to it has another root than was kept")

    def end(self) -> TreeHead:
        """The head after the last entry. Raises Broken where a head was kept of a longer chain."""
        longest = max(self._heads, default=0)
        if longest > self.size:
            raise Broken(self.size + 1, f"it is missing: the chain once had {longest} entries")
        return self.head

    def _fault(self, recorded: Recorded, number: int) -> str:
        if hash_of(recorded.content) != recorded.hash:
            return "its hash is not that of its content"
        entry = _read(recorded.content)
        if entry is None:
            return "its content is no entry in canonical form"
        if (entry.custodian, entry.number) != (self._custodian, number):
            return "it is the entry of another place"
        if entry.previous_hash != self._previous:
            return "it does not follow the entry before it"
        if recorded.salted is not None and recorded.salted.digest != entry.details_digest:
            return "its details are not those that were recorded"
        return ""


def verify(custodian: str, chain: Iterable[Recorded], heads: Mapping[int, str]) -> TreeHead:
    """Hold a whole chain against itself and against roots that were kept, by size. Raises Broken."""
    verifier = Verifier(custodian, heads)
    for recorded in chain:
        verifier.take(recorded)
    return verifier.end()


def _read(content: bytes) -> DisclosureEntry | None:
    """The entry that the content is, if it is one in canonical form: two readers read the same."""
    try:
        entry = DisclosureEntry.model_validate_json(content)
        return entry if canonical(entry.model_dump(mode="json")) == content else None
    except ValueError:
        return None
