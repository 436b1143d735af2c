"""The page of code lists."""

from collections.abc import Iterable, Mapping

from docs.generate.markdown import anchor, code, page, prose, table
from shared.contracts.codes import CodeEntry, code_lists, local_lists

ABOUT = """As data in `shared/contracts/code_lists/`. Closed lists come first: a code that is not here is refused
(`unknown-code`). Lists whose names begin with `nibrs_`, `crdc_` and `agency_type` are those of the FBI and of the
Department of Education; the importers read them. Where no days are given, a code has no bound on that side. "Ours" in a
source says that no standard has such a list.

Lists of an agency's own words are open: `request_reason`, `alternatives_tried`, `modifications_made` (`made` of
modifications) and `school_conduct` (`code` of a code of conduct). Their codes that everybody understands stand at the
end; another one is kept as given, and flagged `X-UNMAPPED-CODE`."""


def code_list_page() -> str:
    """Every list with its codes, their source and when they were in use."""
    lists = {**code_lists(), **local_lists()}
    index = ", ".join(f"[{name}]({anchor(name)})" for name in lists)
    return page("Code lists", prose(ABOUT), index, *(_section(name, entries) for name, entries in lists.items()))


def _section(name: str, entries: Mapping[str, CodeEntry]) -> str:
    sources = list(dict.fromkeys(entry.source for entry in entries.values()))
    one_source, dated = len(sources) == 1, any(entry.valid_from or entry.valid_to for entry in entries.values())
    head = ["code", "label", *(["from", "to"] if dated else []), *([] if one_source else ["source"])]
    rows: Iterable[list[str]] = (
        [
            code(entry.code),
            entry.label,
            *([str(entry.valid_from or ""), str(entry.valid_to or "")] if dated else []),
            *([] if one_source else [entry.source]),
        ]
        for entry in entries.values()
    )
    said = f"Source: {sources[0]}.\n\n" if one_source else ""
    return f"## {name}\n\n{said}{table(head, rows)}"
