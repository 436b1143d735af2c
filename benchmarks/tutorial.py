"""The other side: the same reports taken in as FastAPI's and SQLModel's tutorials show, on the same PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlsplit

import asyncpg
from fastapi import Depends, FastAPI
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.incidents import IncidentReport


class TutorialIncident(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    school_id: str | None = None
    document: dict[str, Any] = Field(sa_column=Column(JSONB))


async def create_table(url: str) -> None:
    """Make the one table of the tutorial's service."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "create table tutorialincident"
        " (id serial primary key, key text not null unique, school_id text, document jsonb)"
    )
    await connection.close()


def create_app(url: str) -> FastAPI:
    """A service of two routes: one report, and a list of reports."""
    engine = create_async_engine(urlsplit(url)._replace(scheme="postgresql+asyncpg").geturl(), pool_size=16)
    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine) as opened:
            yield opened

    Session = Annotated[AsyncSession, Depends(session)]  # noqa: N806 - as the tutorial names it

    @app.post("/incidents/{number}")
    async def create(number: str, report: dict[str, Any], session: Session) -> TutorialIncident:
        row = _row(number, IncidentReport.model_validate(report, strict=False))
        session.add(row)
        await session.commit()
        await session.refresh(row)
        return row

    @app.post("/incidents")
    async def create_all(reports: list[dict[str, Any]], session: Session) -> dict[str, int]:
        # A strict contract refuses what FastAPI has parsed to Python; a tutorial's model would not be strict.
        for report in [IncidentReport.model_validate(report, strict=False) for report in reports]:
            session.add(_row(report.incident_number or "", report))
        await session.commit()
        return {"created": len(reports)}

    return app


def _row(number: str, report: IncidentReport) -> TutorialIncident:
    return TutorialIncident(key=number, school_id=report.school_id, document=report.model_dump(mode="json"))
