"""自检: whether this machine is well, line by line, with what to do (edge.doctor)."""

from edge import doctor
from edge.staff.context import node, page

BADGES = {"fine": ("正常", "ok"), "faulty": ("要处理", "due"), "unknown": ("没有检查", "wait")}


def show() -> str:
    """Every check, looked at now; those that want something done first."""
    found = doctor.look(node())
    found.sort(key=lambda one: one.state == "fine")
    return page("checks.html", found=found, badges=BADGES, wrong=len(doctor.faulty(found)), at=node().clock.now())
