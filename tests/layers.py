"""The architecture as rules over source text, read without importing it.

Every rule takes the sources of a package as a mapping from path, relative to the package, to text,
and returns one message per violation.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

Sources = Mapping[str, str]

LAYERS = (
    {"typing"},
    {"linalg"},
    {"groups", "manifolds"},
    {"representations"},
    {"fields"},
    {"kernels", "networks", "testing"},
    {"gp"},
    {"sde"},
    {"parametrisations"},
    {"solvers", "losses"},
    {"sampling", "likelihood"},
    {"model"},
    {"data", "training", "metrics", "baselines", "plotting"},
    {"experiments"},
    {"cli"},
    {"__main__"},
)
"""Bottom up: a module imports from the sets before its own, and from no sibling in its set."""

RANK = {layer: rank for rank, layers in enumerate(LAYERS) for layer in layers}

FIRST_USER = {"networks": "model", "testing": None}
"""The lowest layer that may know a layer which stands beside the main stem; None for no layer."""

ONLY_IN = {
    "cartopy": {"data", "plotting"},
    "cftime": {"data"},
    "dask": {"data"},
    "diffrax": {"solvers", "likelihood"},
    "e3nn_jax": {"networks", "representations"},
    "geomstats": {"baselines", "manifolds/geomstats.py"},
    "haiku": {"networks"},
    "huracanpy": {"data", "plotting"},
    "matplotlib": {"data", "plotting"},
    "mpl_toolkits": {"data", "plotting"},
    "optax": {"training", "gp"},
    "orbax": {"training"},
    "pandas": {"data", "plotting"},
    "pyproj": {"data"},
    "rich": {"training", "cli"},
    "safetensors": {"model"},
    "scoringrules": {"experiments/wind_verification.py"},
    "tyro": {"cli"},
    "xarray": {"data", "plotting"},
    "zarr": {"data"},
}
"""Where a third-party package may be imported: layers, or single files."""

HEAVY = frozenset(ONLY_IN) - {"safetensors"}
"""What importing must not load, since it would cost more than JAX itself does."""

LIGHT = ("__init__.py", "model/__init__.py")
"""What has to be cheap to import: the package, and what loading a saved model takes."""

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60


@dataclass(frozen=True)
class Import:
    """One imported dotted name; `from a import b` imports a.b."""

    name: str
    line: int
    at_import: bool
    """Whether it runs when its module is imported: not in a function, nor for type checkers."""

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]


def imports_of(source: str) -> Iterator[Import]:
    """All imports of a module, at every depth."""
    pending: list[tuple[ast.AST, bool]] = [(ast.parse(source), True)]
    while pending:
        node, at_import = pending.pop()
        for name in _names(node):
            yield Import(name, getattr(node, "lineno", 0), at_import)
        is_deferred = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        is_for_checkers = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        below = at_import and not (is_deferred or is_for_checkers)
        pending.extend((child, below) for child in ast.iter_child_nodes(node))


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            return [f"{'.' * level}{module or ''}.{alias.name}" for alias in names]
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(
            function
        ).endswith(("import_module", "__import__")):
            return [name]
    return []


def layer_of(path: str) -> str:
    """The layer of a path such as `groups/base.py`, empty for the package's own `__init__`."""
    layer = PurePosixPath(path).parts[0].removesuffix(".py")
    return "" if layer == "__init__" else layer


def upward_imports(sources: Sources) -> list[str]:
    """A module imports only from lower layers, by their own names, and from no sibling."""
    found = []
    for path, source in sources.items():
        layer = layer_of(path)
        if layer and layer not in RANK:
            found.append(f"{path}: the layer {layer} has no place; give it one in LAYERS")
        elif layer:
            for item in imports_of(source):
                problem = _problem_with(item, layer)
                if problem:
                    found.append(f"{path}:{item.line}: {layer} imports {item.name}: {problem}")
    return found


def _problem_with(item: Import, layer: str) -> str | None:
    if item.root == "":
        return "a relative import hides its layer; write the absolute one"
    if item.root != "geomndp":
        return None
    _, _, rest = item.name.partition(".")
    other = rest.partition(".")[0]
    if other not in RANK:
        return "it is no layer; import from the layer that defines the name"
    if other == layer:
        return None
    if RANK[other] >= RANK[layer]:
        return "only lower layers may be imported"
    if other in FIRST_USER:
        first = FIRST_USER[other]
        if first is None or RANK[layer] < RANK[first]:
            return f"{other} is known to {f'{first} and above' if first else 'no layer'}"
    return None


def misplaced_dependencies(sources: Sources) -> list[str]:
    """A third-party package appears only where the design has it."""
    found = []
    for path, source in sources.items():
        for item in imports_of(source):
            places = ONLY_IN.get(item.root)
            if places is not None and not places & {layer_of(path), path}:
                allowed = ", ".join(sorted(places))
                found.append(f"{path}:{item.line}: imports {item.name}, allowed only in {allowed}")
    return found


def heavy_at_import(sources: Sources, roots: Iterable[str] = LIGHT) -> list[str]:
    """What importing the roots loads imports heavy packages only inside functions."""
    return [
        f"{path}:{item.line}: importing {' or '.join(roots)} would load {item.root}; "
        "import it in the function that uses it"
        for path in sorted(loaded_by(sources, roots))
        for item in imports_of(sources[path])
        if item.at_import and item.root in HEAVY
    ]


def loaded_by(sources: Sources, roots: Iterable[str] = LIGHT) -> set[str]:
    """The modules that run when the roots are imported."""
    loaded: set[str] = set()
    pending = list(roots)
    while pending:
        path = pending.pop()
        if path in loaded or path not in sources:
            continue
        loaded.add(path)
        for item in imports_of(sources[path]):
            if item.at_import and item.root == "geomndp":
                parts = item.name.split(".")[1:]
                for depth in range(1, len(parts) + 1):
                    stem = "/".join(parts[:depth])
                    pending += [f"{stem}.py", f"{stem}/__init__.py"]
    return loaded


def oversized(sources: Sources, exceptions: Mapping[str, str]) -> list[str]:
    """Files and functions are short; an exception, by path or `path::function`, gives its reason.

    The docstring of a function is not counted: there length is a virtue.

    An exception that is no longer needed is a violation too.
    """
    lengths = {path: len(source.splitlines()) for path, source in sources.items()}
    long = {p: (n, MAX_FILE_LINES) for p, n in lengths.items() if n > MAX_FILE_LINES}
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
                if length > MAX_FUNCTION_LINES:
                    long[f"{path}::{node.name}"] = length, MAX_FUNCTION_LINES
    found = [
        f"{name}: expected at most {limit} lines, got {length}; "
        "find the part that wants a name and a place of its own"
        for name, (length, limit) in long.items()
        if name not in exceptions
    ]
    stale = sorted(set(exceptions) - set(long))
    return found + [f"{name}: is within the limits; remove its exception" for name in stale]


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
