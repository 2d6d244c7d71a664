"""Requests as bytes, and what comes out of them."""

import json
from typing import Any

import pytest

from projects.costsharing import Result, SharingError
from projects.pooling.share_file import parse_share


def shared(request: dict[str, Any]) -> Result:
    """The result of a share file."""
    return parse_share(json.dumps(request).encode()).result()


def refusal(request: dict[str, Any]) -> SharingError:
    """The refusal of a share file; the test fails when it is accepted."""
    with pytest.raises(SharingError) as caught:
        shared(request)
    return caught.value


def cents(result: Result) -> list[int]:
    """The shares alone."""
    return [share.cents for share in result.shares]
