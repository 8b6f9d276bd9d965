"""The inventory is complete: every class that the library exports is put to the laws."""

import inventory
import pytest
from public_api import public_names, public_packages

LISTED = pytest.mark.parametrize("interface", inventory.LISTS, ids=lambda i: i.__name__)

WITHOUT_COMMON_LAWS = {
    "AbstractBaseline",
    "AbstractFieldGenerator",
    "AbstractFunctionLaw",
    "AbstractTask",
}
"""Interfaces whose implementations share no law that an inventory could drive."""


def unlisted_interfaces(listed: set[str]) -> set[str]:
    """Names of the interfaces that the library exports and that are not among those given."""
    names = (name for package in public_packages() for name in public_names(package))
    return {name.name for name in names if name.is_interface} - WITHOUT_COMMON_LAWS - listed


@LISTED
def test_every_exported_class_is_listed(interface: type):
    package, listed = inventory.LISTS[interface]
    assert inventory.unlisted(package, interface, listed) == []


@LISTED
def test_a_class_that_is_not_listed_is_found(interface: type):
    package, listed = inventory.LISTS[interface]
    expected = sorted({type(item).__name__ for item in listed})
    assert inventory.unlisted(package, interface, []) == expected != []


def test_every_interface_has_a_list():
    assert unlisted_interfaces({interface.__name__ for interface in inventory.LISTS}) == set()


def test_an_interface_without_a_list_is_found():
    rest = {interface.__name__ for interface in inventory.LISTS} - {"AbstractGroup"}
    assert unlisted_interfaces(rest) == {"AbstractGroup"}
