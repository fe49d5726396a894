"""The part of the catalogue of errors that belongs to the first start of a machine, and to prepared sticks."""

from edge.errors.entry import Entry

FIRST_START: dict[str, Entry] = {
    "first_code_wrong": Entry(
        "设置码不对", "设置码是 8 位数字：在这台电脑上运行 sudo yizhan setup 就能看到。", False, 403
    ),
    "first_code_renewed": Entry(
        "设置码输错五次，已经换了一个新的", "请在这台电脑上运行 sudo yizhan setup，看新的设置码。", False, 403
    ),
    "first_finished": Entry(
        "这台电脑已经设置好了，不能再从头设置", "请打开工作台登录；要换警务室，请联系省级中心。", True, 409
    ),
    "first_room_fixed": Entry(
        "省级中心已经把这台电脑登记为 {node}，不能再换", "要换警务室，请联系省级中心收回登记，再从头安装。", True, 409
    ),
    "first_room_missing": Entry("还没有说这是哪个警务室", "请先完成第一步。", False, 409),
    "first_room_number": Entry(
        "警务室编号“{given}”不对", "编号是 10 位数字：区划代码 6 位加警务室 4 位。请照省级中心给的写。", False, 422
    ),
    "first_devices_wrong": Entry(
        "devices.toml 里有写错的：{detail}", "请照这里说的改，存好以后点“逐台试一遍”。", False, 422
    ),
    "first_clock_early": Entry(
        "这台电脑的时间是 {now}，比本程序做好的时间还早，一定不对",
        "请先照“不对，怎么改”改好时间，再点“重新看时间”。",
        False,
        409,
    ),
    "first_devices_there": Entry("devices.toml 已经有了，没有改它", "请在 devices.toml 里改，改好后再试。", True, 409),
    "first_undone": Entry("还有没做完的步骤：{steps}", "请先做完，再点“开始使用”。", False, 409),
    "passwords_differ": Entry("两次输入的密码不一样", "请把两次输入成一样的。", False, 422),
    "stick_rooms_none": Entry(
        "{folder} 里没有给警务室准备的登记文件，或者都用过了",
        "请用 yizhan centre prepare-stick 准备的U盘，或者请省级中心再发。",
        True,
        404,
    ),
    "stick_room_taken": Entry(
        "警务室 {node} 的登记文件已经被另一台电脑用过了",
        "请选另一个警务室；不该这样的，请省级中心重新发登记码。",
        True,
        409,
    ),
}
