"""The part of the catalogue of errors about the sealed inbox: a room that is still locked, and a visit away from it."""

from edge.errors.entry import Entry

INBOX: dict[str, Entry] = {
    "inbox_no_room": Entry(
        "本机磁盘快满了，现在不能收件",
        "请先不要交材料；请工作人员清理磁盘，急办的改用空白纸质收件凭证。",
        False,
        507,
    ),
    "inbox_unwritable": Entry(
        "这一件没有写进本机的密封收件箱，没有收件：{detail}",
        "填的内容还在，请再按一次提交；仍然不行的，请改用空白纸质收件凭证。",
        False,
        507,
    ),
    "inbox_series_full": Entry("这一次的凭证号码已经用完", "请重新启动程序，会启用新的一组号码。", True, 409),
    "inbox_item_torn": Entry("这一件不完整或者被改过", "不要删除文件；请按凭证联系当事人，核对后重新收件。", True, 422),
    "inbox_item_foreign": Entry("这一件不是本室发出的收件箱收的", "请拿到发出它的警务室登记。", True, 422),
    "inbox_item_other": Entry(
        "凭证 {number} 已经登记过另一件，可能放回了旧的收件箱", "请按凭证联系当事人核对，另行收件。", True, 409
    ),
    "inbox_item_wrong": Entry("这一件的内容不合规定：{detail}", "请按凭证联系当事人，核对后重新收件。", True, 422),
    "inbox_set_missing": Entry(
        "本机还没有准备好锁定时收件，只能先解锁",
        "请放好密钥文件再启动；解锁运行一次以后，下次停电就能直接收件。",
        True,
        500,
    ),
    "inbox_set_wrong": Entry(
        "{file} 读不出来或者不完整", "上门的请回警务室重新准备；本机的解锁运行一次会自动重做。", True, 422
    ),
    "visit_over": Entry("这次上门准备到 {until} 为止，不能再收新件", "已收的件都在，请带回警务室合并。", True, 409),
    "visit_exists": Entry("{folder} 里已经有东西", "请换一个空文件夹，或者先把里面的带回件合并。", True, 409),
    "visit_until_wrong": Entry("截止日期要在今天起 {days} 天以内", "请写成 2026-11-30 这样的日期。", True, 422),
    "visit_folder_wrong": Entry("{folder} 里没有上门带回的收件", "请选准备上门时写的那个文件夹。", True, 422),
    "visit_not_here": Entry("上门时不能办这一步", "收下的件带回警务室合并以后，在工作台接着办。", True, 409),
    "locked_key_wrong": Entry("口令或者密钥不对，没有解锁", "请照保管的口令或者密钥文件再核对一遍。", False, 403),
}
