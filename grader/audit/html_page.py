"""An audit as one HTML file: no network, no script, dark and light, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from grader.audit.report import AuditReport, Finding, SiteReport, whole
from grader.audit.signals import Share
from grader.xml_text import xml_safe

_STYLE = """
:root{color-scheme:dark light;--ground:#0e1117;--raised:#151a23;--rule:#2a3240;--ink:#d6dbe4;--soft:#9ba6b7;
--bad:#ea6f1c}
@media(prefers-color-scheme:light){:root{--ground:#fbfbf8;--raised:#f1f2ee;--rule:#d3d7d4;--ink:#1d2430;--soft:#566070;
--bad:#b34700}}
body{background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:0 0 .3rem}
p{margin:.3rem 0;max-width:75ch}.soft{color:var(--soft)}.bad{color:var(--bad);font-weight:600}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--soft)}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
.wide{overflow-x:auto}ol,ul{padding-left:1.4rem}li{margin-bottom:1rem}ul.details li{margin:0}
code{background:var(--raised);padding:0 .25em;overflow-wrap:anywhere}
"""


def to_html(report: AuditReport) -> str:
    """Return the page."""
    score = f"Score {whole(report.score)} of 100" if report.calls else "No call to a model was found"
    came = f"{report.calls} calls in {report.spans} spans, {report.logs} log records, {report.metrics} metrics."
    findings = "".join(f"<li>{_finding(finding)}</li>" for finding in report.findings)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Audit: {score}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{score}</h1><p class="soft">{came} This page holds no prompt, no answer and no personal value.</p>'
        f"<h2>Signals</h2>{_signals(report)}<h2>Conventions</h2>{_generations(report)}"
        f"<h2>What to fix, most valuable first</h2>{f'<ol>{findings}</ol>' if findings else '<p>Nothing.</p>'}"
        f"<h2>Call sites</h2>{''.join(map(_site, report.sites))}</main></body></html>\n"
    )


def _text(words: str) -> str:
    """Escape a text; what stands in backquotes becomes code."""
    parts = escape(xml_safe(words)).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))


def _cell(share: Share) -> str:
    if not share.of:
        return '<td class="soft">none to have it</td>'
    marked = ' class="bad"' if share.have < share.of * share.signal.enough else ""
    return f"<td{marked}>{share.have} of {share.of}</td>"


def _signals(report: AuditReport) -> str:
    heads = "".join(f'<th scope="col">{_text(_name(share))}</th>' for share in report.signals)
    rows = [("All calls", report.score, report.signals)]
    rows += [(f"{site.site.service}, {site.site.place}", site.score, site.signals) for site in report.sites]
    body = "".join(
        f'<tr><th scope="row">{_text(name)}</th><td>{whole(score)}</td>{"".join(map(_cell, shares))}</tr>'
        for name, score, shares in rows
    )
    return (
        '<div class="wide" role="region" aria-label="Signals by call site" tabindex="0"><table>'
        "<caption>In how many calls each signal is, of those that should have it.</caption>"
        f'<thead><tr><th scope="col">Call site</th><th scope="col">Score</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _name(share: Share) -> str:
    return {"duration": "latency", "first-chunk": "time to first token"}.get(share.signal.id, share.signal.word)


def _generations(report: AuditReport) -> str:
    items = "".join(f"<li>{_text(words)}: {number} calls</li>" for words, number in report.generations.items())
    return f'<ul class="details">{items}</ul>'


def _finding(finding: Finding) -> str:
    how_many = f"{finding.calls} of {finding.of} calls" if finding.of else "the whole application"
    marked = ' class="bad"' if finding.severity == "serious" else ""
    example = ""
    if finding.example:
        trace_id, span_id = (_text(part) for part in finding.example)
        example = f'<p class="soft">For example trace <code>{trace_id}</code>, span <code>{span_id}</code>.</p>'
    return (
        f"<h3>{_text(finding.title)}</h3>"
        f"<p><span{marked}>{finding.severity}</span>, {how_many}, worth {finding.points:.1f} points</p>"
        f"<p>{_text(finding.fix)}</p>{_details(finding.details.items())}"
        f"<p>Read {_text(finding.lesson.words)}.</p>{example}"
    )


def _details(details: Iterable[tuple[str, int]]) -> str:
    items = "".join(f"<li>{_text(said)} ({number})</li>" for said, number in details)
    return f'<ul class="details">{items}</ul>' if items else ""


def _site(site: SiteReport) -> str:
    facts = f"{site.calls} calls, {site.streams} streamed, {site.failed} failed. "
    facts += f"Models: {', '.join(site.models) or 'not named'}. Recorded by {site.site.scope or 'nobody named'}. "
    facts += "Speaks " + "; ".join(f"{words} ({number})" for words, number in site.generations.items()) + "."
    items = "".join(f"<li>{_text(finding.title)}: {finding.calls} calls</li>" for finding in site.findings)
    named = f"{site.site.service}, {site.site.place}"
    fixes = f'<ul class="details">{items}</ul>' if items else "<p>Nothing to fix.</p>"
    return f"<section><h3>{_text(named)}: {whole(site.score)} of 100</h3><p>{_text(facts)}</p>{fixes}</section>"
