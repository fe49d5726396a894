"""The sentences of forms.texts in English, for services that foreigners use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import dates, formats
from forms.shape import types
from forms.texts import is_choice, is_signature, picks_several

_PLAIN_FORMATS = {
    "cn-division": "An area code has 6, 9 or 12 digits; please check it",
    "cn-phone": "Enter an 11-digit mobile number, or a telephone number with its area code",
    "file-ref": "This document was not saved. Take the photo again",
    "date-time": "Enter a date and a time",
    "time": "Enter the time as hours and minutes, for example 09:30",
    "email": "Enter an email address, for example name@example.cn",
    "uri": "Enter a full web address",
}
_RIC = {
    "length": "A Chinese identity number has 18 characters; compare it with the card",
    "short": "This is an old number of 15 digits. Enter the 18 characters that stand on the card now",
    "date": "The date of birth in this identity number does not exist; compare it with the card",
    "check_digit": "One character of this identity number is wrong; compare it with the card",
}
_BOUNDS = {
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {limit}",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
    "minItems": "needs at least {limit} entries",
    "maxItems": "can have at most {limit} entries",
}
_OTHERS = {
    "pattern": "{label}: this is not how it is written; please check",
    "uniqueItems": "{label}: the same entry stands there twice; remove one",
    "contains": "{label}: an entry that must be there is missing",
    "additionalProperties": "“{label}” is not asked for; remove it",
    "unevaluatedProperties": "“{label}” is not asked for; remove it",
    "falseSchema": "“{label}” need not be filled in; remove it",
    "level": "{label}: please choose down to the last level",
    "consent": "{label}: without consent this stays empty, and the case goes on all the same; remove it",
    "limit": "There is too much in this form; please file it in parts",
    "x-jsf-logic-validations": "{label} does not agree with the other answers; please check",
    "schema": "This form has a fault and cannot be submitted now. Please ask the staff",
    "propertyNames": "There is an unknown name among the answers; remove it",
    "remark": "The first two digits are not those of a present province; if the card says so, you can submit it",
}


def sentence(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str, value: Any = None) -> str:
    """What to do about one failed keyword; the same arguments as forms.texts.sentence."""
    if keyword == "required":
        return _required(schema, label)
    if keyword == "format":
        return _format(str(params.get("format", "")), schema, value, label)
    if keyword == "type":
        return _type(params, schema, label, value)
    if keyword in _BOUNDS:
        return _bound(keyword, params, schema, label)
    return _other(keyword, params, schema, label)


def _bound(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str) -> str:
    limit = params.get("limit", params.get("multiple_of"))
    if keyword == "minLength" and schema.get("format") == dates.FORMAT:
        return f"{label}: give at least the {'month' if limit == dates.MONTH else 'day'}"
    if keyword == "minLength" and limit == 1:
        return f"Enter: {label}"
    return f"{label} {_BOUNDS[keyword].format(limit=limit)}"


def _required(schema: Mapping[str, Any], label: str) -> str:
    if schema.get("const") is True:
        return f"Read and tick “{label}”"
    if is_signature(schema):
        return f"Sign by hand ({label})"
    if schema.get("format") == "file-ref":
        return f"Take or choose a photo: {label}"
    if is_choice(schema) or schema.get("type") == "boolean" or picks_several(schema):
        return f"Choose: {label}"
    return f"Add at least one entry: {label}" if schema.get("type") == "array" else f"Enter: {label}"


def _format(name: str, schema: Mapping[str, Any], value: Any, label: str) -> str:
    if name in ("date", dates.FORMAT):
        return _date(str(value), schema, label)
    if name == "cn-ric":
        return _RIC[formats.ric_fault(value) if isinstance(value, str) else "length"]
    if name == "person-name":
        return _person_name(str(value))
    return _PLAIN_FORMATS.get(name, f"{label}: this is not how it is written; please check")


def _person_name(value: str) -> str:
    strange = formats.strange_in_name(value)
    if strange and strange.isprintable() and not strange.isdecimal():
        return f"A name has no “{strange}”; copy the name from the document: letters, spaces, “·”, “-” or “’”"
    return "Enter a name of at most 50 characters, without digits"


def _date(value: str, schema: Mapping[str, Any], label: str) -> str:
    parts = value.split("-")
    if len(parts[0]) == dates.YEAR and all(part.isascii() and part.isdigit() for part in parts):
        return "There is no such date; please check"
    if dates.asked(schema) != "day":
        return f"{label}: the year is needed, in 4 digits; a day needs its month"
    return f"{label}: enter year, month and day, the year in 4 digits"


def _type(params: Mapping[str, Any], schema: Mapping[str, Any], label: str, value: Any) -> str:
    wanted = [str(name) for name in params.get("types", ())] or list(types(dict(schema)))
    if "integer" in wanted and isinstance(value, int | float):
        return f"{label} must be a whole number"
    if {"integer", "number"} & set(wanted):
        return f"{label} must be a number"
    if is_choice(schema) or wanted == ["boolean"]:
        return f"Choose: {label}"
    return f"{label}: please enter this again"


def _other(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str) -> str:
    if keyword == "const":
        agree = params.get("expected_value") is True
        return f"Read and tick “{label}”" if agree else f"{label} is not what was expected; please check"
    if keyword in ("enum", "oneOf", "anyOf") and is_choice(schema):
        return f"Choose one of the options: {label}"
    return _OTHERS.get(keyword, "{label} does not meet the requirements; please check").format(label=label)
