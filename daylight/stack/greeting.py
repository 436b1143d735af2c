"""What `daylight up` says once everything is ready: where it is, who may enter, and first requests to paste."""

from daylight.stack.stack import Stack


def greeting(stack: Stack) -> str:
    """The base URLs of a running stack."""
    width = max(len(name) for name in stack.addresses)
    return "\n".join(
        ["Daylight is ready.", "", *(f"  {name:<{width}}  {url}" for name, url in stack.addresses.items())]
    )
