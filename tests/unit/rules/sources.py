"""What the package's own sources say: which texts an argument can be, read without running anything.

A name is followed to the package's constants, to what is assigned to it in the same function, and, when it is a
parameter, to every call of that function in the module; an attribute to whatever fills a field of its name in the
package; a call to what the function returns. What cannot be followed is given as its source, for a test to say what it
can be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import connector

PACKAGE = Path(connector.__file__).parent
_DEEPEST = 8
_TRANSITIONS = "state/rows.py"  # defines what events are: the words come from its callers
_Function = ast.FunctionDef | ast.Lambda


@dataclass
class Argument:
    """One argument of one call: the texts it may be, and the sources of what only a run can tell."""

    place: str
    texts: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        """The module, as a path in the package."""
        return self.place.split(":")[0]


@dataclass(frozen=True)
class _Found:
    """A call or a keyword's value, with the functions around it, the innermost last."""

    path: str
    node: ast.AST
    around: tuple[_Function, ...]


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package, by its path in it."""
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}


@cache
def constants() -> dict[str, str]:
    """Every module constant that is a text, by its name."""
    found: dict[str, str] = {}
    for tree in trees().values():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                found |= {name: node.value.value for name in names if isinstance(node.value.value, str)}
    return found


@cache
def texts_of_others(*modules: str) -> frozenset[str]:
    """Every text that stands in the package's code outside these modules."""
    walked = (node for path, tree in trees().items() if path not in modules for node in ast.walk(tree))
    return frozenset(node.value for node in walked if isinstance(node, ast.Constant) and isinstance(node.value, str))


def arguments(name: str, position: int) -> Iterator[Argument]:
    """The argument at a position of every call `….name(…)` or `name(…)` in the package."""
    for call in _calls(name):
        if isinstance(call.node, ast.Call) and len(call.node.args) > position:
            yield _argument(call, call.node.args[position])


@cache
def _walked() -> tuple[_Found, ...]:
    """Every call and keyword with the functions around it."""
    found: list[_Found] = []

    def walk(path: str, node: ast.AST, around: tuple[_Function, ...]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call | ast.keyword):
                found.append(_Found(path, child, around))
            inside = (*around, child) if isinstance(child, ast.FunctionDef | ast.Lambda) else around
            walk(path, child, inside)

    for path, tree in sorted(trees().items()):
        walk(path, tree, ())
    return tuple(found)


def _calls(name: str) -> list[_Found]:
    return [each for each in _walked() if isinstance(each.node, ast.Call) and _name(each.node.func) == name]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _argument(where: _Found, value: ast.expr) -> Argument:
    found = Argument(f"{where.path}:{value.lineno}")
    _follow(value, where, found, 0)
    found.texts.discard("")
    return found


def _follow(node: ast.expr, where: _Found, found: Argument, depth: int) -> None:
    """Add what the expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found.texts.add(node.value)
    elif isinstance(node, ast.Name) and node.id in constants() and node.id.isupper():
        found.texts.add(constants()[node.id])
    elif depth < _DEEPEST and (leads := _leads(node, where)):
        for value, place in leads:
            _follow(value, place, found, depth + 1)
    elif where.path != _TRANSITIONS:
        found.unknown.add(ast.unparse(node))


def _leads(node: ast.expr, where: _Found) -> list[tuple[ast.expr, _Found]]:
    """The expressions this one takes its value from."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            return [(body, where), (other, where)]
        case ast.Name(id=name):
            return _values(name, where)
        case ast.Attribute(attr=name):
            return _filled(name, where.path)
        case ast.Call(func=ast.Name(id=name)):
            return _returned(name, where.path)
        case ast.Subscript(value=ast.Name(id=name)):
            return [(value, where) for value in _table(name, where.path)]
        case _:
            return []


def _filled(name: str, path: str) -> list[tuple[ast.expr, _Found]]:
    """What fills a field of this name, in the classes of this module and of those it imports from."""
    values: list[tuple[ast.expr, _Found]] = []
    for home in (path, *_imported(path).values()):
        for kind in (node for node in trees()[home].body if isinstance(node, ast.ClassDef)):
            fields = [f.target.id for f in kind.body if isinstance(f, ast.AnnAssign) and isinstance(f.target, ast.Name)]
            for call in _calls(kind.name) if name in fields else ():
                assert isinstance(call.node, ast.Call)
                values += [(given, call) for given in call.node.args[fields.index(name) :][:1]]
                values += [(keyword.value, call) for keyword in call.node.keywords if keyword.arg == name]
    return values


def _imported(path: str) -> dict[str, str]:
    """The names a module imports from the package, and the module of each."""
    found: dict[str, str] = {}
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.ImportFrom) and node.module:
            home = node.module.removeprefix("connector.").replace(".", "/") + ".py"
            found |= {alias.name: home for alias in node.names if home in trees()}
    return found


def _table(name: str, path: str) -> list[ast.expr]:
    """The values of a module's table."""
    tables = [node for node in trees()[path].body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return [
        value
        for node in tables
        if name in ast.unparse(node).split("=")[0] and isinstance(node.value, ast.Dict)
        for value in node.value.values
    ]


def _returned(name: str, path: str) -> list[tuple[ast.expr, _Found]]:
    """What a function returns that is defined in this module or imported into it."""
    home = _imported(path).get(name, path)
    functions = [node for node in trees()[home].body if isinstance(node, ast.FunctionDef) and node.name == name]
    return [
        (node.value, _Found(home, node, (function,)))
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
    ]


def _values(name: str, where: _Found) -> list[tuple[ast.expr, _Found]]:
    """What is assigned to a name in the functions around, or handed to the one whose parameter it is."""
    for place in range(len(where.around) - 1, -1, -1):
        function = where.around[place]
        body: Sequence[ast.AST] = function.body if isinstance(function, ast.FunctionDef) else [function.body]
        assigned = [
            node.value
            for part in body
            for node in ast.walk(part)
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        if assigned:
            return [(value, where) for value in assigned]
        names = [argument.arg for argument in function.args.args]
        if name in names and isinstance(function, ast.FunctionDef):
            return _handed(function, name, names, where.path)
    return []


def _handed(function: ast.FunctionDef, name: str, names: list[str], path: str) -> list[tuple[ast.expr, _Found]]:
    """What every call in the module hands to this parameter, and its default."""
    position = names.index(name)
    defaults = function.args.defaults
    from_end = len(names) - position
    values: list[tuple[ast.expr, _Found]] = []
    if from_end <= len(defaults):
        values.append((defaults[-from_end], _Found(path, function, ())))
    method = names[:1] in (["self"], ["cls"])
    for call in _calls(function.name):
        assert isinstance(call.node, ast.Call)
        if call.path != path:
            continue
        index = position - 1 if method else position
        if index < len(call.node.args):
            values.append((call.node.args[index], call))
        values += [(keyword.value, call) for keyword in call.node.keywords if keyword.arg == name]
    return values
