"""What Daylight never keeps, by the names and shapes under which it comes (P7; footnote 8).

A name or a shape is a sign, not a proof. So only those are listed that a records system uses for nothing else, and
what an agency numbers itself may look like anything but a social security number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.contracts.fault import Fault

NOT_STORED, NO_FILE, NOT_VOLUNTEERED = "must-not-be-stored", "individual-file-not-allowed", "not-volunteered"
IDENTITY_ALONE = "Only the identity of a subject or victim holds what tells who somebody is: leave it out here."
NO_SECURITY_NUMBER = "A social security number is never kept: leave it out."
NOTHING_ATTACHED = "Nothing is attached to a record, no picture and no file: leave it out."
NO_IMMIGRATION_STATUS = "A student's immigration status is never kept: leave it out."
NO_FILE_ON_ANYBODY = "No watch list, score or gang label is kept of anybody (P7): leave it out."
VOLUNTEERED_ALONE = "Taken only in self_reported, with volunteered true."


@dataclass(frozen=True, slots=True)
class Sign:
    """What is never kept: the fields' names, codes and labels in a text that say so, and what is answered."""

    code: str
    detail: str
    field: re.Pattern[str]
    """Found in the name of a field that no contract has, in snake case."""
    coded: re.Pattern[str] | None = None
    """Found in a code in small letters, `_` between its words."""
    label: re.Pattern[str] | None = None
    """Found in a text right before a colon or an equals sign, as records systems print their fields."""


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{'|'.join(words)})(?:_|$)")


def _label(*labels: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(labels)})$", re.IGNORECASE)


SIGNS = (
    Sign(
        NOT_VOLUNTEERED,
        VOLUNTEERED_ALONE,
        field=_words("sexual_orientation", "gender_(?:identity|expression)", "intersex", "lgbt[a-z]*", "transgender"),
        label=_label("sexual orientation", "gender identity", "gender expression", "intersex", r"(?:is )?lgbt\w{0,5}"),
    ),
    Sign(
        NO_FILE,
        NO_FILE_ON_ANYBODY,
        field=_words("gangs?", "watch_?lists?", "(?:risk|threat)_(?:score|level|rating|tier)s?", "person_of_interest"),
        coded=_words(
            "gang_?(?:member|associate|affiliate|affiliation|file|list|database)", "watch_?list(?:ed)?",
            "(?:risk|threat)_?(?:score|rating)(?:_[0-9]+)?",
        ),
        label=_label(
            "gang (?:name|member|membership|affiliation|label|file|status)", "watch ?list",
            "(?:risk|threat) (?:score|level|rating)",
        ),
    ),
    Sign(
        NOT_STORED,
        NO_IMMIGRATION_STATUS,
        field=_words("immigration(?:_status)?", "citizenship(?:_status)?", "visa(?:_status)?", "alien_number"),
        coded=_words(
            "(?:immigration|citizenship|visa)_?status", "(?:undocumented|illegal)_?(?:immigrant|alien|migrant)"
        ),
        label=_label("(?:immigration|citizenship|visa) status", "citizenship", "alien (?:registration )?number"),
    ),
    Sign(
        NOT_STORED,
        NOTHING_ATTACHED,
        field=_words(
            "photo(?:s|graphs?)?", "pictures?", "images?", "mug_?shots?", "yearbook", "attachments?", "thumbnail",
            "fingerprints?", "biometrics?",
        ),
    ),
    Sign(NOT_STORED, NO_SECURITY_NUMBER, field=_words("ssn", "social_security(?:_number)?")),
    Sign(
        NOT_STORED,
        IDENTITY_ALONE,
        field=_words(
            "(?:birth_?date|date_of_birth|dob)", "(?:first|last|full|middle)_name", "(?:home_)?address", "e_?mail",
            "(?:tele)?phone(?:_number)?",
        ),
    ),
)  # fmt: skip

LONGEST_LABEL = 40
COLON = re.compile(r"[ \t]{0,3}[:=]")
DASH = r"[- \u2010-\u2013]"
# Each begins with a few letters or digits and looks behind: that is how re finds nothing quickly.
SOCIAL_SECURITY_NUMBER = re.compile(
    rf"[0-8][0-9]{{2}}(?<!\w[0-9]{{3}})(?<!000)(?<!666)({DASH})(?!00)[0-9]{{2}}\1(?!0000)[0-9]{{4}}\b"
    r"|[Ss](?:[Ss][Nn]|ocial [Ss]ecurity(?: [Nn]umber| [Nn]o\.?)?)[ \t]{0,3}[:#=]?[ \t]{0,3}[0-9]{9}\b",
    re.ASCII,
)
ATTACHED = re.compile(
    r"data:[a-z]+/[a-z0-9.+-]+[;,]"
    r"|(?:iVBORw0KGgo|/9j/4[A-Z]|R0lGOD[dl]h|JVBERi0x)[A-Za-z0-9+/]{40}"
    r"|<(?:img|object|embed|svg)\b"
    r"|\{\\\*?\\?pict\b"
)
"""A data URI; PNG, JPEG, GIF and PDF in base64; a picture of HTML; one of RTF."""
TELLS_OF_SOMEBODY = re.compile(
    r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
    r"|(?:\+?1[-. ]?)?\(?[2-9][0-9]{2}\)?([-. ])[2-9][0-9]{2}[-. ][0-9]{4}"
    r"|(?:19|20)[0-9]{2}[-.](?:0[1-9]|1[0-2])[-.](?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12][0-9]|3[01])[-./](?:19|20)[0-9]{2}",
    re.ASCII,
)
"""A whole e-mail address, telephone number (North American Numbering Plan) or date."""
UNDERSCORED = str.maketrans(".:-", "___")
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def fault_of_field(pointer: str, name: str) -> Fault | None:
    """The fault of a field that no contract has, where its very name says that it holds what is never kept."""
    words = _snake_case(name)
    found = next((sign for sign in SIGNS if sign.field.search(words)), None)
    return Fault(pointer, found.code, found.detail) if found else None


def faults_of_code(pointer: str, value: str) -> Iterator[Fault]:
    """The fault of a code, or an officer's number, that tells who somebody is or labels somebody."""
    yield from faults_of_number(pointer, value)
    if TELLS_OF_SOMEBODY.fullmatch(value):
        yield Fault(pointer, NOT_STORED, IDENTITY_ALONE)
    words = value.lower().translate(UNDERSCORED)
    for sign in SIGNS:
        if sign.coded and sign.coded.search(words):
            yield Fault(pointer, sign.code, sign.detail)


def faults_of_number(pointer: str, value: str) -> Iterator[Fault]:
    """The fault of another system's number that is a social security number."""
    if SOCIAL_SECURITY_NUMBER.fullmatch(value):
        yield Fault(pointer, NOT_STORED, NO_SECURITY_NUMBER)


def faults_of_text(pointer: str, value: str) -> Iterator[Fault]:
    """Everything in a name or sentence that is never kept, not even in the vault. Time: linear in its length."""
    yield from faults_of_content(pointer, value)
    labels = [value[max(0, colon.start() - LONGEST_LABEL) : colon.start()] for colon in COLON.finditer(value)]
    for sign in SIGNS:
        if sign.label and any(map(sign.label.search, labels)):
            yield Fault(pointer, sign.code, sign.detail)


def faults_of_content(pointer: str, value: str) -> Iterator[Fault]:
    """The same, whatever the text calls it: social security numbers, and what is attached."""
    if SOCIAL_SECURITY_NUMBER.search(value):
        yield Fault(pointer, NOT_STORED, NO_SECURITY_NUMBER)
    if ATTACHED.search(value):
        yield Fault(pointer, NOT_STORED, NOTHING_ATTACHED)


def _snake_case(name: str) -> str:
    return BETWEEN_WORDS.sub("_", CAPITAL.sub("_", name).lower())
