"""The public names of the package: what each is, and what its documentation says."""

import ast
import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from types import ModuleType
from typing import Any

PACKAGE = "geomndp"


@dataclass(frozen=True)
class PublicName:
    """A name in the `__all__` of a package."""

    package: str
    name: str
    value: Any
    documentation: str
    """The docstring; of a constant or type alias, the string below its assignment."""

    @property
    def path(self) -> str:
        return f"{self.package}.{self.name}"

    @property
    def is_package(self) -> bool:
        return isinstance(self.value, ModuleType)

    @property
    def is_data(self) -> bool:
        """Whether it is a constant or a type alias."""
        module = getattr(self.value, "__module__", None) or ""
        return not self.is_package and module.partition(".")[0] != PACKAGE

    @property
    def is_class(self) -> bool:
        return inspect.isclass(self.value) and not self.is_data

    @property
    def is_interface(self) -> bool:
        return self.is_class and self.name.startswith("Abstract")


def public_packages() -> list[str]:
    """The package itself and everything in it that has no leading underscore."""
    root = importlib.import_module(PACKAGE)
    names = [module.name for module in pkgutil.iter_modules(root.__path__)]
    return [PACKAGE, *(f"{PACKAGE}.{name}" for name in names if not name.startswith("_"))]


def public_names(package: str) -> list[PublicName]:
    """The names of one package, in the order of its `__all__`.

    Raises:
        AttributeError: If the package has no `__all__`.
    """
    module = importlib.import_module(package)
    return [_describe(package, name, getattr(module, name)) for name in module.__all__]


def _describe(package: str, name: str, value: Any) -> PublicName:
    found = PublicName(package, name, value, (value.__doc__ or "") if _has_own_doc(value) else "")
    if found.is_data:
        return PublicName(package, name, value, documentation_of_assignment(package, name))
    return found


def _has_own_doc(value: Any) -> bool:
    return isinstance(getattr(value, "__doc__", None), str)


def documentation_of_assignment(module: str, name: str) -> str:
    """The string literal below the assignment of a module's name, followed through re-exports."""
    body = ast.parse(inspect.getsource(importlib.import_module(module))).body
    for node, below in zip(body, [*body[1:], ast.Pass()], strict=True):
        match node:
            case ast.ImportFrom(module=str(origin), names=aliases):
                for alias in aliases:
                    if (alias.asname or alias.name) == name:
                        return documentation_of_assignment(origin, alias.name)
            case (
                ast.Assign(targets=[ast.Name(id=target)])
                | ast.AnnAssign(target=ast.Name(id=target))
            ) if target == name:
                match below:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        return inspect.cleandoc(text)
    return ""
