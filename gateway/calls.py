"""The calls that the gateway makes against the stream of events: to reveal what was sealed, to sum up what was counted.

What is revealed comes from the service that took it in, is held in memory, and goes to whoever asked; it is kept
nowhere on the way. A call has a bounded time: what does not answer in it is not there.
"""

from typing import TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError
from pydantic import TypeAdapter, ValidationError

from shared.contracts.contract import Contract
from shared.contracts.crdc import CrdcCall, CrdcPart
from shared.contracts.disparities import Disparities, DisparityCall
from shared.contracts.reveals import NothingToReveal, RevealCall, Revealed
from shared.contracts.summaries import Summary, SummaryCall
from shared.contracts.tie_outs import TieOut, TieOutCall
from shared.records import bus
from shared.records.endurance import enduring
from shared.secrets import Secrets
from shared.settings import Settings

SEALING_SERVICE, COUNTING_SERVICE = "incidents", "reporting"
CALLS = (
    (SEALING_SERVICE, bus.REVEAL),
    *((COUNTING_SERVICE, call) for call in (bus.SUMMARISE, bus.COMPARE, bus.TIE_OUT, bus.CRDC)),
)
"""The services that are called, each with what it is asked."""
ANSWER_SECONDS = 3
ANSWER: TypeAdapter[Revealed | NothingToReveal] = TypeAdapter(Revealed | NothingToReveal)
SUMMARY: TypeAdapter[Summary] = TypeAdapter(Summary)
TIED: TypeAdapter[TieOut] = TypeAdapter(TieOut)
CRDC_PART: TypeAdapter[CrdcPart] = TypeAdapter(CrdcPart)
DISPARITIES: TypeAdapter[Disparities] = TypeAdapter(Disparities)

T = TypeVar("T")


class Unanswered(Exception):
    """The service did not answer in time, or NATS is away."""


class Calls:
    """The gateway's connection for its calls; it comes back by itself."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings = settings
        self._secrets = secrets
        self._client: Client | None = None

    async def run(self) -> None:
        """Stay connected until cancelled, through every loss of NATS."""
        while True:
            async with enduring("calls"), bus.connected(self._settings, self._secrets, bus.GATEWAY) as client:
                self._client = client
                try:
                    await bus.until_closed(client)
                finally:
                    self._client = None

    async def reveal(self, call: RevealCall) -> Revealed | None:
        """What the service unseals; None where it has no such record with that custodian. Raises Unanswered."""
        answer = await self._ask(SEALING_SERVICE, bus.REVEAL, call, ANSWER)
        return answer if isinstance(answer, Revealed) else None

    async def summarise(self, call: SummaryCall) -> Summary:
        """What the service counted. Raises Unanswered."""
        return await self._ask(COUNTING_SERVICE, bus.SUMMARISE, call, SUMMARY)

    async def compare(self, call: DisparityCall) -> Disparities:
        """Each group against all others. Raises Unanswered."""
        return await self._ask(COUNTING_SERVICE, bus.COMPARE, call, DISPARITIES)

    async def tie_out(self, call: TieOutCall) -> TieOut:
        """Both sides' counts, and why they differ. Raises Unanswered."""
        return await self._ask(COUNTING_SERVICE, bus.TIE_OUT, call, TIED)

    async def crdc_part(self, call: CrdcCall) -> CrdcPart:
        """Some schools of a district, with what they say for the CRDC. Raises Unanswered."""
        return await self._ask(COUNTING_SERVICE, bus.CRDC, call, CRDC_PART)

    async def _ask(self, service: str, name: str, call: Contract, answer: TypeAdapter[T]) -> T:
        if self._client is None:
            raise Unanswered
        try:
            message = await self._client.request(
                bus.call_subject(service, name), call.model_dump_json().encode(), timeout=ANSWER_SECONDS
            )
            return answer.validate_json(message.data)
        except (NatsError, TimeoutError, ValidationError):
            raise Unanswered from None
