"""Whatever is changed in a chain of disclosures is found, and named is the first entry that does not hold."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.disclosures.entry import Recorded, Salted, canonical, hash_of
from gateway.disclosures.verify import Broken, verify
from tests.gateway.disclosures.entries import DISTRICT, chain, details

CHAIN = chain([details(incident_number=f"2026-{number}") for number in range(1, 7)])
HEAD = verify(DISTRICT, CHAIN, {})


def broken_at(recorded: list[Recorded], heads: dict[int, str] | None = None) -> int:
    """The number of the first entry that does not hold."""
    with pytest.raises(Broken) as broken:
        verify(DISTRICT, recorded, heads or {})
    return broken.value.number


def flipped(content: bytes, bit: int) -> bytes:
    """The content with one bit another one."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_chain_that_nobody_changed_holds() -> None:
    assert (HEAD.custodian, HEAD.size) == (DISTRICT, 6)
    assert verify(DISTRICT, CHAIN, {6: HEAD.root}) == HEAD


def test_an_empty_chain_holds() -> None:
    assert verify(DISTRICT, [], {}).size == 0


@settings(max_examples=150, deadline=None, derandomize=True)
@given(place=st.integers(0, 5), data=st.data())
def test_one_flipped_bit_of_an_entry_is_found_at_that_entry(place: int, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, 8 * len(CHAIN[place].content) - 1))
    changed = replace(CHAIN[place], content=flipped(CHAIN[place].content, bit))
    assert broken_at([*CHAIN[:place], changed, *CHAIN[place + 1 :]]) == place + 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(place=st.integers(0, 5), digit=st.integers(0, 63), data=st.data())
def test_a_changed_hash_is_found_at_its_entry(place: int, digit: int, data: st.DataObject) -> None:
    old = CHAIN[place].hash
    new = data.draw(st.sampled_from([one for one in "0123456789abcdef" if one != old[digit]]))
    changed = replace(CHAIN[place], hash=old[:digit] + new + old[digit + 1 :])
    assert broken_at([*CHAIN[:place], changed, *CHAIN[place + 1 :]]) == place + 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(place=st.integers(0, 5), data=st.data())
def test_one_flipped_bit_of_the_details_is_found_at_that_entry(place: int, data: st.DataObject) -> None:
    salted = CHAIN[place].salted
    assert salted is not None
    content = canonical(salted.as_json())
    changed = flipped(content, data.draw(st.integers(0, 8 * len(content) - 1)))
    try:
        read = Salted.of_json(json.loads(changed))
    except ValueError:
        return
    assume(read != salted)
    assert broken_at([*CHAIN[:place], replace(CHAIN[place], salted=read), *CHAIN[place + 1 :]]) == place + 1


@pytest.mark.parametrize(
    ("story", "change", "number"),
    [
        ("an entry deleted", lambda of: [*of[:2], *of[3:]], 3),
        ("the first deleted", lambda of: of[1:], 1),
        ("two swapped", lambda of: [*of[:2], of[3], of[2], *of[4:]], 3),
        ("one twice", lambda of: [*of[:3], of[2], *of[3:]], 4),
        ("one in front", lambda of: [of[0], *of], 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_entry_out_of_its_place_is_found(
    story: str, change: Callable[[list[Recorded]], list[Recorded]], number: int
) -> None:
    assert broken_at(change(CHAIN)) == number


@settings(max_examples=150, deadline=None, derandomize=True)
@given(left=st.integers(0, 5))
def test_a_truncated_tail_is_found_by_whoever_kept_a_head(left: int) -> None:
    assert broken_at(CHAIN[:left], {6: HEAD.root}) == left + 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(size=st.integers(1, 6), edited=st.integers(0, 5))
def test_a_history_written_anew_is_found_by_whoever_kept_a_head(size: int, edited: int) -> None:
    said = [details(incident_number=f"2026-{number}") for number in range(1, 7)]
    said[edited] = details(incident_number="2026-99")
    kept = verify(DISTRICT, CHAIN[:size], {})
    assert broken_at(chain(said), {kept.size: kept.root}) == size


def test_another_custodians_chain_does_not_pass_for_this_one() -> None:
    assert broken_at(chain([details()], custodian="9900002")) == 1


def test_an_entry_in_another_form_of_json_is_found_though_its_hash_is_right() -> None:
    entry = CHAIN[0].content.replace(b'{"basis"', b'{ "basis"')
    assert broken_at([Recorded(entry, hash_of(entry), None)]) == 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(erased=st.sets(st.integers(0, 5)))
def test_erased_details_do_not_break_the_chain(erased: set[int]) -> None:
    left = [replace(one, salted=None) if place in erased else one for place, one in enumerate(CHAIN)]
    assert verify(DISTRICT, left, {6: HEAD.root}) == HEAD


def test_two_entries_with_the_same_details_have_different_digests() -> None:
    one, other = chain([details(), details()])
    assert one.entry.details_digest != other.entry.details_digest


def test_an_entry_holds_nothing_of_its_details() -> None:
    said = details(incident_number="HERON-1", threat="A knife in the gym.", recipients="Springfield police")
    content = chain([said])[0].content
    assert not any(part in content for part in (b"HERON", b"knife", b"Springfield", b"XX0000100"))
