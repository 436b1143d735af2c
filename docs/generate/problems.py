"""The page of problem codes."""

import ast
from functools import cache
from pathlib import Path

from docs.generate.markdown import code, page, prose, table
from shared.web.problems import CODE_OF_STATUS, PROBLEMS

CHECKOUT = Path(__file__).parents[2]
CODE = ("gateway", "services", "shared")
TABLE = Path("shared/web/problems.py")
ABOUT = """Every answer of 400 and above is `application/problem+json` (RFC 9457): `type` (a page that opens at the
gateway), `title`, `status`, `code`, `detail`, `request_id`, and for a bad body `errors`, one entry `{pointer,
code, detail}` for each fault, all faults at once. A value that was sent is never repeated. Programs go by
`code`. GraphQL gives the same codes in `errors[].extensions.code`. A token request that is refused bears the
members of RFC 6749, too."""
HEAD = ("code", "status", "what it means", "what to do")
LATER = "These codes are promised and nothing answers with them yet:"


def problems_page() -> str:
    """Every code with its status, what it means and what to do; those that nothing uses yet apart."""
    used = [name for name in PROBLEMS if name in words_of_the_code()]
    rows = [
        (code(name), PROBLEMS[name].status, PROBLEMS[name].title, PROBLEMS[name].explanation)
        for name in sorted(used, key=lambda name: (PROBLEMS[name].status, name))
    ]
    later = ", ".join(code(name) for name in PROBLEMS if name not in used)
    return page("Problems", prose(ABOUT), table(HEAD, rows), prose(f"{LATER} {later}."))


@cache
def words_of_the_code() -> frozenset[str]:
    """Every string in the code of the services and the gateway, and the codes that stand for a status."""
    found = set(CODE_OF_STATUS.values())
    for package in CODE:
        for path in (CHECKOUT / package).rglob("*.py"):
            if path.relative_to(CHECKOUT) != TABLE:
                nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                found |= {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return frozenset(found)
