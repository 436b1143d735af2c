"""Every setting: an environment variable `DAYLIGHT_…`, its unit and its default. Read nowhere else."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one installation, the same in every mode and process."""

    model_config = SettingsConfigDict(env_prefix="DAYLIGHT_", frozen=True)

    database_url: str = Field(
        "postgresql://127.0.0.1:5432",
        description="PostgreSQL ≥ 18. Each process puts its own user, password and database in place.",
    )
    nats_url: str = Field("nats://127.0.0.1:4222", description="NATS with JetStream. Each process adds its own user.")
    secrets_directory: Path = Field(Path(".daylight/secrets"), description="Folder with the secrets, one file each.")
    public_url: str = Field("http://127.0.0.1:8000", description="The gateway as clients see it; issuer of tokens.")
    jwks_url: str = Field("", description="Where services fetch the token keys; empty: below the public URL.")
    token_audience: str = Field("daylight", description="Audience that an access token must name.")
    token_seconds: int = Field(900, description="Life of an access token, in seconds.", ge=60, le=3600)
    host: str = Field("127.0.0.1", description="Address that the HTTP servers listen on.")
    database_connections: int = Field(10, description="Most connections of one process to PostgreSQL.", ge=2)
    statement_seconds: float = Field(30, description="Longest time of one SQL statement, in seconds.")
    body_bytes: int = Field(1_000_000, description="Largest body of one record, in bytes after decompression.")
    bulk_bytes: int = Field(64_000_000, description="Largest bulk body, in bytes after decompression.")
    bulk_lines: int = Field(10_000, description="Most lines of one bulk request.")
    bulk_chunk: int = Field(2_500, description="Lines of a bulk request that share one transaction.")
    rate_limit: int = Field(6_000, description="Requests that one client may make in a rate window.")
    rate_window_seconds: int = Field(10, description="Length of the rate window, in seconds.")
    read_your_writes_seconds: float = Field(5, description="Longest wait of a read for the write it names, in seconds.")
    relay_poll_seconds: float = Field(0.25, description="Pause of the relay between looks at the log, in seconds.")
    relay_batch: int = Field(1_000, description="Log rows that the relay takes at once.")
    head_seconds: float = Field(1, description="How often the relay says its last sequence, in seconds.")
    stream_days: int = Field(7, description="Days that a JetStream stream keeps an event.", ge=1, le=7)
    stream_bytes: int = Field(2_000_000_000, description="Size of a JetStream stream, in bytes; more is refused.")
    projector_batch: int = Field(1_000, description="Events that the projector applies in one transaction.")
    graphql_points: int = Field(60_000, description="GraphQL cost points that one client may spend in a minute.")
    closed_days_file: Path | None = Field(
        None, description="File of the weekdays without school, a date a line; none: every weekday is a school day."
    )
    detention_documentation_hours: int = Field(
        12, description="Time to document a detention (P4), in hours. A local setting.", ge=1, le=8_760
    )
    judgement_school_days: int = Field(
        10, description="Time for each side to judge a contact (P7), in school days. A local setting.", ge=1, le=366
    )
    share_school_days: int = Field(
        5,
        description="Time to give a detention's documentation to the district (P4), in school days. A local setting.",
        ge=1,
        le=366,
    )
    review_school_days: int = Field(
        10, description="Time for each side to open a report (P7), in school days. A local setting.", ge=1, le=366
    )
    late_report_days: int = Field(
        30, description="Time to report a contact before the report is late, in days. A local setting.", ge=1, le=366
    )
    time_zone: str = Field(
        "", description="Zone of the agencies' clocks, an IANA name, by which days of training begin; empty: UTC."
    )
    few_campuses: int = Field(
        2, description="Campuses that an officer can have at once and that are a few (P11). A local setting.", ge=1
    )
    school_year_month: int = Field(
        7, description="Month with whose first day a school year begins, where no calendar says it.", ge=1, le=12
    )
    summer_days: int = Field(
        75,
        description="Days at either end of a school year without school: an assignment that begins or ends in them is "
        "one for the whole year (P11). A local setting.",
        ge=0,
        le=120,
    )
    evaluation_months: int = Field(
        12, description="Months after which an officer is to be evaluated again (P6). A local setting.", ge=1, le=60
    )
    fit_review_months: int = Field(
        12,
        description="Months after which supervisor and school review again whether an officer and a school fit each "
        "other (P11). A local setting.",
        ge=1,
        le=60,
    )
    leader_training_months: int = Field(
        6,
        description="Months in which somebody who comes to lead an SRO completes an introduction to SRO programs (P6). "
        "A local setting.",
        ge=1,
        le=60,
    )
    peer_months: int = Field(
        12,
        description="Months in which an SRO meets SROs of other agencies (P12). A local setting.",
        ge=1,
        le=60,
    )
    staff_trained_share: float = Field(
        0.8,
        description="Share of a school's staff that is to be trained in the operations of SROs in a school year (P8). "
        "A local setting.",
        ge=0,
        le=1,
    )
    student_ref_versions: str = Field(
        "",
        description="Version of the key of a district's student references, as `LEAID:VERSION` with blanks between. A "
        "higher one gives the district other references at once; a district that is not named has version 1.",
        pattern=r"^([0-9]{7}:[1-9][0-9]{0,8} ?)*$",
    )
    due_soon_share: float = Field(0.2, description="Share of a limit, at its end, that is due soon.", ge=0, le=1)
    due_soon_days: int = Field(30, description="Longest time that a limit is due soon, in days.", ge=0)
    webhook_seconds: float = Field(
        5, description="How often it is looked for what webhooks are to be told, in seconds.", gt=0
    )
    webhooks_on_this_machine: bool = Field(
        False,
        description="For development alone: webhooks may go to this machine, over plain HTTP to a loopback address.",
    )
    trace_ratio: float = Field(
        0.05, description="Share of traces recorded where the caller did not decide.", ge=0, le=1
    )
    spans_file: Path | None = Field(
        None, description="File that spans are written to as JSON lines; none: not written."
    )
    otlp_endpoint: str = Field("", description="OTLP/HTTP endpoint for spans; empty: not sent.")
    log_level: str = Field("INFO", description="Least severe level that is logged.")

    @property
    def keys_url(self) -> str:
        """Where the token keys (JWKS) are fetched."""
        return self.jwks_url or f"{self.public_url.rstrip('/')}/oauth/jwks"

    @property
    def student_ref_version_of(self) -> dict[str, int]:
        """The version of each district's key that is named, by the district's NCES id."""
        named = (one.split(":") for one in self.student_ref_versions.split())
        return {lea_id: int(version) for lea_id, version in named}


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()
