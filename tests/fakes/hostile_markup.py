"""Texts that would act on a page if any page let them: each names its nodes `xss`.

The kinds are those of public lists of such texts: mutation (what a second reading of the markup
makes of it), Markdown, SVG, `javascript:`, and the syntax of templates.
"""

HOSTILE = (
    "<script class=xss>alert(1)</script>",
    "<img class=xss src=x onerror=alert(1)>",
    "<svg class=xss onload=alert(1)><animate class=xss onbegin=alert(1) attributeName=x></svg>",
    "<svg><script class=xss href='data:text/javascript,alert(1)' /></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img class=xss src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img class=xss src onerror=alert(1)>",
    "<noscript><p title='</noscript><img class=xss src=x onerror=alert(1)>'></noscript>",
    "<svg></p><style><a class=xss id='</style><img class=xss src=1 onerror=alert(1)>'>",
    "<iframe class=xss srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a class=xss href='javascript:alert(1)'>x</a> <javascript:alert(1)>",
    "[x](javascript:alert(1)) ![x](https://evil.invalid/x.png) [y]: javascript:alert(1)",
    "<https://evil.invalid/> https://evil.invalid/path www.evil.invalid",
    "--8<-- \"/etc/passwd\"\n!!! note \"x\"\n    <b class=xss>x</b>\n{: onclick=alert(1) .xss }",
    "# x { #xss onclick=alert(1) }\n\n```{.xss onload=alert(1)}\nx\n```",
    "{{ 7*7 }}{% raw %}{{ config }}{% endraw %}${7*7}#{7*7}<%= 7*7 %>"
    "{{constructor.constructor('alert(1)')()}}",
    "</textarea><script class=xss>alert(1)</script><textarea>",
    "</title></style></script><script class=xss>alert(1)</script>",
    "\" autofocus onfocus=alert(1) class=xss x=\"",
    "' onmouseover='alert(1)' class='xss",
    "`><img class=xss src=x onerror=alert(1)>",
    "<xss-node class=xss style=animation-name:x onanimationstart=alert(1) tabindex=1 autofocus>",
    "<meta class=xss http-equiv=refresh content='0;url=https://evil.invalid/'>",
    "<base class=xss href=//evil.invalid/><link class=xss rel=stylesheet href=//evil.invalid/x>",
    "<object class=xss data=javascript:alert(1)></object><embed class=xss src=//evil.invalid/x>",
    "<template><img class=xss src=x onerror=alert(1)></template>"
    "<details open ontoggle=alert(1) class=xss>",
    "&lt;img class=xss src=x onerror=alert(1)&gt; "
    "&#x3C;script class=xss&#x3E;alert(1)&#60;/script&#62;",
    "\\u003cscript class=xss\\u003ealert(1)\\u003c/script\\u003e "
    "＜script class=xss＞alert(1)＜/script＞",
    "<b>&amp;</b> ]]> --> <![CDATA[<img class=xss src=x onerror=alert(1)>]]>\n=1+1",
)  # fmt: skip
"""May hold line ends."""

HOSTILE_LINES = (
    "<img class=xss src=x onerror=alert(1)>",
    "<script class=xss>alert(1)</script>",
    '"><svg class=xss onload=alert(1)>',
    "' onfocus=alert(1) autofocus class=xss '",
    "[x](javascript:alert(1)) {{ 7*7 }}",
    "</a><a class=xss href=javascript:alert(1)>",
)
"""Short ones, for names and titles."""


def hostile(number: int) -> str:
    """One of them; as many numbers as there are give each once."""
    return HOSTILE[number % len(HOSTILE)]


def hostile_line(number: int) -> str:
    """As `hostile`, without line ends and at most 45 characters."""
    return HOSTILE_LINES[number % len(HOSTILE_LINES)]
