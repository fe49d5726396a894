"""The part of the catalogue of errors between a room and its people: ratings, reminders, messages, needs, notices."""

from edge.errors.entry import Entry

PEOPLE: dict[str, Entry] = {
    "look_reason": Entry("本人不在场，要先写明为什么看", "写一句话，四个字以上，例如：派出所来函核实住址。", True, 422),
    "person_unnamed": Entry("这一件没有公民身份号码，查不到其他办件", "请按姓名、电话查询。", True, 409),
    "reprint_unchecked": Entry("补打以前要核对证件", "请看过本人的证件，选是哪一种。", True, 422),
    "rating_grade": Entry("还没有选满意不满意", "请在五个里选一个。", True, 422),
    "rating_given": Entry("这一件已经评价过", "一件评价一次；要补充意见，请拨打监督电话。", True, 409),
    "rating_words": Entry("评语太长", "最多 {most} 字；电话最多 40 个字符。", True, 422),
    "rating_code_unknown": Entry("没有这个评价码", "请照评价表核对 12 位数字。", True, 404),
    "rating_day": Entry("评价表上的日期不对", "请照表填写，不能晚于今天；没有写的空着。", True, 422),
    "rating_slow": Entry("试的次数太多", "请过 {minutes} 分钟再试。", False, 429),
    "card_until": Entry("证件的有效期写得不对", "请照证面写，如 2027-02-20 或者 长期；没有看清的空着。", True, 422),
    "expiry_wrong": Entry("没有记下：通知的情况没有选对", "请选怎样通知、通知到没有；说明最多 200 字。", True, 422),
    "expiry_other": Entry("到期日已经变了", "请刷新名单再看一遍，可能刚办过。", False, 409),
    "sms_no_phone": Entry("没有可以发短信的号码", "只发到本人为这一件留的手机号；没有的请打电话。", True, 409),
    "sms_queued": Entry("这件事已经请中心发过短信", "一件事只发一条；没有回音的请打电话。", True, 409),
    "sms_none": Entry("还没有勾选要发给谁", "请在名单上勾选，再点发短信。", True, 422),
    "need_wrong": Entry("需求还没有写完", "请选哪一类，写明需要什么。", True, 422),
    "need_long": Entry("写得太长", "需要什么最多 {most} 字，村组和姓名最多 60 字。", True, 422),
    "need_answer": Entry("还没有写怎样回应", "请选办到哪一步，用一两句话写明；最多 {most} 字。", True, 422),
    "need_over": Entry("这条需求已经了结", "又有新情况的，请另登记一条。", True, 409),
    "missing_wrong": Entry("公告还没有写完", "请写明是谁、特征、最后在哪里见到、打给谁；最多 {most} 字。", True, 422),
    "missing_day": Entry("公告的日期不对", "最后见到的时间不能晚于今天；公告最长一个月，到期可以再发。", True, 422),
    "board_text": Entry("公开的内容还没有写完", "问题和答复各最多 {most} 字；答复和办到哪一步要一起写。", True, 422),
    "board_names": Entry("公开的内容里还有“{found}”", "姓名、号码、住址和称呼不能公开，请改个说法。", True, 422),
    "board_not_read": Entry("还没有看过就不能公开", "请先看一遍，逐项勾选，再公开。", True, 422),
    "board_changed": Entry("内容在您看过以后又改了", "请重新看一遍再公开。", False, 409),
    "board_over": Entry("这个问题已经撤下", "撤下的不再改；需要的，从另一件举报投诉开始。", True, 409),
    "board_reason": Entry("请写明为什么撤下", "一句话，不超过 {most} 字。", True, 422),
}
