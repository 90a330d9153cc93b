"""The instant at which a request or a command begins: web and the command line ask here, once."""

from anlan.kernel.clock import now

__all__ = ["now"]
