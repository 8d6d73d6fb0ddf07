"""What can go wrong in ``app``, and what the reader is told of it.

::

    AppError
    ├── SettingsError    the settings are wrong; the process ends before it listens
    │   └── CertificateWrong   where one is in use already, that one stays
    └── BodyCut          a picture under way was stopped; the connection is reset

Over HTTP nearly everything is the one 404 (:mod:`app.guard`). Told as they are:
one's own form was wrong (400), too many tries (429), the portal is not well (503).
Their pages are static and speak both languages, because they are needed when
nothing else works.
"""

import errno
import logging

from flask import Flask, Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from access.errors import LogUnavailable, RecordsUnavailable, TooBusy

logger = logging.getLogger(__name__)

#: How long somebody is asked to wait before trying again.
RETRY_SECONDS = 5
TOO_MANY_RETRY_SECONDS = 60


class AppError(Exception):
    """Base of what ``app`` raises on purpose."""


class SettingsError(AppError):
    """The settings are wrong; says which, never their values."""


class CertificateWrong(SettingsError):
    """The school's own certificate cannot be used; says which file, why, and what to do."""


class BodyCut(AppError, ConnectionResetError):
    """The right to a picture ended while it was being sent.

    A ``ConnectionResetError``, so that the server takes it for what it is.
    """

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the right to this picture has ended")


class FormRefused(HTTPException):
    """A person's own form does not belong to this sign-in, or is malformed."""

    code = 400
    description = "form"


_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><title>{zh_title} · {en_title}</title>
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/static/img/window.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/css/plain.css">
</head>
<body><main>
<img src="/static/img/window.svg" alt="" width="68" height="68">
<h1>{zh_title}</h1><p>{zh}</p>
<div lang="en"><h2>{en_title}</h2><p>{en}</p></div>
<p><a href="/">首页 · <span lang="en">Start page</span></a></p>
</main></body>
</html>
"""

FORM_PAGE = _PAGE.format(
    zh_title="请再试一次",
    zh="这个页面打开太久了，或者填写的内容不完整。请回到首页再试一次。",
    en_title="Please try again",
    en="This page was open for too long, or something in it was missing. Go back to the start page.",
)
TOO_MANY_PAGE = _PAGE.format(
    zh_title="请稍等一下",
    zh="登录尝试的次数太多。请等一分钟再试，您的账号没有被锁定。",
    en_title="Please wait a moment",
    en="There were too many tries to sign in. Wait a minute and try again; your account is not locked.",
)
NOT_WELL_PAGE = _PAGE.format(
    zh_title="暂时无法使用",
    zh="系统现在无法回答，没有显示任何画面。请过一会儿再试。",
    en_title="Not available just now",
    en="The portal cannot answer at the moment, and nothing was shown. Please try again shortly.",
)


def not_well() -> Response:
    """Return the page that says the portal cannot answer."""
    return Response(NOT_WELL_PAGE, 503, {"Retry-After": str(RETRY_SECONDS)}, mimetype="text/html")


def tell_fault(fault: BaseException) -> None:
    """Log a fault of ours: its type and place only, for messages may carry names and addresses."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    logger.error("portal:fault %s at %s", type(fault).__name__, place)


def init_app(app: Flask) -> None:
    """Tell of what may be told; everything else is left to the one 404."""

    @app.errorhandler(LogUnavailable)
    @app.errorhandler(RecordsUnavailable)
    def nothing_can_be_recorded(fault: Exception) -> Response:
        logger.error("portal:not_well %s", type(fault).__name__)
        return not_well()

    @app.errorhandler(TooBusy)
    def too_many_at_once(_: TooBusy) -> Response:
        return not_well()

    @app.errorhandler(CSRFError)
    @app.errorhandler(FormRefused)
    def form_was_wrong(_: Exception) -> Response:
        return Response(FORM_PAGE, 400, mimetype="text/html")

    @app.errorhandler(TooManyRequests)
    def too_many_tries(_: TooManyRequests) -> Response:
        retry = {"Retry-After": str(TOO_MANY_RETRY_SECONDS)}
        return Response(TOO_MANY_PAGE, 429, retry, mimetype="text/html")

    @app.errorhandler(Exception)
    def a_fault_of_ours(fault: Exception) -> Response:
        tell_fault(fault)
        return not_well()
