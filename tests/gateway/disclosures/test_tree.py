"""The Merkle tree gives the roots and proofs that RFC 9162 defines, and its proofs convince of nothing untrue."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.disclosures.tree import EMPTY_ROOT, Frontier, Tree, is_consistent, is_included

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that implementations of Certificate Transparency are tested with."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their roots, by how many of the leaves there are."""
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

sizes = st.integers(min_value=1, max_value=130)


def tree(size: int) -> Tree:
    """A tree of so many different leaves."""
    return Tree(_leaves(size))


def _leaves(size: int) -> list[bytes]:
    return [str(number).encode() for number in range(size)]


def _hex(proof: Sequence[bytes]) -> list[str]:
    return [node.hex() for node in proof]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH, written down as the RFC defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    largest = max(2**power for power in range(len(leaves)) if 2**power < len(leaves))
    return hashlib.sha256(b"\1" + root_by_definition(leaves[:largest]) + root_by_definition(leaves[largest:])).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_leaves_of_certificate_transparency_have_the_roots_that_are_known(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert Tree(LEAVES[:size]).root.hex() == frontier.root.hex() == ROOTS[size]


def test_a_tree_without_leaves_has_the_hash_of_nothing_for_its_root() -> None:
    assert Tree([]).root == Frontier().root == EMPTY_ROOT


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_is_proved_as_it_is_known_to_be(index: int, size: int, proof: list[str]) -> None:
    assert _hex(Tree(LEAVES[:size]).inclusion(index)) == proof


@pytest.mark.parametrize(("first", "second", "proof"), CONSISTENCY)
def test_consistency_is_proved_as_it_is_known_to_be(first: int, second: int, proof: list[str]) -> None:
    assert _hex(Tree(LEAVES[:second]).consistency(first)) == proof


@settings(max_examples=150, deadline=None, derandomize=True)
@given(size=st.integers(min_value=0, max_value=130))
def test_both_ways_to_a_root_give_what_the_rfc_defines(size: int) -> None:
    frontier = Frontier()
    for leaf in _leaves(size):
        frontier.add(leaf)
    assert tree(size).root == frontier.root == root_by_definition(_leaves(size))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(size=sizes, data=st.data())
def test_each_leaf_is_proved_at_its_own_place_alone(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    whole, leaf = tree(size), str(index).encode()
    proof = whole.inclusion(index)
    assert is_included(leaf, other, size, proof, whole.root) == (other == index)
    assert not is_included(b"another leaf", index, size, proof, whole.root)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(second=sizes, data=st.data())
def test_a_tree_is_proved_to_be_the_beginning_of_the_other(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    older, newer = tree(first), tree(second)
    assert is_consistent(first, older.root, second, newer.root, newer.consistency(first))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(second=sizes, data=st.data())
def test_an_edited_history_is_never_proved(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    edited = data.draw(st.integers(0, first - 1))
    older, leaves = tree(first), _leaves(second)
    leaves[edited] = b"edited"
    newer = Tree(leaves)
    assert not is_consistent(first, older.root, second, newer.root, newer.consistency(first))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(size=st.integers(min_value=2, max_value=130), data=st.data())
def test_a_proof_with_any_byte_flipped_a_node_more_or_a_node_less_proves_nothing(
    size: int, data: st.DataObject
) -> None:
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    whole, leaf = tree(size), str(index).encode()
    for forged in _forged(whole.inclusion(index), data):
        assert not is_included(leaf, index, size, forged, whole.root)
    for forged in _forged(whole.consistency(first), data):
        assert not is_consistent(first, tree(first).root, size, whole.root, forged)


def _forged(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    place, byte = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 31))
    flipped = bytearray(proof[place])
    flipped[byte] ^= 1 << data.draw(st.integers(0, 7))
    return [
        [*proof[:place], bytes(flipped), *proof[place + 1 :]],
        [*proof, proof[-1]],
        proof[:-1],
    ]


@pytest.mark.parametrize("index", [-1, 8])
def test_what_is_not_in_the_tree_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        Tree(LEAVES).inclusion(index)


@pytest.mark.parametrize("first", [0, 9])
def test_a_tree_that_is_no_beginning_has_no_proof(first: int) -> None:
    with pytest.raises(IndexError):
        Tree(LEAVES).consistency(first)
