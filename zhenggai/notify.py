"""Telling people which sites need one: by webhook and by mail, as ``monitors.yml`` says."""

import json
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pipelines.health import Reason
from pipelines.monitors import Email, Monitors, Webhook

Findings = Mapping[str, Sequence[Reason]]
"""The reasons for each site that needs a person, by its id; what is no site's own stands under `ARCHIVE`."""
ARCHIVE = "archive"


FAULTS = (OSError, HTTPException, UnicodeError)
"""What sending raises; a password, or an answer, may hold what has no place in the protocol (UnicodeError)."""


class NoRedirects(HTTPRedirectHandler):
    """Goes nowhere else: urllib would ask for the other address by GET, without what was to be told, and take its answer for success."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        """Raise HTTPError."""
        raise HTTPError(req.full_url, code, f"{msg}; it leads elsewhere: name the address that takes messages", headers, fp)


class NotifyError(Exception):
    """Somebody could not be told; the message says by which way, and why."""


def notify(monitors: Monitors, archive: str, findings: Findings) -> list[str]:
    """Tell everybody that the monitors name; return what was done. Raises NotifyError once all ways were tried."""
    done, faults = [], []
    if monitors.webhook:
        try:
            _post(monitors.webhook, archive, findings)
            done.append(f"sent to {_server(monitors.webhook)}")
        except FAULTS as error:
            faults.append(f"webhook of {_server(monitors.webhook)}: {error}")
    if monitors.email:
        try:
            _mail(monitors.email, archive, findings)
            done.append(f"mailed to {', '.join(monitors.email.to)}")
        except FAULTS as error:
            faults.append(f"mail by {monitors.email.host} port {monitors.email.port}: {error}")
    if faults:
        raise NotifyError("; ".join(faults))
    return done


def _post(webhook: Webhook, archive: str, findings: Findings) -> None:
    """Send the findings as JSON; ``text`` is what chat services show. Raises OSError for any status but 2xx."""
    sites = {site: [{"threshold": reason.threshold, "text": reason.text} for reason in found] for site, found in findings.items()}
    body = {"archive": archive, "text": f"{_subject(findings)}\n{_lines(findings)}", "sites": sites}
    headers = {"Content-Type": "application/json; charset=utf-8"} | webhook.headers
    request = Request(webhook.url, json.dumps(body, ensure_ascii=False).encode(), headers)  # noqa: S310 - the pattern allows http and https
    with build_opener(NoRedirects).open(request, timeout=webhook.timeout_seconds):
        pass


def _server(webhook: Webhook) -> str:
    """Return what may be printed of the address: its path is as good as a password."""
    return urlsplit(webhook.url).netloc


def _mail(email: Email, archive: str, findings: Findings) -> None:
    """Send the findings as one letter to all. Raises OSError, also where the server takes it for some and refuses others."""
    message = EmailMessage()
    message["Subject"] = _subject(findings)
    message["From"] = email.sender
    message["To"] = ", ".join(email.to)
    message.set_content(f"{archive}\n\n{_lines(findings)}\n")
    context = ssl.create_default_context()
    if email.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(email.host, email.port, timeout=email.timeout_seconds, context=context)
    else:
        server = smtplib.SMTP(email.host, email.port, timeout=email.timeout_seconds)
    with server:
        if email.security == "starttls":
            server.starttls(context=context)
        if email.user and email.password_file:
            server.login(email.user, email.password_file.read_text("utf-8").strip())
        try:
            refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
    if refused:
        said = (f"{to}: {code} {answer.decode(errors='replace')}" for to, (code, answer) in refused.items())
        raise smtplib.SMTPException(f"refused for {'; '.join(said)}")


def _subject(findings: Findings) -> str:
    if ARCHIVE in findings:
        return "整改通报档案：采集或检查没有进行，需要人工处理 (no crawl, or no look at the sites: it needs a person)"
    return f"整改通报档案：{len(findings)} 个网站需要人工处理 (sites that need a person: {len(findings)})"


def _lines(findings: Findings) -> str:
    return "\n".join(f"{site}: {reason.text}" for site, found in findings.items() for reason in found)
