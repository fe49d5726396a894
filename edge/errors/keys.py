"""The part of the catalogue of errors that belongs to the key of the database: its slots, and its way back."""

from edge.errors.entry import Entry

KEYS: dict[str, Entry] = {
    "slot_shut": Entry("打不开：口令或者密钥不对", "请核对后再试；都不对的，请用省级中心找回。", True, 403),
    "slot_unknown": Entry("没有编号为 {slot} 的密钥槽", "用 yizhan keys list 查看现有的。", True, 404),
    "slot_last": Entry(
        "这是最后一个密钥槽，删了就谁也打不开数据库了", "请先用 yizhan keys add 增加另一个，再删这一个。", True, 409
    ),
    "slot_there": Entry("这个密钥槽已经有了", "不用再加。", True, 409),
    "slots_full": Entry("密钥槽已满（32 个）", "请先删掉不再用的。", True, 409),
    "slots_unreadable": Entry(
        "密钥槽文件 {file} 读不出来", "请从备份里取回这个文件；备份里都带有一份密钥槽。", True, 500
    ),
    "slots_changed": Entry(
        "密钥槽文件被本程序以外的人改过，没有采用",
        "可能有人想给自己加一个密钥槽。请从备份里取回原来的文件，并报告负责安全的人。",
        True,
        409,
    ),
    "passphrase_weak": Entry(
        "这个口令太容易猜到",
        "至少 12 个字符、4 种不同的字符；全是数字的至少 16 位。不写口令，程序会生成一个。",
        True,
        422,
    ),
    "key_device_fault": Entry("硬件密钥没有打开：{detail}", "请插好硬件密钥后再试，或者改用口令。", False, 502),
    "rekey_busy": Entry(
        "数据库正在使用，现在不能更换它的密钥", "请先停止本室的程序（yizhan serve），再运行一次。", False, 409
    ),
    "recovery_wrong": Entry("这份找回文件不能用：{detail}", "请重新申请一次。", True, 422),
    "recovery_no_slot": Entry("密钥槽里没有省级中心的", "省级中心找不回来；请用口令、密钥文件或者备份。", True, 409),
    "recovery_code_wrong": Entry(
        "核对码不符：申请文件不是对方念的那一份，没有打开", "请重新打电话核对；对不上的，按被盗处理。", True, 403
    ),
    "recovery_key_missing": Entry(
        "中心没有找回密钥文件 {key_file}", "请放回密钥文件，或者用 yizhan centre recovery-key 建立。", True, 500
    ),
    "key_return_persons": Entry(
        "找回密钥要由两个人经手：--as 和 --witness 是两个不同的在用账号，并写明 --reason",
        "请核对账号和事由后再办。",
        True,
        403,
    ),
    "not_waiting": Entry(
        "{url} 没有在等解锁的程序",
        "请先运行 yizhan serve；端口不是 node.toml 里那个的，请在解锁页面输入口令。",
        False,
        409,
    ),
    "unlock_refused": Entry(
        "省级中心没有许可本室开机自动解锁", "请用口令解锁，或者请省级中心许可（yizhan centre unlock）。", True, 403
    ),
}
