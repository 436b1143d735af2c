"""Writes the reference pages that are made from the code; tests compare what is committed with what this makes.

python -m docs.generate
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

import gateway.app
import services.incidents.app
import services.reporting.app
import services.training.app
from docs.generate.code_lists import code_list_page
from docs.generate.dictionary import dictionary
from docs.generate.events import events_page
from docs.generate.problems import problems_page
from docs.generate.routes import routes_page
from docs.generate.rules import rules_page
from docs.generate.settings import settings_page
from docs.generate.viewers import viewers_page
from gateway.execution import SCHEMA
from shared.settings import Settings

FOLDER = Path(__file__).parents[1]


def applications() -> dict[str, FastAPI]:
    """Every service's application, none of them started."""
    settings = Settings()
    return {
        "incidents": services.incidents.app.create_app(settings),
        "training": services.training.app.create_app(settings),
        "reporting": services.reporting.app.create_app(settings),
        "gateway": gateway.app.create_app(settings),
    }


def pages() -> dict[str, str]:
    """Every page that is made from the code: its path below docs/, and its text."""
    apps = applications()
    events = {
        "incidents": services.incidents.app.events(),
        "training": services.training.app.events(),
        "reporting": services.reporting.app.events(),
    }
    return {
        "settings.md": settings_page(),
        "routes.md": routes_page(apps),
        "events.md": events_page(events),
        "problems.md": problems_page(),
        "data-dictionary.md": dictionary(),
        "code-lists.md": code_list_page(),
        "rules.md": rules_page(),
        "viewers.md": viewers_page(),
        "schema.graphql": f"{SCHEMA.as_str()}\n",
        **{f"openapi/{name}.json": _json(app.openapi()) for name, app in apps.items()},
        **{f"asyncapi/{name}.json": _json(document) for name, document in events.items()},
    }


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
