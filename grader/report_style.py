"""How a report looks: a dark and a light page, and a notebook in its own theme."""

# Named twice, to weigh more than the rules that JupyterLab has for whatever stands in an output.
_SCOPE = "section.lab-report.lab-report"
# Where no page sets figure colours, JupyterLab's own are next, then a light page's.
STYLE = """
§{--text:var(--fig-text,var(--jp-content-font-color1,#1f2328));color:var(--text);
--muted:var(--fig-muted,var(--jp-content-font-color2,#57606a));
--line:var(--fig-grid,var(--jp-border-color2,#d0d7de));--bad:var(--fig-bad-text,var(--jp-error-color1,#b3400a));
font:15px/1.5 system-ui,sans-serif;max-width:768px;text-align:left;overflow-wrap:anywhere}
§ h2{font-size:20px;line-height:1.3;font-weight:600;margin:0 0 4px;color:inherit}
§ h3{font-size:15px;line-height:1.5;font-weight:600;margin:0;color:inherit}
§ p{margin:4px 0}
§ .facts,§ dt,§ caption{color:var(--muted)}
§ ol{list-style:none;margin:16px 0;padding:0}
§ li{margin:0;padding:6px 0 6px 26px;border-top:1px solid var(--line);text-indent:0}
§ h3 .sign{display:inline-block;width:26px;margin-left:-26px}
§ .failed .sign,§ h2.failed .sign,§ td.bad{color:var(--bad)}
§ h2 .sign{margin-right:8px}
§ td.fact{padding-left:18px}
§ .blocked h3{font-weight:400;color:var(--muted)}
§ .passed h3{font-weight:400}
§ dl{display:grid;grid-template-columns:max-content 1fr;gap:0 14px;margin:4px 0}
§ dt,§ dd{float:none;display:block;width:auto;margin:0;padding:0;font-weight:400}
§ figure{margin:16px 0}
§ .drawing{position:relative;z-index:1}
§ table{border-collapse:collapse;width:100%;table-layout:fixed;margin:8px 0;border:0;
font:13px/1.5 system-ui,sans-serif;color:inherit}
§ caption{text-align:left;padding:2px 0;caption-side:top}
§ tr{background:none}
§ details{font-size:13px}
§ h4{font-size:13px;margin:8px 0 0;color:inherit}
§ ul{list-style:none;margin:0;padding:0}
§ ul li{border:0;padding:1px 0}
§ th,§ td{text-align:left;vertical-align:top;padding:3px 8px 3px 0;border:0;
border-top:1px solid var(--line);overflow-wrap:anywhere;max-width:none;white-space:normal}
§ th:first-child,§ td:first-child{width:44%}
§ td{font-variant-numeric:tabular-nums}
@media (max-width:640px){§ .drawing{display:none}}
@media (min-width:641px){§ caption{position:absolute;clip-path:inset(50%);white-space:nowrap}}
""".replace("§", _SCOPE)
PAGE_STYLE = """
:root{color-scheme:light dark;--fig-text:#1f2328;--fig-muted:#57606a;--fig-grid:#d0d7de;--fig-paper:#fff;
--fig-bar:#0072b2;--fig-bad:#d55e00;--fig-bad-text:#b3400a;--fig-accent:#0969da}
@media (prefers-color-scheme:dark){:root{--fig-text:#c9d1d9;--fig-muted:#9aa4af;--fig-grid:#30363d;--fig-paper:#0e1117;
--fig-bar:#56b4e9;--fig-bad:#d55e00;--fig-bad-text:#f0883e;--fig-accent:#58a6ff}}
body{margin:0;padding:24px 16px;background:var(--fig-paper)}
.lab-report{margin:0 auto}
"""
