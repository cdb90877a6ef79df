"""Only who has the token looks, and only the page itself writes."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from edgekit.device.label.label_page import prepare_page
from edgekit.device.label.server import served
from edgekit.device.web.listener import listen
from tests.helpers.dashboard import fetch
from tests.helpers.label_page import TOKEN, label_page, opened, unlabelled


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    unlabelled(tmp_path / "ann.npz", "supine", "left")
    return tmp_path / "ann.npz"


def test_a_wrong_token_host_or_origin_is_refused(npz: Path) -> None:
    with label_page(npz) as address:
        here, host = address.partition("?")[0], address.split("/")[2]
        cookie = f"edgekit_label_{host.split(':')[1]}={TOKEN}"
        assert fetch(here)[0] == fetch(f"{here}labels")[0] == 401
        assert fetch(f"{here}?token=wrong")[0] == 401
        assert "edgekit label" in fetch(here)[1]
        assert fetch(f"{here}recording", Cookie=cookie)[0] == 200
        assert fetch(f"{here}recording", Cookie=cookie, Host="attacker.example")[0] == 421
        for origin in ({}, {"Origin": "http://attacker.example"}, {"Origin": "null"}):
            assert fetch(f"{here}labels", "PUT", Cookie=cookie, **origin)[0] == 403
        own = {"Origin": f"http://{host}"}
        assert fetch(f"{here}labels", "PUT", **own)[0] == 401
        assert fetch(f"{here}labels?token={TOKEN}", "PUT", **own)[0] == 401  # a link writes nothing
        assert fetch(f"{here}labels", "PUT", Cookie=cookie, **own)[0] == 422  # no labels in it
        assert fetch(f"{here}recording", "PUT", Cookie=cookie, **own)[0] == 405
        assert fetch(f"{here}labels", "DELETE", Cookie=cookie, **own)[0] == 405
    assert not npz.with_name("ann.labels.csv").exists()


def test_an_invitation_opens_a_browser_once(browser: Browser, npz: Path) -> None:
    page_of = prepare_page(npz, None, {"posture": (), "placement": ()}, "")
    with listen("127.0.0.1", 0, "label page", "") as listener:
        here = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with served(page_of, listener, "127.0.0.1", TOKEN) as guard:
            invited = f"{here}?token={guard.invite()}"
            page = opened(browser, invited)
            assert page.url == here
            assert page.context.cookies()[0]["sameSite"] == "Strict"
            assert fetch(invited)[0] == 401
            page.context.close()


@pytest.mark.parametrize(
    "query", ["", "from=0&to=1", "from=1&to=0&bins=5", "from=nan&to=1&bins=5", "from=0&to=1&bins=0",
              "from=0&to=1&bins=99999999", "from=-inf&to=inf&bins=5", "from=x&to=1&bins=5"],
)  # fmt: skip
def test_a_view_that_is_none_is_refused(npz: Path, query: str) -> None:
    with label_page(npz) as address:
        here, host = address.partition("?")[0], address.split("/")[2]
        cookie = f"edgekit_label_{host.split(':')[1]}={TOKEN}"
        assert fetch(f"{here}signal?{query}", Cookie=cookie)[0] == 400
