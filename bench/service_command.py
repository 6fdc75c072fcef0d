"""`scripts/bench service`: the service beside a bare Starlette and Isso."""


def service() -> None:
    """Measure the service on TinyDB and on PostgreSQL beside a bare Starlette and Isso."""
