"""What the SDK's models say of answers: which fields there are and of which types, and what of it an answer has."""

import functools
import typing

from darabonba.model import DaraModel


def is_model(kind):
    return isinstance(kind, type) and issubclass(kind, DaraModel)


def element(kind):
    """Of a list the type of its elements, of anything else the type itself."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is list else kind


@functools.cache
def fields(kind):
    """The fields of a model: the type that is declared for each, by name."""
    declared = typing.get_type_hints(kind.__init__)
    return {name: _plain(hint) for name, hint in declared.items() if name != "return"}


def _plain(hint):
    """A declared type without the None that every field may be: older versions of Python write it into the hint."""
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return kinds[0] if typing.get_origin(hint) is typing.Union and len(kinds) == 1 else hint


@functools.cache
def wire_names(kind):
    """The names that the fields of a model have in the answer."""
    names = {}
    for name, declared in fields(kind).items():
        model = kind()
        inner = element(declared)
        value = inner() if is_model(inner) else ""
        setattr(model, name, value if inner is declared else [value])
        # Lists of models are there in any case, if only empty.
        (names[name],) = (wire for wire, held in model.to_map().items() if held != [])
    return names


def paths(kind):
    """All fields in which a model holds something, at every depth, as answers name them: `Vpcs.Vpc[].Status`."""
    for name, declared in fields(kind).items():
        wire = wire_names(kind)[name]
        inner = element(declared)
        mark = "[]" if inner is not declared else ""
        if is_model(inner):
            yield from (f"{wire}{mark}.{path}" for path in paths(inner))
        else:
            yield wire + mark


def held(model):
    """The fields of ``paths`` in which an answer has something, if only an empty text."""
    kind = type(model)
    for name, declared in fields(kind).items():
        value = getattr(model, name)
        wire = wire_names(kind)[name]
        if value is None:
            continue
        if typing.get_origin(declared) is list:
            if is_model(element(declared)):
                for item in value:
                    yield from (f"{wire}[].{path}" for path in held(item))
            else:
                yield f"{wire}[]"
        elif is_model(declared):
            yield from (f"{wire}.{path}" for path in held(value))
        else:
            yield wire


def absent(model):
    """The fields, by the SDK's names, that the answer does not have; each once, though several elements lack it."""
    found = {}
    for name, declared in fields(type(model)).items():
        value = getattr(model, name)
        if value is None:
            found[name] = None
            continue
        items = value if isinstance(value, list) else [value]
        if is_model(element(declared)):
            for item in items:
                found.update((f"{name}.{path}", None) for path in absent(item))
    return list(found)


def is_filled(model, path):
    """Whether the field has something other than empty text or an empty list, in every element on the way to it."""
    name, _, rest = path.partition(".")
    value = getattr(model, name)
    if value is None or value == "" or value == []:
        return False
    if not rest:
        return True
    return all(is_filled(item, rest) for item in (value if isinstance(value, list) else [value]))


def wrong_types(model, place=""):
    """The values that are of other types than the model declares."""
    for name, declared in fields(type(model)).items():
        value = getattr(model, name)
        here = f"{place}{name}"
        if value is None:
            continue
        if typing.get_origin(declared) is list:
            if not isinstance(value, list):
                yield f"{here} is no list but {value!r}"
                continue
            items = [(f"{here}[{position}]", item) for position, item in enumerate(value)]
        else:
            items = [(here, value)]
        for where, item in items:
            inner = element(declared)
            # A truth value is a number to Python, but not to a user.
            if not isinstance(item, inner) or isinstance(item, bool) != (inner is bool):
                yield f"{where} is declared as {inner.__name__} and is {item!r}"
            elif is_model(inner):
                yield from wrong_types(item, f"{where}.")


def lost_fields(raw, parsed, place=""):
    """What an answer has on the wire and the model does not take over."""
    if isinstance(raw, dict) and isinstance(parsed, dict):
        for name, value in raw.items():
            if name not in parsed:
                yield f"the model has no field {place}{name}: {value!r}"
            else:
                yield from lost_fields(value, parsed[name], f"{place}{name}.")
    elif isinstance(raw, list) and isinstance(parsed, list):
        for position, (value, other) in enumerate(zip(raw, parsed)):
            yield from lost_fields(value, other, f"{place.removesuffix('.')}[{position}].")
        if len(raw) != len(parsed):
            yield f"{place} has {len(raw)} elements, of which the model keeps {len(parsed)}"
    elif raw != parsed:
        yield f"{place.removesuffix('.')} is {raw!r}, and the model makes {parsed!r} of it"
