BEGIN TRANSACTION;
CREATE TABLE account (
	name VARCHAR(64) NOT NULL, 
	display_name TEXT NOT NULL, 
	post TEXT NOT NULL, 
	password TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	created_at TEXT NOT NULL, 
	wrong BIGINT NOT NULL, 
	locked_until BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE account_person (
	account VARCHAR(64) NOT NULL, 
	staff TEXT NOT NULL, 
	rank TEXT NOT NULL, 
	PRIMARY KEY (account)
);
CREATE TABLE api_key (
	key_hash VARCHAR(64) NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (key_hash)
);
CREATE TABLE application (
	node_id VARCHAR(10) NOT NULL, 
	number VARCHAR(22) NOT NULL, 
	service_id TEXT NOT NULL, 
	service_version TEXT NOT NULL, 
	service_digest TEXT NOT NULL, 
	title TEXT NOT NULL, 
	applicant TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	result TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	urgent BOOLEAN NOT NULL, 
	filed_at TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	due TEXT NOT NULL, 
	version TEXT NOT NULL, 
	PRIMARY KEY (node_id, number), 
	CONSTRAINT application_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
INSERT INTO "application" VALUES('5224250017','52242500171000010','juzhu-dengji','2026.11.4','e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a','居住登记','王秀梅','closed','granted','kiosk',0,'2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00','9999','1-2');
INSERT INTO "application" VALUES('5224250017','52242500171000020','juzhu-dengji','2026.11.4','e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a','居住登记','王秀梅','accepted','','kiosk',0,'2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00','2026-11-23','1-1');
INSERT INTO "application" VALUES('5224250017','52242500171000030','juzhu-dengji','2026.11.4','e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a','居住登记','王秀梅','received','','kiosk',0,'2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00','2026-11-23','1-0');
CREATE TABLE aside_act (
	node_id VARCHAR(10) NOT NULL, 
	epoch BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	place BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (node_id, epoch, seq, digest, place), 
	CONSTRAINT aside_act_outcome CHECK (outcome IN ('taken', 'refused', 'set_aside')), 
	CONSTRAINT aside_act_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE county_key (
	"key" VARCHAR(64) NOT NULL, 
	area VARCHAR(12) NOT NULL, 
	name TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	added_at TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE definition (
	digest VARCHAR(64) NOT NULL, 
	service_id TEXT NOT NULL, 
	version TEXT NOT NULL, 
	source TEXT NOT NULL, 
	since TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "definition" VALUES('e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a','juzhu-dengji','2026.11.4','{"$schema": "../service.schema.json", "id": "juzhu-dengji", "version": "2026.11.4", "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://yizhan.example/services/juzhu-dengji/2026.11.4", "title": "居住登记申请", "type": "object", "required": ["applicant", "residence", "host", "files", "declaration"], "properties": {"applicant": {"type": "object", "title": "登记人", "required": ["name", "idType", "idNumber", "by", "hasPhone"], "x-purpose": "确认谁要登记、怎样联系", "properties": {"name": {"type": "string", "x-person": "name", "title": "姓名", "format": "person-name", "maxLength": 50, "examples": ["王秀梅", "买买提·艾力"]}, "idType": {"type": "string", "x-person": "idType", "title": "证件类型", "oneOf": [{"const": "idCard", "title": "居民身份证"}, {"const": "householdBook", "title": "居民户口簿（没有办过身份证）"}, {"const": "hmtResidence", "title": "港澳台居民居住证"}]}, "idNumber": {"type": "string", "x-person": "idNumber", "title": "证件号码", "format": "cn-ric", "examples": ["522425196603129840"]}, "birthDate": {"type": "string", "title": "出生日期", "format": "date", "readOnly": true, "x-derive": {"from": "idNumber", "take": "birth_date"}}, "age": {"type": "integer", "title": "收件时的周岁", "readOnly": true, "x-derive": {"from": "idNumber", "take": "age"}}, "by": {"type": "string", "x-person": "capacity", "title": "由谁申报", "oneOf": [{"const": "self", "title": "本人申报"}, {"const": "guardian", "title": "监护人代未满16周岁的人申报"}, {"const": "relative", "title": "近亲属代行动不便的人申报"}], "x-jsf-logic-validations": ["minorNeedsGuardian"]}, "hasPhone": {"type": "boolean", "x-person": "hasPhone", "title": "是否有联系电话"}, "phone": {"type": "string", "x-person": "phone", "title": "联系电话", "format": "cn-phone", "examples": ["19900000123"]}}}, "agent": {"type": "object", "title": "代为申报的人", "x-purpose": "确认代办人与登记人的关系", "properties": {"name": {"type": "string", "title": "代办人姓名", "format": "person-name", "maxLength": 50, "examples": ["罗建国"]}, "idNumber": {"type": "string", "title": "代办人身份证号码", "format": "cn-ric", "examples": ["52242519850615981X"]}, "relation": {"type": "string", "title": "与登记人的关系", "oneOf": [{"const": "parent", "title": "父亲或母亲"}, {"const": "spouse", "title": "丈夫或妻子"}, {"const": "child", "title": "子女"}, {"const": "guardian", "title": "其他监护人"}, {"const": "kin", "title": "其他近亲属"}]}}}, "contact": {"type": "object", "title": "联系人", "x-purpose": "登记人没有电话时，有事可以带话", "properties": {"name": {"type": "string", "x-person": "contact.name", "title": "联系人姓名", "format": "person-name", "maxLength": 50, "examples": ["罗建国"]}, "phone": {"type": "string", "x-person": "contact.phone", "title": "联系人电话", "format": "cn-phone", "examples": ["19900000124"]}}}, "residence": {"type": "object", "title": "居住信息", "required": ["village", "hasDoorplate", "start", "months", "reason"], "x-purpose": "登记在哪里、从什么时候起居住", "properties": {"village": {"type": "string", "x-person": "address.village", "title": "村（社区）", "format": "cn-division", "x-lookup": {"source": "divisions", "level": "village"}}, "hasDoorplate": {"type": "boolean", "x-person": "address.hasDoorplate", "title": "是否有门牌号"}, "doorplate": {"type": "string", "x-person": "address.doorplate", "title": "组和门牌号", "minLength": 1, "maxLength": 60, "examples": ["三组17号"]}, "landmark": {"type": "string", "x-person": "address.landmark", "title": "小地名或参照物", "minLength": 1, "maxLength": 100, "examples": ["老水井旁，第二家"]}, "start": {"type": "string", "x-person": "address.since", "title": "居住起始日", "format": "date", "examples": ["2026-11-02"], "x-jsf-logic-validations": ["startNotInFuture"]}, "months": {"type": "integer", "title": "拟居住时间（月）", "minimum": 1, "maximum": 600, "examples": [12]}, "reason": {"type": "string", "title": "居住事由", "oneOf": [{"const": "work", "title": "务工"}, {"const": "business", "title": "经商"}, {"const": "study", "title": "读书"}, {"const": "family", "title": "投靠亲友"}, {"const": "medical", "title": "看病养病"}, {"const": "other", "title": "其他"}]}, "reasonDetail": {"type": "string", "title": "其他事由", "minLength": 1, "maxLength": 200, "examples": ["照看刚出生的外孙"]}}}, "host": {"type": "object", "title": "住处", "required": ["kind"], "x-purpose": "核对住处，需要时联系房东或单位", "properties": {"kind": {"type": "string", "title": "住处性质", "oneOf": [{"const": "rent", "title": "租房"}, {"const": "dormitory", "title": "单位宿舍、工地"}, {"const": "relative", "title": "亲友家"}, {"const": "own", "title": "自有住房"}]}, "name": {"type": "string", "title": "房东、亲友或单位名称", "minLength": 1, "maxLength": 60, "examples": ["沈月琴"]}, "phone": {"type": "string", "title": "房东、亲友或单位电话", "format": "cn-phone", "examples": ["19900000125"]}, "leaseEnd": {"type": "string", "title": "租期届满日", "format": "date", "examples": ["2027-11-01"], "x-jsf-logic-validations": ["leaseAfterStart"]}}}, "members": {"type": "array", "title": "同住人员", "maxItems": 10, "x-purpose": "一次登记一起来住的人，免得每人再跑一趟", "items": {"type": "object", "required": ["name", "idNumber", "relation"], "properties": {"name": {"type": "string", "title": "姓名", "format": "person-name", "maxLength": 50, "examples": ["王小燕"]}, "idNumber": {"type": "string", "title": "身份证号码", "format": "cn-ric", "examples": ["522425201602219821"]}, "relation": {"type": "string", "title": "与登记人的关系", "oneOf": [{"const": "spouse", "title": "丈夫或妻子"}, {"const": "child", "title": "子女"}, {"const": "parent", "title": "父亲或母亲"}, {"const": "other", "title": "其他"}]}}}}, "householdSize": {"type": "integer", "title": "居住总人数", "readOnly": true, "x-purpose": "由同住人员算出，不另外收集", "x-jsf-logic-computedAttrs": {"const": "householdSize", "default": "householdSize"}}, "files": {"type": "object", "title": "材料照片", "required": ["residenceProof"], "x-purpose": "核对住所证明，缺了可以一次告知", "x-retention": "警务室留存的照片在省级中心接收后，按当地公布的期限清除", "properties": {"residenceProof": {"type": "string", "format": "file-ref", "title": "住所证明照片", "contentMediaType": "image/jpeg"}, "relationProof": {"type": "string", "format": "file-ref", "title": "监护或亲属关系证明照片", "contentMediaType": "image/jpeg"}}}, "declaration": {"type": "object", "title": "声明和签名", "required": ["truth", "privacy", "signature"], "x-purpose": "确认内容真实、知道个人信息怎样使用", "properties": {"note": {"type": "string", "title": "补充说明", "minLength": 1, "maxLength": 500}, "truth": {"type": "boolean", "title": "所填内容属实", "const": true}, "privacy": {"type": "boolean", "title": "已了解个人信息的使用", "const": true}, "signature": {"type": "string", "format": "file-ref", "title": "申报人签名", "contentMediaType": "image/png", "x-signature": true}}}}, "allOf": [{"if": {"properties": {"applicant": {"properties": {"by": {"enum": ["guardian", "relative"]}}, "required": ["by"]}}, "required": ["applicant"]}, "then": {"required": ["agent"], "properties": {"agent": {"required": ["name", "idNumber", "relation"]}, "files": {"required": ["relationProof"]}}}}, {"if": {"properties": {"applicant": {"properties": {"hasPhone": {"const": true}}, "required": ["hasPhone"]}}, "required": ["applicant"]}, "then": {"properties": {"applicant": {"required": ["phone"]}}}}, {"if": {"properties": {"applicant": {"properties": {"hasPhone": {"const": false}}, "required": ["hasPhone"]}}, "required": ["applicant"]}, "then": {"required": ["contact"], "properties": {"contact": {"required": ["name", "phone"]}}}}, {"if": {"properties": {"residence": {"properties": {"hasDoorplate": {"const": true}}, "required": ["hasDoorplate"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["doorplate"]}}}}, {"if": {"properties": {"residence": {"properties": {"hasDoorplate": {"const": false}}, "required": ["hasDoorplate"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["landmark"]}}}}, {"if": {"properties": {"residence": {"properties": {"reason": {"const": "other"}}, "required": ["reason"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["reasonDetail"]}}}}, {"if": {"properties": {"host": {"properties": {"kind": {"enum": ["rent", "dormitory", "relative"]}}, "required": ["kind"]}}, "required": ["host"]}, "then": {"properties": {"host": {"required": ["name", "phone"]}}}}], "x-jsf-logic": {"computedValues": {"householdSize": {"rule": {"+": [1, {"reduce": [{"var": "members"}, {"+": [{"var": "accumulator"}, 1]}, 0]}]}}}, "validations": {"minorNeedsGuardian": {"errorMessage": "登记人未满16周岁，请由监护人代为申报", "rule": {"or": [{"!==": [{"var": "applicant.by"}, "self"]}, {"===": [{"var": "applicant.age"}, null]}, {">=": [{"var": "applicant.age"}, 16]}]}}, "startNotInFuture": {"errorMessage": "住进来的日子还没有到，请核对日期", "rule": {"<=": [{"var": "residence.start"}, {"var": "_ctx.filing_day"}]}}, "leaseAfterStart": {"errorMessage": "租期到的日子应当在住进来的日子之后，请核对", "rule": {"or": [{"!": {"var": "host.leaseEnd"}}, {">": [{"var": "host.leaseEnd"}, {"var": "residence.start"}]}]}}}}}, "uischema": {"type": "Categorization", "options": {"variant": "stepper"}, "elements": [{"type": "Category", "label": "登记人", "i18n": "page.applicant", "elements": [{"type": "Control", "scope": "#/properties/applicant/properties/by", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/name"}, {"type": "Control", "scope": "#/properties/applicant/properties/idType", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/idNumber", "options": {"inputmode": "text"}}, {"type": "Group", "label": "代为申报的人", "i18n": "page.applicant.agent", "elements": [{"type": "Control", "scope": "#/properties/agent/properties/name"}, {"type": "Control", "scope": "#/properties/agent/properties/idNumber", "options": {"inputmode": "text"}}, {"type": "Control", "scope": "#/properties/agent/properties/relation", "options": {"format": "radio"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/by", "schema": {"enum": ["guardian", "relative"]}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/applicant/properties/hasPhone", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/phone", "options": {"inputmode": "tel"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/hasPhone", "schema": {"const": true}, "failWhenUndefined": true}}}, {"type": "Group", "label": "联系人", "i18n": "page.applicant.contact", "elements": [{"type": "Control", "scope": "#/properties/contact/properties/name"}, {"type": "Control", "scope": "#/properties/contact/properties/phone", "options": {"inputmode": "tel"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/hasPhone", "schema": {"const": false}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "居住地址", "i18n": "page.place", "elements": [{"type": "Control", "scope": "#/properties/residence/properties/village"}, {"type": "Control", "scope": "#/properties/residence/properties/hasDoorplate", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/residence/properties/doorplate", "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/hasDoorplate", "schema": {"const": true}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/residence/properties/landmark", "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/hasDoorplate", "schema": {"const": false}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "居住时间和事由", "i18n": "page.time", "elements": [{"type": "Control", "scope": "#/properties/residence/properties/start", "options": {"format": "date"}}, {"type": "Control", "scope": "#/properties/residence/properties/months", "options": {"inputmode": "numeric"}}, {"type": "Control", "scope": "#/properties/residence/properties/reason", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/residence/properties/reasonDetail", "options": {"multi": true}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/reason", "schema": {"const": "other"}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "房东或单位", "i18n": "page.host", "elements": [{"type": "Control", "scope": "#/properties/host/properties/kind", "options": {"format": "radio"}}, {"type": "Group", "label": "房东、亲友或单位", "i18n": "page.host.who", "elements": [{"type": "Control", "scope": "#/properties/host/properties/name"}, {"type": "Control", "scope": "#/properties/host/properties/phone", "options": {"inputmode": "tel"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/host/properties/kind", "schema": {"enum": ["rent", "dormitory", "relative"]}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/host/properties/leaseEnd", "options": {"format": "date"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/host/properties/kind", "schema": {"const": "rent"}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "同住人员", "i18n": "page.members", "elements": [{"type": "Control", "scope": "#/properties/members", "options": {"add_label": "再添一人", "row_label": "同住的人", "detail": {"type": "VerticalLayout", "elements": [{"type": "Control", "scope": "#/properties/name"}, {"type": "Control", "scope": "#/properties/idNumber"}, {"type": "Control", "scope": "#/properties/relation", "options": {"format": "radio"}}]}}}]}, {"type": "Category", "label": "材料照片", "i18n": "page.files", "elements": [{"type": "Control", "scope": "#/properties/files/properties/residenceProof", "options": {"capture": "camera"}}, {"type": "Control", "scope": "#/properties/files/properties/relationProof", "options": {"capture": "camera"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/by", "schema": {"enum": ["guardian", "relative"]}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "声明和签名", "i18n": "page.sign", "elements": [{"type": "Control", "scope": "#/properties/householdSize", "options": {"readonly": true}}, {"type": "Control", "scope": "#/properties/declaration/properties/note", "options": {"multi": true}}, {"type": "Control", "scope": "#/properties/declaration/properties/truth"}, {"type": "Control", "scope": "#/properties/declaration/properties/privacy"}, {"type": "Control", "scope": "#/properties/declaration/properties/signature", "options": {"capture": "signature"}}]}]}, "i18n": {"zh-CN": {"page.applicant.label": "您的姓名和证件", "page.applicant.agent.label": "代办人是谁", "page.applicant.contact.label": "有事找谁带话", "page.place.label": "住在哪里", "page.time.label": "什么时候来的", "page.host.label": "房东或单位", "page.host.who.label": "房东、亲友或单位怎么联系", "page.members.label": "同住的人", "page.files.label": "材料拍照", "page.sign.label": "本人签名和承诺", "applicant.by.label": "给谁登记", "applicant.by.description": "孩子未满16周岁，由父母等监护人来办。", "applicant.by.self": "给自己登记", "applicant.by.guardian": "给未满16周岁的孩子登记", "applicant.by.relative": "给行动不便的亲属登记", "applicant.by.error.required": "请选择给谁登记", "applicant.name.label": "您的姓名", "applicant.name.description": "和身份证上的一样。代人登记的，写要登记的人。", "applicant.name.error.required": "请填写姓名", "applicant.idType.label": "用哪种证件", "applicant.idType.error.required": "请选择用哪种证件", "applicant.idNumber.label": "您的身份证号码", "applicant.idNumber.description": "身份证正面最下面一行，18位。没办过身份证的，看户口簿上的公民身份号码。", "applicant.idNumber.error.required": "请填写身份证号码", "applicant.hasPhone.label": "您有手机或电话吗", "applicant.hasPhone.description": "没有也能办，留一位联系人就行。", "applicant.hasPhone.error.required": "请选择有没有电话", "applicant.phone.label": "您的电话号码", "applicant.phone.description": "11位手机号，或者带区号的座机。", "applicant.phone.error.required": "请填写电话号码", "agent.name.label": "代办人的姓名", "agent.name.error.required": "请填写代办人的姓名", "agent.idNumber.label": "代办人的身份证号码", "agent.idNumber.error.required": "请填写代办人的身份证号码", "agent.relation.label": "代办人是登记人的什么人", "agent.relation.error.required": "请选择代办人和登记人的关系", "contact.name.label": "联系人的姓名", "contact.name.description": "能带话给您的人，比如家人、邻居、村干部。", "contact.name.error.required": "请填写联系人的姓名", "contact.phone.label": "联系人的电话", "contact.phone.error.required": "请填写联系人的电话", "residence.village.label": "哪个村或社区", "residence.village.description": "现在住的地方，不是老家。", "residence.village.error.required": "请填写现在住在哪个村或社区", "residence.hasDoorplate.label": "住处有门牌号吗", "residence.hasDoorplate.error.required": "请选择住处有没有门牌号", "residence.doorplate.label": "几组，门牌几号", "residence.doorplate.description": "照门牌上写的填。", "residence.doorplate.error.required": "请填写组和门牌号", "residence.landmark.label": "怎么找到您家", "residence.landmark.description": "写小地名，或者旁边的学校、水井、大树、商店。", "residence.landmark.error.required": "请写一个小地名，或者旁边好认的东西", "residence.start.label": "哪一天住进来的", "residence.start.description": "记不清哪天的，请看租房合同或者问房东。", "residence.start.error.required": "请填写住进来的日子", "residence.months.label": "打算住几个月", "residence.months.description": "写大概的月数，一年写12。", "residence.months.error.required": "请填写打算住几个月", "residence.months.error.minimum": "不到一个月的，写1", "residence.months.error.maximum": "月数太大了，请核对；长期居住的写600", "residence.reason.label": "来做什么", "residence.reason.error.required": "请选择来做什么", "residence.reasonDetail.label": "请说一说来做什么", "residence.reasonDetail.error.required": "请写一句来做什么", "host.kind.label": "住的是什么地方", "host.kind.error.required": "请选择住的是什么地方", "host.name.label": "房东、亲友或单位的名称", "host.name.description": "租房写房东的姓名，住宿舍写单位的名称，住亲友家写亲友的姓名。", "host.name.error.required": "请填写房东、亲友或单位的名称", "host.phone.label": "他们的电话", "host.phone.error.required": "请填写房东、亲友或单位的电话", "host.leaseEnd.label": "租到哪一天", "host.leaseEnd.description": "没有约定的，可以不填。", "members.label": "和您一起来住的人", "members.description": "没有就不用添，直接下一步。最多写10人。", "members.error.maxItems": "一次最多登记10位同住的人，其余的请另外办理", "members.name.label": "同住人的姓名", "members.name.error.required": "请填写同住人的姓名", "members.idNumber.label": "同住人的身份证号码", "members.idNumber.error.required": "请填写同住人的身份证号码", "members.relation.label": "是您的什么人", "members.relation.error.required": "请选择同住的人和您的关系", "householdSize.label": "一共住几个人", "householdSize.description": "连您在内，自动算出，不用填写。", "files.residenceProof.label": "拍一张住所证明", "files.residenceProof.description": "租房合同、房东或单位出的居住证明、房产证，有一样就行。放平，拍清四个角。", "files.residenceProof.error.required": "请拍一张住所证明", "files.relationProof.label": "拍一张监护或亲属关系的证明", "files.relationProof.description": "户口簿上能看出关系的那一页，或者出生医学证明、结婚证。", "files.relationProof.error.required": "请拍一张能看出监护或亲属关系的证明", "declaration.note.label": "还有什么要说明的", "declaration.note.description": "没有就不用填。", "declaration.truth.label": "我所填的内容和提交的材料都是真的", "declaration.truth.description": "内容不实的，由本人承担责任。", "declaration.truth.error.required": "请看过后打勾，表示所填内容属实", "declaration.truth.error.const": "请看过后打勾，表示所填内容属实", "declaration.privacy.label": "我知道这些信息用来办理居住登记，由公安机关保存", "declaration.privacy.description": "身份证号码、住址、签名属于要特别保护的个人信息，只用于本次办理，不用于别的事。", "declaration.privacy.error.required": "请看过后打勾，表示知道个人信息怎样使用", "declaration.privacy.error.const": "请看过后打勾，表示知道个人信息怎样使用", "declaration.signature.label": "请在框里签名", "declaration.signature.description": "谁来办谁签名。不会写字的，请工作人员帮忙。", "declaration.signature.error.required": "请在框里签名"}}, "x-service": {"code": "HJ01", "category": "户口和居住", "name": "居住登记", "citizen_name": "到外地住下了，要登记", "summary": "在户籍地以外住下来，登记住在哪里、什么时候来的；当场开具登记凭证，以后办居住证从登记之日算起。", "icon": "house", "keywords": ["居住登记", "暂住登记", "暂住证", "外来人口", "租房登记", "流动人口", "住下", "打工"], "type": "行政确认", "case_type": "即办件", "object": ["自然人"], "who": ["离开户籍地、在本地居住的人，由本人申报", "未满16周岁的，由监护人代为申报", "行动不便的，可以由近亲属代为申报"], "legal_basis": [{"title": "中华人民共和国户口登记条例", "article": "第十五条"}, {"title": "户口居民身份证管理工作规范（试行）（公通字〔2021〕12号）", "article": "第五十八条至第六十二条"}, {"title": "中华人民共和国个人信息保护法", "article": "第六条、第十七条、第二十八条至第三十一条", "note": "个人信息的告知和同意"}], "materials": [{"code": "identity", "name": "居民身份证或者居民户口簿", "copies": 0, "form": "original", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": true, "source": "applicant", "how": "带原件来，民警当面核对后还给您。", "alternatives": ["港澳台居民居住证"]}, {"code": "residence_proof", "name": "住所证明", "reuse": {"kind": "residence-proof", "months": 6, "local": true}, "copies": 1, "form": "either", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": true, "source": "applicant", "field": "/files/residenceProof", "how": "放平，拍清四个角，字要看得清。", "alternatives": ["租房合同", "房东或者单位出具的居住证明", "不动产权证书"]}, {"code": "relation_proof", "name": "监护或者亲属关系证明", "copies": 1, "form": "either", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": {"properties": {"applicant": {"properties": {"by": {"enum": ["guardian", "relative"]}}, "required": ["by"]}}, "required": ["applicant"]}, "source": "applicant", "field": "/files/relationProof", "how": "拍户口簿上能看出关系的那一页。", "alternatives": ["居民户口簿", "出生医学证明", "结婚证"], "note": "代为申报时提供，以当地公布为准"}], "time_limit": {"notice": {"value": 0, "unit": "workday"}, "statutory": {"value": 0, "unit": "workday"}, "promised": {"value": 0, "unit": "workday"}, "basis": "户口居民身份证管理工作规范（试行）第六十条：当场办理，开具凭证", "note": "网络不通时先收件，省级中心接收后办理；在警务室等待上传的时间另外标明。"}, "fee": {"amount": 0, "basis": "本事项不收费"}, "accept_at": "station", "decide_at": "station", "visits": 1, "visits_reason": "要核对身份证明和住所证明的原件", "depth": "网上受理", "online_check": [{"code": "population", "title": "核对人口信息，查明是否已有登记", "before": "accept", "basis": "户口居民身份证管理工作规范（试行）第九条"}], "proxy": {"name": "/agent/name", "number": "/agent/idNumber", "relation": "/agent/relation", "papers": ["relation_proof"]}, "assistant_may": ["解答咨询，帮助填写", "采集信息、拍摄材料", "收件并打印收件凭证", "发放登记凭证"], "officer_confirms": ["核对身份证明和住所证明的原件", "受理、办结和出具登记凭证"], "steps": [{"code": "receive", "title": "收件", "by": "警务室民警或者辅警", "at": "node", "limit": {"value": 0, "unit": "workday"}, "note": "材料齐不齐当场查，缺的一次告知"}, {"code": "accept", "title": "受理", "by": "派出所户籍民警", "at": "station", "limit": {"value": 0, "unit": "workday"}}, {"code": "check", "title": "核对", "by": "派出所户籍民警", "at": "station", "note": "联网核对人口信息"}, {"code": "decide", "title": "登记并开具凭证", "by": "派出所户籍民警", "at": "station", "limit": {"value": 0, "unit": "workday"}}, {"code": "deliver", "title": "发放凭证", "by": "警务室民警或者辅警", "at": "node"}], "results": [{"kind": "granted", "title": "已登记", "document": "暂住登记凭证", "seal": "station", "delivery": ["node", "window"], "note": "凭证由派出所盖章"}, {"kind": "returned", "title": "退回", "seal": "none", "note": "不属于本地办理，或者需要改到别处办理"}, {"kind": "lapsed", "title": "补正不来", "seal": "none", "note": "通知补正后一直没有补，办件结束；可以重新申请"}, {"kind": "withdrawn", "title": "本人撤回", "seal": "none"}], "place": "{room.name}（{room.address}）", "hours": "{room.hours}", "telephones": {"consult": "{room.telephone}", "complaint": "{room.complaint_telephone}"}, "privacy": {"purpose": "办理居住登记：确认身份，登记住在哪里、从什么时候起居住，有事能联系到您", "retention": "由公安机关按户政档案的规定保存；警务室的副本在省级中心接收后，按当地公布的期限清除", "sensitive": ["/applicant/idNumber", "/agent/idNumber", "/members", "/residence/doorplate", "/residence/landmark", "/declaration/signature"]}, "refusals": ["现在住的地方不归本辖区管，告知到哪里办", "材料不齐又不补正的，办件按补正不来结束"], "corrections": ["没有写房东或者单位的信息", "没有门牌号，又没有写小地名", "住所证明照片不清楚，看不出地址或者姓名"], "faq": [{"question": "没有手机能办吗？", "answer": "能。留一位联系人的电话，或者到警务室来问。凭收件凭证上的编号和查询码随时可以查。"}, {"question": "房子没有门牌号怎么办？", "answer": "选没有门牌号，写小地名或者旁边好认的东西，比如学校、水井、大树。"}, {"question": "登记了以后能办居住证吗？", "answer": "离开户籍地到别的城市居住半年以上，并且有稳定就业、稳定住所或者连续就读其中一条的，可以申领居住证（居住证暂行条例第二条）。"}, {"question": "全家一起来住，要每个人都来吗？", "answer": "不用。一个人申报，把一起来住的人写在同住的人里，最多10人。"}, {"question": "断网的时候来办算不算数？", "answer": "算收件，当场给收件凭证，日期从这一天算。网络恢复后自动上传，省级中心接收后办理。"}], "next": ["材料由派出所核对，缺什么会一次告诉您", "办好后到警务室领登记凭证，请带上收件凭证", "扫二维码，或者报编号和查询码，可以查办到哪一步"], "notes": [{"text": "住所证明收哪几种，各地规定不同。", "local": true}, {"text": "登记内容有变化，或者离开本地时，请到派出所变更或者注销登记。", "local": true}], "plan_effective_date": "2026-11-01"}, "x-print": {"paper": "A4", "title": "居住登记申请表", "note": "本表一式一份，由派出所留存；申报人凭收件凭证查询和领取登记凭证。"}, "x-samples": {"valid": [{"title": "租房务工，带一个孩子", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "materials": [{"slot": "/files/residenceProof", "name": "租房合同.jpg", "media_type": "image/jpeg"}, {"slot": "/declaration/signature", "name": "签名.png", "media_type": "image/png"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有电话、没有门牌，住单位宿舍", "answers": {"applicant": {"name": "买买提·艾力", "idType": "idCard", "idNumber": "653122199504189854", "by": "self", "hasPhone": false}, "residence": {"village": "520524107210", "hasDoorplate": false, "landmark": "老水井旁，砖厂宿舍", "start": "2026-10-08", "months": 6, "reason": "work"}, "host": {"kind": "dormitory", "name": "石桥砖厂", "phone": "08577620001"}, "files": {"residenceProof": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}, "declaration": {"note": "和工友同住一间。", "truth": true, "privacy": true, "signature": "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"}, "contact": {"name": "罗建国", "phone": "19900000124"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "父亲给未满16周岁的孩子登记", "answers": {"applicant": {"name": "罗子轩", "idType": "householdBook", "idNumber": "52242520140903987X", "by": "guardian", "hasPhone": true, "phone": "19900000126"}, "residence": {"village": "520524104215", "hasDoorplate": false, "landmark": "小学对面，蓝色铁门", "start": "2026-09-01", "months": 36, "reason": "study"}, "host": {"kind": "relative", "name": "罗玉兰", "phone": "19900000127"}, "files": {"residenceProof": "sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "relationProof": "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}, "agent": {"name": "罗建国", "idNumber": "52242519850615981X", "relation": "parent"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "儿子给行动不便的老人登记，自有住房", "answers": {"applicant": {"name": "韦德福", "idType": "idCard", "idNumber": "522425194901019835", "by": "relative", "hasPhone": true, "phone": "19900000128"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "一组2号", "start": "2026-03-15", "months": 600, "reason": "other", "reasonDetail": "随儿子养老"}, "host": {"kind": "own"}, "members": [{"name": "古丽娜尔·玉素甫", "idNumber": "653122199708269864", "relation": "other"}], "files": {"residenceProof": "sha256:1111111111111111111111111111111111111111111111111111111111111111", "relationProof": "sha256:2222222222222222222222222222222222222222222222222222222222222222"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:3333333333333333333333333333333333333333333333333333333333333333"}, "agent": {"name": "韦永贵", "idNumber": "330106197911089838", "relation": "child"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}], "invalid": [{"title": "身份证号码错一位", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129841", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/applicant/idNumber", "keyword": "format"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "二月三十一日住进来", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-02-31", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/start", "keyword": "format"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "租期在住进来之前就到了", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2026-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/host/leaseEnd", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "住进来的日子还没有到", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-12-01", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/start", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "未满16周岁自己申报", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "52242520140903987X", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/applicant/by", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有门牌，也没有写小地名", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": false, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/landmark", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有电话，也没有留联系人", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": false, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/contact/name", "keyword": "required"}, {"path": "/contact/phone", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有签名，也没有承诺", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": false, "privacy": true}}, "problems": [{"path": "/declaration/truth", "keyword": "const"}, {"path": "/declaration/signature", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "同住人只写了姓名", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/members/0/idNumber", "keyword": "required"}, {"path": "/members/0/relation", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "打算住零个月", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 0, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/months", "keyword": "minimum"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}]}}','2026-11-22T16:57:34+08:00');
CREATE TABLE doubt (
	node_id VARCHAR(10) NOT NULL, 
	since VARCHAR(40) NOT NULL, 
	settled_at VARCHAR(40) NOT NULL, 
	settled_by TEXT NOT NULL, 
	PRIMARY KEY (node_id, since, settled_at), 
	CONSTRAINT doubt_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE down_epoch (
	node_id VARCHAR(10) NOT NULL, 
	epoch BIGINT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (node_id), 
	CONSTRAINT down_epoch_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE event (
	node_id VARCHAR(10) NOT NULL, 
	side VARCHAR(6) NOT NULL, 
	epoch BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	application VARCHAR(22) NOT NULL, 
	kind TEXT NOT NULL, 
	at TEXT NOT NULL, 
	centre_at TEXT NOT NULL, 
	ticks BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	seen TEXT NOT NULL, 
	body BLOB NOT NULL, 
	salt BLOB NOT NULL, 
	prev BLOB NOT NULL, 
	digest BLOB NOT NULL, 
	received_at TEXT NOT NULL, 
	refused TEXT NOT NULL, 
	PRIMARY KEY (node_id, side, epoch, seq), 
	CONSTRAINT event_side CHECK (side IN ('node', 'centre')), 
	CONSTRAINT event_position CHECK (epoch >= 1 AND seq >= 1), 
	CONSTRAINT event_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
INSERT INTO "event" VALUES('5224250017','node',1,1,'00000000000000000000000000000001','52242500171000010','application.filed','2026-11-21T09:12:03+08:00','',5,'kiosk','',X'7B22616E7377657273223A7B226170706C6963616E74223A7B226279223A2273656C66222C2268617350686F6E65223A747275652C2269644E756D626572223A22353232343235313936363033313239383430222C22696454797065223A22696443617264222C226E616D65223A22E78E8BE7A780E6A285222C2270686F6E65223A223139393030303030313233227D2C226465636C61726174696F6E223A7B2270726976616379223A747275652C227369676E6174757265223A227368613235363A62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222C227472757468223A747275657D2C2266696C6573223A7B227265736964656E636550726F6F66223A227368613235363A61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227D2C22686F7374223A7B226B696E64223A2272656E74222C226C65617365456E64223A22323032372D30332D3031222C226E616D65223A22E6B288E69C88E790B4222C2270686F6E65223A223139393030303030313235227D2C226D656D62657273223A5B7B2269644E756D626572223A22353232343235323031363032323139383231222C226E616D65223A22E78E8BE5B08FE78795222C2272656C6174696F6E223A226368696C64227D5D2C227265736964656E6365223A7B22646F6F72706C617465223A22E4B889E7BB843137E58FB7222C22686173446F6F72706C617465223A747275652C226D6F6E746873223A31322C22726561736F6E223A22776F726B222C227374617274223A22323032362D30332D3032222C2276696C6C616765223A22353230353234313034323135227D7D2C226368616E6E656C223A226B696F736B222C22636F6E74657874223A7B2266696C696E675F646179223A22323032362D31312D3231222C226C616E6775616765223A227A682D434E222C22706C616365223A22353232343235227D2C226964656E74697479223A22756E7665726966696564222C226D6174657269616C73223A5B7B226D656469615F74797065223A22696D6167652F6A706567222C226E616D65223A22E688BFE4BAA7E8AF812E6A7067222C22736861323536223A2230356631316234316436336261643433366434303732333939623736383361346263373634636534623462393761353635656339366563363739343130363866222C2273697A65223A32303438332C22736C6F74223A227265736964656E63652D70726F6F66227D5D2C2272656365697074223A7B22636F6465223A22323034383136222C22746F6B656E223A224142434445464748494A4B4C4D4E4F505152535455565758595A227D2C2273657276696365223A7B22646967657374223A2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222C226964223A226A757A68752D64656E676A69222C2276657273696F6E223A22323032362E31312E34227D2C22757267656E74223A66616C73657D',X'00000000000000000000000000000000',X'2A9A9A379AE19FB17720DA66C2F120A52C75280E0619C66136B61538246211C2',X'A26B700447271D37275B452267D106253C1D64A58C3415236E14D5C3DE52C802','2026-11-21T09:12:03+08:00','');
INSERT INTO "event" VALUES('5224250017','node',1,2,'00000000000000000000000000000002','52242500171000020','application.filed','2026-11-21T09:12:03+08:00','',5,'kiosk','',X'7B22616E7377657273223A7B226170706C6963616E74223A7B226279223A2273656C66222C2268617350686F6E65223A747275652C2269644E756D626572223A22353232343235313936363033313239383430222C22696454797065223A22696443617264222C226E616D65223A22E78E8BE7A780E6A285222C2270686F6E65223A223139393030303030313233227D2C226465636C61726174696F6E223A7B2270726976616379223A747275652C227369676E6174757265223A227368613235363A62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222C227472757468223A747275657D2C2266696C6573223A7B227265736964656E636550726F6F66223A227368613235363A61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227D2C22686F7374223A7B226B696E64223A2272656E74222C226C65617365456E64223A22323032372D30332D3031222C226E616D65223A22E6B288E69C88E790B4222C2270686F6E65223A223139393030303030313235227D2C226D656D62657273223A5B7B2269644E756D626572223A22353232343235323031363032323139383231222C226E616D65223A22E78E8BE5B08FE78795222C2272656C6174696F6E223A226368696C64227D5D2C227265736964656E6365223A7B22646F6F72706C617465223A22E4B889E7BB843137E58FB7222C22686173446F6F72706C617465223A747275652C226D6F6E746873223A31322C22726561736F6E223A22776F726B222C227374617274223A22323032362D30332D3032222C2276696C6C616765223A22353230353234313034323135227D7D2C226368616E6E656C223A226B696F736B222C22636F6E74657874223A7B2266696C696E675F646179223A22323032362D31312D3231222C226C616E6775616765223A227A682D434E222C22706C616365223A22353232343235227D2C226964656E74697479223A22756E7665726966696564222C226D6174657269616C73223A5B5D2C2272656365697074223A7B22636F6465223A22323034383136222C22746F6B656E223A224142434445464748494A4B4C4D4E4F505152535455565758595A227D2C2273657276696365223A7B22646967657374223A2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222C226964223A226A757A68752D64656E676A69222C2276657273696F6E223A22323032362E31312E34227D2C22757267656E74223A66616C73657D',X'00000000000000000000000000000000',X'A26B700447271D37275B452267D106253C1D64A58C3415236E14D5C3DE52C802',X'D569D0EE94D190E72F1FC75AE39467455EAA13A38183674F1EBB9AF4DC57C183','2026-11-21T09:12:03+08:00','');
INSERT INTO "event" VALUES('5224250017','node',1,3,'00000000000000000000000000000003','52242500171000030','application.filed','2026-11-21T09:12:03+08:00','',5,'kiosk','',X'7B22616E7377657273223A7B226170706C6963616E74223A7B226279223A2273656C66222C2268617350686F6E65223A747275652C2269644E756D626572223A22353232343235313936363033313239383430222C22696454797065223A22696443617264222C226E616D65223A22E78E8BE7A780E6A285222C2270686F6E65223A223139393030303030313233227D2C226465636C61726174696F6E223A7B2270726976616379223A747275652C227369676E6174757265223A227368613235363A62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222C227472757468223A747275657D2C2266696C6573223A7B227265736964656E636550726F6F66223A227368613235363A61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227D2C22686F7374223A7B226B696E64223A2272656E74222C226C65617365456E64223A22323032372D30332D3031222C226E616D65223A22E6B288E69C88E790B4222C2270686F6E65223A223139393030303030313235227D2C226D656D62657273223A5B7B2269644E756D626572223A22353232343235323031363032323139383231222C226E616D65223A22E78E8BE5B08FE78795222C2272656C6174696F6E223A226368696C64227D5D2C227265736964656E6365223A7B22646F6F72706C617465223A22E4B889E7BB843137E58FB7222C22686173446F6F72706C617465223A747275652C226D6F6E746873223A31322C22726561736F6E223A22776F726B222C227374617274223A22323032362D30332D3032222C2276696C6C616765223A22353230353234313034323135227D7D2C226368616E6E656C223A226B696F736B222C22636F6E74657874223A7B2266696C696E675F646179223A22323032362D31312D3231222C226C616E6775616765223A227A682D434E222C22706C616365223A22353232343235227D2C226964656E74697479223A22756E7665726966696564222C226D6174657269616C73223A5B5D2C2272656365697074223A7B22636F6465223A22323034383136222C22746F6B656E223A224142434445464748494A4B4C4D4E4F505152535455565758595A227D2C2273657276696365223A7B22646967657374223A2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222C226964223A226A757A68752D64656E676A69222C2276657273696F6E223A22323032362E31312E34227D2C22757267656E74223A66616C73657D',X'00000000000000000000000000000000',X'D569D0EE94D190E72F1FC75AE39467455EAA13A38183674F1EBB9AF4DC57C183',X'B1C93A7052A50A42DD2DAEAF15E11A96B4B69B456AC63B8397EBA997BDAEEF8A','2026-11-21T09:12:03+08:00','');
INSERT INTO "event" VALUES('5224250017','centre',1,1,'4fb9ee64c1d22b932b88363e0fb9fe20','52242500171000010','application.accepted','2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00',1000000,'centre:chen','1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a',X'7B7D',X'A4A6E5FFB3789C2ED434A06C9BC5C9EC',X'B4B4ED65D5AFA0AD63E831529437C42D0805EC17D23E0DF8D807B51E42022E63',X'D81D7D072C9CE79BD7F093AB7F19101141117FB4EEB8319EC8A1832D4A0F955D','2026-11-21T09:12:03+08:00','');
INSERT INTO "event" VALUES('5224250017','centre',1,2,'efb3e3b89d9723e7f0d6f002eceee7ca','52242500171000010','application.decided','2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00',1000000,'centre:chen','1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a',X'7B22726573756C74223A226772616E746564227D',X'6A0B4FA02922E1C9A60D6ACA775A1A23',X'D81D7D072C9CE79BD7F093AB7F19101141117FB4EEB8319EC8A1832D4A0F955D',X'66BE3C385E17971BEA57B760244650547F317596642FF0AC1A1B5EE80D2DF58E','2026-11-21T09:12:03+08:00','');
INSERT INTO "event" VALUES('5224250017','centre',1,3,'c31f3b44597ea02caefdc582405d4130','52242500171000020','application.accepted','2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00',1000000,'centre:chen','1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a',X'7B7D',X'06D15D0B63D5F718B149F349931F45A9',X'66BE3C385E17971BEA57B760244650547F317596642FF0AC1A1B5EE80D2DF58E',X'26B133668C5D3D22A98039B8B178941314D051512CCB5D3D98DA83341BE73977','2026-11-21T09:12:03+08:00','');
CREATE TABLE ferried (
	node_id VARCHAR(10) NOT NULL, 
	digest BLOB NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (node_id), 
	CONSTRAINT ferried_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE head_word (
	node_id VARCHAR(10) NOT NULL, 
	epoch BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	header BLOB NOT NULL, 
	signature BLOB NOT NULL, 
	PRIMARY KEY (node_id, epoch, seq), 
	CONSTRAINT head_word_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
INSERT INTO "head_word" VALUES('5224250017',1,3,X'0101010A353232343235303031370101032A9A9A379AE19FB17720DA66C2F120A52C75280E0619C66136B61538246211C2B1C93A7052A50A42DD2DAEAF15E11A96B4B69B456AC63B8397EBA997BDAEEF8AAA87DA1EE309A0885B954936C6C8AF2E0000000000000000000000000000000000',X'CB0AF27A695A8AF1F9B73A2EA4E4451446A5C4F92569800B7D2F20B70EE567C365ABFB52FFBBC54D3268867612F2E92BB71D793A68FBDE537FE7AD616426637022CA064EA0B107F5C824F778AB2909DE01DB876BAD4C26843CD1BAF30081C104');
CREATE TABLE mark (
	node_id VARCHAR(10) NOT NULL, 
	application VARCHAR(22) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	place BIGINT NOT NULL, 
	account TEXT NOT NULL, 
	target TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	label TEXT NOT NULL, 
	defect TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (node_id, application, id), 
	CONSTRAINT mark_target CHECK (target IN ('field', 'material'))
);
CREATE TABLE material (
	node_id VARCHAR(10) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	media_type TEXT NOT NULL, 
	held BIGINT NOT NULL, 
	complete_at TEXT NOT NULL, 
	PRIMARY KEY (node_id, sha256), 
	CONSTRAINT material_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
INSERT INTO "material" VALUES('5224250017','05f11b41d63bad436d4072399b7683a4bc764ce4b4b97a565ec96ec67941068f',20483,'image/jpeg',20483,'2026-11-21T09:12:03+08:00');
CREATE TABLE material_use (
	node_id VARCHAR(10) NOT NULL, 
	application VARCHAR(22) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (node_id, application, sha256), 
	CONSTRAINT material_use_material FOREIGN KEY(node_id, sha256) REFERENCES material (node_id, sha256)
);
INSERT INTO "material_use" VALUES('5224250017','52242500171000010','05f11b41d63bad436d4072399b7683a4bc764ce4b4b97a565ec96ec67941068f');
CREATE TABLE node (
	node_id VARCHAR(10) NOT NULL, 
	name TEXT NOT NULL, 
	enrolled_at TEXT NOT NULL, 
	code_hash TEXT NOT NULL, 
	sign_key TEXT NOT NULL, 
	box_key TEXT NOT NULL, 
	bound_at TEXT NOT NULL, 
	last_contact_at TEXT NOT NULL, 
	up_head TEXT NOT NULL, 
	down_head TEXT NOT NULL, 
	down_seen TEXT NOT NULL, 
	fork_at TEXT NOT NULL, 
	PRIMARY KEY (node_id)
);
INSERT INTO "node" VALUES('5224250017','大坪村警务室','2026-11-21T09:12:03+08:00','','7b3f65e893df7495477979ea4a2c14087c16867c1526f2b3e16c83cb0b090d43','52e13e5061152ff9d1edf5ddfc936a24820fe8354f7db696b7927824fc119f07','2026-11-21T09:12:03+08:00','2026-11-21T09:12:03+08:00','1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a','1:3:26b133668c5d3d22a98039b8b178941314d051512ccb5d3d98da83341be73977','1:0:b4b4ed65d5afa0ad63e831529437c42d0805ec17d23e0df8d807b51e42022e63','');
CREATE TABLE publication (
	number BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	service_id TEXT NOT NULL, 
	version TEXT NOT NULL, 
	at TEXT NOT NULL, 
	over TEXT NOT NULL, 
	sheet TEXT NOT NULL, 
	PRIMARY KEY (number), 
	CONSTRAINT publication_definition FOREIGN KEY(digest) REFERENCES definition (digest)
);
CREATE TABLE published_to (
	node_id VARCHAR(10) NOT NULL, 
	number BIGINT NOT NULL, 
	PRIMARY KEY (node_id), 
	CONSTRAINT published_to_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE quarantine (
	node_id VARCHAR(10) NOT NULL, 
	epoch BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at TEXT NOT NULL, 
	line BLOB NOT NULL, 
	PRIMARY KEY (node_id, epoch, seq, digest), 
	CONSTRAINT quarantine_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE rendition (
	node_id VARCHAR(10) NOT NULL, 
	original VARCHAR(64) NOT NULL, 
	form VARCHAR(8) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (node_id, original, form), 
	CONSTRAINT rendition_form CHECK (form IN ('preview', 'page')), 
	CONSTRAINT rendition_original FOREIGN KEY(node_id, original) REFERENCES material (node_id, sha256), 
	CONSTRAINT rendition_bytes FOREIGN KEY(node_id, sha256) REFERENCES material (node_id, sha256)
);
CREATE TABLE room_keys (
	node_id VARCHAR(10) NOT NULL, 
	old_sign_key TEXT NOT NULL, 
	old_box_key TEXT NOT NULL, 
	centre_generation BIGINT NOT NULL, 
	keys_told BIGINT NOT NULL, 
	policy_told BIGINT NOT NULL, 
	PRIMARY KEY (node_id), 
	CONSTRAINT room_keys_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
INSERT INTO "room_keys" VALUES('5224250017','','',1,1,0);
CREATE TABLE room_officer (
	node_id VARCHAR(10) NOT NULL, 
	account VARCHAR(32) NOT NULL, 
	staff TEXT NOT NULL, 
	PRIMARY KEY (node_id, account), 
	CONSTRAINT room_officer_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1,'2026-11-22T16:57:34+08:00');
CREATE TABLE session (
	token_hash VARCHAR(64) NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	started BIGINT NOT NULL, 
	seen BIGINT NOT NULL, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE sms (
	node_id VARCHAR(10) NOT NULL, 
	application VARCHAR(22) NOT NULL, 
	template VARCHAR(40) NOT NULL, 
	about VARCHAR(80) NOT NULL, 
	id TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	queued_at TEXT NOT NULL, 
	batch BIGINT NOT NULL, 
	given_at TEXT NOT NULL, 
	fault TEXT NOT NULL, 
	PRIMARY KEY (node_id, application, template, about), 
	CONSTRAINT sms_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE TABLE suite_policy (
	version BIGINT NOT NULL, 
	at TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (version)
);
CREATE TABLE unconfirmed (
	node_id VARCHAR(10) NOT NULL, 
	number VARCHAR(22) NOT NULL, 
	since TEXT NOT NULL, 
	PRIMARY KEY (node_id, number), 
	CONSTRAINT unconfirmed_node FOREIGN KEY(node_id) REFERENCES node (node_id)
);
CREATE INDEX account_person_staff ON account_person (staff);
CREATE INDEX application_queue ON application (node_id, phase, due);
CREATE INDEX application_by_due ON application (phase, due);
CREATE INDEX material_waiting ON material (node_id, complete_at);
CREATE INDEX sms_by_batch ON sms (batch, given_at);
CREATE INDEX event_of_application ON event (node_id, application, side DESC, epoch, seq);
CREATE INDEX publication_of_service ON publication (service_id);
CREATE INDEX rendition_of_bytes ON rendition (node_id, sha256);
COMMIT;
