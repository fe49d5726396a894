"""The part of the catalogue of errors that says who may do what at the desk."""

from edge.errors.entry import Entry

WHO: dict[str, Entry] = {
    "post_missing": Entry("这项操作由{posts}岗位的人员办理", "请{ask}。", True, 403),
    "police_only": Entry(
        "这一步要由民警办理，辅警不能代替", "请民警用自己的账号登录后办理；民警不在的，请派出所远程确认。", True, 403
    ),
    "nothing_to_confirm": Entry("这一件现在没有要民警确认的（{phase}）", "请看办件页上的最新情况。", True, 409),
    "concerned_receives": Entry(
        "这份申请涉及您经办过的事，不能由您收件",
        "请换一位没有经办过的同事收件，或者请申请人在自助机上办理；填好的内容还在草稿里。",
        True,
        403,
    ),
    "confirmer_decides": Entry("确认和审批不能是同一人，这份办件是您确认的", "请转由其他审批人员办理。", True, 403),
    "confirm_first": Entry("这份办件还没有民警确认，您的账号不能代替确认", "请民警先确认，再受理、办结。", True, 409),
    "name_not_own": Entry("签收要写自己的姓名", "请按账号上的姓名“{name}”填写。", True, 422),
    "not_all_read": Entry("还有没有勾选“已读”的文本", "请逐份读完并勾选后再签收。", True, 422),
    "duties_changed": Entry("文本刚刚更新过", "请从头看一遍新的内容，再签收。", False, 409),
    "practice_never_sent": Entry("这是练习室，什么都不上传，也不摆渡", "请退出练习，在警务室里办理。", True, 409),
    "practice_only": Entry("这一步只在练习室里有", "请从“帮助”进入练习。", True, 404),
    "staff_wrong": Entry("警号“{staff}”写得不对", "警号、工号只用字母、数字和短横线，最多 20 位。", True, 422),
    "posts_exclusive": Entry(
        "系统、安全、审计三员互相排斥，也不能兼任其他岗位", "请为每一员单独开一个账号，由不同的人担任。", True, 409
    ),
    "second_code_wrong": Entry(
        "填的口令不是这一页上的", "请照着刚抄下的一次性口令，或者令牌上现在的数字，再填一个。", False, 422
    ),
    "own_account": Entry("不能改自己的账号", "请另一位安全管理员办理；改自己的密码请用“改密码”。", True, 403),
    "terminal_locked": Entry(
        "这台电脑上连续输错的次数过多", "请在 {minutes} 分钟后再试，或由管理人员解锁。", False, 423
    ),
    "password_same": Entry("新密码和原来的一样，或者两次输入不一致", "请另想一个密码，两次输入一样的。", True, 422),
}
