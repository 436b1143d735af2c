"""A district's own names for its students: what is kept in place of a student's number, and what is shown of that.

A number is nowhere kept. What is kept is its digest under a key of the district that never changes; what is shown, the
`student_ref`, is that digest encrypted under the district's key in force. So a district whose references went where
they should not have gone is given others at once, by the version of its key, and no record is written anew.
Sources: P7 and 34 CFR 99.31(b)(2) (a code that is not derived from personal data, made by a method that is not
disclosed); RFC 2104 (HMAC), NIST SP 800-108 (keys derived by HMAC), RFC 5297 (AES-SIV).
"""

import base64
import hmac
from binascii import Error as NotBase64
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

FIRST_VERSION = 1
DIGEST_BYTES = CODE_BYTES = 16


class Pseudonyms:
    """Digests of student numbers and the references to them, under keys derived from the installation's.

    `versions` says which version of its key a district has in force; a district that is not in it has the first.
    """

    def __init__(self, root: bytes, versions: Mapping[str, int]) -> None:
        self._root = root
        self._versions = versions

    def digest(self, lea_id: str, student_number: str) -> str:
        """What is kept in place of a student's number (in canonical form), in hexadecimal; for no eyes."""
        key = self._key(f"number/{lea_id}")
        return hmac.digest(key, student_number.encode(), "sha256")[:DIGEST_BYTES].hex()

    def reference(self, lea_id: str, digest: str) -> str:
        """The `student_ref` of a digest: the version of the key, and what that key makes of it."""
        version = self._versions.get(lea_id, FIRST_VERSION)
        sealed = self._cipher(lea_id, version).encrypt(bytes.fromhex(digest), [lea_id.encode()])
        return f"{version}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def digest_of(self, lea_id: str, reference: str) -> str | None:
        """The digest that a `student_ref` stands for; None for one of another district or version, or for none."""
        version, _, encoded = reference.partition(".")
        if version != str(self._versions.get(lea_id, FIRST_VERSION)):
            return None
        try:
            sealed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
            return self._cipher(lea_id, int(version)).decrypt(sealed, [lea_id.encode()]).hex()
        except (InvalidTag, NotBase64, ValueError):
            return None

    def code(self, reader: str, record_id: UUID) -> UUID:
        """What a reader of de-identified records has in place of a record's id; no two readers have the same."""
        return UUID(bytes=hmac.digest(self._key(f"code/{reader}"), record_id.bytes, "sha256")[:CODE_BYTES])

    def _cipher(self, lea_id: str, version: int) -> AESSIV:
        name = f"reference/{lea_id}/{version}"
        return AESSIV(self._key(f"{name}/mac") + self._key(f"{name}/cipher"))

    def _key(self, name: str) -> bytes:
        return hmac.digest(self._root, name.encode(), "sha256")
