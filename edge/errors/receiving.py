"""The part of the catalogue of errors about taking in: paper slips, proxies, originals, pictures of pages."""

from edge.errors.entry import Entry

RECEIVING: dict[str, Entry] = {
    "consent_none": Entry("这一项没有同意过，或者已经撤回", "请看办件页上“个人信息的同意”。", True, 409),
    "consent_guardian": Entry("监护人撤回的，姓名和关系都要写", "请写上监护人的姓名和与本人的关系。", True, 422),
    "pad_size_wrong": Entry("张数要在 1 到 {most} 之间", "请改一下张数再打印。", True, 422),
    "pad_series_full": Entry("这一期的号码已经用完", "请先把印好的用完，或者联系技术人员。", True, 409),
    "slip_wrong": Entry(
        "这不是本室打印的纸质凭证号码",
        "请照凭证再核对一遍：P 和后面 9 位数字；别的警务室的凭证要到那里补录。",
        True,
        422,
    ),
    "slip_unknown": Entry("号码 {slip} 不在本室的打印记录里", "请核对号码；已经收过件的，直接补录。", True, 422),
    "slip_used": Entry("凭证 {slip} 已经补录过了，办件号 {number}", "一张凭证只用一次，请核对号码。", True, 409),
    "slip_voided": Entry("凭证 {slip} 已经作废：{reason}", "请核对号码。", True, 409),
    "slip_reason_missing": Entry("没有写作废的原因", "请写一句原因，最多 200 字。", True, 422),
    "slip_day_wrong": Entry("凭证上的收件日期不对", "请照凭证填写：不能晚于今天，也不能早于一年以前。", True, 422),
    "standing_incomplete": Entry("代办人的姓名、证件号码和关系要写全", "请补齐后再存。", True, 422),
    "proxy_in_form": Entry("这个事项的代办人写在填报内容里", "请在填报内容里填写；已经收件的，按补正办理。", True, 409),
    "originals_none": Entry("还没有勾选核对过的原件", "请勾选已经当面看过原件的材料。", True, 422),
    "original_not_asked": Entry("“{slot}”不在要核对的原件里", "请刷新页面后再勾选。", True, 422),
    "second_wrong": Entry("第二个人的账号或密码不对", "请另一位同事再输一次，或者用自己的账号登录后核对。", True, 403),
    "second_same": Entry("两个人核对，不能是同一个人", "请由另一位同事输入账号和密码。", True, 409),
    "material_not_named": Entry("办事指南没有要这样材料，不能添加", "只收指南里列出的材料；已经记入日志。", True, 422),
    "draft_at_desk": Entry(
        "工作人员正在窗口帮您填这一件",
        "请到窗口和工作人员一起填；填好以后可以交回这台机器，再按“上一步”回来。",
        False,
        409,
    ),
    "code_unknown": Entry("没有这个代码在等", "请看自助机屏幕上的四位代码；对方可能已经结束。", True, 404),
    "code_private": Entry("这一件不能带到窗口", "它只留在群众自己的屏幕上，请到自助机旁边帮忙。", True, 409),
    "corners_wrong": Entry("四个角的位置不对", "四个角要围成一张纸的样子，请重新标一下。", True, 422),
}
