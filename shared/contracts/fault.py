"""One fault of a body, as rules find it and problem details say it (RFC 9457)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a fault is (JSON Pointer as a URI fragment), its problem code, and the fix in words. Never the value.

    `rests_on` points to another part by which it is a fault: where that part is at fault itself, this may be none.
    """

    pointer: str
    code: str
    detail: str
    rests_on: str = ""

    def as_json(self) -> dict[str, str]:
        """The fault as it stands in `errors`."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}
