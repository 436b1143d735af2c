"""What an order of a court erases is erased from the disclosure record as well, and its chain holds."""

from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import append, verify_all
from tests.gateway.conftest import View
from tests.gateway.disclosures.entries import asked
from tests.gateway.test_erasure import erasing, lived

NUMBER, OTHER_NUMBER = "QUILL-1881", "2026-2"


async def entries_with_details(view: View) -> list[int]:
    """The entries whose details stand."""
    connection = await view.owner()
    rows = await connection.fetch("select number from disclosure where details is not null order by number")
    await connection.close()
    return [row["number"] for row in rows]


async def test_an_erased_record_leaves_no_details_and_a_chain_that_holds(view: View, seal: DetailsSeal) -> None:
    events = lived(view.services)
    copy = next(event for event in events if event.kind == "delivery")
    await view.apply(view.services.school(), *events)
    await append(view.reader, seal, asked(number=NUMBER, record_id=str(copy.data.id)))
    await append(view.reader, seal, asked(number=OTHER_NUMBER))
    await append(view.reader, seal, asked(number=NUMBER, record_id=None, version=None))

    await view.apply(*erasing(view.services, events))

    assert await entries_with_details(view) == [2]
    reports = [report async for report in verify_all(view.projector, seal)]
    assert [(report.head.size, report.erased, report.broken) for report in reports] == [(3, 2, None)]


async def test_an_order_for_the_agencys_record_leaves_the_districts_entries(view: View, seal: DetailsSeal) -> None:
    events = lived(view.services)
    copy = next(event for event in events if event.kind == "delivery")
    await view.apply(view.services.school(), *events)
    await append(view.reader, seal, asked(number=NUMBER, record_id=str(copy.data.id)))

    await view.apply(*erasing(view.services, events, without="delivery"))

    assert await entries_with_details(view) == [1]
