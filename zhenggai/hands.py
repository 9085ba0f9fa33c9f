"""Who does the work of `read` and `reread`: the cores of this machine, or the workers of a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipelines.workers import WorkersError, WorkThrough, work_through
from zhenggai.options import on_cluster


@contextmanager
def working_through(cluster: str | None) -> Iterator[WorkThrough]:
    """Give what has jobs done: this machine, or the cluster at an address. Raises click.ClickException where that cannot be used."""
    if cluster is None:
        try:
            yield work_through
        except WorkersError as error:
            raise click.ClickException(str(error)) from error
        return
    module = on_cluster("zhenggai.cluster")
    try:
        with module.connected(cluster) as client:
            yield module.Spread(client)
    except module.ClusterError as error:
        raise click.ClickException(str(error)) from error
