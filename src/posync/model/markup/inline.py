"""Strip a line of its markup: emphasis, links, images, tags, struck text, emoji names."""

from __future__ import annotations

import html
import re

from posync.model.markup.block import Line

# Every pattern is bounded or stops at its own opening mark, so that no input takes more than linear time.
_TAGS = (
    "a|abbr|b|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|hr|i|img|input|ins|kbd|label|"
    "li|mark|ol|p|pre|s|small|span|strike|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul"
)
_BOLD_TAG = re.compile(r"</?(?:b|strong|u)>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,1000}\)(?:\{[^{}]{0,80}\})?")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((?:[^()]{0,1000}|[^()]{0,500}\([^()]{0,300}\)[^()]{0,300})\)")
_STRUCK = re.compile(r"~~[^~]{1,2000}~~")
_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]{1,30}:")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!~|>-])")
_EMPHASIS = re.compile(r"(?<!\\)\*{1,3}(?=\S)|(?<=[^\s\\])\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_LEAD = re.compile(r"[^\w\s(\[*_]{0,4}\s{0,4}(?:\*\*|__)\s?([^*]{1,200}?)\s?(?:\*\*|__)")

_WIKI_LINK = re.compile(r"\[([^\[\]|]{1,500})\|[^\[\]]{1,1000}\]")
_WIKI_IMAGE = re.compile(r"!(?=\S)[^!\s|]{1,300}(?:\|[^!]{0,100})?!")
_WIKI_MACRO = re.compile(
    r"\{(?:color|anchor|status|toc|html|section|column)(?::[^{}]{0,200})?\}", re.IGNORECASE
)
_WIKI_BRACED = re.compile(r"\{([*_+^~-])\}")  # how Jira writes emphasis inside a word
_WIKI_MONO = re.compile(r"\{\{([^{}]{0,500})\}\}")
_WIKI_STRUCK = re.compile(r"(?<![\w-])-(?=\S)[^-]{1,2000}(?<=\S)-(?![\w-])")
_WIKI_EMPHASIS = re.compile(r"(?<![\w])[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}(?!\w)")
_WIKI_UNDERLINE = re.compile(r"(?<![\w+])\+(?=[^\s+])([^+\n]{1,300})(?<=\S)\+(?![\w+])")
_WIKI_LEAD = re.compile(r"[^\w\s(\[*_+]{0,4}\s{0,4}([*_+]{1,2})(?=\S)([^*+]{1,200}?)\1(?!\w)")


def markdown_line(raw: str, start: int) -> Line:
    """Return what a reader sees of one line of Markdown that begins at `start` of the source."""
    raw, start = _trimmed(raw, start)
    marked = _BOLD_TAG.sub("**", raw) if "<" in raw else raw
    text = _markdown(marked)
    found = _LEAD.match(marked) if "**" in marked or "__" in marked else None
    return Line(text, (start, start + len(raw)), _lead(found[0], text, _markdown) if found else 0)


def wiki_line(raw: str, start: int) -> Line:
    """Return what a reader sees of one line of Jira wiki markup that begins at `start` of the source."""
    raw, start = _trimmed(raw, start)
    marked = _WIKI_BRACED.sub(r"\1", _WIKI_MACRO.sub("", raw)) if "{" in raw else raw
    marked = _BOLD_TAG.sub("*", marked) if "<" in marked else marked
    text = _wiki(marked)
    found = (
        _WIKI_LEAD.match(marked) if marked[:12].strip("*_+") != marked[:12] or "*" in marked[:12] else None
    )
    return Line(text, (start, start + len(raw)), _lead(found[0], text, _wiki) if found else 0)


def _trimmed(raw: str, start: int) -> tuple[str, int]:
    left = raw.lstrip()
    return left.rstrip(), start + len(raw) - len(left)


def _lead(marked: str, text: str, strip: object) -> int:
    """Return how much of `text` the emphasised beginning makes up, a closing colon included."""
    begun = len(strip(marked))  # type: ignore[operator]
    rest = text[begun:].strip(" :.")
    return begun if rest else len(text)


def _markdown(raw: str) -> str:
    text = raw
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
        text = _LINK.sub(r"\1", text)  # a picture that was a link
    if "<" in text:
        text = _TAG.sub("", text)
    if "~" in text:
        text = _STRUCK.sub("", text)
        if re.fullmatch(r"~[^~]+~", text.strip()):
            text = ""
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub("", text)
    return _plain(_ESCAPE.sub(r"\1", text.replace("`", "")) if "\\" in text or "`" in text else text)


def _wiki(raw: str) -> str:
    text = raw
    if "[" in text:
        text = _LINK.sub(r"\1", _WIKI_LINK.sub(r"\1", text))
    if "!" in text:
        text = _WIKI_IMAGE.sub("", text)
    if "{" in text:
        text = _WIKI_MONO.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "*" in text or "_" in text:
        text = _WIKI_EMPHASIS.sub("", text)
    if "+" in text:
        text = _WIKI_UNDERLINE.sub(r"\1", text)
    if text.startswith("-") and _WIKI_STRUCK.fullmatch(text):
        text = ""
    return _plain(text)


def _plain(text: str) -> str:
    if ":" in text:
        text = _SHORTCODE.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())
