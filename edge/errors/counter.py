"""The problems of the counter: notices of defects, documents that are handed over, money."""

from typing import Final

from edge.errors.entry import Entry

COUNTER: Final = {
    # the notice of all defects
    "defects_none": Entry("还没有勾选要补的内容", "请勾选缺的材料或有问题的填报项，再打印告知书。", True, 422),
    "defect_unknown": Entry(
        "“{target}”不在办事指南和申请表里，不能要求补", "只能要求补指南里列明的材料和表里的填报项。", True, 422
    ),
    "defect_unsaid": Entry("“{label}”没有写清楚怎样补", "请写明缺什么、带什么来，一句话就行。", True, 422),
    "notice_again": Entry("这一件已经告知过一次", "再次要求补正的，请写明理由；监察上会标黄。", True, 422),
    "notice_due_wrong": Entry("补正期限不对", "请写今天以后、一年以内的日期，或者不写。", True, 422),
    "notice_unsigned": Entry(
        "告知书还没有签收", "请本人在屏上签名，或者把签了名的告知书拍照存入；拒绝签收的，写明情况。", True, 422
    ),
    # documents
    "document_unnamed": Entry("没有写是什么文书", "请写文书、证件的名称，例如“居住证”。", True, 422),
    "document_none": Entry("没有选要送达的文书", "请勾选交给申请人的文书、证件。", True, 422),
    "document_not_here": Entry("“{name}”不在待送达的文书里", "请先登记到件；已经送达的不能再送一次。", True, 409),
    "parcel_wrong": Entry("寄递单号不对", "单号只有数字和大写字母，6 到 40 位；同时写明寄递公司。", True, 422),
    "call_wrong": Entry("没有选怎样通知、通知到没有", "请选好再记下。", True, 422),
    "handover_open": Entry(
        "这一件还没有办结，不能出件", "请先传送，收到办结决定以后再送达；当场办的事项除外。", True, 409
    ),
    "receipt_unknown": Entry(
        "本室没有开出过这张收件凭证", "请核对号码；别的警务室开的，请到开出它的警务室查。", True, 404
    ),
    "receipt_practice": Entry("这是练习用的凭证，不是真的", "没有办理过任何事；是谁拿来的，请问明来历。", True, 409),
    "handover_sealed": Entry("盖章文书还没有领用", "请先到文书台账按号领用“{name}”，再送达。", True, 409),
    "handover_unproven": Entry(
        "没有签收凭据，不能关单", "请本人屏上签名；签不了的按指印并写明原因，或者拍照并写明见证人。", True, 422
    ),
    "handover_witness": Entry("拍照送达要有见证人", "请写见证人的姓名，见证人不能是经办人自己。", True, 422),
    "handover_unposted": Entry("这几样没有寄出记录", "请先登记寄出的单号，再登记签收。", True, 409),
    "handover_unchecked": Entry("还没有核对领取人", "请输入取件码，或者核对身份证件原件后勾选“已核对”。", True, 422),
    "proxy_incomplete": Entry(
        "代领人的内容不全", "请写代领人的姓名、证件号码、和本人的关系，并拍下委托书。", True, 422
    ),
    "originals_unseen": Entry("原件还没有核对：{names}", "请先核对原件并登记，再出件。", True, 409),
    "pickup_wrong": Entry("取件码不对", "请核对收件凭证上的查询码，或者到件通知里的取件码。", False, 422),
    "pickup_locked": Entry(
        "取件码错得太多，{minutes} 分钟以内不能再试", "请核对身份证件原件后，由民警办理领取。", False, 429
    ),
    # money
    "fee_none": Entry("这个事项不收费", "请核对办事指南；不收费的不能开缴款单。", True, 409),
    "fee_other": Entry("金额和公布的标准不一致", "请按办事指南的收费标准选；减免的用“减免”，写明理由。", True, 422),
    "fee_again": Entry("已经有一张缴款单没有缴", "请先收款、减免，再开新的缴款单。", True, 409),
    "bill_unknown": Entry("没有缴款单 {bill}", "请核对缴款单上的号码。", True, 404),
    "bill_settled": Entry("这一张缴款单已经缴清或减免", "请核对缴款单号；记错的，先作废原来的记录。", True, 409),
    "bill_not_paid": Entry("这一张缴款单没有收款记录", "没有收款就不用作废。", True, 409),
    "receipt_number_wrong": Entry("票据号不对", "请照票据抄写，4 到 40 位，只有数字、字母和短横。", True, 422),
    "receipt_number_used": Entry("票据号 {number} 已经用过", "请核对票据；一张票据只对应一笔缴款。", True, 409),
    "payment_reason": Entry("没有写明理由", "请写明为什么，一句话就行，最多 200 个字。", True, 422),
    "payment_way": Entry("没有选怎样缴的", "请选现金、刷卡、扫码或网上缴款。", True, 422),
    "shift_counted": Entry("实点现金没有写对", "请写元和角分，例如 60 或 60.50。", True, 422),
    "shift_differs": Entry("实点现金和应有的 {expected} 元不一致", "请再点一遍；确实不一致的，写明情况。", True, 422),
    "shift_changed": Entry("对账期间又有收款", "请按新的数再核对一遍。", False, 409),
    "shift_empty": Entry("这一班没有收款，不用对账", "有收款以后再对账。", True, 409),
}
