"""What a schema says about one place in the data, gathered from everywhere it says it.

A field may be described in `properties`, behind `$ref`, in `allOf`, and in the branch of an `if`. `Shape` gathers the
fragments of one place: all of them (static, for lints and for the canonical writing of values) or only those that
hold for given data (live, for what a page shows and requires).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from forms import limits, pointer

Schema = dict[str, Any]
Judge = Callable[[Any, Any], bool]  # (schema of a condition, data) -> does it hold

_LISTS = ("allOf", "anyOf", "oneOf")
# keywords that bring other fragments to the same place
APPLICATORS = frozenset({"$ref", "if", "dependentSchemas", "x-jsf-logic", *_LISTS})
_OPEN = ("additionalProperties", "patternProperties", "unevaluatedProperties")


def resolve(root: Schema, ref: str) -> Schema | None:
    """The schema behind a `$ref` inside the file ("#/$defs/x", "<$id>#/$defs/x"), or None."""
    base = root.get("$id", "")
    if base and ref.startswith(str(base)):
        ref = ref[len(str(base)) :] or "#"
    if not ref.startswith("#"):
        return None
    found = pointer.get(root, ref, None) if ref in ("", "#") or ref.startswith("#/") else _anchor(root, ref[1:])
    return found if isinstance(found, dict) else None


def _anchor(root: Schema, name: str) -> Schema | None:
    for schema in (root.get("$defs") or {}).values():
        if isinstance(schema, dict) and name in (schema.get("$anchor"), schema.get("$dynamicAnchor")):
            return schema
    return None


def types(schema: Schema) -> tuple[str, ...]:
    """The types that a fragment allows; none said gives ()."""
    said = schema.get("type", ())
    return tuple(name for name in (said if isinstance(said, list) else [said]) if isinstance(name, str))


def titled_options(branches: Any) -> bool:
    """Whether a `oneOf`/`anyOf` is JSON Forms' list of constants with titles."""
    if not isinstance(branches, list) or not branches:
        return False
    return all(isinstance(one, dict) and "const" in one for one in branches)


def every_branch(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A fragment and all that it applies to the same place, whatever the data."""
    yield from _expand(schema, root, None, None)


def live_branches(schema: Schema, root: Schema, data: Any, judge: Judge) -> Iterator[Schema]:
    """A fragment and what it applies to the same place for this data: `allOf`, and the branch of each `if`."""
    yield from _expand(schema, root, data, judge)


def certain_branches(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A fragment and what it applies to the same place whatever the data: behind `$ref`, and in `allOf`."""
    pending, seen = [schema], set[int]()
    while pending and len(seen) < limits.SCHEMA_COST_MAX:
        fragment = pending.pop(0)
        if isinstance(fragment, dict) and id(fragment) not in seen:
            seen.add(id(fragment))
            yield fragment
            pending += [resolve(root, fragment["$ref"]) or {}] if isinstance(fragment.get("$ref"), str) else []
            pending += fragment["allOf"] if isinstance(fragment.get("allOf"), list) else []


def _expand(schema: Any, root: Schema, data: Any, judge: Judge | None) -> Iterator[Schema]:
    pending: list[tuple[Any, int]] = [(schema, 0)]
    seen: set[int] = set()
    while pending:
        fragment, depth = pending.pop(0)
        if not isinstance(fragment, dict) or id(fragment) in seen or depth > limits.REF_DEPTH_MAX:
            continue
        seen.add(id(fragment))
        yield fragment
        parts = _parts(fragment, root) if judge is None else _live_parts(fragment, root, data, judge)
        pending.extend((part, depth + 1) for part in parts)


def _parts(fragment: Schema, root: Schema) -> Iterator[Any]:
    if isinstance(fragment.get("$ref"), str):
        yield resolve(root, fragment["$ref"])
    for key in _LISTS:
        branches = fragment.get(key)
        # a list of titled constants describes its options, not the field
        yield from branches if isinstance(branches, list) and not titled_options(branches) else ()
    for key in ("if", "then", "else"):
        yield fragment.get(key)
    dependent = fragment.get("dependentSchemas")
    yield from dependent.values() if isinstance(dependent, dict) else ()
    yield from _logic_rules(fragment)


def _live_parts(fragment: Schema, root: Schema, data: Any, judge: Judge) -> Iterator[Any]:
    if isinstance(fragment.get("$ref"), str):
        yield resolve(root, fragment["$ref"])
    yield from fragment["allOf"] if isinstance(fragment.get("allOf"), list) else ()
    if "if" in fragment and ("then" in fragment or "else" in fragment):
        yield fragment.get("then" if judge(fragment["if"], data) else "else")
    dependent = fragment.get("dependentSchemas")
    if isinstance(dependent, dict) and isinstance(data, dict):
        yield from (part for name, part in dependent.items() if name in data)
    yield from _logic_rules(fragment)


def _logic_rules(fragment: Schema) -> Iterator[Any]:
    logic = fragment.get("x-jsf-logic")
    rules = logic.get("allOf") if isinstance(logic, dict) else None
    yield from rules if isinstance(rules, list) else ()


def child_fragments(fragments: list[Schema], name: str) -> list[Schema]:
    """What the fragments of an object say about its property `name`."""
    found = []
    for fragment in fragments:
        properties = fragment.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get(name), dict):
            found.append(properties[name])
    return found


def item_fragments(fragments: list[Schema]) -> list[Schema]:
    """What the fragments of a list say about its rows."""
    return [fragment["items"] for fragment in fragments if isinstance(fragment.get("items"), dict)]


def required_names(fragments: list[Schema], data: Any) -> set[str]:
    """Property names that the fragments of an object ask for, given its data."""
    names: set[str] = set()
    for fragment in fragments:
        asked = fragment.get("required")
        names.update(name for name in asked if isinstance(name, str)) if isinstance(asked, list) else None
        dependent = fragment.get("dependentRequired")
        if isinstance(dependent, dict) and isinstance(data, dict):
            lists = [others for name, others in dependent.items() if name in data and isinstance(others, list)]
            names.update(one for others in lists for one in others if isinstance(one, str))
    return names


def merged(fragments: list[Schema]) -> Schema:
    """One flat view of the fragments; what a branch says last stands, as in remoteoss' form and JSON Forms' pages."""
    flat: Schema = {}
    for fragment in fragments:
        flat.update(fragment)
    return flat


class Shape:
    """One place in the data, with every fragment that any branch may apply to it. Children are made when asked.

    `certain`: the fragments that hold whatever the data. `settled`: those are all.
    """

    __slots__ = ("_children", "_formats", "_items", "_names", "certain", "flat", "fragments", "root", "settled")

    def __init__(self, schemas: list[Schema], root: Schema, certain: list[Schema] | None = None) -> None:
        self.root = root
        sure = schemas if certain is None else certain
        found = {id(part): part for schema in sure for part in certain_branches(schema, root)}
        self.certain = list(found.values())
        # each once, where it comes first: what two branches both refer to says nothing more the second time
        self.fragments = list({id(part): part for schema in schemas for part in every_branch(schema, root)}.values())
        self.settled = {id(part) for part in self.fragments} == set(found)
        self.flat = merged(self.fragments[::-1])  # the first fragment, which stands nearest, wins
        self._children: dict[str, Shape | None] = {}
        self._items: Shape | bool | None = False
        self._names: list[str] | None = None
        self._formats: list[str] | None = None

    def child(self, name: str) -> Shape | None:
        """The place of a property, or None when no fragment knows it."""
        if name not in self._children:
            found = child_fragments(self.fragments, name)
            sure = child_fragments(self.certain, name)
            self._children[name] = Shape(found, self.root, sure) if found else None
        return self._children[name]

    @property
    def items(self) -> Shape | None:
        """The place of a row, or None for what is no list."""
        if isinstance(self._items, bool):
            found = item_fragments(self.fragments)
            self._items = Shape(found, self.root, item_fragments(self.certain)) if found else None
        return self._items

    @property
    def names(self) -> list[str]:
        """All property names in the order of the file."""
        if self._names is None:
            found: dict[str, None] = {}
            for fragment in self.fragments:
                properties = fragment.get("properties")
                found.update(dict.fromkeys(properties if isinstance(properties, dict) else ()))
            self._names = list(found)
        return self._names

    @property
    def closed(self) -> bool:
        """Whether data under unknown names belong to nobody: properties are named and nothing speaks of others."""
        return bool(self.names) and not any(key in fragment for fragment in self.fragments for key in _OPEN)

    def types(self) -> set[str]:
        return {name for fragment in self.fragments for name in types(fragment)}

    def formats(self) -> list[str]:
        if self._formats is None:
            self._formats = [part["format"] for part in self.fragments if isinstance(part.get("format"), str)]
        return self._formats

    def at(self, place: str) -> Shape | None:
        """The shape at a JSON Pointer into the data; row numbers lead into `items`."""
        here: Shape | None = self
        for part in pointer.split(place):
            if here is None:
                return None
            here = here.child(part) or (here.items if part.isdigit() else None)
        return here
