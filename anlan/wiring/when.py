"""What follows from what (事件接线): event → the actions that hear it.

Every event of the house stands here, those that nobody hears yet with empty hands.
"""

from anlan.kernel.delivery import Handler

HEARD: dict[type, tuple[Handler, ...]] = {}
