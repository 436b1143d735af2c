"""Every flag is documented, with its sentence."""

from docs.generate.rules import FLAG_CODES, PRINCIPLES
from tests.docs.pages import DOCS


def test_every_flag_is_on_its_page_with_the_sentence_that_it_rests_on() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    for flag in FLAG_CODES:
        section = page.partition(f"\n## {PRINCIPLES[flag.principle]}\n")[2].partition("\n## ")[0]
        (line,) = [
            line
            for line in section.splitlines()
            if line.startswith(f"| `{flag.code}` | {f'`{flag.detail}`' if flag.detail else ''} | {flag.severity} |")
        ]
        assert flag.sentence in line
        assert flag.found in line
