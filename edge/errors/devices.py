"""The part of the catalogue of errors that belongs to the devices of the room: readers and printers.

None of them stops anybody: what a reader would say can be typed, and a receipt can be photographed off the screen.
"""

from edge.errors.entry import Entry

DEVICES: dict[str, Entry] = {
    "reader_absent": Entry("这里没有装读卡器", "请自己填写，或者请工作人员核对证件。", True, 409),
    "reader_silent": Entry("读卡器没有回答", "请检查读卡器的连线和它自带的程序；等不及的，先自己填写。", False, 503),
    "reader_words": Entry(
        "读卡器的回答看不懂：{detail}", "请技术人员按读卡器的说明核对 devices.toml 里的 good 和 fields。", True, 503
    ),
    "card_absent": Entry("没有读到身份证", "请把身份证平放在读卡区，等一秒再读一次。", False, 422),
    "card_unreadable": Entry(
        "这张证件读出来的内容不完整", "请换一面或者擦干净再读一次；还不行的，自己填写。", False, 422
    ),
    "card_gone": Entry("读出来的证件已经过了时间", "请再读一次。", False, 409),
    "fingerprint_consent": Entry(
        "采集指纹要本人单独同意", "请先念给本人听，同意了再勾选；不同意的，选没有采集。", True, 422
    ),
    "fingerprint_reason": Entry("没有采集指纹的，要写原因和见证人", "请选原因，写上在场见证的人的姓名。", True, 422),
    "fingerprint_unasked": Entry("这个事项不采集指纹", "只有事项要求的才采集。", True, 409),
    "kiosk_listener_off": Entry(
        "还没有为另一台自助机开监听",
        "请在 node.toml 里写 kiosk_listen_host（本机在那条网线上的地址），重新启动后再配对。",
        True,
        409,
    ),
    "kiosk_code_wrong": Entry("配对码不对，或者已经过了时间", "请在值班的电脑上重新取一个配对码。", False, 422),
    "kiosk_name_wrong": Entry("自助机的名称要写 1 到 40 个字", "请写它放在哪里，如“大厅”。", True, 422),
    "kiosk_too_many": Entry("已经配对了 {count} 台自助机", "请先取消不用的，再配对新的。", True, 409),
    "kiosk_unknown": Entry("没有这台自助机，可能已经取消了配对", "请看一下列表。", True, 404),
    "kiosk_file": Entry("配对记录 {file} 没有写成：{detail}", "请检查磁盘的空间和权限，再试一次。", False, 500),
    "printer_absent": Entry("这里没有装凭条打印机", "请用手机把凭证拍下来，或者请工作人员打印。", True, 409),
    "printer_silent": Entry("凭条打印机没有回答", "请检查打印机的电源和连线，再打一次。", False, 503),
    "printer_paper": Entry("凭条打印机没有纸了", "请换一卷纸，再打一次。", False, 503),
    "printer_cover": Entry("凭条打印机的盖子开着", "请把盖子合上，再打一次。", False, 503),
    "sheet_printer_silent": Entry("A4 打印机没有回答", "请检查打印机的电源、连线和纸，再打一次。", False, 503),
    "sheet_printer_program": Entry(
        "本机没有打印程序 lp", "请技术人员安装 cups-client，并在系统里装好打印机。", True, 503
    ),
    "printer_program": Entry(
        "本机没有安装凭条打印的部件", "请技术人员用安装包重新安装，其中带有 printer 部件。", True, 503
    ),
}
