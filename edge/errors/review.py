"""The problems of the reviewers' desk at the centre: whose desk it is, opinions, special procedures, claims."""

from typing import Final

from edge.errors.entry import Entry

REVIEW: Final = {
    "desk_other": Entry(
        "这一件由别的部门审批，您只能查看", "谁审批谁受理；确实应当由您这里办的，请审批部门转办过来。", True, 403
    ),
    "claim_other": Entry(
        "{name}已经认领了这一件，您的操作没有执行",
        "先和他说好，再点“接过来”；您写的内容还在页面上。",
        False,
        409,
    ),
    "opinion_first": Entry(
        "还不能{act}，要先有：{titles}", "意见到了以后再办；对方不同意的，可以不予受理或者退回。", False, 409
    ),
    "opinion_other": Entry("这项意见现在不由您出具", "请核对是不是您的部门、前一环节的意见到了没有。", True, 403),
    "opinion_unknown": Entry("请选择同意、不同意或者退回", "选好以后再出具意见。", True, 422),
    "procedure_unknown": Entry(
        "这个事项没有这种特别程序，不能停表", "只有事项里列明的特别程序不计入办理期限。", True, 422
    ),
    "procedure_until": Entry(
        "“{title}”的期限不对", "请写今天以后的日期，最迟不超过 {last}；过了这一天自动恢复计时。", True, 422
    ),
    "forward_unknown": Entry("请选择转给哪一级", "不能转给现在已经在办的这一级。", True, 422),
    "on_its_way": Entry(
        "“{label}”还在路上（已到 {percent}%），不能当作缺材料要求补正",
        "材料到齐以后再看；等不及的，可以催警务室先传这一件。",
        False,
        409,
    ),
    "writ_unknown": Entry(
        "这份文书不是省级中心作出的，或者内容被改过", "请把文书留下，向上级公安机关核实。", True, 404
    ),
    "look_first": Entry("要先写明为什么查看", "写明理由后才能看这个人的其他办件，查看会记入日志。", True, 422),
    "call_back_text": Entry(
        "请写给警务室的核实和整改意见，不超过 {most} 个字；电话没有打通的可以不写", "意见会下发到警务室。", True, 422
    ),
    "call_back_words": Entry(
        "给警务室的意见里有“{found}”，警务室看到会猜出是谁评的",
        "请换个说法，不写评价人的姓名、号码和原话。",
        True,
        422,
    ),
    "call_back_over": Entry("这件差评已经回访过", "结果已经下发；要补充的，请另外催办或者当面交代。", True, 409),
    "call_back_none": Entry("这一件没有要回访的差评", "好评和没有留电话的差评不回访。", True, 404),
    "call_back_own": Entry("这一件您经办过，不能由您回访", "请由没有经办过这一件的监督人员回访。", True, 403),
    "complaint_answer": Entry("请选择处理结果，并写明怎样处理的，不超过 {most} 个字", "补齐以后再存入。", True, 422),
    "complaint_answered": Entry("这件投诉已经有人回应过", "请到“已回应”里查看结果。", True, 409),
    "sample_asked": Entry(
        "抽查的件数应为 1 至 {most}，种子不超过 {seed} 个字", "请改好后再抽；种子可以不写，由系统给出。", True, 422
    ),
    "sample_empty": Entry("这段时间里没有可以抽查的办件", "请换一段时间或者换一个地方。", True, 409),
    "sample_own": Entry("这一件您经办过，不能由您复查", "请由没有经办过这一件的人复查。", True, 403),
    "sample_judged": Entry("这一件的抽查结果已经记下", "结果不能改；有新情况的，重新抽查或者催办。", True, 409),
    "sample_text": Entry("请选择结果；发现问题的，写明是什么问题，不超过 {most} 个字", "补齐以后再存入。", True, 422),
}
