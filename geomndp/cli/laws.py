"""Of which law the functions or fields of a model are."""

import json
from pathlib import Path

from geomndp.data import regression_laws, vector_field_laws
from geomndp.experiments import RunFolder, shipped_gp_fields_name, shipped_name


def law_of(model: str, flag: str) -> str | None:
    """The law that a model was trained on, if its name or the settings of its run tell.

    Arguments:
        model: A shipped model's name, a model file, or a run folder.
        flag: The word for the law on the command line, and in the settings: process or kernel.

    Example:
        >>> from geomndp.cli.laws import law_of
        >>> law_of("regression1d-se", "process"), law_of("my.geomndp", "process")
        ('squared-exponential', None)
    """
    shipped = {shipped_name(law): law for law in regression_laws()}
    shipped |= {shipped_gp_fields_name(law): law for law in vector_field_laws()}
    if model in shipped:
        return shipped[model]
    path = Path(model)
    config = RunFolder(path if path.is_dir() else path.parent).config
    is_of_run = path.is_dir() or path.name == RunFolder(path.parent).model.name
    return json.loads(config.read_text()).get(flag) if is_of_run and config.exists() else None
