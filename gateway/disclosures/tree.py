"""The Merkle tree of RFC 9162 (and RFC 6962), section 2.1: a root that fixes a list, and short proofs about it. Pure.

Leaves are the hashes of entries, as bytes. A proof is a list of hashes of nodes, each 32 bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf. A leaf begins with 0 and a node with 1, so that neither passes for the other."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The tree over leaves as they come: of the tree so far it keeps the roots of its whole subtrees alone."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf in."""
        node, pairs = leaf_hash(leaf), self.size
        while pairs & 1:
            node, pairs = node_hash(self._whole.pop(), node), pairs >> 1
        self._whole.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._whole:
            return EMPTY_ROOT
        *others, node = self._whole
        for left in reversed(others):
            node = node_hash(left, node)
        return node


class Tree:
    """The tree over a list of leaves, with all its nodes, to prove what is in it."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [[leaf_hash(leaf) for leaf in leaves]]
        while len(below := self._levels[-1]) > 1:
            above = [node_hash(*below[place : place + 2]) for place in range(0, len(below) - 1, 2)]
            self._levels.append(above + below[len(above) * 2 :])

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return self._levels[-1][0] if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Proves that a leaf is in the tree, at its place (PATH of the RFC). Raises IndexError where there is none."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self._path(index, 0, self.size)

    def consistency(self, first: int) -> list[bytes]:
        """Proves that the tree over the first leaves is the beginning of this one (PROOF of the RFC).

        Raises IndexError for a number of leaves that is not from 1 to the tree's own.
        """
        if not 0 < first <= self.size:
            raise IndexError(first)
        return self._subproof(first, 0, self.size, known=True)

    def _path(self, index: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        middle = _middle(begin, end)
        if index < middle:
            return [*self._path(index, begin, middle), self._node(middle, end)]
        return [*self._path(index, middle, end), self._node(begin, middle)]

    def _subproof(self, first: int, begin: int, end: int, *, known: bool) -> list[bytes]:
        if first == end:
            return [] if known else [self._node(begin, end)]
        middle = _middle(begin, end)
        if first <= middle:
            return [*self._subproof(first, begin, middle, known=known), self._node(middle, end)]
        return [*self._subproof(first, middle, end, known=False), self._node(begin, middle)]

    def _node(self, begin: int, end: int) -> bytes:
        level = (end - begin - 1).bit_length()
        return self._levels[level][begin >> level]


def _middle(begin: int, end: int) -> int:
    """Where the RFC parts leaves: behind the largest power of two of them that is less than all."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that a leaf is at its place in the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf_hash(leaf)
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the one tree is the beginning of the other (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root
