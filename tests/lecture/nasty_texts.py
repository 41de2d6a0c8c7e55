"""Texts that are markup, commands or no characters at all in one target or another."""

NASTY = (
    r"\input{/etc/passwd} 50% & #1 _a_ ^b ~ {c} $x$ $y$",
    "</script><script>alert(1)</script> <img src=x onerror=alert(1)>",
    '#panic("typst") *bold* _it_ `raw` @ref <label> // comment',
    '"""; import os; os.abort() #',
    "- 1. [link](javascript:alert(1)) ![](x) | ~~s~~ ::: {.notes}",
    "tail\\",
    "a\x00b\x1bc\ud800d\nnew\r\nline \ufffe",
    "$$\\dfrac{1}{2}$$ \\(z\\) 한글 && ''quotes'' -- --- ...",
    "1) first :smile: ==mark== ---",
)
