"""While a request cannot be recorded nothing is told, whatever keeps it from the record (34 CFR 99.32)."""

from dataclasses import dataclass

import pytest

from tests.gateway.events import AGENCY
from tests.gateway.reveals.conftest import SEALED, House

READER = "daylight_gateway_reader"
SWALLOWING = """
create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger swallow before insert on disclosure for each row execute function swallow()
"""
FULL = """
create function overflow() returns trigger language plpgsql as $$
begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;
create trigger overflow before insert on {table} for each row execute function overflow()
"""
AWAY = f"""
alter database daylight_gateway connection limit 0;
select pg_terminate_backend(pid) from pg_stat_activity where usename = '{READER}'
"""


@dataclass(frozen=True)
class Hindrance:
    """What keeps a request from the record, and what takes that away."""

    planted: str
    mended: str


HINDRANCES = {
    "its writer's right is revoked": Hindrance(
        f"revoke insert on disclosure from {READER}", f"grant insert on disclosure to {READER}"
    ),
    "its writer cannot read the last entry": Hindrance(
        f"revoke select on disclosure from {READER}", f"grant select on disclosure to {READER}"
    ),
    "its writer's policy is gone": Hindrance(
        "alter policy custodian_appends on disclosure with check (false)",
        "alter policy custodian_appends on disclosure with check (true)",
    ),
    "heads cannot be kept": Hindrance(
        f"revoke insert on disclosure_head from {READER}", f"grant insert on disclosure_head to {READER}"
    ),
    "the table is gone": Hindrance("alter table disclosure rename to lost", "alter table lost rename to disclosure"),
    "the disk is full": Hindrance(FULL.format(table="disclosure"), "drop function overflow cascade"),
    "the disk is full after the entry": Hindrance(
        FULL.format(table="disclosure_head"), "drop function overflow cascade"
    ),
    "a trigger swallows it": Hindrance(SWALLOWING, "drop function swallow cascade"),
    "a rule swallows it": Hindrance(
        "create rule swallow as on insert to disclosure do instead nothing", "drop rule swallow on disclosure"
    ),
    "a constraint refuses it": Hindrance(
        "alter table disclosure add constraint never check (false) not valid",
        "alter table disclosure drop constraint never",
    ),
}


@pytest.mark.parametrize("hindrance", HINDRANCES.values(), ids=HINDRANCES)
async def test_nothing_is_told_while_it_cannot_be_recorded(house: House, hindrance: Hindrance) -> None:
    owner = await house.view.owner()
    await owner.execute(hindrance.planted)
    granted, refused = await house.reveal("supervisor"), await house.reveal("other-rms")
    await owner.execute(hindrance.mended)
    await owner.close()
    for answer in (granted, refused):
        assert (answer.status_code, answer.json()["code"]) == (503, "disclosure-not-recorded")
        assert "Retry-After" in answer.headers
        assert not any(text in answer.text for text in SEALED)
    assert await house.recorded(AGENCY) == []
    assert (await house.reveal("supervisor")).status_code == 200
    assert [outcome for outcome, _ in await house.recorded(AGENCY)] == ["granted"]


async def test_nothing_is_told_while_the_record_is_away(house: House) -> None:
    owner = await house.view.owner()
    await owner.execute(AWAY)
    answers = [await house.reveal("supervisor"), await house.reveal("other-rms")]
    await owner.execute("alter database daylight_gateway connection limit -1")
    await owner.close()
    for answer in answers:
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert not any(text in answer.text for text in SEALED)
    assert (await house.reveal("supervisor")).status_code == 200
    assert [outcome for outcome, _ in await house.recorded(AGENCY)] == ["granted"]


async def test_nothing_is_told_by_a_database_that_may_only_be_read(house: House) -> None:
    """As a standby is, before it takes over."""
    owner = await house.view.owner()
    await owner.execute(
        f"alter role {READER} set default_transaction_read_only = on;"
        f" select pg_terminate_backend(pid) from pg_stat_activity where usename = '{READER}'"
    )
    answer = await house.reveal("supervisor")
    await owner.execute(
        f"alter role {READER} reset default_transaction_read_only;"
        f" select pg_terminate_backend(pid) from pg_stat_activity where usename = '{READER}'"
    )
    await owner.close()
    assert answer.status_code == 503
    assert not any(text in answer.text for text in SEALED)
    assert await house.recorded(AGENCY) == []
