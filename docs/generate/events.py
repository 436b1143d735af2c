"""The page of events."""

from collections.abc import Mapping
from typing import Any

from docs.generate.dictionary import contract_block
from docs.generate.markdown import anchor, code, page, prose, table
from shared.contracts.events import CONTENT_TYPE, Event, RecordState
from shared.records import bus
from shared.settings import Settings

SERVICE = "<service>"
ABOUT = f"""Events carry whole records from the service that owns them to those who show them. They are inside an
installation: what leaves it is the change feed of the gateway, which the policy has passed. Each is a
CloudEvent 1.0 in structured JSON (`{CONTENT_TYPE}`) on NATS JetStream, on the subject `<type>.<record id>` of
the stream `{bus.stream_name(SERVICE)}`, which keeps it at most {Settings.model_fields["stream_days"].default}
days. A service's log keeps it for good: whoever missed one asks for it on `{bus.replay_subject(SERVICE)}` with
`{{"from": 5, "to": 9}}`, and is answered NDJSON and at the end an empty message. On
`{bus.head_subject(SERVICE)}` a service says once a second up to which number its events are in the stream, and where
that stands still the last number there is. No name and no sentence is in any event. The same as AsyncAPI 3.0:
`docs/asyncapi/`, and `/asyncapi.json` of each service."""


def events_page(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """Every event type, from the services' AsyncAPI documents, and the envelope."""
    rows = [
        (code(event), service, code(channel["address"]), _document(document["components"]["messages"][event]))
        for service, document in documents.items()
        for event, channel in document["channels"].items()
    ]
    head = ("type", "service", "subject", "`data.document`")
    return page(
        "Events", prose(ABOUT), table(head, rows), "## Envelope", contract_block(Event), contract_block(RecordState)
    )


def _document(message: Mapping[str, Any]) -> str:
    schema = message["payload"]["allOf"][1]["properties"]["data"]["properties"]["document"]
    if "$ref" not in schema:
        return "null"
    name = schema["$ref"].rpartition("/")[2]
    return f"[{name}](data-dictionary.md{anchor(name)})"
