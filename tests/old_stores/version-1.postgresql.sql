--
-- PostgreSQL database dump
--

\restrict wuQO1WONAbKM3QiSt1yUfmo5maQxe7zRQhAq4Na0dqb5HgQgWFH4K54S388un5p

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account (
    name character varying(64) NOT NULL,
    display_name text NOT NULL,
    post text NOT NULL,
    password text NOT NULL,
    active boolean NOT NULL,
    created_at text NOT NULL,
    wrong bigint NOT NULL,
    locked_until bigint NOT NULL
);


--
-- Name: account_person; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_person (
    account character varying(64) NOT NULL,
    staff text NOT NULL,
    rank text NOT NULL
);


--
-- Name: api_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_key (
    key_hash character varying(64) NOT NULL,
    account character varying(64) NOT NULL,
    name text NOT NULL,
    created_at text NOT NULL
);


--
-- Name: application; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.application (
    node_id character varying(10) NOT NULL,
    number character varying(22) NOT NULL,
    service_id text NOT NULL,
    service_version text NOT NULL,
    service_digest text NOT NULL,
    title text NOT NULL,
    applicant text NOT NULL,
    phase text NOT NULL,
    result text NOT NULL,
    channel text NOT NULL,
    urgent boolean NOT NULL,
    filed_at text NOT NULL,
    received_at text NOT NULL,
    due text NOT NULL,
    version text NOT NULL
);


--
-- Name: aside_act; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.aside_act (
    node_id character varying(10) NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    digest character varying(64) NOT NULL,
    place bigint NOT NULL,
    code text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    by text NOT NULL,
    at text NOT NULL,
    CONSTRAINT aside_act_outcome CHECK ((outcome = ANY (ARRAY['taken'::text, 'refused'::text, 'set_aside'::text])))
);


--
-- Name: county_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.county_key (
    key character varying(64) NOT NULL,
    area character varying(12) NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    added_at text NOT NULL
);


--
-- Name: definition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.definition (
    digest character varying(64) NOT NULL,
    service_id text NOT NULL,
    version text NOT NULL,
    source text NOT NULL,
    since text NOT NULL
);


--
-- Name: doubt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.doubt (
    node_id character varying(10) NOT NULL,
    since character varying(40) NOT NULL,
    settled_at character varying(40) NOT NULL,
    settled_by text NOT NULL
);


--
-- Name: down_epoch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.down_epoch (
    node_id character varying(10) NOT NULL,
    epoch bigint NOT NULL,
    at text NOT NULL
);


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    node_id character varying(10) NOT NULL,
    side character varying(6) NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    id character varying(32) NOT NULL,
    application character varying(22) NOT NULL,
    kind text NOT NULL,
    at text NOT NULL,
    centre_at text NOT NULL,
    ticks bigint NOT NULL,
    actor text NOT NULL,
    seen text NOT NULL,
    body bytea NOT NULL,
    salt bytea NOT NULL,
    prev bytea NOT NULL,
    digest bytea NOT NULL,
    received_at text NOT NULL,
    refused text NOT NULL,
    CONSTRAINT event_position CHECK (((epoch >= 1) AND (seq >= 1))),
    CONSTRAINT event_side CHECK (((side)::text = ANY ((ARRAY['node'::character varying, 'centre'::character varying])::text[])))
);


--
-- Name: ferried; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ferried (
    node_id character varying(10) NOT NULL,
    digest bytea NOT NULL,
    at text NOT NULL
);


--
-- Name: head_word; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.head_word (
    node_id character varying(10) NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    header bytea NOT NULL,
    signature bytea NOT NULL
);


--
-- Name: mark; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mark (
    node_id character varying(10) NOT NULL,
    application character varying(22) NOT NULL,
    id character varying(32) NOT NULL,
    place bigint NOT NULL,
    account text NOT NULL,
    target text NOT NULL,
    ref text NOT NULL,
    label text NOT NULL,
    defect text NOT NULL,
    at text NOT NULL,
    CONSTRAINT mark_target CHECK ((target = ANY (ARRAY['field'::text, 'material'::text])))
);


--
-- Name: material; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.material (
    node_id character varying(10) NOT NULL,
    sha256 character varying(64) NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    held bigint NOT NULL,
    complete_at text NOT NULL
);


--
-- Name: material_use; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.material_use (
    node_id character varying(10) NOT NULL,
    application character varying(22) NOT NULL,
    sha256 character varying(64) NOT NULL
);


--
-- Name: node; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.node (
    node_id character varying(10) NOT NULL,
    name text NOT NULL,
    enrolled_at text NOT NULL,
    code_hash text NOT NULL,
    sign_key text NOT NULL,
    box_key text NOT NULL,
    bound_at text NOT NULL,
    last_contact_at text NOT NULL,
    up_head text NOT NULL,
    down_head text NOT NULL,
    down_seen text NOT NULL,
    fork_at text NOT NULL
);


--
-- Name: publication; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.publication (
    number bigint NOT NULL,
    digest character varying(64) NOT NULL,
    service_id text NOT NULL,
    version text NOT NULL,
    at text NOT NULL,
    over text NOT NULL,
    sheet text NOT NULL
);


--
-- Name: published_to; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_to (
    node_id character varying(10) NOT NULL,
    number bigint NOT NULL
);


--
-- Name: quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine (
    node_id character varying(10) NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    digest character varying(64) NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    at text NOT NULL,
    line bytea NOT NULL
);


--
-- Name: rendition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rendition (
    node_id character varying(10) NOT NULL,
    original character varying(64) NOT NULL,
    form character varying(8) NOT NULL,
    sha256 character varying(64) NOT NULL,
    CONSTRAINT rendition_form CHECK (((form)::text = ANY ((ARRAY['preview'::character varying, 'page'::character varying])::text[])))
);


--
-- Name: room_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.room_keys (
    node_id character varying(10) NOT NULL,
    old_sign_key text NOT NULL,
    old_box_key text NOT NULL,
    centre_generation bigint NOT NULL,
    keys_told bigint NOT NULL,
    policy_told bigint NOT NULL
);


--
-- Name: room_officer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.room_officer (
    node_id character varying(10) NOT NULL,
    account character varying(32) NOT NULL,
    staff text NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version integer NOT NULL,
    at text NOT NULL
);


--
-- Name: schema_version_version_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.schema_version_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: schema_version_version_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.schema_version_version_seq OWNED BY public.schema_version.version;


--
-- Name: session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.session (
    token_hash character varying(64) NOT NULL,
    account character varying(64) NOT NULL,
    started bigint NOT NULL,
    seen bigint NOT NULL
);


--
-- Name: sms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sms (
    node_id character varying(10) NOT NULL,
    application character varying(22) NOT NULL,
    template character varying(40) NOT NULL,
    about character varying(80) NOT NULL,
    id text NOT NULL,
    parameters text NOT NULL,
    queued_at text NOT NULL,
    batch bigint NOT NULL,
    given_at text NOT NULL,
    fault text NOT NULL
);


--
-- Name: suite_policy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.suite_policy (
    version bigint NOT NULL,
    at text NOT NULL,
    body text NOT NULL
);


--
-- Name: unconfirmed; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unconfirmed (
    node_id character varying(10) NOT NULL,
    number character varying(22) NOT NULL,
    since text NOT NULL
);


--
-- Name: schema_version version; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_version ALTER COLUMN version SET DEFAULT nextval('public.schema_version_version_seq'::regclass);


--
-- Data for Name: account; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: account_person; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: api_key; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: application; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.application VALUES ('5224250017', '52242500171000030', 'juzhu-dengji', '2026.11.4', 'e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a', '居住登记', '王秀梅', 'received', '', 'kiosk', false, '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', '2026-11-23', '1-0');
INSERT INTO public.application VALUES ('5224250017', '52242500171000010', 'juzhu-dengji', '2026.11.4', 'e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a', '居住登记', '王秀梅', 'closed', 'granted', 'kiosk', false, '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', '9999', '1-2');
INSERT INTO public.application VALUES ('5224250017', '52242500171000020', 'juzhu-dengji', '2026.11.4', 'e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a', '居住登记', '王秀梅', 'accepted', '', 'kiosk', false, '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', '2026-11-23', '1-1');


--
-- Data for Name: aside_act; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: county_key; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: definition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.definition VALUES ('e1e09ba93e328a0dbe12cd769d206447daabec7df16f51a92563dceb421f5e6a', 'juzhu-dengji', '2026.11.4', '{"$schema": "../service.schema.json", "id": "juzhu-dengji", "version": "2026.11.4", "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://yizhan.example/services/juzhu-dengji/2026.11.4", "title": "居住登记申请", "type": "object", "required": ["applicant", "residence", "host", "files", "declaration"], "properties": {"applicant": {"type": "object", "title": "登记人", "required": ["name", "idType", "idNumber", "by", "hasPhone"], "x-purpose": "确认谁要登记、怎样联系", "properties": {"name": {"type": "string", "x-person": "name", "title": "姓名", "format": "person-name", "maxLength": 50, "examples": ["王秀梅", "买买提·艾力"]}, "idType": {"type": "string", "x-person": "idType", "title": "证件类型", "oneOf": [{"const": "idCard", "title": "居民身份证"}, {"const": "householdBook", "title": "居民户口簿（没有办过身份证）"}, {"const": "hmtResidence", "title": "港澳台居民居住证"}]}, "idNumber": {"type": "string", "x-person": "idNumber", "title": "证件号码", "format": "cn-ric", "examples": ["522425196603129840"]}, "birthDate": {"type": "string", "title": "出生日期", "format": "date", "readOnly": true, "x-derive": {"from": "idNumber", "take": "birth_date"}}, "age": {"type": "integer", "title": "收件时的周岁", "readOnly": true, "x-derive": {"from": "idNumber", "take": "age"}}, "by": {"type": "string", "x-person": "capacity", "title": "由谁申报", "oneOf": [{"const": "self", "title": "本人申报"}, {"const": "guardian", "title": "监护人代未满16周岁的人申报"}, {"const": "relative", "title": "近亲属代行动不便的人申报"}], "x-jsf-logic-validations": ["minorNeedsGuardian"]}, "hasPhone": {"type": "boolean", "x-person": "hasPhone", "title": "是否有联系电话"}, "phone": {"type": "string", "x-person": "phone", "title": "联系电话", "format": "cn-phone", "examples": ["19900000123"]}}}, "agent": {"type": "object", "title": "代为申报的人", "x-purpose": "确认代办人与登记人的关系", "properties": {"name": {"type": "string", "title": "代办人姓名", "format": "person-name", "maxLength": 50, "examples": ["罗建国"]}, "idNumber": {"type": "string", "title": "代办人身份证号码", "format": "cn-ric", "examples": ["52242519850615981X"]}, "relation": {"type": "string", "title": "与登记人的关系", "oneOf": [{"const": "parent", "title": "父亲或母亲"}, {"const": "spouse", "title": "丈夫或妻子"}, {"const": "child", "title": "子女"}, {"const": "guardian", "title": "其他监护人"}, {"const": "kin", "title": "其他近亲属"}]}}}, "contact": {"type": "object", "title": "联系人", "x-purpose": "登记人没有电话时，有事可以带话", "properties": {"name": {"type": "string", "x-person": "contact.name", "title": "联系人姓名", "format": "person-name", "maxLength": 50, "examples": ["罗建国"]}, "phone": {"type": "string", "x-person": "contact.phone", "title": "联系人电话", "format": "cn-phone", "examples": ["19900000124"]}}}, "residence": {"type": "object", "title": "居住信息", "required": ["village", "hasDoorplate", "start", "months", "reason"], "x-purpose": "登记在哪里、从什么时候起居住", "properties": {"village": {"type": "string", "x-person": "address.village", "title": "村（社区）", "format": "cn-division", "x-lookup": {"source": "divisions", "level": "village"}}, "hasDoorplate": {"type": "boolean", "x-person": "address.hasDoorplate", "title": "是否有门牌号"}, "doorplate": {"type": "string", "x-person": "address.doorplate", "title": "组和门牌号", "minLength": 1, "maxLength": 60, "examples": ["三组17号"]}, "landmark": {"type": "string", "x-person": "address.landmark", "title": "小地名或参照物", "minLength": 1, "maxLength": 100, "examples": ["老水井旁，第二家"]}, "start": {"type": "string", "x-person": "address.since", "title": "居住起始日", "format": "date", "examples": ["2026-11-02"], "x-jsf-logic-validations": ["startNotInFuture"]}, "months": {"type": "integer", "title": "拟居住时间（月）", "minimum": 1, "maximum": 600, "examples": [12]}, "reason": {"type": "string", "title": "居住事由", "oneOf": [{"const": "work", "title": "务工"}, {"const": "business", "title": "经商"}, {"const": "study", "title": "读书"}, {"const": "family", "title": "投靠亲友"}, {"const": "medical", "title": "看病养病"}, {"const": "other", "title": "其他"}]}, "reasonDetail": {"type": "string", "title": "其他事由", "minLength": 1, "maxLength": 200, "examples": ["照看刚出生的外孙"]}}}, "host": {"type": "object", "title": "住处", "required": ["kind"], "x-purpose": "核对住处，需要时联系房东或单位", "properties": {"kind": {"type": "string", "title": "住处性质", "oneOf": [{"const": "rent", "title": "租房"}, {"const": "dormitory", "title": "单位宿舍、工地"}, {"const": "relative", "title": "亲友家"}, {"const": "own", "title": "自有住房"}]}, "name": {"type": "string", "title": "房东、亲友或单位名称", "minLength": 1, "maxLength": 60, "examples": ["沈月琴"]}, "phone": {"type": "string", "title": "房东、亲友或单位电话", "format": "cn-phone", "examples": ["19900000125"]}, "leaseEnd": {"type": "string", "title": "租期届满日", "format": "date", "examples": ["2027-11-01"], "x-jsf-logic-validations": ["leaseAfterStart"]}}}, "members": {"type": "array", "title": "同住人员", "maxItems": 10, "x-purpose": "一次登记一起来住的人，免得每人再跑一趟", "items": {"type": "object", "required": ["name", "idNumber", "relation"], "properties": {"name": {"type": "string", "title": "姓名", "format": "person-name", "maxLength": 50, "examples": ["王小燕"]}, "idNumber": {"type": "string", "title": "身份证号码", "format": "cn-ric", "examples": ["522425201602219821"]}, "relation": {"type": "string", "title": "与登记人的关系", "oneOf": [{"const": "spouse", "title": "丈夫或妻子"}, {"const": "child", "title": "子女"}, {"const": "parent", "title": "父亲或母亲"}, {"const": "other", "title": "其他"}]}}}}, "householdSize": {"type": "integer", "title": "居住总人数", "readOnly": true, "x-purpose": "由同住人员算出，不另外收集", "x-jsf-logic-computedAttrs": {"const": "householdSize", "default": "householdSize"}}, "files": {"type": "object", "title": "材料照片", "required": ["residenceProof"], "x-purpose": "核对住所证明，缺了可以一次告知", "x-retention": "警务室留存的照片在省级中心接收后，按当地公布的期限清除", "properties": {"residenceProof": {"type": "string", "format": "file-ref", "title": "住所证明照片", "contentMediaType": "image/jpeg"}, "relationProof": {"type": "string", "format": "file-ref", "title": "监护或亲属关系证明照片", "contentMediaType": "image/jpeg"}}}, "declaration": {"type": "object", "title": "声明和签名", "required": ["truth", "privacy", "signature"], "x-purpose": "确认内容真实、知道个人信息怎样使用", "properties": {"note": {"type": "string", "title": "补充说明", "minLength": 1, "maxLength": 500}, "truth": {"type": "boolean", "title": "所填内容属实", "const": true}, "privacy": {"type": "boolean", "title": "已了解个人信息的使用", "const": true}, "signature": {"type": "string", "format": "file-ref", "title": "申报人签名", "contentMediaType": "image/png", "x-signature": true}}}}, "allOf": [{"if": {"properties": {"applicant": {"properties": {"by": {"enum": ["guardian", "relative"]}}, "required": ["by"]}}, "required": ["applicant"]}, "then": {"required": ["agent"], "properties": {"agent": {"required": ["name", "idNumber", "relation"]}, "files": {"required": ["relationProof"]}}}}, {"if": {"properties": {"applicant": {"properties": {"hasPhone": {"const": true}}, "required": ["hasPhone"]}}, "required": ["applicant"]}, "then": {"properties": {"applicant": {"required": ["phone"]}}}}, {"if": {"properties": {"applicant": {"properties": {"hasPhone": {"const": false}}, "required": ["hasPhone"]}}, "required": ["applicant"]}, "then": {"required": ["contact"], "properties": {"contact": {"required": ["name", "phone"]}}}}, {"if": {"properties": {"residence": {"properties": {"hasDoorplate": {"const": true}}, "required": ["hasDoorplate"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["doorplate"]}}}}, {"if": {"properties": {"residence": {"properties": {"hasDoorplate": {"const": false}}, "required": ["hasDoorplate"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["landmark"]}}}}, {"if": {"properties": {"residence": {"properties": {"reason": {"const": "other"}}, "required": ["reason"]}}, "required": ["residence"]}, "then": {"properties": {"residence": {"required": ["reasonDetail"]}}}}, {"if": {"properties": {"host": {"properties": {"kind": {"enum": ["rent", "dormitory", "relative"]}}, "required": ["kind"]}}, "required": ["host"]}, "then": {"properties": {"host": {"required": ["name", "phone"]}}}}], "x-jsf-logic": {"computedValues": {"householdSize": {"rule": {"+": [1, {"reduce": [{"var": "members"}, {"+": [{"var": "accumulator"}, 1]}, 0]}]}}}, "validations": {"minorNeedsGuardian": {"errorMessage": "登记人未满16周岁，请由监护人代为申报", "rule": {"or": [{"!==": [{"var": "applicant.by"}, "self"]}, {"===": [{"var": "applicant.age"}, null]}, {">=": [{"var": "applicant.age"}, 16]}]}}, "startNotInFuture": {"errorMessage": "住进来的日子还没有到，请核对日期", "rule": {"<=": [{"var": "residence.start"}, {"var": "_ctx.filing_day"}]}}, "leaseAfterStart": {"errorMessage": "租期到的日子应当在住进来的日子之后，请核对", "rule": {"or": [{"!": {"var": "host.leaseEnd"}}, {">": [{"var": "host.leaseEnd"}, {"var": "residence.start"}]}]}}}}}, "uischema": {"type": "Categorization", "options": {"variant": "stepper"}, "elements": [{"type": "Category", "label": "登记人", "i18n": "page.applicant", "elements": [{"type": "Control", "scope": "#/properties/applicant/properties/by", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/name"}, {"type": "Control", "scope": "#/properties/applicant/properties/idType", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/idNumber", "options": {"inputmode": "text"}}, {"type": "Group", "label": "代为申报的人", "i18n": "page.applicant.agent", "elements": [{"type": "Control", "scope": "#/properties/agent/properties/name"}, {"type": "Control", "scope": "#/properties/agent/properties/idNumber", "options": {"inputmode": "text"}}, {"type": "Control", "scope": "#/properties/agent/properties/relation", "options": {"format": "radio"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/by", "schema": {"enum": ["guardian", "relative"]}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/applicant/properties/hasPhone", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/applicant/properties/phone", "options": {"inputmode": "tel"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/hasPhone", "schema": {"const": true}, "failWhenUndefined": true}}}, {"type": "Group", "label": "联系人", "i18n": "page.applicant.contact", "elements": [{"type": "Control", "scope": "#/properties/contact/properties/name"}, {"type": "Control", "scope": "#/properties/contact/properties/phone", "options": {"inputmode": "tel"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/hasPhone", "schema": {"const": false}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "居住地址", "i18n": "page.place", "elements": [{"type": "Control", "scope": "#/properties/residence/properties/village"}, {"type": "Control", "scope": "#/properties/residence/properties/hasDoorplate", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/residence/properties/doorplate", "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/hasDoorplate", "schema": {"const": true}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/residence/properties/landmark", "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/hasDoorplate", "schema": {"const": false}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "居住时间和事由", "i18n": "page.time", "elements": [{"type": "Control", "scope": "#/properties/residence/properties/start", "options": {"format": "date"}}, {"type": "Control", "scope": "#/properties/residence/properties/months", "options": {"inputmode": "numeric"}}, {"type": "Control", "scope": "#/properties/residence/properties/reason", "options": {"format": "radio"}}, {"type": "Control", "scope": "#/properties/residence/properties/reasonDetail", "options": {"multi": true}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/residence/properties/reason", "schema": {"const": "other"}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "房东或单位", "i18n": "page.host", "elements": [{"type": "Control", "scope": "#/properties/host/properties/kind", "options": {"format": "radio"}}, {"type": "Group", "label": "房东、亲友或单位", "i18n": "page.host.who", "elements": [{"type": "Control", "scope": "#/properties/host/properties/name"}, {"type": "Control", "scope": "#/properties/host/properties/phone", "options": {"inputmode": "tel"}}], "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/host/properties/kind", "schema": {"enum": ["rent", "dormitory", "relative"]}, "failWhenUndefined": true}}}, {"type": "Control", "scope": "#/properties/host/properties/leaseEnd", "options": {"format": "date"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/host/properties/kind", "schema": {"const": "rent"}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "同住人员", "i18n": "page.members", "elements": [{"type": "Control", "scope": "#/properties/members", "options": {"add_label": "再添一人", "row_label": "同住的人", "detail": {"type": "VerticalLayout", "elements": [{"type": "Control", "scope": "#/properties/name"}, {"type": "Control", "scope": "#/properties/idNumber"}, {"type": "Control", "scope": "#/properties/relation", "options": {"format": "radio"}}]}}}]}, {"type": "Category", "label": "材料照片", "i18n": "page.files", "elements": [{"type": "Control", "scope": "#/properties/files/properties/residenceProof", "options": {"capture": "camera"}}, {"type": "Control", "scope": "#/properties/files/properties/relationProof", "options": {"capture": "camera"}, "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/applicant/properties/by", "schema": {"enum": ["guardian", "relative"]}, "failWhenUndefined": true}}}]}, {"type": "Category", "label": "声明和签名", "i18n": "page.sign", "elements": [{"type": "Control", "scope": "#/properties/householdSize", "options": {"readonly": true}}, {"type": "Control", "scope": "#/properties/declaration/properties/note", "options": {"multi": true}}, {"type": "Control", "scope": "#/properties/declaration/properties/truth"}, {"type": "Control", "scope": "#/properties/declaration/properties/privacy"}, {"type": "Control", "scope": "#/properties/declaration/properties/signature", "options": {"capture": "signature"}}]}]}, "i18n": {"zh-CN": {"page.applicant.label": "您的姓名和证件", "page.applicant.agent.label": "代办人是谁", "page.applicant.contact.label": "有事找谁带话", "page.place.label": "住在哪里", "page.time.label": "什么时候来的", "page.host.label": "房东或单位", "page.host.who.label": "房东、亲友或单位怎么联系", "page.members.label": "同住的人", "page.files.label": "材料拍照", "page.sign.label": "本人签名和承诺", "applicant.by.label": "给谁登记", "applicant.by.description": "孩子未满16周岁，由父母等监护人来办。", "applicant.by.self": "给自己登记", "applicant.by.guardian": "给未满16周岁的孩子登记", "applicant.by.relative": "给行动不便的亲属登记", "applicant.by.error.required": "请选择给谁登记", "applicant.name.label": "您的姓名", "applicant.name.description": "和身份证上的一样。代人登记的，写要登记的人。", "applicant.name.error.required": "请填写姓名", "applicant.idType.label": "用哪种证件", "applicant.idType.error.required": "请选择用哪种证件", "applicant.idNumber.label": "您的身份证号码", "applicant.idNumber.description": "身份证正面最下面一行，18位。没办过身份证的，看户口簿上的公民身份号码。", "applicant.idNumber.error.required": "请填写身份证号码", "applicant.hasPhone.label": "您有手机或电话吗", "applicant.hasPhone.description": "没有也能办，留一位联系人就行。", "applicant.hasPhone.error.required": "请选择有没有电话", "applicant.phone.label": "您的电话号码", "applicant.phone.description": "11位手机号，或者带区号的座机。", "applicant.phone.error.required": "请填写电话号码", "agent.name.label": "代办人的姓名", "agent.name.error.required": "请填写代办人的姓名", "agent.idNumber.label": "代办人的身份证号码", "agent.idNumber.error.required": "请填写代办人的身份证号码", "agent.relation.label": "代办人是登记人的什么人", "agent.relation.error.required": "请选择代办人和登记人的关系", "contact.name.label": "联系人的姓名", "contact.name.description": "能带话给您的人，比如家人、邻居、村干部。", "contact.name.error.required": "请填写联系人的姓名", "contact.phone.label": "联系人的电话", "contact.phone.error.required": "请填写联系人的电话", "residence.village.label": "哪个村或社区", "residence.village.description": "现在住的地方，不是老家。", "residence.village.error.required": "请填写现在住在哪个村或社区", "residence.hasDoorplate.label": "住处有门牌号吗", "residence.hasDoorplate.error.required": "请选择住处有没有门牌号", "residence.doorplate.label": "几组，门牌几号", "residence.doorplate.description": "照门牌上写的填。", "residence.doorplate.error.required": "请填写组和门牌号", "residence.landmark.label": "怎么找到您家", "residence.landmark.description": "写小地名，或者旁边的学校、水井、大树、商店。", "residence.landmark.error.required": "请写一个小地名，或者旁边好认的东西", "residence.start.label": "哪一天住进来的", "residence.start.description": "记不清哪天的，请看租房合同或者问房东。", "residence.start.error.required": "请填写住进来的日子", "residence.months.label": "打算住几个月", "residence.months.description": "写大概的月数，一年写12。", "residence.months.error.required": "请填写打算住几个月", "residence.months.error.minimum": "不到一个月的，写1", "residence.months.error.maximum": "月数太大了，请核对；长期居住的写600", "residence.reason.label": "来做什么", "residence.reason.error.required": "请选择来做什么", "residence.reasonDetail.label": "请说一说来做什么", "residence.reasonDetail.error.required": "请写一句来做什么", "host.kind.label": "住的是什么地方", "host.kind.error.required": "请选择住的是什么地方", "host.name.label": "房东、亲友或单位的名称", "host.name.description": "租房写房东的姓名，住宿舍写单位的名称，住亲友家写亲友的姓名。", "host.name.error.required": "请填写房东、亲友或单位的名称", "host.phone.label": "他们的电话", "host.phone.error.required": "请填写房东、亲友或单位的电话", "host.leaseEnd.label": "租到哪一天", "host.leaseEnd.description": "没有约定的，可以不填。", "members.label": "和您一起来住的人", "members.description": "没有就不用添，直接下一步。最多写10人。", "members.error.maxItems": "一次最多登记10位同住的人，其余的请另外办理", "members.name.label": "同住人的姓名", "members.name.error.required": "请填写同住人的姓名", "members.idNumber.label": "同住人的身份证号码", "members.idNumber.error.required": "请填写同住人的身份证号码", "members.relation.label": "是您的什么人", "members.relation.error.required": "请选择同住的人和您的关系", "householdSize.label": "一共住几个人", "householdSize.description": "连您在内，自动算出，不用填写。", "files.residenceProof.label": "拍一张住所证明", "files.residenceProof.description": "租房合同、房东或单位出的居住证明、房产证，有一样就行。放平，拍清四个角。", "files.residenceProof.error.required": "请拍一张住所证明", "files.relationProof.label": "拍一张监护或亲属关系的证明", "files.relationProof.description": "户口簿上能看出关系的那一页，或者出生医学证明、结婚证。", "files.relationProof.error.required": "请拍一张能看出监护或亲属关系的证明", "declaration.note.label": "还有什么要说明的", "declaration.note.description": "没有就不用填。", "declaration.truth.label": "我所填的内容和提交的材料都是真的", "declaration.truth.description": "内容不实的，由本人承担责任。", "declaration.truth.error.required": "请看过后打勾，表示所填内容属实", "declaration.truth.error.const": "请看过后打勾，表示所填内容属实", "declaration.privacy.label": "我知道这些信息用来办理居住登记，由公安机关保存", "declaration.privacy.description": "身份证号码、住址、签名属于要特别保护的个人信息，只用于本次办理，不用于别的事。", "declaration.privacy.error.required": "请看过后打勾，表示知道个人信息怎样使用", "declaration.privacy.error.const": "请看过后打勾，表示知道个人信息怎样使用", "declaration.signature.label": "请在框里签名", "declaration.signature.description": "谁来办谁签名。不会写字的，请工作人员帮忙。", "declaration.signature.error.required": "请在框里签名"}}, "x-service": {"code": "HJ01", "category": "户口和居住", "name": "居住登记", "citizen_name": "到外地住下了，要登记", "summary": "在户籍地以外住下来，登记住在哪里、什么时候来的；当场开具登记凭证，以后办居住证从登记之日算起。", "icon": "house", "keywords": ["居住登记", "暂住登记", "暂住证", "外来人口", "租房登记", "流动人口", "住下", "打工"], "type": "行政确认", "case_type": "即办件", "object": ["自然人"], "who": ["离开户籍地、在本地居住的人，由本人申报", "未满16周岁的，由监护人代为申报", "行动不便的，可以由近亲属代为申报"], "legal_basis": [{"title": "中华人民共和国户口登记条例", "article": "第十五条"}, {"title": "户口居民身份证管理工作规范（试行）（公通字〔2021〕12号）", "article": "第五十八条至第六十二条"}, {"title": "中华人民共和国个人信息保护法", "article": "第六条、第十七条、第二十八条至第三十一条", "note": "个人信息的告知和同意"}], "materials": [{"code": "identity", "name": "居民身份证或者居民户口簿", "copies": 0, "form": "original", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": true, "source": "applicant", "how": "带原件来，民警当面核对后还给您。", "alternatives": ["港澳台居民居住证"]}, {"code": "residence_proof", "name": "住所证明", "reuse": {"kind": "residence-proof", "months": 6, "local": true}, "copies": 1, "form": "either", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": true, "source": "applicant", "field": "/files/residenceProof", "how": "放平，拍清四个角，字要看得清。", "alternatives": ["租房合同", "房东或者单位出具的居住证明", "不动产权证书"]}, {"code": "relation_proof", "name": "监护或者亲属关系证明", "copies": 1, "form": "either", "seal": "none", "basis": "户口居民身份证管理工作规范（试行）第五十九条", "required": {"properties": {"applicant": {"properties": {"by": {"enum": ["guardian", "relative"]}}, "required": ["by"]}}, "required": ["applicant"]}, "source": "applicant", "field": "/files/relationProof", "how": "拍户口簿上能看出关系的那一页。", "alternatives": ["居民户口簿", "出生医学证明", "结婚证"], "note": "代为申报时提供，以当地公布为准"}], "time_limit": {"notice": {"value": 0, "unit": "workday"}, "statutory": {"value": 0, "unit": "workday"}, "promised": {"value": 0, "unit": "workday"}, "basis": "户口居民身份证管理工作规范（试行）第六十条：当场办理，开具凭证", "note": "网络不通时先收件，省级中心接收后办理；在警务室等待上传的时间另外标明。"}, "fee": {"amount": 0, "basis": "本事项不收费"}, "accept_at": "station", "decide_at": "station", "visits": 1, "visits_reason": "要核对身份证明和住所证明的原件", "depth": "网上受理", "online_check": [{"code": "population", "title": "核对人口信息，查明是否已有登记", "before": "accept", "basis": "户口居民身份证管理工作规范（试行）第九条"}], "proxy": {"name": "/agent/name", "number": "/agent/idNumber", "relation": "/agent/relation", "papers": ["relation_proof"]}, "assistant_may": ["解答咨询，帮助填写", "采集信息、拍摄材料", "收件并打印收件凭证", "发放登记凭证"], "officer_confirms": ["核对身份证明和住所证明的原件", "受理、办结和出具登记凭证"], "steps": [{"code": "receive", "title": "收件", "by": "警务室民警或者辅警", "at": "node", "limit": {"value": 0, "unit": "workday"}, "note": "材料齐不齐当场查，缺的一次告知"}, {"code": "accept", "title": "受理", "by": "派出所户籍民警", "at": "station", "limit": {"value": 0, "unit": "workday"}}, {"code": "check", "title": "核对", "by": "派出所户籍民警", "at": "station", "note": "联网核对人口信息"}, {"code": "decide", "title": "登记并开具凭证", "by": "派出所户籍民警", "at": "station", "limit": {"value": 0, "unit": "workday"}}, {"code": "deliver", "title": "发放凭证", "by": "警务室民警或者辅警", "at": "node"}], "results": [{"kind": "granted", "title": "已登记", "document": "暂住登记凭证", "seal": "station", "delivery": ["node", "window"], "note": "凭证由派出所盖章"}, {"kind": "returned", "title": "退回", "seal": "none", "note": "不属于本地办理，或者需要改到别处办理"}, {"kind": "lapsed", "title": "补正不来", "seal": "none", "note": "通知补正后一直没有补，办件结束；可以重新申请"}, {"kind": "withdrawn", "title": "本人撤回", "seal": "none"}], "place": "{room.name}（{room.address}）", "hours": "{room.hours}", "telephones": {"consult": "{room.telephone}", "complaint": "{room.complaint_telephone}"}, "privacy": {"purpose": "办理居住登记：确认身份，登记住在哪里、从什么时候起居住，有事能联系到您", "retention": "由公安机关按户政档案的规定保存；警务室的副本在省级中心接收后，按当地公布的期限清除", "sensitive": ["/applicant/idNumber", "/agent/idNumber", "/members", "/residence/doorplate", "/residence/landmark", "/declaration/signature"]}, "refusals": ["现在住的地方不归本辖区管，告知到哪里办", "材料不齐又不补正的，办件按补正不来结束"], "corrections": ["没有写房东或者单位的信息", "没有门牌号，又没有写小地名", "住所证明照片不清楚，看不出地址或者姓名"], "faq": [{"question": "没有手机能办吗？", "answer": "能。留一位联系人的电话，或者到警务室来问。凭收件凭证上的编号和查询码随时可以查。"}, {"question": "房子没有门牌号怎么办？", "answer": "选没有门牌号，写小地名或者旁边好认的东西，比如学校、水井、大树。"}, {"question": "登记了以后能办居住证吗？", "answer": "离开户籍地到别的城市居住半年以上，并且有稳定就业、稳定住所或者连续就读其中一条的，可以申领居住证（居住证暂行条例第二条）。"}, {"question": "全家一起来住，要每个人都来吗？", "answer": "不用。一个人申报，把一起来住的人写在同住的人里，最多10人。"}, {"question": "断网的时候来办算不算数？", "answer": "算收件，当场给收件凭证，日期从这一天算。网络恢复后自动上传，省级中心接收后办理。"}], "next": ["材料由派出所核对，缺什么会一次告诉您", "办好后到警务室领登记凭证，请带上收件凭证", "扫二维码，或者报编号和查询码，可以查办到哪一步"], "notes": [{"text": "住所证明收哪几种，各地规定不同。", "local": true}, {"text": "登记内容有变化，或者离开本地时，请到派出所变更或者注销登记。", "local": true}], "plan_effective_date": "2026-11-01"}, "x-print": {"paper": "A4", "title": "居住登记申请表", "note": "本表一式一份，由派出所留存；申报人凭收件凭证查询和领取登记凭证。"}, "x-samples": {"valid": [{"title": "租房务工，带一个孩子", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "materials": [{"slot": "/files/residenceProof", "name": "租房合同.jpg", "media_type": "image/jpeg"}, {"slot": "/declaration/signature", "name": "签名.png", "media_type": "image/png"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有电话、没有门牌，住单位宿舍", "answers": {"applicant": {"name": "买买提·艾力", "idType": "idCard", "idNumber": "653122199504189854", "by": "self", "hasPhone": false}, "residence": {"village": "520524107210", "hasDoorplate": false, "landmark": "老水井旁，砖厂宿舍", "start": "2026-10-08", "months": 6, "reason": "work"}, "host": {"kind": "dormitory", "name": "石桥砖厂", "phone": "08577620001"}, "files": {"residenceProof": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}, "declaration": {"note": "和工友同住一间。", "truth": true, "privacy": true, "signature": "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"}, "contact": {"name": "罗建国", "phone": "19900000124"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "父亲给未满16周岁的孩子登记", "answers": {"applicant": {"name": "罗子轩", "idType": "householdBook", "idNumber": "52242520140903987X", "by": "guardian", "hasPhone": true, "phone": "19900000126"}, "residence": {"village": "520524104215", "hasDoorplate": false, "landmark": "小学对面，蓝色铁门", "start": "2026-09-01", "months": 36, "reason": "study"}, "host": {"kind": "relative", "name": "罗玉兰", "phone": "19900000127"}, "files": {"residenceProof": "sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "relationProof": "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}, "agent": {"name": "罗建国", "idNumber": "52242519850615981X", "relation": "parent"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "儿子给行动不便的老人登记，自有住房", "answers": {"applicant": {"name": "韦德福", "idType": "idCard", "idNumber": "522425194901019835", "by": "relative", "hasPhone": true, "phone": "19900000128"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "一组2号", "start": "2026-03-15", "months": 600, "reason": "other", "reasonDetail": "随儿子养老"}, "host": {"kind": "own"}, "members": [{"name": "古丽娜尔·玉素甫", "idNumber": "653122199708269864", "relation": "other"}], "files": {"residenceProof": "sha256:1111111111111111111111111111111111111111111111111111111111111111", "relationProof": "sha256:2222222222222222222222222222222222222222222222222222222222222222"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:3333333333333333333333333333333333333333333333333333333333333333"}, "agent": {"name": "韦永贵", "idNumber": "330106197911089838", "relation": "child"}}, "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}], "invalid": [{"title": "身份证号码错一位", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129841", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/applicant/idNumber", "keyword": "format"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "二月三十一日住进来", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-02-31", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/start", "keyword": "format"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "租期在住进来之前就到了", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2026-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/host/leaseEnd", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "住进来的日子还没有到", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-12-01", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/start", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "未满16周岁自己申报", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "52242520140903987X", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/applicant/by", "keyword": "x-jsf-logic-validations"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有门牌，也没有写小地名", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": false, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/landmark", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有电话，也没有留联系人", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": false, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/contact/name", "keyword": "required"}, {"path": "/contact/phone", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "没有签名，也没有承诺", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": false, "privacy": true}}, "problems": [{"path": "/declaration/truth", "keyword": "const"}, {"path": "/declaration/signature", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "同住人只写了姓名", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 12, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/members/0/idNumber", "keyword": "required"}, {"path": "/members/0/relation", "keyword": "required"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}, {"title": "打算住零个月", "answers": {"applicant": {"name": "王秀梅", "idType": "idCard", "idNumber": "522425196603129840", "by": "self", "hasPhone": true, "phone": "19900000123"}, "residence": {"village": "520524104215", "hasDoorplate": true, "doorplate": "三组17号", "start": "2026-03-02", "months": 0, "reason": "work"}, "host": {"kind": "rent", "name": "沈月琴", "phone": "19900000125", "leaseEnd": "2027-03-01"}, "members": [{"name": "王小燕", "idNumber": "522425201602219821", "relation": "child"}], "files": {"residenceProof": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "declaration": {"truth": true, "privacy": true, "signature": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}, "problems": [{"path": "/residence/months", "keyword": "minimum"}], "context": {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}}]}}', '2026-11-21T09:12:03+08:00');


--
-- Data for Name: doubt; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: down_epoch; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES ('5224250017', 'node', 1, 1, '00000000000000000000000000000001', '52242500171000010', 'application.filed', '2026-11-21T09:12:03+08:00', '', 5, 'kiosk', '', '\x7b22616e7377657273223a7b226170706c6963616e74223a7b226279223a2273656c66222c2268617350686f6e65223a747275652c2269644e756d626572223a22353232343235313936363033313239383430222c22696454797065223a22696443617264222c226e616d65223a22e78e8be7a780e6a285222c2270686f6e65223a223139393030303030313233227d2c226465636c61726174696f6e223a7b2270726976616379223a747275652c227369676e6174757265223a227368613235363a62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222c227472757468223a747275657d2c2266696c6573223a7b227265736964656e636550726f6f66223a227368613235363a61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227d2c22686f7374223a7b226b696e64223a2272656e74222c226c65617365456e64223a22323032372d30332d3031222c226e616d65223a22e6b288e69c88e790b4222c2270686f6e65223a223139393030303030313235227d2c226d656d62657273223a5b7b2269644e756d626572223a22353232343235323031363032323139383231222c226e616d65223a22e78e8be5b08fe78795222c2272656c6174696f6e223a226368696c64227d5d2c227265736964656e6365223a7b22646f6f72706c617465223a22e4b889e7bb843137e58fb7222c22686173446f6f72706c617465223a747275652c226d6f6e746873223a31322c22726561736f6e223a22776f726b222c227374617274223a22323032362d30332d3032222c2276696c6c616765223a22353230353234313034323135227d7d2c226368616e6e656c223a226b696f736b222c22636f6e74657874223a7b2266696c696e675f646179223a22323032362d31312d3231222c226c616e6775616765223a227a682d434e222c22706c616365223a22353232343235227d2c226964656e74697479223a22756e7665726966696564222c226d6174657269616c73223a5b7b226d656469615f74797065223a22696d6167652f6a706567222c226e616d65223a22e688bfe4baa7e8af812e6a7067222c22736861323536223a2230356631316234316436336261643433366434303732333939623736383361346263373634636534623462393761353635656339366563363739343130363866222c2273697a65223a32303438332c22736c6f74223a227265736964656e63652d70726f6f66227d5d2c2272656365697074223a7b22636f6465223a22323034383136222c22746f6b656e223a224142434445464748494a4b4c4d4e4f505152535455565758595a227d2c2273657276696365223a7b22646967657374223a2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222c226964223a226a757a68752d64656e676a69222c2276657273696f6e223a22323032362e31312e34227d2c22757267656e74223a66616c73657d', '\x00000000000000000000000000000000', '\x2a9a9a379ae19fb17720da66c2f120a52c75280e0619c66136b61538246211c2', '\xa26b700447271d37275b452267d106253c1d64a58c3415236e14d5c3de52c802', '2026-11-21T09:12:03+08:00', '');
INSERT INTO public.event VALUES ('5224250017', 'node', 1, 2, '00000000000000000000000000000002', '52242500171000020', 'application.filed', '2026-11-21T09:12:03+08:00', '', 5, 'kiosk', '', '\x7b22616e7377657273223a7b226170706c6963616e74223a7b226279223a2273656c66222c2268617350686f6e65223a747275652c2269644e756d626572223a22353232343235313936363033313239383430222c22696454797065223a22696443617264222c226e616d65223a22e78e8be7a780e6a285222c2270686f6e65223a223139393030303030313233227d2c226465636c61726174696f6e223a7b2270726976616379223a747275652c227369676e6174757265223a227368613235363a62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222c227472757468223a747275657d2c2266696c6573223a7b227265736964656e636550726f6f66223a227368613235363a61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227d2c22686f7374223a7b226b696e64223a2272656e74222c226c65617365456e64223a22323032372d30332d3031222c226e616d65223a22e6b288e69c88e790b4222c2270686f6e65223a223139393030303030313235227d2c226d656d62657273223a5b7b2269644e756d626572223a22353232343235323031363032323139383231222c226e616d65223a22e78e8be5b08fe78795222c2272656c6174696f6e223a226368696c64227d5d2c227265736964656e6365223a7b22646f6f72706c617465223a22e4b889e7bb843137e58fb7222c22686173446f6f72706c617465223a747275652c226d6f6e746873223a31322c22726561736f6e223a22776f726b222c227374617274223a22323032362d30332d3032222c2276696c6c616765223a22353230353234313034323135227d7d2c226368616e6e656c223a226b696f736b222c22636f6e74657874223a7b2266696c696e675f646179223a22323032362d31312d3231222c226c616e6775616765223a227a682d434e222c22706c616365223a22353232343235227d2c226964656e74697479223a22756e7665726966696564222c226d6174657269616c73223a5b5d2c2272656365697074223a7b22636f6465223a22323034383136222c22746f6b656e223a224142434445464748494a4b4c4d4e4f505152535455565758595a227d2c2273657276696365223a7b22646967657374223a2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222c226964223a226a757a68752d64656e676a69222c2276657273696f6e223a22323032362e31312e34227d2c22757267656e74223a66616c73657d', '\x00000000000000000000000000000000', '\xa26b700447271d37275b452267d106253c1d64a58c3415236e14d5c3de52c802', '\xd569d0ee94d190e72f1fc75ae39467455eaa13a38183674f1ebb9af4dc57c183', '2026-11-21T09:12:03+08:00', '');
INSERT INTO public.event VALUES ('5224250017', 'node', 1, 3, '00000000000000000000000000000003', '52242500171000030', 'application.filed', '2026-11-21T09:12:03+08:00', '', 5, 'kiosk', '', '\x7b22616e7377657273223a7b226170706c6963616e74223a7b226279223a2273656c66222c2268617350686f6e65223a747275652c2269644e756d626572223a22353232343235313936363033313239383430222c22696454797065223a22696443617264222c226e616d65223a22e78e8be7a780e6a285222c2270686f6e65223a223139393030303030313233227d2c226465636c61726174696f6e223a7b2270726976616379223a747275652c227369676e6174757265223a227368613235363a62626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262626262222c227472757468223a747275657d2c2266696c6573223a7b227265736964656e636550726f6f66223a227368613235363a61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161227d2c22686f7374223a7b226b696e64223a2272656e74222c226c65617365456e64223a22323032372d30332d3031222c226e616d65223a22e6b288e69c88e790b4222c2270686f6e65223a223139393030303030313235227d2c226d656d62657273223a5b7b2269644e756d626572223a22353232343235323031363032323139383231222c226e616d65223a22e78e8be5b08fe78795222c2272656c6174696f6e223a226368696c64227d5d2c227265736964656e6365223a7b22646f6f72706c617465223a22e4b889e7bb843137e58fb7222c22686173446f6f72706c617465223a747275652c226d6f6e746873223a31322c22726561736f6e223a22776f726b222c227374617274223a22323032362d30332d3032222c2276696c6c616765223a22353230353234313034323135227d7d2c226368616e6e656c223a226b696f736b222c22636f6e74657874223a7b2266696c696e675f646179223a22323032362d31312d3231222c226c616e6775616765223a227a682d434e222c22706c616365223a22353232343235227d2c226964656e74697479223a22756e7665726966696564222c226d6174657269616c73223a5b5d2c2272656365697074223a7b22636f6465223a22323034383136222c22746f6b656e223a224142434445464748494a4b4c4d4e4f505152535455565758595a227d2c2273657276696365223a7b22646967657374223a2265316530396261393365333238613064626531326364373639643230363434376461616265633764663136663531613932353633646365623432316635653661222c226964223a226a757a68752d64656e676a69222c2276657273696f6e223a22323032362e31312e34227d2c22757267656e74223a66616c73657d', '\x00000000000000000000000000000000', '\xd569d0ee94d190e72f1fc75ae39467455eaa13a38183674f1ebb9af4dc57c183', '\xb1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a', '2026-11-21T09:12:03+08:00', '');
INSERT INTO public.event VALUES ('5224250017', 'centre', 1, 1, '8481487feaa4608be15d06053fd64194', '52242500171000010', 'application.accepted', '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', 1000000, 'centre:chen', '1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a', '\x7b7d', '\x8ae54744f1027e3700154da291b5ef94', '\xb4b4ed65d5afa0ad63e831529437c42d0805ec17d23e0df8d807b51e42022e63', '\x7d6f9e01b34e755cb3109bab7cd3c10f14156e24d87783b79de6ceec332db8f0', '2026-11-21T09:12:03+08:00', '');
INSERT INTO public.event VALUES ('5224250017', 'centre', 1, 2, 'a8e5aab81eeb39a06e58614760571917', '52242500171000010', 'application.decided', '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', 1000000, 'centre:chen', '1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a', '\x7b22726573756c74223a226772616e746564227d', '\x601e5daaafaf068c2da94021fe17320a', '\x7d6f9e01b34e755cb3109bab7cd3c10f14156e24d87783b79de6ceec332db8f0', '\x1118b9afa4b5eb0570cd31e9f30002b3a15c4d3951be4c9675bd57c9c5648947', '2026-11-21T09:12:03+08:00', '');
INSERT INTO public.event VALUES ('5224250017', 'centre', 1, 3, '088cbbd9e9f91ad21ab9caf504d1ce82', '52242500171000020', 'application.accepted', '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', 1000000, 'centre:chen', '1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a', '\x7b7d', '\x504433ea6b9e154b7eafe0085ef0d9ed', '\x1118b9afa4b5eb0570cd31e9f30002b3a15c4d3951be4c9675bd57c9c5648947', '\x3e74dcf30205407faac2a0efa23407bf1207cac7498d5e88047499da283b05be', '2026-11-21T09:12:03+08:00', '');


--
-- Data for Name: ferried; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: head_word; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.head_word VALUES ('5224250017', 1, 3, '\x0101010a353232343235303031370101032a9a9a379ae19fb17720da66c2f120a52c75280e0619c66136b61538246211c2b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8adf0984af05d294b32508e57c6967fa730000000000000000000000000000000000', '\xa2709070506b4b1ab0a6e712be214865ce42f3715c55abec80f3004dff8be1d304384ace7043cb83eff6cabfb635e3bf67af30ab09a355786ed6785c4db32db5f320c33854aab77a19e4034df64faed2f38e080d3c1699a85a62643b14b45007');


--
-- Data for Name: mark; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: material; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.material VALUES ('5224250017', '05f11b41d63bad436d4072399b7683a4bc764ce4b4b97a565ec96ec67941068f', 20483, 'image/jpeg', 20483, '2026-11-21T09:12:03+08:00');


--
-- Data for Name: material_use; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.material_use VALUES ('5224250017', '52242500171000010', '05f11b41d63bad436d4072399b7683a4bc764ce4b4b97a565ec96ec67941068f');


--
-- Data for Name: node; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.node VALUES ('5224250017', '大坪村警务室', '2026-11-21T09:12:03+08:00', '', '9a5516e1fcf8c250e4fe2fe0690e4ca18f9e4435b0d2da68e0aa903187df19eb', '967c2065e16d436ad539f285e528f93d22b23f5b207c1f67693e564bc074c315', '2026-11-21T09:12:03+08:00', '2026-11-21T09:12:03+08:00', '1:3:b1c93a7052a50a42dd2daeaf15e11a96b4b69b456ac63b8397eba997bdaeef8a', '1:3:3e74dcf30205407faac2a0efa23407bf1207cac7498d5e88047499da283b05be', '1:0:b4b4ed65d5afa0ad63e831529437c42d0805ec17d23e0df8d807b51e42022e63', '');


--
-- Data for Name: publication; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: published_to; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: rendition; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: room_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.room_keys VALUES ('5224250017', '', '', 1, 1, 0);


--
-- Data for Name: room_officer; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_version VALUES (1, '2026-11-21T09:12:03+08:00');


--
-- Data for Name: session; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sms; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: suite_policy; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: unconfirmed; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: schema_version_version_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.schema_version_version_seq', 1, false);


--
-- Name: account_person account_person_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_person
    ADD CONSTRAINT account_person_pkey PRIMARY KEY (account);


--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (name);


--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (key_hash);


--
-- Name: application application_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (node_id, number);


--
-- Name: aside_act aside_act_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.aside_act
    ADD CONSTRAINT aside_act_pkey PRIMARY KEY (node_id, epoch, seq, digest, place);


--
-- Name: county_key county_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.county_key
    ADD CONSTRAINT county_key_pkey PRIMARY KEY (key);


--
-- Name: definition definition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.definition
    ADD CONSTRAINT definition_pkey PRIMARY KEY (digest);


--
-- Name: doubt doubt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.doubt
    ADD CONSTRAINT doubt_pkey PRIMARY KEY (node_id, since, settled_at);


--
-- Name: down_epoch down_epoch_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.down_epoch
    ADD CONSTRAINT down_epoch_pkey PRIMARY KEY (node_id);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (node_id, side, epoch, seq);


--
-- Name: ferried ferried_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ferried
    ADD CONSTRAINT ferried_pkey PRIMARY KEY (node_id);


--
-- Name: head_word head_word_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.head_word
    ADD CONSTRAINT head_word_pkey PRIMARY KEY (node_id, epoch, seq);


--
-- Name: mark mark_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (node_id, application, id);


--
-- Name: material material_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.material
    ADD CONSTRAINT material_pkey PRIMARY KEY (node_id, sha256);


--
-- Name: material_use material_use_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.material_use
    ADD CONSTRAINT material_use_pkey PRIMARY KEY (node_id, application, sha256);


--
-- Name: node node_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.node
    ADD CONSTRAINT node_pkey PRIMARY KEY (node_id);


--
-- Name: publication publication_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (number);


--
-- Name: published_to published_to_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_to
    ADD CONSTRAINT published_to_pkey PRIMARY KEY (node_id);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (node_id, epoch, seq, digest);


--
-- Name: rendition rendition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rendition
    ADD CONSTRAINT rendition_pkey PRIMARY KEY (node_id, original, form);


--
-- Name: room_keys room_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.room_keys
    ADD CONSTRAINT room_keys_pkey PRIMARY KEY (node_id);


--
-- Name: room_officer room_officer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.room_officer
    ADD CONSTRAINT room_officer_pkey PRIMARY KEY (node_id, account);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);


--
-- Name: sms sms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sms
    ADD CONSTRAINT sms_pkey PRIMARY KEY (node_id, application, template, about);


--
-- Name: suite_policy suite_policy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.suite_policy
    ADD CONSTRAINT suite_policy_pkey PRIMARY KEY (version);


--
-- Name: unconfirmed unconfirmed_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unconfirmed
    ADD CONSTRAINT unconfirmed_pkey PRIMARY KEY (node_id, number);


--
-- Name: account_person_staff; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_person_staff ON public.account_person USING btree (staff);


--
-- Name: application_by_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX application_by_due ON public.application USING btree (phase, due);


--
-- Name: application_queue; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX application_queue ON public.application USING btree (node_id, phase, due);


--
-- Name: event_of_application; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_of_application ON public.event USING btree (node_id, application, side DESC, epoch, seq);


--
-- Name: material_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX material_waiting ON public.material USING btree (node_id, complete_at);


--
-- Name: publication_of_service; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX publication_of_service ON public.publication USING btree (service_id);


--
-- Name: rendition_of_bytes; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rendition_of_bytes ON public.rendition USING btree (node_id, sha256);


--
-- Name: sms_by_batch; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sms_by_batch ON public.sms USING btree (batch, given_at);


--
-- Name: application application_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: aside_act aside_act_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.aside_act
    ADD CONSTRAINT aside_act_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: doubt doubt_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.doubt
    ADD CONSTRAINT doubt_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: down_epoch down_epoch_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.down_epoch
    ADD CONSTRAINT down_epoch_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: event event_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: ferried ferried_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ferried
    ADD CONSTRAINT ferried_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: head_word head_word_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.head_word
    ADD CONSTRAINT head_word_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: material material_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.material
    ADD CONSTRAINT material_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: material_use material_use_material; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.material_use
    ADD CONSTRAINT material_use_material FOREIGN KEY (node_id, sha256) REFERENCES public.material(node_id, sha256);


--
-- Name: publication publication_definition; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_definition FOREIGN KEY (digest) REFERENCES public.definition(digest);


--
-- Name: published_to published_to_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_to
    ADD CONSTRAINT published_to_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: quarantine quarantine_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: rendition rendition_bytes; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rendition
    ADD CONSTRAINT rendition_bytes FOREIGN KEY (node_id, sha256) REFERENCES public.material(node_id, sha256);


--
-- Name: rendition rendition_original; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rendition
    ADD CONSTRAINT rendition_original FOREIGN KEY (node_id, original) REFERENCES public.material(node_id, sha256);


--
-- Name: room_keys room_keys_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.room_keys
    ADD CONSTRAINT room_keys_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: room_officer room_officer_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.room_officer
    ADD CONSTRAINT room_officer_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: sms sms_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sms
    ADD CONSTRAINT sms_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- Name: unconfirmed unconfirmed_node; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unconfirmed
    ADD CONSTRAINT unconfirmed_node FOREIGN KEY (node_id) REFERENCES public.node(node_id);


--
-- PostgreSQL database dump complete
--

\unrestrict wuQO1WONAbKM3QiSt1yUfmo5maQxe7zRQhAq4Na0dqb5HgQgWFH4K54S388un5p

