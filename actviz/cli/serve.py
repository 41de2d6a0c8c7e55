"""``actviz serve``."""

from __future__ import annotations

import click

from actviz.cli.options import lang_option, page_theme_option
from actviz.cli.printing import say


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on.  [default: a free one]")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 lets in a class that is given the link with its key.",
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in the browser.")
@lang_option
@page_theme_option("Colours of the page; auto is light or dark, as the reader's system is.")
def command(port: int, host: str, browser: bool, lang: str, theme: str) -> None:
    """Serve a page to play with: pictures follow while a slider moves.

    Sliders for depth, width, weight scale, biases and samples, initializer, activation and batch normalization; the
    distribution by layer, gradients, verdict and theory follow, computed by the real probe. A second page races two
    settings. It listens on 127.0.0.1 only, unless --host lets in a class; Ctrl-C ends it. Needs the extra `page`.

    \b
    Example: actviz serve --lang ko
    """  # noqa: D301
    from actviz.errors import ActvizError

    try:
        import bokeh  # noqa: F401 - told apart from a fault of our own
    except ModuleNotFoundError:
        raise ActvizError("the live page needs Bokeh: pip install 'actviz[page]'") from None
    from actviz.live.serving import serve

    def ready(address: str) -> None:
        say(f"actviz live: {address}  (Ctrl-C ends it)")
        if browser:
            import webbrowser

            webbrowser.open(address)

    serve(port, lang=lang, theme=theme, host=host, ready=ready)
