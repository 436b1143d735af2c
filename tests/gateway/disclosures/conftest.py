"""The key under which the details of disclosures are sealed."""

import pytest

from gateway.disclosures.sealing import DetailsSeal
from shared.secrets import Secrets


@pytest.fixture
def seal(secrets: Secrets) -> DetailsSeal:
    """Seals under the installation's key."""
    return DetailsSeal(secrets.disclosure_key())
