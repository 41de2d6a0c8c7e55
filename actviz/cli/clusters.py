"""The options of work on a cluster."""

from __future__ import annotations

from typing import Any

import click

from actviz.cli.options import options


def _cluster(ctx: click.Context, parameter: click.Parameter, where: str | None) -> Any:
    """Return where tasks are done, with the files that are sent there."""
    uploads = tuple(ctx.params.pop("upload", ()))
    if where is None:
        if uploads:
            raise click.UsageError("--upload sends files to the workers of a --cluster")
        return None
    from actviz.numerics.connecting import Cluster

    return Cluster(where, uploads)


cluster_options = options(
    click.option(
        "--upload",
        multiple=True,
        metavar="FILE",
        is_eager=True,
        help="Send a file with functions of your own to the cluster's workers first; repeat for several.",
    ),
    click.option(
        "--cluster",
        metavar="ADDRESS|FILE",
        callback=_cluster,
        help="Work on a Dask cluster: tcp://host:8786, or its scheduler file (extra: cluster).",
    ),
)
