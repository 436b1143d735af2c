"""`daylight token`: an access token for a client whose secret lies in the secrets directory."""

import sys

import httpx2

from daylight.stack.folders import Folders
from daylight.stack.trouble import CannotStart
from shared.secrets import MissingSecret, Secrets


def token(folders: Folders, client: str, purpose: str | None) -> int:
    """Print an access token. Exit code 0, or 1 with a sentence on standard error."""
    try:
        print(fetch_token(folders, client, purpose))
    except (CannotStart, MissingSecret, httpx2.HTTPError) as error:
        print(f"No token: {error}", file=sys.stderr)
        return 1
    return 0


def fetch_token(folders: Folders, client: str, purpose: str | None = None) -> str:
    """Ask the gateway for an access token (OAuth 2.0, client_credentials).

    Raises CannotStart where no stack is ready or the gateway refuses, MissingSecret and httpx2.HTTPError.
    """
    gateway = folders.read_addresses()["gateway"]
    secret = Secrets(folders.secrets).client_secret(client)
    form = {"grant_type": "client_credentials"} | ({"purpose": purpose} if purpose else {})
    answer = httpx2.post(f"{gateway}/oauth/token", data=form, auth=(client, secret), timeout=10, trust_env=False)
    said = answer.json()
    if answer.is_error:
        raise CannotStart(f"the gateway refuses: {said.get('detail') or said.get('title')}")
    return str(said["access_token"])
