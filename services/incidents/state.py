"""What this service holds besides its database: the vault, the rules that it judges by, and names for students."""

from typing import Annotated

from fastapi import Depends, Request

from services.incidents.conclusion.rules import Rulebook
from shared.records.pseudonyms import Pseudonyms
from shared.records.vault import Vault


async def vault(request: Request) -> Vault:
    """Where names and sentences stay."""
    opened: Vault = request.app.state.vault
    return opened


async def rulebook(request: Request) -> Rulebook:
    """What the installation judges by."""
    rules: Rulebook = request.app.state.rulebook
    return rules


async def student_names(request: Request) -> Pseudonyms:
    """What stands for the numbers of students."""
    names: Pseudonyms = request.app.state.student_names
    return names


Rules = Annotated[Rulebook, Depends(rulebook)]
Sealing = Annotated[Vault, Depends(vault)]
StudentNames = Annotated[Pseudonyms, Depends(student_names)]
