"""The part of the catalogue of errors that is about the link, the centre's answers, and what is carried by hand."""

from edge.errors.entry import Entry

CARRYING: dict[str, Entry] = {
    # the link and the centre
    "node_enrolment_wrong": Entry("登记文件不能用：{detail}", "请向省级中心索取发给本节点的登记文件。", True, 422),
    "suite_unknown": Entry(
        "加密套件与约定的不同，没有接收", "请升级程序；仍然不行的，请向省级中心领取新的登记文件。", True, 403
    ),
    "suite_ended": Entry(
        "所用加密套件已被省级中心停用，没有接收", "收件不受影响；请向省级中心领取新的登记文件。", True, 403
    ),
    "suite_lapsed": Entry(
        "加密套件 {suite} 已不能用于与省级中心通信",
        "收件不受影响；请升级本机程序，或向省级中心领取新的登记文件。",
        True,
        409,
    ),
    "keys_untrusted": Entry(
        "省级中心的新密钥没有通过验证，本机没有采用", "请向省级中心核实后，用新的登记文件登记。", True, 409
    ),
    "policy_untrusted": Entry("省级中心的加密策略没有通过验证，本机没有采用", "请向省级中心核实。", True, 409),
    "policy_wrong": Entry("加密策略有误：{detail}", "请修改后重新发布。", True, 422),
    "policy_shuts_out": Entry(
        "有 {count} 个警务室还在用策略不再允许的套件，会立即连不上",
        "请先把它们的套件列在后面，用 --minimum 和 --from 给出期限；确需立即停用的，加 --force。",
        True,
        409,
    ),
    "keys_in_use": Entry(
        "还有 {count} 个警务室没有改用新密钥，这套密钥不能停用",
        "请等它们联系一次；确需立即停用的，加 --force。",
        True,
        409,
    ),
    "centre_not_set": Entry("本机还没有登记到省级中心", "请用省级中心发放的登记文件完成登记。", True, 409),
    "centre_unreachable": Entry("现在连不上省级中心", "收件不受影响；网络恢复后会自动上传。", False, 503),
    "centre_fault": Entry("省级中心暂时出现故障（{detail}）", "收件不受影响；系统会自动重试。", False, 502),
    "centre_busy": Entry("省级中心这会儿正忙，请稍后再传", "收件不受影响；系统会按省级中心说的时间再传。", False, 503),
    "centre_refused": Entry("省级中心没有接受本机的上传：{detail}", "请联系省级中心的管理人员。", True, 502),
    "answer_untrusted": Entry(
        "省级中心的回复没有通过验证，本机没有采信：{detail}", "收件不受影响；多次出现时请联系省级中心。", False, 502
    ),
    # carried by hand
    "ferry_missing": Entry("找不到 {folder}", "请确认U盘已经插好、没有拔出，再选一次。", False, 404),
    "ferry_unfit": Entry("{folder} 不是普通文件夹，不能用来摆渡", "请删除或改名后再试，或换一个U盘。", True, 409),
    "ferry_full": Entry(
        "U盘空间不够：还要 {need}，只剩 {free}",
        "已经写好的部分有效。请清理U盘，或换一个更大的，再导出一次。",
        False,
        507,
    ),
    "ferry_unwritable": Entry(
        "写不进 {folder}：{detail}",
        "已经写好的部分有效，本机的数据没有变化。请检查U盘是否写保护或已拔出，再导出一次。",
        False,
        500,
    ),
    "ferry_unreadable": Entry("U盘读不出来：{detail}", "请重新插好再试；仍然不行，请换一个U盘重新导出。", False, 500),
    "ferry_unverified": Entry(
        "{name} 写好后读回核对，内容不一致", "这个U盘不可靠，请换一个再导出；本机的数据没有变化。", True, 500
    ),
    "ferry_waiting": Entry(
        "已写到U盘，还没有省级中心的接收确认", "请把U盘送到省级中心导入，再带回来导入。收件不受影响。", False, 503
    ),
    "ferry_busy": Entry("本机正在摆渡或上传，这一次没有开始", "请等几分钟再试一次。", False, 409),
    "ferry_gap": Entry("前面还缺记录，没有采用", "请把这个警务室更早的U盘导入，或请警务室重新导出。", False, 409),
    "ferry_fork": Entry("与已接收的日志不同，没有采用", "请到警务室核对：可能有两台机器在用同一个编号。", True, 409),
    "ferry_no_room": Entry(
        "{folder} 里没有警务室的摆渡文件夹", "请核对U盘；要给某个警务室带东西的，请指明节点编号。", True, 404
    ),
    # what the centre could not act on
    "aside_unknown": Entry("没有这条等待处理的记录", "可能已经处理过；请刷新页面，或再列一次。", True, 404),
    "aside_final": Entry(
        "更换密钥的记录不能重新处理，警务室已继续使用原来的密钥", "请警务室再更换一次；这一条可以搁置。", True, 409
    ),
    "aside_reason": Entry("没有写明搁置的理由", "请用一句话写明为什么不用再处理；最多 {most} 字。", True, 422),
}
