"""What a field brings along for the keyboards, from its schema and its options."""

import pytest

from forms import page


@pytest.mark.parametrize(
    ("schema", "options", "mode", "keypad"),
    [
        ({"type": "integer"}, {}, "numeric", "digits"),
        ({"type": "number"}, {}, "decimal", "decimal"),
        ({"type": "string", "format": "cn-phone"}, {}, "tel", "digits"),
        ({"type": "string", "format": "cn-ric"}, {}, None, "ric"),
        ({"type": "string", "format": "cn-ric"}, {"inputmode": "numeric"}, "numeric", "ric"),
        ({"type": "integer"}, {"keypad": "doorplate"}, "numeric", "doorplate"),
        ({"type": "string", "format": "email"}, {}, "email", None),
        ({"type": "string"}, {}, None, None),
    ],
)
def test_a_field_brings_the_keyboard_of_a_telephone_and_the_keypad_of_the_touchscreen(schema, options, mode, keypad):
    shown = {"type": "Control", "scope": "#/properties/a", "options": options}
    form = page.from_schema({"type": "object", "properties": {"a": schema}}, shown)
    (control,) = page.leaves(page.controls(form, {}))
    assert (control.attributes.get("inputmode"), control.attributes.get("data-keypad")) == (mode, keypad)
