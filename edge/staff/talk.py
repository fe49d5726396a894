"""大字交谈: two people write to each other across the desk. Nothing is sent and nothing is stored."""

from edge.staff.context import page

PHRASES = (
    "您好，请问您要办什么事？",
    "请出示身份证。",
    "请看这里，核对您的姓名和号码。",
    "请在这里签名。",
    "请稍等，我去问一下。",
    "还缺一样材料：",
    "办好了。请拿好收件凭证。",
    "要不要请家人或者手语翻译来帮忙？",
)


def show() -> str:
    """The panel; without scripts it is two large fields, and the laptop is turned round."""
    return page("talk.html", phrases=PHRASES)
