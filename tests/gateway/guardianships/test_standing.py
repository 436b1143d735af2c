"""How a person stands to a student on a day, by all that the district has said."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.guardianships.standing import HELD, NOT_IN_FORCE, PASSED_ON, REVOKED, Family, children_of
from gateway.guardianships.store import Incoming, put_guardianships
from shared.contracts.guardianships import GuardianshipLine, Person
from shared.records.pseudonyms import Pseudonyms
from tests.gateway.conftest import View, become
from tests.gateway.events import DISTRICT, OTHER_DISTRICT

NAMES = Pseudonyms(bytes(32), {})
ISSUER = "https://accounts.example"
NOON = datetime(2026, 10, 5, 19, tzinfo=UTC)
"""Noon of 5 October 2026 in the district."""
BORN, PARENT = "2008-10-05", "mother"
FULL: dict[str, Any] = {"rights": "full", "relationship": "parent", "valid_from": "2020-08-01"}
REVOKE = FULL | {"rights": "revoked", "revoked_by": "court_order"}
PASSED = {"rights_pass_on": "2026-10-05"}
TOMORROW = {"rights_pass_on": "2026-10-06"}
SELF = {"relationship": "self", "rights": "full", "valid_from": "2026-08-01", "subject": PARENT}
OTHER = FULL | {"subject": "father"}

CASES: list[tuple[str, list[dict[str, Any]], str | None]] = [
    ("nobody said anything", [], None),
    ("a parent", [FULL], HELD),
    ("somebody else's parent", [OTHER], None),
    ("from today", [FULL | {"valid_from": "2026-10-05"}], HELD),
    ("from tomorrow", [FULL | {"valid_from": "2026-10-06"}], NOT_IN_FORCE),
    ("until today", [FULL | {"valid_to": "2026-10-05"}], HELD),
    ("until yesterday", [FULL | {"valid_to": "2026-10-04"}], NOT_IN_FORCE),
    ("revoked from the first", [REVOKE], REVOKED),
    ("revoked from yesterday", [FULL, REVOKE | {"valid_from": "2026-10-04"}], REVOKED),
    ("revoked from today", [FULL, REVOKE | {"valid_from": "2026-10-05"}], REVOKED),
    ("revoked from tomorrow", [FULL, REVOKE | {"valid_from": "2026-10-06"}], HELD),
    ("revoked until yesterday", [FULL, REVOKE | {"valid_from": "2026-01-01", "valid_to": "2026-10-04"}], HELD),
    ("given back", [REVOKE, FULL | {"valid_from": "2026-10-01"}], HELD),
    ("the other parent's were revoked", [FULL, OTHER | {"rights": "revoked", "revoked_by": "statute"}], HELD),
    ("they pass today", [FULL | PASSED], PASSED_ON),
    ("they pass tomorrow", [FULL | TOMORROW], HELD),
    ("they pass today, as said in another's line", [FULL, OTHER | PASSED], PASSED_ON),
    ("they passed, and the student is a dependent", [FULL | PASSED | {"dependent_for_tax": True}], HELD),
    ("a dependent, but revoked", [REVOKE | PASSED | {"dependent_for_tax": True}], REVOKED),
    ("the student, of age today", [SELF | PASSED], HELD),
    ("the student, of age tomorrow", [SELF | TOMORROW], NOT_IN_FORCE),
    ("who acts as a parent", [FULL | {"relationship": "acting_parent"}], HELD),
]


async def say(view: View, *lines: dict[str, Any], number: str = "S0042", lea_id: str = DISTRICT) -> None:
    """Let the district say this of a student."""
    for line in lines:
        said = {"subject": PARENT, **line}
        person = Person(issuer=ISSUER, subject=said.pop("subject"))
        whole = {"lea_id": lea_id, "student_number": number, "person": person.model_dump(), **said}
        read = GuardianshipLine.model_validate(whole, strict=False)
        await put_guardianships(
            view.reader, {"one": Incoming.of(read, NAMES, "http://127.0.0.1:8000")}, by="sis", at=NOON
        )


async def stands(view: View, at: datetime = NOON, zone: str = "America/Los_Angeles") -> str | None:
    """How the parent stands to the student then."""
    family = Family((DISTRICT,), ISSUER, PARENT, at, zone)
    async with view.reader.transaction() as connection:
        await become(connection, DISTRICT)
        children = await children_of(connection, family)
    assert len(children) <= 1
    return children[0].state if children else None


@pytest.mark.parametrize(("_", "lines", "expected"), CASES, ids=[case[0] for case in CASES])
async def test_the_newest_word_in_force_decides(
    view: View, _: str, lines: list[dict[str, Any]], expected: str | None
) -> None:
    await say(view, *lines)
    assert await stands(view) == expected


BIRTHDAYS = [
    ("2026-10-05T06:59:59+00:00", "America/Los_Angeles", HELD),
    ("2026-10-05T07:00:00+00:00", "America/Los_Angeles", PASSED_ON),
    ("2026-10-05T03:59:59+00:00", "America/New_York", HELD),
    ("2026-10-05T04:00:00+00:00", "America/New_York", PASSED_ON),
    ("2026-10-05T09:59:59+00:00", "Pacific/Honolulu", HELD),
    ("2026-10-05T10:00:00+00:00", "Pacific/Honolulu", PASSED_ON),
]


@pytest.mark.parametrize(("at", "zone", "expected"), BIRTHDAYS)
async def test_rights_pass_when_the_day_begins_in_the_district(view: View, at: str, zone: str, expected: str) -> None:
    """The district's calendar says its zone; where there is none, the installation's counts."""
    await say(view, FULL | PASSED)
    assert await stands(view, datetime.fromisoformat(at), zone) == expected
    calendar = {"lea_id": DISTRICT, "school_year": "2026-27", "first_day": "2026-08-20", "last_day": "2027-06-10"}
    services = view.services
    await view.apply(
        services.record("calendar", f"{DISTRICT}/2026-27", "public", calendar | {"time_zone": zone}),
        services.record(
            "calendar", f"{OTHER_DISTRICT}/2026-27", "public",
            calendar | {"lea_id": OTHER_DISTRICT, "time_zone": "Asia/Tokyo"},
        ),
    )  # fmt: skip
    assert await stands(view, datetime.fromisoformat(at), "Asia/Tokyo") == expected


async def test_what_one_district_says_is_in_no_others_sight(view: View) -> None:
    await say(view, FULL, lea_id=OTHER_DISTRICT)
    assert await stands(view) is None
    async with view.reader.transaction() as connection:
        await become(connection, DISTRICT)
        assert await connection.fetchval("select count(*) from guardianship") == 0


DAYS = st.dates(date(2026, 9, 1), date(2026, 11, 1))
WORDS = st.fixed_dictionaries(
    {"valid_from": DAYS, "valid_to": st.none() | DAYS, "revoked": st.booleans(), "rights_pass_on": st.none() | DAYS}
)


def slowly(words: list[dict[str, Any]], today: date) -> str | None:
    """The same in plain words: of what is in force, the newest counts."""
    if not words:
        return None
    in_force = [one for one in words if one["valid_from"] <= today <= (one["valid_to"] or date.max)]
    if not in_force:
        return NOT_IN_FORCE
    newest = max(in_force, key=lambda one: one["valid_from"])
    if newest["revoked"]:
        return REVOKED
    passed = any(one["rights_pass_on"] and one["rights_pass_on"] <= today for one in words)
    return PASSED_ON if passed else HELD


@given(st.lists(WORDS, max_size=4, unique_by=lambda one: one["valid_from"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_a_district_says_the_newest_in_force_counts(view: View, words: list[dict[str, Any]]) -> None:
    owner = await view.owner()
    await owner.execute("truncate guardianship")
    await owner.close()
    words = [one | {"valid_to": one["valid_to"] and max(one["valid_to"], one["valid_from"])} for one in words]
    for one in words:
        rights = REVOKE if one["revoked"] else FULL
        await say(view, rights | {name: one[name] for name in ("valid_from", "valid_to", "rights_pass_on")})
    assert await stands(view) == slowly(words, date(2026, 10, 5))
