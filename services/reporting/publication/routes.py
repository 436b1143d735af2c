"""Publications over HTTP: asked for, certified, published, each step by whoever the numbers belong to (P1.9, X.15)."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.reporting.publication import store
from services.reporting.publication.protection.certified import CannotBeProtected, NotCertified
from services.reporting.publication.rules import faults, owner_of
from services.reporting.publication.store import NothingReported, Overtaken
from services.reporting.summary.rules import NOTHING_REPORTED
from shared.contracts.contract import LeaId, Ori
from shared.contracts.published_tables import Publication, PublicationList, PublicationRequest
from shared.web import body
from shared.web.caller import Caller, scoped
from shared.web.conditional import write_headers
from shared.web.held import Held, State
from shared.web.openapi import gives, takes
from shared.web.problems import Problem, problems
from shared.web.writes import JSON, WRITE_PROBLEMS, writing

ROLES = frozenset({"agency_system", "supervisor", "district_system", "privacy_officer"})
"""Who publishes for an organisation: its own; an administrator for each."""
NOT_NOW = "It was changed meanwhile, or it is not at the step before this one: draft, certified, published."

Publisher = Annotated[Caller, Depends(scoped("directory.write"))]
STEP_PROBLEMS = ("insufficient-scope", "invalid-value", "not-found", "illegal-transition", "cannot-be-protected")

router = APIRouter(prefix="/v1/publications", tags=["publications"])


@router.post(
    "",
    openapi_extra=takes(PublicationRequest),
    responses=gives(Publication, "The draft; again begins it anew.", 201) | problems(*WRITE_PROBLEMS),
    response_class=Response,
)
async def ask_for_publication(request: Request, caller: Publisher, state: State) -> Response:
    """Ask for the next version of a table. Nothing is counted yet."""
    content = await body.read(request, most=state.settings.body_bytes)
    asked = body.parse(PublicationRequest, content, faults)
    if not _publishes_for(caller, owner_of(asked)):
        raise Problem("not-your-organisation")
    publication = await store.ask(state.database, asked, by=caller.client, at=datetime.now(UTC))
    return Response(publication.model_dump_json(), 201, media_type=JSON)


@router.get(
    "",
    responses=gives(PublicationList, "By table, the newest version first.")
    | problems("insufficient-scope", "invalid-value", "not-found"),
    response_class=Response,
)
async def list_publications(
    caller: Publisher,
    state: State,
    lea_id: Annotated[LeaId | None, Query(description="Publications of this district.")] = None,
    ori: Annotated[Ori | None, Query(description="Publications of this agency.")] = None,
) -> Response:
    """The publications of a district or of an agency, for itself."""
    owners = [owner for owner in (lea_id, ori) if owner is not None and _publishes_for(caller, owner)]
    if not owners:
        raise Problem("not-found")
    found = await store.list_publications(state.database, owners)
    return Response(PublicationList(publications=tuple(found)).model_dump_json(), media_type=JSON)


@router.get(
    "/{publication_id}",
    responses=gives(Publication, "Where it stands.") | problems("insufficient-scope", "invalid-value", "not-found"),
    response_class=Response,
)
async def get_publication(publication_id: UUID, caller: Publisher, state: State) -> Response:
    """Where a publication stands."""
    return Response((await _own(caller, state, publication_id)).model_dump_json(), media_type=JSON)


@router.post(
    "/{publication_id}/certify",
    responses=gives(Publication, "Counted and protected.") | problems(*STEP_PROBLEMS),
    response_class=Response,
)
async def certify_publication(publication_id: UUID, caller: Publisher, state: State) -> Response:
    """Count, and hide what must be hidden. Again counts anew."""
    await _own(caller, state, publication_id)
    try:
        certified = await store.count_and_certify(
            state.database, publication_id, by=caller.client, at=datetime.now(UTC)
        )
    except CannotBeProtected as cannot:
        raise Problem("cannot-be-protected", str(cannot)) from None
    except NothingReported:
        raise Problem("illegal-transition", NOTHING_REPORTED) from None
    except Overtaken:
        raise Problem("illegal-transition", NOT_NOW) from None
    return Response(certified.model_dump_json(), media_type=JSON)


@router.post(
    "/{publication_id}/publish",
    responses=gives(Publication, "Published: the table is frozen.") | problems(*STEP_PROBLEMS),
    response_class=Response,
)
async def publish_publication(publication_id: UUID, caller: Publisher, state: State) -> Response:
    """Check the certificate, and make the table public. This is never taken back."""
    await _own(caller, state, publication_id)
    try:
        async with writing(state):
            published, kept = await store.publish(
                state.database, publication_id, by=caller.client, at=datetime.now(UTC)
            )
    except NotCertified:
        raise Problem("cannot-be-protected", "The proof does not hold now; certify it again.") from None
    except CannotBeProtected as cannot:
        raise Problem("cannot-be-protected", str(cannot)) from None
    except Overtaken:
        raise Problem("illegal-transition", NOT_NOW) from None
    return Response(published.model_dump_json(), headers=write_headers(state.service, kept), media_type=JSON)


async def _own(caller: Caller, state: Held, publication_id: UUID) -> Publication:
    """The publication. Raises Problem `not-found` where it is not the caller's, too."""
    found = await store.find(state.database, publication_id)
    if found is None or not _publishes_for(caller, owner_of(found)):
        raise Problem("not-found")
    return found


def _publishes_for(caller: Caller, owner: str) -> bool:
    if caller.role == "administrator":
        return True
    return caller.role in ROLES and (caller.owns(owner) or owner in caller.lea_ids)
