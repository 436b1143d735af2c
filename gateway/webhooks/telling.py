"""What a webhook is to tell: what stands now, held against what it was told.

A clock becomes due soon or overdue while nothing is written, so no event says it. What stands is therefore compared
with what was told, and each difference is a message, written in the same transaction: once, whatever fails.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gateway.documents import Arguments, scope_predicates
from gateway.filters import STATE_OF_CLOCK
from gateway.kinds import CLOCK, FLAG, OFFICER_FLAG
from gateway.policy import Rule
from gateway.viewer import Scope, Viewer
from shared.clocks.engine import DueSoon
from shared.records.database import Connection

RAISED, QUIET = "raised", "quiet"
"""The change of a flag that stands open, and of a clock that is neither due nor met: which is told to nobody."""

# A flag that is not open keeps what was told of it, so that it is told again only when it is raised again.
COMPARE = f"""
with standing as (
    select custodian, id, kind, raised_at,
        case when kind <> '{CLOCK}' then '{RAISED}'
             else case {{state}} when 'due_soon' then 'due_soon' when 'overdue' then 'overdue'
                  when 'met' then 'met' when 'met_late' then 'met' else '{QUIET}' end
        end as change
    from document
    where state = 'live' and record_class = {{record_class}} and {{scope}}
      and (kind = '{CLOCK}'
           or kind in ('{FLAG}', '{OFFICER_FLAG}') and flag_state = 'open' and seen_by && {{readers}}::text[])
), moved as (
    select standing.*
    from standing left join webhook_told as told
        on told.custodian = standing.custodian and told.webhook = {{webhook}} and told.record_id = standing.id
    where (told.change, told.raised_at) is distinct from (standing.change, standing.raised_at)
      and (told.change is not null or standing.change <> '{QUIET}')
), noted as (
    insert into webhook_told as told (custodian, webhook, record_id, kind, change, raised_at)
    select custodian, {{webhook}}, id, kind, change, raised_at from moved
    on conflict (custodian, webhook, record_id) do update
    set change = excluded.change, raised_at = excluded.raised_at
)
insert into webhook_message (custodian, webhook, id, record_id, kind, change, state, made_at, attempts, next_at)
select custodian, {{webhook}}, uuidv7(), id, kind, change, 'waiting', {{at}}, 0, {{at}}
from moved where change = any ({{changes}}::text[])
"""


def tellable(viewer: Viewer) -> Scope | Rule:
    """The records that a viewer is told of at once, or the rule that withholds them.

    Whoever may not know when something happened is told nothing: the message would say it by coming.
    """
    scope = viewer.records()
    return scope if isinstance(scope, Rule) else viewer.indirectly(scope) or scope


async def see(connection: Connection, scope: Scope) -> None:
    """Let row-level security admit the records of a scope for the rest of the transaction."""
    await connection.execute("select set_config('daylight.custodians', $1, true)", scope.setting)


async def catch_up(
    connection: Connection, webhook: UUID, scope: Scope, changes: Sequence[str], due_soon: DueSoon, at: datetime
) -> None:
    """Note what stands within the scope, and make a message of each of these changes, in the caller's transaction."""
    arguments = Arguments()
    asked = [f"{arguments.add(value)}" for value in (at, due_soon.share, timedelta(days=due_soon.days))]
    statement = COMPARE.format(
        state=STATE_OF_CLOCK.format(*asked),
        record_class=arguments.add(scope.record_class),
        scope=" and ".join(scope_predicates(scope, arguments)) or "true",
        readers=arguments.add(list(scope.readers)),
        webhook=f"{arguments.add(webhook)}::uuid",
        at=f"{arguments.add(at)}::timestamptz",
        changes=arguments.add(list(changes)),
    )
    await connection.execute(statement, *arguments)
