"""What this service holds besides its database: the vault, and the rules that it judges by."""

from typing import Annotated

from fastapi import Depends, Request

from services.incidents.conclusion.rules import Rulebook
from shared.records.vault import Vault


async def vault(request: Request) -> Vault:
    """Where names and sentences stay."""
    opened: Vault = request.app.state.vault
    return opened


async def rulebook(request: Request) -> Rulebook:
    """What the installation judges by."""
    rules: Rulebook = request.app.state.rulebook
    return rules


Rules = Annotated[Rulebook, Depends(rulebook)]
Sealing = Annotated[Vault, Depends(vault)]
