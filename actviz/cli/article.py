"""``actviz article``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from actviz.cli.options import Numbers, json_option, progress, style_options, workers_option


@click.command("article")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False),
    default="article-figures",
    show_default=True,
    help="Folder to write to; made if missing.",
)
@click.option(
    "--seeds", type=Numbers(), help="How many seeds, or which: 3,5,7.  [default: 8, and 4 for the deep stack]"
)
@style_options
@workers_option
@json_option
def command(output: str, seeds: Any, formats: tuple[str, ...], theme: str, workers: int | None, as_json: bool) -> None:
    """Draw the article's whole figure set from data measured now.

    Zero, constant, uniform, standard normal, Xavier and He initialization under sigmoid, tanh and ReLU: every figure,
    the results they are drawn from, and index.html, which says what each shows.
    """
    import actviz
    from actviz.dataset import write_atomically
    from actviz.experiments import ARTICLE, draw, measure
    from actviz.plots import save_figure
    from actviz.report.index import Entry, index_page

    folder = Path(output)
    started = time.perf_counter()
    with progress("measuring") as callback:
        datasets = measure(ARTICLE, seeds=seeds, workers=workers, progress=callback)
    folder.mkdir(parents=True, exist_ok=True)
    for name, dataset in datasets.items():
        actviz.save(dataset, folder / f"{name}.nc")
    entries = []
    with progress("drawing  ") as callback:
        for drawing, figure in draw(ARTICLE, datasets, theme=theme):
            files = [f"{drawing.stem}.{ending}" for ending in formats]
            for file in files:
                save_figure(figure, folder / file)
            entries.append(Entry(drawing.stem, files, drawing.caption["en"]))
            if callback:
                callback(len(entries), len(ARTICLE.drawings))
    recipes = {f"{name}.nc": actviz.recipe(dataset) for name, dataset in datasets.items()}
    page = index_page(ARTICLE.title["en"], ARTICLE.source, entries, recipes, actviz.__version__, "en")
    write_atomically(folder / "index.html", lambda to: to.write_text(page, encoding="utf-8"))
    if as_json:
        from actviz.cli.tables import echo_json

        figures = [{"figure": e.stem, "files": list(e.files), "caption": e.caption} for e in entries]
        return echo_json({"folder": str(folder), "index": "index.html", "results": list(recipes), "figures": figures})
    for entry in entries:
        click.echo(f"{folder / entry.files[0]}: {entry.headline}")
    seconds = time.perf_counter() - started
    click.echo(
        f"{len(entries)} figures and {len(recipes)} results in {seconds:.1f} s; start at {folder / 'index.html'}"
    )
