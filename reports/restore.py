"""Objects back from the plain data that `dataclasses.asdict` and JSON make of them."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["restored"]


def restored(kind: Any, data: Any) -> Any:
    """Return an object of a type from its plain data.

    Parameters
    ----------
    kind
        A dataclass whose fields are numbers, strings, dataclasses of this kind, tuples ``tuple[X, ...]`` of one type,
        or one of these or None; or such a type itself.
    data
        What `dataclasses.asdict` gave, or JSON of it.

    Raises
    ------
    KeyError
        If a field is missing.
    """
    if data is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(restored(get_args(kind)[0], item) for item in data)
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (some for some in get_args(kind) if some is not type(None))
        return restored(kind, data)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: restored(hints[field.name], data[field.name]) for field in fields(kind)})
    return data
