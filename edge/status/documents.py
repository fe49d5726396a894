"""What the phone page says of documents and money: come and fetch it, it is on its way, it was handed over."""

from edge.room import Room
from edge.web_filters import when_short
from forms.state import State


def sentence(state: State, room: Room) -> str:
    """Where the document is now; "" where nothing of it is known yet."""
    delivery = state.delivery
    if delivery.here:
        return f"到了，请带上收件凭证和身份证，到{room.name}领取。"
    if delivery.travelling:
        sent = delivery.travelling[-1]
        return f"{when_short(sent.at)} 已寄出，{sent.parcel.carrier} {sent.parcel.number}。"
    return f"{when_short(delivery.handed[-1].at)} 已经交给您或者代领人。" if delivery.handed else ""


def money(state: State) -> str:
    """What has to be paid still; "" for nothing."""
    due = [one for one in state.bills if one.state == "due"]
    return f"还要缴 {sum(one.amount for one in due) / 100:.2f} 元，带上缴款单。" if due else ""


def steps(state: State) -> list[tuple[str, str, str]]:
    """(title, note, level) of what comes after the decision."""
    delivery = state.delivery
    if delivery.here:
        return [("等您来领", when_short(delivery.here[-1].at), "due")]
    if delivery.travelling:
        return [("寄递途中", when_short(delivery.travelling[-1].at), "now")]
    return [("已送达", when_short(delivery.handed[-1].at), "done")] if delivery.handed else []
