"""Pages for people: the GraphQL explorer, the policy, and what each problem means."""

from html import escape
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from gateway.pages.ferpa import ferpa_page
from shared.web.problems import PROBLEMS, Problem, problems

STATIC = Path(__file__).parent / "static"
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# GraphiQL brings its fonts and pictures inside its style sheet.
EXPLORER_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(tags=["pages"])


@router.get("/graphql", response_class=HTMLResponse)
async def explorer() -> HTMLResponse:
    """The GraphQL explorer, from the gateway's own files."""
    page = (STATIC / "explorer.html").read_text(encoding="utf-8")
    return HTMLResponse(page, headers={"Content-Security-Policy": EXPLORER_POLICY})


@router.get("/docs/ferpa", response_class=HTMLResponse)
async def policy_page() -> HTMLResponse:
    """Who may see what, and by which law: the whole policy on one page."""
    return HTMLResponse(ferpa_page(), headers={"Content-Security-Policy": PAGE_POLICY})


@router.get("/problems/{code}", response_class=HTMLResponse, responses=problems("not-found"))
async def problem_page(code: str) -> HTMLResponse:
    """What a problem means and what to do about it. Raises Problem `not-found` for a code that does not exist."""
    problem = PROBLEMS.get(code)
    if problem is None:
        raise Problem("not-found")
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(code)}: {escape(problem.title)}</title>
<link rel="stylesheet" href="/static/daylight.css">
</head>
<body>
<main>
<h1>{escape(problem.title)}</h1>
<p>{escape(problem.explanation)}</p>
<dl>
<dt>Code</dt><dd><code>{escape(code)}</code></dd>
<dt>HTTP status</dt><dd>{problem.status}</dd>
</dl>
<p>An answer with this problem bears a <code>request_id</code>: name it when you ask for help.</p>
<p><a href="/docs/ferpa">Who may see what, and by which law</a></p>
</main>
</body>
</html>
"""
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})
