"""What this service holds open besides its database: the vault."""

from typing import Annotated

from fastapi import Depends, Request

from shared.records.vault import Vault


async def vault(request: Request) -> Vault:
    """Where names and sentences stay."""
    opened: Vault = request.app.state.vault
    return opened


Sealing = Annotated[Vault, Depends(vault)]
