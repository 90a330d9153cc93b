"""Messages to a group's robot. The address of a robot is its key: it stands in the environment
(`wecombot://…`, `dingtalk://…`, `feishu://…`), never in the catalogue."""

from collections.abc import Sequence
from datetime import datetime

from apprise import Apprise

from anlan.gateways.contract import WITHIN, Message, OutOfOrder, Outward, Sent
from anlan.wiring.lines import LineEntry, secret_of


class Chat(Outward):
    """A line to one work group (工作群通道)."""

    batch = 1  # a robot takes about twenty a minute, and answers each

    def __init__(self, entry: LineEntry) -> None:
        self.entry = entry

    def send(self, messages: Sequence[Message], *, at: datetime) -> list[Sent]:
        address = secret_of(self.entry)
        if not address:
            raise OutOfOrder(f"没有设置环境变量 {self.entry.secret_env}")
        robot = Apprise()
        if not robot.add(address):
            raise OutOfOrder(f"环境变量 {self.entry.secret_env} 不是可用的机器人地址")
        sent = []
        for each in messages:
            if not robot.notify(body=each.text, timeout=WITHIN / 2):
                raise OutOfOrder("工作群机器人没有接收")
            sent.append(Sent(each.ref))
        return sent
