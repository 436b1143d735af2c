"""The kinds of the directory, their tables with the columns that a search queries, and the search."""

from typing import Any

from sqlalchemy import Column, Computed, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from services.reporting.tables import ReportingTable
from shared.records.keep import Kind
from shared.records.tables import RecordColumns

AGENCY = Kind(name="agency", table="agency")
DISTRICT = Kind(name="district", table="district")
SCHOOL = Kind(name="school", table="school")
PARTNERSHIP = Kind(name="partnership", table="partnership")


def _from_document(member: str) -> Column[Any]:
    return Column(Text, Computed(f"document ->> '{member}'", persisted=True))


class AgencyRow(RecordColumns, ReportingTable, table=True):
    """A law enforcement agency."""

    __tablename__ = AGENCY.table


class DistrictRow(RecordColumns, ReportingTable, table=True):
    """A school district."""

    __tablename__ = DISTRICT.table


class SchoolRow(RecordColumns, ReportingTable, table=True):
    """A school. `words` are those of its name, as a search compares them."""

    __tablename__ = SCHOOL.table
    __table_args__ = (
        Index("school_district", "lea_id", "key"),
        Index("school_words", "words", postgresql_using="gin"),
    )

    lea_id: str | None = Field(sa_column=_from_document("lea_id"))
    words: str | None = Field(
        sa_column=Column(TSVECTOR, Computed("array_to_tsvector(words(document ->> 'name'))", persisted=True))
    )


class PartnershipRow(RecordColumns, ReportingTable, table=True):
    """That an agency's officers serve a district's schools."""

    __tablename__ = PARTNERSHIP.table
    __table_args__ = (Index("partnership_agency", "ori"),)

    ori: str | None = Field(sa_column=_from_document("ori"))
    lea_id: str | None = Field(sa_column=_from_document("lea_id"))


SCHOOLS = """
select id, key, version, document
from school
where state = 'live' and key > $1{conditions}
order by key
limit $2
"""
NAMED = "words @@ (select string_agg(quote_literal(word) || ':*', ' & ')::tsquery from unnest(words({})) as word)"
IN_DISTRICT = "lea_id = {}"
SERVED_BY = "lea_id in (select lea_id from partnership where ori = {} and state = 'live')"
